/** The registry in use, who is signed in, and the settings. Loaded at start and whenever the account changes. */
import { commands, events, type Account, type CouncilCode, type Failure, type Settings, type Start } from "../bindings";
import { words } from "../words";
import { setOperatorContact } from "../words/operator";
import { notice } from "./notice.svelte";
import { applyTheme } from "./theme.svelte";

class Session {
  start: Start | null = $state.raw(null);

  get account(): Account | null {
    return this.start?.account ?? null;
  }

  /** The name of the council that the person acts for. Empty for someone who only reads. */
  get councilName(): string {
    const account = this.account;
    return account?.councils.find((one) => one.council === account.acting_for)?.name ?? "";
  }

  /** Why the client could not open its files, if it failed. */
  failure: Failure | null = $state.raw(null);

  async load(): Promise<void> {
    const answer = await commands.start();
    if (answer.status === "error") this.failure = answer.error;
    else {
      const { rescued, signed_out } = answer.data;
      if (signed_out && signed_out !== this.start?.signed_out) notice.error(words.people.signedOut(signed_out));
      if (rescued && rescued.file !== this.start?.rescued?.file) notice.error(words.frame.rescued(rescued));
      this.#show(answer.data);
    }
  }

  /** Keeps the session up to date. Returns a function that stops it. */
  async follow(): Promise<() => void> {
    return events.accountChanged.listen(() => void this.load());
  }

  /**
   * Applies the new settings at once and saves them. If saving fails, shows a notice, restores the old settings and
   * returns false.
   */
  async saveSettings(change: Partial<Settings>): Promise<boolean> {
    const before = this.start;
    if (!before) return false;
    const settings = { ...before.settings, ...change };
    this.#show({ ...before, settings });
    const answer = await commands.saveSettings(settings);
    if (answer.status === "error") {
      this.#show(before);
      notice.fail(answer.error);
    }
    return answer.status === "ok";
  }

  async actFor(council: CouncilCode): Promise<void> {
    const answer = await commands.actFor(council);
    if (answer.status === "error") notice.fail(answer.error);
    else if (this.start) this.start = { ...this.start, account: answer.data };
  }

  #show(start: Start): void {
    this.start = start;
    setOperatorContact(start.registry?.facts.contact);
    applyTheme(start.settings.theme, start.settings.text_size);
  }
}

export const session = new Session();
