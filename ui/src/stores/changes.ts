/** Events for screens that show data on this laptop. */
import { events } from "../bindings";

type Change = "accountChanged" | "catalogueChanged" | "draftsChanged";

/** Calls `again` after each of these changes. Returns a function that stops it, for `onMount`. */
export function onChanges(changes: Change[], again: () => void): () => void {
  const stops = changes.map((change) => events[change].listen(again));
  return () => stops.forEach((stopped) => void stopped.then((stop) => stop()));
}
