import { clearMocks, mockIPC } from "@tauri-apps/api/mocks";
import { cleanup, render, screen, within } from "@testing-library/svelte";
import { afterEach, expect, test } from "vitest";
import type { DraftRow, UnreadableRow } from "../../bindings";
import { row } from "./fixtures";
import Work from "./Work.svelte";

function show(drafts: DraftRow[], unreadable: UnreadableRow[] = [], unused: unknown[] = []) {
  mockIPC((command) => ({ drafts, unreadable, unused_texts: unused })[command as "drafts"], { shouldMockEvents: true });
  render(Work);
}

afterEach(async () => {
  cleanup();
  // Listeners are removed a moment after the screen is destroyed.
  await new Promise((done) => setTimeout(done));
  clearMocks();
});

test("it is one list in parts, and each item says what next", async () => {
  show([
    row({ id: "1", title: "Bins" }),
    row({ id: "2", title: "Huts", state: "needs_attention", attention: { why: "conflict" } }),
    row({ id: "3", title: "Signs", state: "queued" }),
    row({ id: "4", title: "Parks", state: "in_review" }),
    row({ id: "5", title: "Trees", state: "published", visibility: "councils" }),
    row({ id: "6", title: "Roads", state: "published", visibility: "team" }),
  ]);
  expect(await screen.findByRole("link", { name: "Bins" })).toBeVisible();
  expect(screen.getAllByRole("heading", { level: 2 }).map((heading) => heading.textContent)).toEqual([
    "Needs attention 1",
    "Drafts 1",
    "Waiting to send 1",
    "Sent 3",
  ]);
  const said = (title: string) => within(screen.getByRole("link", { name: title }).closest("li")!);
  expect(said("Bins").getByText("Continue writing")).toBeVisible();
  expect(said("Huts").getByText("Choose which text to use")).toBeVisible();
  expect(said("Parks").getByText(/Leads will review it/)).toBeVisible();
  expect(said("Trees").getByText("People who work for a council can see it.")).toBeVisible();
  expect(said("Roads").queryByText("Published")).toBeNull();
  expect(said("Roads").getByText("Saved to Guildhall")).toBeVisible();
});

test("a draft is deleted, and what was sent is only removed from the list", async () => {
  show([row({ id: "1", title: "Bins" }), row({ id: "2", title: "Trees", state: "published" })]);
  expect(await screen.findByRole("button", { name: "Delete the draft: Bins" })).toBeVisible();
  expect(screen.getByRole("button", { name: "Remove from My work: Trees" })).toBeVisible();
});

test("recovering unused text is offered only where there is any", async () => {
  show([row()]);
  expect(await screen.findByRole("link", { name: "Missed bins" })).toBeVisible();
  expect(screen.queryByRole("link", { name: "Recover unused text" })).toBeNull();
  cleanup();
  show([row()], [], [{}]);
  expect(await screen.findByRole("link", { name: "Recover unused text" })).toBeVisible();
});

test("what this version cannot open is listed with what to do", async () => {
  show(
    [row()],
    [
      { what: "draft", title: "Bulky waste", at: "2026-11-22T09:00:00Z" },
      { what: "answer", title: "", at: null },
    ],
  );
  expect(await screen.findByRole("heading", { name: /Cannot be opened by this version/ })).toBeVisible();
  expect(screen.getByText("Bulky waste")).toBeVisible();
  expect(screen.queryByRole("link", { name: "Bulky waste" })).toBeNull();
  expect(screen.getByText("Untitled")).toBeVisible();
  expect(screen.getByText(/Install the update to open them/)).toBeVisible();
  expect(screen.getByRole("link", { name: "Missed bins" })).toBeVisible();
});

test("where nothing else is there, all drafts can be saved", async () => {
  show([], [{ what: "draft", title: "Bulky waste", at: null }]);
  expect(await screen.findByRole("button", { name: "Save all drafts to a file" })).toBeVisible();
  expect(screen.queryByText("You have not written anything yet")).toBeNull();
});
