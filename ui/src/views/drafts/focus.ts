/** Moves the keyboard focus to a field or button that was just drawn. */
import { tick } from "svelte";

export async function focusOn(id: string): Promise<void> {
  await tick();
  document.getElementById(id)?.focus();
}
