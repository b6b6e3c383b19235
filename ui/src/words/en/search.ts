/** Search: results, facets and sorting. */
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

const nation: Record<string, string> = {
  england: "England",
  northern_ireland: "Northern Ireland",
  scotland: "Scotland",
  wales: "Wales",
};

export const search = {
  title: screens.projects,
  results: "Projects",
  found: (projects: number, needs: number) => `${counted(projects, "project", "projects")}, ${counted(needs, "need", "needs")}`,
  sortBy: "Sort by",
  narrow: "Narrow the list",
  facet,
  nation,
  chosen: (facet: string, values: string[]) => `${facet}: ${values.join(", ")}`,
  chosenMany: (facet: string, n: number) => `${facet}: ${number(n)} chosen`,
  takeOut: (chosen: string) => `Remove ${chosen}`,
  filter: (facet: string) => `Look for a ${facet.toLowerCase()}`,
  noneCalledSo: "None has these letters. Try fewer.",
  nothingToChoose: "Nothing to choose from",
  more: (n: number) => `${number(n)} more. Type some letters to find one.`,
  clear: "Clear all",
  nothing: {
    title: "Nothing found",
    words: "Try fewer words, or others. Every word has to be somewhere in a project, in any of its forms.",
    choices: "Nothing fits all that you chose. Clear some of it to see more.",
    stillReading: "The catalogue is still being read. There may be more in a while.",
    clearChoices: "Clear what you chose",
    clearWords: "Clear the search",
  },
  unread: {
    title: "The catalogue is not on this laptop yet",
    reading: "It is being read now. Projects appear here as they come, and you can search them with no connection.",
    offline: "It is read as soon as there is a connection.",
    switchedOff: "You chose to work offline, so it is not being read.",
    waiting: "It is read as soon as the registry answers.",
    connect: "Stop working offline",
    progress: "Reading the catalogue",
  },
  empty: {
    title: "There are no projects yet",
    text: "Nobody has published one that you can see. Yours can be the first.",
  },
  broken: { title: "The catalogue can’t be read", again: "Try again" },
  back: "Back to results",
};
