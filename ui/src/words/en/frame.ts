/** The frame around every screen: top bar, rail, shortcuts, status line. */
import { screens } from "../../../../words/en.json";
import type { DraftState } from "../../bindings";
import type { ShortcutAction } from "../../stores/shortcuts.svelte";
import { counted, number, plural } from "../plural";

const keys: Record<ShortcutAction, string> = {
  search: "Search projects",
  newDraft: "Start a new draft",
  nextPane: "Next part of the window (with Shift, the previous one)",
  back: "Go back",
  forward: "Go forward",
  sync: "Sync now",
  larger: "Make text larger",
  smaller: "Make text smaller",
  normal: "Make text its normal size",
  keys: "Show keyboard shortcuts",
};

/** What became of a draft that was sent. The other states come of what the person does. */
const delivered: Partial<Record<DraftState, (title: string) => string>> = {
  needs_attention: (title) => `Needs attention: ${title}`,
  in_review: (title) => `Sent for review: ${title}`,
  published: (title) => `Published: ${title}`,
  declined: (title) => `Not accepted: ${title}`,
};

export const frame = {
  skip: "Skip to main content",
  search: "Search",
  searchFor: "Search projects, needs, councils, services",
  searchKeys: "Ctrl K",
  mainMenu: "Main menu",
  projects: screens.projects,
  council: screens.council,
  work: screens.work,
  inbox: screens.inbox,
  coordination: screens.coordination,
  settings: screens.settings,
  help: screens.help,
  textSize: (percent: number) => `Text size ${number(percent)}%`,
  rescued: ({ drafts, file }: { drafts: number; file: string }) =>
    `The file with your drafts was damaged. Guildhall recovered ${counted(drafts, "draft", "drafts")}, and kept the damaged file: ${file}`,
  hidden: (days: number) =>
    `By this laptop’s clock, you have been offline for more than ${number(days)} days, so we have hidden everything that is not public. Connect to see it again. Without a connection, we will remove it from this laptop in a day, or when you next open Guildhall. Your drafts are still here.`,
  removed: (days: number) =>
    `You have been offline for more than ${number(days)} days, so we removed everything that is not public from this laptop. Connect to get it back. Your drafts are still here.`,
  delivered,
  /** What My work holds, without what is none. */
  workCount: (drafts: number, waiting: number, attention: number) =>
    [
      drafts > 0 && counted(drafts, "draft", "drafts"),
      waiting > 0 && `${number(waiting)} waiting to send`,
      attention > 0 && `${number(attention)} ${plural(attention, { one: "needs", other: "need" })} attention`,
    ]
      .filter(Boolean)
      .join(", "),
  inboxCount: (n: number) => `${number(n)} to review or answer`,
  account: {
    notSignedIn: "Not signed in",
    signIn: "Sign in",
    signInAgain: "Sign in again",
    menu: "Your account",
    signedInAs: (email: string) => `Signed in as ${email}`,
    noCouncil: "Signed in (no council)",
    actingFor: "Acting for",
    settings: "Account and settings",
    keys: "Keyboard shortcuts",
  },
  line: {
    label: "Connection and sync",
    unknown: "Checking connection",
    connected: "Connected",
    offline: "Offline",
    workingOffline: "Working offline",
    updated: (when: string) => `Catalogue last updated ${when}`,
    neverUpdated: "Catalogue not downloaded yet",
    waiting: (n: number) => `${number(n)} waiting to send`,
    signInToSend: (n: number) => `Sign in to send ${counted(n, "draft", "drafts")}`,
    attention: (n: number) => `${counted(n, "draft needs", "drafts need")} attention`,
    sending: (nth: number, of: number) => (of > 1 ? `Sending ${number(nth)} of ${number(of)}` : "Sending"),
    reading: (done: number, of: number) => `Downloading: ${number(done)} of ${counted(of, "record", "records")}`,
    stop: "Stop",
    stopped: (done: number, of: number) => (of > 0 ? `Download stopped: ${number(done)} of ${number(of)}` : "Download stopped"),
    goOn: "Resume",
    readingSome: "Updating the catalogue",
    saved: { saved: "All changes saved", saving: "Saving", failed: "Not saved" },
    workOffline: "Work offline",
    options: "Sync options",
    sync: "Sync now",
    syncKey: "F5",
    nowConnected: "Connected.",
    nowOffline: "You are offline. What you write is saved on this laptop.",
    nowUpdated: "The catalogue is up to date.",
    stillOffline: "There is no connection.",
  },
  keysTitle: "Keyboard shortcuts",
  keys,
  keysInLists: {
    title: "In lists",
    move: "Next or previous item",
    ends: "First or last item",
    open: "Open item",
  },
  starting: "Opening Guildhall",
};
