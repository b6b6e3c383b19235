/** The draft editor. */
import type { FieldCode, Section, UnreadableKind, Visibility } from "../../bindings";
import { counted } from "../plural";
import { failures } from "./failures";

const section: Record<Section, string> = {
  about: "About the project",
  needs: "User needs",
  problem: "The problem",
  phase: "Phase and dates",
  approach: "Approach and cost",
  others: "Working with others",
  links: "Links and reuse",
};

const visibilityHint: Record<Visibility, string> = {
  public: "Includes search engines, suppliers and journalists.",
  members: "Includes suppliers and other organisations.",
  councils: "Includes contractors with a council address.",
  team: "Only you and your council’s leads.",
};

/** The fields of a project, as nouns: in “Check your answers”, conflicts, reviews and the activity log. */
const field: Record<string, string> = {
  title: "Title",
  visibility: "Who can see it",
  summary: "Summary",
  tags: "Tags",
  services: "Services",
  lang: "Language",
  needs: "User needs",
  problem: "Problem",
  why: "Reason for the project",
  phase: "Phase",
  phase_dates: "Phase dates",
  learned: "What was learned",
  approach: "Approach",
  product: "Product",
  supplier: "Supplier",
  contract_ends: "Contract end date",
  budget_band: "Estimated total budget",
  contact: "Contact",
  contact_mailbox: "Team’s email address",
  contact_name: "Team name",
  collaboration: "Collaboration",
  wanted: "Help wanted",
  links: "Links",
  licence: "Licence",
  reuse: "How others can reuse it",
};

const unreadable: Record<UnreadableKind, string> = {
  draft: "Draft",
  waiting: "Draft waiting to be sent",
  conflict: "Someone else’s change to the same project",
  unused_text: "Unused text",
  answer: "Your decision on a review",
};

const phaseHint = {
  idea: "Not started",
  discovery: "Finding out what people need",
  alpha: "Trying out ways to meet the need",
  beta: "Being used by some people",
  live: "Open to everyone who needs it",
  retired: "No longer used",
  stopped: "Stopped before it went live",
};

const lowerFirst = (text: string) => text.charAt(0).toLowerCase() + text.slice(1);

/** What is wrong with an answer, by its JSON Pointer. In a list it says which: “Need 2: enter what the user needs to do”. */
function fieldError(pointer: string, code: FieldCode, phaseName: (phase: string) => string): string {
  const [list, at, part] = pointer.split("/").slice(1);
  if (pointer === "/visibility") return "Select who can see it";
  if (pointer === "/contract_ends") return "Contract end date must be a real date, for example 31 3 2027";
  if (list === "phase_dates" && code === "not_a_date")
    return `${phaseName(at ?? "")}: enter the month and year when this phase started, for example March 2026`;
  const sentence = failures.fieldError(pointer, code);
  if (part === undefined) return sentence;
  const which = { needs: drafts.needs.need, links: drafts.links.item, wanted: drafts.working.item }[list ?? ""];
  const item = which?.(Number(at) + 1) ?? phaseName(at ?? "");
  return `${item}: ${lowerFirst(sentence)}`;
}

