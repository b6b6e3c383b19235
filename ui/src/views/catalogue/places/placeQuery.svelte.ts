/** What a page shows of one council or service, read from this laptop. The answer for an earlier one is dropped. */
import type { Failure } from "../../../bindings";
import type { Answer } from "../../../stores/registryQuery.svelte";

export class PlaceQuery<K, T> {
  failure: Failure | null = $state.raw(null);
  #data: { of: K; page: T } | null = $state.raw(null);
  #ask: (of: K) => Promise<Answer<T>>;
  #round = 0;

  constructor(ask: (of: K) => Promise<Answer<T>>) {
    this.#ask = ask;
  }

  async read(of: K): Promise<void> {
    const round = ++this.#round;
    const answer = await this.#ask(of);
    if (round !== this.#round) return;
    this.failure = answer.status === "error" ? answer.error : null;
    if (answer.status === "ok") this.#data = { of, page: answer.data };
    else if (this.#data?.of !== of || answer.error.code === "not_found") this.#data = null;
  }

  /** What is known of that one; null until it is loaded. */
  of(one: K): T | null {
    return this.#data?.of === one ? this.#data.page : null;
  }
}
