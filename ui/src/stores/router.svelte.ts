/**
 * Where the person is. Routes live in memory: a desktop window has no address bar. On a move the keyboard goes to
 * the new page's h1, which is why pages use `PageHeading`.
 */
import type { Section } from "../bindings";

export type Route =
  | { name: "firstRun" }
  | { name: "signIn" }
  | { name: "find" }
  | { name: "project"; id: string }
  | { name: "council" }
  | { name: "drafts" }
  | { name: "draft"; id: string; section: DraftPage }
  | { name: "outbox" }
  | { name: "inbox" }
  | { name: "review"; id: string }
  | { name: "people"; council: string }
  | { name: "coordinators" }
  /** A council's; an empty one for one's own acts, and for a coordinator all. */
  | { name: "audit"; council: string }
  | { name: "history" }
  /** A topic to begin with; the account's without one. */
  | { name: "settings"; topic?: string };

/** A draft's pages: its task list, its sections, and checking answers before sending. */
export type DraftPage = Section | "tasks" | "check";

export type Move = {
  /** Takes the place of the current entry, so that going back skips it. */
  replace?: boolean;
  /** Moves the keyboard to the new h1; not while typing a search or walking a list. */
  focus?: boolean;
};

const MAX_HISTORY = 50;

class Router {
  #route: Route = $state.raw({ name: "find" });
  #past: Route[] = $state.raw([]);
  #focusDue = false;

  get route(): Route {
    return this.#route;
  }

  get canGoBack(): boolean {
    return this.#past.length > 0;
  }

  go(route: Route, { replace = false, focus = true }: Move = {}): void {
    if (!replace && path(route) !== path(this.#route)) {
      this.#past = [...this.#past, this.#route].slice(-MAX_HISTORY);
    }
    this.#focusDue = focus;
    this.#route = route;
  }

  back(): void {
    const last = this.#past.at(-1);
    if (!last) return;
    this.#past = this.#past.slice(0, -1);
    this.#focusDue = true;
    this.#route = last;
  }

  /** Going back passes over those: what they show is no more. */
  forget(gone: (route: Route) => boolean): void {
    this.#past = this.#past.filter((route) => !gone(route));
  }

  /** Forgets where the person was, as when somebody else signs in. */
  reset(route: Route = { name: "find" }): void {
    this.#past = [];
    this.#focusDue = false;
    this.#route = route;
  }

  /** Whether the h1 that asks should take the keyboard; true once a move. */
  takeFocus(): boolean {
    const due = this.#focusDue;
    this.#focusDue = false;
    return due;
  }
}

export const router = new Router();

/** A route as an address, for the `href` of links: `project/0190…`. */
export function path(route: Route): string {
  switch (route.name) {
    case "project":
    case "review":
      return `${route.name}/${route.id}`;
    case "people":
    case "audit":
      return `${route.name}/${route.council}`;
    case "draft":
      return `draft/${route.id}/${route.section}`;
    default:
      return route.name;
  }
}
