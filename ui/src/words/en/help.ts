/** The help page. */
import { screens } from "../../../../words/en.json";

export const help = {
  title: screens.help,
  about: "Guildhall shows what councils’ digital teams are working on, and who has the same need. It works online and offline.",
  contact: {
    title: "Get help",
    registry: (name: string) =>
      `Your registry is ${name}. Its operator can help with your account, your council and problems with Guildhall.`,
    lead: "A lead of your council can change your role and approve what you send.",
    none: "The registry’s operator has not given an email address or a web page.",
    key: "Contact",
  },
  keys: "Keyboard shortcuts",
  privacy: {
    title: "Privacy notice",
    none: "The registry’s operator has not given a privacy notice.",
  },
  accessibility: {
    title: "Accessibility statement",
    aim: "We want as many people as possible to be able to use Guildhall. You should be able to use it by keyboard alone or with a screen reader, make all text twice as large, and use it in a light, a dark or a high-contrast theme.",
    standard: "Guildhall aims to meet the Web Content Accessibility Guidelines version 2.2 at level AA, and EN 301 549 chapter 11.",
    notMet: "What is not accessible yet:",
    gaps: [
      "We have not tested Guildhall with speech recognition software.",
      "We have not tested Guildhall with the screen readers of Windows and macOS.",
      "All text that Guildhall itself shows is in English.",
    ],
    tell: "If you find a problem, or cannot use a part of Guildhall, contact the registry’s operator. Say which page it is on and what you use, for example a screen reader.",
  },
  version: (version: string) => `Guildhall ${version}`,
};
