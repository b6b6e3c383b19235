/** The inbox: submissions to review, and invitations. */
import { screens } from "../../../../words/en.json";
import type { AnswerRefused, Role, State } from "../../bindings";
import { counted, number } from "../plural";

const refused: Record<AnswerRefused, string> = {
  answered: "Someone else answered this first, or its author took it back. Your answer was not needed.",
  changed:
    "Someone changed the same parts of the project meanwhile. It went back to its author, who puts the two together and sends it again.",
  not_allowed: "You can’t answer this any more. Ask one of the people who lead the council in Guildhall.",
  invalid: "It can’t be published as it is now. Ask its author to take it back and change it.",
  other: "Nothing came of it. Another version of Guildhall knows why: install the update to read it.",
};

const answered: Partial<Record<State, string>> = {
  published: "Publish it",
  changes_requested: "Ask for changes",
  declined: "Don’t accept it",
};

const role: Record<Role, string> = { contributor: "Contributor", editor: "Editor", lead: "Lead" };

export const inbox = {
  title: screens.inbox,
  count: (n: number) => `${number(n)} waiting for you`,
  role,
  empty: {
    title: "Nothing waits for you",
    text: "When someone sends a project that you check before it is published, offers you a role at a council, or asks to act for yours, it appears here.",
  },
  groups: { invitations: "You are invited", requests: "Who asks to act for your council", waiting: "To check", answered: "Your answers" },
  invited: (by: string, role: string, council: string) =>
    `${by || "Someone"} invites you to be ${role === "Lead" ? "a lead" : "an editor"} for ${council}`,
  accept: "Accept",
  acceptLabel: (council: string) => `Accept the invitation from ${council}`,
  decline: "Decline",
  declineLabel: (council: string) => `Decline the invitation from ${council}`,
  accepted: (council: string) => `You now act for ${council}.`,
  declined: "You declined the invitation.",
  newProject: "New project",
  aChange: "Change to a project",
  from: (author: string, when: string) => `${author}, ${when}`,
  waits: "Waiting to send",
  refused,
  answered,
  dismiss: "Take it off the list",
  dismissLabel: (title: string) => `Take it off the list: ${title}`,
  takeBack: "Take your answer back",
  takeBackLabel: (title: string) => `Take your answer back: ${title}`,
  queued: "Your answer is saved on this laptop, and is sent as soon as there is a connection.",
  sent: "Your answer is on its way.",
  review: {
    lede: (author: string, council: string, isNew: boolean) =>
      isNew ? `${author} wants to publish this new project for ${council}.` : `${author} wants to change this project of ${council}.`,
    movedOn: "The project was changed since this was written. If you publish it, the two are put together where they can be.",
    changes: (n: number) => counted(n, "change", "changes"),
    field: "Field",
    before: "Published now",
    after: "To be published",
    nothing: "Nothing",
    removed: "Removed",
    none: "This says the same as the catalogue already does.",
    question: "What is your answer?",
    publish: "Publish it",
    publishHint: "Everyone who may see it has it at their next sync.",
    changesRequested: "Ask for changes",
    changesHint: "It goes back to its author with what you write.",
    declined: "Don’t accept it",
    declinedHint: "Its author keeps the text, and is told why.",
    reason: "What should its author know?",
    reasonHint: "Its author reads this in their Guildhall.",
    send: "Send your answer",
    choose: "Choose an answer",
    reasonMissing: "Say why, so that its author knows what to do",
    gone: { title: "This waits no more", text: "Someone answered it, or its author took it back." },
    back: "Go to Inbox",
  },
};
