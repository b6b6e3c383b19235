/** Maps the errors in a draft to fields: the id of each field, and its message. */
import type { Check } from "../../bindings";
import { words } from "../../words";

/** `/needs/0/i_need` is the field `needs-0-i_need`. */
export function fieldId(pointer: string): string {
  return pointer.slice(1).replaceAll("/", "-");
}

/** Messages by field id. If a field has several errors, the first is used. */
export function errorMessages(checks: Check[]): Record<string, string> {
  const said: Record<string, string> = {};
  for (const check of checks) said[fieldOf(check)] ??= words.failures.fieldError(check.pointer, check.code);
  return said;
}

/**
 * The id of the field that shows an error. Errors about a list show at its first field, and errors about a tag at the
 * tags' text field.
 */
export function fieldOf(check: Check): string {
  if (check.pointer === "/needs") return "needs-0-i_need";
  if (check.pointer.startsWith("/tags")) return "tags";
  if (check.pointer.startsWith("/services")) return "services";
  return fieldId(check.pointer);
}
