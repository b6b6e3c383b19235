/** A project's page. */
import type { Phase, Visibility } from "../../bindings";
import { common } from "./common";

const step: Record<Phase, string> = { ...common.phase, stopped: "Stopped" };

const visibilityOf: Record<Visibility, string> = {
  public: "Anyone on the internet",
  members: "Anyone who is signed in",
  councils: "Anyone who works for a council",
  team: "Its own team",
};

export const project = {
  /** The line above the title, beside the phase. */
  caption: (parts: string[]) => parts.filter(Boolean).join(" · "),
  confirmedAgo: (ago: string) => `confirmed ${ago}`,
  neverConfirmed: "never confirmed",
  stale: "This may be out of date: its council has not confirmed it for more than 6 months. Ask the team before you rely on it.",
  unclaimed: "This was imported, and is not yet confirmed by its council.",

  contact: "Contact the team",
  contactHint: "Write from your own email. The title of the project helps them to know what you mean.",
  copy: "Copy address",
  copied: "Copied. Paste it into your email.",
  notCopied: "It could not be copied by itself. The address is selected: copy it from here.",
  noContact: "The team has given no address.",

  report: {
    begin: "Report a problem with this project",
    title: "Report a problem",
    why: "What is wrong?",
    whyOf: {
      duplicate: { label: "It is the same as another project", hint: "" },
      problem: { label: "Something else", hint: "For example: it names someone who does not want to be named" },
    },
    chooseWhy: "Choose what is wrong",
    text: "Say more",
    hint: (email: string) =>
      email
        ? `Those who lead its council in Guildhall and the coordinators read this, and see that it is from ${email}.`
        : "Those who lead its council in Guildhall and the coordinators read this. You are not signed in, so it goes without your name.",
    textMissing: "Say what is wrong, so that they know what to look at",
    send: "Send the report",
    sent: "Thank you. The report was sent to those who look after this project.",
  },
  purge: {
    begin: "Remove this project for good",
    title: "Remove this project for good?",
    text: "It goes from the registry with its history and updates, and from everybody’s laptops at their next contact. It can’t be brought back. If it has only ended, change its phase instead.",
    reason: "Why?",
    hint: "This stays in the log of who did what.",
    reasonMissing: "Say why, for those who ask later",
    remove: "Remove it for good",
    done: (title: string) => `“${title}” is removed.`,
  },

  change: "Change this project",
  goOn: "Go on with your draft",

  needs: "Needs",
  asA: "As a",
  iNeed: "I need to",
  soThat: "so that",
  evidence: "How they know:",
  problem: "The problem",
  why: "Why it is being done",
  phase: "Phase",
  step,
  learned: "What was learned",

  others: "Working with others",
  open: "The team is",
  wanted: (kind: string) => `Wanted: ${kind.toLowerCase()}`,
  by: (day: string) => `by ${day}`,

  updates: "Updates",
  showAndTell: "Show and tell",
  showAndTellWas: "Show and tell, over",
  when: "When",
  where: "Where",
  openTo: "Open to",

  reuse: "Re-use",
  licence: "Licence",
  linkOf: (kind: string, title: string) => `(${kind.toLowerCase()} of ${title})`,

  approach: "How the need is met",
  approachKey: "Approach",
  product: "Product",
  supplier: "Supplier",
  contractEnds: "Contract ends",
  budget: "Budget",

  about: "About this project",
  services: "Services",
  unknownService: (id: number) => `Service ${id}`,
  findService: "Find projects of the service",
  tags: "Tags",
  findTag: "Find projects with the tag",
  visibility: "Who can see it",
  visibilityOf,
  confirmed: "Confirmed",
  notConfirmed: "Not yet",
  changed: "Last changed",
  published: "First published",
  lang: "Written in",
  langOf: { en: "English", cy: "Welsh" } as Record<string, string>,

  loading: "Getting the project",
  gone: {
    title: "This project is not here",
    text: "It is not in the catalogue any more, or you can no longer see it.",
    find: "Find projects",
  },
  reason: {
    title: "It may be for its team only",
    text: "As a coordinator you can read it, once. Your reason is written down, and the leads of its council are told by email.",
    label: "Why do you need to read it?",
    missing: "Say why, for the leads of its council",
    read: "Read it",
    gone: "There is no such project any more",
    granted: (council: string) => `Only its team and the leads of ${council} can see this. They are told that you read it, and why.`,
  },
  seats: {
    title: "Project team",
    show: "Show who is in the team",
    again: "Try again",
    none: "Nobody has a place in this project’s team.",
    notForYou: "Only the project’s team and the leads of its council can see who is in the team.",
    suspended: "Cannot use it now: they have to confirm their email address, or no longer act for this council",
    takeBack: "Remove from the team",
    takeBackLabel: (email: string) => `Remove from the team: ${email}`,
    takenBack: (email: string) => `${email} is no longer in the project’s team.`,
    leave: "Leave the team",
    sureLeave:
      "Leave the team of this project? You no longer see what only its team can see. Someone who looks after the project can give you a seat again.",
    leaveYes: "Yes, leave the team",
    sureTakeBack: (email: string) => `Take the seat of ${email} back? What only the team can see leaves their laptop at its next sync.`,
    takeBackYes: "Yes, take the seat back",
    no: "No, leave it as it is",
  },
  failed: "The project can’t be read",
};
