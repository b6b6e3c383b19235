/** Search: results, filters and sorting. */
import { screens } from "../../../../words/en.json";
import { counted, number } from "../plural";

const facet = {
  phases: "Phase",
  councils: "Council",
  nations: "Nation",
  regions: "Region",
  services: "Service",
  collaborations: "Collaboration",
  tags: "Tag",
};

/** The box that narrows the values of a filter. */
const filter: Record<keyof typeof facet, string> = {
  phases: "Search phases",
  councils: "Search councils",
  nations: "Search nations",
  regions: "Search regions",
  services: "Search services",
  collaborations: "Search kinds of collaboration",
  tags: "Search tags",
};

const nation: Record<string, string> = {
  england: "England",
  northern_ireland: "Northern Ireland",
  scotland: "Scotland",
  wales: "Wales",
};

export const search = {
  title: screens.projects,
  results: "Projects",
  found: (projects: number) => counted(projects, "project", "projects"),
  sortBy: "Sort by",
  filters: "Filters",
  filtersChosen: (n: number) => `Filters (${number(n)} selected)`,
  facet,
  nation,
  chosen: (facet: string, values: string[]) => `${facet}: ${values.join(", ")}`,
  chosenMany: (facet: string, n: number) => `${facet}: ${number(n)} selected`,
  takeOut: (chosen: string) => `Remove ${chosen}`,
  filter,
  noneCalledSo: "No matches. Check your spelling or type fewer letters.",
  nothingToChoose: "Nothing to filter by",
  more: (n: number) => `${number(n)} more. Type to narrow the list.`,
  clear: "Clear all filters",
  nothing: {
    title: "No projects found",
    words: "We only show projects that contain all your words. Try fewer words, or different ones.",
    choices: "No projects match all your filters.",
    stillReading: "The catalogue is still downloading. There may be more soon.",
    clearChoices: "Clear filters",
    clearWords: "Clear search",
  },
  unread: {
    title: "The catalogue is not on this laptop yet",
    reading: "Downloading the catalogue. Projects will appear here as they arrive.",
    offline: "We will download it when you are online.",
    switchedOff: "You chose to work offline, so we are not downloading it.",
    waiting: "Waiting for the registry. We will keep trying.",
    connect: "Stop working offline",
    progress: "Downloading the catalogue",
  },
  empty: {
    title: "There are no projects yet",
    text: "No projects have been shared with you yet.",
  },
  broken: { title: "We could not open the catalogue", again: "Try again" },
  back: "Back to results",
};
