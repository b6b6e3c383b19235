/** First run, signing in, and the startup error. */
import type { Failure } from "../../bindings";
import { counted, number } from "../plural";

/** The page for when the app's files cannot be opened. */
type StartupErrorPage = { title: string; happened: string; todo: string[] };

/** `folder` is where the files are, for messages that name it. */
const startupErrors: Partial<Record<Failure["code"], (folder: string) => StartupErrorPage>> = {
  newer_files: () => ({
    title: "These files need a newer Guildhall",
    happened: "A newer version of Guildhall wrote the files on this laptop. This version can’t read them safely, so it left them alone.",
    todo: [
      "Close Guildhall.",
      "Install the newest version, from where your council gives out its software.",
      "Open it again: everything will be where it was.",
    ],
  }),
  disk_full: () => ({
    title: "The disk is full",
    happened: "Guildhall needs a little space for its files, and there is none left where it keeps them.",
    todo: [
      "Close Guildhall.",
      "Free some space, for example by emptying the wastebasket or moving large files elsewhere.",
      "Open it again: everything will be where it was.",
    ],
  }),
  folder_in_use: (folder) => ({
    title: "Guildhall is already open",
    happened: `Another Guildhall uses this folder: ${folder}. Two cannot use one folder, because each would overwrite what you write in the other.`,
    todo: [
      "Close this window.",
      "Go on in the Guildhall window that is open. It may be behind other windows, or on another desktop.",
      "If you cannot find it, sign out of this computer and in again. Then open Guildhall.",
    ],
  }),
  folder_open_to_others: (folder) => ({
    title: "Other people can read Guildhall’s files",
    happened: `Anyone who uses this computer can read the folder where Guildhall keeps its files, and Guildhall cannot change that: ${folder}.`,
    todo: [
      "Close Guildhall.",
      "Ask your council’s IT support for a folder that only you can use, and show them this page.",
      "Open Guildhall again.",
    ],
  }),
};

const otherStartupError: StartupErrorPage = {
  title: "Guildhall can’t open its files",
  happened: "The files that Guildhall keeps on this laptop can’t be read or written just now.",
  todo: [
    "Close Guildhall, and any other copy of it that is open.",
    "Check that the disk is there, is not full, and that you may write to your own folders.",
    "Open Guildhall again. If this page comes back, ask your council’s IT support, and tell them the words above.",
  ],
};

