/** Which screen answers to which route. A screen reads the rest of its route from `router`. */
import type { Component } from "svelte";
import type { Route } from "../stores/router.svelte";
import Blank from "./Blank.svelte";

export const screens: Record<Route["name"], Component> = {
  firstRun: Blank,
  signIn: Blank,
  // One screen for both: the list stays where it is while projects open beside it.
  find: Blank,
  project: Blank,
  council: Blank,
  drafts: Blank,
  draft: Blank,
  outbox: Blank,
  settings: Blank,
};
