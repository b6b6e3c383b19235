/** Where the keyboard goes after an action that removes what was pressed: to a heading that is still there. */
import { tick } from "svelte";

/** Focuses the first of these elements that is on the page, and otherwise the page's heading. */
export async function focusFirst(...ids: string[]): Promise<void> {
  await tick();
  const found = ids.map((id) => document.getElementById(id)).find((element) => element !== null);
  (found ?? document.querySelector("h1"))?.focus();
}
