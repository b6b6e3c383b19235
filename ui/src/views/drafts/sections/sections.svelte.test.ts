import { clearMocks, mockIPC } from "@tauri-apps/api/mocks";
import { cleanup, fireEvent, render, screen, waitFor, within } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { createRawSnippet } from "svelte";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { DraftForm } from "../../../bindings";
import { form } from "../fixtures";
import { formToEdit, pages } from "../sections";

beforeEach(() => mockIPC((command) => (command === "new_id" ? "0190" : [])));

afterEach(() => {
  cleanup();
  clearMocks();
});

const similar = createRawSnippet<[string]>(() => ({ render: () => "<p></p>" }));
const date = (day: string, month: string, year: string) => ({ day, month, year });

function show(page: keyof typeof pages, with_: Partial<DraftForm> = {}) {
  const shown = $state(formToEdit(form(with_)));
  render(pages[page], { form: shown, errors: {}, onneed: () => {}, similar });
  return shown;
}

test("who can see it is asked with the title, with no answer chosen", () => {
  show("about", { visibility: null });
  const question = within(screen.getByRole("group", { name: "Who can see it?" }));
  expect(question.getAllByRole("radio").map((radio) => (radio as HTMLInputElement).checked)).toEqual([false, false, false, false]);
  expect(question.getByRole("radio", { name: "People who work for a council" })).toHaveAccessibleDescription(
    "Includes contractors with a council address.",
  );
});

test("a month and a year are asked for, and a whole date keeps its day until they change", async () => {
  const shown = show("phase", { phase_dates: [{ phase: "alpha", started: date("6", "4", "2026"), ended: date("", "", "") }] });
  const alpha = within(screen.getByRole("group", { name: "When did alpha start?" }));
  expect(alpha.queryByLabelText("Day")).toBeNull();
  expect(shown.phase_dates[2]?.started).toEqual(date("6", "4", "2026"));
  await userEvent.clear(alpha.getByLabelText("Month"));
  await userEvent.type(alpha.getByLabelText("Month"), "May");
  expect(shown.phase_dates[2]?.started).toEqual(date("", "May", "2026"));
  expect(screen.queryByText(/end/, { selector: "legend" })).toBeNull();
});

test("product, supplier and contract are asked for after “Buy”, and stay visible while they hold something", async () => {
  show("approach");
  const labels = ["Product", "Supplier", "When does the contract end?"];
  const shownOf = () => labels.filter((label) => screen.queryByText(label));
  expect(shownOf()).toEqual([]);
  await userEvent.click(screen.getByRole("radio", { name: "Buy" }));
  expect(shownOf()).toEqual(labels);
  await userEvent.type(screen.getByLabelText(/Supplier/), "Acme");
  await userEvent.click(screen.getByRole("radio", { name: "Build" }));
  expect(shownOf()).toEqual(["Supplier"]);
  expect(screen.getByText(/These answers were for “Buy”/)).toBeVisible();
});

test("after a removal the focus is on what took its place", async () => {
  const link = (id: string) => ({ id, kind: "website" as const, url: `https://${id}.example`, label: "" });
  show("links", { links: [link("a"), link("b")] });
  await userEvent.click(screen.getByRole("button", { name: "Remove link 1" }));
  await waitFor(() => expect(document.getElementById("links-0-kind")).toHaveFocus());
  await userEvent.click(screen.getByRole("button", { name: "Remove link 1" }));
  await waitFor(() => expect(screen.getByRole("button", { name: "Add a link" })).toHaveFocus());
  await userEvent.click(screen.getByRole("button", { name: "Add a link" }));
  await waitFor(() => expect(document.getElementById("links-0-kind")).toHaveFocus());
});

test("at the most needs, it says so in place of the button", () => {
  const need = (n: number) => ({ id: String(n), as_a: "", i_need: "x", so_that: "", evidence: "" });
  show("needs", { needs: Array.from({ length: 20 }, (_, n) => need(n)) });
  // By text: computing the role of everything in 20 needs takes long.
  expect(screen.queryByText("Add another need")).toBeNull();
  expect(screen.getByText(/You have 20 needs, the most a project can have/)).toBeVisible();
});

test("a licence is chosen from the usual ones, or typed, and what was typed comes back", async () => {
  const shown = show("links");
  // By label: computing the role of every licence on the list takes long.
  const choose = (label: string) => fireEvent.click(screen.getByLabelText(label));
  const type = (value: string) => fireEvent.input(screen.getByLabelText("Name of the licence"), { target: { value } });
  await choose("MIT License (MIT)");
  expect(shown.licence).toBe("MIT");
  await choose("Another licence");
  await type("EUPL-1.2");
  expect(shown.licence).toBe("EUPL-1.2");
  expect(screen.queryByText(/not on the SPDX list/)).toBeNull();
  await type("EUPL-1.2x");
  expect(screen.getByText(/not on the SPDX list/)).toBeVisible();
  await choose("Not decided");
  expect(shown.licence).toBe("");
  await choose("Another licence");
  expect(shown.licence).toBe("EUPL-1.2x");
});
