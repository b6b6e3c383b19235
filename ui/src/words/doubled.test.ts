import { expect, test } from "vitest";
import { doubled } from "./doubled";
import { en } from "./en";

const words = doubled(en);

test("each text is twice as long, and begins with the English one", () => {
  expect(words.common.back).toBe("Back Back");
  expect(words.common.phase.alpha).toBe("Alpha Alpha");
});

test("what is put into a sentence is not doubled", () => {
  expect(words.common.pageTitle("Projects")).toBe("Projects – Guildhall Projects – G");
  expect(words.common.pageTitle("Projects").length).toBeLessThan(2 * en.common.pageTitle("Projects").length);
});

test("names of files and locales stay as they are", () => {
  expect(words.settings.data.fileName("2026-11-23")).toBe("guildhall-my-data-2026-11-23.json");
  expect(words.common.when.locale).toBe("en-GB");
});

test("what a function puts together is doubled too", () => {
  const page = words.firstRun.startupError.of({ code: "internal" });
  expect(page.title.startsWith(en.firstRun.startupError.of({ code: "internal" }).title)).toBe(true);
  expect(page.title.length).toBeGreaterThan(en.firstRun.startupError.of({ code: "internal" }).title.length);
});
