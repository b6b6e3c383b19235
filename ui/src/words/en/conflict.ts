/** Conflicts, and unused text. */
import { counted } from "../plural";

const list = (names: string[]) => new Intl.ListFormat("en-GB").format(names);

export const conflict = {
  text: (clashing: string[], others: number, by: string) => {
    const rest = others === 0 ? "" : ` Your other ${counted(others, "change is", "changes are")} fine.`;
    return `Your text is safe. You and ${by || "someone else"} both changed ${list(clashing)}.${rest}`;
  },
  before: "Before",
  yours: "Yours",
  theirs: "Theirs",
  written: (when: string) => `Yours, written ${when}`,
  publishedBy: (when: string, by: string) => `Theirs, published${when ? ` ${when}` : ""}${by ? ` by ${by}` : ""}`,
  nothing: "Nothing",
  removed: "Removed",
  showChanges: "Show changes",
  hideChanges: "Hide changes",
  changesIn: (whose: string, field: string) => `Changes in ${whose.toLowerCase()}: ${field}`,
  addedWords: "added: ",
  removedWords: "removed: ",
  endOfChange: " (end of change) ",
  anew: "Write a new version",
  anewLabel: (field: string) => `New version of ${field}`,
  whose: (whose: string, field: string) => `${whose}: ${field}`,
  send: "Send",
  sendLater: "Send when online",
  write: "Save and keep editing",
  allMine: "Use all my changes",
  allTheirs: "Use all their changes",
  undo: "Undo",
  undone: "Last choice undone.",
  chooseFor: (field: string) => `Select which ${field} to use`,
  kept: "We keep the version you do not use for 90 days.",
  nothingLeft: "You used all their changes, so there is nothing to send. We keep your text for 90 days under Unused text.",
  merged: (fields: string[], by: string) =>
    `${by || "Someone else"} changed ${list(fields.map((field) => field.toLowerCase()))} while you were writing. Guildhall combined both changes.`,
  history: {
    title: "Unused text",
    lede: "If two people change the same project, the text that was not used stays on this laptop for 90 days.",
    empty: "No unused text",
    mine: "Your text",
    theirs: "Their text",
    until: (day: string) => `Kept until ${day}`,
    bringBack: "Restore",
    bringBackOf: (field: string, title: string) => `: ${field} of ${title}`,
    back: "Restored to your draft. We keep the text it replaced under Unused text.",
  },
};
