/** The person's own council. */
import { screens } from "../../../../words/en.json";
import { counted } from "../plural";

export const council = {
  title: screens.council,
  view: "Show as",
  board: "Board",
  list: "List",
  newDraft: "New draft",
  acting: "Acting for",
  ends: (date: string) => (date ? `From ${date} this council is replaced by:` : "This council is replaced by:"),
  phases: "Projects by phase",
  listed: "Projects in a list",
  newDrafts: (n: number) => `${counted(n, "draft of a new project", "drafts of new projects")} on this laptop, not sent yet`,
  empty: {
    title: "No projects yet",
    text: "What your council is working on appears here once it is published. Start with a draft: it stays on this laptop until you send it.",
  },
  unread: "The catalogue is not on this laptop yet. Your council’s projects appear here when it has been read.",
  nobody: {
    title: "Sign in to see your council’s projects",
    text: "You can read what is open to everyone without signing in.",
    signIn: "Sign in",
  },
  none: {
    title: "You are not at a council",
    text: "Your email address belongs to no council that this registry knows. You can still read and search. Ask whoever operates the registry to add your council’s domain.",
  },
  broken: { title: "Your council’s projects can’t be read", again: "Try again" },
  column: {
    title: "Project",
    phase: "Phase",
    needs: "Needs",
    open: "Open to others",
    visibility: "Who can see it",
    confirmed: "Confirmed",
  },
  goOn: "Go on with your draft",
  goOnOf: (title: string) => `of ${title}`,
  never: "Never",
};
