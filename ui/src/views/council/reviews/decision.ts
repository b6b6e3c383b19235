/** The decisions that a reviewer can make. */
import type { State } from "../../../bindings";
import type { Decided } from "../../../stores/router.svelte";

export const DECISIONS = ["published", "changes_requested", "declined"] as const;

export function isDecision(state: State): state is Decided["state"] {
  return (DECISIONS as readonly State[]).includes(state);
}
