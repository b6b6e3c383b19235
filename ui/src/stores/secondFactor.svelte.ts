/**
 * Asks for a second-factor code when a command needs one: the registry requires a recent code for its riskiest actions.
 * A dialog asks for it, and the command then continues.
 */
import { whenCodeNeeded } from "../platform";

class SecondFactorAsked {
  /** Whether the dialog is open. */
  open = $state(false);
  #answer: ((given: boolean) => void) | null = null;
  #asked: Promise<boolean> | null = null;

  /** Asks for a code, and returns true if it was given. Calls made while the dialog is open share its answer. */
  ask(): Promise<boolean> {
    this.#asked ??= new Promise<boolean>((resolve) => {
      this.#answer = resolve;
      this.open = true;
    });
    return this.#asked;
  }

  /** Closes the dialog. `given` is false if the person cancelled. */
  end(given: boolean): void {
    this.#answer?.(given);
    this.#answer = null;
    this.#asked = null;
    this.open = false;
  }

  /** Lets commands ask for codes here. Returns a function that stops it. */
  follow(): () => void {
    whenCodeNeeded(() => this.ask());
    return () => {
      whenCodeNeeded(null);
      this.end(false);
    };
  }
}

export const codeAsked = new SecondFactorAsked();
