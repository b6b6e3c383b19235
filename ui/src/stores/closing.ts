/** What must be saved before the window closes. The shell asks, waits a moment, and closes when told that all is. */
import { commands, events } from "../bindings";

const saves = new Set<() => Promise<unknown>>();

/** Runs `save` before the window closes; returns what takes it off again (from a component: in `$effect`). */
export function beforeClosing(save: () => Promise<unknown>): () => void {
  saves.add(save);
  return () => void saves.delete(save);
}

/** Answers the shell's question; returns what stops it. */
export function followClosing(): Promise<() => void> {
  return events.closing.listen(async () => {
    // One that fails must not keep the others from being saved, nor the window open for ever.
    await Promise.allSettled([...saves].map((save) => save()));
    await commands.close();
  });
}
