import { clearMocks, mockIPC } from "@tauri-apps/api/mocks";
import { cleanup, render, screen, within } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { events, type Failure, type ProjectPage, type Start } from "../../../bindings";
import { notice } from "../../../stores/notice.svelte";
import { router } from "../../../stores/router.svelte";
import { search } from "../../../stores/search.svelte";
import { session } from "../../../stores/session.svelte";
import { projectPage } from "./fixtures";
import Project from "./Project.svelte";

const calls = vi.fn();
let answer: ProjectPage | Failure;

beforeEach(() => {
  calls.mockReset();
  mockIPC(
    (command, args) => {
      calls(command, args);
      if (command === "edit_project") return "draft-1";
      if (command === "read_with_reason") return projectPage("a");
      if (command !== "project") return null;
      if ("code" in answer) throw answer;
      return answer;
    },
    { shouldMockEvents: true },
  );
  router.reset({ name: "project", id: "a" });
  search.clear();
  notice.clear();
});

afterEach(async () => {
  cleanup();
  // Listeners are removed a moment after the screen is destroyed.
  await new Promise((done) => setTimeout(done));
  clearMocks();
});

async function show(page: ProjectPage | Failure, preview = false) {
  answer = page;
  render(Project, { id: "a", preview, onback: vi.fn() });
  await screen.findByRole("heading", { level: preview ? 2 : 1 });
}
const sections = (level: number) => screen.getAllByRole("heading", { level }).map((heading) => heading.textContent);

test("what is empty is left out", async () => {
  await show(projectPage("a"));
  expect(sections(2)).toEqual(["Phase", "About this project"]);
});

test("a preview's headings stand one level deeper", async () => {
  await show(projectPage("a"), true);
  expect(screen.queryByRole("heading", { level: 1 })).toBeNull();
  expect(sections(3)).toEqual(["Phase", "About this project"]);
});

test("of a project that was stopped, what was learned comes first", async () => {
  const need = { id: "n", as_a: "resident", i_need: "say my bin was missed", so_that: "it is emptied", evidence: "" };
  const html = { why: "", problem: "", learned: "<p>Nobody could read them.</p>", reuse: "" };
  await show(projectPage("a", { phase: "stopped", needs: [need] }, { html }));
  expect(sections(2).slice(0, 2)).toEqual(["What was learned", "Needs"]);
  expect(screen.getByText("say my bin was missed").closest("p")).toHaveTextContent(
    "As a resident I need to say my bin was missed so that it is emptied",
  );
});

test("the team's address is shown and copied, and selected where the system won't copy", async () => {
  await show(projectPage("a"));
  const user = userEvent.setup();
  await user.click(screen.getByRole("button", { name: "Contact the team" }));
  expect(screen.getByText("digital@casterbridge.example")).toBeVisible();
  await user.click(screen.getByRole("button", { name: "Copy address" }));
  expect(await navigator.clipboard.readText()).toBe("digital@casterbridge.example");
  vi.spyOn(navigator.clipboard, "writeText").mockRejectedValue(new Error("not allowed"));
  await user.click(screen.getByRole("button", { name: "Copy address" }));
  expect(await screen.findByText(/The address is selected/)).toBeVisible();
  expect(String(getSelection())).toBe("digital@casterbridge.example");
});

test("links, also those inside texts, are opened by the client and never here", async () => {
  const link = { id: "l", kind: "repository" as const, url: "https://code.example/bins", label: "Code" };
  const html = { why: '<p><a href="https://more.example/">more</a></p>', problem: "", learned: "", reuse: "" };
  await show(projectPage("a", { links: [link] }, { html }));
  await userEvent.click(screen.getByRole("link", { name: /^Code \(code repository of Project a\)/ }));
  expect(calls).toHaveBeenCalledWith("open_link", { url: "https://code.example/bins" });
  await userEvent.click(screen.getByRole("link", { name: "more" }));
  expect(calls).toHaveBeenCalledWith("open_link", { url: "https://more.example/" });
});

test("one's own project can be changed, and a draft that was begun goes on", async () => {
  await show(projectPage("a"));
  expect(screen.queryByRole("button", { name: "Change this project" })).toBeNull();
  answer = projectPage("a", {}, { own: true });
  await events.catalogueChanged.emit();
  await userEvent.click(await screen.findByRole("button", { name: "Change this project" }));
  expect(router.route).toEqual({ name: "draft", id: "draft-1", section: "tasks" });
  answer = projectPage("a", {}, { own: true, draft: "draft-2" });
  await events.draftsChanged.emit();
  await userEvent.click(await screen.findByRole("button", { name: "Go on with your draft" }));
  expect(router.route).toEqual({ name: "draft", id: "draft-2", section: "tasks" });
});

test("a tag leads to the others that have it", async () => {
  await show(projectPage("a", { tags: ["waste"] }));
  await userEvent.click(screen.getByRole("button", { name: "Find projects with the tag waste" }));
  expect(search.query.tags).toEqual(["waste"]);
  expect(router.route).toEqual({ name: "projects" });
});

test("a show-and-tell to come says when, where and who can come; one that is over says so", async () => {
  const told = { html: "<p>Come and see.</p>", place: "Online", open_to: "Anyone from a council" };
  const updates = [
    { ...told, id: "u2", at: "2026-11-01T09:00:00Z", happens_at: "2999-12-02T13:30:00" },
    { ...told, id: "u1", at: "2020-01-01T09:00:00Z", happens_at: "2020-02-02T13:30:00" },
  ];
  await show(projectPage("a", {}, { updates }));
  const [coming, over] = screen.getAllByText("Come and see.").map((text) => text.closest("li") as HTMLElement);
  expect(within(coming!).getByText("Show and tell")).toBeVisible();
  expect(coming).toHaveTextContent("2 December 2999 at 1:30pm");
  expect(coming).toHaveTextContent("Anyone from a council");
  expect(within(over!).getByText("Show and tell, over")).toBeVisible();
});

test("a coordinator reads what only a team can see, and says why", async () => {
  session.start = { account: { coordinator: true } } as Start;
  await show({ code: "not_found" });
  await userEvent.click(await screen.findByRole("button", { name: "Read it" }));
  expect(await screen.findByText("Say why, for the leads of its council")).toBeVisible();
  const field = screen.getByLabelText("Why do you need to read it?");
  expect(field).toHaveFocus();
  await userEvent.type(field, "Somebody says that it names a resident");
  await userEvent.click(screen.getByRole("button", { name: "Read it" }));
  expect(await screen.findByText(/are told that you read it, and why/)).toBeVisible();
  expect(screen.queryByRole("button", { name: /Remove this project/ })).toBeNull();
  session.start = null;
});

test("a project that is gone says so, and any other failure says what happened", async () => {
  await show({ code: "not_found" });
  expect(screen.getByRole("heading", { level: 1 })).toHaveTextContent("This project is not here");
  cleanup();
  await show({ code: "files_broken" });
  expect(screen.getByText(/can’t read or write its files/)).toBeVisible();
});
