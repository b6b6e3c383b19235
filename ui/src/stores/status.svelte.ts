/** The line at the foot: connection, how old the catalogue is, what waits. */
import { commands, events, type Status } from "../bindings";
import { notice } from "./notice.svelte";

class StatusLine {
  now: Status | null = $state.raw(null);

  get offline(): boolean {
    return this.now?.connection === "offline" || this.now?.connection === "switched_off";
  }

  /** Listens first, then asks: nothing that happens in between is missed. Returns what stops it. */
  async follow(): Promise<() => void> {
    const stop = await events.statusChanged.listen(({ payload }) => (this.now = payload));
    // The desk would try again by itself, but the system knows sooner that there is a network again.
    const back = (): void => this.syncNow();
    window.addEventListener("online", back);
    await this.#ask();
    return () => {
      window.removeEventListener("online", back);
      stop();
    };
  }

  async workOffline(on: boolean): Promise<void> {
    const answer = await commands.workOffline(on);
    if (answer.status === "error") notice.fail(answer.error);
    await this.#ask();
  }

  syncNow(): void {
    void commands.syncNow();
  }

  /** Stops sync where it is: it goes on from there at [syncNow], or once a draft is sent. */
  stopSync(): void {
    void commands.stopSync();
  }

  async #ask(): Promise<void> {
    const answer = await commands.status();
    if (answer.status === "ok") this.now = answer.data;
  }
}

export const status = new StatusLine();
