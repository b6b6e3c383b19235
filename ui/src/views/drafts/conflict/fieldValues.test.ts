import { expect, test } from "vitest";
import { fieldText, isFreeText, fieldName } from "./fieldValues";

test("values are told in words, not as JSON", () => {
  expect(fieldText("title", '"Bins"')).toBe("Bins");
  expect(fieldText("phase", '"beta"')).toBe("Beta");
  expect(fieldText("contract_ends", '"2027-03-31"')).toBe("31 March 2027");
  expect(fieldText("contract_ends", "null")).toBe("");
  expect(fieldText("needs", '[{"id":"1","as_a":"resident","i_need":"know","so_that":"","evidence":""}]')).toBe("resident … know");
  expect(fieldText("contact", '{"mailbox":"a@b.example","name":""}')).toBe("a@b.example");
});

test("a field has its name, and a text can be written anew", () => {
  expect([fieldName("title"), fieldName("phase")]).toEqual(["Title", "Phase"]);
  expect([isFreeText("title"), isFreeText("phase")]).toEqual([true, false]);
});
