import { expect, test } from "vitest";
import { counted, inLanguage, number, plural } from "./plural";

test("a number takes the form of its language", () => {
  expect([0, 1, 2].map((n) => counted(n, "draft", "drafts"))).toEqual(["0 drafts", "1 draft", "2 drafts"]);
  expect(plural(1, { one: "is", other: "are" })).toBe("is");
  expect(number(20000)).toBe("20,000");
  const cats = { zero: "cathod", one: "gath", two: "gath", few: "cath", many: "chath", other: "cath" };
  const welsh = inLanguage("cy");
  expect([0, 1, 2, 3, 6, 10].map((n) => welsh.plural(n, cats))).toEqual(["cathod", "gath", "gath", "cath", "chath", "cath"]);
});

test("a form that a language lacks is the general one", () => expect(plural(1, { other: "sheep" })).toBe("sheep"));
