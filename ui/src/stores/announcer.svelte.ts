import { untrack } from "svelte";

/** Announces changes to screen readers. Use it rarely, and only for changes that the person did not just make. */
class AnnouncerText {
  text: string = $state("");

  say(text: string): void {
    // Screen readers ignore a text that did not change, so a no-break space makes a repeated text different.
    // Untracked, so that an effect that calls `say` does not depend on the text.
    const said = untrack(() => this.text);
    this.text = text === said ? `${text}\u00a0` : text;
  }
}

export const announcer = new AnnouncerText();
