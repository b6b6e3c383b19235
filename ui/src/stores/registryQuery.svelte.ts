/** Data that is read from the registry rather than the mirror, and read again after each change. */
import type { Failure } from "../bindings";
import { notice } from "./notice.svelte";

export type Answer<T> = { status: "ok"; data: T } | { status: "error"; error: Failure };

export class RegistryQuery<T> {
  data: T | null = $state.raw(null);
  failure: Failure | null = $state.raw(null);
  busy = $state(false);
  #ask: () => Promise<Answer<T>>;

  constructor(ask: () => Promise<Answer<T>>) {
    this.#ask = ask;
  }

  async read(): Promise<void> {
    const answer = await this.#ask();
    if (answer.status === "ok") this.data = answer.data;
    this.failure = answer.status === "error" ? answer.error : null;
  }

  /**
   * Runs a command, reads the data again, and then shows `done` as a notice: last, so that the page does not move under
   * the pointer afterwards. A failure is shown as a notice unless `told` shows it in the form and returns true. Returns
   * true if the command succeeded.
   */
  async change(
    command: () => Promise<Answer<null>>,
    done: string | (() => string),
    told: (failure: Failure) => boolean = () => false,
  ): Promise<boolean> {
    this.busy = true;
    const answer = await command();
    if (answer.status === "ok") {
      await this.read();
      notice.done(typeof done === "string" ? done : done());
    } else if (!told(answer.error)) {
      notice.fail(answer.error);
    }
    this.busy = false;
    return answer.status === "ok";
  }
}
