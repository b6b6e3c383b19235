/** Turns the values in a conflict or a review, which are JSON, into text that people can compare. */
import { words } from "../../../words";
import { day } from "../../../words/dates";

type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

const choices: Record<string, Record<string, string>> = {
  phase: words.common.phase,
  approach: words.common.approach,
  collaboration: words.common.collaboration,
  visibility: words.common.visibility,
  budget_band: words.common.budget,
};

const names: Record<string, string> = {
  title: words.drafts.about.title,
  summary: words.drafts.about.summary,
  services: words.drafts.about.services,
  tags: words.drafts.about.tags,
  lang: words.drafts.about.lang,
  needs: words.drafts.section.needs,
  problem: words.drafts.problem.problem,
  why: words.drafts.problem.why,
  phase: words.project.phase,
  phase_dates: words.drafts.section.phase,
  learned: words.drafts.phase.learned,
  approach: words.drafts.approach.approach,
  product: words.drafts.approach.product,
  supplier: words.drafts.approach.supplier,
  contract_ends: words.drafts.approach.contractEnds,
  budget_band: words.project.budget,
  contact: words.drafts.working.mailbox,
  collaboration: words.drafts.working.collaboration,
  wanted: words.drafts.working.wanted,
  links: words.drafts.links.links,
  licence: words.drafts.links.licence,
  reuse: words.drafts.links.reuse,
  visibility: words.drafts.section.visibility,
};

export function fieldName(field: string): string {
  return names[field] ?? field;
}

/** A value as text. Empty if there is none. */
export function fieldText(field: string, json: string): string {
  return text(field, JSON.parse(json) as Json);
}

function text(field: string, value: Json): string {
  if (value === null || value === "") return "";
  if (Array.isArray(value))
    return value
      .map((member) => text(field, member))
      .filter(Boolean)
      .join("\n");
  if (typeof value === "object") {
    return Object.entries(value)
      .filter(([key]) => key !== "id")
      .map(([key, member]) => text(key, member))
      .filter(Boolean)
      .join(field === "needs" ? " … " : ", ");
  }
  const word = choices[field]?.[String(value)];
  if (word) return word;
  return /^\d{4}-\d{2}-\d{2}$/.test(String(value)) ? day(String(value)) : String(value);
}

/** The free-text fields, for which a new text can be written. */
const texts = ["title", "summary", "why", "problem", "learned", "reuse", "product", "supplier", "licence"];

export function isFreeText(field: string): boolean {
  return texts.includes(field);
}
