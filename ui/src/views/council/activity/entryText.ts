/**
 * What an entry of the activity log says, in words. The registry stores details in a form of its own for each action,
 * which logs that were written years ago still have; what this version cannot read is left out rather than shown as
 * code.
 */
import type { AuditEntry } from "../../../bindings";
import { words } from "../../../words";
import { day } from "../../../words/dates";

const own = words.activity;

/** The project that an entry is about; empty if it is about something else. */
export function projectOf(entry: AuditEntry): string {
  return entry.subject.startsWith("project/") ? entry.subject.slice("project/".length) : "";
}

/** What the action was done to, other than a project, and its details. `nameOf` names a council by its code. */
export function aboutText(entry: AuditEntry, nameOf: (code: string) => string): string {
  return [entry.name, detailText(entry, nameOf)].filter(Boolean).join(", ");
}

/** The names of the fields that an edit changed; empty for a new project. */
export function changedFields(entry: AuditEntry): string {
  // Older registries log the fields of a new project too, the empty ones as well.
  if (entry.detail === "version 1") return "";
  const names: Record<string, string> = words.council.fields;
  return [...new Set(entry.fields)]
    .map((field) => names[field] ?? "")
    .filter(Boolean)
    .join(", ");
}

function detailText({ action, detail, subject }: AuditEntry, nameOf: (code: string) => string): string {
  switch (action) {
    case "publish":
      return detail === "version 1" ? own.newProject : "";
    case "set_role":
    case "invite":
    case "withdraw_invitation":
    case "accept_invitation":
    case "decline_invitation":
    case "vouch":
      return Object.hasOwn(own.role, detail) ? own.role[detail as keyof typeof own.role] : "";
    case "change_settings":
      return settingsText(detail);
    case "import_councils":
    case "import_services":
    case "import_projects":
    case "sample":
    case "generate":
      return countsText(detail);
    case "name_successors":
      return successorsText(detail, nameOf);
    case "take_over":
      return movedText(detail, nameOf);
    case "set":
      return own.settings[subject] ?? "";
    case "add_domain":
    case "remove_domain":
    case "let_in":
    case "decline_domain":
    case "sign_out_device":
      // A domain, or the name that someone gave a laptop.
      return detail;
    default:
      return "";
  }
}

/** `review all, editors decide: false, delegated: true` */
function settingsText(detail: string): string {
  const found = /^review (\w+), editors decide: (true|false), delegated: (true|false)$/.exec(detail);
  if (!found) return "";
  const [, review = "", editors, delegated] = found;
  const reviewed = Object.hasOwn(own.reviewed, review) ? own.reviewed[review as keyof typeof own.reviewed] : "";
  return [reviewed, own.editors[editors as "true" | "false"], own.coordinators[delegated as "true" | "false"]].filter(Boolean).join(", ");
}

/** `Tally { new: 12, changed: 0, unchanged: 191, claimed: 0 }` */
function countsText(detail: string): string {
  return [...detail.matchAll(/(new|changed|unchanged|claimed): (\d+)/g)]
    .map(([, kind, n]) => ({ kind: kind as keyof typeof own.records, n: Number(n) }))
    .filter(({ n }) => n > 0)
    .map(({ kind, n }) => own.records[kind](n))
    .join(", ");
}

/** `CAS, HOL, 2027-04-01`; empty if the merger was cancelled. */
function successorsText(detail: string, nameOf: (code: string) => string): string {
  const parts = detail.split(", ").filter(Boolean);
  const from = parts.pop();
  return from && parts.length > 0 ? own.replaced(parts.map(nameOf).join(", "), day(from)) : own.cancelled;
}

/** `CAS, 3` */
function movedText(detail: string, nameOf: (code: string) => string): string {
  const found = /^(\S+), (\d+)$/.exec(detail);
  return found?.[1] && found[2] ? own.moved(Number(found[2]), nameOf(found[1])) : "";
}
