/** A project and a search result for tests. Fields that are not given are empty. */
import type { ProjectPage, Row } from "../../../bindings";

export function projectPage(id: string, project: Partial<ProjectPage["project"]> = {}, more: Partial<ProjectPage> = {}): ProjectPage {
  return {
    id,
    project: {
      council: "CAS",
      title: `Project ${id}`,
      summary: "",
      why: "",
      problem: "",
      needs: [],
      services: [],
      phase: "beta",
      phase_dates: {},
      learned: "",
      approach: "not_decided",
      product: "",
      supplier: "",
      contract_ends: null,
      collaboration: "not_now",
      wanted: [],
      budget_band: "not_said",
      contact: { mailbox: "digital@casterbridge.example", name: "" },
      owner: null,
      lang: "en",
      links: [],
      tags: [],
      licence: "",
      reuse: "",
      visibility: "public",
      confirmed_at: null,
      created_at: null,
      changed_at: null,
      unclaimed: false,
      ...project,
    },
    council: { code: "CAS", name: "Casterbridge District Council", name_cy: "" },
    services: [],
    html: { why: "", problem: "", learned: "", reuse: "" },
    updates: [],
    stale: false,
    own: false,
    draft: null,
    confirmation: { allowed: false, due: false, own: false, draft: null, state: null },
    ...more,
  };
}

export function row(id: string): Row {
  return {
    id,
    title: [{ text: `Project ${id}`, mark: false }],
    council: "Casterbridge District Council",
    lang: "en",
    phase: "beta",
    context: [],
    collaboration: "not_now",
    stale: false,
    unclaimed: false,
  };
}
