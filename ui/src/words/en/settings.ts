/** Settings: registry, account, theme, text size. */
import { screens } from "../../../../words/en.json";
import { counted, number, plural } from "../plural";

/** What stays on the laptop after signing out: "2 drafts stay on this laptop, 1 of them waiting to send." */
function stays(drafts: number, waiting: number): string {
  if (drafts === 0) return "You have no unsent drafts on this laptop.";
  const stay = `${counted(drafts, "draft stays", "drafts stay")} on this laptop`;
  const back = plural(drafts, {
    one: "It will be here when you sign in again.",
    other: "They will be here when you sign in again.",
  });
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
    services: "Your services",
    look: "Theme and text size",
    offline: "Work offline",
    about: "About Guildhall",
  },
  saved: "Saved",

  account: {
    email: "Email address",
    councils: "Councils",
    noCouncil: "None. We do not recognise your email domain as a council’s.",
    actFor: "Which council are you working for?",
    actForHint: "New drafts are for this council, and Our council shows its projects.",
    session: "Session",
    kept: "Until you sign out",
    untilClosed: "Until you close Guildhall",
    untilClosedWhy: "This laptop has no keychain that Guildhall can use to keep you signed in.",
    ended: "Ended",
    endedWhy: "Sign in again to send your waiting drafts. They are still on this laptop.",
    signOut: "Sign out",
    signIn: "Sign in",
    signInAgain: "Sign in again",
    nobody: "You are not signed in",
    nobodyText: "You can see public projects. Sign in to see the projects that councils share with each other, and to send your own.",
  },

  signOut: {
    heading: "Sign out?",
    stays,
    waits: "We will not send waiting drafts until you sign in.",
    goes: "We will remove private projects from this laptop. Public projects stay.",
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
      "Drafts belong to the registry they were written for. They stay on this laptop. You can get them back by switching back.",
    changeSignsOut: "You will have to sign in to the other registry.",
    changed: (name: string) => `You are now using ${name}.`,
    same: "You are already using this registry.",
  },

  data: {
    held: "The registry holds your email address, the councils you act for, the laptops you use, what you sent and your activity. Projects belong to their councils.",
    save: "Save a copy",
    fileName: (date: string) => `guildhall-my-data-${date}.json`,
    saved: "The file has everything that the registry holds about you.",
    eraseTitle: "Delete your account",
    eraseText:
      "We will remove your email address and name from the registry, from the contacts of projects and their earlier versions, and from other people’s laptops when they next connect.",
    begin: "Delete your account",
    heading: "Delete your account?",
    goes: "You cannot undo this.",
    drafts: (n: number) =>
      `We will also delete ${counted(n, "draft", "drafts")} on this laptop. Published projects stay with their council.`,
    noDrafts: "Published projects stay with their council.",
    saveDrafts: "Save your drafts to a file",
    lead: "If you are a council’s only lead, the coordinators will review its projects until it has another lead.",
    text: "We do not remove your name from the text of projects. If a project names you, ask its council to change it.",
    names: "Your name as shown on projects",
    namesHint: "If there is more than one, enter each on its own line.",
    tooMany: (n: number) => `Enter ${number(n)} names or fewer`,
    confirm: "Your email address",
    confirmHint: (email: string) => `To confirm, enter ${email}`,
    mismatch: "Enter the email address that you are signed in with",
    erase: "Delete my account",
    keep: "Keep my account",
    done: "Your account is deleted. We have removed it from this laptop.",
  },

  services: {
    explain: "We will show projects about these services first.",
  },

  theme: {
    legend: "Theme",
  },

  textSize: {
    legend: "Text size",
    hint: "You can also press Ctrl with + or −.",
    size: (percent: number) => (percent === 100 ? "100% (standard)" : `${percent}%`),
  },

  offline: {
    explain:
      "While this is on, Guildhall does not use the internet. You can still search, read and write. What you send waits until you turn this off.",
    legend: "Work offline",
    on: "On: do not use the internet",
    off: "Off: connect when possible",
    keep: "Remove private projects after this long offline",
    keepHint: "This protects them if the laptop is lost. You get them back when you connect. Your drafts stay.",
    days: (n: number) => counted(n, "day", "days"),
  },

  about: {
    version: "Version",
    licence: "Licence",
    licenceText: "MIT: free to use, change and share",
    text: "Guildhall shows what councils’ digital teams are working on, and who has the same need. The catalogue and your drafts are on this laptop.",
    onDevice: "What Guildhall keeps here",
    onDeviceText:
      "A copy of the catalogue that you have access to, and your drafts. Your sign-in is in this laptop’s keychain, never in a file.",
  },
};
