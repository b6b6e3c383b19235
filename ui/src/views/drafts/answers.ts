/** A draft's answers in words, for “Check your answers”, and what an edit changed. */
import type { DateForm, DraftForm, Section } from "../../bindings";
import { words } from "../../words";
import { day, month } from "../../words/dates";
import { needText } from "./conflict/fieldValues";

export type Answer = {
  /** The field, by its name in the form. */
  field: string;
  name: string;
  /** Empty if there is none. May have several lines. */
  text: string;
  section: Section;
};

export type Change = { name: string; was: string; now: string; section: Section };

const onlyBought = ["product", "supplier", "contract_ends"];

/**
 * The answers in the order of the pages. What is only asked after “Buy” is left out where it was not asked and is empty.
 * `serviceName` names a service by its id.
 */
export function answers(form: DraftForm, serviceName: (id: number) => string): Answer[] {
  return allAnswers(form, serviceName).filter(({ field, text }) => text || form.approach === "buy" || !onlyBought.includes(field));
}

function allAnswers(form: DraftForm, serviceName: (id: number) => string): Answer[] {
  const common = words.common;
  const of: [Section, keyof typeof words.drafts.field, string][] = [
    ["about", "title", form.title],
    ["about", "visibility", form.visibility ? common.visibility[form.visibility] : ""],
    ["about", "summary", form.summary],
    ["about", "tags", form.tags.join(", ")],
    ["about", "services", form.services.map(serviceName).join("\n")],
    ["about", "lang", words.drafts.about.langOf[form.lang as "en" | "cy"] ?? form.lang],
    [
      "needs",
      "needs",
      form.needs
        .map((need) => needText(need.as_a, need.i_need, need.so_that, need.evidence))
        .filter(Boolean)
        .join("\n\n"),
    ],
    ["problem", "problem", form.problem],
    ["problem", "why", form.why],
    ["phase", "phase", common.phase[form.phase]],
    ["phase", "phase_dates", phaseDates(form)],
    ["phase", "learned", form.learned],
    ["approach", "approach", common.approach[form.approach]],
    ["approach", "product", form.product],
    ["approach", "supplier", form.supplier],
    ["approach", "contract_ends", dateText(form.contract_ends)],
    ["approach", "budget_band", common.budget[form.budget_band]],
    ["others", "contact_mailbox", form.contact_mailbox],
    ["others", "contact_name", form.contact_name],
    ["others", "collaboration", common.collaboration[form.collaboration]],
    ["others", "wanted", form.wanted.map(wantedText).join("\n")],
    ["links", "links", form.links.map(linkText).filter(Boolean).join("\n")],
    ["links", "licence", form.licence],
    ["links", "reuse", form.reuse],
  ];
  return of.map(([section, field, text]) => ({ section, field: String(field), name: words.drafts.field[field] ?? "", text: text.trim() }));
}

/** The answers that differ. */
export function changes(before: DraftForm, form: DraftForm, serviceName: (id: number) => string): Change[] {
  const was = allAnswers(before, serviceName);
  return allAnswers(form, serviceName).flatMap(({ name, text, section }, at) => {
    const old = was[at]?.text ?? "";
    return old === text ? [] : [{ name, was: old, now: text, section }];
  });
}

function wantedText(wanted: DraftForm["wanted"][number]): string {
  return [words.common.wanted[wanted.kind], wanted.what.trim(), dateText(wanted.by)].filter(Boolean).join(", ");
}

function linkText(link: DraftForm["links"][number]): string {
  const address = link.url.trim();
  const label = link.label.trim();
  return address || label ? `${words.common.linkKind[link.kind]}: ${[label, address].filter(Boolean).join(", ")}` : "";
}

function phaseDates(form: DraftForm): string {
  const known = form.phase_dates.filter(({ started }) => started.month.trim() || started.year.trim());
  return known.map(({ phase, started }) => `${words.drafts.phase.began(words.common.phase[phase])} ${monthText(started)}`).join("\n");
}

/** A month in words, or as typed if it is not one. */
function monthText({ month: typed, year }: DateForm): string {
  const iso = isoDate({ day: "1", month: typed, year });
  return iso ? month(iso) : [typed, year].map((part) => part.trim()).join(" ");
}

function dateText(date: DateForm): string {
  const iso = isoDate(date);
  return iso
    ? day(iso)
    : [date.day, date.month, date.year]
        .map((part) => part.trim())
        .filter(Boolean)
        .join(" ");
}

/** A date typed in numbers, as ISO 8601; null if it is not one. */
function isoDate({ day, month, year }: DateForm): string | null {
  const [y, m, d] = [year, month, day].map(Number) as [number, number, number];
  const date = new Date(Date.UTC(y, m - 1, d));
  const isReal = y >= 1900 && date.getUTCFullYear() === y && date.getUTCMonth() === m - 1 && date.getUTCDate() === d;
  return isReal ? date.toISOString().slice(0, 10) : null;
}
