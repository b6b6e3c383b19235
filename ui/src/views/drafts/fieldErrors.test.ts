import { expect, test } from "vitest";
import type { FieldCode } from "../../bindings";
import { errorMessages, fieldOf, message } from "./fieldErrors";

test("an error is said where it is mended", () => {
  const at = (pointer: string) => fieldOf({ section: "about", pointer, code: "missing" });
  expect(at("/title")).toBe("title");
  expect(at("/needs/1/i_need")).toBe("needs-1-i_need");
  expect(at("/needs")).toBe("needs-0-i_need");
  expect(at("/tags/3")).toBe("tags");
  expect(at("/phase_dates/alpha/started")).toBe("phase_dates-alpha-started");
  expect(at("/phase_dates/alpha/ended")).toBe("phase_dates-alpha-started");
});

test("an error names its field and, in a list, which one", () => {
  const said = (pointer: string, code: FieldCode) => message({ section: "about", pointer, code });
  expect(said("/needs/1/i_need", "missing")).toMatch(/^Need 2: enter what /);
  expect(said("/links/0/url", "not_a_link")).toBe("Link 1: enter a web address that starts with https:// or http://");
  expect(said("/wanted/2/by", "not_a_date")).toMatch(/^Request 3: the date/);
  expect(said("/phase_dates/alpha/started", "not_a_date")).toMatch(/^Alpha: enter the month and year/);
  expect(said("/contract_ends", "not_a_date")).toMatch(/^Contract end date must be a real date/);
  expect(said("/visibility", "missing")).toBe("Select who can see it");
});

test("one field says one thing at a time", () => {
  const said = errorMessages([
    { section: "others", pointer: "/contact_mailbox", code: "missing" },
    { section: "others", pointer: "/contact_mailbox", code: "not_an_email" },
  ]);
  expect(said).toEqual({ contact_mailbox: "Enter an email address for the team" });
});
