/** The second factor: setting it up, giving a code, losing it. */
import { counted } from "../plural";

export const secondFactor = {
  title: "Sign in with a second step",
  explain:
    "A second step keeps your account safe if someone else can read your email. After the code by email, Guildhall asks for a code from an authenticator app on your phone.",

  due: {
    rests: "Your role in Guildhall is paused until you set up a second step for signing in.",
    by: (day: string) => `Set up a second step for signing in by ${day}. After that your role is paused until you do.`,
    link: "Set up a second step",
  },

  off: "The second step is off.",
  required: "This registry requires a second step for your role.",
  setUp: "Set up a second step",

  setting: {
    scan: "1. Scan this with an authenticator app",
    scanHint: "If you have no authenticator app, ask your IT support which one your council uses.",
    picture: "QR code for your authenticator app",
    orType: "If you cannot scan it, enter this key in the app:",
    enter: "2. Enter the code that the app shows",
    turnOn: "Turn on the second step",
    turningOn: "Turning on the second step",
  },

  code: {
    label: "Code",
    hint: "The 6 digits that your authenticator app shows, or one of your recovery codes",
    missing: "Enter the code",
    wrong: "That code is wrong or has been used. Wait for the next one in your app, then enter it.",
  },

  recovery: {
    title: "Save your recovery codes",
    explain:
      "If you lose your phone, each of these codes signs you in once. Guildhall shows them only now. Keep them somewhere safe that is not your email.",
    list: "Recovery codes",
    copy: "Copy the codes",
    copied: "The codes are copied.",
    notCopied: "We could not copy the codes. Select the codes and copy them yourself, or save them to a file.",
    save: "Save to a file",
    fileName: "guildhall-recovery-codes.txt",
    saved: "The codes are in that file.",
    done: "I have saved the codes",
  },

  on: {
    since: (when: string) => `The second step has been on since ${when}.`,
    left: (n: number) => (n === 0 ? "You have no recovery codes left." : `You have ${counted(n, "recovery code", "recovery codes")} left.`),
    newCodes: "Make new recovery codes",
    another: "Set up on another phone",
    turnOff: "Turn off the second step",
    turnedOff: "The second step is off.",
    sure: "Turn off the second step? After that, anyone who can read your email can sign in as you.",
    yes: "Turn off second step",
    no: "Keep the second step",
  },

  reset: {
    waits: (when: string) =>
      `Someone has asked to reset your second step. It will be reset ${when}, and then a code by email is enough to sign in as you.`,
    keep: "Keep my second step",
    kept: "Your second step has not changed.",
  },

  ask: {
    title: "Enter a code to continue",
    explain: "We ask for a code again if you last entered one more than 12 hours ago, or on another laptop.",
    goOn: "Continue",
    checking: "Checking the code",
    again: "You need to sign in again, or set up a second step in Settings, to do this.",
  },

  signIn: {
    heading: "Enter a code from your authenticator app",
    explain: "This is the second step of signing in. If you do not have your phone, enter one of your recovery codes.",
    lost: "If you have lost both, ask a lead of your council or a coordinator to reset your second step.",
  },

  people: {
    on: "Second step is on",
    off: "No second step",
    waits: (when: string) => `Second step will be reset ${when}`,
    reset: "Reset second step",
    resetLabel: (who: string) => `Reset the second step of ${who}`,
    sure: (who: string) =>
      `Reset the second step of ${who}? Only do this if you are sure that they asked you, and not someone writing in their name. We will email all leads of the council.`,
    yes: "Reset second step",
    no: "Do not reset it",
    asked: (who: string) => `The second step of ${who} will be reset a day from now. Until then any lead can cancel the reset.`,
    done: (who: string) => `The second step of ${who} has been reset.`,
    keep: "Cancel the reset",
    keepLabel: (who: string) => `Cancel the reset of the second step of ${who}`,
    kept: (who: string) => `The second step of ${who} has not changed.`,
  },
};
