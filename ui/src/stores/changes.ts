/** Hearing that something on this laptop changed, for screens that show it. */
import { events } from "../bindings";

type Change = "accountChanged" | "catalogueChanged" | "draftsChanged";

/** Calls `again` after each of these changes; returns what stops it, as `onMount` wants it. */
export function onChanges(changes: Change[], again: () => void): () => void {
  const stops = changes.map((change) => events[change].listen(again));
  return () => stops.forEach((stopped) => void stopped.then((stop) => stop()));
}
