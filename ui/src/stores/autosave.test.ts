import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Failure } from "../bindings";
import { Autosave } from "./autosave.svelte";

type Answer = { status: "ok"; data: string } | { status: "error"; error: Failure };

let kept: string[];
let answers: ((answer: Answer) => void)[];
let autosave: Autosave<string, string>;

beforeEach(() => {
  vi.useFakeTimers();
  kept = [];
  answers = [];
  autosave = new Autosave(
    (form) => {
      kept.push(form);
      return new Promise<Answer>((answer) => answers.push(answer));
    },
    () => {},
  );
});
afterEach(() => vi.useRealTimers());

async function answer(with_: Answer): Promise<void> {
  answers.shift()?.(with_);
  await vi.advanceTimersByTimeAsync(0);
}

test("typing is saved once, within a second of the last key", async () => {
  for (const text of ["b", "bi", "bin"]) autosave.changed(text);
  expect(kept).toEqual([]);
  await vi.advanceTimersByTimeAsync(900);
  expect(kept).toEqual(["bin"]);
  await answer({ status: "ok", data: "" });
  expect(autosave.state).toBe("saved");
});

test("who types without a pause is saved every half second", async () => {
  let typed = "";
  for (let tenths = 0; tenths < 100; tenths += 1) {
    typed += "x";
    autosave.changed(typed);
    await vi.advanceTimersByTimeAsync(100);
    await answer({ status: "ok", data: "" });
    expect(typed.length - (kept.at(-1)?.length ?? 0)).toBeLessThan(10);
  }
  expect(kept.length).toBeGreaterThanOrEqual(15);
});

test("a slow save delays the next by no more than itself", async () => {
  autosave.changed("one");
  await vi.advanceTimersByTimeAsync(500);
  autosave.changed("two");
  await vi.advanceTimersByTimeAsync(2000);
  expect(kept).toEqual(["one"]);
  await answer({ status: "ok", data: "" });
  expect(kept).toEqual(["one", "two"]);
});

test("a save that never answers does not hold up the next for ever", async () => {
  autosave.changed("one");
  await vi.advanceTimersByTimeAsync(500);
  autosave.changed("two");
  await vi.advanceTimersByTimeAsync(10_000);
  expect(kept).toEqual(["one", "two"]);
  // The first save finishes late and may have overwritten the second, so the text is saved again.
  answers.pop()?.({ status: "ok", data: "" });
  await answer({ status: "ok", data: "" });
  await vi.advanceTimersByTimeAsync(500);
  expect(kept).toEqual(["one", "two", "two"]);
});

test("two saves are never under way at once, and the newest text is saved last", async () => {
  autosave.changed("one");
  await vi.advanceTimersByTimeAsync(500);
  autosave.changed("two");
  autosave.changed("three");
  await vi.advanceTimersByTimeAsync(4000);
  expect(kept).toEqual(["one"]);
  await answer({ status: "ok", data: "" });
  expect(kept).toEqual(["one", "three"]);
});

test("what could not be saved is tried again, with what was typed since", async () => {
  autosave.changed("one");
  await vi.advanceTimersByTimeAsync(500);
  await answer({ status: "error", error: { code: "disk_full" } });
  expect(autosave.state).toBe("failed");
  expect(autosave.failure).toEqual({ code: "disk_full" });
  await vi.advanceTimersByTimeAsync(3500);
  expect(kept).toEqual(["one", "one"]);
  await answer({ status: "ok", data: "" });
  expect(autosave.state).toBe("saved");
});

test("leaving saves at once", async () => {
  autosave.changed("one");
  const left = autosave.flush();
  expect(kept).toEqual(["one"]);
  await answer({ status: "ok", data: "" });
  expect(await left).toBe(true);
});
