/** What went wrong, and what to do about it. Never whose fault it is. */
import { LIMITS, type Failure, type FieldCode } from "../../bindings";
import { counted, number } from "../plural";

type Sentences = { [K in Failure["code"]]: (failure: Extract<Failure, { code: K }>) => string };

const sentences: Sentences = {
  not_an_address: () => "Enter a web address, like guildhall.example",
  not_secure: () => "Enter an address that starts with https. What is sent to an http address can be read on the way.",
  nothing_there: () => "Nothing answers at that address. Check it for typing mistakes, and that you are connected.",
  not_a_registry: () =>
    "Something answers at that address, but it is not a Guildhall registry. Check the address. On a hotel’s or a train’s network, sign in to that first.",
  answer_unreadable: () =>
    "The registry’s answer could not be read to its end. What came before that is kept, and Guildhall will try again.",
  other_version: ({ theirs, ours }) =>
    theirs > ours
      ? "This registry needs a newer version of Guildhall. Install the update, then try again."
      : "This registry is older than your version of Guildhall, and the two can’t work together yet. Ask who operates it when it will be updated.",
  app_too_old: () => "This version of Guildhall is too old for the registry. Install the update. Your drafts stay on this laptop.",
  no_connection: () => "There is no connection. What you write is saved on this laptop. Try again when you are connected.",
  registry_busy: () => "The registry can’t answer just now. Nothing is lost. Try again in a few minutes.",
  too_many_tries: ({ seconds }) => `There were too many tries. Wait ${waitFor(seconds)}, then try again.`,
  catalogue_differs: () =>
    "The catalogue on this laptop is not quite the same as the registry’s. You can go on reading and writing. Sync again, and if this stays, tell who operates the registry.",
  not_an_email: () => "Enter an email address in the correct format, like name@council.gov.uk",
  code_refused: () => "That code is wrong, has been used or is too old. Check it, or ask for another code.",
  second_factor_needed: () => "This needs a code from your authenticator app. Nothing was done. Try again when you have one.",
  address_unconfirmed: () => "Guildhall can’t tell yet which email address is yours. Sign in with a code by email.",
  address_differs: ({ account, provider }) =>
    `Guildhall can’t tell whether your address is ${account} or ${provider}. Sign in again and choose one.`,
  no_browser: () => "Guildhall can’t open your browser on this laptop. Sign in with a code by email instead.",
  sign_in_needed: () => "Sign in to do this. Your drafts stay on this laptop.",
  signed_out_elsewhere: () => "This laptop was signed out from another one. Your drafts stay on this laptop: sign in again to go on.",
  last_lead: () => "A council’s last lead can’t leave. Make someone else a lead first.",
  reason_needed: () => "Say why, so that the others know what to do.",
  not_allowed: () => "You can’t do this for this council. Ask one of the people who lead it in Guildhall.",
  not_found: () => "This is not in the catalogue any more, or you can’t see it. Go back and look for it again.",
  invalid: ({ errors }) =>
    errors.length > 1
      ? `${number(errors.length)} answers need changing before this can be sent.`
      : "An answer needs changing before this can be sent.",
  nothing_changed: () => "This says the same as the catalogue already does. Change something before you send it.",
  not_all_chosen: () => "Choose yours or theirs for each of them, then send.",
  being_sent: () => "This is being sent now. Wait for the answer before you change it.",
  not_a_link: () => "This link is not a web address, so Guildhall did not open it.",
  disk_full: () => "The disk is full. Free some space, then try again. What was saved before is safe.",
  newer_files: () => "A newer version of Guildhall wrote the files on this laptop. Install the update to open them. Nothing was changed.",
  unreadable: () =>
    "This version of Guildhall can’t read this: a newer version wrote it, or it is damaged. It stays as it is. Install the update, or save all drafts to a file and look for it there.",
  files_damaged: () =>
    "One of the files of Guildhall on this laptop is damaged. Guildhall sets it aside and reads what it can from it: try again in a moment.",
  files_broken: () =>
    "Guildhall can’t read or write its files on this laptop. Close it, check the disk, then open it again. Your drafts are never deleted.",
  folder_in_use: ({ folder }) =>
    `Guildhall is already open and uses this folder: ${folder}. Go to its window, or close it and open Guildhall again.`,
  folder_open_to_others: ({ folder }) =>
    `Other people who use this laptop can read the folder where Guildhall keeps its files, and Guildhall cannot change that: ${folder}. Choose a folder that only you can use, or ask your IT support.`,
  cant_write: () => "Guildhall can’t write there. Choose another place.",
  internal: () =>
    "Something in Guildhall did not work. What was saved is safe. Try again, and if it happens again, tell who operates the registry.",
};

