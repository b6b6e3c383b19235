/** The current search. The top bar sets its text, the search page runs it, and it is kept while other pages are open. */
import type { ProjectId, Query } from "../bindings";

export function emptyQuery(): Query {
  return {
    text: "",
    phases: [],
    councils: [],
    nations: [],
    regions: [],
    services: [],
    collaborations: [],
    tags: [],
    sort: "best_match",
  };
}

class Search {
  query: Query = $state(emptyQuery());

  /** The project and search text that were last open, so that the search page can return to them. */
  left: { id: ProjectId; text: string } | null = null;

  /** Counts up each time that the keyboard is to move from the search box into the results. */
  entered = $state(0);

  enterResults(): void {
    this.entered += 1;
  }

  clear(): void {
    this.query = emptyQuery();
    this.left = null;
  }
}

export const search = new Search();
