import { expect, test } from "vitest";
import type { Facets } from "../../../bindings";
import { emptyQuery } from "../../../stores/search.svelte";
import { chosen, cleared, isNarrowed, nameOf, offered, toggled } from "./facets";

const none: Facets = { phases: [], councils: [], nations: [], regions: [], services: [], collaborations: [], tags: [] };

test("a value is taken in and out again", () => {
  const beta = toggled(emptyQuery(), "phases", "beta");
  expect(chosen(beta, "phases")).toEqual(["beta"]);
  expect(isNarrowed(beta)).toBe(true);
  expect(toggled(beta, "phases", "beta")).toEqual(emptyQuery());
});

test("services go back to the client as numbers", () => {
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

test("phases are offered in the order in which a project goes through them, the rest as the client counted", () => {
  const phases = ["live", "idea", "stopped", "beta"].map((value) => ({ value, label: "", count: 1 }));
  const tags = ["waste", "bins"].map((value) => ({ value, label: value, count: 1 }));
  const all = offered({ ...none, phases, tags }, emptyQuery(), null);
  expect(all.phases.map((count) => count.value)).toEqual(["idea", "beta", "live", "stopped"]);
  expect(all.tags.map((count) => count.value)).toEqual(["waste", "bins"]);
});

test("what was chosen stays there to be taken out, with its name, though nothing has it any more", () => {
  const query = toggled(emptyQuery(), "councils", "BCH");
  const before = { ...none, councils: [{ value: "BCH", label: "Barchester City Council", count: 5 }] };
  expect(offered(none, query, before).councils).toEqual([{ value: "BCH", label: "Barchester City Council", count: 0 }]);
});
