/** Sign-in codes as people type and paste them: with spaces, hyphens of any kind, in lower case. */
import { CODE_LENGTH } from "../../../bindings";
import { words } from "../../../words";

/** Only the letters and numbers, in capitals. The client handles letters that look alike. */
export function normaliseCode(typed: string): string {
  return typed.replace(/[^\p{L}\p{N}]/gu, "").toUpperCase();
}

/** What is wrong with a code before it is sent. Empty if nothing is. */
export function codeError(code: string, missing: string): string {
  if (!code) return missing;
  return code.length === CODE_LENGTH ? "" : words.firstRun.code.wrongLength(CODE_LENGTH);
}
