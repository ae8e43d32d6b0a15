// Shows parts of a case in a verdict: the lots, events, notices and parties that it is about.
import type { Chain } from "./chain.ts";
import type { Position } from "../chain/ledger-log.ts";
import { AFTER_ALL } from "../chain/place.ts";
import { detailName } from "../event/details.ts";
import type { DetailName } from "../event/detail-fields.ts";
import type { Disclosure } from "../event/disclosure.ts";
import { actionName } from "../event/event.ts";
import { issuerOf } from "../event/lot.ts";
import { NOTICE_KINDS, type NoticeKindName } from "../event/notice.ts";
import { lineOfCustody } from "../trail/custody.ts";
import type { Finding, Verdict } from "../verdict/verdict.ts";
import type { Case } from "./case.ts";
import { factBefore, isChange, valueOf } from "./corrections.ts";
import { identityOf } from "./identity.ts";
import { isFinal } from "./places.ts";
import { detailsFaults } from "./signed.ts";

/** The event that made the pieces. */
export function originView({ trail, identities }: Case): Verdict["origin"] {
  const origin = identities.origins.get(trail.lot);
  const action = origin && actionName(origin.by.event.action);
  if (action !== "commission" && action !== "introduce" && action !== "assemble") return null;
  const { event, digest } = origin!.by;
  return { lot: origin!.lot, event: digest, action, party: event.actor, time: event.time };
}

/** The fields in which a party says why it acted, and what it found. */
const TELLING = [
  "reason",
  "shortfallReason",
  "inspectionResult",
  "testResult",
  "remarks",
  "photoHash",
] as const satisfies readonly DetailName[];

/** What happened to the lot, with what each party says about it. */
export function custodyViews({ trail, replay, identities }: Case): Verdict["custody"] {
  return lineOfCustody(trail.lot, replay.steps).map(({ step, index, ...shown }) => {
    const says = TELLING.flatMap((name) => {
      const detail = identities.stated(step, index, name);
      return detail && "value" in detail ? [[name, detail.value]] : [];
    });
    return { ...shown, details: Object.fromEntries(says) as Record<string, string> };
  });
}

/** Every event of the trail with its record or its place in a log. */
export function eventViews({ replay, chain, trust }: Case): Verdict["events"] {
  const at = (askedChain: Chain, { block, transaction }: Position) => ({
    block,
    transaction,
    time: askedChain.times.get(block)!,
    final: isFinal(askedChain, trust, block),
  });
  return replay.steps.map((step) => {
    const { event, digest } = step;
    const common = { event: digest, action: event.action, actor: event.actor, time: event.time };
    const record = chain?.records.get(step);
    const checkpoint = chain?.logged.get(step);
    if (chain && record)
      return { ...common, recorded: at(chain, record), logged: null, guarantee: "ledger" };
    if (!chain || !checkpoint) return { ...common, recorded: null, logged: null, guarantee: null };
    const { operator, index, size } = step.logged!;
    return {
      ...common,
      recorded: null,
      logged: { operator, index, size, ...at(chain, checkpoint) },
      guarantee: "log",
    };
  });
}

/** Every notice that concerns the lot. */
export function noticeViews({ notices: { all } }: Case): Verdict["notices"] {
  const kinds = Object.keys(NOTICE_KINDS) as NoticeKindName[];
  return all.map(({ digest, notice, item, taken, withdrawn }) => ({
    notice: digest,
    lot: notice.lot,
    issuer: notice.issuer,
    time: notice.time,
    withdrawn,
    kind: kinds.find((kind) => NOTICE_KINDS[kind] === notice.kind)!,
    recorded: taken !== undefined,
    details: signedDetails(notice.details, item?.details ?? null),
  }));
}

/** The facts that issuers corrected: what they stated first, what holds now, and why. */
export function correctionViews({
  corrections: { facts },
  notices: { all },
}: Case): Verdict["corrections"] {
  const evidence = new Map(all.map((each) => [each.digest, each]));
  return facts.flatMap((corrected) =>
    corrected.corrections.flatMap(({ digest, fact }, i) => {
      if (!isChange(corrected, i)) return [];
      const { notice, item } = evidence.get(digest)!;
      const { lot, name } = corrected;
      return {
        notice: digest,
        lot,
        issuer: notice.issuer,
        time: notice.time,
        name,
        before: valueOf(factBefore(corrected, i)) ?? null,
        after: valueOf(fact) ?? null,
        reason: String(signedDetails(notice.details, item?.details ?? null).reason ?? "") || null,
      };
    }),
  );
}

/** The shown details of a notice. None where they are not the signed ones: what somebody put in must not be read as its issuer's word. */
function signedDetails(
  root: string,
  details: Disclosure | null,
): Verdict["notices"][number]["details"] {
  const isSigned = details !== null && [...detailsFaults(root, details, 0, {})].length === 0;
  return isSigned
    ? Object.fromEntries(details.open.map(({ path, value }) => [detailName(path), value]))
    : {};
}

/** The lots that the verdict names, as far as the trail says what they are. */
export function lotViews(
  { trail, notices, identities }: Case,
  findings: readonly Finding[],
): Verdict["lots"] {
  const named = [
    trail.lot,
    ...findings.flatMap(({ lot }) => lot ?? []),
    ...notices.all.map(({ notice }) => notice.lot),
  ];
  return [...new Set(named)].flatMap((lot) => {
    const identity = identityOf(identities, lot);
    return Object.values(identity).some((value) => value !== null) ? [{ lot, ...identity }] : [];
  });
}

/** The parties that the verdict names, as the ledger has them: of the trail, of its notices, and in findings. */
export function partyViews(
  { replay, notices, chain }: Case,
  findings: readonly Finding[],
): Verdict["parties"] {
  if (!chain) return [];
  const named = [
    ...replay.steps.flatMap(({ event: { actor, consignee } }) => [actor, consignee]),
    ...[...replay.ancestry.lots].map(issuerOf),
    ...notices.all.map(({ notice }) => notice.issuer),
    ...findings.flatMap(({ expected, found }) => [expected, found].map(String).filter(isAddress)),
  ];
  return [...new Set(named)].flatMap((party) => {
    const standing = chain.registry.party(party, AFTER_ALL);
    if (!standing) return [];
    const { name, roles, suspended } = standing;
    return [{ party, name, roles, suspended }];
  });
}

const isAddress = (text: string): boolean => /^0x[0-9a-f]{40}$/.test(text);
