import { clearMocks, mockIPC } from "@tauri-apps/api/mocks";
import { cleanup, render, screen, waitFor } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Account, Failure, Start, Status } from "../../../bindings";
import { notice } from "../../../stores/notice.svelte";
import { router } from "../../../stores/router.svelte";
import { session } from "../../../stores/session.svelte";
import { status } from "../../../stores/status.svelte";
import StartupError from "../../frame/StartupError.svelte";
import SignIn from "./SignIn.svelte";

const account: Account = {
  person: "p",
  email: "sam@barchester.example",
  councils: [],
  coordinator: false,
  acting_for: null,
  session: "ended",
  factor_due: null,
};
const calls = vi.fn();
const signedIn = { ...account, session: "until_closed" };
/** More answers from the client, by command. */
let client: Record<string, () => unknown>;

beforeEach(() => {
  calls.mockReset();
  client = {};
  mockIPC((command, args) => {
    calls(command, args);
    if (client[command]) return client[command]();
    if (command === "verify_sign_in") return signedIn;
    if (command === "start") return { account: signedIn, settings: { theme: "system", text_size: 100 }, welcomed: true };
    return null;
  });
  router.reset({ name: "work" });
  router.go({ name: "signIn" });
  session.start = { account } as Start;
  status.now = { connection: "connected", waiting: 2 } as Status;
});

afterEach(() => {
  cleanup();
  clearMocks();
  notice.clear();
});

test("an ended session is taken up again where one was, with the address filled in", async () => {
  render(SignIn);
  expect(screen.getByRole("heading", { level: 1, name: "Sign in again" })).toBeVisible();
  expect(screen.getByText(/Sign in to send 2 drafts\./)).toBeVisible();
  expect(screen.getByLabelText("Email address")).toHaveValue("sam@barchester.example");
  await userEvent.click(screen.getByRole("button", { name: "Email me a code" }));
  await userEvent.type(await screen.findByLabelText("Code"), "a1b2 c3d4{Enter}");
  await waitFor(() => expect(router.route).toEqual({ name: "work" }));
  await waitFor(() => expect(notice.current?.text).toMatch(/^Signed in as sam@barchester\.example\. This laptop has no keychain/));
  expect(session.account?.session).toBe("until_closed");
});

test("who chose to work offline is told that signing in needs a connection", async () => {
  status.now = { connection: "switched_off", waiting: 0 } as Status;
  session.start = { account: null } as Start;
  render(SignIn);
  expect(screen.getByRole("heading", { level: 1, name: "Sign in" })).toBeVisible();
  expect(screen.getByRole("alert")).toHaveTextContent("You chose to work offline");
  await userEvent.click(screen.getByRole("button", { name: "Stop working offline" }));
  expect(calls).toHaveBeenCalledWith("work_offline", { on: false });
});

const withProvider = { address: "https://registry.example", facts: { sign_in_with: "Example" } };

function refuse(code: string): () => Promise<never> {
  return () => Promise.reject({ code });
}

test("the browser is opened at the provider, and once it is back one is signed in", async () => {
  let comeBack: (account: unknown) => void = () => {};
  client.registry = () => withProvider;
  client.wait_for_browser = () => new Promise((resolve) => (comeBack = resolve));
  render(SignIn);
  await userEvent.click(await screen.findByRole("button", { name: "Sign in with Example" }));
  expect(await screen.findByRole("heading", { level: 1, name: "Continue in your browser" })).toHaveFocus();
  expect(calls).toHaveBeenCalledWith("start_browser_sign_in", { paste: false });
  await waitFor(() => expect(screen.getByRole("status")).toHaveTextContent("Waiting for your browser"));
  comeBack(signedIn);
  await waitFor(() => expect(router.route).toEqual({ name: "work" }));
});

test("who opens the page again is waited for, though the first wait has not ended yet", async () => {
  const waits: ((account: unknown) => void)[] = [];
  client.registry = () => withProvider;
  client.wait_for_browser = () => new Promise((resolve) => waits.push(resolve));
  render(SignIn);
  await userEvent.click(await screen.findByRole("button", { name: "Sign in with Example" }));
  await waitFor(() => expect(waits).toHaveLength(1));
  await userEvent.click(screen.getByRole("button", { name: "Open the page again" }));
  await waitFor(() => expect(waits).toHaveLength(2));
  waits[0]?.(null);
  await waitFor(() => expect(screen.getByRole("status")).toHaveTextContent("Waiting for your browser"));
  waits[1]?.(signedIn);
  await waitFor(() => expect(router.route).toEqual({ name: "work" }));
});

