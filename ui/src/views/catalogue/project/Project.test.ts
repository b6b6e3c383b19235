import { clearMocks, mockIPC } from "@tauri-apps/api/mocks";
import { cleanup, render, screen, waitFor, within } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { events, type Failure, type HistoryEntry, type ProjectPage, type Start } from "../../../bindings";
import { notice } from "../../../stores/notice.svelte";
import { router } from "../../../stores/router.svelte";
import { search } from "../../../stores/search.svelte";
import { session } from "../../../stores/session.svelte";
import { projectPage } from "./fixtures";
import Project from "./Project.svelte";

const calls = vi.fn();
let answer: ProjectPage | Failure;
let history: HistoryEntry[] | Failure;

beforeEach(() => {
  calls.mockReset();
  mockIPC(
    (command, args) => {
      calls(command, args);
      if (command === "edit_project") return "draft-1";
      if (command === "read_with_reason") return projectPage("a");
      if (command === "project_history") {
        if ("code" in history) throw history;
        return history;
      }
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
  expect(sections(2)).toEqual(["Phase", "About this project", "History", "More"]);
});

test("a preview's headings stand one level deeper", async () => {
  await show(projectPage("a"), true);
  expect(screen.queryByRole("heading", { level: 1 })).toBeNull();
  expect(sections(3)).toEqual(["Phase", "About this project", "History", "More"]);
});

test("of a project that was stopped, what was learned comes first", async () => {
  const need = { id: "n", as_a: "resident", i_need: "say my bin was missed", so_that: "it is emptied", evidence: "" };
  const html = { why: "", problem: "", learned: "<p>Nobody could read them.</p>", reuse: "" };
  await show(projectPage("a", { phase: "stopped", needs: [need] }, { html }));
  expect(sections(2).slice(0, 2)).toEqual(["What was learned", "User needs"]);
  expect(screen.getByText("say my bin was missed").closest("p")).toHaveTextContent(
    "As a resident I need to say my bin was missed so that it is emptied",
  );
});

test("contacting the team begins an email, and the address is copied or selected", async () => {
  await show(projectPage("a"));
  const user = userEvent.setup();
  expect(screen.getByText("digital@casterbridge.example")).toBeVisible();
  await user.click(screen.getByRole("button", { name: "Contact the team" }));
  expect(calls).toHaveBeenCalledWith("write_email", { to: "digital@casterbridge.example", subject: "Project a (on Guildhall)" });
  await user.click(screen.getByRole("button", { name: "Copy address" }));
  expect(await navigator.clipboard.readText()).toBe("digital@casterbridge.example");
  vi.spyOn(navigator.clipboard, "writeText").mockRejectedValue(new Error("not allowed"));
  await user.click(screen.getByRole("button", { name: "Copy address" }));
  expect(await screen.findByText(/It is selected: press Ctrl\+C/)).toBeVisible();
  expect(String(getSelection())).toBe("digital@casterbridge.example");
});

test("links, also those inside texts, are opened by the client and never here", async () => {
  const link = { id: "l", kind: "repository" as const, url: "https://code.example/bins", label: "" };
  const html = { why: '<p><a href="https://more.example/">more</a></p>', problem: "", learned: "", reuse: "" };
  await show(projectPage("a", { links: [link] }, { html }));
  await userEvent.click(screen.getByRole("link", { name: /^Code repository on code.example of Project a/ }));
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
  await userEvent.click(await screen.findByRole("button", { name: "Continue your draft" }));
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
  expect(within(over!).getByText("Past show and tell")).toBeVisible();
});

test("a coordinator reads what only a team can see, and says why", async () => {
  session.start = { account: { coordinator: true } } as Start;
  await show({ code: "not_found" });
  await userEvent.click(await screen.findByRole("button", { name: "View project" }));
  expect(await screen.findByText("Enter a reason for the council’s leads")).toBeVisible();
  const field = screen.getByLabelText("Why do you need to view it?");
  expect(field).toHaveFocus();
  await userEvent.type(field, "Somebody says that it names a resident");
  await userEvent.click(screen.getByRole("button", { name: "View project" }));
  expect(await screen.findByText(/We have emailed them your reason/)).toBeVisible();
  expect(screen.queryByRole("button", { name: /Delete permanently/ })).toBeNull();
  session.start = null;
});

test("a project that is gone says so, and any other failure says what happened", async () => {
  await show({ code: "not_found" });
  expect(screen.getByRole("heading", { level: 1 })).toHaveTextContent("Project not found");
  cleanup();
  await show({ code: "files_broken" });
  expect(screen.getByText(/cannot read or save its files/)).toBeVisible();
});

test("an imported project can be claimed with one press, and the keyboard stays on the page", async () => {
  const confirmation = { allowed: true, due: true, own: true, draft: null, state: null };
  await show(projectPage("a", { unclaimed: true }, { own: true, confirmation }));
  answer = projectPage("a", {}, { own: true, confirmation: { ...confirmation, draft: "draft-1", state: "queued" } });
  await userEvent.click(screen.getByRole("button", { name: "This is ours" }));
  expect(calls).toHaveBeenCalledWith("confirm_project", { id: "a" });
  expect(notice.current?.text).toMatch(/confirmation of “Project a”/);
  await events.draftsChanged.emit();
  expect(await screen.findByText(/Sending your confirmation|You confirmed these details/)).toBeVisible();
  expect(screen.queryByRole("button", { name: "This is ours" })).toBeNull();
  expect(screen.getByRole("heading", { level: 1 })).toHaveFocus();
});

test("a project that has aged asks whether it is still right, of who may say so only", async () => {
  const asked = { allowed: true, due: true, own: true, draft: null, state: null };
  const confirmed_at = new Date(Date.now() - 100 * 24 * 3_600_000).toISOString();
  await show(projectPage("a", { confirmed_at }, { confirmation: asked }));
  expect(screen.getByText(/Details last confirmed 3 months ago. Still right\?/)).toBeVisible();
  expect(screen.getByRole("button", { name: "Still right" })).toBeVisible();
  cleanup();
  await show(projectPage("a", { confirmed_at }, { confirmation: { ...asked, allowed: false } }));
  expect(screen.queryByRole("button", { name: "Still right" })).toBeNull();
});

test("the history is told in words, by a council where no name may be known", async () => {
  const entry = { version: 2, at: "2026-11-03T09:00:00Z", fields: ["phase", "contact"], council: "CAS", by: "" };
  history = [{ ...entry, kind: "changed", phase: "live", visibility: null, council_name: "Casterbridge District Council" }];
  await show(projectPage("a"));
  await userEvent.click(screen.getByRole("button", { name: "Show history" }));
  const list = await screen.findByRole("list", { name: "History" });
  expect(list).toHaveTextContent("Changed by Casterbridge District Council");
  expect(list).toHaveTextContent("Phase: Live");
  expect(list).toHaveTextContent("contact");
  expect(list).toHaveTextContent("3 November 2026");
  expect(list).toHaveFocus();
});

test("offline the history says so", async () => {
  history = { code: "no_connection" };
  await show(projectPage("a"));
  await userEvent.click(screen.getByRole("button", { name: "Show history" }));
  expect(await screen.findByText("You are offline. Connect to see the history of this project.")).toBeVisible();
});

test("cancelling a report gives the keyboard back to its button", async () => {
  await show(projectPage("a"));
  await userEvent.click(screen.getByRole("button", { name: "Report a problem" }));
  await userEvent.click(screen.getByRole("button", { name: "Send report" }));
  const summary = (await screen.findByText("There is a problem")).closest("[tabindex]");
  await waitFor(() => expect(summary).toHaveFocus());
  expect(screen.getAllByRole("link", { name: /Select what kind of problem|Enter what is wrong/ })).toHaveLength(2);
  await userEvent.click(screen.getByRole("button", { name: "Cancel" }));
  expect(screen.getByRole("button", { name: "Report a problem" })).toHaveFocus();
});

test("a preview offers the same actions as the page", async () => {
  await show(projectPage("a"), true);
  for (const name of ["Contact the team", "Copy address", "Show history", "Report a problem"]) {
    expect(screen.getByRole("button", { name })).toBeVisible();
  }
});
