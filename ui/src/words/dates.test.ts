import { describe, expect, test } from "vitest";
import { ago, day, dayAndTime, month, span, time } from "./dates";

const now = new Date("2026-11-23T11:00:00");

test("days, months and times stand as GOV.UK writes them", () => {
  expect(day("2026-11-03")).toBe("3 November 2026");
  expect(month("2026-10-31")).toBe("October 2026");
  expect(time("2026-11-23T09:05:59")).toBe("9:05am");
  expect(time("2026-11-23T00:05:00")).toBe("12:05am");
  expect(time("2026-11-23T23:37:00")).toBe("11:37pm");
  expect(time("2026-11-23T17:00:00")).toBe("5pm");
  expect(time("2026-11-23T12:00:00")).toBe("midday");
});

describe("a day beside today", () => {
  test.each([
    ["2026-11-23T10:42:00", "today at 10:42am"],
    ["2026-11-22T16:20:00", "yesterday at 4:20pm"],
    ["2026-11-22T00:00:00", "yesterday at midnight"],
    ["2026-11-21T23:59:00", "21 November 2026 at 11:59pm"],
    ["2025-11-23T10:42:00", "23 November 2025 at 10:42am"],
  ])("%s is %s", (iso, expected) => expect(dayAndTime(iso, now)).toBe(expected));
});

describe("how long ago", () => {
  test.each([
    ["2026-11-23T10:59:30", "just now"],
    ["2026-11-23T11:10:00", "just now"],
    ["2026-11-23T10:59:00", "1 minute ago"],
    ["2026-11-23T10:01:00", "59 minutes ago"],
    ["2026-11-23T08:30:00", "2 hours ago"],
    ["2026-11-22T23:00:00", "yesterday"],
    ["2026-11-23", "today"],
    ["2026-11-20", "3 days ago"],
    ["2026-11-16", "1 week ago"],
    ["2026-11-01", "3 weeks ago"],
    ["2026-10-23", "1 month ago"],
    ["2026-10-22", "1 month ago"],
    ["2025-11-24", "11 months ago"],
    ["2025-11-23", "1 year ago"],
    ["2020-01-01", "6 years ago"],
  ])("%s was %s", (iso, expected) => expect(ago(iso, now)).toBe(expected));

  test("yesterday evening is hours away only within the hour", () => {
    const early = new Date("2026-11-23T00:20:00");
    expect(ago("2026-11-22T23:50:00", early)).toBe("30 minutes ago");
    expect(ago("2026-11-22T20:00:00", early)).toBe("yesterday");
  });
});

describe("a phase's dates", () => {
  test.each([
    ["2026-03-02", "2026-05-29", "March to May 2026"],
    ["2025-11-01", "2026-02-01", "November 2025 to February 2026"],
    ["2026-03-02", "2026-03-29", "March 2026"],
    ["2026-10-01", null, "since October 2026"],
    [null, "2026-10-01", "until October 2026"],
    [null, null, ""],
  ])("%s – %s is “%s”", (started, ended, expected) => expect(span(started, ended)).toBe(expected));
});
