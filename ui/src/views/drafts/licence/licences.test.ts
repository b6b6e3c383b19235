import { expect, test } from "vitest";
import { isKnown, LICENCES, USUAL } from "./licences";

test("the usual licences are on the list", () => {
  expect(USUAL.filter((id) => !LICENCES[id])).toEqual([]);
});

test("a licence is known by its id, or as an expression of ids", () => {
  expect(["MIT", "MIT OR Apache-2.0", "(MIT AND OGL-UK-3.0)"].map(isKnown)).toEqual([true, true, true]);
  expect(["MIT Licence", "MIT or so", ""].map(isKnown)).toEqual([false, false, false]);
});
