import { createRawSnippet } from "svelte";
import { emit } from "@tauri-apps/api/event";
import { mockIPC, clearMocks } from "@tauri-apps/api/mocks";
import { cleanup, render, screen, waitFor, within } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Start, Status } from "../../bindings";
import { announcer } from "../../stores/announcer.svelte";
import { saving } from "../../stores/autosave.svelte";
import { router } from "../../stores/router.svelte";
import { search } from "../../stores/search.svelte";
import { session } from "../../stores/session.svelte";
import { status } from "../../stores/status.svelte";
import Frame from "./Frame.svelte";

const line: Status = {
  connection: "connected",
  last_updated: null,
  waiting: 0,
  attention: 0,
  inbox: 0,
  drafts: 0,
  activity: { kind: "idle" },
  sign_in_needed: false,
  last_error: null,
  private: { kind: "shown" },
};
const calls = vi.fn();

HTMLDialogElement.prototype.showModal ??= function (this: HTMLDialogElement) {
  this.open = true;
};

beforeEach(() => {
  calls.mockReset();
  mockIPC((command, args) => calls(command, args) ?? (command === "drafts" ? [] : undefined), { shouldMockEvents: true });
  router.reset();
  search.clear();
  session.start = null;
  announcer.text = "";
  status.now = line;
});

afterEach(async () => {
  cleanup();
  // Listeners are removed a moment after the screen is destroyed.
  await new Promise((done) => setTimeout(done));
  clearMocks();
});

function show(now: Partial<Status> = {}) {
  status.now = { ...line, ...now };
  render(Frame, { children: createRawSnippet(() => ({ render: () => "<p>The screen</p>" })) });
}

const foot = () => screen.getByRole("contentinfo");

test("the line at the foot says what is so, offline and on", () => {
  show({ connection: "offline", waiting: 2, attention: 1 });
  // Nobody chose this: the switch beside it is off.
  expect(foot()).toHaveTextContent("Offline");
  expect(foot()).not.toHaveTextContent("Working offline");
  expect(foot()).toHaveTextContent("Catalogue not downloaded yet");
  expect(foot()).toHaveTextContent("2 waiting to send");
  expect(foot()).toHaveTextContent("1 draft needs attention");
  cleanup();
  show({ activity: { kind: "reading", done: 412, of: 1000 } });
  expect(foot()).toHaveTextContent("Connected");
  expect(foot()).toHaveTextContent("Downloading: 412 of 1,000 records");
  expect(foot()).not.toHaveTextContent("waiting");
});

test("what takes long can be stopped, and goes on where it was", async () => {
  show({ activity: { kind: "sending", nth: 1, of: 1 } });
  expect(screen.queryByRole("button", { name: "Stop" })).toBeNull();
  cleanup();
  show({ activity: { kind: "sending", nth: 2, of: 5 } });
  expect(foot()).toHaveTextContent("Sending 2 of 5");
  await userEvent.click(screen.getByRole("button", { name: "Stop" }));
  expect(calls).toHaveBeenCalledWith("stop_sync", {});
  status.now = { ...line, activity: { kind: "stopped", done: 412, of: 1000 } };
  const goOn = await screen.findByRole("button", { name: "Resume" });
  expect(goOn).toHaveFocus();
  expect(foot()).toHaveTextContent("Download stopped: 412 of 1,000");
  await userEvent.click(goOn);
  expect(calls).toHaveBeenCalledWith("sync_now", {});
});

test("a session that ended says what to do for what waits", () => {
  show({ waiting: 2, sign_in_needed: true });
  expect(screen.getByRole("link", { name: "Sign in to send 2 drafts" })).toBeVisible();
});

test("only a change of connection is announced", async () => {
  show({ connection: "connected" });
  const live = screen.getByRole("status");
  status.now = { ...line, waiting: 3 };
  await Promise.resolve();
  expect(live.textContent).toBe("");
  status.now = { ...line, connection: "offline" };
  await waitFor(() => expect(live).toHaveTextContent("You are offline."));
});

