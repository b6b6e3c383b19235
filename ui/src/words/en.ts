/**
 * Every word on the screen, in English: one file for each area in `en/`. Another language is another object of this shape.
 * The names of screens that letters mention are in words/en.json, which the registry reads too.
 */
import { activity } from "./en/activity";
import { catalogue } from "./en/catalogue";
import { common } from "./en/common";
import { conflict } from "./en/conflict";
import { coordination } from "./en/coordination";
import { council } from "./en/council";
import { drafts } from "./en/drafts";
import { failures } from "./en/failures";
import { firstRun } from "./en/firstRun";
import { frame } from "./en/frame";
import { help } from "./en/help";
import { inbox } from "./en/inbox";
import { outbox } from "./en/outbox";
import { people } from "./en/people";
import { project } from "./en/project";
import { search } from "./en/search";
import { secondFactor } from "./en/secondFactor";
import { settings } from "./en/settings";

export const en = {
  activity,
  catalogue,
  common,
  conflict,
  coordination,
  council,
  drafts,
  failures,
  firstRun,
  frame,
  help,
  inbox,
  outbox,
  people,
  project,
  search,
  secondFactor,
  settings,
};

export type Words = typeof en;
