/**
 * Dates in GOV.UK style. Each function takes an ISO 8601 date or time; those relative to today also take `now`. Names of
 * months, times and "3 weeks ago" come from `Intl`, in the locale that the words name; the phrases around them from the words.
 */
import { words } from "./index";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** `2026-11-23`, for the names of files */
export function today(now: Date): string {
  return now.toISOString().slice(0, 10);
}

/** `23 November 2026` */
export function day(iso: string): string {
  return format(parse(iso), { day: "numeric", month: "long", year: "numeric" });
}

/** `November 2026` */
export function month(iso: string): string {
  return format(parse(iso), { month: "long", year: "numeric" });
}

/** `10:42am`, `5pm`, `midday`, `midnight` */
export function time(iso: string): string {
  const when = parse(iso);
  const onTheHour = when.getMinutes() === 0;
  if (onTheHour && when.getHours() === 0) return words.common.when.midnight;
  if (onTheHour && when.getHours() === 12) return words.common.when.midday;
  const written = format(when, { hour: "numeric", minute: onTheHour ? undefined : "2-digit", hourCycle: "h12" });
  return written.replace(/\s/g, "").toLowerCase();
}

/** `today at 10:42am`, `yesterday at 4:20pm`, `16 November 2026 at 9:05am` */
export function dayAndTime(iso: string, now: Date): string {
  const when = words.common.when;
  const days = midnightsBetween(parse(iso), now);
  const date = days === 0 ? when.today : days === 1 ? when.yesterday : day(iso);
  return when.at(date, time(iso));
}

/** `just now`, `5 minutes ago`, `yesterday`, `3 weeks ago`. A time in the future, from a clock that differs, is `just now`. */
export function ago(iso: string, now: Date): string {
  const when = words.common.when;
  const then = parse(iso);
  const passed = now.getTime() - then.getTime();
  const days = midnightsBetween(then, now);
  if (!isDateOnly(iso)) {
    if (passed < MINUTE) return when.justNow;
    if (passed < HOUR) return past(Math.floor(passed / MINUTE), "minute");
    if (days < 1) return past(Math.floor(passed / HOUR), "hour");
  }
  if (days < 7) return past(Math.max(0, days), "day");
  if (days < 31) return past(Math.floor(days / 7), "week");
  const months = monthsBetween(then, now);
  if (months < 12) return past(Math.max(1, months), "month");
  return past(Math.floor(months / 12), "year");
}

/** `3 weeks ago`. Days have names: today, yesterday. */
function past(n: number, unit: Intl.RelativeTimeFormatUnit): string {
  const named = unit === "day" && n < 2;
  return new Intl.RelativeTimeFormat(words.common.when.locale, { numeric: named ? "auto" : "always" }).format(-n, unit);
}

/** A phase's dates: `March to May 2026`, `since October 2026`, or nothing where neither is known. */
export function span(started: string | null, ended: string | null): string {
  const when = words.common.when;
  if (started && ended) {
    if (month(started) === month(ended)) return month(ended);
    const sameYear = parse(started).getFullYear() === parse(ended).getFullYear();
    return when.range(sameYear ? format(parse(started), { month: "long" }) : month(started), month(ended));
  }
  if (started) return when.since(month(started));
  return ended ? when.until(month(ended)) : "";
}

function isDateOnly(iso: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(iso);
}

/** A date without a time is a local day, not midnight UTC. */
function parse(iso: string): Date {
  return new Date(isDateOnly(iso) ? `${iso}T00:00:00` : iso);
}

function format(date: Date, options: Intl.DateTimeFormatOptions): string {
  return new Intl.DateTimeFormat(words.common.when.locale, options).format(date);
}

function midnightsBetween(then: Date, now: Date): number {
  const midnight = (date: Date) => Date.UTC(date.getFullYear(), date.getMonth(), date.getDate());
  return Math.round((midnight(now) - midnight(then)) / DAY);
}

function monthsBetween(then: Date, now: Date): number {
  const months = (now.getFullYear() - then.getFullYear()) * 12 + now.getMonth() - then.getMonth();
  return now.getDate() < then.getDate() ? months - 1 : months;
}
