/** A project's page. */
import type { HistoryKind, Phase, Visibility } from "../../bindings";
import { common } from "./common";

const step: Record<Phase, string> = { ...common.phase };
const visibilityOf: Record<Visibility, string> = { ...common.visibility };

/** The fields of a project as its history names them. */
const fieldNames: Record<string, string> = {
  title: "title",
  summary: "summary",
  why: "why it is being done",
  problem: "the problem",
  needs: "user needs",
  services: "services",
  phase: "phase",
  phase_dates: "phase dates",
  learned: "what was learned",
  approach: "approach",
  product: "product",
  supplier: "supplier",
  contract_ends: "contract end",
  collaboration: "collaboration",
  wanted: "help wanted",
  budget_band: "budget",
  contact: "contact",
  lang: "language",
  links: "links",
  tags: "tags",
  licence: "licence",
  reuse: "how to reuse it",
  visibility: "who can see it",
};

const happened: Record<HistoryKind, string> = {
  published: "Published",
  imported: "Imported from another source",
  changed: "Changed",
  claimed: "Claimed by its council",
  confirmed: "Details confirmed",
  moved: "Taken over by another council",
};

export const project = {
  detailsConfirmedAgo: (ago: string) => `Details confirmed ${ago}`,
  neverConfirmed: "Details never confirmed",
  stale:
    "These details may be out of date. Its council has not confirmed them for more than 6 months. Ask the team before you rely on them.",
  unclaimed: "Imported from another source. The council has not checked these details.",

  contact: "Contact the team",
  copyAddress: "Copy address",
  copied: "Address copied.",
  notCopied: "We could not copy the address. It is selected: press Ctrl+C.",
  noMail: "We could not open your email program. Copy the address instead.",
  noContact: "This team has not given an email address.",
  mailSubject: (title: string) => `${title} (on Guildhall)`,

  confirm: {
    claim: "This is ours",
    claimHint: "Select “This is ours” to say that your council runs this project and that these details are right.",
    still: "Still right",
    ask: (ago: string) => `Details last confirmed ${ago}. Still right?`,
    askNever: "Nobody has confirmed these details. Still right?",
    of: (title: string) => `: ${title}`,
    waiting: "You confirmed these details. We will send this when you are online.",
    sending: "Sending your confirmation.",
    attention: "Your confirmation was not sent.",
    look: "See why",
    done: (title: string) => `Sending your confirmation of “${title}”.`,
    later: (title: string) => `Your confirmation of “${title}” is saved. We will send it when you are online.`,
    /** What a confirmation is called in My work. */
    row: "Confirmation of details",
    list: "Still right?",
    listHint: "You have not confirmed these details for a while. Check them, then confirm or change them.",
  },

  report: {
    begin: "Report a problem",
    title: "Report a problem with this project",
    why: "What kind of problem is it?",
    whyOf: {
      duplicate: { label: "It is a duplicate of another project", hint: "" },
      problem: { label: "Something else", hint: "For example, it names someone who does not want to be named" },
    },
    chooseWhy: "Select what kind of problem it is",
    text: "What is wrong?",
    hint: (email: string) =>
      email
        ? `Leads of its council and the coordinators will read this. They will see that it is from ${email}.`
        : "Leads of its council and the coordinators will read this. You are not signed in, so they will not see your name.",
    textMissing: "Enter what is wrong",
    send: "Send report",
    sent: "Report sent to the council and the coordinators.",
  },
  purge: {
    begin: "Delete permanently",
    title: "Delete this project permanently",
    text: "This deletes the project, its history and its updates for everyone. You cannot undo it. If the project has finished, change its phase instead.",
    reason: "Why are you deleting it?",
    hint: "Leads and coordinators will see this reason in the activity log.",
    reasonMissing: "Enter a reason",
    remove: "Delete project",
    done: (title: string) => `“${title}” deleted.`,
  },

  change: "Change this project",
  goOn: "Continue your draft",
  more: "More",
  copyLink: "Copy link",
  linkCopied: "Link copied.",
  linkNotCopied: (address: string) => `We could not copy the link. It is ${address}`,

  needs: "User needs",
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
  open: "Collaboration",
  wanted: (kind: string) => `Help wanted: ${kind.toLowerCase()}`,
  by: (day: string) => `by ${day}`,

  updates: "Updates",
  showAndTell: "Show and tell",
  showAndTellWas: "Past show and tell",
  when: "When",
  where: "Where",
  openTo: "Open to",

  reuse: "Reuse",
  licence: "Licence",
  linkTo: (kind: string, site: string) => `${kind} on ${site}`,
  linkOf: (title: string) => `of ${title}`,

  approach: "Build or buy",
  approachKey: "Approach",
  product: "Product",
  supplier: "Supplier",
  contractEnds: "Contract ends",
  budget: "Budget",

  about: "About this project",
  services: "Services",
  unknownService: (id: number) => `Service ${id}`,
  serviceLink: "Service:",
  tags: "Tags",
  findTag: "Find projects with the tag",
  visibility: "Who can see it",
  visibilityOf,
  confirmed: "Details confirmed",
  notConfirmed: "Never",
  changed: "Last changed",
  published: "First published",
  lang: "Written in",
  langOf: { en: "English", cy: "Welsh" } as Record<string, string>,

  history: {
    title: "History",
    show: "Show history",
    again: "Try again",
    offline: "You are offline. Connect to see the history of this project.",
    none: "Nothing is known about earlier versions.",
    happened,
    fields: (names: string[]) => names.map((name) => fieldNames[name] ?? name).join(", "),
    phase: (phase: string) => `Phase: ${phase}`,
    visibility: (audience: string) => `Who can see it: ${audience}`,
    by: (who: string) => `by ${who}`,
    undated: "Date not known",
  },

  loading: "Loading the project",
  gone: {
    title: "Project not found",
    text: "This project is no longer in the catalogue, or you can no longer see it.",
    find: "Go to projects",
  },
  reason: {
    title: "This project may be restricted to its team",
    text: "As a coordinator you can view it once. We will record your reason and email it to the council’s leads.",
    label: "Why do you need to view it?",
    missing: "Enter a reason for the council’s leads",
    read: "View project",
    gone: "This project does not exist any more",
    granted: (council: string) => `Only its team and the leads of ${council} can see this project. We have emailed them your reason.`,
  },
  seats: {
    title: "Project team",
    show: "Show project team",
    again: "Try again",
    none: "Nobody is in the team of this project.",
    notForYou: "Only the project’s team and the leads of its council can see who is in the team.",
    suspended: "Cannot see the project now. They must confirm their email address, or no longer act for this council.",
    takeBack: "Remove from team",
    takeBackLabel: (email: string) => `Remove from team: ${email}`,
    takenBack: (email: string) => `${email} removed from the project team.`,
    leave: "Leave the team",
    sureLeave:
      "Are you sure you want to leave the team? You will no longer see what only the team can see. Its owner or a lead can add you again.",
    leaveYes: "Yes, leave the team",
    sureTakeBack: (email: string) =>
      `Are you sure you want to remove ${email} from the team? They will no longer see what only the team can see.`,
    takeBackYes: "Yes, remove them",
    no: "Cancel",
  },
  failed: "We could not open the project",
};
