import { expect, test } from "vitest";
import { inWords, isText, nameOf } from "./clash";

test("values are told in words, not as JSON", () => {
  expect(inWords("title", '"Bins"')).toBe("Bins");
  expect(inWords("phase", '"beta"')).toBe("Beta");
  expect(inWords("contract_ends", '"2027-03-31"')).toBe("31 March 2027");
  expect(inWords("contract_ends", "null")).toBe("");
  expect(inWords("needs", '[{"id":"1","as_a":"resident","i_need":"know","so_that":"","evidence":""}]')).toBe("resident … know");
  expect(inWords("contact", '{"mailbox":"a@b.example","name":""}')).toBe("a@b.example");
});

test("a field has its name, and a text can be written anew", () => {
  expect([nameOf("title"), nameOf("phase")]).toEqual(["Title", "Phase"]);
  expect([isText("title"), isText("phase")]).toEqual([true, false]);
});
