/** My work: the states of a draft, and what to do next. */
import { screens } from "../../../../words/en.json";
import type { Attention, DraftState, Visibility } from "../../bindings";
import { counted } from "../plural";

/** `by` is who reviews it: a council's name, or "the coordinators". */
const state: Record<DraftState, (by: string) => string> = {
  draft: () => "Saved on this laptop",
  queued: () => "Waiting to send",
  sending: () => "Sending",
  needs_attention: () => "Needs attention",
  received: () => "Sent",
  in_review: (by) => `With ${by} for review`,
  published: () => "Published",
  declined: () => "Not accepted",
  withdrawn: () => "Withdrawn",
};

const attention: Record<Attention["why"], { title: string; text: string }> = {
  conflict: {
    title: "Someone else changed this project",
    text: "Your text is safe.",
  },
  refused: {
    title: "Fix your answers before you send",
    text: "Your text is safe. Change these answers and send again.",
  },
  not_allowed: {
    title: "You cannot send for this council",
    text: "Your text is safe. Ask a lead of your council to give you access, then send it again.",
  },
  gone: {
    title: "This project is no longer in the catalogue",
    text: "Your text is safe. You can send it as a new project.",
  },
  mismatch: {
    title: "Guildhall could not match this to what you sent before",
    text: "Your text is safe. Send it again.",
  },
  not_there: {
    title: "This is no longer published",
    text: "The registry was restored from a backup after you published this. Your text is safe. Send it again, or change it first.",
  },
  changed_since: {
    title: "This project has changed since you looked",
    text: "You confirmed its details, but somebody changed them before that was sent. View the project, then confirm the details again.",
  },
  changes_requested: { title: "You need to make changes", text: "Your text is safe. Change it and send it again." },
  declined: { title: "This was not accepted", text: "Your text is kept on this laptop. You can change it and send it again." },
  other: {
    title: "This needs attention",
    text: "Your text is safe. Install the latest version of Guildhall to see why, or change the draft and send it again.",
  },
  too_large: { title: "This is too large to send", text: "Your text is safe. Shorten the long texts and send it again." },
};

/** What to do next about a draft that needs attention, in a list. */
const next: Record<Attention["why"], string> = {
  conflict: "Choose which text to use",
  refused: "Fix your answers and send again",
  not_allowed: "Ask a lead for access, then send again",
  gone: "Send it as a new project, or delete it",
  mismatch: "Send it again",
  not_there: "Send it again",
  changed_since: "View the project, then confirm the details again",
  changes_requested: "Read the comments, make changes and send again",
  declined: "Read the comments",
  other: "Open it to see what is wrong",
  too_large: "Shorten the long texts and send again",
};

const canSee: Record<Visibility, string> = {
  public: "Anyone on the internet can see it.",
  members: "Anyone who signs in can see it.",
  councils: "People who work for a council can see it.",
  team: "Only the project team can see it.",
};

export const outbox = {
  title: screens.work,
  state,
  /** The state `published`, where only the team can see it. */
  savedToGuildhall: "Saved to Guildhall",
  attention,
  groups: { drafts: "Drafts", attention: "Needs attention", waiting: "Waiting to send", sent: "Sent" },
  empty: {
    title: "You have not written anything yet",
    text: "Write about what your team is working on. A draft stays on this laptop until you send it.",
  },
  savedAt: (when: string) => `Saved ${when}`,
  sentAt: (when: string) => `Sent ${when}`,
  queuedAt: (when: string) => `Waiting since ${when}`,
  next: {
    draft: "Continue writing",
    queued: "We will send it when you are online",
    queuedOnline: "We will send it in a moment",
    attention: next,
    in_review: "Leads will review it. You can withdraw it until then.",
    received: "Waiting for an answer from the registry",
    declined: "Read why, and send it again if you want to",
    withdrawn: "You took it back",
  },
  recover: "Recover unused text",

  sent: {
    queued: "Waiting to send",
    sending: "Sending",
    received: "Sent",
    in_review: "Sent for review",
    published: "Published",
    declined: "Not accepted",
    withdrawn: "Withdrawn",
  },
  canSee,
  waiting: "We will send this when you are online. You can close Guildhall: the draft waits on this laptop.",
  waitingOnline: "We are about to send this.",
  tries: (n: number) => `Tried ${counted(n, "time", "times")} so far.`,
  inReview: (council: string) =>
    `The leads of ${council}, or a coordinator if it has none, will review it before it is published. Their decision will appear in ${screens.work}.`,
  takeBack: "Withdraw and edit",
  change: "Change and send again",
  tryAgain: "Send again",
  sendingText: "We are sending this now. You can leave this page.",
  withdrawn: "You took this back before it was published.",
  see: "View project",
  backToWork: `Back to ${screens.work}`,
};
