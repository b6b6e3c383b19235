/** The frame around every screen: top bar, rail, shortcuts, status line. */
import { screens } from "../../../../words/en.json";
import type { ShortcutAction } from "../../stores/shortcuts.svelte";
import { counted, number } from "../plural";

const keys: Record<ShortcutAction, string> = {
  search: "Search the catalogue",
  newDraft: "Start a new draft",
  sync: "Sync now",
  back: "Go back",
  keys: "Show these keys",
};

export const frame = {
  skip: "Skip to main content",
  search: "Search projects, needs, councils, services",
  searchKeys: "Ctrl K",
  mainMenu: "Main menu",
  notice: "Message",
  find: "Find",
  council: "Our council",
  drafts: "Drafts",
  inbox: screens.inbox,
  coordinators: screens.coordinators,
  outbox: "Outbox",
  settings: screens.settings,
  rescued: ({ drafts, file }: { drafts: number; file: string }) =>
    `The file that keeps your drafts was damaged. ${counted(drafts, "draft", "drafts")} could be read and ${drafts === 1 ? "is" : "are"} here again. The damaged file is kept: ${file}`,
  hidden: (days: number) =>
    `By this laptop’s clock, there has been no connection for more than ${number(days)} days. What is not open to everyone is hidden for now. Connect to see it again. Without a connection it is removed from this laptop in a day, or when you next open Guildhall. Your drafts stay.`,
  removed: (days: number) =>
    `There has been no connection for more than ${number(days)} days, so what is not open to everyone was removed from this laptop. It comes back when you connect. Your drafts stay.`,
  draftCount: (n: number) => counted(n, "draft", "drafts"),
  inboxCount: (n: number) => `${number(n)} waiting for you`,
  outboxCount: (waiting: number, attention: number) =>
    attention > 0 ? `${number(waiting)} waiting, ${counted(attention, "needs", "need")} attention` : `${number(waiting)} waiting`,
  account: {
    notSignedIn: "Not signed in",
    signIn: "Sign in",
    signInAgain: "Sign in again",
    menu: "Your account",
    signedInAs: (email: string) => `Signed in as ${email}`,
    noCouncil: "Signed in, with no council",
    actingFor: "Acting for",
    settings: "Account and settings",
    keys: "Keyboard keys",
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
  keysTitle: "Keys",
  keys,
  keysInLists: {
    title: "In lists",
    move: "Go to the next or the previous one",
    ends: "Go to the first or the last one",
    open: "Open it",
  },
  starting: "Opening Guildhall",
};
