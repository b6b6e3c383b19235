import { clearMocks, mockIPC } from "@tauri-apps/api/mocks";
import { cleanup, render, screen, waitFor } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Account, ChosenRegistry, Start, Status } from "../../bindings";
import { notice } from "../../stores/notice.svelte";
import { router } from "../../stores/router.svelte";
import { session } from "../../stores/session.svelte";
import { status } from "../../stores/status.svelte";
import Settings from "./Settings.svelte";

const account: Account = {
  person: "p",
  email: "sam@barchester.example",
  councils: [
    {
      council: "BCH",
      name: "Barchester City Council",
      role: "lead",
      decides: true,
      unconfirmed: false,
      review: "first",
      has_published: true,
      leads: [],
    },
    {
      council: "BSH",
      name: "Borsetshire District Council",
      role: "lead",
      decides: true,
      unconfirmed: false,
      review: "first",
      has_published: true,
      leads: [],
    },
  ],
  coordinator: false,
  acting_for: "BCH",
  session: "in_keychain",
  factor_due: null,
};
const registry: ChosenRegistry = {
  address: "https://registry.example",
  facts: {
    protocol: 1,
    name: "Borsetshire councils",
    operator: "",
    place: "",
    privacy_notice: "Ours.",
    terms: "",
    sign_in_with: null,
    contact: null,
  },
};
const other: ChosenRegistry = { address: "https://other.example", facts: { ...registry.facts, name: "Loamshire" } };
const start: Start = {
  registry,
  preset: null,
  account,
  welcomed: true,
  settings: { theme: "system", text_size: 100, work_offline: false, private_days: 30, services: [] },
  version: "0.1.0",
  open_error: null,
  rescued: null,
  signed_out: null,
};

let client: Record<string, (args: Record<string, unknown>) => unknown>;
const calls = vi.fn();

beforeEach(() => {
  calls.mockReset();
  client = { start: () => start };
  mockIPC((command, args) => {
    calls(command, args);
    return client[command]?.(args as Record<string, unknown>) ?? null;
  });
  router.reset({ name: "settings" });
  session.start = start;
  status.now = { connection: "connected", waiting: 1 } as Status;
  notice.clear();
});

afterEach(() => {
  cleanup();
  clearMocks();
  document.documentElement.removeAttribute("style");
  delete document.documentElement.dataset.theme;
});

const press = (name: string) => userEvent.click(screen.getByRole("button", { name }));
const heading = (name: string) => screen.findByRole("heading", { level: 1, name });

async function open(topic: string): Promise<void> {
  render(Settings);
  await userEvent.click(screen.getByRole("link", { name: topic }));
  expect(await heading(topic)).toHaveFocus();
}

test("going back leads to the topic before, not out of Settings", async () => {
  await open("About Guildhall");
  await userEvent.click(screen.getByRole("link", { name: "Laptops" }));
  await heading("Laptops");
  router.back();
  expect(await heading("About Guildhall")).toHaveFocus();
});

test("signing out says what stays on the laptop before it is done", async () => {
  client.sign_out_summary = () => ({ drafts: 2, waiting: 1 });
  render(Settings);
  await press("Sign out");
  expect(await heading("Sign out?")).toHaveFocus();
  expect(
    screen.getByText("2 drafts stay on this laptop, 1 of them waiting to send. They will be here when you sign in again."),
  ).toBeVisible();
  expect(calls).not.toHaveBeenCalledWith("sign_out", expect.anything());

  client.start = () => ({ ...start, account: null });
  await press("Sign out");
  await heading("Account");
  expect(calls).toHaveBeenCalledWith("sign_out", {});
  await waitFor(() => expect(notice.current).toEqual({ tone: "done", text: "You are signed out." }));
  expect(screen.getByRole("button", { name: "Sign in" })).toBeVisible();
});

test("one can think better of signing out", async () => {
  client.sign_out_summary = () => ({ drafts: 0, waiting: 0 });
  render(Settings);
  await press("Sign out");
  await heading("Sign out?");
  await press("Stay signed in");
  expect(await heading("Account")).toHaveFocus();
  expect(calls).not.toHaveBeenCalledWith("sign_out", expect.anything());
});

test("signing out that does not work leaves one signed in, and says so", async () => {
  client.sign_out_summary = () => ({ drafts: 1, waiting: 0 });
  client.sign_out = () => {
    throw { code: "files_broken" };
  };
  render(Settings);
  await press("Sign out");
  await heading("Sign out?");
  await press("Sign out");
  await waitFor(() => expect(notice.current?.tone).toBe("error"));
  expect(session.account?.email).toBe("sam@barchester.example");
});

