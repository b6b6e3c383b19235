/** The outbox: what waits, what was sent, what needs attention. */
import type { Attention, DraftState } from "../../bindings";
import { counted } from "../plural";

/** `by` is who reviews it: a council's name, or "the coordinators". */
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

const attention: Record<Attention["why"], { title: string; text: string }> = {
  conflict: {
    title: "Someone else changed this project while you were offline",
    text: "Your text is safe.",
  },
  refused: {
    title: "Something has to be changed before it can be sent",
    text: "Your text is safe. Change what is listed here, and send it again.",
  },
  not_allowed: {
    title: "You can’t send for this council",
    text: "Your text is safe. Ask one of the people who lead the council in Guildhall, then send it again.",
  },
  gone: {
    title: "This project is no longer in the catalogue",
    text: "Your text is safe. You can send it as a new project.",
  },
  mismatch: {
    title: "The registry already has something else under this number",
    text: "Your text is safe. Send it again: it takes a new number.",
  },
  not_there: {
    title: "This is no longer in the catalogue",
    text: "The catalogue was put back to an earlier state after you published this. Your text is safe: send it again, or change it first.",
  },
  changes_requested: { title: "Changes are asked for", text: "Your text is safe. Change it and send it again." },
  declined: { title: "This was not accepted", text: "Your text is kept on this laptop. You can go on writing, and send it again." },
  other: {
    title: "This needs attention",
    text: "Your text is safe. Another version of Guildhall knows why: install the update to read it, or change the draft and send it again.",
  },
  too_large: { title: "This is too large to send", text: "Your text is safe. Make the long texts shorter, and send it again." },
};

export const outbox = {
  title: "Outbox",
  state,
  attention,
  groups: { attention: "Needs attention", waiting: "Waiting to send", sent: "Sent" },
  empty: {
    title: "Nothing waits to be sent",
    text: "What you send appears here until the registry has it, and after that with what became of it.",
  },
  waiting: "It is sent as soon as there is a connection. You can close the app: it waits on this laptop.",
  waitingOnline: "It is about to be sent.",
  tries: (n: number) => `Tried ${counted(n, "time", "times")} so far.`,
  takeBack: "Take it back to change it",
  change: "Change and send again",
  tryAgain: "Send it again",
  sendingText: "It is on its way.",
  published: "It is in the catalogue.",
  see: "See it in the catalogue",
};