test("what a sync came to is announced to who asked for it", async () => {
  show({ last_updated: "2026-11-23T10:00:00Z" });
  const live = screen.getByRole("status");
  status.now = { ...line, last_updated: "2026-11-23T10:01:00Z" };
  await Promise.resolve();
  expect(live.textContent).toBe("");
  await userEvent.click(screen.getByRole("button", { name: /Sync now/ }));
  status.now = { ...line, last_updated: "2026-11-23T10:01:00Z", activity: { kind: "reading", done: 1, of: 2 } };
  await Promise.resolve();
  expect(live.textContent).toBe("");
  status.now = { ...line, last_updated: "2026-11-23T10:02:00Z" };
  await waitFor(() => expect(live).toHaveTextContent("The catalogue is up to date."));
});

test("what becomes of a draft is announced once, wherever one is", async () => {
  let drafts = [{ id: "a", title: "Bins", state: "sending" }];
  calls.mockImplementation((command: string) => (command === "drafts" ? drafts : null));
  show();
  const live = screen.getByRole("status");
  await waitFor(() => expect(calls).toHaveBeenCalledWith("drafts", expect.anything()));
  drafts = [{ id: "a", title: "Bins", state: "published" }];
  await emit("drafts-changed");
  await waitFor(() => expect(live).toHaveTextContent(/^Published: Bins$/));
  await emit("drafts-changed");
  drafts = [{ id: "a", title: "Bins", state: "needs_attention" }];
  router.go({ name: "draft", id: "a", section: "check" });
  await emit("drafts-changed");
  await waitFor(() => expect(calls.mock.calls.filter(([command]) => command === "drafts")).toHaveLength(4));
  expect(live).toHaveTextContent(/^Published: Bins$/);
});

test("the foot says whether all is saved, to who can write", async () => {
  show();
  expect(foot()).not.toHaveTextContent("saved");
  session.start = { account: { councils: [], coordinator: false } } as unknown as Start;
  expect(await screen.findByText("All changes saved")).toBeVisible();
  const box = {};
  saving.boxes.set(box, "failed");
  expect(await screen.findByText("Not saved")).toBeVisible();
  saving.boxes.delete(box);
});

test("Work offline is a switch", async () => {
  calls.mockImplementation((command: string) => (command === "status" ? { ...line, connection: "switched_off" } : null));
  show();
  const offline = screen.getByRole("switch", { name: "Work offline" });
  expect(offline).not.toBeChecked();
  await userEvent.click(offline);
  expect(calls).toHaveBeenCalledWith("work_offline", { on: true });
  await waitFor(() => expect(offline).toBeChecked());
  expect(screen.getByRole("button", { name: /Sync now/ })).toBeDisabled();
});

test("the keys work from anywhere", async () => {
  calls.mockImplementation((command: string) => (command === "new_draft" ? "0190" : null));
  show();
  await userEvent.keyboard("{F5}");
  expect(calls).toHaveBeenCalledWith("sync_now", expect.anything());
  await userEvent.keyboard("{Control>}k{/Control}");
  expect(screen.getByRole("searchbox")).toHaveFocus();
  await userEvent.keyboard("{Control>}n{/Control}");
  await waitFor(() => expect(router.route).toEqual({ name: "draft", id: "0190", section: "about" }));
});

test("what can't be done is said at the top of the page", async () => {
  calls.mockImplementation((command: string) => {
    if (command === "new_draft") throw { code: "sign_in_needed" };
  });
  show();
  await userEvent.keyboard("{Control>}n{/Control}");
  expect(await screen.findByText(/^Sign in to do this/)).toBeVisible();
  expect(screen.getByText(/^Sign in to do this/).parentElement).toHaveAttribute("aria-live", "polite");
  expect(screen.getByText(/^Sign in to do this/).parentElement).not.toHaveTextContent("✕");
  await userEvent.click(screen.getByRole("button", { name: "Dismiss this message" }));
  expect(screen.queryByText(/^Sign in to do this/)).toBeNull();
});

