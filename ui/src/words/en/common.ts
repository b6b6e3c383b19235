/** Words that several screens use, and the labels of every fixed choice. Choices that the registry's pages name too are in words/en.json. */
import type { Approach, BudgetBand, Collaboration, LinkKind, Phase, Sort, Theme, Visibility, WantedKind } from "../../bindings";
import { choices } from "../../../../words/en.json";
import { counted, number } from "../plural";

const phase: Record<Phase, string> = choices.phase;

const collaboration: Record<Collaboration, string> = choices.collaboration;

const approach: Record<Approach, string> = choices.approach;

const visibility: Record<Visibility, string> = {
  public: "Anyone on the internet",
  members: "Anyone who signs in",
  councils: "People who work for a council",
  team: "Project team only",
};

const budget: Record<BudgetBand, string> = choices.budget;

const linkKind: Record<LinkKind, string> = choices.link_kind;

const wanted: Record<WantedKind, string> = choices.wanted;

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
