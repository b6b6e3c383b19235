/** The inbox: submissions to review, invitations and requests. */
import { screens } from "../../../../words/en.json";
import type { AnswerRefused, Role, State } from "../../bindings";
import { counted, number } from "../plural";

const refused: Record<AnswerRefused, string> = {
  answered: "Someone else decided this first, or its author withdrew it. We did not use your decision.",
  changed: "Someone else changed the same fields. We have sent this back to its author.",
  not_allowed: "You can no longer review projects for this council. Ask a lead of the council.",
  invalid: "This cannot be published as it is. Ask its author to withdraw and change it.",
  other: "Your decision was not accepted. Update Guildhall to see why.",
};

/** A decision on a review. */
type Decided = Extract<State, "published" | "changes_requested" | "declined">;

const decision: Record<Decided, string> = {
  published: "Approve and publish",
  changes_requested: "Ask for changes",
  declined: "Reject",
};

const role: Record<Role, string> = { contributor: "Contributor", editor: "Editor", lead: "Lead" };

export const inbox = {
  title: screens.inbox,
  role,
  empty: {
    title: "Nothing to review",
    text: "Projects to review, invitations, and requests to join your council will appear here.",
  },
  /** Leads from here to the list of what the person sent. */
  sentByYou: "Looking for the decision on a project you sent?",
  myWork: "Go to My work",
  attention: (n: number) => `${counted(n, "draft needs", "drafts need")} attention in My work`,
  groups: {
    invitations: "Invitations",
    requests: "Requests to join your council",
    waiting: "Projects to review",
    decided: "Your decisions",
  },
  invited: (by: string, role: string, council: string) => `${by || "Someone"} invited you to be ${role} for ${council}`,
  accept: "Accept",
  acceptLabel: (council: string) => `Accept the invitation from ${council}`,
  decline: "Decline",
  declineLabel: (council: string) => `Decline the invitation from ${council}`,
  accepted: (council: string) => `You can now act for ${council}.`,
  declined: (council: string) => `You declined the invitation from ${council}.`,
  newProject: "New project",
  edit: "Edit to a project",
  from: (author: string, when: string) => `${author}, ${when}`,
  waits: "Waiting to send",
  refused,
  decision,
  remove: "Remove from list",
  removeLabel: (title: string) => `Remove from list: ${title}`,
  removed: (title: string) => `${title} is removed from the list.`,
  undo: "Undo your decision",
  undoLabel: (title: string) => `Undo your decision on ${title}`,
  undone: (title: string) => `Your decision on ${title} is undone.`,
  review: {
    lede: (author: string, council: string, isNew: boolean) =>
      isNew ? `${author} wants to publish this new project for ${council}.` : `${author} wants to edit this project of ${council}.`,
    seen: (audience: string) => `If you approve it, it will be visible to: ${audience}.`,
    movedOn: "The project has changed since this was sent. If you approve it, we will combine the changes where we can.",
    caption: { new: "The new project", edit: "What the edit changes" },
    field: "Field",
    before: "Published now",
    after: "To be published",
    nothing: "Nothing",
    removed: "Removed",
    none: "This edit changes nothing.",
    commentOn: "Comment",
    commentOnField: (field: string) => `Comment on ${field}`,
    /** Begins a line of the comments about one field. */
    commentStart: (field: string) => `${field}: `,
    question: "What do you want to do?",
    publishHint: (audience: string) => `Visible to: ${audience}.`,
    changesHint: "We will send your comments to the author.",
    declinedHint: "The author keeps the text. We will send them your comments.",
    reason: "Comments for the author",
    reasonHint: "The author will see these in Guildhall.",
    send: "Send decision",
    choose: "Select what you want to do",
    reasonMissing: "Enter your comments for the author",
    gone: { title: "This no longer needs a review", text: "Someone has reviewed it, or its author withdrew it." },
    back: "Go to Inbox",
  },
  /** The page after a decision. */
  done: {
    waiting: "Decision waiting to send",
    waitingText: "Your decision is saved on this laptop. We will send it when you are online.",
    sending: "Sending your decision",
    sendingText: "Your decision is saved on this laptop.",
    sent: {
      published: "Approved and published",
      changes_requested: "Changes requested",
      declined: "Rejected",
    } satisfies Record<Decided, string>,
    sentText: {
      published: (audience: string) => `Visible to: ${audience}.`,
      changes_requested: (author: string) => `We have sent your comments to ${author}.`,
      declined: (author: string) => `We have sent your comments to ${author}, who keeps the text.`,
    } satisfies Record<Decided, (of: string) => string>,
    refused: "Decision not used",
    next: (n: number) => `Review the next project (${number(n)} left)`,
  },
};
