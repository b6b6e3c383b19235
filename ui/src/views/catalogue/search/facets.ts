/** The facets that narrow a search, the names of their values, and how they change the query. */
import type { Count, Facets, Query } from "../../../bindings";
import { words } from "../../../words";

export type Facet = keyof Facets;

export const FACETS: Facet[] = ["phases", "councils", "regions", "nations", "services", "collaborations", "tags"];

/** The labels of values that are fixed, in the order in which they are offered. */
const fixed: Partial<Record<Facet, Record<string, string>>> = {
  phases: words.common.phase,
  nations: words.search.nation,
  collaborations: words.common.collaboration,
};

/** The label of a value. */
export function nameOf(facet: Facet, value: Count): string {
  return value.label || (fixed[facet]?.[value.value] ?? value.value);
}

/** The selected values of a facet, as text. */
export function chosen(query: Query, facet: Facet): string[] {
  return query[facet].map(String);
}

/** The query with a value of the facet added, or removed if it was selected. */
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

/**
 * The counts as shown: fixed values in their own order, and selected values always included, so that they can be
 * removed even when nothing has them any more. Their labels then come from the counts `before`.
 */
export function offered(facets: Facets, query: Query, before: Facets | null): Facets {
  const all = { ...facets };
  for (const facet of FACETS) {
    const missing = chosen(query, facet).filter((value) => !facets[facet].some((count) => count.value === value));
    const named = missing.map((value) => {
      const earlier = before?.[facet].find((count) => count.value === value);
      return { value, label: earlier?.label ?? "", count: 0 };
    });
    const order = Object.keys(fixed[facet] ?? {});
    all[facet] = [...facets[facet], ...named].sort((a, b) => order.indexOf(a.value) - order.indexOf(b.value));
  }
  return all;
}