test("who works for several councils chooses for which they act", async () => {
  client.act_for = ({ council }) => ({ ...account, acting_for: council });
  render(Settings);
  expect(screen.getByRole("radio", { name: "Barchester City Council" })).toBeChecked();
  await userEvent.click(screen.getByRole("radio", { name: "Borsetshire District Council" }));
  expect(calls).toHaveBeenCalledWith("act_for", { council: "BSH" });
  expect(await screen.findByText("✓ Saved")).toBeVisible();
});

test("who works for one council has nothing to choose", () => {
  session.start = { ...start, account: { ...account, councils: account.councils.slice(0, 1) } };
  render(Settings);
  expect(screen.queryByRole("radio")).toBeNull();
  expect(screen.getByText("Barchester City Council")).toBeVisible();
});

test("how long the sign-in lasts is said", () => {
  session.start = { ...start, account: { ...account, session: "until_closed" } };
  render(Settings);
  expect(screen.getByText(/Until you close Guildhall/)).toBeVisible();
  expect(screen.getByText(/no keychain/)).toBeVisible();
});

test("theme and text size are seen at once, and kept", async () => {
  await open("Theme and text size");
  await userEvent.click(screen.getByRole("radio", { name: "Dark" }));
  expect(document.documentElement.dataset.theme).toBe("dark");
  await userEvent.click(screen.getByRole("radio", { name: "150%" }));
  expect(document.documentElement.style.fontSize).toBe("150%");
  expect(calls).toHaveBeenLastCalledWith("save_settings", {
    settings: { ...start.settings, theme: "dark", text_size: 150 },
  });
  expect(await screen.findAllByText("✓ Saved")).toHaveLength(2);
});

test("a theme that can't be kept is put back, and not called saved", async () => {
  client.save_settings = () => {
    throw { code: "disk_full" };
  };
  await open("Theme and text size");
  await userEvent.click(screen.getByRole("radio", { name: "Dark" }));
  await waitFor(() => expect(notice.current?.text).toMatch(/^The disk is full/));
  expect(screen.queryByText("✓ Saved")).toBeNull();
  expect(document.documentElement.dataset.theme).toBe("system");
  expect(screen.getByRole("radio", { name: "Same as this laptop" })).toBeChecked();
});

test("what one works on is kept at every choice", async () => {
  client.services = () => [
    { id: 524, name: "Missed bin collection" },
    { id: 841, name: "School meals" },
  ];
  await open("Your services");
  await userEvent.click(await screen.findByLabelText("School meals"));
  expect(calls).toHaveBeenLastCalledWith("save_settings", { settings: { ...start.settings, services: [841] } });
  await userEvent.click(screen.getByRole("button", { name: "Remove School meals" }));
  expect(calls).toHaveBeenLastCalledWith("save_settings", { settings: { ...start.settings, services: [] } });
});

test("another registry is read about before it is used, and the same one changes nothing", async () => {
  await open("Registry");
  client.look_up_registry = () => registry;
  await press("Change registry");
  await userEvent.type(await screen.findByLabelText("Registry address"), "registry.example{Enter}");
  await waitFor(() => expect(notice.current?.text).toBe("You are already using this registry."));

  client.look_up_registry = () => other;
  client.use_registry = () => other;
  client.start = () => ({ ...start, registry: other, account: null });
  await press("Change registry");
  expect(screen.getByText(/You will have to sign in to the other registry/)).toBeVisible();
  await userEvent.type(await screen.findByLabelText("Registry address"), "{Enter}");
  await heading("Loamshire");
  expect(calls).not.toHaveBeenCalledWith("use_registry", expect.anything());
  await press("Use this registry");
  await waitFor(() => expect(notice.current?.text).toBe("You are now using Loamshire."));
  expect(screen.getByText("https://other.example")).toBeVisible();
});

test("the Work offline switch is followed", async () => {
  client.status = () => ({ connection: "switched_off", waiting: 1 });
  await open("Work offline");
  await userEvent.click(screen.getByRole("radio", { name: /^On/ }));
  expect(calls).toHaveBeenCalledWith("work_offline", { on: true });
  expect(await screen.findByText("✓ Saved")).toBeVisible();
});
