import { expect, test } from "vitest";
import type { Failure } from "../../bindings";
import { failureText } from "../index";
import { setOperatorContact } from "../operator";
import { failures } from "./failures";
import { activity } from "./activity";
import { settings } from "./settings";

test.each([
  [0, 0, "You have no unsent drafts on this laptop."],
  [1, 0, "1 draft stays on this laptop. It will be here when you sign in again."],
  [1, 1, "1 draft stays on this laptop, waiting to send. It will be here when you sign in again."],
  [2, 0, "2 drafts stay on this laptop. They will be here when you sign in again."],
  [2, 1, "2 drafts stay on this laptop, 1 of them waiting to send. They will be here when you sign in again."],
  [3, 3, "3 drafts stay on this laptop, all of them waiting to send. They will be here when you sign in again."],
])("signing out says what stays: %i drafts, %i waiting", (drafts, waiting, words) => {
  expect(settings.signOut.stays(drafts, waiting)).toBe(words);
});

test("what the shell refuses with a plain string still reads as a sentence", () => {
  const refused = "Command start not allowed by ACL" as unknown as Failure;
  expect(failureText(refused)).toBe(failureText({ code: "internal" }));
});

test("what says to tell the operator says where, if that is known", () => {
  expect(failureText({ code: "internal" })).toContain("contact the registry’s operator.");
  setOperatorContact("help@borsetshire.example");
  expect(failureText({ code: "internal" })).toContain("contact the registry’s operator at help@borsetshire.example.");
  setOperatorContact(null);
});

test("a wait is said in the unit that people would use", () => {
  const wait = (seconds: number) => failures.sentence({ code: "too_many_tries", seconds });
  expect(wait(0)).toContain("Wait 1 second,");
  expect(wait(60)).toContain("Wait 60 seconds,");
  expect(wait(600)).toContain("Wait 10 minutes,");
  expect(wait(7200)).toContain("Wait 2 hours,");
});

test("a registry of another version says which side needs the update", () => {
  expect(failures.sentence({ code: "other_version", theirs: 2, ours: 1 })).toContain("Install the update");
  expect(failures.sentence({ code: "other_version", theirs: 1, ours: 2 })).toContain("needs updating");
});

test.each([
  ["/title", "missing", "Enter a title"],
  ["/title", "too_long", "Title must be 120 characters or fewer"],
  ["/needs/0/i_need", "missing", "Enter what the user needs to do"],
  ["/needs", "need_or_problem_missing", "Enter a need, or describe the problem"],
  ["/tags", "too_long", "Enter 20 tags or fewer"],
  ["/tags/3", "too_long", "A tag must be 40 characters or fewer"],
  ["/contact/mailbox", "not_an_email", "Enter an email address in the correct format, like name@council.gov.uk"],
  ["/contact_mailbox", "missing", "Enter an email address for the team"],
  ["/phase_dates/alpha/ended", "not_a_date", "The date it ended must be a real date"],
  ["/something/new", "missing", "Enter this answer"],
] as const)("a field's error names the field: %s %s", (pointer, code, words) => {
  expect(failures.fieldError(pointer, code)).toBe(words);
});

test("an action in the log that this version has no words for is told as it is", () => {
  expect(activity.action("purge")).toBe("Deleted a project permanently");
  for (const unknown of ["from_next_year", "toString"]) expect(activity.action(unknown)).toBe(unknown);
});
