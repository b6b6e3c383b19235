import { clearMocks, mockIPC } from "@tauri-apps/api/mocks";
import { cleanup, render, screen, waitFor } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Account, ChosenRegistry, Start, Status } from "../../../bindings";
import { router } from "../../../stores/router.svelte";
import { session } from "../../../stores/session.svelte";
import { status } from "../../../stores/status.svelte";
import FirstRun from "./FirstRun.svelte";

const registry: ChosenRegistry = {
  address: "https://registry.example",
  facts: {
    protocol: 1,
    name: "Borsetshire councils",
    operator: "Borsetshire Digital",
    place: "United Kingdom",
    privacy_notice: "We keep your address.\n\nWe do not sell it.",
    terms: "Be kind.",
    sign_in_with: null,
    contact: null,
  },
};
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
  ],
  coordinator: false,
  acting_for: "BCH",
  session: "in_keychain",
  factor_due: null,
};
const start: Start = {
  registry: null,
  preset: null,
  account: null,
  welcomed: false,
  settings: { theme: "system", text_size: 100, work_offline: false, private_days: 30, services: [] },
  version: "0.1.0",
  open_error: null,
  rescued: null,
  signed_out: null,
};
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
/** What the client answers to each command; a thrown value is a failure. */
let client: Record<string, (args: Record<string, unknown>) => unknown>;
const calls = vi.fn();

beforeEach(() => {
  calls.mockReset();
  client = {
    look_up_registry: () => registry,
    use_registry: () => registry,
    registry: () => registry,
    save_settings: () => null,
    start_sign_in: () => null,
    verify_sign_in: () => account,
    finish_welcome: () => null,
    start: () => ({ ...start, registry, account, welcomed: true }),
  };
  mockIPC((command, args) => {
    calls(command, args);
    return client[command]?.(args as Record<string, unknown>) ?? null;
  });
  router.reset({ name: "firstRun" });
  session.start = start;
  status.now = line;
});

afterEach(() => {
  cleanup();
  clearMocks();
});

const press = (name: string | RegExp) => userEvent.click(screen.getByRole("button", { name }));
const heading = (name: string | RegExp) => screen.findByRole("heading", { level: 1, name });
const refuse = (failure: unknown) => () => {
  throw failure;
};

/** Goes through the pages up to the one for the code. */
async function toCode(): Promise<void> {
  render(FirstRun);
  await userEvent.type(screen.getByLabelText("Registry address"), "registry.example");
  await press("Continue");
  await heading("Borsetshire councils");
  await press("Use this registry");
  await heading("What is your email address?");
  await userEvent.type(screen.getByLabelText("Email address"), "sam@barchester.example{Enter}");
  await heading("Check your email");
}

test("from an address to the catalogue, one thing a page", async () => {
  render(FirstRun);
  await userEvent.type(screen.getByLabelText("Registry address"), "registry.example");
  await press("Continue");

  expect(await heading("Borsetshire councils")).toHaveFocus();
  expect(calls).toHaveBeenCalledWith("look_up_registry", { address: "registry.example" });
  expect(screen.getByText("We do not sell it.").tagName).toBe("P");
  await press("Use this registry");

  expect(await heading("What is your email address?")).toHaveFocus();
  expect(calls).toHaveBeenCalledWith("use_registry", { address: "https://registry.example" });
  await userEvent.type(screen.getByLabelText("Email address"), " sam@barchester.example ");
  await press("Email me a code");

  expect(await heading("Check your email")).toHaveFocus();
  await userEvent.type(screen.getByLabelText("Code"), "a1b2-c3d4{Enter}");
  expect(calls).toHaveBeenCalledWith("verify_sign_in", { email: "sam@barchester.example", code: "A1B2C3D4" });

  expect(await heading("Downloading the catalogue")).toHaveFocus();
  status.now = { ...line, activity: { kind: "reading", done: 412, of: 1530 } };
  expect(await screen.findByText("412 of 1,530 records")).toBeVisible();
  expect(screen.getByRole("button", { name: "Start using Guildhall now" })).toBeVisible();
  await press("Stop");
  expect(calls).toHaveBeenCalledWith("stop_sync", {});
  status.now = { ...line, activity: { kind: "stopped", done: 412, of: 1530 } };
  expect(await screen.findByText(/Download stopped at 412 of 1,530 records/)).toBeVisible();
  await press("Resume");
  expect(calls).toHaveBeenCalledWith("sync_now", {});
  status.now = { ...line, last_updated: "2026-11-23T10:42:00Z" };
  await heading("You’re ready");
  await press("Find projects");
  await waitFor(() => expect(router.route).toEqual({ name: "projects" }));
  expect(calls).toHaveBeenCalledWith("finish_welcome", {});
  expect(session.start?.welcomed).toBe(true);
});

test.each([
  [{ code: "not_an_address" }, /Enter a web address/],
  [{ code: "not_secure" }, /starts with https/],
  [{ code: "nothing_there" }, /Nothing answers/],
  [{ code: "not_a_registry" }, /not a Guildhall registry/],
  [{ code: "other_version", theirs: 2, ours: 1 }, /newer version of Guildhall/],
])("an address that is wrong is told at its field: %o", async (failure, words) => {
  client.look_up_registry = refuse(failure);
  render(FirstRun);
  const field = screen.getByLabelText("Registry address");
  await userEvent.type(field, "registry.example");
  await press("Continue");
  await waitFor(() => expect(field).toHaveFocus());
  expect(field).toHaveAccessibleDescription(words);
  expect(field).toBeInvalid();
  client.look_up_registry = () => registry;
  await press("Continue");
  await heading("Borsetshire councils");
});

