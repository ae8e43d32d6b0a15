// Lists the dialects, in the order in which they are tried.
import type { Element, Habits, KeyedForm, OwnForm, Piece } from "./cut.ts";
import { assemblyHouse } from "./dialects/assembly-house.ts";
import { chemiCon } from "./dialects/chemi-con.ts";
import { copal } from "./dialects/copal.ts";
import { digiKey, oldDigiKey } from "./dialects/digi-key.ts";
import { farnell } from "./dialects/farnell.ts";
import { infineon } from "./dialects/infineon.ts";
import { jeita } from "./dialects/jeita.ts";
import { koa } from "./dialects/koa.ts";
import { kostal } from "./dialects/kostal.ts";
import { kyocera } from "./dialects/kyocera.ts";
import { lcsc } from "./dialects/lcsc.ts";
import { matLabel } from "./dialects/mat-label.ts";
import { mouser } from "./dialects/mouser.ts";
import { murata } from "./dialects/murata.ts";
import { nxp } from "./dialects/nxp.ts";
import { samsung } from "./dialects/samsung.ts";
import { sii } from "./dialects/sii.ts";
import { stackpole } from "./dialects/stackpole.ts";
import { taiyoYuden } from "./dialects/taiyo-yuden.ts";
import { teConnectivity } from "./dialects/te-connectivity.ts";
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
  infineon,
  murata,
  kyocera,
  digiKey,
  oldDigiKey,
  farnell,
  mouser,
  taiyoYuden,
  wuerth,
];

/** Where 18V identifies the company, 1V has a number of the company's own: a place, a supplier. */
export const COMPANIES: Habits = {
  name: "format-06",
  guess: false,
  recognises: (data) => data.has("18V"),
  meanings: { "1V": { kind: "supplierCode" } },
};

/** Data identifiers as in the standard, without a known manufacturer. */
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
  sii,
  copal,
  chemiCon,
  jeita,
  samsung,
  walsin,
  vishay,
  assemblyHouse,
];

/** The dialects in the envelope of format 06 with keys of their own. */
export const KEYED_FORMS: readonly KeyedForm[] = [teConnectivity, kostal];

/** Cuts the pieces of an envelope that has a dialect's own keys; undefined if none fits. */
export function cutKeyed(
  pieces: readonly Piece[],
): { name: KeyedForm["name"]; elements: Element[] } | undefined {
  for (const { name, cut } of KEYED_FORMS) {
    const elements = cut(pieces);
    if (elements) return { name, elements };
  }
  return undefined;
}
