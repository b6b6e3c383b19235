/**
 * Saves what is typed in a text box outside drafts until it is sent: a review's reason, a report. A search, a code or
 * an address is not saved, as it is used at once.
 */
import { onMount, untrack } from "svelte";
import { commands, type TextBox, type Unfinished } from "../bindings";
import { autosave } from "./autosave.svelte";
import { notice } from "./notice.svelte";

const EMPTY: Unfinished = { choice: "", text: "" };

/**
 * `read` returns what the box holds now; `fill` restores what was typed before the window was last closed. Returns a
 * function to call once the text was sent or abandoned.
 */
export function keepUnfinished(box: TextBox, about: string, read: () => Unfinished, fill: (begun: Unfinished) => void): () => void {
  const typing = autosave(async (now: Unfinished) => {
    const answer = await commands.saveUnfinished(box, about, now);
    // Without an account there is no file to save to.
    if (answer.status === "ok" || answer.error.code === "sign_in_needed") return { status: "ok", data: null };
    notice.fail(answer.error);
    return answer;
  });
  let known = JSON.stringify(EMPTY);

  onMount(async () => {
    const before = known;
    const answer = await commands.unfinished(box, about);
    if (answer.status === "error" || !answer.data || known !== before) return;
    known = JSON.stringify(answer.data);
    fill(answer.data);
  });
  $effect(() => {
    const now = read();
    if (JSON.stringify(now) === known) return;
    known = JSON.stringify(now);
    untrack(() => typing.changed(now));
  });
  return () => {
    known = JSON.stringify(read());
    typing.discard();
    void commands.saveUnfinished(box, about, EMPTY);
  };
}
