/** The activity log. */
import type { AuditAction, ReviewPolicy } from "../../bindings";
import { counted } from "../plural";
import { inbox } from "./inbox";

/** Every action needs words: one without fails the type check. */
const actions: Record<AuditAction, string> = {
  publish: "Published a project",
  confirm: "Confirmed the details of a project",
  ask_for_review: "Sent a project for review",
  return: "Asked for changes to a project",
  decline: "Rejected a project",
  withdraw: "Withdrew a project",
  sign_in: "Signed in",
  sign_out_device: "Signed out a laptop",
  set_role: "Changed a person’s role",
  remove_access: "Removed a person",
  invite: "Invited a person",
  withdraw_invitation: "Cancelled an invitation",
  accept_invitation: "Accepted an invitation",
  decline_invitation: "Declined an invitation",
  change_settings: "Changed the approval settings",
  ask_for_council: "Asked to act for a council",
  add_domain: "Added an email domain",
  remove_domain: "Removed an email domain",
  let_in: "Approved a request to join",
  decline_domain: "Declined a request to join",
  change_address: "Changed their email address",
  lead_for_now: "Became an unconfirmed lead",
  vouch: "Vouched for a lead of another council",
  object: "Objected to an unconfirmed lead",
  take_seat_back: "Removed a person from a project team",
  export_council: "Downloaded the council’s data",
  lapse: "Email address not confirmed in time",
  add_lead: "Made a person a lead",
  add_coordinator: "Made a person a coordinator",
  remove_coordinator: "Removed a coordinator",
  remind: "Reminded the leads of a review",
  erase: "Deleted their account",
  report: "Reported a project",
  close_report: "Closed a report",
  purge: "Deleted a project permanently",
  read_team: "Viewed a team-only project",
  name_successors: "Recorded a merger or split",
  take_over: "Moved projects to a new council",
  enrol_second_factor: "Set up a second step for signing in",
  turn_off_second_factor: "Turned off their second step",
  new_recovery_codes: "Made new recovery codes",
  use_recovery_code: "Used a recovery code",
  ask_factor_reset: "Asked to reset a second step",
  call_off_factor_reset: "Cancelled the reset of a second step",
  reset_second_factor: "Reset a second step",
  issue_code: "Issued a sign-in code",
  set: "Changed the registry’s details",
  import_councils: "Imported councils",
  import_services: "Imported services",
  import_projects: "Imported projects",
  generate: "Added made-up projects",
  sample: "Added sample data",
  begin_new_history: "Restored from a backup",
};

const reviewed: Record<ReviewPolicy, string> = {
  none: "Nothing needs approval",
  first: "New editors’ first projects need approval",
  all: "Everything needs approval, except from leads",
};

/** What the registry says about itself, by the name of its setting. */
const settings: Record<string, string> = {
  name: "Name",
  operator: "Operator",
  place: "Place",
  privacy_notice: "Privacy notice",
  terms: "Terms",
  second_factor: "Who needs a second step",
  second_factor_days: "Days to set up a second step",
};

export const activity = {
  link: "Activity log",
  title: "Activity log",
  own: "Your activity",
  of: (council: string) => `Activity log of ${council}`,
  operator: "Registry operator",
  /** An action without words, from another version of the registry, is shown as it is. */
  action: (action: string) => (Object.hasOwn(actions, action) ? actions[action as AuditAction] : action),
  role: inbox.role,
  settings,
  reviewed,
  editors: { true: "editors can approve", false: "editors cannot approve" },
  coordinators: { true: "coordinators can approve", false: "coordinators cannot approve" },
  records: {
    new: (n: number) => counted(n, "record added", "records added"),
    changed: (n: number) => counted(n, "record changed", "records changed"),
    unchanged: (n: number) => counted(n, "record unchanged", "records unchanged"),
    claimed: (n: number) => counted(n, "record skipped", "records skipped"),
  },
  /** Projects that moved to a council, which is named by its code if it is no longer in the catalogue. */
  moved: (n: number, council: string) => `${counted(n, "project", "projects")} moved to ${council}`,
  replaced: (councils: string, date: string) => `Replaced by ${councils} on ${date}`,
  cancelled: "Merger cancelled",
  newProject: "new project",
  /** Details after the title of a project. */
  aside: (about: string) => `(${about})`,
  fields: (fields: string) => `Changed: ${fields}`,
  reason: (reason: string) => `Reason: ${reason}`,
  on: (device: string) => `on laptop ${device}`,
  more: "Show earlier activity",
  empty: "No activity yet.",
};
