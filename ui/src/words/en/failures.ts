/** What went wrong, in a sentence, and what to do about it in another. Never whose fault it is. */
import type { Failure, FieldCode } from "../../bindings";
import { counted, number } from "../plural";

type Sentences = { [K in Failure["code"]]: (failure: Extract<Failure, { code: K }>) => string };

const sentences: Sentences = {
  not_an_address: () => "Enter a web address, like https://guildhall.example",
  not_secure: () => "Enter an address that starts with https. What is sent to an http address can be read on the way.",
  nothing_there: () => "Nothing answers at that address. Check it for typing mistakes, and that you are connected.",
  not_a_registry: () =>
    "Something answers at that address, but it is not a Guildhall registry. If you are on a hotel or train network, sign in to it first.",
  other_version: ({ theirs, ours }) =>
    theirs > ours
      ? "This registry needs a newer Guildhall. Install the update and try again. Your drafts are safe."
      : "This registry is older than this Guildhall and can’t work with it yet. Ask who operates it when it will be updated. Your drafts are safe.",
  no_connection: () => "There is no connection. What you write is saved on this laptop. Try again when you are connected.",
  registry_busy: () => "The registry can’t answer just now. Nothing is lost. Guildhall will try again by itself.",
  too_many_tries: ({ seconds }) => `There were too many tries. Wait ${waitFor(seconds)} and try again.`,
  not_an_email: () => "Enter an email address in the correct format, like name@council.gov.uk",
  code_refused: () => "That code is wrong, has been used or is too old. Check it, or ask for a new one.",
  sign_in_needed: () => "Sign in to do this. Your drafts stay on this laptop.",
  not_allowed: () => "You can’t do this for this council. Ask one of its leads.",
  not_found: () => "This is not in the catalogue any more, or you can’t see it.",
  invalid: () => "Some answers need changing before this can be sent.",
  being_sent: () => "This is being sent now. Wait for its answer before you change it.",
  not_a_link: () => "This link is not a web address, so Guildhall did not open it.",
  disk_full: () => "The disk is full. Free some space and try again. What was saved before is safe.",
  newer_files: () => "A newer Guildhall wrote the files on this laptop. Install the update to open them. Nothing was changed.",
  files_broken: () =>
    "Guildhall can’t read or write its files on this laptop. Close it, check the disk, and open it again. Drafts are never deleted.",
  cant_write: () => "Guildhall can’t write there. Choose another place.",
  internal: () => "Something in Guildhall did not work. What was saved is safe. Try again, and if it happens again, tell who runs your registry.",
};

function waitFor(seconds: number): string {
  return seconds < 90 ? counted(seconds, "second", "seconds") : counted(Math.ceil(seconds / 60), "minute", "minutes");
}

/** `name` as a label: "Title". `limit` where there is one. */
type FieldSentence = (name: string, limit?: number) => string;

const field: Record<FieldCode, FieldSentence> = {
  missing: (name) => `Enter ${lower(name)}`,
  need_or_problem_missing: () => "Enter a need, or describe the problem",
  too_long: (name, limit) =>
    limit === undefined ? `${name} is too long` : `${name} must be ${number(limit)} characters or fewer`,
  not_an_email: () => "Enter an email address in the correct format, like name@council.gov.uk",
  not_a_link: () => "Enter a web address that starts with https:// or http://",
  not_a_date: (name) => `${name} must be a real date`,
  ends_before_start: () => "The end must be the same as or after the start",
  not_allowed: (name) => `Choose ${lower(name)} from the list`,
};

function lower(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}

export const failures = { sentences, field };
