/**
 * What does the most harm in the wrong hands needs a code when the last one was given long ago. Whatever command needs
 * one, the person is asked for it in a dialog, and the command goes on.
 */
import { whenCodeNeeded } from "../platform";

class SecondFactorAsked {
  /** Is a code asked for now? */
  open = $state(false);
  #answer: ((given: boolean) => void) | null = null;
  #asked: Promise<boolean> | null = null;

  /** Asks for a code; true once it was given. Whoever asks meanwhile waits for the same one. */
  ask(): Promise<boolean> {
    this.#asked ??= new Promise<boolean>((resolve) => {
      this.#answer = resolve;
      this.open = true;
    });
    return this.#asked;
  }

  /** The code was given, or the person thought better. */
  end(given: boolean): void {
    this.#answer?.(given);
    this.#answer = null;
    this.#asked = null;
    this.open = false;
  }

  /** From now on commands that need a code ask for it here; returns what ends that. */
  follow(): () => void {
    whenCodeNeeded(() => this.ask());
    return () => {
      whenCodeNeeded(null);
      this.end(false);
    };
  }
}

export const codeAsked = new SecondFactorAsked();
