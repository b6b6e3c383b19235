/**
 * Saves what is being written: soon after the last key, one save at a time and always the newest text, again where a
 * save failed. Nothing typed waits for anything but the disk.
 */
import type { Failure } from "../../bindings";

type Answer<T> = { status: "ok"; data: T } | { status: "error"; error: Failure };
type State = "saved" | "saving" | "failed";

const SOON = 400;
const AGAIN = 3000;

export class Autosave<Form, Saved> {
  state: State = $state("saved");
  failure: Failure | null = $state.raw(null);

  #save: (form: Form) => Promise<Answer<Saved>>;
  #onsaved: (saved: Saved) => void;
  #newest: { form: Form } | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #running: Promise<void> | null = null;

  constructor(save: (form: Form) => Promise<Answer<Saved>>, onsaved: (saved: Saved) => void) {
    this.#save = save;
    this.#onsaved = onsaved;
  }

  /** The text is now this. */
  changed(form: Form): void {
    this.#newest = { form };
    if (this.state === "saved") this.state = "saving";
    this.#in(SOON);
  }

  /** Saves now what was not yet saved. True where everything is on the disk then. */
  async flush(): Promise<boolean> {
    clearTimeout(this.#timer);
    while (this.#newest || this.#running) {
      this.#running ??= this.#run();
      await this.#running;
      if (this.state === "failed") return false;
    }
    return true;
  }

  #in(wait: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.flush(), wait);
  }

  async #run(): Promise<void> {
    const taken = this.#newest;
    this.#newest = null;
    if (taken) {
      this.state = "saving";
      const answer = await this.#save(taken.form);
      if (answer.status === "ok") {
        this.failure = null;
        this.state = this.#newest ? "saving" : "saved";
        this.#onsaved(answer.data);
      } else {
        // Newer text wins over what could not be saved.
        this.#newest ??= taken;
        this.failure = answer.error;
        this.state = "failed";
        this.#in(AGAIN);
      }
    }
    this.#running = null;
  }
}
