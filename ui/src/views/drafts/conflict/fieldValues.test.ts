import { expect, test } from "vitest";
import { fieldText, isFreeText, fieldName } from "./fieldValues";

test("values are told in words, not as JSON", () => {
  expect(fieldText("title", '"Bins"')).toBe("Bins");
  expect(fieldText("phase", '"beta"')).toBe("Beta");
  expect(fieldText("contract_ends", '"2027-03-31"')).toBe("31 March 2027");
  expect(fieldText("contract_ends", "null")).toBe("");
  expect(fieldText("contact", '{"mailbox":"a@b.example","name":""}')).toBe("a@b.example");
});

test("a need is a sentence, and lists name what is in them", () => {
  const need = { id: "1", as_a: "resident", i_need: "know", so_that: "I can plan", evidence: "12 calls" };
  expect(fieldText("needs", JSON.stringify([need]))).toBe("As a resident I need to know so that I can plan\nHow do you know? 12 calls");
  expect(fieldText("links", '[{"id":"1","kind":"repository","url":"https://x.example","label":""}]')).toBe(
    "Code repository, https://x.example",
  );
  expect(fieldText("wanted", '[{"kind":"code","what":"Rust","by":"2027-03-31"}]')).toBe("Code, Rust, 31 March 2027");
  expect(fieldText("phase_dates", '{"alpha":{"started":"2026-03-01","ended":null}}')).toBe("Alpha started March 2026");
});

test("a field has its name, and a new version of a text can be written", () => {
  expect([fieldName("title"), fieldName("phase")]).toEqual(["Title", "Phase"]);
  expect([isFreeText("title"), isFreeText("phase")]).toEqual([true, false]);
});
