/** What is looked for: written in the top bar, answered by Find, and kept while the person is elsewhere. */
import type { Query } from "../bindings";

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

  clear(): void {
    this.query = emptyQuery();
  }
}

export const search = new Search();
