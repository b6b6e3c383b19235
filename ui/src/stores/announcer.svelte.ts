import { untrack } from "svelte";

/** What was announced is emptied after this long, so that it is not met again at the end of the page. */
const STAYS = 7000;
/** What is said within this time is read together: a screen reader would only read the last. */
const TOGETHER = 100;

/** Announces changes to screen readers. Use it rarely, and only for changes that the person did not just make. */
class AnnouncerText {
  text: string = $state("");
  #saidAt = -Infinity;
  #emptying: ReturnType<typeof setTimeout> | undefined;

  say(text: string): void {
    // Untracked, so that an effect that calls `say` does not depend on the text.
    const said = untrack(() => this.text);
    const together = said !== "" && said !== text && performance.now() - this.#saidAt < TOGETHER;
    // Screen readers ignore a text that did not change, so a no-break space makes a repeated text different.
    this.text = together ? `${said} ${text}` : text === said ? `${text}\u00a0` : text;
    this.#saidAt = performance.now();
    clearTimeout(this.#emptying);
    this.#emptying = setTimeout(() => (this.text = ""), STAYS);
  }
}

export const announcer = new AnnouncerText();
