/** The parts of the catalogue besides projects, and the pages of a council and of a service. */
import type { Phase } from "../../bindings";
import { counted } from "../plural";

/** The phases in the order in which a council's or a service's page lists them. */
const phases: Phase[] = ["live", "beta", "alpha", "discovery", "idea", "retired", "stopped"];

export const catalogue = {
  parts: "Parts of the catalogue",
  part: { projects: "Projects", needs: "Needs", services: "Services", products: "Products" },
  none: "Nothing here yet",
  noneText: "When projects name one, it will appear here.",
  failed: "We could not open this page",
  again: "Try again",

  needs: {
    title: "User needs",
    filter: "Search needs",
    found: (n: number) => counted(n, "need", "needs"),
    nothing: "No needs contain all these words.",
  },
  services: {
    title: "Services",
    filter: "Search services",
    found: (n: number) => counted(n, "service", "services"),
    counts: (projects: number, councils: number) =>
      `${counted(projects, "project", "projects")} by ${counted(councils, "council", "councils")}`,
    nothing: "No service has these words.",
  },
  products: {
    title: "Products and suppliers",
    filter: "Search products and suppliers",
    found: (n: number) => counted(n, "product", "products"),
    from: (supplier: string) => `from ${supplier}`,
    unnamed: "Product not named",
    nothing: "No product or supplier has these words.",
  },

  council: {
    working: "What it is working on",
    none: "You can see no projects of this council.",
    contact: "To reach the council, contact the team of one of its projects.",
    closed: (date: string) => `This council closed on ${date}.`,
    after: "Replaced by",
    before: "Replaced",
    from: (date: string) => `from ${date}`,
    area: (area: string) => `(${area})`,
    gone: { title: "Council not found", text: "This council is not in the catalogue on this laptop." },
    find: "Find in projects",
  },
  service: {
    caption: "Service",
    projects: "Projects",
    needs: "User needs",
    none: "You can see no projects about this service.",
    counts: (projects: number, councils: number) =>
      `${counted(projects, "project", "projects")} by ${counted(councils, "council", "councils")}`,
    gone: { title: "Service not found", text: "This service is not in the catalogue on this laptop." },
    find: "Find in projects",
  },
  phases,
  phaseCount: (phase: string, n: number) => `${phase} (${n})`,
};
