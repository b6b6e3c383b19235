import { createRawSnippet } from "svelte";
import { render, screen, waitFor } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, test, vi } from "vitest";
import VirtualList from "./VirtualList.svelte";

const row = createRawSnippet<[string, number]>((item) => ({
  render: () => "<span></span>",
  setup: (node) => {
    $effect(() => {
      node.textContent = item();
    });
  },
}));
const load = vi.fn(async (offset: number, limit: number) =>
  Array.from({ length: Math.min(limit, 20_000 - offset) }, (_, at) => `Project ${offset + at}`),
);

beforeEach(() => {
  load.mockClear();
  // jsdom has no layout, so the list is made 600 pixels high.
  vi.spyOn(HTMLElement.prototype, "clientHeight", "get").mockReturnValue(600);
});

const show = (more = {}) => render(VirtualList<string>, { label: "Projects", count: 20_000, load, row, guess: 5, ...more });

test("of twenty thousand rows only those in sight exist, and only their page is asked for", async () => {
  show();
  expect(await screen.findByText("Project 0")).toBeVisible();
  const options = screen.getAllByRole("option");
  expect(options.length).toBeLessThan(30);
  expect(options[0]).toHaveAttribute("aria-setsize", "20000");
  expect(load.mock.calls).toEqual([[0, 50]]);
});

test("End goes to the last row, Home to the first, and each is chosen on the way", async () => {
  const onselect = vi.fn();
  show({ onselect });
  const list = screen.getByRole("listbox", { name: "Projects" });
  list.focus();
  await userEvent.keyboard("{ArrowDown}{ArrowDown}");
  await waitFor(() => expect(onselect).toHaveBeenLastCalledWith("Project 1", 1, "move"));
  expect(screen.getByRole("option", { selected: true })).toHaveTextContent("Project 1");
  await userEvent.keyboard("{End}");
  await waitFor(() => expect(onselect).toHaveBeenLastCalledWith("Project 19999", 19_999, "move"));
  const last = screen.getByRole("option", { selected: true });
  expect(last).toHaveAttribute("aria-posinset", "20000");
  expect(list).toHaveAttribute("aria-activedescendant", last.id);
  await userEvent.keyboard("{Home}{Enter}");
  await waitFor(() => expect(onselect).toHaveBeenLastCalledWith("Project 0", 0, "open"));
});

test("the ends hold", async () => {
  const onselect = vi.fn();
  show({ count: 2, onselect });
  await screen.findByText("Project 0");
  screen.getByRole("listbox").focus();
  await userEvent.keyboard("{ArrowUp}");
  await waitFor(() => expect(onselect).toHaveBeenLastCalledWith("Project 0", 0, "move"));
  await userEvent.keyboard("{ArrowDown}{ArrowDown}{ArrowDown}");
  await waitFor(() => expect(onselect).toHaveBeenLastCalledWith("Project 1", 1, "move"));
});

test("rows that are already there are not asked for again", async () => {
  const first = Array.from({ length: 50 }, (_, at) => `Seen ${at}`);
  show({ first });
  expect(screen.getByText("Seen 0")).toBeVisible();
  await Promise.resolve();
  expect(load).not.toHaveBeenCalled();
});

test("another list begins again, and an answer to the old one is dropped", async () => {
  let answer: (rows: string[]) => void = () => {};
  const slow = vi.fn(() => new Promise<string[]>((resolve) => (answer = resolve)));
  const { rerender } = show({ load: slow, list: "bins", count: 1 });
  await waitFor(() => expect(slow).toHaveBeenCalled());
  await rerender({ load, list: "roads", count: 3 });
  expect(await screen.findByText("Project 2")).toBeVisible();
  answer(["Old bins"]);
  await Promise.resolve();
  expect(screen.queryByText("Old bins")).toBeNull();
  expect(screen.getAllByRole("option")).toHaveLength(3);
});

test("newer rows of the same list take the old ones' places when they come", async () => {
  const { rerender } = show({ count: 1, version: 1 });
  expect(await screen.findByText("Project 0")).toBeVisible();
  let answer: (rows: string[]) => void = () => {};
  const newer = () => new Promise<string[]>((resolve) => (answer = resolve));
  await rerender({ load: newer, version: 2 });
  expect(screen.getByText("Project 0")).toBeVisible();
  answer(["Newer"]);
  expect(await screen.findByText("Newer")).toBeVisible();
});

test("a page that could not be read is told, and asked for again", async () => {
  const onfail = vi.fn();
  const broken = vi.fn().mockRejectedValueOnce(new Error("gone"));
  const { rerender } = show({ load: broken, count: 1, onfail, version: 1 });
  await waitFor(() => expect(onfail).toHaveBeenCalledTimes(1));
  await rerender({ load, version: 2 });
  expect(await screen.findByText("Project 0")).toBeVisible();
});
