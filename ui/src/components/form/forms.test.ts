import { createRawSnippet } from "svelte";
import { render, screen, waitFor } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";
import Button from "../Button.svelte";
import { words } from "../../words";
import Checkboxes from "./Checkboxes.svelte";
import DateInput from "./DateInput.svelte";
import ErrorSummary from "./ErrorSummary.svelte";
import { optionsFrom } from "./option";
import Radios from "./Radios.svelte";
import TextArea from "./TextArea.svelte";
import TextInput from "./TextInput.svelte";

const text = (words: string) => createRawSnippet(() => ({ render: () => `<span>${words}</span>` }));

test("a field is described by its hint and its error", () => {
  render(TextInput, { id: "title", label: "Title", value: "", hint: "What people call it", error: "Enter a title" });
  const field = screen.getByLabelText("Title");
  expect(field).toBeInvalid();
  expect(field).toHaveAccessibleDescription("What people call it Error: Enter a title");
});

test("a field that is right says nothing of errors", () => {
  render(TextInput, { id: "title", label: "Title", value: "Bins" });
  const field = screen.getByLabelText("Title");
  expect(field).toBeValid();
  expect(field).toHaveValue("Bins");
  expect(field).not.toHaveAttribute("aria-describedby");
});

test("the counter counts characters as people do, and never cuts off", async () => {
  render(TextArea, { id: "summary", label: "Summary", value: "", limit: 5 });
  const field = screen.getByLabelText("Summary");
  expect(field).toHaveAccessibleDescription("You have 5 characters left");
  await userEvent.type(field, "bin🗑");
  expect(field).toHaveAccessibleDescription("You have 1 character left");
  await userEvent.type(field, "abc");
  expect(field).toHaveAccessibleDescription("You have 2 characters too many");
  expect(field).toHaveValue("bin🗑abc");
});

test("a counter may wait until most of the room is used", async () => {
  render(TextInput, { id: "title", label: "Title", value: "", limit: 8 });
  const field = screen.getByLabelText("Title");
  await userEvent.type(field, "12345");
  expect(field).not.toHaveAttribute("aria-describedby");
  expect(screen.queryByText(words.common.charactersLeft(3))).toBeNull();
  await userEvent.type(field, "6");
  expect(screen.getAllByText(words.common.charactersLeft(2))[0]).toBeVisible();
});

test("radios and checkboxes are groups that answer with what was chosen", async () => {
  const chosen = vi.fn();
  const ticked = vi.fn();
  render(Radios, { id: "theme", legend: "Theme", options: optionsFrom(words.common.theme), value: "system", onchange: chosen });
  render(Checkboxes, { id: "wanted", legend: "Wanted", options: optionsFrom(words.common.wanted), value: ["code"], onchange: ticked });
  expect(screen.getByRole("group", { name: "Theme" })).toBeVisible();
  await userEvent.click(screen.getByRole("radio", { name: "Dark" }));
  expect(chosen).toHaveBeenCalledExactlyOnceWith("dark");
  await userEvent.click(screen.getByRole("checkbox", { name: "Design" }));
  expect(ticked.mock.calls[0]?.[0].toSorted()).toEqual(["code", "design"]);
});

test("a date keeps what is typed, real or not", async () => {
  const value = { day: "", month: "", year: "" };
  render(DateInput, { id: "ended", legend: "When it ended", value, error: "Ended must be a real date" });
  await userEvent.type(screen.getByLabelText("Day"), "31");
  await userEvent.type(screen.getByLabelText("Month"), "Feb");
  expect(screen.getByLabelText("Day")).toHaveValue("31");
  expect(screen.getByLabelText("Month")).toHaveValue("Feb");
  expect(screen.getByRole("group", { name: "When it ended" })).toHaveAccessibleDescription("Error: Ended must be a real date");
});

test("an error summary takes the keyboard, and its links give it to the fields", async () => {
  render(TextInput, { id: "title", label: "Title", value: "", error: "Enter a title" });
  const { container } = render(ErrorSummary, { errors: [{ id: "title", text: "Enter a title" }] });
  await waitFor(() => expect(container.querySelector(".govuk-error-summary")).toHaveFocus());
  await userEvent.click(screen.getByRole("link", { name: "Enter a title" }));
  await waitFor(() => expect(screen.getByLabelText("Title")).toHaveFocus());
});

test("an error summary leaves the keyboard in a field that is being mended", async () => {
  render(TextInput, { id: "title", label: "Title", value: "" });
  const title = { id: "title", text: "Enter a title" };
  const { rerender } = render(ErrorSummary, { errors: [title, { id: "x", text: "Enter a contact" }] });
  screen.getByLabelText("Title").focus();
  await rerender({ errors: [title] });
  expect(screen.queryByText("Enter a contact")).toBeNull();
  expect(screen.getByLabelText("Title")).toHaveFocus();
});

test("an error summary goes to the field's page first", async () => {
  render(ErrorSummary, {
    errors: [{ id: "later", text: "Enter a contact", onopen: () => void render(TextInput, { id: "later", label: "Contact", value: "" }) }],
  });
  await userEvent.click(screen.getByRole("link", { name: "Enter a contact" }));
  await waitFor(() => expect(screen.getByLabelText("Contact")).toHaveFocus());
});

test("a busy button keeps its place and does nothing more", async () => {
  const onclick = vi.fn();
  const { rerender } = render(Button, { onclick, children: text("Send") });
  const button = screen.getByRole("button", { name: "Send" });
  await userEvent.click(button);
  await rerender({ busy: true });
  await userEvent.click(button);
  expect(onclick).toHaveBeenCalledTimes(1);
  expect(button).toHaveFocus();
});
