import { render, screen } from "@testing-library/svelte";
import { afterEach, expect, test } from "vitest";
import type { Start } from "../../bindings";
import { session } from "../../stores/session.svelte";
import Help from "./Help.svelte";

afterEach(() => (session.start = null));

const facts = { name: "Borsetshire councils", privacy_notice: "We keep your address.", contact: "help@borsetshire.example" };
const started = (more: object) =>
  ({ version: "0.1.0", account: null, registry: { address: "https://r.example", facts: { ...facts, ...more } } }) as unknown as Start;

test("help says whom to ask, and has the privacy notice and the accessibility statement", () => {
  session.start = started({});
  render(Help);
  const addresses = screen.getAllByRole("link", { name: "help@borsetshire.example" });
  expect(addresses.map((link) => link.getAttribute("href"))).toEqual(Array(2).fill("mailto:help@borsetshire.example"));
  expect(screen.getByText(/^Your registry is Borsetshire councils/)).toBeVisible();
  expect(screen.getByRole("region", { name: "Privacy notice" })).toHaveTextContent("We keep your address.");
  expect(screen.getByRole("region", { name: "Accessibility statement" })).toHaveTextContent("version 2.2 at level AA");
  expect(screen.getByRole("region", { name: "Keyboard shortcuts" })).toHaveTextContent("Next part of the window");
});

test("a contact that is a page is a link, and a missing one is said", () => {
  session.start = started({ contact: "https://borsetshire.example/help" });
  const { unmount } = render(Help);
  expect(screen.getAllByRole("link", { name: /borsetshire.example\/help/ })).toHaveLength(2);
  unmount();
  session.start = started({ contact: null, privacy_notice: "" });
  render(Help);
  expect(screen.getAllByText(/has not given an email address/)).toHaveLength(2);
  expect(screen.getByText(/has not given a privacy notice/)).toBeVisible();
});
