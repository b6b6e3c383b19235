/**
 * Keeps what is typed in a box that is no draft until it is sent: a remark on a review, a report, a reason. A search, a code
 * or an address is not kept: it is answered at once or asked for again.
 */
import { onMount, untrack } from "svelte";
import { commands, type TextBox, type Unfinished } from "../bindings";
import { autosave } from "./autosave.svelte";
import { notice } from "./notice.svelte";

const EMPTY: Unfinished = { choice: "", text: "" };

/**
 * `read` gives what is in the box now, `fill` puts in it what was typed before the window was last closed. Answers what is
 * called once it was sent, or given up.
 */
export function keepUnfinished(box: TextBox, about: string, read: () => Unfinished, fill: (begun: Unfinished) => void): () => void {
  const typing = autosave(async (now: Unfinished) => {
    const answer = await commands.saveUnfinished(box, about, now);
    // What someone writes who is not signed in has no file to go to.
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
