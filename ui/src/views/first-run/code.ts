/** A sign-in code as people type and paste it: with spaces, hyphens of any kind, in small letters. */
import { CODE_LENGTH } from "../../bindings";

/** The letters and numbers alone, in capitals. Which of them look alike is for the desk to know. */
export function tidyCode(typed: string): string {
  return typed.replace(/[^\p{L}\p{N}]/gu, "").toUpperCase();
}

/** As long as a code is: anything else need not be asked about. */
export function isWholeCode(tidied: string): boolean {
  return tidied.length === CODE_LENGTH;
}
