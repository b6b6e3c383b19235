/**
 * A form's request to the client: whether it is running, and what went wrong. A mistake in what was typed is shown at
 * its field. Any other failure, such as no connection, is shown beside the form.
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

  /** `field` is the id of the field to focus when a failure's code is one of `typingMistakes`. */
  constructor(field: string, typingMistakes: Failure["code"][]) {
    this.#field = field;
    this.#typingMistakes = typingMistakes;
  }

  /** The answer, or null after a failure, which is then shown. */
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

  /** Shows an error at the field and focuses it. */
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
