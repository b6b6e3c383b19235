/** Conflicts, and unused text. */
import { counted } from "../plural";

const list = (names: string[]) => new Intl.ListFormat("en-GB").format(names);

export const conflict = {
  text: (clashing: number, others: number) => {
    const all = clashing + others;
    const fields = `${clashing} of the ${counted(all, "thing", "things")} you changed ${clashing === 1 ? "was" : "were"} changed by them too`;
    const both = all === clashing ? `They changed ${all === 1 ? "it" : "all of it"} too` : fields;
    const rest = others === 0 ? "." : `; your other ${counted(others, "change", "changes")} ${others === 1 ? "doesn’t" : "don’t"} clash.`;
    return `Your text is safe. ${both}${rest}`;
  },
  before: "Before",
  yours: "Yours",
  theirs: "Theirs",
  written: (when: string) => `Yours, written ${when}`,
  publishedBy: (when: string, by: string) => `Theirs, published${when ? ` ${when}` : ""}${by ? ` by ${by}` : ""}`,
  nothing: "Nothing",
  removed: "Removed",
  addedWords: "added: ",
  removedWords: "removed: ",
  endOfChange: " (end of change) ",
  anew: "Write it anew from both",
  anewLabel: (field: string) => `${field}, written anew`,
  whose: (whose: string, field: string) => `${whose}: ${field}`,
  send: "Send when connected",
  write: "Go on writing first",
  allMine: "Take all of mine",
  allTheirs: "Take all of theirs",
  undo: "Undo",
  undone: "The last choice is undone.",
  chooseFor: (field: string) => `Choose yours or theirs: ${field}`,
  kept: "What you don’t take is kept for 90 days under",
  nothingLeft: "You took theirs throughout, so there is nothing to send. Your text is kept for 90 days under History.",
  merged: (fields: string[], by: string) =>
    `${by || "Someone else"} changed ${list(fields.map((field) => field.toLowerCase()))} while you were writing. Both changes are in the catalogue.`,
  history: {
    title: "History",
    lede: "What was not taken where two people changed the same thing. It is kept on this laptop for 90 days.",
    empty: "Nothing was left out in the last 90 days.",
    mine: "Your text",
    theirs: "Their text",
    until: (day: string) => `Kept until ${day}`,
    bringBack: "Bring it back",
    bringBackOf: (field: string, title: string) => `: ${field} of ${title}`,
    back: "It is back in your draft. What it replaced there is kept under History.",
  },
};
