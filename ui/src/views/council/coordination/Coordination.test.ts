import { clearMocks, mockIPC } from "@tauri-apps/api/mocks";
import { cleanup, render, screen, waitFor } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Coordination as Queue } from "../../../bindings";
import { notice } from "../../../stores/notice.svelte";
import { router } from "../../../stores/router.svelte";
import Coordination from "./Coordination.svelte";
import { isoDay } from "./isoDay";
import Merger from "./Merger.svelte";

const names = { BCH: "Barchester City Council", CAS: "Casterbridge District Council", LLA: "Cyngor Llareggub" };
const councils = Object.entries(names).map(([code, name]) => ({ code, name, name_cy: "" }));
const calls = vi.fn();
/** Many presses and keys take seconds on a busy machine. */
const SLOW = 30_000;
let queue: Queue;

beforeEach(() => {
  calls.mockReset();
  notice.clear();
  queue = {
    domains: [],
    without_lead: [{ council: "LLA", name: names.LLA }],
    interim: [],
    listed: [],
    overdue: 0,
    reports: [],
    successions: [
      { council: "BCH", name: names.BCH, from: "2027-04-01", successors: [{ council: "CAS", name: names.CAS, area: "" }], left: 2 },
    ],
    week: { new_projects: 1, changes: 2, councils: 1, new_people: 0 },
  };
  mockIPC(
    (command, args) => {
      calls(command, args);
      if (command === "coordination") return structuredClone(queue);
      if (command === "councils") return councils;
      if (command === "remove_successors") queue.successions = [];
      return null;
    },
    { shouldMockEvents: true },
  );
  router.reset({ name: "coordination" });
});

afterEach(async () => {
  cleanup();
  await new Promise((done) => setTimeout(done));
  clearMocks();
});

const press = (name: string) => userEvent.click(screen.getByRole("button", { name }));

test("any council is found by its name", async () => {
  render(Coordination);
  await userEvent.type(await screen.findByRole("searchbox", { name: "Search councils" }), "caster");
  expect(screen.getByText("1 council")).toBeVisible();
  await userEvent.click(screen.getByRole("link", { name: "Activity log of Casterbridge District Council" }));
  expect(router.route).toEqual({ name: "audit", council: "CAS" });
  await userEvent.clear(screen.getByRole("searchbox"));
  await userEvent.type(screen.getByRole("searchbox"), "zz");
  expect(screen.getByText(/^No council matches/)).toBeVisible();
});

test("a merger is cancelled after a question, and the keyboard stays at its heading", async () => {
  render(Coordination);
  expect(await screen.findByText("Barchester City Council is replaced from 1 April 2027 by:")).toBeVisible();
  await press("Cancel merger of Barchester City Council");
  await press("Keep merger");
  expect(screen.getByRole("button", { name: "Cancel merger of Barchester City Council" })).toHaveFocus();
  await press("Cancel merger of Barchester City Council");
  await press("Cancel merger");
  await waitFor(() => expect(screen.getByRole("heading", { name: "Mergers and splits" })).toHaveFocus());
  expect(calls).toHaveBeenCalledWith("remove_successors", { council: "BCH" });
});

test("a merger is checked before anybody is mailed, and keeps what was entered", { timeout: SLOW }, async () => {
  router.go({ name: "merger", step: "form" });
  render(Merger);
  await screen.findAllByRole("option", { name: "Barchester City Council" });
  await press("Continue");
  const summary = screen.getByRole("alert");
  await waitFor(() => expect(summary.closest("[tabindex]")).toHaveFocus());
  for (const wrong of [
    "Select the council that is closing",
    "Enter the first day of the new council",
    "Select the council that replaces it",
  ]) {
    expect(summary).toHaveTextContent(wrong);
  }
  await userEvent.selectOptions(screen.getByRole("combobox", { name: "Which council is closing?" }), "BCH");
  await userEvent.selectOptions(screen.getByRole("combobox", { name: "Which council replaces it?" }), "CAS");
  for (const [box, typed] of [
    ["Day", "1"],
    ["Month", "4"],
    ["Year", "2027"],
  ] as const) {
    await userEvent.type(screen.getByRole("textbox", { name: box }), typed);
  }
  await press("Continue");
  expect(await screen.findByRole("heading", { level: 1, name: "Check the merger or split" })).toHaveFocus();
  expect(screen.getByText("1 April 2027")).toBeVisible();
  expect(calls).not.toHaveBeenCalledWith("name_successors", expect.anything());

  await press("Back");
  expect(await screen.findByRole("combobox", { name: "Which council is closing?" })).toHaveValue("BCH");
  await press("Continue");
  await press("Save and email leads");
  const from = { day: "1", month: "4", year: "2027" };
  expect(calls).toHaveBeenCalledWith("name_successors", { council: "BCH", from, successors: [{ council: "CAS", area: "" }] });
  await waitFor(() => expect(router.route).toEqual({ name: "coordination" }));
  await waitFor(() => expect(notice.current?.text).toContain("We have emailed the leads"));
});

test.each([
  ["1", "4", "2027", "2027-04-01"],
  ["1", "April", "2027", "2027-04-01"],
  ["31", "2", "2027", null],
  ["", "4", "2027", null],
  ["1", "4", "27", null],
])("%s %s %s as a day is %s", (day, month, year, iso) => {
  expect(isoDay({ day, month, year })).toBe(iso);
});
