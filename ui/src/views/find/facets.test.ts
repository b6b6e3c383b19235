import { expect, test } from "vitest";
import { emptyQuery } from "../../stores/search.svelte";
import { chosen, cleared, isNarrowed, nameOf, toggled } from "./facets";

test("a value is taken in and out again", () => {
  const beta = toggled(emptyQuery(), "phases", "beta");
  expect(chosen(beta, "phases")).toEqual(["beta"]);
  expect(isNarrowed(beta)).toBe(true);
  expect(toggled(beta, "phases", "beta")).toEqual(emptyQuery());
});

test("services go back to the desk as numbers", () => {
  expect(toggled(emptyQuery(), "services", "9001").services).toEqual([9001]);
});

test("clearing keeps the words that were typed", () => {
  const query = toggled({ ...emptyQuery(), text: "bins" }, "tags", "waste");
  expect(cleared(query)).toEqual({ ...emptyQuery(), text: "bins" });
});

test("a value is called by its own name, or by the window's word for it", () => {
  expect(nameOf("councils", { value: "BCH", label: "Barchester City Council", count: 1 })).toBe("Barchester City Council");
  expect(nameOf("phases", { value: "beta", label: "", count: 1 })).toBe("Beta");
  expect(nameOf("nations", { value: "wales", label: "", count: 1 })).toBe("Wales");
});
