/** A draft's state in words. */
import type { DraftRow } from "../../bindings";
import { words } from "../../words";

/** What the heading of the page of a sent draft says. Published says for whom. */
export function stateHeading(row: DraftRow): string {
  const own = words.outbox;
  if (row.state === "needs_attention") return row.attention ? own.attention[row.attention.why].title : own.groups.attention;
  if (row.state === "published" && row.visibility === "team") return own.savedToGuildhall;
  return row.state === "draft" ? own.groups.drafts : own.sent[row.state];
}

/** What comes next, for a row in a list. Who sees it, where it is published. */
export function whatNext(row: DraftRow, offline: boolean): string {
  const own = words.outbox;
  switch (row.state) {
    case "draft":
      return own.next.draft;
    case "queued":
    case "sending":
      return offline ? own.next.queued : own.next.queuedOnline;
    case "needs_attention":
      return own.next.attention[row.attention?.why ?? "other"];
    case "published":
      return row.visibility ? own.canSee[row.visibility] : "";
    default:
      return own.next[row.state];
  }
}
