// Judges rule V26, alerts. No recall, hold or alert applies to the lot or to anything it was made
// from.
import { type Alert, STATEMENT_KINDS } from "../../event/statement.ts";
import type { Case } from "../case.ts";
import {
  type Days,
  earlierParts,
  type Part,
  isSameName,
  mayBeSameCompany,
  partsOf,
} from "../parts.ts";
import { areAmong } from "../../label/several.ts";
import { card } from "../../verdict/findings/v26-alerts.ts";
import { type FindingOf, rule } from "./rule.ts";

export const alerts = rule(card, function* (subject) {
  const { hasRecord, statements, chain, replay, identities, input } = subject;
  if (!statements) return yield { unknown: "ALERTS_NOT_KNOWN" };
  if (input.facts?.alertsLeftOut) yield { unknown: "ALERTS_LEFT_OUT" };
  for (const { statement, digest, field } of statements.unsound)
    if (statement.kind !== STATEMENT_KINDS.authorisation)
      yield { code: "ALERT_UNSOUND", statement: digest, field };
  if (!chain) yield { unknown: "ALERT_ISSUERS_NOT_KNOWN" };
  const parts = partsOf(subject);
  const lots = hasRecord ? [...replay.ancestry.lots] : [];
  if (parts.some(({ mpn }) => mpn === null) || lots.some((lot) => !identities.origins.has(lot)))
    yield { unknown: "PARTS_NOT_IDENTIFIED" };
  const ofMpn = byMpn(parts);
  // An alert on what a record stated before may still be about these parts: neither a correction nor its withdrawal silences it.
  const earlierOfMpn = byMpn(earlierParts(subject));
  for (const alert of statements.sound) {
    if (alert.kind !== "alert" || alert.withdrawn) continue;
    const { content, digest, issuer, stands } = alert;
    const key = mpnKey(content.mpn);
    const codeOf = (part: Part) =>
      mayCount(subject, issuer, part) ? matchAlert(content, part) : undefined;
    const matches = (ofMpn.get(key) ?? []).flatMap((part) => pairOf(part.lot, codeOf(part)));
    const matched = new Set(matches.map(({ lot }) => lot));
    const earlier = (earlierOfMpn.get(key) ?? [])
      .filter((part) => !matched.has(part.lot) && codeOf(part) !== undefined)
      .map(({ lot }) => lot);
    const doubtful = [...new Set(earlier)].flatMap((lot) => pairOf(lot, MAY_APPLY));
    for (const { lot, code } of [...matches, ...doubtful])
      yield {
        code: stands === false ? "ALERT_WITHOUT_STANDING" : code,
        statement: digest,
        lot,
        field: "mpn",
        found: `${content.source}, ${content.reference}`,
      };
  }
});

type Code = FindingOf<typeof card>["code"];
const MAY_APPLY = "ALERT_MAY_APPLY" satisfies Code;
const mpnKey = (mpn: string) => mpn.trim().toUpperCase();
const byMpn = (parts: readonly Part[]) =>
  Map.groupBy(parts, ({ mpn }) => (mpn === null ? undefined : mpnKey(mpn)));
const pairOf = (lot: string, code: Code | undefined) => (code ? [{ lot, code }] : []);

/** Whether an issuer's alerts count: the reader itself, an issuer that its policy names, or the party that made the pieces. */
function mayCount({ input, policy }: Case, issuer: string, part: Part): boolean {
  return (
    issuer === input.facts?.reader || issuer === part.maker || policy.alertIssuers.includes(issuer)
  );
}

const CODES = {
  counterfeit: "ALERT_COUNTERFEIT",
  suspect: "ALERT_SUSPECT",
  recall: "ALERT_RECALL",
  stolen: "ALERT_STOLEN",
  change: "CHANGE_NOTICE",
  "end-of-life": "END_OF_LIFE",
} as const satisfies Record<Alert["kind"], Code>;

/**
 * The code of an alert on the part number for some parts. Undefined if it concerns others. It certainly concerns these only
 * if everything that it names can be compared and matches.
 */
export function matchAlert(
  { kind, manufacturer, makerLots, dateCodeFrom, dateCodeTo }: Alert,
  part: Part,
): Code | undefined {
  const hasDays = dateCodeFrom !== undefined || dateCodeTo !== undefined;
  const fits = [
    manufacturer === undefined || fitsName(manufacturer, part.manufacturer),
    !makerLots || fitsLot(makerLots, part.makerLot),
    !hasDays || fitsDates({ from: dateCodeFrom ?? "", to: dateCodeTo ?? "9999-12-31" }, part.dates),
  ];
  if (fits.includes(false)) return undefined;
  const isNews = kind === "change" || kind === "end-of-life";
  return fits.includes(null) && !isNews ? "ALERT_MAY_APPLY" : CODES[kind];
}

/** A package may declare several lots: one of them is enough. Null if the text may list one of them, or is not known. */
function fitsLot(makerLots: readonly string[], recorded: string | null): boolean | null {
  if (recorded === null) return null;
  const fits = makerLots.map((lot) => areAmong([lot], recorded));
  return fits.includes(true) || (fits.includes(null) ? null : false);
}

/** A package may have several dates: one of them is enough. Null if a date can be read in several ways, or is not known. */
function fitsDates(span: Days, dates: Part["dates"]): boolean | null {
  const isIn = ({ from, to }: Days) => to >= span.from && from <= span.to;
  const fits = dates.map((readings) => {
    if (readings.length > 0 && readings.every(isIn)) return true;
    return readings.length === 0 || readings.some(isIn) ? null : false;
  });
  if (fits.includes(true)) return true;
  return fits.length === 0 || fits.includes(null) ? null : false;
}

/** Names that differ in the legal form alone may be of two companies: a person has to compare them. */
function fitsName(named: string, recorded: string | null): boolean | null {
  if (recorded === null) return null;
  return isSameName(named, recorded) || (mayBeSameCompany(named, recorded) ? null : false);
}
