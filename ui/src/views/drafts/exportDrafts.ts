/** Exports all drafts to a file that the person chooses. */
import { commands } from "../../bindings";
import { clock } from "../../stores/clock.svelte";
import { notice } from "../../stores/notice.svelte";
import { words } from "../../words";
import { today } from "../../words/dates";

export async function exportDrafts(): Promise<void> {
  const answer = await commands.exportDrafts(words.drafts.exportName(today(clock.now)));
  if (answer.status === "error") notice.fail(answer.error);
  else if (answer.data !== null) notice.done(words.drafts.exported(answer.data));
}
