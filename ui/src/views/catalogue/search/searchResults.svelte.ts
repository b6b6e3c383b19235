/** Runs searches and holds the newest results. The answer to an outdated search is dropped. */
import { commands, type Facets, type Failure, type Found, type ProjectId, type Query, type Row } from "../../../bindings";
import { emptyQuery } from "../../../stores/search.svelte";
import { offered } from "./facets";

const PAGE = 50;

export class SearchResults {
  found: Found | null = $state.raw(null);
  facets: Facets | null = $state.raw(null);
  /** The query that `found` answers. It stays the same object while the query is equal. */
  asked: Query = $state.raw(emptyQuery());
  /** Changes with every answer, as the rows of an earlier one may be outdated. */
  version = $state(0);
  /** Why the last search failed. */
  failure: Failure | null = $state.raw(null);

  #round = 0;
  #before: Promise<unknown> = Promise.resolve();

  /**
   * Loads the first rows, then the counts. Returns true once the rows are loaded, false if outdated or failed. Only one
   * search runs at a time, so fast typing skips to the newest text.
   */
  async ask(query: Query): Promise<boolean> {
    const round = ++this.#round;
    await this.#before;
    if (round !== this.#round) return false;
    const asking = commands.find(query, 0, PAGE);
    this.#before = asking;
    const answer = await asking;
    if (round !== this.#round) return false;
    if (answer.status === "error") {
      this.failure = answer.error;
      return false;
    }
    this.failure = null;
    this.found = answer.data;
    if (!sameQuery(query, this.asked)) this.asked = query;
    this.version += 1;
    void this.#count(query, round);
    return true;
  }

  /** Loads more rows of the current query as the list is scrolled. */
  async load(offset: number, limit: number): Promise<Row[]> {
    const answer = await commands.find(this.asked, offset, limit);
    if (answer.status === "error") throw answer.error;
    return answer.data.rows;
  }

  /** The index of a project now, or -1. Looks at the top and around the index `near`, as results change little at a time. */
  async indexOf(id: ProjectId, near: number): Promise<number> {
    const first = this.found?.rows.findIndex((row) => row.id === id) ?? -1;
    if (first >= 0 || near < 0) return first;
    const from = Math.max(0, near - PAGE);
    const at = (await this.load(from, 2 * PAGE)).findIndex((row) => row.id === id);
    return at < 0 ? -1 : from + at;
  }

  async #count(query: Query, round: number): Promise<void> {
    const answer = await commands.facets(query);
    if (round !== this.#round || answer.status === "error") return;
    this.facets = offered(answer.data, query, this.facets);
  }
}

export function sameQuery(one: Query, other: Query): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