test("typing a search goes to Projects and keeps the keyboard in the box", async () => {
  router.go({ name: "settings" });
  show();
  await userEvent.type(screen.getByRole("searchbox"), "bins");
  expect(router.route.name).toBe("projects");
  expect(search.query.text).toBe("bins");
  expect(screen.getByRole("searchbox")).toHaveFocus();
});

test("the search leaves the box on other screens, and is there again on the way back", async () => {
  show();
  const box = screen.getByRole("searchbox");
  await userEvent.type(box, "bins");
  router.go({ name: "settings" });
  await waitFor(() => expect(box).toHaveValue(""));
  router.back();
  await waitFor(() => expect(box).toHaveValue("bins"));
  router.go({ name: "help" });
  await waitFor(() => expect(box).toHaveValue(""));
  await userEvent.type(box, "tax");
  expect(search.query.text).toBe("tax");
});

test("the rail says where one is and how much is there", async () => {
  show({ drafts: 4, waiting: 1 });
  expect(screen.getByRole("link", { name: "Projects" })).toHaveAttribute("aria-current", "page");
  await userEvent.click(screen.getByRole("link", { name: "My work, 4 drafts, 1 waiting to send" }));
  expect(router.route.name).toBe("work");
  expect(screen.getByRole("link", { name: /^My work/ })).toHaveAttribute("aria-current", "page");
});

test("a door stands only where there is a room", async () => {
  const doors = () =>
    within(screen.getByRole("navigation"))
      .getAllByRole("link")
      .map((link) => link.textContent.trim());
  show();
  expect(doors()).toEqual(["Projects", "My work", "Settings", "Help"]);
  const councils = [{ council: "BCH", name: "Barchester City Council", role: "lead", decides: true }];
  session.start = { account: { councils, coordinator: false } } as unknown as Start;
  await waitFor(() => expect(doors()).toEqual(["Projects", "Our council", "My work", "Inbox", "Settings", "Help"]));
  session.start = { account: { councils: [], coordinator: true } } as unknown as Start;
  await waitFor(() => expect(doors()).toEqual(["Projects", "My work", "Inbox", "Coordination", "Settings", "Help"]));
});

test("F6 goes from pane to pane and finds its place again", async () => {
  show();
  screen.getByRole("searchbox").focus();
  await userEvent.keyboard("{F6}");
  expect(screen.getByRole("link", { name: "Projects" })).toHaveFocus();
  await userEvent.tab();
  expect(screen.getByRole("link", { name: "My work" })).toHaveFocus();
  await userEvent.keyboard("{F6}");
  expect(screen.getByRole("main")).toHaveFocus();
  await userEvent.keyboard("{F6}");
  expect(screen.getByRole("contentinfo")).toContainElement(document.activeElement as HTMLElement);
  await userEvent.keyboard("{Shift>}{F6}{F6}{/Shift}");
  expect(screen.getByRole("link", { name: "My work" })).toHaveFocus();
  await userEvent.keyboard("{Shift>}{F6}{/Shift}");
  expect(screen.getByRole("searchbox")).toHaveFocus();
});

test("the account's menu names the council, changes it, and closes on Escape", async () => {
  const account = {
    person: "p",
    email: "sam@barchester.example",
    councils: [
      { council: "BCH", name: "Barchester City Council", role: "lead", decides: true },
      { council: "BSH", name: "Borsetshire District Council", role: "lead", decides: true },
    ],
    coordinator: false,
    acting_for: "BCH",
    session: "in_keychain" as const,
  };
  session.start = { account } as Start;
  calls.mockImplementation((command: string) => (command === "act_for" ? { ...account, acting_for: "BSH" } : null));
  show();
  const door = screen.getByRole("button", { name: /Your account: Barchester City Council/ });
  await userEvent.click(door);
  await userEvent.click(screen.getByRole("radio", { name: "Borsetshire District Council" }));
  expect(calls).toHaveBeenCalledWith("act_for", { council: "BSH" });
  await waitFor(() => expect(door).toHaveAccessibleName(/Borsetshire/));
  await userEvent.keyboard("{Escape}");
  expect(door).toHaveAttribute("aria-expanded", "false");
  expect(door).toHaveFocus();
});
