/** A project, as everybody reads it. */
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
  /** What stands above the title, beside the phase. */
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
  failed: "The project can’t be read",
};
