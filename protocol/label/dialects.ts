// Lists the dialects, in the order in which they are tried.
import type { Habits, OwnForm } from "./cut.ts";
import { assemblyHouse } from "./dialects/assembly-house.ts";
import { digiKey, oldDigiKey } from "./dialects/digi-key.ts";
import { farnell } from "./dialects/farnell.ts";
import { koa } from "./dialects/koa.ts";
import { kyocera } from "./dialects/kyocera.ts";
import { lcsc } from "./dialects/lcsc.ts";
import { matLabel } from "./dialects/mat-label.ts";
import { mouser } from "./dialects/mouser.ts";
import { murata } from "./dialects/murata.ts";
import { nxp } from "./dialects/nxp.ts";
import { samsung } from "./dialects/samsung.ts";
import { stackpole } from "./dialects/stackpole.ts";
import { taiyoYuden } from "./dialects/taiyo-yuden.ts";
import { texasInstruments } from "./dialects/texas-instruments.ts";
import { tmeBlanks, tmeRun, tmeWords } from "./dialects/tme.ts";
import { vishay } from "./dialects/vishay.ts";
import { walsin } from "./dialects/walsin.ts";
import { wuerth } from "./dialects/wuerth.ts";
import { yageo } from "./dialects/yageo.ts";

/** The dialects with data identifiers. MAT-Label comes first because its labels name themselves. */
export const HABITS: readonly Habits[] = [
  matLabel,
  texasInstruments,
  nxp,
  murata,
  kyocera,
  digiKey,
  oldDigiKey,
  farnell,
  mouser,
  taiyoYuden,
  wuerth,
];

/** Data identifiers as in the standard, without a known maker. */
export const PLAIN: Habits = {
  name: "format-06",
  guess: false,
  recognises: () => true,
  meanings: {},
};

/** The dialects without data identifiers. */
export const OWN_FORMS: readonly OwnForm[] = [
  lcsc,
  tmeWords,
  tmeBlanks,
  tmeRun,
  stackpole,
  yageo,
  koa,
  samsung,
  walsin,
  vishay,
  assemblyHouse,
];
