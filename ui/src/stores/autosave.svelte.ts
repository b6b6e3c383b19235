/**
 * Saves text while it is being typed. A save starts within a second of the first unsaved key, and later keys do not
 * delay it. Only one save runs at a time, always with the newest text. A failed save is tried again.
 */
import { onDestroy } from "svelte";
import { SvelteMap } from "svelte/reactivity";
import type { Failure } from "../bindings";
import { beforeClosing } from "./closing";

type Answer<T> = { status: "ok"; data: T } | { status: "error"; error: Failure };
type State = "saved" | "saving" | "failed";

const SAVE_DELAY = 500;
const RETRY_DELAY = 3000;
/** After this long without an answer, a save counts as failed. */
const SAVE_TIMEOUT = 5000;

/** Whether everything typed in the window is on the disk: the worst state of all boxes. */
class Saving {
  readonly boxes = new SvelteMap<object, State>();

  get state(): State {
    const states = [...this.boxes.values()];
    return states.includes("failed") ? "failed" : states.length > 0 ? "saving" : "saved";
  }
}

export const saving = new Saving();

export class Autosave<Form, Saved> {
  #state: State = $state("saved");
  failure: Failure | null = $state.raw(null);

  #save: (form: Form) => Promise<Answer<Saved>>;
  #onsaved: (saved: Saved) => void;
  #newest: { form: Form } | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #running: Promise<void> | null = null;
  #last: { form: Form } | null = null;

  constructor(save: (form: Form) => Promise<Answer<Saved>>, onsaved: (saved: Saved) => void = () => {}) {
    this.#save = save;
    this.#onsaved = onsaved;
  }

  get state(): State {
    return this.#state;
  }

  set state(state: State) {
    this.#state = state;
    if (state === "saved") saving.boxes.delete(this);
    else saving.boxes.set(this, state);
  }

  /** Call this on every change of the text. */
  changed(form: Form): void {
    this.#newest = { form };
    if (this.state === "saved") this.state = "saving";
    // Later keys must not reset the timer: typing without a pause would then never be saved.
    this.#timer ??= setTimeout(() => this.#due(), SAVE_DELAY);
  }

  /** Saves anything unsaved now. True if everything is on disk afterwards. */
  async flush(): Promise<boolean> {
    while (this.#newest || this.#running) {
      await (this.#running ?? this.#run());
      if (this.state === "failed") return false;
    }
    return true;
  }

  /** Drops any unsaved text. */
  discard(): void {
    this.#stopTimer();
    this.#newest = this.#last = null;
    saving.boxes.delete(this);
  }

  #due(): void {
    this.#timer = undefined;
    if (!this.#running) void this.#run();
  }

  #run(): Promise<void> {
    this.#stopTimer();
    this.#running = this.#saveOnce().finally(() => {
      this.#running = null;
      if (!this.#newest || this.#timer) return;
      // The text changed while the last save was running.
      if (this.state === "failed") this.#timer = setTimeout(() => this.#due(), RETRY_DELAY);
      else void this.#run();
    });
    return this.#running;
  }

  async #saveOnce(): Promise<void> {
    const taken = this.#newest;
    if (!taken) return;
    this.#newest = null;
    this.#last = taken;
    this.state = "saving";
    const saving = this.#save(taken.form);
    const answer = await withTimeout(saving);
    if (answer?.status === "ok") {
      this.failure = null;
      this.state = this.#newest ? "saving" : "saved";
      this.#onsaved(answer.data);
      return;
    }
    // If there is newer text, it replaces the text that could not be saved.
    this.#newest ??= taken;
    this.failure = answer?.error ?? null;
    this.state = "failed";
    if (!answer)
      saving.then(
        (late) => this.#savedLate(taken, late),
        () => {},
      );
  }

  /** A save that answered after its timeout may have overwritten a newer one, so the newest text is saved again. */
  #savedLate(taken: { form: Form }, answer: Answer<Saved>): void {
    if (answer.status === "ok" && this.#last && this.#last !== taken) this.changed((this.#newest ?? this.#last).form);
  }

  #stopTimer(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}

/** An autosave for a component. It saves when the component is destroyed and before the window closes. */
export function autosave<Form, Saved>(
  save: (form: Form) => Promise<Answer<Saved>>,
  onsaved?: (saved: Saved) => void,
): Autosave<Form, Saved> {
  return autosaves(save, onsaved).of("");
}

/** The same for several text boxes, each saved separately. */
export function autosaves<Form, Saved>(
  save: (form: Form) => Promise<Answer<Saved>>,
  onsaved?: (saved: Saved) => void,
): { of: (box: string) => Autosave<Form, Saved>; flush: () => Promise<boolean> } {
  // eslint-disable-next-line svelte/prefer-svelte-reactivity -- nothing on the screen is drawn from it
  const all = new Map<string, Autosave<Form, Saved>>();
  const of = (box: string): Autosave<Form, Saved> => {
    const made = all.get(box) ?? new Autosave(save, onsaved);
    all.set(box, made);
    return made;
  };
  const flush = async (): Promise<boolean> => (await Promise.all([...all.values()].map((one) => one.flush()))).every(Boolean);
  const stop = beforeClosing(flush);
  onDestroy(() => {
    stop();
    void flush();
  });
  return { of, flush };
}

/** The answer, or null if it fails or takes too long. */
function withTimeout<T>(answer: Promise<T>): Promise<T | null> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(null), SAVE_TIMEOUT);
    answer.then(resolve, () => resolve(null)).finally(() => clearTimeout(timer));
  });
}
