/** What narrows the list: which field of the query and of the counts each facet is, and the names of its values. */
import type { Count, Facets, Query } from "../../../bindings";
import { words } from "../../../words";

export type Facet = keyof Facets;

export const FACETS: Facet[] = ["phases", "councils", "regions", "nations", "services", "collaborations", "tags"];

/** The window's words for the values of fixed choices, in the order in which they are offered. */
const fixed: Partial<Record<Facet, Record<string, string>>> = {
  phases: words.common.phase,
  nations: words.search.nation,
  collaborations: words.common.collaboration,
};

/** The name of a value: its own, or the window's word for it. */
export function nameOf(facet: Facet, value: Count): string {
  return value.label || (fixed[facet]?.[value.value] ?? value.value);
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

/**
 * The counts as they are offered: fixed choices in their own order, and what was chosen always among them, so that it
 * can be taken out also where it no longer leads to anything. Its name is known from the counts `before`.
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
