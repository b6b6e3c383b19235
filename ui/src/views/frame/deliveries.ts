/**
 * Announces what becomes of drafts that were sent, wherever the person is by then: that one is published, or needs
 * attention. Each is said once. The draft's own page says more, so it is left to say it where it is open.
 */
import { onMount } from "svelte";
import { commands, type DraftRow, type DraftState } from "../../bindings";
import { announcer } from "../../stores/announcer.svelte";
import { onChanges } from "../../stores/changes";
import { router } from "../../stores/router.svelte";
import { words } from "../../words";

/** Follows the drafts while the calling component is there. */
export function announceDeliveries(): void {
  let known: Map<string, DraftState> | null = null;
  let looking: Promise<void> = Promise.resolve();

  async function look(): Promise<void> {
    const answer = await commands.drafts();
    if (answer.status === "error") return;
    // What is there at the start is not news.
    if (known) for (const row of answer.data) tell(row, known.get(row.id));
    known = new Map(answer.data.map((row) => [row.id, row.state]));
  }

  /** One after the other, so that no state is compared with a later one. */
  const again = (): void => void (looking = looking.then(look));

  onMount(() => {
    again();
    return onChanges(["draftsChanged"], again);
  });
}

function tell(row: DraftRow, before: DraftState | undefined): void {
  const said = words.frame.delivered[row.state];
  if (!said || before === undefined || before === row.state) return;
  if (router.route.name === "draft" && router.route.id === row.id) return;
  announcer.say(said(row.title || words.drafts.untitled));
}
