/** Maps the errors in a draft to fields: the id of each field, and its message. */
import type { Check, Phase } from "../../bindings";
import { words } from "../../words";

/** `/needs/0/i_need` is the field `needs-0-i_need`. */
export function fieldId(pointer: string): string {
  return pointer.slice(1).replaceAll("/", "-");
}

/** What is wrong, naming the field and, in a list, which one. */
export function message(check: Check): string {
  return words.drafts.fieldError(check.pointer, check.code, (phase) => words.common.phase[phase as Phase] ?? phase);
}

/** Messages by field id. If a field has several errors, the first is used. */
export function errorMessages(checks: Check[]): Record<string, string> {
  const said: Record<string, string> = {};
  for (const check of checks) said[fieldOf(check)] ??= message(check);
  return said;
}

/**
 * The id of the field that shows an error. Errors about a list show at its first field, and errors about a tag at the
 * tags' text field. The end of a phase is not asked for: it is when the phase started that can be changed.
 */
export function fieldOf(check: Check): string {
  if (check.pointer === "/needs") return "needs-0-i_need";
  if (check.pointer.startsWith("/tags")) return "tags";
  if (check.pointer.startsWith("/services")) return "services";
  return fieldId(check.pointer).replace(/^(phase_dates-\w+)-ended$/, "$1-started");
}