export const firstRun = {
  promise: "See what other councils are working on, and find who has the same need. With or without a connection.",
  steps: {
    label: "Steps",
    registry: "The registry",
    operator: "Who operates it",
    services: "What you work on",
    signIn: "Sign in",
    reading: "Your catalogue",
    done: "done",
  },
  tryAgain: "Try again",

  address: {
    heading: "Which registry does your council use?",
    explain:
      "A registry is the shared server that Guildhall reads the catalogue from and sends your projects to. Whoever told you about Guildhall can give you its address.",
    label: "Registry address",
    hint: "For example, guildhall.example",
    presetHint: "It was filled in for you. Change it if you were given another.",
    missing: "Enter the registry’s address",
    asking: "Asking that address",
  },

  operator: {
    heading: (name: string) => name || "Who operates this registry",
    explain: "Check who operates this registry and how it treats what it knows about you.",
    operator: "Operated by",
    place: "Data is kept in",
    address: "Address",
    notSaid: "Not said",
    privacy: "Privacy notice",
    terms: "Terms",
    use: "Use this registry",
    joining: "Making a place for its catalogue",
  },

  services: {
    heading: "What do you work on?",
    explain: "Projects about these services come first in Find. You can change this at any time in Settings.",
    legend: "Services",
    filter: "Filter services",
    filterHint: "For example, bins, planning or school meals",
    chosen: (n: number) => (n === 0 ? "None chosen yet" : `${number(n)} chosen`),
    remove: (name: string) => `Remove ${name}`,
    shown: (n: number, of: number) =>
      n === of ? counted(n, "service", "services") : `${number(n)} of ${counted(of, "service", "services")}`,
    nothingShown: "No service has these words. Try fewer or other words.",
    clear: "Clear the filter",
    none: "This registry has no list of services yet. You can choose later, in Settings.",
    loading: "Getting the list of services",
    skip: "Skip this",
    /** For a selected service that is no longer in the list. */
    unknown: (id: number) => `Service ${id}`,
  },

  email: {
    heading: "What is your email address?",
    headingAgain: "Sign in again",
    explain: "We will email you a code to type in here. There is no password.",
    again: "You were signed out. What you wrote is still on this laptop.",
    againToSend: (n: number) => `You were signed out. What you wrote is still on this laptop: sign in to send ${number(n)}.`,
    label: "Email address",
    hint: "Use your work address: it shows which council you work for.",
    missing: "Enter your email address",
    send: "Email me a code",
    sending: "Asking for a code",
    without: "Read without signing in",
    withoutExplain: "You don’t need to sign in to read what is open to everyone. You can sign in later, from the top of the window.",
    switchedOff: "You chose to work offline. Signing in needs a connection.",
    connect: "Stop working offline",
  },

  code: {
    heading: "Check your email",
    sent: (email: string) => `We sent a code to ${email}. It can take a minute to arrive, and it works for 10 minutes.`,
    label: "Code",
    hint: (length: number) => `${length} letters and numbers, like A1B2-C3D4`,
    missing: "Enter the code from the email",
    wrongLength: (length: number) => `The code has ${length} letters and numbers. Check it against the email.`,
    signIn: "Sign in",
    signingIn: "Signing you in",
    another: "Email me another code",
    anotherSent: (email: string) => `Another code is on its way to ${email}. Only the newest one works.`,
    otherAddress: "Use another email address",
  },

  browser: {
    signIn: (provider: string) => `Sign in with ${provider}`,
    choice: (provider: string) => `Use your ${provider} account, or a code that we email you. There is no new password.`,
    orEmail: "Or get a code by email",
    heading: "Go on in your browser",
    explain: (provider: string) =>
      `Sign in with ${provider} on the page that opened in your browser. Then come back here: Guildhall goes on by itself.`,
    shownCode: "Your browser shows this code:",
    otherCode: "If it shows another code, close that page.",
    otherCodeFirst: "If it shows another code, close that page. This is not the code to type in.",
    waiting: "Waiting for your browser",
    openAgain: "Open the page again",
    turnToPasting: "Nothing happens? Get a code to type in",
    byEmail: "Get a code by email instead",
    pasteHeading: "Type in the code from your browser",
    pasteExplain: (provider: string) =>
      `Sign in with ${provider} on the page that opened in your browser. At the end it shows a code to type in, which works for 10 minutes.`,
    shownCodeFirst: "Before you sign in, your browser shows this code:",
    missing: "Enter the code that your browser shows",
  },

  confirm: {
    heading: "Which email address is yours?",
    explain: (provider: string) =>
      `You signed in with ${provider}, and Guildhall can’t tell yet which email address is yours. We email a code to it, just this once.`,
  },

  whichAddress: {
    heading: "Which email address is yours?",
    differs: (provider: string, theirs: string, yours: string) =>
      `${provider} says that your address is ${theirs}. In Guildhall your address is ${yours}.`,
    use: (theirs: string) => `Use ${theirs}`,
    keep: (yours: string) => `Keep ${yours}`,
    ifUsed: (theirs: string) => `If you use ${theirs}`,
    thenMail: "Guildhall sends codes and letters there, and tells your old address about the change.",
    thenCouncils: "What you can do for a council follows the new address. If it is at another council, you no longer act for the old one.",
    thenSessions: "You are signed out of Guildhall on your other laptops. Drafts stay on them.",
    taken: (theirs: string) =>
      `You cannot use ${theirs} here, because another account in Guildhall has it. If that account is yours too, go back and have a code emailed to ${theirs}: you then sign in to that account. Otherwise tell whoever operates the registry.`,
  },

  signedIn: (email: string) => `You are signed in as ${email}.`,
  untilClosed:
    "This laptop has no keychain that Guildhall can use, so you stay signed in only until you close Guildhall. Your drafts stay on this laptop.",

  reading: {
    heading: "Getting the catalogue",
    headingDone: "You’re ready",
    explain: "Guildhall copies the catalogue onto this laptop, so that you can search it with no connection.",
    progress: "Reading the catalogue",
    waiting: "Waiting for the registry",
    stop: "Stop",
    stopped: (done: number, of: number) =>
      of > 0
        ? `You stopped it at ${number(done)} of ${counted(of, "record", "records")}. What was read is kept.`
        : "You stopped it before anything was read.",
    goOn: "Go on",
    done: "The catalogue is on this laptop. It updates by itself whenever there is a connection.",
    said: "The catalogue is on this laptop.",
    offline: "There is no connection just now. Guildhall reads the catalogue as soon as there is one. What was read so far is kept.",
    switchedOff: "You chose to work offline, so the catalogue is not being read.",
    start: "Start reading while it goes on",
    startStopped: "Start with what was read",
    find: "Find projects",
  },

  signIn: {
    title: "Sign in",
    done: (email: string) => `Signed in as ${email}.`,
  },

  startupError: {
    of: (failure: Failure): StartupErrorPage =>
      startupErrors[failure.code]?.("folder" in failure ? failure.folder : "") ?? otherStartupError,
    safe: "Your drafts are safe",
    safeText: "Nothing was changed or deleted. What you wrote stays on this laptop, as it was when it was last saved.",
    todo: "What to do",
    close: "Close Guildhall",
    version: (version: string) => `This is Guildhall ${version}.`,
  },
};
