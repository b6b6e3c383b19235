/**
 * What must be saved before the window closes, and as soon as nobody looks at it: it may be about to go. The shell asks,
 * waits a moment, and closes when told that all is.
 */
import { commands, events } from "../bindings";

const saves = new Set<() => Promise<unknown>>();

/** Runs `save` before the window closes or is left; returns what takes it off again. */
export function beforeClosing(save: () => Promise<unknown>): () => void {
  saves.add(save);
  return () => void saves.delete(save);
}

/** One that fails must not keep the others from being saved, nor the window open for ever. */
async function saveAll(): Promise<void> {
  await Promise.allSettled([...saves].map((save) => save()));
}

/** Answers the shell's question, and saves when the window is hidden or another one is used; returns what stops it. */
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
