/** The words in use. Views import `words`; another language would be chosen here. */
import type { Failure } from "../bindings";
import { en, type Words } from "./en";

export const words: Words = en;

/** A failure as a sentence or two that a person can act on. */
export function failureText(failure: Failure): string {
  return words.failures.sentence(failure);
}
export type { Words };
