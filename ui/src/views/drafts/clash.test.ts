import { expect, test } from "vitest";
import { inWords, readable } from "./clash";

test("values are told in words, not as JSON", () => {
  expect(inWords("title", '"Bins"')).toBe("Bins");
  expect(inWords("phase", '"beta"')).toBe("Beta");
  expect(inWords("contract_ends", '"2027-03-31"')).toBe("31 March 2027");
  expect(inWords("contract_ends", "null")).toBe("");
  expect(inWords("needs", '[{"id":"1","as_a":"resident","i_need":"know","so_that":"","evidence":""}]')).toBe("resident … know");
  expect(inWords("contact", '{"mailbox":"a@b.example","name":""}')).toBe("a@b.example");
});

test("a clash has the name of its field", () => {
  const [clash] = readable([{ field: "title", member: null, before: '"A"', mine: '"B"', theirs: '"C"', choice: null }]);
  expect(clash).toEqual({ name: "Title", before: "A", mine: "B", theirs: "C" });
});