test("what is no typing mistake stands beside the form, and what was typed stays", async () => {
  client.look_up_registry = refuse({ code: "registry_busy" });
  render(FirstRun);
  await userEvent.type(screen.getByLabelText("Registry address"), "registry.example");
  await press("Continue");
  expect(await screen.findByRole("alert")).toHaveTextContent("The service is busy");
  expect(screen.getByLabelText("Registry address")).toBeValid();
  expect(screen.getByLabelText("Registry address")).toHaveValue("registry.example");
});

test("while an address is asked, the button says so and asks only once", async () => {
  let answer: (registry: ChosenRegistry) => void = () => {};
  client.look_up_registry = () => new Promise((resolve) => (answer = resolve));
  render(FirstRun);
  await userEvent.type(screen.getByLabelText("Registry address"), "registry.example");
  await press("Continue");
  expect(await screen.findByText("Checking address")).toBeVisible();
  await press("Continue");
  await userEvent.type(screen.getByLabelText("Registry address"), "{Enter}");
  answer(registry);
  await heading("Borsetshire councils");
  expect(calls.mock.calls.filter(([command]) => command === "look_up_registry")).toHaveLength(1);
});

test("a code that is too short, wrong or old is told at its field, and another can be asked for", async () => {
  await toCode();
  const field = screen.getByLabelText("Code");
  expect(field).toHaveAttribute("autocomplete", "one-time-code");
  expect(field).toHaveAttribute("autocapitalize", "characters");

  await press("Sign in");
  expect(field).toHaveAccessibleDescription(/Enter the code from the email/);
  await userEvent.type(field, "A1B2");
  await press("Sign in");
  expect(field).toHaveAccessibleDescription(/The code has 8 letters and numbers/);
  expect(calls).not.toHaveBeenCalledWith("verify_sign_in", expect.anything());

  client.verify_sign_in = refuse({ code: "code_refused" });
  await userEvent.type(field, " C3D4");
  await press("Sign in");
  await waitFor(() => expect(field).toHaveAccessibleDescription(/Enter a code that has not expired or been used/));
  await waitFor(() => expect(field).toHaveFocus());

  await press("Email me another code");
  expect(await screen.findByText(/We sent another code to sam@barchester\.example/)).toBeVisible();
  expect(field).toHaveValue("");
  expect(field).toBeValid();
  expect(calls.mock.calls.filter(([command]) => command === "start_sign_in")).toHaveLength(2);
});

test("too many tries say how long to wait", async () => {
  await toCode();
  client.start_sign_in = refuse({ code: "too_many_tries", seconds: 600 });
  await press("Email me another code");
  expect(await screen.findByRole("alert")).toHaveTextContent("Wait 10 minutes");
});

test("where there is no keychain, it is said how long the sign-in lasts", async () => {
  client.verify_sign_in = () => ({ ...account, session: "until_closed" });
  await toCode();
  await userEvent.type(screen.getByLabelText("Code"), "A1B2C3D4{Enter}");
  expect(await screen.findByText(/signed out when you close Guildhall/)).toBeVisible();
});

test("reading needs no signing in, and does not wait for the first sync", async () => {
  client.start = () => ({ ...start, registry, welcomed: true });
  session.start = { ...start, registry };
  render(FirstRun);
  await press("Continue without signing in");
  await heading("Downloading the catalogue");
  await press("Start using Guildhall now");
  await waitFor(() => expect(router.route).toEqual({ name: "projects" }));
  expect(calls).not.toHaveBeenCalledWith("start_sign_in", expect.anything());
});

test("with no connection the first sync says so, and can be tried again", async () => {
  session.start = { ...start, registry, account };
  status.now = { ...line, connection: "offline" };
  render(FirstRun);
  expect(await screen.findByRole("alert")).toHaveTextContent("You are offline");
  await press("Try again");
  expect(calls).toHaveBeenCalledWith("sync_now", {});
});

test("each page has a way back that keeps what was typed", async () => {
  await toCode();
  await press("Back");
  await heading("What is your email address?");
  expect(screen.getByLabelText("Email address")).toHaveValue("sam@barchester.example");
  await press("Back");
  await heading("Borsetshire councils");
  await press("Back");
  await heading("Which registry does your council use?");
  expect(screen.getByLabelText("Registry address")).toHaveValue("registry.example");
});

test("a registry that came with Guildhall is offered, and an address is asked only of who wants another", async () => {
  session.start = { ...start, preset: "registry.example" };
  render(FirstRun);
  expect(await heading("Borsetshire councils")).toBeVisible();
  expect(calls).toHaveBeenCalledWith("look_up_registry", { address: "registry.example" });
  expect(screen.queryByLabelText("Registry address")).toBeNull();
  await press("Use another registry");
  await heading("Which registry does your council use?");
  expect(screen.getByLabelText("Registry address")).toHaveValue("");
  await press("Back");
  await heading("Borsetshire councils");
  await press("Use this registry");
  await heading("What is your email address?");
});

test("a registry that cannot be reached can be tried again, or another be used", async () => {
  client.look_up_registry = refuse({ code: "nothing_there" });
  session.start = { ...start, preset: "registry.example" };
  render(FirstRun);
  expect(await screen.findByRole("alert")).toHaveTextContent("Nothing answers at that address");
  expect(screen.getByRole("button", { name: "Use another registry" })).toBeVisible();
  client.look_up_registry = () => registry;
  await press("Try again");
  await heading("Borsetshire councils");
});

test("text size is in reach on the first page", async () => {
  render(FirstRun);
  await userEvent.selectOptions(screen.getByLabelText("Text size"), "150%");
  expect(document.documentElement.style.fontSize).toBe("150%");
  expect(calls).toHaveBeenCalledWith("save_settings", { settings: { ...start.settings, text_size: 150 } });
  document.documentElement.removeAttribute("style");
});
