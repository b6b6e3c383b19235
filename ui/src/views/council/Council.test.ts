import { clearMocks, mockIPC } from "@tauri-apps/api/mocks";
import { cleanup, render, screen, within } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Account, CouncilRow, DraftRow, Membership, Start, SuccessorView } from "../../bindings";
import { router } from "../../stores/router.svelte";
import { session } from "../../stores/session.svelte";
import Council from "./Council.svelte";

const councils: Membership[] = [
  {
    council: "BCH",
    name: "Barchester City Council",
    role: "lead",
    decides: true,
    unconfirmed: false,
    review: "first",
    has_published: true,
  },
  {
    council: "CAS",
    name: "Casterbridge District Council",
    role: "lead",
    decides: true,
    unconfirmed: false,
    review: "first",
    has_published: true,
  },
];
const sam: Account = {
  person: "p",
  email: "sam@barchester.example",
  councils,
  coordinator: false,
  acting_for: "BCH",
  session: "in_keychain",
  factor_due: null,
};
const row = (id: string, more: Partial<CouncilRow> = {}): CouncilRow => ({
  id,
  title: `Project ${id}`,
  summary: "",
  lang: "en",
  phase: "beta",
  needs: 1,
  collaboration: "open_to_talk",
  visibility: "public",
  confirmed_at: null,
  stale: false,
  unclaimed: false,
  draft: null,
  confirmation: { allowed: false, due: false, own: false, draft: null, state: null },
  ...more,
});
const draft = (more: Partial<DraftRow>): DraftRow => ({
  id: "d",
  project: "x",
  title: "",
  council: { code: "BCH", name: "Barchester City Council", name_cy: "" },
  new: true,
  confirms: false,
  state: "draft",
  saved_at: "2026-11-23T10:42:00Z",
  sent_at: null,
  visibility: null,
  attention: null,
  ...more,
});
const calls = vi.fn();
let projects: Record<string, CouncilRow[]>;
let successors: SuccessorView[];
let drafts: DraftRow[];

beforeEach(() => {
  calls.mockReset();
  projects = { BCH: [row("a"), row("b", { phase: "stopped", draft: "draft-b" })], CAS: [row("c")] };
  drafts = [];
  successors = [];
  mockIPC(
    (command, args) => {
      calls(command, args);
      const { code, council } = args as { code: string; council: string };
      if (command === "council") {
        const name = councils.find((one) => one.council === code)?.name ?? "";
        return { council: { code, name, name_cy: "" }, successors, projects: projects[code] };
      }
      if (command === "act_for") return { ...sam, acting_for: council };
      if (command === "drafts") return drafts;
      if (command === "new_draft") return "draft-new";
    },
    { shouldMockEvents: true },
  );
  router.reset({ name: "council" });
});

afterEach(async () => {
  cleanup();
  // Listeners are removed a moment after the screen is destroyed.
  await new Promise((done) => setTimeout(done));
  clearMocks();
});

function show(account: Account | null) {
  session.start = { account } as Start;
  render(Council);
}

test("who acts for a council that ends is told what replaces it", async () => {
  successors = [
    { council: { code: "CAS", name: "Casterbridge District Council", name_cy: "" }, from: "2027-04-01", area: "the north" },
    { council: { code: "HOL", name: "Holby City Council", name_cy: "" }, from: "2027-04-01", area: "" },
  ];
  show(sam);
  const told = "From 1 April 2027 this council is replaced by: Casterbridge District Council (the north), Holby City Council";
  expect(await screen.findByText(told)).toBeVisible();
});

test("the board has a column a phase, with its projects", async () => {
  show(sam);
  const board = await screen.findByRole("region", { name: "Projects by phase" });
  expect(screen.getByRole("heading", { level: 1, name: "Barchester City Council" })).toBeVisible();
  const columns = within(board).getAllByRole("heading", { level: 2 });
  expect(columns.map((column) => column.textContent?.replace(/\s+/g, " ").trim())).toEqual([
    "Idea 0 projects",
    "Discovery 0 projects",
    "Alpha 0 projects",
    "Beta 1 project",
    "Live 0 projects",
    "Stopped 1 project",
  ]);
  await userEvent.click(within(board).getByRole("link", { name: "Go on with your draft of Project b" }));
  expect(router.route).toEqual({ name: "draft", id: "draft-b", section: "tasks" });
});

test("the list is remembered while the app is open", async () => {
  show(sam);
  await userEvent.click(await screen.findByRole("radio", { name: "List" }));
  expect(await screen.findByRole("table")).toBeVisible();
  cleanup();
  show(sam);
  const table = await screen.findByRole("table");
  await userEvent.click(within(table).getByRole("link", { name: "Project a" }));
  expect(router.route).toEqual({ name: "project", id: "a" });
  await userEvent.click(screen.getByRole("radio", { name: "Board" }));
});

test("acting for another council shows its projects", async () => {
  show(sam);
  await userEvent.selectOptions(await screen.findByRole("combobox", { name: "Acting for" }), "CAS");
  expect(await screen.findByRole("link", { name: "Project c" })).toBeVisible();
  expect(calls).toHaveBeenCalledWith("act_for", { council: "CAS" });
  expect(screen.getByRole("heading", { level: 1 })).toHaveTextContent("Casterbridge District Council");
});

test("only new drafts of this council that were not sent are counted", async () => {
  const cas = { code: "CAS", name: "Casterbridge District Council", name_cy: "" };
  drafts = [draft({}), draft({ new: false }), draft({ state: "published" }), draft({ council: cas })];
  show(sam);
  expect(await screen.findByRole("link", { name: /^1 draft of a new project/ })).toBeVisible();
});

test("a council with nothing yet is offered a draft", async () => {
  projects.BCH = [];
  show(sam);
  await userEvent.click(await screen.findByRole("button", { name: "New draft" }));
  expect(router.route).toEqual({ name: "draft", id: "draft-new", section: "about" });
});

test("who is not signed in, or at no council, is told what to do", async () => {
  show(null);
  await userEvent.click(screen.getByRole("button", { name: "Sign in" }));
  expect(router.route.name).toBe("signIn");
  cleanup();
  show({ ...sam, councils: [], acting_for: null });
  expect(screen.getByText("You are not at a council")).toBeVisible();
  expect(calls).not.toHaveBeenCalledWith("council", expect.anything());
});
