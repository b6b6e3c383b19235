/** The three boxes of a date as an ISO 8601 day; null unless they are a real date. */
import type { DateForm } from "../../../bindings";

/** The first letters of the months, which people may write as words. */
const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

export function isoDay(date: DateForm): string | null {
  const word = MONTHS.indexOf(date.month.trim().toLowerCase().slice(0, 3));
  const [day, month, year] = [Number(date.day), word < 0 ? Number(date.month) : word + 1, Number(date.year)];
  if (![day, month, year].every(Number.isInteger) || year < 1900 || year > 2200) return null;
  const real = new Date(Date.UTC(year, month - 1, day));
  if (real.getUTCMonth() !== month - 1 || real.getUTCDate() !== day) return null;
  return real.toISOString().slice(0, 10);
}
