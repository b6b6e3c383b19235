/**
 * A made-up language, to see that the window has room for longer words than the English ones: every text is twice as
 * long. Only tests and developers choose it.
 */
import type { Words } from "./en";

/** What is no text: a locale for `Intl`, names of files and keys, a number, the name of the app. */
const NOT_WORDS = ["locale", "fileName", "exportName", "searchKeys", "syncKey", "number", "appName"];

export function doubled(words: Words): Words {
  return double(words) as Words;
}

function double(value: unknown, inside: unknown[] = []): unknown {
  if (typeof value === "string") return twice(value, inside);
  if (typeof value === "function") {
    const write = value as (...args: unknown[]) => unknown;
    return (...args: unknown[]) => double(write(...args), args);
  }
  if (Array.isArray(value)) return value.map((one) => double(one, inside));
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value);
  return Object.fromEntries(entries.map(([key, one]) => [key, NOT_WORDS.includes(key) ? one : double(one, inside)]));
}

/** What was put into a sentence is not doubled again: names stay as long as they are, and words are doubled already. */
function twice(text: string, inside: unknown[]): string {
  const given = inside.flat().reduce((sum: number, one) => sum + (typeof one === "string" ? one.length : 0), 0);
  const more = text.slice(0, Math.max(0, text.length - given));
  return more ? `${text} ${more}` : text;
}
