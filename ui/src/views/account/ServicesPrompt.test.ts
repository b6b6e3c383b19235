import { render, screen } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, test } from "vitest";
import type { Start } from "../../bindings";
import { router } from "../../stores/router.svelte";
import { search } from "../../stores/search.svelte";
import { session } from "../../stores/session.svelte";
import ServicesPrompt from "./ServicesPrompt.svelte";

const started = (services: number[]) => ({ settings: { services } }) as unknown as Start;

beforeEach(() => {
  localStorage.clear();
  search.clear();
  router.reset();
  session.start = started([]);
});

test("services are asked for after the first search", async () => {
  render(ServicesPrompt);
  expect(screen.queryByRole("region")).toBeNull();
  search.query.text = "bins";
  expect(await screen.findByRole("region", { name: "Your services" })).toBeVisible();
  await userEvent.click(screen.getByRole("button", { name: "Choose your services" }));
  expect(router.route).toEqual({ name: "settings", topic: "services" });
});

test("who declines is not asked again", async () => {
  const { unmount } = render(ServicesPrompt);
  search.query.text = "bins";
  await userEvent.click(await screen.findByRole("button", { name: "No thanks" }));
  expect(screen.queryByRole("region")).toBeNull();
  unmount();
  render(ServicesPrompt);
  expect(screen.queryByRole("region")).toBeNull();
});

test("who has chosen services is not asked", async () => {
  session.start = started([524]);
  render(ServicesPrompt);
  search.query.text = "bins";
  await Promise.resolve();
  expect(screen.queryByRole("region")).toBeNull();
});