function waitFor(seconds: number): string {
  if (seconds < 90) return counted(Math.max(1, seconds), "second", "seconds");
  if (seconds < 90 * 60) return counted(Math.ceil(seconds / 60), "minute", "minutes");
  return counted(Math.ceil(seconds / 3600), "hour", "hours");
}

/** A failure as a sentence or two that a person can act on. */
function sentence(failure: Failure): string {
  // If a command was not granted, the shell answers with a plain string. That is a fault in Guildhall, and worded as one.
  const known = sentences[failure.code] as ((failure: Failure) => string) | undefined;
  return known ? known(failure) : sentences.internal({ code: "internal" });
}

/** `name` is the field's name, for example "a title". `limit` is given if there is one. */
type FieldSentence = (name: string, limit?: number) => string;

const field: Record<FieldCode, FieldSentence> = {
  missing: (name) => `Enter ${lower(name)}`,
  need_or_problem_missing: () => "Enter a need, or describe the problem",
  too_long: (name, limit) =>
    limit === undefined ? `${upper(name)} is too long` : `${upper(name)} must be ${number(limit)} characters or fewer`,
  not_an_email: () => "Enter an email address in the correct format, like name@council.gov.uk",
  not_a_link: () => "Enter a web address that starts with https:// or http://",
  not_a_date: (name) => `${upper(name)} must be a real date`,
  ends_before_start: () => "The end must be the same as or after the start",
  not_allowed: (name) => `Choose ${lower(name)} from the list`,
  control_character: (name) => `${upper(name)} has a character that cannot be shown. Delete it and type it again`,
};

/** A field's name, and its limit. */
type Named = { name: string; limit?: number };

/** By the last part of the pointer that is not a number. */
const fields: Record<string, Named> = {
  title: { name: "a title", limit: LIMITS.title },
  summary: { name: "a summary", limit: LIMITS.summary },
  why: { name: "why it is being done", limit: LIMITS.long_text },
  problem: { name: "the problem", limit: LIMITS.long_text },
  learned: { name: "what you learned", limit: LIMITS.long_text },
  reuse: { name: "how to re-use it", limit: LIMITS.long_text },
  as_a: { name: "who has the need", limit: LIMITS.need_part },
  i_need: { name: "what they need to do", limit: LIMITS.need_part },
  so_that: { name: "why they need to do it", limit: LIMITS.need_part },
  evidence: { name: "how you know", limit: LIMITS.evidence },
  product: { name: "a product", limit: LIMITS.short_text },
  supplier: { name: "a supplier", limit: LIMITS.short_text },
  contract_ends: { name: "the date the contract ends" },
  mailbox: { name: "an email address for the team", limit: LIMITS.email },
  contact_mailbox: { name: "an email address for the team", limit: LIMITS.email },
  name: { name: "a name for the team", limit: LIMITS.short_text },
  contact_name: { name: "a name for the team", limit: LIMITS.short_text },
  url: { name: "a web address", limit: LIMITS.url },
  label: { name: "a link’s text", limit: LIMITS.short_text },
  licence: { name: "a licence", limit: LIMITS.short_text },
  tags: { name: "a tag", limit: LIMITS.tag },
  what: { name: "what you look for", limit: LIMITS.short_text },
  by: { name: "the date by which you need it" },
  started: { name: "the date it started" },
  ended: { name: "the date it ended" },
  phase: { name: "a phase" },
  visibility: { name: "who can see it" },
  lang: { name: "a language" },
};

/** Lists with too many items: the pointer names the list itself. */
const lists: Record<string, (most: number) => string> = {
  needs: (most) => `Keep to ${number(most)} needs or fewer`,
  links: (most) => `Keep to ${number(most)} links or fewer`,
  tags: (most) => `Keep to ${number(most)} tags or fewer`,
  services: (most) => `Choose ${number(most)} services or fewer`,
  wanted: (most) => `Ask for ${number(most)} kinds of help or fewer`,
};

/** What is wrong with a field, by its JSON Pointer: `/needs/0/i_need`, `/phase_dates/alpha/ended`. */
function fieldError(pointer: string, code: FieldCode): string {
  const parts = pointer.split("/").slice(1);
  const last = parts.at(-1) ?? "";
  const list = parts.length === 1 ? lists[last] : undefined;
  if (code === "too_long" && list) return list(LIMITS[last as keyof typeof LIMITS]);

  const named = fields[/^\d+$/.test(last) ? (parts.at(-2) ?? "") : last] ?? { name: "this answer" };
  return field[code](named.name, named.limit);
}

/** A field's name, by its JSON Pointer: `/needs/0/i_need`. */
function fieldName(pointer: string): string {
  const parts = pointer.split("/").slice(1);
  const last = parts.at(-1) ?? "";
  return fields[/^\d+$/.test(last) ? (parts.at(-2) ?? "") : last]?.name ?? "this answer";
}

function lower(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}

function upper(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}

export const failures = { sentence, field, fieldError, fieldName };
