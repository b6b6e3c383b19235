/** The state shown in the status line: the connection, when the mirror was last updated, and what waits to be sent. */
import { commands, events, type Status } from "../bindings";
import { notice } from "./notice.svelte";

class StatusLine {
  now: Status | null = $state.raw(null);

  get offline(): boolean {
    return this.now?.connection === "offline" || this.now?.connection === "switched_off";
  }

  /** Listens first and then asks, so that no change in between is missed. Returns a function that stops it. */
  async follow(): Promise<() => void> {
    const stop = await events.statusChanged.listen(({ payload }) => (this.now = payload));
    // The client tries again by itself, but the system notices sooner that the network is back.
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

  /** Stops a running sync. `syncNow`, or sending a draft, resumes it from there. */
  stopSync(): void {
    void commands.stopSync();
  }

  async #ask(): Promise<void> {
    const answer = await commands.status();
    if (answer.status === "ok") this.now = answer.data;
  }
}

export const status = new StatusLine();
