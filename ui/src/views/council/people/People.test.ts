import { clearMocks, mockIPC } from "@tauri-apps/api/mocks";
import { cleanup, render, screen, waitFor, within } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Account, CouncilPeople, CouncilPerson, Start } from "../../../bindings";
import { notice } from "../../../stores/notice.svelte";
import { router } from "../../../stores/router.svelte";
import { session } from "../../../stores/session.svelte";
import ChangeRole from "./ChangeRole.svelte";
import People from "./People.svelte";

const person = (id: string, more: Partial<CouncilPerson> = {}): CouncilPerson => ({
  person: id,
  email: `${id}@barchester.example`,
  role: "editor",
  interim: false,
  lapsed: false,
  verified_at: "2026-11-01T10:00:00Z",
  last_seen: null,
  second_factor: false,
  factor_reset_at: null,
  ...more,
});
const sam: Account = {
  person: "sam",
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
let page: CouncilPeople;
const calls = vi.fn();
/** Many presses and keys take seconds on a busy machine. */
const SLOW = 30_000;

beforeEach(() => {
  calls.mockReset();
  notice.clear();
  page = {
    council: "BCH",
    name: "Barchester City Council",
    settings: { review: "first", editors_decide: false, delegate_to_coordinator: false },
    may_manage: true,
    people: [person("sam", { role: "lead" }), person("robin", { role: "lead" }), person("kim")],
    invitations: [],
    domains: [],
    reports: [],
    predecessors: [],
  };
  mockIPC(
    (command, args) => {
      calls(command, args);
      const { person: id, role } = (args ?? {}) as { person: string; role: CouncilPerson["role"] };
      if (command === "council_people") return structuredClone(page);
      if (command === "unconfirmed_leads") return [];
      if (command === "audit") return { entries: [], next: null };
      if (command === "councils") return [];
      if (command === "set_role") page.people = page.people.map((one) => (one.person === id ? { ...one, role } : one));
      if (command === "remove_access") page.people = page.people.filter((one) => one.person !== id);
      if (command === "withdraw_invitation") page.invitations = [];
      if (command === "answer_domain") page.domains = [];
      return null;
    },
    { shouldMockEvents: true },
  );
  session.start = { account: sam } as Start;
  router.reset({ name: "people", council: "BCH" });
});

afterEach(async () => {
  cleanup();
  await new Promise((done) => setTimeout(done));
  clearMocks();
});

const press = (name: string) => userEvent.click(screen.getByRole("button", { name }));

test("a role is not changed before its button is pressed", { timeout: SLOW }, async () => {
  render(People);
  const row = await screen.findByRole("row", { name: /kim@/ });
  expect(within(row).queryByRole("combobox")).toBeNull();
  await userEvent.click(within(row).getByRole("link", { name: "Change role of kim@barchester.example" }));
  expect(router.route).toEqual({ name: "role", council: "BCH", person: "kim" });
  cleanup();

  router.reset({ name: "people", council: "BCH" });
  router.go({ name: "role", council: "BCH", person: "kim" });
  render(ChangeRole);
  expect(await screen.findByRole("heading", { level: 1, name: "Change the role of kim@barchester.example" })).toHaveFocus();
  await waitFor(() => expect(screen.getByRole("radio", { name: "Editor" })).toBeChecked());
  await userEvent.click(screen.getByRole("radio", { name: "Lead" }));
  expect(calls).not.toHaveBeenCalledWith("set_role", expect.anything());
  await press("Change role");
  expect(calls).toHaveBeenCalledWith("set_role", { council: "BCH", person: "kim", role: "lead" });
  await waitFor(() => expect(notice.current?.text).toBe("kim@barchester.example is now a lead."));
  expect(router.route).toEqual({ name: "people", council: "BCH" });
});

test("one's own role is asked again, and keeping it changes nothing", async () => {
  router.reset({ name: "role", council: "BCH", person: "sam" });
  render(ChangeRole);
  await waitFor(() => expect(screen.getByRole("radio", { name: "Lead" })).toBeChecked());
  await press("Change role");
  expect(await screen.findByText("There is a problem")).toBeVisible();
  await userEvent.click(screen.getByRole("radio", { name: "Editor" }));
  await press("Change role");
  expect(screen.getByText(/You will no longer be a lead of Barchester City Council/)).toBeVisible();
  await press("Keep my role");
  expect(screen.getByRole("button", { name: "Change role" })).toHaveFocus();
  expect(calls).not.toHaveBeenCalledWith("set_role", expect.anything());
  await press("Change role");
  await press("Change my role");
  expect(calls).toHaveBeenCalledWith("set_role", { council: "BCH", person: "sam", role: "editor" });
  await waitFor(() => expect(router.route).toEqual({ name: "council" }));
});

test("removing and keeping a person leave the keyboard on the page", async () => {
  render(People);
  await screen.findByRole("row", { name: /kim@/ });
  await press("Remove kim@barchester.example");
  await press("Keep person");
  expect(screen.getByRole("button", { name: "Remove kim@barchester.example" })).toHaveFocus();
  await press("Remove kim@barchester.example");
  await press("Remove person");
  await waitFor(() => expect(screen.queryByRole("row", { name: /kim@/ })).toBeNull());
  expect(screen.getByRole("region", { name: "People at Barchester City Council" })).toHaveFocus();
});

test("approving a request and cancelling an invitation leave the keyboard on the page", async () => {
  const domain = { domain: "shared.example", council: "BCH", council_name: "", status: "asked", evidence: "We run it" } as const;
  page.domains = [
    { ...domain, added_by: "jo@shared.example", added_at: null, from: null, until: null, below: false, person: "jo", lets_in: 1 },
  ];
  page.invitations = [
    {
      id: "i",
      council: "BCH",
      council_name: "",
      email: "lee@x.example",
      role: "editor",
      invited_by: "",
      invited_at: "2026-11-01T10:00:00Z",
    },
  ];
  render(People);
  await screen.findByText("We run it");
  await press("Approve the request from jo@shared.example");
  await waitFor(() => expect(screen.getByRole("heading", { level: 1 })).toHaveFocus());
  expect(notice.current?.text).toContain("We have emailed them");
  await press("Cancel invitation to lee@x.example");
  await waitFor(() => expect(screen.getByRole("heading", { level: 2, name: "Invite someone" })).toHaveFocus());
});

test("an invitation with a wrong address has an error summary with the focus, each time", async () => {
  mockIPC((command) => {
    if (command === "invite") throw { code: "not_an_email" };
    return command === "council_people" ? page : [];
  });
  render(People);
  await screen.findByRole("row", { name: /kim@/ });
  for (let time = 0; time < 2; time++) {
    await press("Send invitation");
    const summary = (await screen.findByRole("alert")).closest("[tabindex]");
    await waitFor(() => expect(summary).toHaveFocus());
  }
});

test("people, approval, activity and data are pages of their own", { timeout: SLOW }, async () => {
  render(People);
  await screen.findByRole("row", { name: /kim@/ });
  for (const [link, heading, part] of [
    ["Approval", "Approval settings for Barchester City Council", "approval"],
    ["Activity", "Activity log of Barchester City Council", "activity"],
    ["Data", "Data about Barchester City Council", "data"],
  ] as const) {
    await userEvent.click(screen.getByRole("link", { name: link }));
    expect(router.route).toEqual({ name: "people", council: "BCH", part });
    expect(await screen.findByRole("heading", { level: 1, name: heading })).toHaveFocus();
    expect(screen.getByRole("link", { name: link })).toHaveAttribute("aria-current", "page");
  }
  router.back();
  expect(await screen.findByRole("heading", { level: 1, name: "Activity log of Barchester City Council" })).toHaveFocus();
});
