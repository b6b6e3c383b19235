/** One's own council's projects. */
import { counted } from "../plural";

export const council = {
  title: "Our council",
  count: (n: number) => counted(n, "project", "projects"),
  view: "Show as",
  board: "Board",
  list: "List",
  newDraft: "New draft",
  acting: "You act for",
  phases: "Projects by phase",
  empty: {
    title: "No projects yet",
    text: "What your council is working on appears here once it is published. Start with a draft: it stays on this laptop until you send it.",
  },
  nobody: {
    title: "Sign in to see your council’s projects",
    text: "You can read what is open to everyone without signing in.",
    signIn: "Sign in",
  },
  none: {
    title: "You are not at a council",
    text: "Your email address belongs to no council that this registry knows. You can still read and search. Ask whoever operates the registry to add your council’s domain.",
  },
  column: { title: "Project", phase: "Phase", needs: "Needs", open: "Working with others", visibility: "Who can see it", confirmed: "Confirmed" },
  draft: "You have a draft of a change",
  openDraft: (title: string) => `Open your draft of ${title}`,
  never: "Never",
  emptyPhase: "None",
};
