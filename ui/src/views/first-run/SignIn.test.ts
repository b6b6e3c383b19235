import { clearMocks, mockIPC } from "@tauri-apps/api/mocks";
import { cleanup, render, screen, waitFor } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Account, Failure, Start, Status } from "../../bindings";
import { notice } from "../../stores/notice.svelte";
import { router } from "../../stores/router.svelte";
import { session } from "../../stores/session.svelte";
import { status } from "../../stores/status.svelte";
import SignIn from "./SignIn.svelte";
import Trouble from "./Trouble.svelte";

const account: Account = {
  person: "p",
  email: "sam@barchester.example",
  councils: [],
  coordinator: false,
  acting_for: null,
  session: "ended",
};
const calls = vi.fn();

beforeEach(() => {
  calls.mockReset();
  const signedIn = { ...account, session: "until_closed" };
  mockIPC((command, args) => {
    calls(command, args);
    if (command === "verify_sign_in") return signedIn;
    if (command === "start") return { account: signedIn, settings: { theme: "system", text_size: 100 }, welcomed: true };
    return null;
  });
  router.reset({ name: "outbox" });
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
  expect(screen.getByText(/sign in to send 2\./)).toBeVisible();
  expect(screen.getByLabelText("Email address")).toHaveValue("sam@barchester.example");
  await userEvent.click(screen.getByRole("button", { name: "Email me a code" }));
  await userEvent.type(await screen.findByLabelText("Code"), "a1b2 c3d4{Enter}");
  await waitFor(() => expect(router.route).toEqual({ name: "outbox" }));
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

test.each<[Failure, string]>([
  [{ code: "newer_files" }, "These files need a newer Guildhall"],
  [{ code: "disk_full" }, "The disk is full"],
  [{ code: "files_broken" }, "Guildhall can’t open its files"],
  [{ code: "internal" }, "Guildhall can’t open its files"],
])("files that can't be opened get a page that says drafts are safe: %o", async (failure, title) => {
  render(Trouble, { failure, version: "0.1.0" });
  expect(screen.getByRole("heading", { level: 1, name: title })).toBeVisible();
  expect(screen.getByRole("heading", { level: 2, name: "Your drafts are safe" })).toBeVisible();
  await userEvent.click(screen.getByRole("button", { name: "Close Guildhall" }));
  expect(calls).toHaveBeenCalledWith("close", {});
});
