import { clearMocks, mockIPC } from "@tauri-apps/api/mocks";
import { afterEach, expect, test, vi } from "vitest";
import type { Facets, Found, Query } from "../../../bindings";
import { emptyQuery } from "../../../stores/search.svelte";
import { row } from "../project/fixtures";
import { SearchResults } from "./searchResults.svelte";

const counts: Facets = { phases: [], councils: [], nations: [], regions: [], services: [], collaborations: [], tags: [] };
const query = (text: string): Query => ({ ...emptyQuery(), text });
const found = (...ids: string[]): Found => ({ projects: ids.length, needs: 0, offset: 0, rows: ids.map(row) });

afterEach(() => clearMocks());

/** Answers each search only when told to; `asked` lists the searches so far. */
function heldBack() {
  const waiting = new Map<string, (answer: Found) => void>();
  const asked: string[] = [];
  mockIPC((command, args) => {
    if (command === "facets") return counts;
    const { text } = (args as { query: Query }).query;
    asked.push(text);
    return new Promise<Found>((answer) => waiting.set(text, answer));
  });
  const answer = async (text: string, found: Found) => {
    await vi.waitFor(() => expect(waiting.has(text)).toBe(true));
    waiting.get(text)?.(found);
    waiting.delete(text);
  };
  return { answer, asked };
}

test("who types fast asks for the newest words only, and an overtaken answer is dropped", async () => {
  const { answer, asked } = heldBack();
  const results = new SearchResults();
  const asking = [results.ask(query("b")), results.ask(query("bi"))];
  await answer("bi", found("old"));
  asking.push(results.ask(query("bin")), results.ask(query("bins")));
  await answer("bins", found("new"));
  expect(await Promise.all(asking)).toEqual([false, false, false, true]);
  expect(asked).toEqual(["bi", "bins"]);
  expect(results.found?.rows[0]?.id).toBe("new");
  expect(results.asked.text).toBe("bins");
});

test("the same query asked again is the same list with newer rows", async () => {
  const { answer } = heldBack();
  const results = new SearchResults();
  const ask = async () => {
    const asking = results.ask(query("bin"));
    await answer("bin", found("a"));
    await asking;
    return { list: results.asked, version: results.version };
  };
  const before = await ask();
  const after = await ask();
  expect(after.list).toBe(before.list);
  expect(after.version).not.toBe(before.version);
});

test("a project that moved is found again near where it stood", async () => {
  const all = Array.from({ length: 500 }, (_, at) => `${at}`);
  mockIPC((command, args) => {
    if (command === "facets") return counts;
    const { offset, limit } = args as { offset: number; limit: number };
    return { ...found(...all.slice(offset, offset + limit)), projects: all.length, offset };
  });
  const results = new SearchResults();
  await results.ask(emptyQuery());
  expect(await results.indexOf("7", 7)).toBe(7);
  expect(await results.indexOf("300", 298)).toBe(300);
  expect(await results.indexOf("gone", 298)).toBe(-1);
});

test("a failure is kept until there is an answer", async () => {
  let broken = true;
  mockIPC((command) => {
    if (command === "facets") return counts;
    if (broken) throw { code: "files_broken" };
    return found("a");
  });
  const results = new SearchResults();
  expect(await results.ask(emptyQuery())).toBe(false);
  expect(results.failure?.code).toBe("files_broken");
  broken = false;
  expect(await results.ask(emptyQuery())).toBe(true);
  expect(results.failure).toBeNull();
});
