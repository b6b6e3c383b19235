import { expect, test } from "vitest";
import { filterServices, toggled } from "./filterServices";

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
