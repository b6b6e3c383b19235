import { clearMocks, mockIPC } from "@tauri-apps/api/mocks";
import { cleanup, render, screen, waitFor, within } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Account, CouncilPerson, SecondFactor, Start } from "../../../bindings";
import { commands } from "../../../bindings";
import { notice } from "../../../stores/notice.svelte";
import { RegistryQuery } from "../../../stores/registryQuery.svelte";
import { router } from "../../../stores/router.svelte";
import { codeAsked } from "../../../stores/secondFactor.svelte";
import { session } from "../../../stores/session.svelte";
import SignIn from "../sign-in/SignIn.svelte";
import SecondFactorStatus from "../../council/people/SecondFactorStatus.svelte";
import Settings from "../../settings/Settings.svelte";
import SecondFactorDialog from "./SecondFactorDialog.svelte";
import SecondFactorReminder from "./SecondFactorReminder.svelte";

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
const start = { account, welcomed: true, settings: { theme: "system", text_size: 100 } } as unknown as Start;
const off: SecondFactor = { since: null, recovery_codes: 0, required: false, reset_at: null, asked: false };
const on: SecondFactor = { ...off, since: "2026-03-02T09:00:00Z", recovery_codes: 10 };
const CODES = ["AAAA-BBBB-CCCC-DDDD", "EEEE-FFFF-GGGG-HHHH"];

let client: Record<string, (args: Record<string, unknown>) => unknown>;
const calls = vi.fn();

beforeEach(() => {
  calls.mockReset();
  client = { start: () => start, second_factor: () => off };
  mockIPC((command, args) => {
    calls(command, args);
    return client[command]?.(args as Record<string, unknown>) ?? null;
  });
  // jsdom has no modal dialogs.
  HTMLDialogElement.prototype.showModal = function () {
    this.open = true;
  };
  HTMLDialogElement.prototype.close = function () {
    this.open = false;
    this.dispatchEvent(new Event("close"));
  };
  router.reset({ name: "settings", topic: "factor" });
  session.start = start;
  notice.clear();
});

afterEach(() => {
  cleanup();
  clearMocks();
});

const press = (name: string) => userEvent.click(screen.getByRole("button", { name }));
const heading = (name: string) => screen.findByRole("heading", { level: 1, name });
const refuse = (code: string) => () => {
  throw { code };
};

test("a second step is set up by picture or key, and its codes are shown once", async () => {
  client.begin_second_factor = () => ({ secret: "GEZD GNBV", qr: "<svg><path/></svg>" });
  client.confirm_second_factor = ({ code }) => (code === "287082" ? CODES : refuse("code_refused")());
  client.save_recovery_codes = () => true;
  render(Settings);
  expect(await heading("Sign in with a second step")).toBeVisible();
  expect(await screen.findByText("The second step is off.")).toBeVisible();
  await press("Set up a second step");
  expect(await heading("Set up a second step")).toHaveFocus();
  const picture = screen.getByRole("img", { name: "QR code for your authenticator app" });
  expect(picture.getAttribute("src")).toMatch(/^data:image\/svg\+xml,/);
  expect(screen.getByText("GEZD GNBV")).toBeVisible();

  await press("Turn on the second step");
  const code = screen.getByRole("textbox", { name: "Code" });
  expect(code).toHaveFocus();
  expect(code).toHaveAccessibleDescription("Error: Enter the code");
  await userEvent.type(code, "000000{Enter}");
  await waitFor(() => expect(code).toHaveAccessibleDescription(/That code is wrong or has been used/));
  await userEvent.clear(code);
  await userEvent.type(code, "287082{Enter}");
  expect(await heading("Save your recovery codes")).toHaveFocus();
  const list = screen.getByRole("list", { name: "Recovery codes" });
  expect(
    within(list)
      .getAllByRole("listitem")
      .map((item) => item.textContent),
  ).toEqual(CODES);

  await press("Save to a file");
  expect(calls).toHaveBeenCalledWith("save_recovery_codes", { codes: CODES, fileName: "guildhall-recovery-codes.txt" });
  expect(notice.current?.text).toBe("The codes are in that file.");
  const user = userEvent.setup();
  await user.click(screen.getByRole("button", { name: "Copy the codes" }));
  expect(await navigator.clipboard.readText()).toBe(CODES.join("\n"));
  client.second_factor = () => on;
  await user.click(screen.getByRole("button", { name: "I have saved the codes" }));
  expect(await screen.findByText("✓ The second step has been on since 2 March 2026.")).toBeVisible();
  expect(screen.queryByText(CODES[0]!)).toBeNull();
  expect(JSON.stringify({ ...localStorage, ...sessionStorage })).toBe("{}");
});

test("it can be turned off, but for who has to have one", async () => {
  client.second_factor = () => on;
  render(Settings);
  await screen.findByText("You have 10 recovery codes left.");
  await press("Turn off the second step");
  expect(calls).not.toHaveBeenCalledWith("turn_off_second_factor", expect.anything());
  client.second_factor = () => off;
  await press("Turn off second step");
  expect(await screen.findByText("The second step is off.")).toBeVisible();
  cleanup();
  client.second_factor = () => ({ ...on, required: true });
  render(Settings);
  expect(await screen.findByText("This registry requires a second step for your role.")).toBeVisible();
  expect(screen.queryByRole("button", { name: "Turn off the second step" })).toBeNull();
});

test("new recovery codes take the place of the old, and a reset can be called off", async () => {
  client.second_factor = () => ({ ...on, reset_at: "2026-03-03T09:00:00Z" });
  client.new_recovery_codes = () => CODES;
  render(Settings);
  await userEvent.click(await screen.findByRole("button", { name: "Keep my second step" }));
  expect(calls).toHaveBeenCalledWith("cancel_my_factor_reset", {});
  await press("Make new recovery codes");
  expect(await heading("Save your recovery codes")).toHaveFocus();
});

