/** What narrows the list: which field of the query and of the counts each facet is, and the names of its values. */
import type { Count, Facets, Query } from "../../bindings";
import { words } from "../../words";

export type Facet = keyof Facets;

export const FACETS: Facet[] = ["phases", "councils", "regions", "nations", "services", "collaborations", "tags"];

/** The name of a value: its own, or the window's word for it. */
export function nameOf(facet: Facet, value: Count): string {
  if (value.label) return value.label;
  const known: Partial<Record<Facet, Record<string, string>>> = {
    phases: words.common.phase,
    nations: words.find.nation,
    collaborations: words.common.collaboration,
  };
  return known[facet]?.[value.value] ?? value.value;
}

/** The values of that facet that were chosen, as text. */
export function chosen(query: Query, facet: Facet): string[] {
  return query[facet].map(String);
}

/** The query with that value of the facet taken in or out. */
export function toggled(query: Query, facet: Facet, value: string): Query {
  const now = chosen(query, facet);
  const next = now.includes(value) ? now.filter((other) => other !== value) : [...now, value];
  return { ...query, [facet]: facet === "services" ? next.map(Number) : next };
}

export function cleared(query: Query, facets: Facet[] = FACETS): Query {
  return facets.reduce((narrower, facet) => ({ ...narrower, [facet]: [] }), query);
}

export function isNarrowed(query: Query): boolean {
  return FACETS.some((facet) => query[facet].length > 0);
}
