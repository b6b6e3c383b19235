import { emit } from "@tauri-apps/api/event";
import { clearMocks, mockIPC } from "@tauri-apps/api/mocks";
import { afterEach, expect, test, vi } from "vitest";
import { beforeClosing, followClosing } from "./closing";

afterEach(() => clearMocks());

test("the window closes once everything is saved, also where one save fails", async () => {
  const steps: string[] = [];
  mockIPC((command) => void steps.push(command), { shouldMockEvents: true });
  let saved: () => void = () => {};
  const stops = [
    beforeClosing(() => new Promise<void>((resolve) => (saved = resolve)).then(() => steps.push("saved"))),
    beforeClosing(() => Promise.reject(new Error("disk full"))),
  ];
  stops.push(beforeClosing(async () => steps.push("taken off")));
  stops.pop()?.();
  stops.push(await followClosing());
  await emit("closing");
  expect(steps).toEqual([]);
  saved();
  await vi.waitFor(() => expect(steps).toEqual(["saved", "close"]));
  stops.forEach((stop) => stop());
});
