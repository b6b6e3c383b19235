import { clearMocks, mockIPC } from "@tauri-apps/api/mocks";
import { cleanup, fireEvent, render, screen, waitFor } from "@testing-library/svelte";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Chosen, Clash, Conflict as Clashing, UnusedText } from "../../../bindings";
import { notice } from "../../../stores/notice.svelte";
import { router } from "../../../stores/router.svelte";
import Conflict from "./Conflict.svelte";
import UnusedTexts from "./UnusedTexts.svelte";

const clash = (field: string, before: string, mine: string, theirs: string): Clash => ({
  field,
  member: null,
  before,
  mine,
  theirs,
  choice: null,
});
let shown: Clashing;
let steps: Chosen[][];
let settled: string;
let calls: string[];
let kept: UnusedText[];
/** If set, the first choice is answered only once this resolves. */
let held: Promise<void> | null;

beforeEach(() => {
  steps = [];
  calls = [];
  kept = [];
  held = null;
  settled = "queued";
  shown = {
    draft: "d",
    mine_at: "2026-11-22T16:20:00Z",
    theirs_at: "2026-11-23T09:05:00Z",
    theirs_by: "robin@barchester.example",
    clashes: [
      clash("summary", '"Districts plan rounds together."', '"Districts plan rounds."', '"Districts plan rounds on one map."'),
      clash("phase", '"alpha"', '"beta"', '"stopped"'),
    ],
    others: ["why"],
    can_undo: false,
  };
  mockIPC((command, args) => {
    calls.push(command);
    const { chosen, then } = args as { chosen: Chosen[]; then: string };
    if (command === "choose") steps.push(chosen);
    if (command === "undo_choice") steps.pop();
    if (command === "settle") return then === "write" ? "writing" : settled;
    if (command === "unused_texts") return kept;
    if (command === "restore_unused_text") return "d2";
    const choice = (one: Clash) => steps.flat().findLast((step) => step.field === one.field)?.choice ?? null;
    const answer = { ...shown, clashes: shown.clashes.map((one) => ({ ...one, choice: choice(one) })), can_undo: steps.length > 0 };
    if (command !== "choose" || !held) return answer;
    const until = held;
    held = null;
    return until.then(() => answer);
  });
});

afterEach(() => {
  cleanup();
  clearMocks();
  notice.clear();
  router.reset();
});

const radio = (name: string) => screen.findByRole("radio", { name });
const press = async (name: string) => fireEvent.click(await screen.findByRole("button", { name }));

test("it says what clashes, whose it is, and tells each changed word", async () => {
  const { container } = render(Conflict, { id: "d" });
  await radio("Yours: Summary");
  expect(container).toHaveTextContent("You and robin@barchester.example both changed Summary and Phase. Your other 1 change is fine.");
  expect(container).toHaveTextContent("by robin@barchester.example");
  expect(await radio("Yours: Summary")).toHaveAccessibleDescription("Districts plan rounds.");
  expect(container.querySelector("ins")).toBeNull();
  await press("Show changes: Summary");
  const [added] = container.querySelectorAll("ins");
  expect(added).toHaveTextContent("added: on one map");
  expect(container.querySelector("del")).toHaveTextContent("removed: together");
});

test("each is chosen, all of one is one step, and a step is undone", async () => {
  render(Conflict, { id: "d" });
  await fireEvent.click(await radio("Theirs: Summary"));
  await waitFor(() => expect(steps).toHaveLength(1));
  await press("Use all my changes");
  await waitFor(() => expect(steps[1]).toHaveLength(2));
  await waitFor(async () => expect(await radio("Yours: Phase")).toBeChecked());
  await press("Undo");
  await waitFor(async () => expect(await radio("Yours: Phase")).not.toBeChecked());
  expect(await radio("Theirs: Summary")).toBeChecked();
});

test("an answer that comes late does not take back what was chosen since", async () => {
  let release = () => {};
  held = new Promise((resolve) => (release = resolve));
  render(Conflict, { id: "d" });
  await fireEvent.click(await radio("Theirs: Summary"));
  await waitFor(() => expect(steps).toHaveLength(1));
  await fireEvent.click(await radio("Yours: Phase"));
  // By now every request but the first has been answered.
  await new Promise((resolve) => setTimeout(resolve));
  release();
  await waitFor(async () => expect(await radio("Theirs: Summary")).toBeChecked());
  await waitFor(async () => expect(await radio("Yours: Phase")).toBeChecked());
});

test("what was not chosen is asked for, and nothing is sent before", async () => {
  render(Conflict, { id: "d" });
  await fireEvent.click(await radio("Theirs: Summary"));
  await waitFor(() => expect(steps).toHaveLength(1));
  await press("Send");
  expect(await screen.findByRole("link", { name: "Select which Phase to use" })).toBeVisible();
  expect(calls).not.toContain("settle");
});

test("a new version is written from both, and what is typed is saved before it is sent", async () => {
  render(Conflict, { id: "d" });
  await fireEvent.click(await radio("Yours: Phase"));
  await fireEvent.click(await radio("Write a new version: Summary"));
  const box = await screen.findByRole("textbox", { name: "New version of Summary" });
  expect(box).toHaveValue("Districts plan rounds.\n\nDistricts plan rounds on one map.");
  await fireEvent.input(box, { target: { value: "Both words" } });
  await press("Send");
  await waitFor(() => expect(calls).toContain("settle"));
  expect(steps.flat().at(-1)?.choice).toEqual({ take: "anew", value: '"Both words"' });
});

test("who takes theirs throughout is told that nothing is left to send", async () => {
  settled = "nothing_left";
  render(Conflict, { id: "d" });
  await press("Use all their changes");
  await waitFor(() => expect(steps).toHaveLength(1));
  await waitFor(async () => expect(await radio("Theirs: Phase")).toBeChecked());
  await press("Send");
  await waitFor(() => expect(notice.current?.text).toContain("nothing to send"));
  expect(router.route.name).toBe("work");
});

test("unused text tells what is kept, and restores it to a draft", async () => {
  const one: UnusedText = {
    id: "k",
    project: "p",
    title: "Rounds",
    field: "summary",
    value: '"Mine"',
    whose: "mine",
    kept_at: "2026-11-23T09:00:00Z",
    until: "2027-02-21T09:00:00Z",
  };
  kept = [one];
  render(UnusedTexts);
  expect(await screen.findByText("Mine")).toBeVisible();
  expect(screen.getByText(/Kept until 21 February 2027/)).toBeVisible();
  await press("Restore: Summary of Rounds");
  await waitFor(() => expect(router.route).toEqual({ name: "draft", id: "d2", section: "tasks" }));
});

test("where there is no unused text, it says so", async () => {
  render(UnusedTexts);
  expect(await screen.findByText("No unused text")).toBeVisible();
});