export const drafts = {
  untitled: "Untitled draft",
  newDraft: "New draft",
  export: "Save all drafts to a file",
  exportName: (date: string) => `guildhall-drafts-${date}.json`,
  exported: (n: number) => `Saved ${counted(n, "draft", "drafts")} to the file.`,
  newProject: "New project",
  aChange: "Edit to a published project",
  unreadable: {
    title: "Cannot be opened by this version",
    text: "A newer version of Guildhall wrote these items, or they are damaged. They stay on this laptop unchanged. Install the update to open them. “Save all drafts to a file” includes them too.",
    kind: unreadable,
    untitled: "Untitled",
    writtenAt: (when: string) => `Written ${when}`,
  },
  nobody: {
    title: "Sign in to write drafts",
    text: "A draft belongs to the person who writes it, so nobody else who uses this laptop can see it.",
    signIn: "Sign in",
  },
  section,
  field,
  fieldError,
  tasks: "Sections",
  allSections: "All sections",
  progress: { done: "✓ Done", not_yet: "To do", optional: "Optional" },
  needCount: (n: number) => counted(n, "need", "needs"),
  caption: (council: string) => `Draft · ${council}`,
  captionEdit: (council: string) => `Edit to a published project · ${council}`,
  checkAndSend: "Check answers and send",
  saved: (time: string) => `Saved on this laptop at ${time}`,
  saving: "Saving on this laptop",
  saveFailed: "Not saved yet. Your text is still in this window.",
  next: "Continue",
  audience: {
    label: "Who can see it:",
    unanswered: "not answered yet",
    answer: "Answer",
    change: "Change",
    about: "who can see it",
  },
  gone: {
    title: "Draft not found",
    text: "The draft was deleted from this laptop, or it belongs to another person.",
    back: "Back to My work",
  },

  foi: "Do not include names or case details. People can request what you write under the Freedom of Information Act.",
  markdown: "Use - for bullet points.",
  preview: { show: "Preview", hide: "Hide preview", of: (name: string) => `Preview of ${name}`, empty: "Nothing to preview yet." },

  about: {
    title: "Title",
    titleHint: "Say what it does for people, for example “Missed bin reports that reach the crew”.",
    visibility: "Who can see it?",
    summary: "Summary",
    summaryHint: "1 or 2 sentences. Avoid terms only your council uses.",
    services: "Services",
    servicesHint: "Helps other councils find your project.",
    tags: "Tags",
    tagsHint: "Separate tags with commas, for example bins, in-cab, reminders",
    lang: "Which language are you writing in?",
    langOf: { en: "English", cy: "Welsh" },
    visibilityHint,
  },
  needs: {
    explain: "Write what a person is trying to do, not what you will build. This helps other councils find your project.",
    either: "Give a need or a problem. You do not have to give both.",
    need: (n: number) => `Need ${n}`,
    asA: "As a",
    iNeed: "I need to",
    soThat: "So that",
    evidence: "How do you know?",
    evidenceHint: "Calls, interviews or data. Do not include names.",
    add: "Add another need",
    addFirst: "Add a need",
    remove: (n: number) => `Remove need ${n}`,
    removed: (n: number) => `Need ${n} removed.`,
    undo: "Undo",
    none: "No needs yet. If you do not know the needs yet, describe the problem instead.",
    most: (n: number) => `You have ${n} needs, the most a project can have. Remove one to add another.`,
  },
  others: {
    title: "Projects that may have this need",
    from: "From the catalogue on this laptop",
    matching: (n: number) => (n === 1 ? "Matching word:" : "Matching words:"),
    services: (services: string[]) => `Same service: ${services.join(", ")}`,
    none: "No similar projects found. Others may have used different words.",
    waiting: "Write what the user needs to do, and similar projects appear here.",
    count: (n: number) => counted(n, "similar project", "similar projects"),
    backToDraft: "Back to your draft",
  },
  problem: {
    problem: "What is the problem?",
    problemHint: "What goes wrong today, for whom, and what it costs.",
    why: "Why are you doing it?",
    whyHint: "What prompted the project: a complaint, a contract that ends, a new law.",
  },
  phase: {
    phase: "What phase is the project in?",
    phaseHint,
    dates: "Phase dates",
    datesHint: "For example, March 2026. Approximate dates are fine. A phase ends when the next one starts.",
    started: (phase: string) => `When did ${lowerFirst(phase)} start?`,
    startedOf: {
      idea: "When did you have the idea?",
      retired: "When was it retired?",
      stopped: "When did it stop?",
    } as Record<string, string>,
    began: (phase: string) => `${phase} started`,
    learned: "What did you learn?",
    learnedHint: "What you would tell a council that is about to start. This matters most if the project was stopped.",
  },
  approach: {
    approach: "How will you meet the need?",
    approachLive: "How are you meeting the need?",
    hint: {
      not_decided: "You can come back to this later.",
      build: "We make it ourselves",
      buy: "We buy it from a supplier",
      adapt: "We change what another council made",
    },
    product: "Product",
    supplier: "Supplier",
    contractEnds: "When does the contract end?",
    contractHint: "For example, 31 3 2027. Councils with the same end date may want to work with you.",
    kept: "These answers were for “Buy”. Clear any that no longer apply: what is here will be sent.",
    budget: "Estimated total budget",
  },
  working: {
    mailbox: "Team’s email address",
    mailboxHint: "Use a shared mailbox if you can, because people move on.",
    name: "Name of the team",
    collaboration: "Do you want to work with other councils?",
    wanted: "What help do you need?",
    kind: "Kind of help",
    what: "Describe the help",
    by: "When do you need it by?",
    byHint: "For example, 31 3 2027",
    add: "Add a request for help",
    item: (n: number) => `Request ${n}`,
    remove: (n: number) => `Remove request ${n}`,
    most: (n: number) => `You have ${n} requests, the most a project can have. Remove one to add another.`,
  },
  links: {
    links: "Links",
    kind: "Type of link",
    url: "Web address",
    label: "Link text",
    labelHint: "If you leave this blank, we will show the web address.",
    item: (n: number) => `Link ${n}`,
    remove: (n: number) => `Remove link ${n}`,
    add: "Add a link",
    most: (n: number) => `You have ${n} links, the most a project can have. Remove one to add another.`,
    licence: "Licence",
    licenceNone: "Not decided",
    licenceOther: "Another licence",
    licenceName: "Name of the licence",
    licenceHint: "Start typing, for example BSD or EUPL",
    licenceUnknown: "This is not on the SPDX list of licences. You can still use it.",
    reuse: "How can others reuse it?",
    reuseHint: "What another council would need, and who to ask.",
  },
  check: {
    heading: "Check your answers",
    explain: (council: string) => `You are sending this for ${council}.`,
    all: "All answers",
    changed: "What you changed",
    nothingChanged: "You have not changed anything yet.",
    was: "Was:",
    now: "Now:",
    nothing: "Nothing",
    sends: { publish: "Publish now", save: "Save to Guildhall", review: "Send for review", unknown: "Send", later: "Send when online" },
    willReview: (council: string) => `The leads of ${council}, or a coordinator if it has none, will review this before it is published.`,
    willSee: {
      public: "When published, anyone on the internet can see it.",
      members: "When published, anyone who signs in can see it.",
      councils: "When published, people who work for a council can see it.",
      team: "Only the project team will be able to see it. Other councils will not find it.",
    } satisfies Record<Visibility, string>,
    later: "You are offline. We will send this when you are online.",
    notYet: (n: number) =>
      `You cannot send this yet. Fix ${counted(n, "answer", "answers")} first. The list at the top of the page says which.`,
    hidden: (fields: string[]) =>
      `Some of your text has hidden characters, which often come with pasted text. We will remove them before we send it. They are in: ${fields.join(", ")}.`,
    notProvided: "Not provided",
  },
  review: {
    asked: (by: string) => (by ? `${by} asked for changes` : "A lead asked for changes"),
    declined: (by: string) => (by ? `${by} rejected this` : "A lead rejected this"),
  },
  remove: {
    button: "Delete this draft",
    short: "Delete",
    ask: (title?: string) => (title ? `Delete the draft: ${title}` : "Delete this draft"),
    sure: "Are you sure you want to delete this draft? You cannot undo this.",
    yes: "Delete draft",
    no: "Keep draft",
    done: (title: string) => `Deleted the draft: ${title}`,
    hide: "Remove from My work",
    hidden: (title: string) => `Removed from My work: ${title}`,
    hideOf: (title: string) => `Remove from My work: ${title}`,
    hideNote: {
      in_review: (council: string) => `${council} will still review it.`,
      published: () => "The project stays in Guildhall.",
    } as Record<string, (council: string) => string>,
  },
};
