import { expect, test } from "vitest";
import { fieldOf, errorMessages } from "./fieldErrors";

test("an error is said where it is mended", () => {
  const at = (pointer: string) => fieldOf({ section: "about", pointer, code: "missing" });
  expect(at("/title")).toBe("title");
  expect(at("/needs/1/i_need")).toBe("needs-1-i_need");
  expect(at("/needs")).toBe("needs-0-i_need");
  expect(at("/tags/3")).toBe("tags");
  expect(at("/phase_dates/alpha/ended")).toBe("phase_dates-alpha-ended");
});

test("one field says one thing at a time", () => {
  const said = errorMessages([
    { section: "others", pointer: "/contact_mailbox", code: "missing" },
    { section: "others", pointer: "/contact_mailbox", code: "not_an_email" },
  ]);
  expect(said).toEqual({ contact_mailbox: "Enter an email address for the team" });
});
