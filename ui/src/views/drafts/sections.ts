/** The sections of a draft, in order, and their pages. */
import type { Component, Snippet } from "svelte";
import type { DraftForm, Phase, Section } from "../../bindings";
import About from "./sections/About.svelte";
import Approach from "./sections/Approach.svelte";
import Links from "./sections/Links.svelte";
import Needs from "./sections/Needs.svelte";
import PhasePage from "./sections/Phase.svelte";
import Problem from "./sections/Problem.svelte";
import WorkingWithOthers from "./sections/WorkingWithOthers.svelte";

export type PageProps = {
  form: DraftForm;
  /** Messages by field id. */
  errors: Record<string, string>;
  /** Called with the id of the need that is being written. */
  onneed: (id: string) => void;
  /** The similar projects, to show under the need with this id where they do not fit beside it. */
  similar: Snippet<[string]>;
};

export const SECTION_ORDER: Section[] = ["about", "needs", "problem", "phase", "approach", "others", "links"];

export const pages: Record<Section, Component<PageProps, object, "form">> = {
  about: About,
  needs: Needs,
  problem: Problem,
  phase: PhasePage,
  approach: Approach,
  others: WorkingWithOthers,
  links: Links,
};

const PHASES: Phase[] = ["idea", "discovery", "alpha", "beta", "live", "retired", "stopped"];

/** The form with date fields for every phase, in order. */
export function formToEdit(form: DraftForm): DraftForm {
  const none = () => ({ day: "", month: "", year: "" });
  const dates = PHASES.map((phase) => form.phase_dates.find((known) => known.phase === phase) ?? { phase, started: none(), ended: none() });
  return { ...structuredClone(form), phase_dates: structuredClone(dates) };
}
