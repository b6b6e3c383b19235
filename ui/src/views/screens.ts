/** The screen of each route. A screen reads its route's parameters from `router`. */
import type { Component } from "svelte";
import type { Route } from "../stores/router.svelte";
import FirstRun from "./account/first-run/FirstRun.svelte";
import SignIn from "./account/sign-in/SignIn.svelte";
import Catalogue from "./catalogue/Catalogue.svelte";
import Needs from "./catalogue/parts/Needs.svelte";
import Products from "./catalogue/parts/Products.svelte";
import Services from "./catalogue/parts/Services.svelte";
import CouncilProfile from "./catalogue/places/CouncilProfile.svelte";
import Service from "./catalogue/places/Service.svelte";
import ActivityLog from "./council/activity/ActivityLog.svelte";
import Coordination from "./council/coordination/Coordination.svelte";
import Merger from "./council/coordination/Merger.svelte";
import Council from "./council/Council.svelte";
import ChangeRole from "./council/people/ChangeRole.svelte";
import People from "./council/people/People.svelte";
import Decided from "./council/reviews/Decided.svelte";
import Inbox from "./council/reviews/Inbox.svelte";
import Review from "./council/reviews/Review.svelte";
import UnusedTexts from "./drafts/conflict/UnusedTexts.svelte";
import Draft from "./drafts/Draft.svelte";
import Work from "./drafts/Work.svelte";
import Help from "./frame/Help.svelte";
import Settings from "./settings/Settings.svelte";

export const screens: Record<Route["name"], Component> = {
  firstRun: FirstRun,
  signIn: SignIn,
  // One screen for both, so that the results stay where they are while a project opens.
  projects: Catalogue,
  project: Catalogue,
  needs: Needs,
  services: Services,
  products: Products,
  councilPage: CouncilProfile,
  service: Service,
  council: Council,
  work: Work,
  draft: Draft,
  inbox: Inbox,
  review: Review,
  decided: Decided,
  people: People,
  role: ChangeRole,
  coordination: Coordination,
  merger: Merger,
  audit: ActivityLog,
  history: UnusedTexts,
  settings: Settings,
  help: Help,
};
