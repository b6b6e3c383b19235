/** The outbox: what waits, what went, what needs attention. */
import type { DraftState } from "../../bindings";

/** `by` is who checks it: a council's name, or "the coordinators". */
const state: Record<DraftState, (by: string) => string> = {
  draft: () => "Saved on this laptop",
  queued: () => "Waiting to send",
  sending: () => "Sending",
  needs_attention: () => "Needs attention",
  received: () => "Sent",
  in_review: (by) => `Being checked by ${by}`,
  published: () => "Published",
  declined: () => "Not accepted",
  withdrawn: () => "Withdrawn",
};

export const outbox = { title: "Outbox", state };
