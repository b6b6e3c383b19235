/** First run, signing in, and the startup error. */
import type { Failure } from "../../bindings";
import { counted, number } from "../plural";
import { askOperator } from "./failures";

/** The page for when the app's files cannot be opened. */
type StartupErrorPage = { title: string; happened: string; todo: string[] };

/** `folder` is where the files are, for messages that name it. */
const startupErrors: Partial<Record<Failure["code"], (folder: string) => StartupErrorPage>> = {
  newer_files: () => ({
    title: "Update Guildhall to open these files",
    happened:
      "A newer version of Guildhall wrote the files on this laptop. This version cannot read them safely, so it has not changed them.",
    todo: [
      "Close Guildhall.",
      "Install the newest version from your council’s software centre.",
      "Open Guildhall again. Your work will still be there.",
    ],
  }),
  disk_full: () => ({
    title: "The disk is full",
    happened: "There is no space left where Guildhall keeps its files.",
    todo: [
      "Close Guildhall.",
      "Free some space, for example by emptying the recycle bin or moving large files elsewhere.",
      "Open Guildhall again. Your work will still be there.",
    ],
  }),
  folder_in_use: (folder) => ({
    title: "Guildhall is already open",
    happened: `Another Guildhall uses this folder: ${folder}. Only one Guildhall can use a folder at a time.`,
    todo: [
      "Close this window.",
      "Use the Guildhall window that is open. It may be behind other windows, or on another desktop.",
      "If you cannot find it, sign out of this laptop and in again. Then open Guildhall.",
    ],
  }),
  folder_open_to_others: (folder) => ({
    title: "Other people can read Guildhall’s files",
    happened: `Anyone who uses this laptop can read the folder where Guildhall keeps its files, and Guildhall cannot change that: ${folder}.`,
    todo: [
      "Close Guildhall.",
      "Ask your council’s IT support for a folder that only you can use, and show them this page.",
      "Open Guildhall again.",
    ],
  }),
};

const otherStartupError: StartupErrorPage = {
  title: "Guildhall cannot open its files",
  happened: "Guildhall cannot read or save its files on this laptop.",
  todo: [
    "Close Guildhall, and any other copy of it that is open.",
    "Check that the disk is connected and not full, and that you have permission to save files.",
    "Open Guildhall again. If this page comes back, contact your council’s IT support. Give them this message.",
  ],
};

