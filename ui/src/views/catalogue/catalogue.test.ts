/** The pages of the catalogue besides search: its parts, a council, a service. */
import { clearMocks, mockIPC } from "@tauri-apps/api/mocks";
import { cleanup, render, screen, within } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type {
  CouncilProfile as Profile,
  CouncilRow,
  Failure,
  NeedRow,
  ProductRow,
  ProjectRow,
  ServicePage,
  ServiceRow,
  Start,
} from "../../bindings";
import { notice } from "../../stores/notice.svelte";
import { router } from "../../stores/router.svelte";
import { search } from "../../stores/search.svelte";
import { session } from "../../stores/session.svelte";
import { screens } from "../screens";
import Catalogue from "./Catalogue.svelte";
import Needs from "./parts/Needs.svelte";
import Products from "./parts/Products.svelte";
import { remembered } from "./parts/remembered.svelte";
import Services from "./parts/Services.svelte";
import CouncilProfile from "./places/CouncilProfile.svelte";
import Service from "./places/Service.svelte";
import { projectPage } from "./project/fixtures";
import StillRight from "./project/StillRight.svelte";

const council = { code: "CAS", name: "Casterbridge District Council", name_cy: "" };
const project = (id: string, more: Partial<ProjectRow> = {}): ProjectRow => ({
  id,
  title: `Project ${id}`,
  summary: "",
  lang: "en",
  council,
  phase: "beta",
  collaboration: "not_now",
  ...more,
});
const row = (id: string, more: Partial<CouncilRow> = {}): CouncilRow => ({
  id,
  title: `Project ${id}`,
  summary: "",
  lang: "en",
  phase: "beta",
  needs: 1,
  collaboration: "not_now",
  visibility: "public",
  confirmed_at: null,
  stale: false,
  unclaimed: false,
  draft: null,
  confirmation: { allowed: true, due: true, own: true, draft: null, state: null },
  ...more,
});
const need = (id: string): NeedRow => ({ id, as_a: "resident", i_need: `do ${id}`, so_that: "", project: project("p", { lang: "cy" }) });

const calls = vi.fn();
let needs: NeedRow[];
let services: ServiceRow[];
let products: ProductRow[];
let profile: Profile | Failure;
let service: ServicePage;

beforeEach(() => {
  calls.mockReset();
  needs = [need("n1"), need("n2")];
  services = [
    { service: { id: 524, name: "Missed bins" }, projects: 3, councils: 2 },
    { service: { id: 13, name: "Parking permits" }, projects: 1, councils: 1 },
  ];
  products = [{ product: "BinTrack", supplier: "Acme", projects: [project("a")] }];
  mockIPC(
    (command, args) => {
      calls(command, args);
      if (command === "parts") return { projects: 82, needs: 112, services: 2, products: 1 };
      if (command === "find") return { projects: 0, needs: 0, offset: 0, rows: [] };
      if (command === "facets") return { phases: [], councils: [], nations: [], regions: [], services: [], collaborations: [], tags: [] };
      if (command === "needs") {
        const { text } = args as { text: string };
        const rows = needs.filter((one) => one.i_need.includes(text));
        return { total: rows.length, rows };
      }
      if (command === "services_in_use") return services;
      if (command === "products") return products;
      if (command === "service_page") return service;
      if (command === "council_profile") {
        if ("code" in profile && typeof profile.code === "string") throw profile;
        return profile;
      }
      if (command === "project") return projectPage((args as { id: string }).id);
      return null;
    },
    { shouldMockEvents: true },
  );
  Object.assign(remembered, { needs: "", services: "", products: "" });
  router.reset();
  search.clear();
  notice.clear();
  vi.spyOn(HTMLElement.prototype, "clientHeight", "get").mockReturnValue(600);
});

afterEach(async () => {
  cleanup();
  session.start = null;
  // Listeners are removed a moment after the screen is destroyed.
  await new Promise((done) => setTimeout(done));
  clearMocks();
});

test("needs stand with their project and council, in the language of the project, and open it", async () => {
  render(Needs);
  const list = await screen.findByRole("listbox", { name: "User needs" });
  const first = within(list).getAllByRole("option")[0]!;
  expect(first).toHaveTextContent("As a resident I need to do n1");
  expect(first).toHaveTextContent("Project p · Casterbridge District Council");
  expect(first.querySelector("[lang='cy']")).toHaveTextContent("resident");
  expect(screen.getByText("2 needs")).toBeVisible();
  list.focus();
  await userEvent.keyboard("{ArrowDown}{Enter}");
  expect(router.route).toEqual({ name: "project", id: "p" });
});

test("needs are narrowed by words", async () => {
  render(Needs);
  await screen.findByText("2 needs");
  await userEvent.type(screen.getByLabelText("Search needs"), "n2");
  expect(await screen.findByText("1 need")).toBeVisible();
  await userEvent.type(screen.getByLabelText("Search needs"), "x");
  expect(await screen.findByText("No needs contain all these words.")).toBeVisible();
});

