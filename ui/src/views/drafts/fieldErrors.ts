/** From what is wrong with a draft to where it is mended: the id of each field and the sentence beside it. */
import type { Check } from "../../bindings";
import { words } from "../../words";

/** `/needs/0/i_need` is the field `needs-0-i_need`. */
export function fieldId(pointer: string): string {
  return pointer.slice(1).replaceAll("/", "-");
}

/** Sentences by the id of their field. Where one field has several, the first is said. */
export function errorMessages(checks: Check[]): Record<string, string> {
  const said: Record<string, string> = {};
  for (const check of checks) said[fieldOf(check)] ??= words.failures.fieldError(check.pointer, check.code);
  return said;
}

/** The field on which a check is said: a list's own checks have no field, and a tag is one of a line. */
export function fieldOf(check: Check): string {
  if (check.pointer === "/needs") return "needs-0-i_need";
  if (check.pointer.startsWith("/tags")) return "tags";
  if (check.pointer.startsWith("/services")) return "services";
  return fieldId(check.pointer);
}
