import { expect, test } from "vitest";
import { answers, changes } from "./answers";
import { form } from "./fixtures";

const service = (id: number) => `Service ${id}`;
const date = (day: string, month: string, year: string) => ({ day, month, year });

test("every answer is there, in words", () => {
  const filled = form({
    services: [524],
    needs: [{ id: "n", as_a: "resident", i_need: "know", so_that: "I can plan", evidence: "" }],
    phase_dates: [{ phase: "alpha", started: date("", "3", "2026"), ended: date("", "", "") }],
    approach: "buy",
    contract_ends: date("31", "3", "2027"),
    wanted: [{ kind: "code", what: "Rust", by: date("", "", "") }],
    links: [{ id: "l", kind: "repository", url: "https://x.example", label: "" }],
  });
  const said = Object.fromEntries(answers(filled, service).map(({ field, text }) => [field, text]));
  expect(Object.keys(said).toSorted()).toEqual(Object.keys(filled).toSorted());
  expect(said).toMatchObject({
    visibility: "Anyone on the internet",
    services: "Service 524",
    needs: "As a resident I need to know so that I can plan",
    phase_dates: "Alpha started March 2026",
    contract_ends: "31 March 2027",
    wanted: "Code, Rust",
    links: "Code repository: https://x.example",
  });
});

test("a question without an answer has no text, and a date that is none is as typed", () => {
  const said = answers(form({ visibility: null, contract_ends: date("31", "Febr", "2026") }), service);
  const of = (field: string) => said.find((answer) => answer.field === field)?.text;
  expect([of("visibility"), of("contract_ends")]).toEqual(["", "31 Febr 2026"]);
});

test("of an edit, what changed is told with what was there before", () => {
  const before = form({ summary: "Old words" });
  expect(changes(before, form({ summary: "New words", phase: "beta" }), service)).toEqual([
    { name: "Summary", was: "Old words", now: "New words", section: "about" },
    { name: "Phase", was: "Alpha", now: "Beta", section: "phase" },
  ]);
  expect(changes(before, before, service)).toEqual([]);
});