test("the parts of the catalogue are links with counts, and say which one this is", async () => {
  router.reset({ name: "services" });
  render(Services);
  const links = await screen.findByRole("navigation", { name: "Parts of the catalogue" });
  expect(await within(links).findByRole("link", { name: "Projects 82" })).toBeVisible();
  expect(within(links).getByRole("link", { name: "Services 2" })).toHaveAttribute("aria-current", "page");
});

test("a service opens its page, from one Tab stop", async () => {
  render(Services);
  const list = await screen.findByRole("listbox", { name: "Services" });
  expect(within(list).getAllByRole("option")[0]).toHaveTextContent("Missed bins 3 projects by 2 councils");
  list.focus();
  await userEvent.keyboard("{ArrowDown}{ArrowDown}{Enter}");
  expect(router.route).toEqual({ name: "service", id: 13 });
});

test("a product shows who supplies it and its projects", async () => {
  render(Products);
  await userEvent.click(await screen.findByText(/BinTrack/));
  expect(screen.getByText(/from Acme/)).toBeVisible();
  expect(screen.getByRole("link", { name: "Project a" })).toBeInTheDocument();
});

test("a council's page has its projects by phase, what came before and after, and no results beside", async () => {
  const other = { council: { code: "BCH", name: "Barchester City Council", name_cy: "" }, from: "2027-04-01", area: "" };
  profile = {
    council,
    council_type: "Non-metropolitan district",
    region: "South West",
    ended: null,
    successors: [other],
    predecessors: [],
    projects: [row("a", { phase: "alpha" }), row("b", { phase: "live" })],
  };
  router.reset({ name: "councilPage", code: "CAS" });
  render(CouncilProfile);
  expect(await screen.findByRole("heading", { level: 1, name: council.name })).toBeVisible();
  expect(screen.getAllByRole("heading", { level: 3 }).map((heading) => heading.textContent)).toEqual(["Live (1)", "Alpha (1)"]);
  expect(screen.getByText("from 1 April 2027")).toBeVisible();
  await userEvent.click(screen.getByRole("link", { name: "Barchester City Council" }));
  expect(router.route).toEqual({ name: "councilPage", code: "BCH" });
});

test("a council that is not here says so", async () => {
  profile = { code: "not_found" };
  router.reset({ name: "councilPage", code: "ZZZ" });
  render(CouncilProfile);
  expect(await screen.findByRole("heading", { level: 2, name: "Council not found" })).toBeVisible();
});

test("a service's page has what councils do about it and their needs, and finds them", async () => {
  service = { service: { id: 524, name: "Missed bins" }, projects: [project("a")], needs: [need("n1")] };
  router.reset({ name: "service", id: 524 });
  render(Service);
  expect(await screen.findByRole("heading", { level: 1, name: "Missed bins" })).toBeVisible();
  expect(screen.getByText("1 project by 1 council")).toBeVisible();
  await userEvent.click(screen.getByRole("button", { name: "Find in projects" }));
  expect(search.query.services).toEqual([524]);
  expect(router.route).toEqual({ name: "projects" });
});

test("a link to a page on the web is copied", async () => {
  const user = userEvent.setup();
  session.start = { registry: { address: "https://registry.example" } } as Start;
  service = { service: { id: 524, name: "Missed bins" }, projects: [], needs: [] };
  router.reset({ name: "service", id: 524 });
  render(Service);
  await user.click(await screen.findByRole("button", { name: "Copy link: Missed bins" }));
  expect(await navigator.clipboard.readText()).toBe("https://registry.example/services/524");
  expect(notice.current?.text).toBe("Link copied.");
});

test("a project that is opened from elsewhere stands alone, and goes back there", async () => {
  router.reset({ name: "council" });
  router.go({ name: "project", id: "a" });
  render(Catalogue);
  expect(await screen.findByRole("heading", { level: 1, name: "Project a" })).toBeVisible();
  expect(screen.queryByRole("listbox")).toBeNull();
  await userEvent.click(screen.getByRole("button", { name: "Back" }));
  expect(router.route).toEqual({ name: "council" });
  expect(screens.project).toBe(screens.projects);
});

test("one's own aged projects are confirmed with one press each", async () => {
  const sent = { allowed: true, due: true, own: true, draft: "d", state: "queued" as const };
  render(StillRight, {
    projects: [
      row("a"),
      row("b", { unclaimed: true }),
      row("sent", { confirmation: sent }),
      row("others", { confirmation: { ...sent, draft: null, state: null, own: false } }),
    ],
  });
  expect(screen.getAllByRole("listitem")).toHaveLength(2);
  await userEvent.click(screen.getByRole("button", { name: "This is ours: Project b" }));
  expect(calls).toHaveBeenCalledWith("confirm_project", { id: "b" });
  await userEvent.click(screen.getByRole("button", { name: "Still right: Project a" }));
  expect(calls).toHaveBeenCalledWith("confirm_project", { id: "a" });
});
