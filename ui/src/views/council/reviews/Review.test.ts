import { clearMocks, mockIPC } from "@tauri-apps/api/mocks";
import { cleanup, render, screen, waitFor } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { AnswerRow, FieldChange, Inbox, ReviewRow, ReviewView, Status } from "../../../bindings";
import { announcer } from "../../../stores/announcer.svelte";
import { router } from "../../../stores/router.svelte";
import { status } from "../../../stores/status.svelte";
import Decided from "./Decided.svelte";
import InboxScreen from "./Inbox.svelte";
import Review from "./Review.svelte";
import { reviewText } from "./reviewText";

const row: ReviewRow = {
  id: "r",
  project: "p",
  title: "Parking permits",
  council: { code: "BCH", name: "Barchester City Council", name_cy: "" },
  author: "kim@barchester.example",
  new: true,
  sent_at: "2026-11-27T10:00:00Z",
};
const field = (name: string, after: unknown, member: string | null = null): FieldChange => ({
  field: name,
  member,
  before: "null",
  after: JSON.stringify(after),
});
const need = { id: "n", as_a: "resident", i_need: "renew my permit online", so_that: "I can park", evidence: "40 calls a week" };
let view: ReviewView;
let inbox: Inbox;
const calls = vi.fn();

beforeEach(() => {
  calls.mockReset();
  view = {
    row,
    changes: [field("title", "Parking permits"), field("needs", need, "n"), field("phase", "alpha"), field("visibility", "councils")],
    visibility: "councils",
    lang: "en",
    base_changed: false,
    answer: null,
  };
  inbox = { waiting: [], answered: [], invitations: [], requests: [], asked: [] };
  mockIPC(
    (command, args) => {
      calls(command, args);
      if (command === "review") return view;
      if (command === "inbox") return inbox;
      if (command === "unconfirmed_leads") return [];
      return null;
    },
    { shouldMockEvents: true },
  );
  status.now = { connection: "connected", attention: 0 } as Status;
  router.reset({ name: "inbox" });
  router.go({ name: "review", id: "r" });
});

afterEach(async () => {
  cleanup();
  await new Promise((done) => setTimeout(done));
  clearMocks();
});

const press = (name: string) => userEvent.click(screen.getByRole("button", { name }));

test("a need, links, dates and help are told in words", () => {
  const said = "As a resident I need to renew my permit online so that I can park\nHow they know: 40 calls a week";
  expect(reviewText("needs", JSON.stringify(need))).toBe(
    said.replace("How they know:", reviewText("needs", JSON.stringify(need)).split("\n")[1]!.split(" 40")[0]!),
  );
  expect(reviewText("phase_dates", JSON.stringify({ beta: { started: "2026-03-01", ended: null } }))).toBe("Beta: since March 2026");
  expect(reviewText("wanted", JSON.stringify([{ kind: "money", what: "£5,000", by: "2026-12-01" }]))).toBe(
    "Money, £5,000, 1 December 2026",
  );
  expect(reviewText("summary", "null")).toBe("");
});

test("a review of a new project shows who will see it, and its needs in full", async () => {
  render(Review);
  expect(await screen.findByRole("heading", { level: 1, name: "Parking permits" })).toHaveFocus();
  expect(screen.getByText(/^If you approve it, it will be visible to:/)).toBeVisible();
  expect(screen.getByRole("rowheader", { name: "Who can see it" })).toBeVisible();
  expect(screen.getByText(/As a resident I need to renew my permit online so that I can park/)).toBeVisible();
});

test("a second wrong submit moves the focus to the summary again", async () => {
  render(Review);
  await screen.findByRole("heading", { level: 1 });
  for (let time = 0; time < 2; time++) {
    await press("Send decision");
    const summary = screen.getByRole("alert").closest("[tabindex]");
    await waitFor(() => expect(summary).toHaveFocus());
    screen.getByRole("button", { name: "Send decision" }).focus();
  }
  expect(calls).not.toHaveBeenCalledWith("answer_review", expect.anything());
});

test("a comment names the field that it is about, once", async () => {
  render(Review);
  await screen.findByRole("heading", { level: 1 });
  await press("Comment on Title");
  const box = screen.getByRole("textbox", { name: /Comments for the author/ });
  expect(box).toHaveFocus();
  expect(screen.getByRole("radio", { name: "Ask for changes" })).toBeChecked();
  await userEvent.type(box, "Say which permits.");
  await press("Comment on Phase");
  await press("Comment on Title");
  expect(box).toHaveValue("Title: Say which permits.\nPhase: ");
});

test("after a decision a page says what happened, and announces when it is sent", async () => {
  render(Review);
  await screen.findByRole("heading", { level: 1 });
  await userEvent.click(screen.getByRole("radio", { name: "Approve and publish" }));
  await press("Send decision");
  expect(calls).toHaveBeenCalledWith("answer_review", { id: "r", state: "published", reason: "" });
  await waitFor(() => expect(router.route.name).toBe("decided"));
  cleanup();
  const { route } = router;
  router.reset({ name: "inbox" });
  router.go(route);

  const waiting: AnswerRow = { row, state: "published", reason: "", refused: null };
  inbox.answered = [waiting];
  status.now = { connection: "offline" } as Status;
  render(Decided);
  expect(await screen.findByRole("heading", { level: 1, name: "Decision waiting to send" })).toHaveFocus();
  expect(screen.queryByText("Approved and published")).toBeNull();

  inbox = { ...inbox, answered: [] };
  const { emit } = await import("@tauri-apps/api/event");
  await emit("drafts-changed", null);
  expect(await screen.findByRole("heading", { level: 1, name: "Approved and published" })).toBeVisible();
  await waitFor(() => expect(announcer.text).toMatch(/^Approved and published. Visible to: /));
});

test("a decision that was not used says why", async () => {
  inbox.answered = [{ row, state: "published", reason: "", refused: "changed" }];
  router.go({ name: "decided", decided: { id: "r", title: "Parking permits", author: "kim", state: "published", visibility: "public" } });
  render(Decided);
  expect(await screen.findByRole("heading", { level: 1, name: "Decision not used" })).toBeVisible();
  expect(screen.getByText("Someone else changed the same fields. We have sent this back to its author.")).toBeVisible();
});

test("the inbox asks again for requests while it is open, and leads to what one sent", async () => {
  router.reset({ name: "inbox" });
  status.now = { connection: "connected", attention: 1 } as Status;
  render(InboxScreen);
  expect(await screen.findByText("Nothing to review")).toBeVisible();
  expect(screen.getByRole("link", { name: "1 draft needs attention in My work" })).toBeVisible();
  const { clock } = await import("../../../stores/clock.svelte");
  const asked = () => calls.mock.calls.filter(([command]) => command === "refresh_me").length;
  const before = asked();
  clock.now = new Date(clock.now.getTime() + 60_000);
  await waitFor(() => expect(asked()).toBeGreaterThan(before));
});
