import { expect, test } from "vitest";
import { steps } from "./timeline";

const line = (...args: Parameters<typeof steps>) => steps(...args).map(({ phase, state, when }) => [phase, state, when]);

test("what has a date lies behind, what hasn't yet lies ahead", () => {
  const dates = {
    discovery: { started: "2026-03-01", ended: "2026-05-31" },
    beta: { started: "2026-10-01", ended: null },
  };
  expect(line("beta", dates)).toEqual([
    ["discovery", "past", "March to May 2026"],
    ["beta", "here", "since October 2026"],
    ["live", "ahead", ""],
  ]);
});

test("an idea has the whole road ahead", () => {
  expect(line("idea", {}).map(([phase, state]) => `${phase} ${state}`)).toEqual([
    "idea here",
    "discovery ahead",
    "alpha ahead",
    "beta ahead",
    "live ahead",
  ]);
});

test.each(["stopped", "retired"] as const)("%s is the end: nothing lies ahead of it", (phase) => {
  const dates = { alpha: { started: "2025-01-01", ended: null }, [phase]: { started: "2025-06-01", ended: null } };
  expect(line(phase, dates)).toEqual([
    ["alpha", "past", "January 2025"],
    [phase, "here", "since June 2025"],
  ]);
});
