/**
 * Dragging a card to another column with a mouse. Pointer events rather than the browser's drag and drop, which the
 * window's system handles in a different way on each platform. A touch scrolls the board as ever.
 */
import type { CouncilRow, Phase } from "../../bindings";

/** How far the pointer moves before a press is a drag, in pixels. */
const THRESHOLD = 6;

export class CardDrag {
  /** The card that is being dragged, and the column that it is over. */
  project: CouncilRow | null = $state.raw(null);
  over: Phase | null = $state(null);
  dx = $state(0);
  dy = $state(0);
  #start: { project: CouncilRow; x: number; y: number } | null = null;
  #ondrop: (project: CouncilRow, phase: Phase) => void;

  constructor(ondrop: (project: CouncilRow, phase: Phase) => void) {
    this.#ondrop = ondrop;
  }

  press(event: PointerEvent, project: CouncilRow): void {
    if (event.button !== 0 || event.pointerType !== "mouse") return;
    if (event.target instanceof Element && event.target.closest("button")) return;
    this.#start = { project, x: event.clientX, y: event.clientY };
  }

  move(event: PointerEvent): void {
    if (!this.#start) return;
    const [dx, dy] = [event.clientX - this.#start.x, event.clientY - this.#start.y];
    if (!this.project && Math.hypot(dx, dy) < THRESHOLD) return;
    event.preventDefault();
    this.project = this.#start.project;
    [this.dx, this.dy] = [dx, dy];
    const column = document
      .elementsFromPoint(event.clientX, event.clientY)
      .map((element) => element.closest<HTMLElement>("[data-phase]"))
      .find((element) => element !== null);
    this.over = (column?.dataset.phase as Phase | undefined) ?? null;
  }

  release(): void {
    const [project, over] = [this.project, this.over];
    this.cancel();
    if (!project) return;
    // The press ends on the card's link, which must not open the project.
    const stop = (event: MouseEvent) => {
      event.preventDefault();
      event.stopPropagation();
    };
    window.addEventListener("click", stop, { capture: true, once: true });
    setTimeout(() => window.removeEventListener("click", stop, { capture: true }));
    if (over && over !== project.phase) this.#ondrop(project, over);
  }

  cancel(): void {
    [this.#start, this.project, this.over, this.dx, this.dy] = [null, null, null, 0, 0];
  }
}
