/** Words that several screens use, and the labels of every fixed choice. */
import type { Approach, BudgetBand, Collaboration, LinkKind, Phase, Sort, Theme, Visibility, WantedKind } from "../../bindings";
import { counted, number } from "../plural";

const phase: Record<Phase, string> = {
  idea: "Idea",
  discovery: "Discovery",
  alpha: "Alpha",
  beta: "Beta",
  live: "Live",
  retired: "Retired",
  stopped: "Stopped",
};

const collaboration: Record<Collaboration, string> = {
  not_now: "Not looking to collaborate",
  sharing_ideas: "Sharing ideas",
  open_to_talk: "Open to talk",
  looking_for_partners: "Looking for partners",
  sharing_funding: "Sharing funding",
};

const approach: Record<Approach, string> = {
  not_decided: "Not decided",
  build: "Build",
  buy: "Buy",
  adapt: "Adapt",
};

const visibility: Record<Visibility, string> = {
  public: "Anyone on the internet",
  members: "Anyone who signs in",
  councils: "People who work for a council",
  team: "Project team only",
};

const budget: Record<BudgetBand, string> = {
  not_said: "Prefer not to say",
  under10k: "Under £10,000",
  from10k_to50k: "£10,000 to £50,000",
  from50k_to250k: "£50,000 to £250,000",
  from250k_to1m: "£250,000 to £1 million",
  over1m: "Over £1 million",
};

const linkKind: Record<LinkKind, string> = {
  repository: "Code repository",
  board: "Project board",
  chat: "Chat",
  documents: "Documents",
  website: "Website",
  research: "User research",
  other: "Something else",
};

const wanted: Record<WantedKind, string> = {
  research: "User research",
  design: "Design",
  code: "Code",
  testing: "Testing",
  money: "Money",
  time: "Time",
};

const sort: Record<Sort, string> = {
  best_match: "Best match",
  newest: "Newest",
  recently_confirmed: "Recently confirmed",
};

const theme: Record<Theme, string> = {
  system: "Same as this laptop",
  light: "Light",
  dark: "Dark",
};

export const common = {
  appName: "Guildhall",
  pageTitle: (heading: string) => `${heading} – Guildhall`,
  pageTitleWithError: (title: string) => `Error: ${title}`,
  number,
  back: "Back",
  cancel: "Cancel",
  close: "Close",
  change: "Change",
  continue: "Continue",
  optional: "optional",
  loading: "Loading",
  dismiss: "Dismiss this message",
  errorPrefix: "Error:",
  problem: "There is a problem",
  opensInBrowser: "(opens in your browser)",
  charactersLeft: (n: number) => `You have ${counted(n, "character", "characters")} left`,
  charactersOver: (n: number) => `You have ${counted(n, "character", "characters")} too many`,
  progress: (done: number, of: number) => `${number(done)} of ${counted(of, "record", "records")}`,
  day: "Day",
  month: "Month",
  year: "Year",
  mayBeOutOfDate: "May be out of date",
  unclaimed: "Details not yet confirmed by its council",
  projects: (n: number) => counted(n, "project", "projects"),
  needs: (n: number) => counted(n, "need", "needs"),
  phase,
  collaboration,
  approach,
  visibility,
  budget,
  linkKind,
  wanted,
  sort,
  theme,
  when: {
    /** The locale for what `Intl` writes. The phrases around it are below. */
    locale: "en-GB",
    at: (date: string, time: string) => `${date} at ${time}`,
    today: "today",
    yesterday: "yesterday",
    justNow: "just now",
    midday: "midday",
    midnight: "midnight",
    since: (month: string) => `since ${month}`,
    until: (month: string) => `until ${month}`,
    range: (from: string, to: string) => `${from} to ${to}`,
  },
};
