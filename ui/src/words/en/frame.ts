/** The frame around every screen: top bar, rail, shortcuts, status line. */
import { screens } from "../../../../words/en.json";
import type { ShortcutAction } from "../../stores/shortcuts.svelte";
import { counted, number } from "../plural";

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

export const frame = {
  skip: "Skip to main content",
  search: "Search projects, needs, councils, services",
  searchKeys: "Ctrl K",
  mainMenu: "Main menu",
  notice: "Message",
  projects: screens.projects,
  council: screens.council,
  work: screens.work,
  inbox: screens.inbox,
  coordination: screens.coordination,
  settings: screens.settings,
  help: screens.help,
  textSize: (percent: number) => `Text size ${number(percent)}%`,
  rescued: ({ drafts, file }: { drafts: number; file: string }) =>
    `The file that keeps your drafts was damaged. ${counted(drafts, "draft", "drafts")} could be read and ${drafts === 1 ? "is" : "are"} here again. The damaged file is kept: ${file}`,
  hidden: (days: number) =>
    `By this laptop’s clock, there has been no connection for more than ${number(days)} days. What is not open to everyone is hidden for now. Connect to see it again. Without a connection it is removed from this laptop in a day, or when you next open Guildhall. Your drafts stay.`,
  removed: (days: number) =>
    `There has been no connection for more than ${number(days)} days, so what is not open to everyone was removed from this laptop. It comes back when you connect. Your drafts stay.`,
  /** What My work holds, without what is none. */
  workCount: (drafts: number, waiting: number, attention: number) =>
    [
      drafts > 0 && counted(drafts, "draft", "drafts"),
      waiting > 0 && `${number(waiting)} waiting to send`,
      attention > 0 && counted(attention, "needs attention", "need attention"),
    ]
      .filter(Boolean)
      .join(", "),
  inboxCount: (n: number) => `${number(n)} waiting for you`,
  account: {
    notSignedIn: "Not signed in",
    signIn: "Sign in",
    signInAgain: "Sign in again",
    menu: "Your account",
    signedInAs: (email: string) => `Signed in as ${email}`,
    noCouncil: "Signed in, with no council",
    actingFor: "Acting for",
    settings: "Account and settings",
    keys: "Keyboard shortcuts",
  },
  line: {
    label: "Connection and sync",
    unknown: "Looking for a connection",
    connected: "Connected",
    offline: "Working offline",
    updated: (when: string) => `Catalogue last updated ${when}`,
    neverUpdated: "No catalogue on this laptop yet",
    waiting: (n: number) => `${number(n)} waiting to send`,
    signInToSend: (n: number) => `Sign in to send ${number(n)}`,
    attention: (n: number) => counted(n, "needs attention", "need attention"),
    sending: (nth: number, of: number) => (of > 1 ? `Sending ${number(nth)} of ${number(of)}` : "Sending"),
    reading: (done: number, of: number) => `Updating: ${number(done)} of ${counted(of, "record", "records")}`,
    stop: "Stop",
    stopped: (done: number, of: number) => (of > 0 ? `Stopped at ${number(done)} of ${counted(of, "record", "records")}` : "Stopped"),
    goOn: "Go on",
    readingSome: "Updating the catalogue",
    saved: "What you write is saved on this laptop",
    workOffline: "Work offline",
    sync: "Sync now",
    syncKey: "F5",
    nowConnected: "Connected.",
    nowOffline: "Working offline. What you write is saved on this laptop.",
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
