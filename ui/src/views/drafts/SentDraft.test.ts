import { clearMocks, mockIPC } from "@tauri-apps/api/mocks";
import { cleanup, render, screen, waitFor } from "@testing-library/svelte";
import { afterEach, beforeEach, expect, test } from "vitest";
import { announcer } from "../../stores/announcer.svelte";
import { router } from "../../stores/router.svelte";
import { draft } from "./fixtures";
import SentDraft from "./SentDraft.svelte";

beforeEach(() => {
  mockIPC(() => null);
  announcer.text = "";
});

afterEach(() => {
  cleanup();
  clearMocks();
  router.reset();
});

const heading = () => screen.getByRole("heading", { level: 1 });

test.each([
  ["public", "Published", "Anyone on the internet can see it."],
  ["members", "Published", "Anyone who signs in can see it."],
  ["councils", "Published", "People who work for a council can see it."],
  ["team", "Saved to Guildhall", "Only the project team can see it."],
] as const)("it says who sees it: %s", (visibility, said, who) => {
  render(SentDraft, { draft: draft({ state: "published", visibility }) });
  expect(heading()).toHaveTextContent(said);
  expect(screen.getByText(who)).toBeVisible();
});

test("its heading has the focus, and what becomes of it later is announced once", async () => {
  router.go({ name: "draft", id: "d", section: "sent" });
  const { rerender } = render(SentDraft, { draft: draft({ state: "queued" }) });
  await waitFor(() => expect(heading()).toHaveFocus());
  expect(heading()).toHaveTextContent("Waiting to send");
  await rerender({ draft: draft({ state: "sending" }) });
  expect(announcer.text).toBe("");
  await rerender({ draft: draft({ state: "published" }) });
  expect(announcer.text).toBe("Published. Anyone on the internet can see it.");
  expect(heading()).toHaveFocus();
});

test("what waits for a review says who decides", () => {
  render(SentDraft, { draft: draft({ state: "in_review" }) });
  expect(heading()).toHaveTextContent("Sent for review");
  expect(screen.getByText(/The leads of Barchester City Council, or a coordinator if it has none, will review it/)).toBeVisible();
});

test("a reviewer’s comments are shown with who made them", () => {
  const attention = { why: "changes_requested", by: "sam@barchester.example", reason: "Say what it costs." } as const;
  render(SentDraft, { draft: draft({ state: "needs_attention", attention }) });
  expect(heading()).toHaveTextContent("You need to make changes");
  expect(screen.getByText("sam@barchester.example asked for changes")).toBeVisible();
  expect(screen.getByText("Say what it costs.")).toBeVisible();
});
