/** Which screen answers to which route. A screen reads the rest of its route from `router`. */
import type { Component } from "svelte";
import type { Route } from "../stores/router.svelte";
import History from "./drafts/conflict/History.svelte";
import Council from "./council/Council.svelte";
import Find from "./catalogue/search/Find.svelte";
import Draft from "./drafts/Draft.svelte";
import Drafts from "./drafts/Drafts.svelte";
import Outbox from "./drafts/Outbox.svelte";
import FirstRun from "./account/first-run/FirstRun.svelte";
import SignIn from "./account/sign-in/SignIn.svelte";
import Inbox from "./council/reviews/Inbox.svelte";
import Review from "./council/reviews/Review.svelte";
import Audit from "./council/Audit.svelte";
import Coordinators from "./council/coordination/Coordinators.svelte";
import People from "./council/people/People.svelte";
import Settings from "./settings/Settings.svelte";

export const screens: Record<Route["name"], Component> = {
  firstRun: FirstRun,
  signIn: SignIn,
  // One screen for both: the list stays where it is while projects open beside it.
  find: Find,
  project: Find,
  council: Council,
  drafts: Drafts,
  draft: Draft,
  outbox: Outbox,
  inbox: Inbox,
  review: Review,
  people: People,
  coordinators: Coordinators,
  audit: Audit,
  history: History,
  settings: Settings,
};
