import { clearMocks, mockIPC } from "@tauri-apps/api/mocks";
import { cleanup, render, screen, waitFor, within } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { events, type Facets, type Query, type Status } from "../../../bindings";
import { announcer } from "../../../stores/announcer.svelte";
import { router } from "../../../stores/router.svelte";
import { search } from "../../../stores/search.svelte";
import { status } from "../../../stores/status.svelte";
import { projectPage, row } from "../project/fixtures";
import Search from "./Search.svelte";

const line: Status = {
  connection: "connected",
  last_updated: "2026-11-23T10:42:00Z",
  waiting: 0,
  attention: 0,
  inbox: 0,
  drafts: 0,
  activity: { kind: "idle" },
  sign_in_needed: false,
  last_error: null,
  private: { kind: "shown" },
};
const counts: Facets = {
  phases: [
    { value: "beta", label: "", count: 2 },
    { value: "alpha", label: "", count: 1 },
  ],
  councils: Array.from({ length: 12 }, (_, at) => ({ value: `C${at}`, label: `Council ${at}`, count: 12 - at })),
  nations: [],
  regions: [],
  services: [],
  collaborations: [],
  tags: [],
};
let catalogue: string[];

/** Finds the projects whose ids contain the text. */
const answer = (command: string, args: unknown) => {
  if (command === "find") {
    const { query, offset, limit } = args as { query: Query; offset: number; limit: number };
    const found = query.phases.length > 0 ? [] : catalogue.filter((id) => id.includes(query.text));
    return { projects: found.length, needs: 3, offset, rows: found.slice(offset, offset + limit).map(row) };
  }
  if (command === "facets") return counts;
  if (command === "parts") return { projects: 3, needs: 4, services: 5, products: 6 };
  if (command === "project") return projectPage((args as { id: string }).id);
};

beforeEach(() => {
  catalogue = ["a", "b", "c"];
  mockIPC(answer, { shouldMockEvents: true });
  router.reset();
  search.clear();
  status.now = line;
  announcer.text = "";
  // jsdom has no layout, so the list is made 600 pixels high.
  vi.spyOn(HTMLElement.prototype, "clientHeight", "get").mockReturnValue(600);
});

afterEach(async () => {
  cleanup();
  // Listeners are removed a moment after the screen is destroyed.
  await new Promise((done) => setTimeout(done));
  clearMocks();
});

const list = () => screen.findByRole("listbox", { name: "Projects" });
const chosen = async () => within(await list()).getByRole("option", { selected: true });
const shown = (id: string) => screen.findByRole("heading", { level: 2, name: `Project ${id}` });

test("the best match is chosen and shown beside the list while one types", async () => {
  render(Search);
  expect(await shown("a")).toBeVisible();
  expect(screen.getByText("3 projects")).toBeVisible();
  search.query.text = "b";
  expect(await shown("b")).toBeVisible();
  expect(await chosen()).toHaveTextContent("Project b");
  expect(router.route).toEqual({ name: "projects" });
});

test("walking previews, Enter opens the page and puts the keyboard on its heading", async () => {
  render(Search);
  await shown("a");
  (await list()).focus();
  await userEvent.keyboard("{ArrowDown}");
  expect(await shown("b")).toBeVisible();
  expect(await list()).toHaveFocus();
  await userEvent.keyboard("{Enter}");
  expect(router.route).toEqual({ name: "project", id: "b", results: true });
  const heading = await screen.findByRole("heading", { level: 1, name: "Project b" });
  await waitFor(() => expect(heading).toHaveFocus());
});

test("going back from a project puts the keyboard on its row, not on a heading that cannot be seen", async () => {
  render(Search);
  await shown("a");
  (await list()).focus();
  await userEvent.keyboard("{ArrowDown}{Enter}");
  await waitFor(async () => expect(await screen.findByRole("heading", { level: 1, name: "Project b" })).toHaveFocus());
  router.back();
  await waitFor(async () => expect(await list()).toHaveFocus());
  expect(await chosen()).toHaveTextContent("Project b");
});