test("what needs a code asks for it and goes on", async () => {
  let given = false;
  client.second_factor = () => on;
  client.purge = () => (given ? null : refuse("second_factor_needed")());
  client.verify_second_factor = ({ code }) => {
    if (code !== "287082") refuse("code_refused")();
    given = true;
    return null;
  };
  render(SecondFactorDialog);
  const purged = commands.purge("project", "It names someone");
  expect(await screen.findByRole("heading", { name: "Enter a code to continue" })).toBeVisible();
  const code = screen.getByRole("textbox", { name: "Code" });
  await userEvent.type(code, "000000{Enter}");
  await waitFor(() => expect(code).toHaveAccessibleDescription(/That code is wrong/));
  expect(code).toHaveFocus();
  await userEvent.clear(code);
  await userEvent.type(code, "287082{Enter}");
  expect(await purged).toEqual({ status: "ok", data: null });
  expect(calls.mock.calls.filter(([command]) => command === "purge")).toHaveLength(2);
  expect(screen.queryByRole("heading", { name: "Enter a code to continue" })).toBeNull();
});

test("who thinks better of it is told that nothing was done", async () => {
  client.second_factor = () => on;
  client.purge = refuse("second_factor_needed");
  render(SecondFactorDialog);
  const purged = commands.purge("project", "It names someone");
  await screen.findByRole("heading", { name: "Enter a code to continue" });
  await press("Cancel");
  expect(await purged).toEqual({ status: "error", error: { code: "second_factor_needed" } });
  expect(calls.mock.calls.filter(([command]) => command === "purge")).toHaveLength(1);
  expect(codeAsked.open).toBe(false);
});

test("whose provider vouched for a second factor is told to sign in again", async () => {
  client.second_factor = () => ({ ...off, required: true, asked: true });
  client.erase_me = refuse("second_factor_needed");
  render(SecondFactorDialog);
  const erased = commands.eraseMe([]);
  expect(await screen.findByText(/You need to sign in again, or set up a second step in Settings/)).toBeVisible();
  await press("Close");
  expect((await erased).status).toBe("error");
});

test("a sign-in asks for the second step after the code by email", async () => {
  router.reset({ name: "signIn" });
  session.start = { ...start, account: null };
  client.verify_sign_in = refuse("second_factor_needed");
  client.sign_in_with_second_factor = ({ code }) => (code === "287082" ? account : refuse("second_factor_needed")());
  render(SecondFactorDialog);
  render(SignIn);
  await userEvent.type(screen.getByRole("textbox"), "sam@barchester.example{Enter}");
  await heading("Check your email");
  await userEvent.type(screen.getByRole("textbox", { name: "Code" }), "A1B2-C3D4{Enter}");
  expect(await heading("Enter a code from your authenticator app")).toHaveFocus();
  const code = screen.getByRole("textbox", { name: "Code" });
  await userEvent.type(code, "000000{Enter}");
  await waitFor(() => expect(code).toHaveAccessibleDescription(/That code is wrong/));
  expect(codeAsked.open).toBe(false);
  await userEvent.clear(code);
  await userEvent.type(code, "287082{Enter}");
  await waitFor(() => expect(notice.current?.tone).toBe("done"));
});

test("who has to have one is told until when, with the way there", async () => {
  router.reset({ name: "projects" });
  session.start = { ...start, account: { ...account, factor_due: { by: "2026-04-01T09:00:00Z", rests: false } } };
  render(SecondFactorReminder);
  expect(screen.getByText(/by 1 April 2026. After that your role is paused until you do/)).toBeVisible();
  await userEvent.click(screen.getByRole("link", { name: "Set up a second step" }));
  expect(router.route).toEqual({ name: "settings", topic: "factor" });
  session.start = { ...start, account: { ...account, factor_due: { by: null, rests: true } } };
  await waitFor(() => expect(screen.getByText(/Your role in Guildhall is paused/)).toBeVisible());
});

test("a lead resets a colleague’s, after being asked, and calls it off", async () => {
  const person: CouncilPerson = {
    person: "r",
    email: "robin@barchester.example",
    role: "lead",
    interim: false,
    lapsed: false,
    verified_at: "2026-03-02T09:00:00Z",
    last_seen: null,
    second_factor: true,
    factor_reset_at: null,
  };
  const query = new RegistryQuery<unknown>(async () => ({ status: "ok", data: null }));
  const { rerender } = render(SecondFactorStatus, { council: "BCH", person, query });
  await press("Reset the second step of robin@barchester.example");
  expect(screen.getByRole("button", { name: "Do not reset it" })).toHaveFocus();
  expect(calls).not.toHaveBeenCalledWith("reset_second_factor", expect.anything());
  await press("Reset second step");
  expect(calls).toHaveBeenCalledWith("reset_second_factor", { council: "BCH", person: "r" });
  expect(notice.current?.text).toBe(
    "The second step of robin@barchester.example will be reset a day from now. Until then any lead can cancel the reset.",
  );
  await rerender({ council: "BCH", person: { ...person, factor_reset_at: "2026-03-03T09:00:00Z" }, query });
  await press("Cancel the reset of the second step of robin@barchester.example");
  expect(calls).toHaveBeenCalledWith("cancel_factor_reset", { council: "BCH", person: "r" });
  await rerender({ council: "BCH", person: { ...person, person: "p" }, query });
  expect(screen.queryByRole("button", { name: /Reset/ })).toBeNull();
});
