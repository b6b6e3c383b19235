import { expect, test } from "vitest";
import { codeTrouble, tidyCode } from "./code";
import { filterServices, toggled } from "../../../components/services/serviceList";

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
  expect(tidyCode(typed)).toBe(code);
});

test("only a whole code is asked about", () => {
  expect(codeTrouble(tidyCode("A1B2-C3D4"), "Enter it")).toBe("");
  expect(codeTrouble(tidyCode("A1B2-C3D"), "Enter it")).toMatch(/^The code has 8/);
  expect(codeTrouble(tidyCode("A1B2-C3D4-E"), "Enter it")).toMatch(/^The code has 8/);
  expect(codeTrouble(tidyCode(" "), "Enter it")).toBe("Enter it");
});

test("services are found by their words, in any order, with or without accents", () => {
  const services = [
    { id: 1, name: "Missed bin collection" },
    { id: 2, name: "Cofrestru pleidleisiŵr" },
    { id: 3, name: "Binoculars" },
  ];
  const found = (typed: string) => filterServices(services, typed).map((service) => service.id);
  expect(found("  ")).toEqual([1, 2, 3]);
  expect(found("collection BIN")).toEqual([1]);
  expect(found("bin")).toEqual([1, 3]);
  expect(found("pleidleisiwr")).toEqual([2]);
  expect(found("bin planning")).toEqual([]);
});

test("a choice is added at the end and taken out where it is", () => {
  expect(toggled([5, 3], 4)).toEqual([5, 3, 4]);
  expect(toggled([5, 3, 4], 3)).toEqual([5, 4]);
});
