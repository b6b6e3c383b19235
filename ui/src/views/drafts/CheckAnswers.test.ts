import { clearMocks, mockIPC } from "@tauri-apps/api/mocks";
import { cleanup, render, screen, waitFor } from "@testing-library/svelte";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Check, DraftForm } from "../../bindings";
import { router } from "../../stores/router.svelte";
import { status } from "../../stores/status.svelte";
import CheckAnswers from "./CheckAnswers.svelte";
import { form } from "./fixtures";

type Shown = { form?: DraftForm; before?: DraftForm | null; reviewed?: boolean | null; checks?: Check[] };

function show({ form: shown = form(), before = null, reviewed = null, checks = [] }: Shown) {
  render(CheckAnswers, {
    form: shown,
    before,
    reviewed,
    checks,
    cleaned: [],
    council: "Barchester City Council",
    title: "Missed bins",
    busy: false,
    onsend: () => {},
    ongo: () => {},
  });
}

beforeEach(() => mockIPC(() => []));

afterEach(() => {
  cleanup();
  clearMocks();
  router.reset();
  status.now = null;
});

test.each([
  [{ reviewed: false }, "Publish now", "anyone on the internet can see it"],
  [
    { reviewed: true },
    "Send for review",
    "The leads of Barchester City Council, or a coordinator if it has none, will review this before it is published.",
  ],
  [{ reviewed: null }, "Send", "anyone on the internet can see it"],
  [{ reviewed: false, form: form({ visibility: "team" }) }, "Save to Guildhall", "Other councils will not find it."],
] as const)("the button says what it does: %o", (shown, button, text) => {
  show(shown as Shown);
  expect(screen.getByRole("button", { name: button })).toBeVisible();
  expect(screen.getByText(new RegExp(text))).toBeVisible();
});

test("without a connection it is sent later", () => {
  status.now = { connection: "offline" } as typeof status.now;
  show({ reviewed: false });
  expect(screen.getByRole("button", { name: "Send when online" })).toBeVisible();
});

test("with errors, the summary has the focus, and why nothing can be sent is said", async () => {
  router.go({ name: "draft", id: "d", section: "check" });
  show({ form: form({ visibility: null }), checks: [{ section: "about", pointer: "/visibility", code: "missing" }] });
  await waitFor(() => expect(document.querySelector(".govuk-error-summary")).toHaveFocus());
  expect(screen.getByRole("link", { name: "Select who can see it" })).toBeVisible();
  expect(screen.getByText(/You cannot send this yet. Fix 1 answer first/)).toBeVisible();
  expect(screen.queryByRole("button", { name: /Send|Publish/ })).toBeNull();
  expect(document.title).toMatch(/^Error: Check your answers – Missed bins/);
});

test("of an edit, what was and what is now stand above all answers", () => {
  show({ form: form({ title: "Missed collections" }), before: form() });
  const change = screen.getByRole("heading", { name: "What you changed" }).nextElementSibling;
  expect(change).toHaveTextContent("Title Was: Missed bins Now: Missed collections");
  expect(screen.getByRole("heading", { name: "All answers" })).toBeVisible();
});
