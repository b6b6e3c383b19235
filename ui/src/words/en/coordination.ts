/** Coordination: requests and problems from all councils, and councils that merge or split. */
import { screens } from "../../../../words/en.json";
import type { Week } from "../../bindings";
import { counted } from "../plural";

/** A summary of the week, to paste elsewhere. */
function week(week: Week): string {
  const joined = counted(week.new_people, "person", "people");
  if (week.councils === 0) return `In the last 7 days nothing was published on Guildhall. ${joined} signed in for the first time.`;
  const projects = counted(week.new_projects, "new project", "new projects");
  const changes = counted(week.changes, "update", "updates");
  const councils = counted(week.councils, "council", "councils");
  return `In the last 7 days ${councils} published ${projects} and ${changes} to existing projects on Guildhall. ${joined} signed in for the first time.`;
}

const withAddress = (n: number) => `${counted(n, "person", "people")} with an address there ${n === 1 ? "has" : "have"} signed in`;

export const coordination = {
  title: screens.coordination,
  lede: "Requests and problems from all councils.",
  nothing: { title: "Nothing to do", text: "There are no open requests or reports." },
  overdue: (n: number) => `${counted(n, "review is", "reviews are")} more than 10 working days old`,
  overdueLink: "Go to reviews",
  domains: {
    title: "Email domain requests",
    text: (domain: string, council: string) => `${domain} for ${council}`,
    from: (by: string) => `Request from ${by || "someone"}`,
    add: "Add domain",
    addLabel: (domain: string, council: string) => `Add domain ${domain} for ${council}`,
    sureAdd: (domain: string, council: string, n: number) =>
      `If you add it, anyone with an email address at ${domain} can act for ${council}. ${withAddress(n)} already. Add the domain?`,
    added: (domain: string, council: string) => `People with an address at ${domain} can now act for ${council}.`,
    keep: "Cancel",
    person: "Approve this person only",
    personLabel: (by: string) => `Approve this person only: ${by}`,
    decline: "Decline",
    declineLabel: (by: string) => `Decline the request from ${by}`,
    listed: (n: number) => `Email domains (${n})`,
    below: "And every domain that ends with it",
    remove: "Remove domain",
    removeLabel: (domain: string, council: string) => `Remove domain ${domain} from ${council}`,
    sureRemove: (domain: string, council: string, n: number) =>
      `If you remove it, people can no longer act for ${council} because of an address at ${domain}. ${withAddress(n)}. Remove the domain?`,
    removed: (domain: string, council: string) => `${domain} is no longer a domain of ${council}.`,
  },
  interim: "Unconfirmed leads",
  without: "Councils without a lead",
  withoutText: "You review their projects until they have a lead. Open a council to invite one.",
  people: (council: string) => `People at ${council}`,
  councils: {
    title: "All councils",
    text: "Find a council to see its activity. You can invite a lead where there is none.",
    search: "Search councils",
    noMatch: "No council matches. Check your spelling or type fewer letters.",
    found: (n: number) => counted(n, "council", "councils"),
    more: (n: number) => `${counted(n, "more council", "more councils")}. Type to narrow the list.`,
    activity: (council: string) => `Activity log of ${council}`,
  },
  week: {
    title: "Weekly summary",
    text: week,
    copy: "Copy summary",
    copied: "Summary copied.",
    notCopied: "We could not copy the summary. Select it and press Ctrl+C.",
  },
  mergers: {
    title: "Mergers and splits",
    text: "Record which council replaces another, and from which day. From that day people from the old council can act for the new one with their old email addresses, for 1 year. Projects move when a lead of the new council moves them.",
    from: (council: string, date: string) => `${council} is replaced from ${date} by:`,
    successor: (council: string, area: string) => (area ? `${council} (${area})` : council),
    left: (n: number) => (n === 0 ? "All visible projects have moved" : `${counted(n, "project", "projects")} not moved yet`),
    begin: "Record a merger or split",
    cancelMerger: "Cancel merger",
    cancelLabel: (council: string) => `Cancel merger of ${council}`,
    sure: (council: string) =>
      `Are you sure you want to cancel the merger of ${council}? We will email the leads of these councils. Projects that have moved stay where they are.`,
    cancelYes: "Cancel merger",
    cancelNo: "Keep merger",
    cancelled: (council: string) => `The merger of ${council} is cancelled. We have emailed the leads.`,
  },
  merger: {
    title: "Record a merger or split",
    choose: "Select a council",
    council: "Which council is closing?",
    councilMissing: "Select the council that is closing",
    first: "First day of the new council",
    firstHint: "For example, 1 4 2027",
    firstMissing: "Enter the first day of the new council",
    firstWrong: "The first day of the new council must be a real date",
    after: (nth: number, of: number) => (of === 1 ? "Which council replaces it?" : `Council ${nth} that replaces it`),
    afterMissing: (nth: number, of: number) =>
      of === 1 ? "Select the council that replaces it" : `Select council ${nth} that replaces it`,
    area: (nth: number) => `Area covered by council ${nth}`,
    areaHint: "For example, north of the river",
    another: "Add another council",
    leaveOut: (nth: number) => `Remove council ${nth}`,
    impossible: "Select each council once. Do not select a council that this one replaced.",
    next: "Continue",
    cancel: "Cancel",
    check: {
      title: "Check the merger or split",
      closing: "Council that is closing",
      first: "First day",
      after: "Replaced by",
      mail: "When you save this, we will email the leads of all these councils.",
      save: "Save and email leads",
    },
    saved: "Saved. We have emailed the leads of these councils.",
  },
};
