/**
 * Saves unsaved text before the window closes, and whenever it is hidden or loses the focus, as it may be closed next.
 * The shell sends `closing`, and closes the window after `close` is called or a moment has passed.
 */
import { commands, events } from "../bindings";

const saves = new Set<() => Promise<unknown>>();

/** Runs `save` before the window closes or loses the focus. Returns a function that removes it. */
export function beforeClosing(save: () => Promise<unknown>): () => void {
  saves.add(save);
  return () => void saves.delete(save);
}

/** If one save fails, the others must still run and the window must still close. */
async function saveAll(): Promise<void> {
  await Promise.allSettled([...saves].map((save) => save()));
}

/** Starts listening. Returns a function that stops it. */
export async function followClosing(): Promise<() => void> {
  const left = (): void => void saveAll();
  document.addEventListener("visibilitychange", left);
  for (const sign of ["blur", "pagehide"]) window.addEventListener(sign, left);
  const stop = await events.closing.listen(async () => {
    await saveAll();
    await commands.close();
  });
  return () => {
    document.removeEventListener("visibilitychange", left);
    for (const sign of ["blur", "pagehide"]) window.removeEventListener(sign, left);
    stop();
  };
}
