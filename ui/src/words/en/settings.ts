/** Settings: registry, account, theme, text size. */
import { screens } from "../../../../words/en.json";
import { counted, number } from "../plural";

/** What stays on the laptop after signing out: "2 drafts stay on this laptop, 1 of them waiting to send." */
function stays(drafts: number, waiting: number): string {
  if (drafts === 0) return "You have no unsent drafts on this laptop.";
  const stay = `${counted(drafts, "draft stays", "drafts stay")} on this laptop`;
  const back = drafts === 1 ? "It will be here when you sign in again." : "They will be here when you sign in again.";
  if (waiting === 0) return `${stay}. ${back}`;
  if (drafts === 1) return `${stay}, waiting to send. ${back}`;
  if (waiting === drafts) return `${stay}, all of them waiting to send. ${back}`;
  return `${stay}, ${number(waiting)} of them waiting to send. ${back}`;
}

export const settings = {
  title: screens.settings,
  sections: {
    account: "Account",
    factor: "Second step",
    laptops: "Laptops",
    data: "Your data",
    registry: "Registry",
    services: "What you work on",
    look: "Theme and text size",
    offline: "Work offline",
    about: "About Guildhall",
  },
  saved: "Saved",

  account: {
    email: "Email address",
    councils: "Councils",
    noCouncil: "None. Your address is not one of a council that this registry knows.",
    actFor: "Which council do you act for?",
    actForHint: "New drafts are written for this council, and Our council shows its projects.",
    session: "Signed in",
    kept: "Until you sign out",
    untilClosed: "Until you close Guildhall",
    untilClosedWhy: "This laptop has no keychain that Guildhall can use to keep you signed in.",
    ended: "No longer",
    endedWhy: "Sign in again to send what waits. What you wrote is on this laptop.",
    signOut: "Sign out",
    signIn: "Sign in",
    signInAgain: "Sign in again",
    nobody: "You are not signed in",
    nobodyText: "You can read what is open to everyone. Sign in to see what councils share among themselves, and to send projects.",
  },

  signOut: {
    heading: "Sign out?",
    stays,
    waits: "What waits is not sent until then.",
    goes: "The copy of the catalogue that you see as a signed-in person is removed. What is open to everyone is read again.",
    signOut: "Sign out",
    stay: "Stay signed in",
    done: "You are signed out.",
    leaving: "Signing out",
  },

  registry: {
    name: "Name",
    none: "No registry is chosen yet.",
    change: "Change registry",
    changeHeading: "Change registry",
    changeExplain:
      "Drafts belong to the registry they were written for. They stay on this laptop, and are here again when you come back to it.",
    changeSignsOut: "You will have to sign in to the other registry.",
    changed: (name: string) => `You are using ${name} now.`,
    same: "You are using this registry already.",
  },

  data: {
    held: "The registry holds your email address, the councils you act for, the laptops you use, what you sent and what you did. Projects belong to their councils.",
    save: "Save a copy",
    fileName: (date: string) => `guildhall-my-data-${date}.json`,
    saved: "Everything that the registry holds about you is in that file.",
    eraseTitle: "Delete your account",
    eraseText:
      "Your email address and name are removed from the registry, from projects’ contacts and their earlier versions, and from everybody’s laptops at their next contact.",
    begin: "Delete your account",
    heading: "Delete your account?",
    goes: "This can’t be undone.",
    drafts: (n: number) =>
      `${counted(n, "draft", "drafts")} on this laptop ${n === 1 ? "is" : "are"} deleted, too. What is published stays with its council.`,
    noDrafts: "What you published stays with its council.",
    saveDrafts: "Save your drafts to a file",
    lead: "If you are a council’s only lead, the coordinators look after it until it has another one.",
    text: "Text that people wrote is not searched. If a project’s text names you, ask its council to change it.",
    names: "Your name, as projects’ contacts have it",
    namesHint: "If there is more than one, put each on a line of its own.",
    tooMany: (n: number) => `Enter at most ${n} names`,
    confirm: "Your email address",
    confirmHint: (email: string) => `To confirm, enter ${email}`,
    mismatch: "Enter the address that you are signed in with",
    erase: "Delete my account",
    keep: "Keep my account",
    done: "Your account is deleted. Nothing of it is left on this laptop.",
  },

  services: {
    explain: "Projects about these services come first in Find.",
  },

  theme: {
    legend: "Theme",
  },

  textSize: {
    legend: "Text size",
    hint: "The whole window grows with its text.",
    size: (percent: number) => (percent === 100 ? "100% (standard)" : `${percent}%`),
  },

  offline: {
    explain:
      "While this is on, Guildhall makes no connection at all. You can go on searching, reading and writing; what you send waits until you turn it off.",
    legend: "Work offline",
    on: "On: make no connection",
    off: "Off: connect whenever possible",
    keep: "How long may this laptop go without a connection?",
    keepHint:
      "After that, what is not open to everyone is hidden and then removed, in case the laptop is lost. It comes back when you connect. Drafts stay.",
    days: (n: number) => counted(n, "day", "days"),
  },

  about: {
    version: "Version",
    licence: "Licence",
    licenceText: "MIT: free to use, change and share",
    text: "Guildhall shows what councils’ digital teams are working on, and who has the same need. The catalogue, and what you write, are kept on this laptop.",
    onDevice: "What Guildhall keeps here",
    onDeviceText:
      "A copy of the catalogue, as far as you may see it, and your drafts. Your sign-in is kept in this laptop’s keychain, never in a file.",
  },
};
