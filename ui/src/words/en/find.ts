/** Finding projects: the list, what narrows it, how it is sorted. */
import { counted, number } from "../plural";

export const find = {
  title: "Find",
  results: "Projects",
  found: (projects: number, needs: number) =>
    `${counted(projects, "project", "projects")}, ${counted(needs, "need", "needs")}`,
  sortBy: "Sort by",
  narrow: "Narrow the list",
  facet: {
    phases: "Phase",
    councils: "Council",
    nations: "Nation",
    regions: "Region",
    services: "Service",
    collaborations: "Working with others",
    tags: "Tag",
  },
  nation: {
    england: "England",
    northern_ireland: "Northern Ireland",
    scotland: "Scotland",
    wales: "Wales",
  } as Record<string, string>,
  chosen: (facet: string, values: string[]) => `${facet}: ${values.join(", ")}`,
  chosenMany: (facet: string, n: number) => `${facet}: ${number(n)} chosen`,
  takeOff: (facet: string) => `Remove the choice of ${facet.toLowerCase()}`,
  filter: (facet: string) => `Look for a ${facet.toLowerCase()}`,
  nothingToChoose: "Nothing to choose from",
  more: (n: number) => `and ${number(n)} more: type to look for one`,
  clear: "Clear all choices",
  nothing: {
    title: "Nothing found",
    text: "Try fewer or other words. Guildhall looks for the words in any form, and all of them have to be there.",
    choices: "You have narrowed the list. Clearing your choices may bring more.",
    clearText: "Clear the search",
  },
  empty: {
    title: "The catalogue is not on this laptop yet",
    reading: "It is being read now. Projects appear here as they come.",
    offline: "It is read as soon as there is a connection.",
    progress: "Reading the catalogue",
  },
  choose: {
    title: "Choose a project to read it here",
    text: "Up and down walk through the list, Enter opens.",
  },
  back: "Back to the list",
};
