/**
 * One question put to the desk from a form: whether its answer is awaited, and what went wrong. What the person typed
 * is told at its field; what is nobody's typing mistake (no connection, a busy registry) stands beside the form.
 */
import { tick } from "svelte";
import type { Failure } from "../bindings";
import { failureText } from "../words";

type Answer<T> = { status: "ok"; data: T } | { status: "error"; error: Failure };

export class FormRequest {
  busy: boolean = $state(false);
  fieldError: string = $state("");
  formError: string = $state("");
  readonly #field: string;
  readonly #typingMistakes: readonly Failure["code"][];

  /** `field` is the id of the field that takes the keyboard when what was typed in it is wrong. */
  constructor(field: string, typingMistakes: Failure["code"][]) {
    this.#field = field;
    this.#typingMistakes = typingMistakes;
  }

  /** The answer, or nothing where there was a failure, which is shown then. */
  async send<T>(ask: () => Promise<Answer<T>>): Promise<{ data: T } | null> {
    if (this.busy) return null;
    this.clear();
    this.busy = true;
    try {
      const answer = await ask();
      if (answer.status === "ok") return { data: answer.data };
      const text = failureText(answer.error);
      if (this.#typingMistakes.includes(answer.error.code)) await this.showFieldError(text);
      else this.formError = text;
      return null;
    } finally {
      this.busy = false;
    }
  }

  /** Says what is wrong with what was typed, before anything is asked. */
  async showFieldError(text: string): Promise<void> {
    this.clear();
    this.fieldError = text;
    await tick();
    document.getElementById(this.#field)?.focus();
  }

  clear(): void {
    this.fieldError = "";
    this.formError = "";
  }
}