export const firstRun = {
  promise: "See what other councils are working on, and find who has the same need. Online or offline.",
  steps: {
    label: "Steps",
    registry: "Registry",
    signIn: "Sign in",
    reading: "Download",
    done: "done",
  },
  tryAgain: "Try again",
  otherRegistry: "Use another registry",

  preset: {
    heading: "Welcome to Guildhall",
    explain: (address: string) => `Your copy of Guildhall uses the registry at ${address}.`,
    lookingUp: "Connecting to the registry",
  },

  address: {
    heading: "Which registry does your council use?",
    explain:
      "A registry is the shared server that Guildhall downloads projects from and sends yours to. If you do not know its address, ask the person who told you about Guildhall.",
    label: "Registry address",
    hint: "For example, guildhall.example",
    missing: "Enter the registry’s address",
    asking: "Checking address",
  },

  operator: {
    heading: (name: string) => name || "About the registry",
    explain: "Check who operates this registry and how it uses your data.",
    operator: "Operated by",
    contact: "Contact",
    place: "Data stored in",
    address: "Address",
    notSaid: "Not provided",
    privacy: "Privacy notice",
    terms: "Terms",
    use: "Use this registry",
    joining: "Setting up",
  },

  services: {
    legend: "Services",
    filter: "Filter services",
    filterHint: "For example, bins, planning or school meals",
    chosen: (n: number) => (n === 0 ? "None selected" : `${number(n)} selected`),
    remove: (name: string) => `Remove ${name}`,
    shown: (n: number, of: number) =>
      n === of ? counted(n, "service", "services") : `${number(n)} of ${counted(of, "service", "services")}`,
    nothingShown: "No matching services.",
    clear: "Clear the filter",
    none: "This registry has no list of services yet. You can choose later, in Settings.",
    loading: "Getting the list of services",
    /** For a selected service that is no longer in the list. */
    unknown: (id: number) => `Service ${id}`,
  },

  servicesPrompt: {
    label: "Your services",
    text: "Which services do you work on? We will show projects about them first.",
    choose: "Choose your services",
    decline: "No thanks",
  },

  email: {
    heading: "What is your email address?",
    headingAgain: "Sign in again",
    explain: "We will email you a code to enter here. There is no password.",
    again: "You were signed out. Your drafts are still on this laptop.",
    againToSend: (n: number) =>
      `You were signed out. Your drafts are still on this laptop. Sign in to send ${counted(n, "draft", "drafts")}.`,
    label: "Email address",
    hint: "Use your work address: it shows which council you work for.",
    missing: "Enter your email address",
    send: "Email me a code",
    sending: "Sending a code",
    without: "Continue without signing in",
    withoutExplain: "You do not need to sign in to see public projects. You can sign in later, from the top of the window.",
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
    signingIn: "Signing in",
    another: "Email me another code",
    anotherSent: (email: string) => `We sent another code to ${email}. Only the newest code works.`,
    otherAddress: "Use another email address",
  },

  browser: {
    signIn: (provider: string) => `Sign in with ${provider}`,
    choice: (provider: string) => `Use your ${provider} account, or a code that we email you. There is no new password.`,
    orEmail: "Or get a code by email",
    heading: "Continue in your browser",
    explain: (provider: string) =>
      `Sign in with ${provider} on the page that opened in your browser. Then come back here. You do not need to do anything else.`,
    shownCode: "Your browser shows this code:",
    otherCode: "If it shows another code, close that page.",
    otherCodeFirst: "If it shows another code, close that page. This is not the code to enter.",
    waiting: "Waiting for your browser",
    openAgain: "Open the page again",
    turnToPasting: "Problem with your browser? Use a code",
    byEmail: "Get a code by email instead",
    pasteHeading: "Enter the code from your browser",
    pasteExplain: (provider: string) =>
      `Sign in with ${provider} on the page that opened in your browser. At the end it shows a code to enter here, which works for 10 minutes.`,
    shownCodeFirst: "Before you sign in, your browser shows this code:",
    missing: "Enter the code that your browser shows",
  },

  confirm: {
    heading: "Which email address is yours?",
    explain: (provider: string) =>
      `You signed in with ${provider}, which did not confirm your email address. We will email you a code, once, to check it.`,
  },

  whichAddress: {
    heading: "Which email address is yours?",
    differs: (provider: string, theirs: string, yours: string) =>
      `${provider} says that your address is ${theirs}. In Guildhall your address is ${yours}.`,
    use: (theirs: string) => `Use ${theirs}`,
    keep: (yours: string) => `Keep ${yours}`,
    ifUsed: (theirs: string) => `If you use ${theirs}`,
    thenMail: "We will send codes and emails there, and email your old address about the change.",
    thenCouncils: "You will act for the council of the new address. If that is another council, you will no longer act for the old one.",
    thenSessions: "We will sign you out on your other laptops. Drafts stay on them.",
    taken: (theirs: string) =>
      `You cannot use ${theirs} here, because another account in Guildhall has it. If that account is yours too, go back and have a code emailed to ${theirs}, to sign in to that account. Otherwise ${askOperator()}.`,
  },

  signedIn: (email: string) => `You are signed in as ${email}.`,
  untilClosed:
    "This laptop has no keychain that Guildhall can use, so you will be signed out when you close Guildhall. Your drafts stay on this laptop.",

  reading: {
    heading: "Downloading the catalogue",
    headingDone: "You’re ready",
    explain: "The catalogue is all the projects you can see. With a copy on this laptop, you can search it offline.",
    progress: "Downloading the catalogue",
    waiting: "Waiting for the registry",
    stop: "Stop",
    stopped: (done: number, of: number) =>
      of > 0
        ? `Download stopped at ${number(done)} of ${counted(of, "record", "records")}. We will continue from there.`
        : "Download stopped.",
    goOn: "Resume",
    done: "The catalogue is on this laptop. It updates by itself when you are online.",
    said: "The catalogue is on this laptop.",
    offline: "You are offline. We will download the catalogue when you are online, and continue from where we were.",
    switchedOff: "You chose to work offline, so we are not downloading the catalogue.",
    start: "Start using Guildhall now",
    startStopped: "Start with what we have",
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
    safeText: "We have not changed or deleted anything. Your drafts are on this laptop, as they were last saved.",
    todo: "What to do",
    close: "Close Guildhall",
    version: (version: string) => `This is Guildhall ${version}.`,
  },
};
