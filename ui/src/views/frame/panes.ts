/**
 * F6 goes from pane to pane, as in other desktop programs: the top bar, the rail, each pane of the screen, the status
 * line. A pane is left and found again at the same place.
 */
const PANES = "header.bar, nav.rail, main .pane, main, footer";
/** What the focus goes to in a pane that had it not yet: its page's heading, or else what Tab would reach first. */
const HEADING = 'h1[tabindex="-1"]:not(.govuk-visually-hidden)';
const STOPS = 'a[href], button:not([disabled]), input:not([disabled]), select, textarea, summary, [tabindex="0"]';

const lastFocus = new WeakMap<Element, HTMLElement>();

/** Moves the focus to the next pane, or to the previous one with -1. */
export function movePane(by: 1 | -1): void {
  const panes = [...document.querySelectorAll<HTMLElement>(PANES)].filter(isShown).filter(isInnermost);
  if (panes.length === 0) return;
  const focus = document.activeElement;
  const here = panes.findIndex((pane) => pane.contains(focus));
  if (here >= 0 && focus instanceof HTMLElement) lastFocus.set(panes[here]!, focus);
  // Outside every pane, for example at the start of the page, the first one is next.
  const next = panes[here < 0 ? (by > 0 ? 0 : panes.length - 1) : (here + by + panes.length) % panes.length]!;
  enter(next);
}

function enter(pane: HTMLElement): void {
  const before = lastFocus.get(pane);
  const known = before?.isConnected && pane.contains(before) && isShown(before) ? before : null;
  const target = known ?? pane.querySelector<HTMLElement>(HEADING) ?? [...pane.querySelectorAll<HTMLElement>(STOPS)].find(isShown) ?? pane;
  if (target === pane) pane.tabIndex = -1;
  target.focus();
}

/** `main` counts only where its screen has no panes of its own. */
function isInnermost(pane: HTMLElement, _: number, all: HTMLElement[]): boolean {
  return !all.some((other) => other !== pane && pane.contains(other));
}

function isShown(element: HTMLElement): boolean {
  return element.checkVisibility?.() ?? true;
}
