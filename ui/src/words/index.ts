/** The words in use. `words` is what views import; a second language is chosen here. */
import type { Failure } from "../bindings";
import { en, type Words } from "./en";

export const words: Words = en;

/** A failure in a sentence or two that a person can act on. */
export function failureText(failure: Failure): string {
  // The shell refuses a command that was not granted with a plain string: a fault of ours, and worded as one.
  const sentence = words.failures.sentences[failure.code] as ((failure: Failure) => string) | undefined;
  return sentence ? sentence(failure) : words.failures.sentences.internal({ code: "internal" });
}
export type { Words };