test("where the browser can't come back, its code is pasted", async () => {
  let pasted = 0;
  client.registry = () => withProvider;
  // Starting again ends the earlier wait.
  client.wait_for_browser = () => null;
  client.paste_code = () => (++pasted === 1 ? refuse("code_refused")() : signedIn);
  render(SignIn);
  await userEvent.click(await screen.findByRole("button", { name: "Sign in with Example" }));
  await userEvent.click(await screen.findByRole("button", { name: "Problem with your browser? Use a code" }));
  expect(await screen.findByRole("heading", { level: 1, name: "Enter the code from your browser" })).toHaveFocus();
  expect(calls).toHaveBeenCalledWith("start_browser_sign_in", { paste: true });
  const field = screen.getByLabelText("Code");
  await userEvent.type(field, "a1b2{Enter}");
  expect(await screen.findByText(/^The code has 8 letters/)).toBeVisible();
  await userEvent.type(field, "c3d4{Enter}");
  expect(await screen.findByText(/Enter a code that has not expired/)).toBeVisible();
  expect(field).toHaveFocus();
  await userEvent.type(field, "{Enter}");
  await waitFor(() => expect(router.route).toEqual({ name: "work" }));
});

test("an address that the registry doesn't know yet is confirmed by email, once", async () => {
  client.registry = () => withProvider;
  client.wait_for_browser = refuse("address_unconfirmed");
  client.confirm_address = () => signedIn;
  render(SignIn);
  await userEvent.click(await screen.findByRole("button", { name: "Sign in with Example" }));
  expect(await screen.findByRole("heading", { level: 1, name: "Which email address is yours?" })).toHaveFocus();
  expect(calls).not.toHaveBeenCalledWith("cancel_browser_sign_in", {});
  await userEvent.click(screen.getByRole("button", { name: "Email me a code" }));
  await userEvent.type(await screen.findByLabelText("Code"), "a1b2c3d4{Enter}");
  await waitFor(() => expect(router.route).toEqual({ name: "work" }));
  expect(calls).toHaveBeenCalledWith("confirm_address", { email: "sam@barchester.example", code: "A1B2C3D4" });
  expect(calls).not.toHaveBeenCalledWith("verify_sign_in", expect.anything());
});

const mismatch: Failure = { code: "address_differs", account: "a@x.example", provider: "b@x.example", taken: false };

async function asked(failure: Failure = mismatch): Promise<void> {
  client.registry = () => withProvider;
  client.start_browser_sign_in = () => "0XDX-TXYD";
  client.wait_for_browser = () => Promise.reject(failure);
  render(SignIn);
  await userEvent.click(await screen.findByRole("button", { name: "Sign in with Example" }));
  expect(await screen.findByRole("heading", { level: 1, name: "Which email address is yours?" })).toHaveFocus();
  expect(screen.getByText("Example says that your address is b@x.example. In Guildhall your address is a@x.example.")).toBeVisible();
}

test("the code of the page in the browser is shown while it is waited for", async () => {
  client.registry = () => withProvider;
  client.start_browser_sign_in = () => "0XDX-TXYD";
  client.wait_for_browser = () => new Promise(() => {});
  render(SignIn);
  await userEvent.click(await screen.findByRole("button", { name: "Sign in with Example" }));
  expect(await screen.findByText("0XDX-TXYD")).toBeVisible();
  expect(screen.getByText("If it shows another code, close that page.")).toBeVisible();
  client.start_browser_sign_in = refuse("no_connection");
  await userEvent.click(screen.getByRole("button", { name: "Open the page again" }));
  await screen.findByRole("alert");
  expect(screen.queryByText("0XDX-TXYD")).toBeNull();
});

