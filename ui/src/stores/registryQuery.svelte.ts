/** Something that is asked of the registry as it is now, and asked again after each change. */
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
   * Does it, asks anew, and then says so, when nothing moves under the pointer any more; where it fails it says why. True
   * where it was done. `done` may depend on what came of it; a failure that the form itself tells is `told` there.
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
