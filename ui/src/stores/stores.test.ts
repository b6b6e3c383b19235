import { clearMocks, mockIPC } from "@tauri-apps/api/mocks";
import { render, screen, waitFor } from "@testing-library/svelte";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import ErrorSummary from "../components/form/ErrorSummary.svelte";
import PageHeading from "../components/PageHeading.svelte";
import { announcer } from "./announcer.svelte";
import { notice } from "./notice.svelte";
import { path, router } from "./router.svelte";
import { session } from "./session.svelte";
import { shortcutAction } from "./shortcuts.svelte";
import { nextSize } from "./textSize";
import { applyTheme } from "./theme.svelte";

beforeEach(() => router.reset());

describe("the router", () => {
  test("goes and comes back, and leaves out what was replaced", () => {
    router.go({ name: "council" });
    router.go({ name: "project", id: "a" });
    router.go({ name: "project", id: "b" }, { replace: true });
    expect(router.route).toEqual({ name: "project", id: "b" });
    router.back();
    expect(router.route).toEqual({ name: "council" });
    router.back();
    expect(router.route).toEqual({ name: "projects" });
    expect(router.canGoBack).toBe(false);
    router.back();
    expect(router.route).toEqual({ name: "projects" });
  });

  test("goes forward again, until one goes elsewhere", () => {
    router.go({ name: "council" });
    router.go({ name: "work" });
    router.back();
    router.back();
    router.forward();
    expect(router.route).toEqual({ name: "council" });
    router.forward();
    expect(router.route).toEqual({ name: "work" });
    router.forward();
    expect(router.route).toEqual({ name: "work" });
    router.back();
    router.go({ name: "help" });
    router.forward();
    expect(router.route).toEqual({ name: "help" });
  });

  test("going where one is leaves no trace", () => {
    router.go({ name: "projects" });
    expect(router.canGoBack).toBe(false);
  });

  test("writes a route as an address", () => {
    expect(path({ name: "draft", id: "0190", section: "needs" })).toBe("draft/0190/needs");
    expect(path({ name: "work" })).toBe("work");
  });

  test("the new page's h1 takes the keyboard, and names the window", () => {
    router.go({ name: "council" });
    render(PageHeading, { text: "Our council" });
    expect(screen.getByRole("heading", { level: 1 })).toHaveFocus();
    expect(document.title).toBe("Our council – Guildhall");
  });

  test("a heading that appears without a move leaves the keyboard where it is", () => {
    router.go({ name: "projects" }, { focus: false });
    render(PageHeading, { text: "Projects" });
    expect(screen.getByRole("heading", { level: 1 })).not.toHaveFocus();
  });
});

describe("keys", () => {
  const press = (key: string, more: KeyboardEventInit = {}) => shortcutAction(new KeyboardEvent("keydown", { key, ...more }));

  test.each([
    ["k", { ctrlKey: true }, "search"],
    ["K", { metaKey: true }, "search"],
    ["n", { ctrlKey: true }, "newDraft"],
    ["F5", {}, "sync"],
    ["r", { ctrlKey: true }, "sync"],
    ["ArrowLeft", { altKey: true }, "back"],
    ["ArrowRight", { altKey: true }, "forward"],
    ["F6", {}, "nextPane"],
    ["F6", { shiftKey: true }, "previousPane"],
    ["+", { ctrlKey: true, shiftKey: true }, "larger"],
    ["=", { ctrlKey: true }, "larger"],
    ["-", { ctrlKey: true }, "smaller"],
    ["0", { ctrlKey: true }, "normal"],
    ["F1", {}, "keys"],
    ["/", { ctrlKey: true }, "keys"],
    // Speech input says signs like this one (WCAG 2.1.4).
    ["?", { shiftKey: true }, null],
    ["k", {}, null],
    ["n", { ctrlKey: true, shiftKey: true }, null],
    ["ArrowLeft", {}, null],
  ] as const)("%s with %o asks for %s", (key, more, action) => expect(press(key, more)).toBe(action));

  test("zoom keys go through the sizes that Settings has", () => {
    expect([100, 150, 200].map((size) => nextSize(size, 1))).toEqual([125, 175, 200]);
    expect([100, 150, 200].map((size) => nextSize(size, -1))).toEqual([100, 125, 175]);
  });
});

describe("announcements", () => {
  afterEach(() => vi.useRealTimers());

  test("what was said goes again after some seconds", () => {
    vi.useFakeTimers();
    announcer.say("Published: Bins");
    expect(announcer.text).toBe("Published: Bins");
    vi.advanceTimersByTime(10_000);
    expect(announcer.text).toBe("");
  });

  test("two changes at once are both said", () => {
    vi.useFakeTimers();
    announcer.say("Connected.");
    announcer.say("Needs attention: Bins");
    expect(announcer.text).toBe("Connected. Needs attention: Bins");
    vi.advanceTimersByTime(1000);
    announcer.say("You are offline.");
    expect(announcer.text).toBe("You are offline.");
  });
});

test("the title says first that there are errors, and names more than the heading", async () => {
  render(PageHeading, { text: "Links", title: "Links – Bins" });
  expect(document.title).toBe("Links – Bins – Guildhall");
  const { unmount } = render(ErrorSummary, { errors: [{ id: "url", text: "Enter a web address" }] });
  await waitFor(() => expect(document.title).toBe("Error: Links – Bins – Guildhall"));
  unmount();
  await waitFor(() => expect(document.title).toBe("Links – Bins – Guildhall"));
});

test("text size stays between 100 and 200 per cent", () => {
  applyTheme("dark", 150);
  expect(document.documentElement.dataset.theme).toBe("dark");
  expect(document.documentElement.style.fontSize).toBe("150%");
  applyTheme("system", 900);
  expect(document.documentElement.style.fontSize).toBe("200%");
});

test("what was rescued from a damaged file is told, once", async () => {
  const rescued = { drafts: 1, file: "work.damaged.db" };
  const settings = { theme: "system", text_size: 100, work_offline: false, private_days: 30, services: [] };
  mockIPC(() => ({ settings, account: null, rescued }));
  await session.load();
  expect(notice.current?.text).toContain("Guildhall recovered 1 draft");
  notice.clear();
  await session.load();
  expect(notice.current).toBeNull();
  clearMocks();
});
