import { clearMocks, mockIPC } from "@tauri-apps/api/mocks";
import { cleanup, render, screen } from "@testing-library/svelte";
import { afterEach, expect, test } from "vitest";
import type { DraftRow, UnreadableRow } from "../../bindings";
import Drafts from "./Drafts.svelte";

const draft: DraftRow = {
  id: "d",
  project: "x",
  title: "Missed bins",
  council: { code: "BCH", name: "Barchester City Council", name_cy: "" },
  new: true,
  state: "draft",
  saved_at: "2026-11-23T10:42:00Z",
  sent_at: null,
};

function show(drafts: DraftRow[], unreadable: UnreadableRow[]) {
  mockIPC((command) => ({ drafts, unreadable })[command as "drafts"], { shouldMockEvents: true });
  render(Drafts);
}

afterEach(async () => {
  cleanup();
  // Listeners are removed a moment after the screen is destroyed.
  await new Promise((done) => setTimeout(done));
  clearMocks();
});

test("what this version can’t read is listed with what to do", async () => {
  show(
    [draft],
    [
      { what: "draft", title: "Bulky waste", at: "2026-11-22T09:00:00Z" },
      { what: "answer", title: "", at: null },
    ],
  );
  expect(await screen.findByRole("heading", { name: /Can’t be read by this version/ })).toBeVisible();
  expect(screen.getByText("Bulky waste")).toBeVisible();
  expect(screen.queryByRole("link", { name: "Bulky waste" })).toBeNull();
  expect(screen.getByText("Without a title")).toBeVisible();
  expect(screen.getByText(/Install the update to read it/)).toBeVisible();
  expect(screen.getByRole("link", { name: "Missed bins" })).toBeVisible();
});

test("where nothing else is there, all drafts can be saved", async () => {
  show([], [{ what: "draft", title: "Bulky waste", at: null }]);
  expect(await screen.findByRole("button", { name: "Save all drafts to a file" })).toBeVisible();
  expect(screen.queryByText("No drafts yet")).toBeNull();
});

test("where all can be read, nothing is said of it", async () => {
  show([draft], []);
  expect(await screen.findByRole("link", { name: "Missed bins" })).toBeVisible();
  expect(screen.queryByText(/Can’t be read/)).toBeNull();
});
