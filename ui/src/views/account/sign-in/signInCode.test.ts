import { expect, test } from "vitest";
import { codeError, normaliseCode } from "./signInCode";

test.each([
  ["A1B2C3D4", "A1B2C3D4"],
  ["a1b2-c3d4", "A1B2C3D4"],
  [" a1b2 c3d4\n", "A1B2C3D4"],
  ["A1B2–C3D4", "A1B2C3D4"],
  ["A1B2\u00a0C3D4", "A1B2C3D4"],
  ["“a1b2c3d4”", "A1B2C3D4"],
  ["", ""],
  [" - ", ""],
])("a code is read as it is typed or pasted: %j", (typed, code) => {
  expect(normaliseCode(typed)).toBe(code);
});

test("only a whole code is asked about", () => {
  expect(codeError(normaliseCode("A1B2-C3D4"), "Enter it")).toBe("");
  expect(codeError(normaliseCode("A1B2-C3D"), "Enter it")).toMatch(/^The code has 8/);
  expect(codeError(normaliseCode("A1B2-C3D4-E"), "Enter it")).toMatch(/^The code has 8/);
  expect(codeError(normaliseCode(" "), "Enter it")).toBe("Enter it");
});
