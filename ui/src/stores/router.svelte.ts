/**
 * The router. Routes are kept in memory, as a desktop window has no address bar. After navigation the focus moves to
 * the new page's h1, which is why pages use `PageHeading`.
 */
import type { Section, State, Visibility } from "../bindings";

export type Route =
  | { name: "firstRun" }
  | { name: "signIn" }
  | { name: "projects" }
  /** `results`: beside the results of the last search, rather than on a page of its own. */
  | { name: "project"; id: string; results?: boolean }
  | { name: "needs" }
  | { name: "services" }
  | { name: "products" }
  /** The page of any council. `council` is the person's own, with their tools. */
  | { name: "councilPage"; code: string }
  | { name: "service"; id: number }
  | { name: "council" }
  | { name: "work" }
  | { name: "draft"; id: string; section: DraftPage }
  | { name: "inbox" }
  | { name: "review"; id: string }
  | { name: "people"; council: string; part?: PeoplePart }
  | { name: "role"; council: string; person: string }
  | { name: "coordination" }
  | { name: "merger"; step: "form" | "check" }
  /** After a decision on a review. */
  | { name: "decided"; decided: Decided }
  /** `council` is empty for the person's own activity, or for all activity if they are a coordinator. */
  | { name: "audit"; council: string }
  | { name: "history" }
  /** The topic to open; the account if there is none. */
  | { name: "settings"; topic?: string }
  | { name: "help" };

/** The pages about a council's people. */
export const PEOPLE_PARTS = ["people", "approval", "activity", "data"] as const;
export type PeoplePart = (typeof PEOPLE_PARTS)[number];

/** A decision on a review, for the page that says what happened to it. */
export type Decided = {
  id: string;
  title: string;
  author: string;
  state: Extract<State, "published" | "changes_requested" | "declined">;
  visibility: Visibility;
};

/** The pages of a draft: its task list, its sections, "check your answers", and what became of it once it was sent. */
export type DraftPage = Section | "tasks" | "check" | "sent";

export type Move = {
  /** Replaces the current entry in the history. */
  replace?: boolean;
  /** Moves the focus to the new h1. Off while typing a search or moving through a list. */
  focus?: boolean;
};

const MAX_HISTORY = 50;

class Router {
  #route: Route = $state.raw({ name: "projects" });
  #past: Route[] = $state.raw([]);
  #future: Route[] = $state.raw([]);
  #focusDue = false;

  get route(): Route {
    return this.#route;
  }

  /** Where the person has been, the latest last. */
  get past(): readonly Route[] {
    return this.#past;
  }

  get canGoBack(): boolean {
    return this.#past.length > 0;
  }

  go(route: Route, { replace = false, focus = true }: Move = {}): void {
    if (!replace && path(route) !== path(this.#route)) {
      this.#past = [...this.#past, this.#route].slice(-MAX_HISTORY);
      this.#future = [];
    }
    this.#focusDue = focus;
    this.#route = route;
  }

  back(): void {
    const last = this.#past.at(-1);
    if (!last) return;
    this.#past = this.#past.slice(0, -1);
    this.#future = [this.#route, ...this.#future];
    this.#focusDue = true;
    this.#route = last;
  }

  /** Undoes `back`, until the person goes somewhere else. */
  forward(): void {
    const next = this.#future[0];
    if (!next) return;
    this.#future = this.#future.slice(1);
    this.#past = [...this.#past, this.#route];
    this.#focusDue = true;
    this.#route = next;
  }

  /** Removes routes from the history when what they showed no longer exists. */
  forget(gone: (route: Route) => boolean): void {
    this.#past = this.#past.filter((route) => !gone(route));
    this.#future = this.#future.filter((route) => !gone(route));
  }

  /** Clears the history, for example when someone else signs in. The focus moves only if asked for. */
  reset(route: Route = { name: "projects" }, { focus = false }: Pick<Move, "focus"> = {}): void {
    this.#past = [];
    this.#future = [];
    this.#focusDue = focus;
    this.#route = route;
  }

  /** Whether the calling h1 should take the focus. True once for each navigation. */
  takeFocus(): boolean {
    const due = this.#focusDue;
    this.#focusDue = false;
    return due;
  }
}

export const router = new Router();

/** A route as the `href` of a link: `project/0190…`. */
export function path(route: Route): string {
  switch (route.name) {
    case "project":
    case "service":
    case "review":
      return `${route.name}/${route.id}`;
    case "people":
      return `people/${route.council}/${route.part ?? "people"}`;
    case "role":
      return `role/${route.council}/${route.person}`;
    case "merger":
      return `merger/${route.step}`;
    case "decided":
      return `decided/${route.decided.id}`;
    case "audit":
      return `audit/${route.council}`;
    case "councilPage":
      return `councils/${route.code}`;
    case "settings":
      return route.topic ? `settings/${route.topic}` : "settings";
    case "draft":
      return `draft/${route.id}/${route.section}`;
    default:
      return route.name;
  }
}
