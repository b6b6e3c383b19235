/** A project's phases as the steps of a timeline: past, current and ahead. */
import type { Phase, Project } from "../../../bindings";
import { month, span } from "../../../words/dates";

export type Step = { phase: Phase; when: string; state: "past" | "here" | "ahead" };

const PHASES: Phase[] = ["idea", "discovery", "alpha", "beta", "live"];

/** A phase without dates is shown if it lies ahead, and left out if it lies in the past. */
export function steps(phase: Phase, dates: Project["phase_dates"]): Step[] {
  const dated = (step: Phase) => Boolean(dates[step]?.started ?? dates[step]?.ended);
  const ended = phase === "retired" || phase === "stopped";
  const here = ended ? PHASES.length : PHASES.indexOf(phase);
  const road = PHASES.filter((step, at) => dated(step) || at === here || (at > here && step !== "idea"));
  return [...road, ...(ended ? [phase] : [])].map((step) => {
    const state = step === phase ? "here" : PHASES.indexOf(step) < here ? "past" : "ahead";
    const { started = null, ended: over = null } = dates[step] ?? {};
    // "Since" would be wrong for a past phase that has no end date.
    const when = state === "past" && started && !over ? month(started) : span(started, over);
    return { phase: step, when, state };
  });
}