test("from the search box the keyboard goes into the results, also those on their way", async () => {
  render(Search);
  await shown("a");
  search.enterResults();
  await waitFor(async () => expect(await list()).toHaveFocus());
  (document.activeElement as HTMLElement).blur();
  search.query.text = "c";
  search.enterResults();
  await shown("c");
  await waitFor(async () => expect(await list()).toHaveFocus());
  expect(await chosen()).toHaveTextContent("Project c");
});

test("who comes to a project from elsewhere keeps looking at it, until other words are typed", async () => {
  router.reset({ name: "project", id: "elsewhere", results: true });
  render(Search);
  expect(await screen.findByRole("heading", { level: 1, name: "Project elsewhere" })).toBeVisible();
  await list();
  expect(router.route.name).toBe("project");
  search.query.text = "c";
  expect(await shown("c")).toBeVisible();
  expect(router.route.name).toBe("projects");
});

test("when the catalogue changes the selection stays on its project", async () => {
  render(Search);
  await shown("a");
  (await list()).focus();
  await userEvent.keyboard("{ArrowDown}");
  await shown("b");
  catalogue = ["new", "a", "b", "c"];
  await events.catalogueChanged.emit();
  await screen.findByText("4 projects");
  await waitFor(async () => expect(await chosen()).toHaveTextContent("Project b"));
  expect(await chosen()).toHaveAttribute("aria-posinset", "3");
});

test("how many were found is said once typing pauses, and not before", async () => {
  vi.useFakeTimers({ shouldAdvanceTime: true });
  render(Search);
  await shown("a");
  search.query.text = "b";
  await shown("b");
  expect(announcer.text).toBe("");
  search.query.text = "zebra";
  await screen.findByText("No projects found");
  vi.advanceTimersByTime(2000);
  expect(announcer.text).toBe("No projects found");
  vi.useRealTimers();
});

test("a facet opens with its counts, Escape closes it and gives the keyboard back", async () => {
  render(Search);
  await shown("a");
  const chip = screen.getByRole("button", { name: "Council" });
  await userEvent.click(chip);
  const filter = screen.getByRole("textbox", { name: "Search councils" });
  expect(filter).toHaveFocus();
  await userEvent.type(filter, "11");
  expect(screen.getAllByRole("checkbox").map((box) => box.closest("label")?.textContent?.trim())).toEqual(["Council 11 1"]);
  await userEvent.keyboard("{Escape}");
  expect(screen.queryByRole("checkbox")).toBeNull();
  expect(chip).toHaveFocus();
});

test("what was chosen stands on the chip, and can be taken out there", async () => {
  render(Search);
  await shown("a");
  await userEvent.click(screen.getByRole("button", { name: "Phase" }));
  await userEvent.click(screen.getByRole("checkbox", { name: /Alpha/ }));
  await userEvent.click(screen.getByRole("checkbox", { name: /Beta/ }));
  expect(search.query.phases).toEqual(["alpha", "beta"]);
  const chip = screen.getByRole("button", { name: "Phase: Alpha, Beta" });
  await userEvent.click(screen.getByRole("button", { name: "Remove Phase: Alpha, Beta" }));
  expect(search.query.phases).toEqual([]);
  expect(chip).toHaveFocus();
});

test("where nothing is found it says what to try, and clearing goes back to the list", async () => {
  search.query.phases = ["live"];
  render(Search);
  expect(await screen.findByText("No projects found")).toBeVisible();
  await userEvent.click(screen.getByRole("button", { name: "Clear filters" }));
  await shown("a");
  await waitFor(async () => expect(await list()).toHaveFocus());
});

test("before the first sync it says how far that has come, and what offline means", async () => {
  catalogue = [];
  status.now = { ...line, last_updated: null, activity: { kind: "reading", done: 412, of: 1000 } };
  render(Search);
  expect(await screen.findByText("The catalogue is not on this laptop yet")).toBeVisible();
  expect(screen.getByRole("progressbar")).toHaveAttribute("aria-valuetext", "412 of 1,000 records");
  status.now = { ...line, last_updated: null, connection: "switched_off" };
  expect(await screen.findByRole("button", { name: "Stop working offline" })).toBeVisible();
  status.now = { ...line };
  expect(await screen.findByText("There are no projects yet")).toBeVisible();
});