test.each([
  ["Use b@x.example", true],
  ["Keep a@x.example", false],
])("who has another address at the provider says which is theirs: %s", async (button, useProviders) => {
  client.choose_address = () => signedIn;
  await asked();
  await userEvent.click(screen.getByRole("button", { name: button }));
  await waitFor(() => expect(router.route).toEqual({ name: "work" }));
  expect(calls).toHaveBeenCalledWith("choose_address", { useProviders });
  expect(calls).not.toHaveBeenCalledWith("cancel_browser_sign_in", {});
});

test("an address that is kept may have to be confirmed by email", async () => {
  client.choose_address = refuse("address_unconfirmed");
  client.confirm_address = () => signedIn;
  await asked();
  await userEvent.click(screen.getByRole("button", { name: "Keep a@x.example" }));
  expect(await screen.findByLabelText("Email address")).toHaveValue("a@x.example");
  await userEvent.click(screen.getByRole("button", { name: "Email me a code" }));
  await userEvent.type(await screen.findByLabelText("Code"), "a1b2c3d4{Enter}");
  await waitFor(() => expect(calls).toHaveBeenCalledWith("confirm_address", { email: "a@x.example", code: "A1B2C3D4" }));
});

test("a second step follows the choice of an address, and no connection is told", async () => {
  client.choose_address = refuse("no_connection");
  client.sign_in_with_second_factor = () => signedIn;
  await asked();
  await userEvent.click(screen.getByRole("button", { name: "Use b@x.example" }));
  expect(await screen.findByRole("alert")).toHaveTextContent("You are offline");
  client.choose_address = refuse("second_factor_needed");
  await userEvent.click(screen.getByRole("button", { name: "Use b@x.example" }));
  await userEvent.type(await screen.findByLabelText("Code"), "123456{Enter}");
  await waitFor(() => expect(router.route).toEqual({ name: "work" }));
});

test("an address that another account has is not offered, and going back begins again", async () => {
  await asked({ ...mismatch, taken: true } as Failure);
  expect(screen.getByText(/because another account in Guildhall has it/)).toBeVisible();
  expect(screen.queryByRole("button", { name: "Use b@x.example" })).toBeNull();
  await userEvent.click(screen.getByRole("button", { name: "Back" }));
  expect(calls).toHaveBeenCalledWith("cancel_browser_sign_in", {});
  expect(await screen.findByRole("button", { name: "Sign in with Example" })).toBeVisible();
});

test("with no connection one is told so, and another sign-in is not mixed up with the one that was begun", async () => {
  client.registry = () => withProvider;
  client.start_browser_sign_in = refuse("no_connection");
  client.wait_for_browser = refuse("address_unconfirmed");
  render(SignIn);
  await userEvent.click(await screen.findByRole("button", { name: "Sign in with Example" }));
  expect(await screen.findByRole("alert")).toHaveTextContent("You are offline");
  client.start_browser_sign_in = () => null;
  await userEvent.click(screen.getByRole("button", { name: "Try again" }));
  await screen.findByRole("heading", { level: 1, name: "Which email address is yours?" });
  await userEvent.click(screen.getByRole("button", { name: "Back" }));
  expect(calls).toHaveBeenCalledWith("cancel_browser_sign_in", {});
  await userEvent.click(screen.getByRole("button", { name: "Email me a code" }));
  await userEvent.type(await screen.findByLabelText("Code"), "a1b2c3d4{Enter}");
  await waitFor(() => expect(calls).toHaveBeenCalledWith("verify_sign_in", expect.anything()));
});

test.each<[Failure, string]>([
  [{ code: "newer_files" }, "Update Guildhall to open these files"],
  [{ code: "disk_full" }, "The disk is full"],
  [{ code: "files_broken" }, "Guildhall cannot open its files"],
  [{ code: "internal" }, "Guildhall cannot open its files"],
])("files that can't be opened get a page that says drafts are safe: %o", async (failure, title) => {
  render(StartupError, { failure, version: "0.1.0" });
  expect(screen.getByRole("heading", { level: 1, name: title })).toBeVisible();
  expect(screen.getByRole("heading", { level: 2, name: "Your drafts are safe" })).toBeVisible();
  await userEvent.click(screen.getByRole("button", { name: "Close Guildhall" }));
  expect(calls).toHaveBeenCalledWith("close", {});
});
