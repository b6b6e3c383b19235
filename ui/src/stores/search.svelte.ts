/** What is looked for: written in the top bar, answered by Find, and kept while the person is elsewhere. */
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

  /** The project that was looked at last, and among what: Find comes back to it. */
  left: { id: ProjectId; text: string } | null = null;

  clear(): void {
    this.query = emptyQuery();
    this.left = null;
  }
}

export const search = new Search();
