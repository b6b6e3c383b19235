/**
 * The words in use. Views import `words`. The language is chosen once, when the window opens, so that views can keep words
 * in constants.
 */
import type { Failure } from "../bindings";
import { doubled } from "./doubled";
import { en, type Words } from "./en";

const LANGUAGES: Record<string, () => Words> = {
  en: () => en,
  doubled: () => doubled(en),
};

/**
 * English, unless a developer or a test chose another language for this window: `sessionStorage.language = "doubled"`, then
 * `location.reload()`. It ends with the window.
 */
function chosen(): Words {
  const language = sessionStorage.getItem("language") ?? "en";
  return (LANGUAGES[language] ?? LANGUAGES.en)!();
}

export const words: Words = chosen();

/** A failure as a sentence or two that a person can act on. */
export function failureText(failure: Failure): string {
  return words.failures.sentence(failure);
}
export type { Words };
