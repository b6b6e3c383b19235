import { expect, test } from "vitest";
import type { AuditEntry } from "../../../bindings";
import { aboutText, changedFields, projectOf } from "./entryText";

const entry = (more: Partial<AuditEntry>): AuditEntry => ({
  id: "1",
  at: "2026-11-27T10:00:00Z",
  by: "sam@barchester.example",
  device: "",
  action: "publish",
  subject: "council/BCH",
  name: "",
  detail: "",
  fields: [],
  reason: "",
  request: "",
  ...more,
});
const nameOf = (code: string) => ({ CAS: "Casterbridge District Council", HOL: "Holby City Council" })[code] ?? code;

test.each([
  [
    "change_settings",
    "review all, editors decide: false, delegated: true",
    "Everything needs approval, except from leads, editors cannot approve, coordinators can approve",
  ],
  ["import_services", "Tally { new: 0, changed: 0, unchanged: 191, claimed: 0 }", "191 records unchanged"],
  ["import_projects", "Tally { new: 1, changed: 2, unchanged: 0, claimed: 3 }", "1 record added, 2 records changed, 3 records skipped"],
  ["sample", "Tally { new: 0, changed: 0, unchanged: 0, claimed: 0 }", ""],
  ["name_successors", "CAS, HOL, 2027-04-01", "Replaced by Casterbridge District Council, Holby City Council on 1 April 2027"],
  ["name_successors", "", "Merger cancelled"],
  ["take_over", "CAS, 3", "3 projects moved to Casterbridge District Council"],
  ["take_over", "version 4", ""],
  ["set_role", "lead", "Lead"],
  ["set_role", "something_new", ""],
  ["add_domain", "shared-services.example", "shared-services.example"],
  ["publish", "version 3", ""],
  ["publish", "version 1", "new project"],
  ["change_settings", "of a later version", ""],
  ["from_next_year", "a_code: true", ""],
])("%s, %s is told in words: %s", (action, detail, said) => {
  expect(aboutText(entry({ action, detail }), nameOf)).toBe(said);
});

test("what was acted on is named before the details", () => {
  const changed = entry({ action: "set_role", subject: "person/1", name: "kim@barchester.example", detail: "editor" });
  expect(aboutText(changed, nameOf)).toBe("kim@barchester.example, Editor");
  expect(aboutText(entry({ action: "set", subject: "privacy_notice" }), nameOf)).toBe("Privacy notice");
  expect(projectOf(entry({ subject: "project/abc" }))).toBe("abc");
});

test("an edit lists the names of its fields, and a new project none", () => {
  const fields = ["why", "contract_ends", "why", "from_a_later_version"];
  expect(changedFields(entry({ detail: "version 3", fields }))).toBe("Why it is being done, Contract end");
  expect(changedFields(entry({ detail: "version 1", fields }))).toBe("");
});
