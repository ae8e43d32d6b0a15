// V26: no recall, hold or alert is out on the parts.
import { type Alert, STATEMENT_KINDS } from "../../event/statement.ts";
import type { Found } from "../../verdict/verdict.ts";
import type { Case } from "../case.ts";
import { type Part, isSameCode, isSameName, partsOf } from "../parts.ts";
import { kind, type Kinds, type Rule } from "./rule.ts";

export const findings = {
  RECALLED: kind(
    "HOLD",
    "issuer",
    "The issuer has recalled this lot: do not use it, and follow the recall.",
  ),
  SUSPECTED: kind(
    "WARN",
    "issuer",
    "A party has voiced a suspicion about this lot: read the notice and inspect the parts.",
  ),
  LOT_IS_HELD: kind(
    "HOLD",
    "holder",
    "The lot's holder has put it on hold: do not use it until the holder releases it.",
  ),
  ALERT_COUNTERFEIT: kind(
    "HOLD",
    "holder",
    "An alert reports counterfeits of these parts: keep them apart, have them tested, and report them as your procedure says.",
  ),
  ALERT_SUSPECT: kind(
    "HOLD",
    "holder",
    "An alert holds parts like these for suspect: keep them apart until an inspection or a laboratory has cleared them.",
  ),
  ALERT_RECALL: kind(
    "HOLD",
    "holder",
    "An imported alert says that these parts are recalled: keep them apart, and follow the recall that it names.",
  ),
  ALERT_STOLEN: kind(
    "HOLD",
    "holder",
    "An alert reports parts like these stolen: keep them apart, and ask the sender for its proof of purchase.",
  ),
  ALERT_MAY_APPLY: kind(
    "WARN",
    "holder",
    "An alert is out on this part number, and whether it is about this very lot cannot be told: read it and compare the label.",
  ),
  CHANGE_NOTICE: kind(
    "INFO",
    "reader",
    "The part is subject to a change notice: check whether the change matters where you use it.",
  ),
  END_OF_LIFE: kind(
    "INFO",
    "reader",
    "The part is at the end of its life, or will be: look for where you get it from then, and beware of other sources.",
  ),
  ALERT_WITHOUT_STANDING: kind(
    "INFO",
    "reader",
    "An alert is out on the parts whose issuer or key no longer counts on the ledger: ask the issuer whether it stands by it.",
  ),
  ALERT_UNSOUND: kind(
    "WARN",
    "service",
    "An alert or a withdrawal was altered, or its issuer has not signed it, so it counts for nothing: ask the issuer for it again.",
  ),
} satisfies Kinds;

/** No recall, hold or alert is out on the parts. */
export const alerts: Rule = {
  id: "V26",
  name: "alerts",
  version: 3,
  looksAt: "notices and alerts on the lot and on what it was made of, and the holder's hold",
  findings,
  unknowns: {
    ALERTS_NOT_KNOWN:
      "Which alerts are out on the parts was not looked up: verify where the alert lists that you go by are imported.",
    ALERTS_LEFT_OUT:
      "More alerts stand on these parts than could be looked at, the newest were: ask their issuers to withdraw what is settled.",
    ALERT_ISSUERS_NOT_KNOWN:
      "Whether the issuers of alerts still count was not asked of the ledger: verify with a node that answers.",
    PARTS_NOT_IDENTIFIED:
      "The part number of the lot, or of something that it was made of, is not shown, so alerts on it cannot be found.",
  },
  *judge(subject) {
    const { statements, chain, replay, identities, given } = subject;
    if (!statements) return yield { unknown: "ALERTS_NOT_KNOWN" };
    if (given.facts?.alertsLeftOut) yield { unknown: "ALERTS_LEFT_OUT" };
    for (const { statement, digest, field } of statements.unsound)
      if (statement.kind !== STATEMENT_KINDS.authorisation)
        yield { code: "ALERT_UNSOUND", statement: digest, field };
    if (!chain) yield { unknown: "ALERT_ISSUERS_NOT_KNOWN" };
    const parts = partsOf(subject);
    if (
      parts.some(({ mpn }) => mpn === null) ||
      [...replay.ancestry.lots].some((lot) => !identities.origins.has(lot))
    )
      yield { unknown: "PARTS_NOT_IDENTIFIED" };
    const ofMpn = Map.groupBy(parts, ({ mpn }) => mpn?.trim().toUpperCase());
    for (const known of statements.known) {
      if (known.kind !== "alert" || known.withdrawn) continue;
      const { content, digest, issuer, stands } = known;
      for (const part of ofMpn.get(content.mpn.trim().toUpperCase()) ?? []) {
        const found = mayCount(subject, issuer, part) ? match(content, part) : undefined;
        if (!found) continue;
        const code = stands === false ? "ALERT_WITHOUT_STANDING" : found;
        yield {
          code,
          statement: digest,
          lot: part.lot,
          field: "mpn",
          found: `${content.source}, ${content.reference}`,
        };
      }
    }
  },
};

/** Whose alerts count: the asking party's own, those of whom its policy names, and of who brought the pieces into being. */
function mayCount({ given, policy }: Case, issuer: string, part: Part): boolean {
  return (
    issuer === given.facts?.reader || issuer === part.party || policy.alertIssuers.includes(issuer)
  );
}

const CODES = {
  counterfeit: "ALERT_COUNTERFEIT",
  suspect: "ALERT_SUSPECT",
  recall: "ALERT_RECALL",
  stolen: "ALERT_STOLEN",
  change: "CHANGE_NOTICE",
  "end-of-life": "END_OF_LIFE",
} as const satisfies Record<Alert["kind"], Found["code"]>;

/**
 * What an alert on the part number says of parts; undefined where it is about others. It is about these only where all
 * that it names can be compared, and fits.
 */
function match(
  { kind, manufacturer, makerLots, dateCodeFrom, dateCodeTo }: Alert,
  part: Part,
): Found["code"] | undefined {
  const hasDays = dateCodeFrom !== undefined || dateCodeTo !== undefined;
  const fits = [
    manufacturer === undefined ||
      (part.manufacturer === null ? null : isSameName(manufacturer, part.manufacturer)),
    !makerLots ||
      (part.makerLot === null ? null : makerLots.some((lot) => isSameCode(lot, part.makerLot!))),
    !hasDays ||
      (part.days &&
        part.days.to >= (dateCodeFrom ?? "") &&
        part.days.from <= (dateCodeTo ?? "9999-12-31")),
  ];
  if (fits.includes(false)) return undefined;
  const isNews = kind === "change" || kind === "end-of-life";
  return fits.includes(null) && !isNews ? "ALERT_MAY_APPLY" : CODES[kind];
}
