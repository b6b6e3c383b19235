/** Turns the values in a conflict or a review, which are JSON, into text that people can compare. */
import { words } from "../../../words";
import { day, month } from "../../../words/dates";

type Json = string | number | boolean | null | Json[] | { [key: string]: Json };
type Fields = { [key: string]: Json };

const choices: Record<string, Record<string, string>> = {
  phase: words.common.phase,
  approach: words.common.approach,
  collaboration: words.common.collaboration,
  visibility: words.common.visibility,
  budget_band: words.common.budget,
  lang: words.drafts.about.langOf,
};

/** A field's name, as a noun. */
export function fieldName(field: string): string {
  return words.drafts.field[field] ?? field;
}

/** A value as text. Empty if there is none. */
export function fieldText(field: string, json: string): string {
  return text(field, JSON.parse(json) as Json);
}

function text(field: string, value: Json): string {
  if (value === null || value === "") return "";
  if (Array.isArray(value)) return lines(value.map((member) => text(field, member)));
  if (typeof value === "object") return objectText(field, value);
  const word = choices[field]?.[String(value)];
  if (word) return word;
  return /^\d{4}-\d{2}-\d{2}$/.test(String(value)) ? day(String(value)) : String(value);
}

function objectText(field: string, value: Fields): string {
  const of = (key: string) => text(key, value[key] ?? null);
  switch (field) {
    case "needs":
      return needText(of("as_a"), of("i_need"), of("so_that"), of("evidence"));
    case "links":
      return [words.common.linkKind[value.kind as "other"] ?? "", of("label"), of("url")].filter(Boolean).join(", ");
    case "wanted":
      return [words.common.wanted[value.kind as "code"] ?? "", of("what"), of("by")].filter(Boolean).join(", ");
    case "phase_dates":
      return lines(Object.entries(value).map(([phase, dates]) => phaseText(phase, dates)));
    default:
      return Object.entries(value)
        .filter(([key]) => key !== "id")
        .map(([key, member]) => text(key, member))
        .filter(Boolean)
        .join(", ");
  }
}

/** `As a resident I need to renew my permit So that I can park`, with the evidence on a line of its own. */
export function needText(asA: string, iNeed: string, soThat: string, evidence: string): string {
  const own = words.drafts.needs;
  const part = (label: string, said: string) => (said.trim() ? `${label} ${said.trim()}` : "");
  const sentence = [part(own.asA, asA), part(own.iNeed, iNeed), part(own.soThat.toLowerCase(), soThat)].filter(Boolean).join(" ");
  return lines([sentence, part(own.evidence, evidence)]);
}

function phaseText(phase: string, dates: Json): string {
  const started = dates && typeof dates === "object" && !Array.isArray(dates) ? dates.started : null;
  return started ? `${words.drafts.phase.began(choices.phase?.[phase] ?? phase)} ${month(String(started))}` : "";
}

function lines(texts: string[]): string {
  return texts.filter(Boolean).join("\n");
}

/** The free-text fields, for which a new text can be written. */
const texts = ["title", "summary", "why", "problem", "learned", "reuse", "product", "supplier", "licence"];

export function isFreeText(field: string): boolean {
  return texts.includes(field);
}
