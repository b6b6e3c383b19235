/** All drafts on this laptop, kept up to date while a screen shows them. */
import { commands, events, type DraftRow, type UnreadableRow } from "../../bindings";
import { notice } from "../../stores/notice.svelte";

export class DraftList {
  rows: DraftRow[] | null = $state.raw(null);
  /** Drafts that this version cannot read. */
  unreadable: UnreadableRow[] = $state.raw([]);
  signedOut = $state(false);
  #round = 0;

  /** Loads the drafts now and after each change. Returns a function that stops it, for `onMount`. */
  follow(): () => void {
    void this.read();
    const stops = [events.draftsChanged.listen(() => void this.read()), events.accountChanged.listen(() => void this.read())];
    return () => stops.forEach((stopped) => void stopped.then((stop) => stop()));
  }

  in(...states: DraftRow["state"][]): DraftRow[] {
    return (this.rows ?? []).filter((row) => states.includes(row.state));
  }

  async read(): Promise<void> {
    const mine = ++this.#round;
    const [answer, unreadable] = await Promise.all([commands.drafts(), commands.unreadable()]);
    if (mine !== this.#round) return;
    this.unreadable = unreadable.status === "ok" ? unreadable.data : [];
    this.signedOut = answer.status === "error" && answer.error.code === "sign_in_needed";
    if (answer.status === "ok") this.rows = answer.data;
    else if (!this.signedOut) notice.fail(answer.error);
  }
}
