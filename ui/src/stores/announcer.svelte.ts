import { untrack } from "svelte";

/** What is said to a screen reader when something changed by itself. Politely, and seldom. */
class AnnouncerText {
  text: string = $state("");

  say(text: string): void {
    // The same words twice would not be read again: a space that nobody hears makes them differ.
    // Untracked: an effect that says something must not run again because it was said.
    const said = untrack(() => this.text);
    this.text = text === said ? `${text}\u00a0` : text;
  }
}

export const announcer = new AnnouncerText();
