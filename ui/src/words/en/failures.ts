/** What went wrong, and what to do about it. Never whose fault it is. */
import { LIMITS, type Failure, type FieldCode } from "../../bindings";
import { operatorContact } from "../operator";
import { counted, number } from "../plural";

/** `contact digital@example.org`, at the end of a sentence that says what to do if it happens again. */
export function askOperator(): string {
  const contact = operatorContact();
  return contact ? `contact the registry’s operator at ${contact}` : "contact the registry’s operator";
}

type Sentences = { [K in Failure["code"]]: (failure: Extract<Failure, { code: K }>) => string };

const sentences: Sentences = {
  not_an_address: () => "Enter a web address, like guildhall.example",
  not_secure: () => "Enter an address that starts with https. Other people could read what you send to an http address.",
  nothing_there: () => "Nothing answers at that address. Check the address, and that you are online.",
  not_a_registry: () =>
    "Something answers at that address, but it is not a Guildhall registry. Check the address. On a hotel’s or a train’s network, sign in to that first.",
  answer_unreadable: () => "The download was cut off. We will try again.",
  other_version: ({ theirs, ours }) =>
    theirs > ours
      ? "This registry needs a newer version of Guildhall. Install the update, then try again."
      : `This registry needs updating before it works with your version of Guildhall. Please ${askOperator()}.`,
  app_too_old: () => "This version of Guildhall is too old for the registry. Install the update. Your drafts stay on this laptop.",
  no_connection: () => "You are offline. What you write is saved on this laptop. Try again when you are online.",
  registry_busy: () => "The service is busy. Your work is saved. Try again in a few minutes.",
  too_many_tries: ({ seconds }) => `Too many attempts. Wait ${waitFor(seconds)}, then try again.`,
  catalogue_differs: () => `Your catalogue may be missing something. Sync again. If you still see this, ${askOperator()}.`,
  not_an_email: () => "Enter an email address in the correct format, like name@council.gov.uk",
  code_refused: () => "Enter a code that has not expired or been used. You can ask for another code.",
  second_factor_needed: () => "You need a code from your authenticator app to do this. Try again when you have one.",
  address_unconfirmed: () => "We do not know your email address yet. Sign in with a code by email.",
  address_differs: ({ account, provider }) => `Your email address may be ${account} or ${provider}. Sign in again and choose one.`,
  no_browser: () => "Guildhall cannot open your browser on this laptop. Sign in with a code by email instead.",
  sign_in_needed: () => "Sign in to do this. Your drafts stay on this laptop.",
  signed_out_elsewhere: () => "You signed this laptop out from another one. Your drafts are still here. Sign in again to continue.",
  last_lead: () => "You are the only lead. Make someone else a lead before you leave.",
  reason_needed: () => "Enter a reason",
  not_allowed: () => "You do not have permission to do this for this council. Ask a lead of the council.",
  not_found: () => "We could not find this. It may have been deleted, or you may not have access to it.",
  invalid: ({ errors }) => (errors.length > 1 ? `Fix ${number(errors.length)} answers before you send.` : "Fix 1 answer before you send."),
  nothing_changed: () => "You have not changed anything.",
  not_all_chosen: () => "Choose yours or theirs for each field, then send.",
  being_sent: () => "We are sending this now. Wait until it is sent before you change it.",
  not_a_link: () => "This link is not a web address, so Guildhall did not open it.",
  disk_full: () => "The disk is full. Free some space, then try again. What you saved before is safe.",
  newer_files: () =>
    "A newer version of Guildhall wrote the files on this laptop. Install the update to open them. We have not changed them.",
  unreadable: () =>
    "This version of Guildhall cannot read this. A newer version wrote it, or it is damaged. We have not changed it. Install the update, or save all drafts to a file and look for it there.",
  files_damaged: () =>
    "One of Guildhall’s files on this laptop is damaged. Guildhall keeps it and recovers what it can. Try again in a moment.",
  files_broken: () =>
    "Guildhall cannot read or save its files on this laptop. Close it, check the disk, then open it again. We never delete your drafts.",
  folder_in_use: ({ folder }) =>
    `Guildhall is already open and uses this folder: ${folder}. Go to its window, or close it and open Guildhall again.`,
  folder_open_to_others: ({ folder }) =>
    `Other people who use this laptop can read the folder where Guildhall keeps its files, and Guildhall cannot change that: ${folder}. Choose a folder that only you can use, or ask your IT support.`,
  cant_write: () => "Guildhall cannot save a file there. Choose another place.",
  internal: () => `Sorry, there is a problem with Guildhall. Your saved work is safe. Try again. If it happens again, ${askOperator()}.`,
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

/** `name` is the field's name, for example "a title", and `label` the same at the start of a sentence. */
type FieldSentence = (name: string, label: string, limit?: number) => string;

const field: Record<FieldCode, FieldSentence> = {
  missing: (name) => `Enter ${lower(name)}`,
  need_or_problem_missing: () => "Enter a need, or describe the problem",
  too_long: (_, label, limit) =>
    limit === undefined ? `${label} is too long` : `${label} must be ${counted(limit, "character", "characters")} or fewer`,
  not_an_email: () => "Enter an email address in the correct format, like name@council.gov.uk",
  not_a_link: () => "Enter a web address that starts with https:// or http://",
  not_a_date: (_, label) => `${label} must be a real date`,
  ends_before_start: () => "The end must be the same as or after the start",
  not_allowed: (name) => `Select ${lower(name)}`,
  control_character: (_, label) => `${label} has a character that cannot be shown. Delete it and type it again`,
};

/** A field's name, its limit, and what it is called at the start of a sentence if that is another name. */
type Named = { name: string; limit?: number; label?: string };

/** By the last part of the pointer that is not a number. */
const fields: Record<string, Named> = {
  title: { name: "a title", label: "Title", limit: LIMITS.title },
  summary: { name: "a summary", label: "Summary", limit: LIMITS.summary },
  why: { name: "why it is being done", limit: LIMITS.long_text },
  problem: { name: "the problem", limit: LIMITS.long_text },
  learned: { name: "what you learned", limit: LIMITS.long_text },
  reuse: { name: "how to reuse it", limit: LIMITS.long_text },
  as_a: { name: "who has the need", label: "‘As a’", limit: LIMITS.need_part },
  i_need: { name: "what the user needs to do", label: "‘I need to’", limit: LIMITS.need_part },
  so_that: { name: "why they need to do it", label: "‘So that’", limit: LIMITS.need_part },
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
  what: { name: "the help you need", limit: LIMITS.short_text },
  by: { name: "the date by which you need it" },
  started: { name: "the date it started" },
  ended: { name: "the date it ended" },
  phase: { name: "a phase" },
  visibility: { name: "who can see it" },
  lang: { name: "a language" },
};

/** Lists with too many items: the pointer names the list itself. */
const lists: Record<string, (most: number) => string> = {
  needs: (most) => `Enter ${number(most)} needs or fewer`,
  links: (most) => `Enter ${number(most)} links or fewer`,
  tags: (most) => `Enter ${number(most)} tags or fewer`,
  services: (most) => `Select ${number(most)} services or fewer`,
  wanted: (most) => `Ask for ${number(most)} kinds of help or fewer`,
};

/** What is wrong with a field, by its JSON Pointer: `/needs/0/i_need`, `/phase_dates/alpha/ended`. */
function fieldError(pointer: string, code: FieldCode): string {
  const parts = pointer.split("/").slice(1);
  const last = parts.at(-1) ?? "";
  const list = parts.length === 1 ? lists[last] : undefined;
  if (code === "too_long" && list) return list(LIMITS[last as keyof typeof LIMITS]);

  const named = fields[/^\d+$/.test(last) ? (parts.at(-2) ?? "") : last] ?? { name: "this answer" };
  return field[code](named.name, named.label ?? upper(named.name), named.limit);
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

export const failures = { sentence, fieldError, fieldName };
