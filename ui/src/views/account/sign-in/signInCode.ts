/** A sign-in code as people type and paste it: with spaces, hyphens of any kind, in small letters. */
import { CODE_LENGTH } from "../../../bindings";
import { words } from "../../../words";

/** The letters and numbers alone, in capitals. Which of them look alike is for the desk to know. */
export function normaliseCode(typed: string): string {
  return typed.replace(/[^\p{L}\p{N}]/gu, "").toUpperCase();
}

/** What is wrong with a code that need not be asked about; empty where nothing is. */
export function codeError(code: string, missing: string): string {
  if (!code) return missing;
  return code.length === CODE_LENGTH ? "" : words.firstRun.code.wrongLength(CODE_LENGTH);
}
