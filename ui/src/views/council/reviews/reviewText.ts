/** The values of a review, which are JSON, as text that a reviewer can read. */
import { words } from "../../../words";
import { span } from "../../../words/dates";
import { fieldText } from "../../drafts/conflict/fieldValues";

type Value = Record<string, unknown>;

/** A value as text. Empty if there is none. */
export function reviewText(field: string, json: string): string {
  const value: unknown = JSON.parse(json);
  if (field === "needs" && isObject(value)) return needText(value);
  if (field === "links" && isObject(value)) return linkText(value);
  if (field === "phase_dates" && isObject(value)) return datesText(value);
  if (field === "wanted" && Array.isArray(value)) return value.filter(isObject).map(wantedText).join("\n");
  return fieldText(field, json);
}

const isObject = (value: unknown): value is Value => typeof value === "object" && value !== null && !Array.isArray(value);
const text = (value: Value, key: string): string => (typeof value[key] === "string" ? value[key] : "");
const wordOf = (names: Record<string, string>, name: string): string => names[name] ?? name;

/** `As a resident I need to renew my permit so that I can park` */
function needText(need: Value): string {
  const parts = [
    [words.project.asA, text(need, "as_a")],
    [words.project.iNeed, text(need, "i_need")],
    [words.project.soThat, text(need, "so_that")],
    [words.project.evidence, text(need, "evidence")],
  ] as const;
  const said = parts.filter(([, said]) => said).map(([lead, said]) => `${lead} ${said}`);
  return text(need, "evidence") ? `${said.slice(0, -1).join(" ")}\n${said.at(-1)}` : said.join(" ");
}

function linkText(link: Value): string {
  const kind = wordOf(words.common.linkKind, text(link, "kind"));
  return [kind, text(link, "label"), text(link, "url")].filter(Boolean).join("\n");
}

/** `Discovery: March to May 2026`, a line for each phase. */
function datesText(dates: Value): string {
  return Object.entries(words.project.step)
    .flatMap(([phase, name]) => {
      const one = dates[phase];
      const when = isObject(one) ? span(text(one, "started") || null, text(one, "ended") || null) : "";
      return when ? [`${name}: ${when}`] : [];
    })
    .join("\n");
}

function wantedText(wanted: Value): string {
  return [wordOf(words.common.wanted, text(wanted, "kind")), text(wanted, "what"), fieldText("by", JSON.stringify(wanted.by ?? null))]
    .filter(Boolean)
    .join(", ");
}
