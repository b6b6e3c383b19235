import { clearMocks, mockIPC } from "@tauri-apps/api/mocks";
import { cleanup, fireEvent, render, screen, waitFor, within } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Account, CouncilRow, DraftRow, Membership, Start, SuccessorView } from "../../bindings";
import { notice } from "../../stores/notice.svelte";
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
    leads: ["sam@barchester.example", "robin@barchester.example"],
  },
  {
    council: "CAS",
    name: "Casterbridge District Council",
    role: "lead",
    decides: true,
    unconfirmed: false,
    review: "first",
    has_published: true,
    leads: ["sam@barchester.example", "robin@barchester.example"],
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
// jsdom has dialogs, but cannot open them.
HTMLDialogElement.prototype.showModal ??= function (this: HTMLDialogElement) {
  this.open = true;
};
HTMLDialogElement.prototype.close ??= function (this: HTMLDialogElement) {
  this.open = false;
};
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
      if (command === "edit_project") return "draft-edit";
      if (command === "draft") return { form: { title: "Project a", phase: "beta" } };
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
  const told = "On 1 April 2027 this council will be replaced by: Casterbridge District Council (the north), Holby City Council";
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
  await userEvent.click(within(board).getByRole("link", { name: "Continue your draft of Project b" }));
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
  await userEvent.selectOptions(await screen.findByRole("combobox", { name: "Working for" }), "CAS");
  expect(await screen.findByRole("link", { name: "Project c" })).toBeVisible();
  expect(calls).toHaveBeenCalledWith("act_for", { council: "CAS" });
  expect(screen.getByRole("heading", { level: 1 })).toHaveTextContent("Casterbridge District Council");
});

test("only new drafts of this council that were not sent are counted", async () => {
  const cas = { code: "CAS", name: "Casterbridge District Council", name_cy: "" };
  drafts = [draft({}), draft({ new: false }), draft({ state: "published" }), draft({ council: cas })];
  show(sam);
  expect(await screen.findByRole("link", { name: "1 unsent draft" })).toBeVisible();
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
  expect(screen.getByText("Your account is not linked to a council")).toBeVisible();
  expect(calls).not.toHaveBeenCalledWith("council", expect.anything());
});

test("moving a card by its button begins an edit of its phase", async () => {
  show(sam);
  await userEvent.click(await screen.findByRole("button", { name: "Move Project a to another phase" }));
  const dialog = screen.getByRole("dialog", { name: "Move “Project a”" });
  expect(within(dialog).queryByRole("radio", { name: "Beta" })).toBeNull();
  await userEvent.click(within(dialog).getByRole("button", { name: "Start edit" }));
  expect(within(dialog).getByText("Select a phase")).toBeVisible();
  expect(calls).not.toHaveBeenCalledWith("edit_project", expect.anything());
  await userEvent.click(within(dialog).getByRole("radio", { name: "Live" }));
  await userEvent.click(within(dialog).getByRole("button", { name: "Start edit" }));
  await waitFor(() => expect(router.route).toEqual({ name: "draft", id: "draft-edit", section: "phase" }));
  expect(calls).toHaveBeenCalledWith("save_draft", { id: "draft-edit", form: { title: "Project a", phase: "live" } });
  await waitFor(() => expect(notice.current?.text).toContain("The phase in this draft is now Live."));
});

test("a card that is dragged to another column begins an edit, and one let go of elsewhere does not", async () => {
  show(sam);
  const card = (await screen.findByRole("link", { name: "Project a" })).closest("li")!;
  const live = screen.getByRole("heading", { level: 2, name: /^Live/ }).closest("section")!;
  let under: Element = card;
  document.elementsFromPoint = () => [under];
  const mouse = (x: number) => ({ button: 0, pointerType: "mouse", clientX: x, clientY: 0 });
  for (const target of [card, live]) {
    under = target;
    await fireEvent.pointerDown(card, mouse(0));
    await fireEvent.pointerMove(window, mouse(40));
    await fireEvent.pointerUp(window, mouse(40));
    if (target === card) expect(calls).not.toHaveBeenCalledWith("edit_project", expect.anything());
  }
  await waitFor(() => expect(router.route).toEqual({ name: "draft", id: "draft-edit", section: "phase" }));
});

test("an editor sees who leads the council, and a lead who its people are", async () => {
  show({ ...sam, councils: [{ ...councils[0]!, role: "editor" }] });
  expect(await screen.findByText("Leads: sam@barchester.example, robin@barchester.example")).toBeVisible();
  expect(screen.queryByRole("link", { name: "People" })).toBeNull();
  cleanup();
  show(sam);
  expect(await screen.findByRole("link", { name: "People" })).toBeVisible();
  expect(screen.queryByText(/^Leads:/)).toBeNull();
});
