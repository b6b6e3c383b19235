import { cleanup, render, screen } from "@testing-library/svelte";
import { afterEach, expect, test } from "vitest";
import { router } from "../../stores/router.svelte";
import BackToDraft from "./BackToDraft.svelte";

afterEach(() => {
  cleanup();
  router.reset();
});

const back = () => screen.queryByRole("link", { name: "Back to your draft" });

test("from a similar project, and the next, there is a way back to the draft", () => {
  router.go({ name: "draft", id: "d", section: "needs" });
  router.go({ name: "project", id: "1" });
  router.go({ name: "project", id: "2" });
  render(BackToDraft);
  back()?.click();
  expect(router.route).toEqual({ name: "draft", id: "d", section: "needs" });
});

test("a project that was found otherwise has none", () => {
  router.go({ name: "draft", id: "d", section: "needs" });
  router.go({ name: "projects" });
  router.go({ name: "project", id: "1" });
  render(BackToDraft);
  expect(back()).toBeNull();
});
