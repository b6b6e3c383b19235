/** A draft for tests. */
import type { Draft, DraftForm, DraftRow } from "../../bindings";

export const row = (more: Partial<DraftRow> = {}): DraftRow => ({
  id: "d",
  project: "x",
  title: "Missed bins",
  council: { code: "BCH", name: "Barchester City Council", name_cy: "" },
  new: true,
  confirms: false,
  state: "draft",
  saved_at: "2026-11-23T10:42:00Z",
  sent_at: null,
  visibility: "public",
  attention: null,
  ...more,
});

export const form = (more: Partial<DraftForm> = {}): DraftForm => ({
  title: "Missed bins",
  summary: "",
  why: "",
  problem: "Residents ring us",
  needs: [],
  services: [],
  phase: "alpha",
  phase_dates: [],
  learned: "",
  approach: "not_decided",
  product: "",
  supplier: "",
  contract_ends: { day: "", month: "", year: "" },
  collaboration: "not_now",
  wanted: [],
  budget_band: "not_said",
  contact_mailbox: "digital@barchester.example",
  contact_name: "",
  lang: "en",
  links: [],
  tags: [],
  licence: "",
  reuse: "",
  visibility: "public",
  ...more,
});

export const draft = (more: Partial<DraftRow> = {}, rest: Partial<Draft> = {}): Draft => ({
  row: row(more),
  form: form(),
  before: null,
  reviewed: null,
  sections: [],
  cleaned: [],
  tries: 0,
  merged_with: null,
  ...rest,
});
