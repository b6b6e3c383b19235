/** What Find asks the desk, and the newest answer. An answer that another question has overtaken is dropped. */
import { commands, type Facets, type Failure, type Found, type ProjectId, type Query, type Row } from "../../../bindings";
import { emptyQuery } from "../../../stores/search.svelte";
import { offered } from "./facets";

const PAGE = 50;

export class SearchResults {
  found: Found | null = $state.raw(null);
  facets: Facets | null = $state.raw(null);
  /** The query that `found` answers; the same object while it is the same query. */
  asked: Query = $state.raw(emptyQuery());
  /** Changes with every answer: rows of an earlier one may be old. */
  version = $state(0);
  /** Why there is no answer. */
  failure: Failure | null = $state.raw(null);

  #round = 0;
  #before: Promise<unknown> = Promise.resolve();

  /**
   * Asks for the first rows, then for the counts. True once the rows are there; false where overtaken or failed. One
   * question at a time: who types fast asks for the newest words only.
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

  /** Rows of the query that was answered, for the list to show as it is scrolled. */
  async load(offset: number, limit: number): Promise<Row[]> {
    const answer = await commands.find(this.asked, offset, limit);
    if (answer.status === "error") throw answer.error;
    return answer.data.rows;
  }

  /** Where that project stands now, or -1: looked for at the top and around `near`, for lists change little at a time. */
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
