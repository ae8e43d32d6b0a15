// Makes vectors of statements beside a bundle: which of them count, and what authorisations (V04) and alerts (V26) say of its lot.
import { recoverWithNoble } from "../../protocol/base/crypto.ts";
import { disclose } from "../../protocol/event/disclosure.ts";
import { ROLES } from "../../protocol/event/roles.ts";
import {
  type Alert,
  type Authorisation,
  type SignedStatement,
} from "../../protocol/event/statement.ts";
import type { BundleJson } from "../../protocol/trail/bundle.ts";
import type { Trust } from "../../protocol/verdict/trust.ts";
import { dayOf } from "../../protocol/verify/dates.ts";
import { DAY_SECONDS } from "../../protocol/base/time.ts";
import { bundleFor } from "../../test/support/bundles.ts";
import { type FactsCase, judgeFacts } from "../../test/support/facts-case.ts";
import { admit, enrol, newKey, revoke, suspend, type Party } from "../../test/support/ledger.ts";
import { openPaperLedger } from "../../test/support/paper-ledger.ts";
import { digestOf, statementOf } from "../../test/support/statements.ts";
import { act, commission, deliver, lotOf, openWorld } from "../../test/support/trails.ts";
import { bundleVectors } from "./bundles.ts";
import { vectorsOf } from "./bundles/case.ts";
import * as steps from "./bundles/stage.ts";
import type { Vectors } from "./vector.ts";

const CHAIN = "valid/facts";
const ledger = openPaperLedger();
const world = await openWorld(ledger);
const { maker, distributor, broker, assembler } = world;
const suspended = await admit(ledger, "Southquay Traders", ROLES.distributor);
const lost = await enrol(ledger, maker.address);

const split = async (from: string, number: string, party: Party) => {
  const cut = lotOf(party, number);
  const { quantity } = world.states.get(from)!;
  const lots = { [from]: quantity - 10, [cut]: 10 };
  await act(world, party, "split", { lots, facts: { [cut]: { lotNumber: number } } });
  return cut;
};
const make = async (number: string, facts: object) => {
  const lot = lotOf(maker, number);
  const stated = { [lot]: { lotNumber: number, mpn: "NG74LVC1G08-Q", ...facts } };
  await act(world, maker, "commission", { lots: { [lot]: 5 }, facts: stated });
  return lot;
};

const reel = await commission(world, "F1", 100);
const several = await make("FS", {
  brand: "Northgate Prime",
  makerLot: "L7001; L7002",
  dateCode: "2614",
  dateCodeNewest: "2616",
});
const silent = await make("FW", { manufacturer: "Northgate Semiconductor", brand: "Northgate" });
await deliver(world, maker, distributor, [reel, several, silent]);
const cut = await split(reel, "F2", distributor);
await deliver(world, distributor, broker, [cut]);
await deliver(world, broker, assembler, [cut]);
const product = lotOf(assembler, "FP");
await act(world, assembler, "assemble", {
  lots: { [cut]: 1, [product]: 3 },
  facts: { [product]: { lotNumber: "FP", mpn: "LH-GW-1", dateCode: "2640" } },
});
const introduced = lotOf(broker, "FB");
await act(world, broker, "introduce", {
  lots: { [introduced]: 5 },
  facts: { [introduced]: { lotNumber: "FB", mpn: "NG74LVC1G08-Q", dateCode: "N/T" } },
});
const unclear = await make("FM", {
  manufacturer: "Northgate Semiconductor Ltd.",
  makerLot: "L7005/L7006",
  dateCode: "MIXED",
});
const month = await make("FY", { dateCode: "2028-02", dateCodeFormat: "YYYY-MM" });
await suspend(ledger, suspended);
await revoke(ledger, maker, lost);

const head = ledger.chain.blocks.at(-1)!;
const trust: Trust = { ...ledger.domain, finality: 0, now: Number(head.timestamp) + 60 };

/** The bundle of a lot whose maker and brand are withheld. */
function withheld(): BundleJson {
  const bundle = bundleFor(world, silent);
  for (const item of bundle.trail.events) {
    const known = world.secrets.get(item.event.details);
    const isOpen = (path: readonly (string | number)[]) =>
      !["manufacturer", "brand"].includes(String(path.at(-1)));
    if (known) item.details = disclose(known.details, known.secret, isOpen);
  }
  return bundle;
}

const bundles: Record<string, BundleJson> = {
  cut: bundleFor(world, cut),
  product: bundleFor(world, product),
  introduced: bundleFor(world, introduced),
  several: bundleFor(world, several),
  unclear: bundleFor(world, unclear),
  month: bundleFor(world, month),
  withheld: withheld(),
};
const about: Record<string, string> = {
  cut: "A lot that two distributors received, after a split.",
  product: "A product of that lot.",
  introduced: "A lot that a distributor introduced, without a maker's name or date.",
  several: "A lot of two maker's lots, and of three weeks.",
  unclear: "A maker's lot that may be two, and a date code that is no date.",
  month: "A date code that is a month.",
  withheld: "The maker's name and the brand are withheld.",
};
/** The bundles that statements stand beside. */
export const factsBundles: Vectors = await vectorsOf(
  { chain: ledger.chain, file: `chains/${CHAIN}.json`, trust },
  Object.fromEntries(
    Object.entries(bundles).map(([name, bundle]) => [
      `facts-${name}`,
      { about: about[name]!, bundle },
    ]),
  ),
);
const fileOf = (name: string) => `bundles/valid/facts-${name}.json`;

const received = bundles["cut"]!.trail.events.find(({ event }) => event.action === 4)!.event.time;
const day = dayOf(received);
const near = (days: number) => dayOf(received + days * DAY_SECONDS);
const grant: Authorisation = {
  party: distributor.address,
  brand: "Northgate Semiconductor",
  grade: "authorised",
  from: day,
  to: day,
};
const granted = (more: Partial<Authorisation> = {}, by = maker, key = by.key) =>
  statementOf(world, by, "authorisation", { ...grant, ...more }, { key });
const forever = (party: Party, more: Partial<Authorisation> = {}) => {
  const { to: _to, ...open } = { ...grant, party: party.address, from: "2026-01-01", ...more };
  return statementOf(world, maker, "authorisation", open);
};
const warned: Alert = {
  source: "ITX",
  reference: "ITX-1",
  kind: "counterfeit",
  mpn: "NG74LVC1G08-Q",
};
let numbered = 0;
/** An alert with a number of its own. */
const alerted = (more: Partial<Alert> = {}, by = assembler, key = by.key) =>
  statementOf(world, by, "alert", { ...warned, reference: `ITX-${++numbered}`, ...more }, { key });
const withdrawn = (statement: SignedStatement, by = maker, key = by.key) =>
  statementOf(world, by, "withdrawal", null, { withdraws: digestOf(world, statement), key });

const bothAuthorised = [forever(distributor), forever(broker)];
const spare = granted({ from: near(-9), to: near(-5) });

type Named = Omit<FactsCase, "trail"> & { of: string };
const counting: Record<string, Named> = {
  "authorised-on-the-day": {
    about: "The first distributor is authorised for the one day on which it received the lot.",
    of: "cut",
    statements: [granted(), forever(broker)],
  },
  "authorised-without-an-end": {
    about: "Both distributors are authorised, without a last day.",
    of: "cut",
    statements: bothAuthorised,
  },
  "authorised-by-another-spelling": {
    about: "The brand in other letters, with points, commas, hyphens and blanks.",
    of: "cut",
    statements: [
      forever(distributor, { brand: "northgate, SEMICONDUCTOR." }),
      forever(broker, { brand: "NORTHGATE-Semiconductor" }),
    ],
  },
  "none-authorised": {
    about: "There are no statements, so neither distributor is authorised.",
    of: "cut",
    statements: [],
  },
  "authorised-for-another-brand": {
    about:
      "An authorisation for another brand, and one for the brand with a legal form behind it, which is not the same name here.",
    of: "cut",
    statements: [
      forever(distributor, { brand: "Southgate" }),
      forever(broker, { brand: "Northgate Semiconductor Ltd." }),
    ],
  },
  "authorised-by-another-party": {
    about: "Only the maker's word counts.",
    of: "cut",
    statements: [granted({}, broker), granted({ party: broker.address }, assembler)],
  },
  "authorisation-ended": {
    about: "Two authorisations ended before the day: the later end is told.",
    of: "cut",
    statements: [
      granted({ from: near(-30), to: near(-20) }),
      granted({ from: near(-19), to: near(-1) }),
      forever(broker),
    ],
  },
  "authorisation-not-begun": {
    about: "Two authorisations begin after the day: the earlier one is told.",
    of: "cut",
    statements: [
      granted({ from: near(9), to: near(20) }),
      granted({ from: near(1), to: near(30) }),
      forever(broker),
    ],
  },
  "authorisation-ended-and-another-not-begun": {
    about: "One ended, one has not begun: the end is told.",
    of: "cut",
    statements: [spare, granted({ from: near(1), to: near(30) }), forever(broker)],
  },
  "grade-aftermarket": {
    about: "An aftermarket source, and an approved one.",
    of: "cut",
    statements: [
      forever(distributor, { grade: "aftermarket" }),
      forever(broker, { grade: "approved" }),
    ],
  },
  "grades-of-one-party": {
    about:
      "The best grade that covers the day counts: authorised before aftermarket before approved.",
    of: "cut",
    statements: [
      forever(distributor, { grade: "approved" }),
      forever(distributor),
      forever(broker, { grade: "approved" }),
      forever(broker, { grade: "aftermarket" }),
    ],
  },
  "approved-by-the-policy": {
    about: "The reader has approved one distributor itself.",
    of: "cut",
    statements: [forever(distributor)],
    policy: { approvedSuppliers: [broker.address] },
  },
  "brand-of-the-record": {
    about: "The record names a brand, which counts before the maker's name.",
    of: "several",
    statements: [forever(distributor, { brand: "Northgate Prime" })],
  },
  "brand-of-the-record-not-the-maker": {
    about: "An authorisation for the maker's name, where the record names a brand.",
    of: "several",
    statements: [forever(distributor)],
  },
  "brand-withheld": {
    about: "Maker and brand are withheld: no authorisation can be found, and none is missing.",
    of: "withheld",
    statements: [forever(distributor)],
  },
  "lot-introduced": {
    about:
      "No maker made the lot, so nobody can authorise: the distributor that introduced it is one that received it.",
    of: "introduced",
    statements: [forever(broker)],
  },
  "product-of-an-assembler": {
    about:
      "The product's way begins at its assembler, so no distributor is asked for; alerts reach what it was made of.",
    of: "product",
    statements: [alerted()],
  },
  "alerts-of-every-kind": {
    about: "An alert of each kind about the part number.",
    of: "cut",
    statements: (
      ["counterfeit", "suspect", "recall", "stolen", "change", "end-of-life"] as const
    ).map((kind) => alerted({ kind })),
    rules: ["V26"],
  },
  "alert-on-another-part": {
    about:
      "Another part number, one with the number as its beginning, and the number in other letters.",
    of: "cut",
    statements: [
      alerted({ mpn: "NG74LVC1G09-Q" }),
      alerted({ mpn: "NG74LVC1G08" }),
      alerted({ mpn: "ng74lvc1g08-q" }),
    ],
    rules: ["V26"],
  },
  "alert-by-manufacturer": {
    about:
      "The maker's name, in other letters, of another company, and with a legal form, which may be the same.",
    of: "cut",
    statements: [
      alerted({ manufacturer: "NORTHGATE  semiconductor." }),
      alerted({ manufacturer: "Southgate Semiconductor" }),
      alerted({ manufacturer: "Northgate Semiconductor Pvt. Ltd." }),
      alerted({ manufacturer: "Northgate Semiconductor (Holding) GmbH & Co. KG" }),
      alerted({ manufacturer: "Northgate Semiconductor 株式会社" }),
      alerted({ manufacturer: "Northgate" }),
    ],
    rules: ["V26"],
  },
  "alert-by-manufacturer-with-a-legal-form": {
    about: "The record has the legal form, and the alert does not.",
    of: "unclear",
    statements: [
      alerted({ manufacturer: "Northgate Semiconductor" }),
      alerted({ manufacturer: "Northgate Semiconductor, LTD" }),
    ],
    rules: ["V26"],
  },
  "alert-by-manufacturer-not-recorded": {
    about: "The record names no maker: its name on the ledger is compared.",
    of: "several",
    statements: [
      alerted({ manufacturer: "Northgate Semiconductor" }),
      alerted({ manufacturer: "Southgate" }),
    ],
    rules: ["V26"],
  },
  "alert-by-manufacturer-withheld": {
    about: "The maker's name is withheld, so it may match.",
    of: "withheld",
    statements: [
      alerted({ manufacturer: "Southgate" }),
      alerted({ manufacturer: "Southgate", kind: "change" }),
      alerted(),
    ],
    rules: ["V26"],
  },
  "alert-by-lots": {
    about: "One of the alert's lots is the recorded one, in any letters.",
    of: "cut",
    statements: [
      alerted({ makerLots: ["K7T220", "k7t221"] }),
      alerted({ makerLots: ["K7T22"] }),
      alerted({ makerLots: ["K7T2211"] }),
    ],
    rules: ["V26"],
  },
  "alert-by-lots-of-several": {
    about: "The record lists two maker's lots, after a semicolon: one of them is enough.",
    of: "several",
    statements: [
      alerted({ makerLots: ["L7002"] }),
      alerted({ makerLots: ["L7001; L7002"] }),
      alerted({ makerLots: ["L700"] }),
    ],
    rules: ["V26"],
  },
  "alert-by-lots-that-may-be-several": {
    about: "A slash may separate two lots, or be part of one.",
    of: "unclear",
    statements: [
      alerted({ makerLots: ["L7006"] }),
      alerted({ makerLots: ["L7005/L7006"] }),
      alerted({ makerLots: ["L7007"] }),
      alerted({ makerLots: ["L7007", "L7005"] }),
    ],
    rules: ["V26"],
  },
  "alert-by-days": {
    about: "Week 31 of 2026 is 27 July to 2 August: first and last day count.",
    of: "cut",
    statements: [
      alerted({ dateCodeFrom: "2026-08-02" }),
      alerted({ dateCodeFrom: "2026-08-03" }),
      alerted({ dateCodeTo: "2026-07-27" }),
      alerted({ dateCodeTo: "2026-07-26" }),
      alerted({ dateCodeFrom: "2026-07-28", dateCodeTo: "2026-07-28" }),
    ],
    rules: ["V26"],
  },
  "alert-by-days-of-several-weeks": {
    about: "From the first day of the oldest week to the last day of the newest.",
    of: "several",
    statements: [
      alerted({ dateCodeTo: "2026-03-30" }),
      alerted({ dateCodeTo: "2026-03-29" }),
      alerted({ dateCodeFrom: "2026-04-19" }),
      alerted({ dateCodeFrom: "2026-04-20" }),
      alerted({ dateCodeFrom: "2026-04-08", dateCodeTo: "2026-04-08" }),
    ],
    rules: ["V26"],
  },
  "alert-by-days-of-a-month": {
    about: "February 2028 has 29 days.",
    of: "month",
    statements: [alerted({ dateCodeFrom: "2028-02-29" }), alerted({ dateCodeFrom: "2028-03-01" })],
    rules: ["V26"],
  },
  "alert-by-days-without-a-date": {
    about: "MIXED and N/T are no dates, so the days may match.",
    of: "unclear",
    statements: [alerted({ dateCodeFrom: "2026-08-03" })],
    rules: ["V26"],
  },
  "alert-by-what-is-not-recorded": {
    about: "Maker, lot and days are not recorded, so each may match; the part number alone does.",
    of: "introduced",
    statements: [
      alerted({ manufacturer: "Northgate" }),
      alerted({ makerLots: ["K7T221"] }),
      alerted({ dateCodeTo: "2026-07-27" }),
      alerted(),
      alerted({ kind: "end-of-life", makerLots: ["K7T221"] }),
    ],
    rules: ["V26"],
  },
  "alert-that-matches-in-part": {
    about: "Everything that the alert names must match: one thing that does not is enough.",
    of: "cut",
    statements: [
      alerted({ makerLots: ["K7T221"], manufacturer: "Southgate" }),
      alerted({ makerLots: ["K7T999"], dateCodeFrom: "2026-08-02" }),
    ],
    rules: ["V26"],
  },
  "alert-of-the-maker": {
    about: "The party that made the parts, without being the reader.",
    of: "cut",
    statements: [alerted({}, maker)],
    rules: ["V26"],
  },
  "alert-of-the-assembler": {
    about: "The assembler made the product, not the parts in it. The reader is another party.",
    of: "product",
    statements: [
      alerted(),
      alerted({ mpn: "LH-GW-1" }),
      alerted({ mpn: "LH-GW-1" }, maker),
      alerted({}, maker),
    ],
    reader: distributor.address,
    rules: ["V26"],
  },
  "alert-of-a-party-that-the-policy-names": {
    about: "Two parties that are neither reader nor maker, one of them named.",
    of: "cut",
    statements: [alerted({}, broker), alerted({}, distributor)],
    policy: { alertIssuers: [broker.address] },
    rules: ["V26"],
  },
  "alert-without-a-node": {
    about: "Nobody was asked for the issuers' standing: alerts count all the same.",
    of: "cut",
    statements: [alerted(), alerted({ mpn: "NG74LVC1G09-Q" })],
    node: "none",
  },
};

const [first, stolen] = [granted(), alerted({ kind: "stolen" })];
const altered = (statement: SignedStatement, more: object): SignedStatement => ({
  ...statement,
  content: { ...statement.content, ...more },
});
const stranger = newKey(ledger);
const notCounting: Record<string, Named> = {
  "authorisation-withdrawn": {
    about: "A withdrawn statement counts for no time at all.",
    of: "cut",
    statements: [first, forever(broker), withdrawn(first)],
  },
  "withdrawal-before-the-statement": {
    about: "The order of the statements does not matter.",
    of: "cut",
    statements: [withdrawn(first), first, forever(broker)],
  },
  "withdrawal-by-another": {
    about: "Only its issuer withdraws a statement.",
    of: "cut",
    statements: [first, forever(broker), withdrawn(first, broker)],
    counts: true,
  },
  "withdrawal-withdrawn": {
    about: "A withdrawal cannot be withdrawn.",
    of: "cut",
    statements: [first, forever(broker), withdrawn(first), withdrawn(withdrawn(first))],
  },
  "withdrawal-with-a-revoked-key": {
    about: "A withdrawal counts while its key stands: this one does not.",
    of: "cut",
    statements: [first, forever(broker), withdrawn(first, maker, lost)],
  },
  "withdrawal-not-signed": {
    about: "A key of nobody signed the withdrawal.",
    of: "cut",
    statements: [first, forever(broker), withdrawn(first, maker, stranger)],
  },
  "authorisation-withdrawn-and-issued-again": {
    about: "Another statement with another last day stands.",
    of: "cut",
    statements: [first, withdrawn(first), granted({ to: near(1) }), forever(broker)],
  },
  "authorisation-altered": {
    about: "The content has another first day than the one that was signed.",
    of: "cut",
    statements: [altered(first, { from: near(-9) }), forever(broker)],
  },
  "authorisation-twice-once-altered": {
    about: "The altered copy is told, and the sound one counts.",
    of: "cut",
    statements: [altered(first, { from: near(-9) }), first, forever(broker)],
  },
  "statement-twice": {
    about: "The same statement twice is one statement; only the first copy is looked at.",
    of: "cut",
    statements: [first, { ...first, signature: `0x${"00".repeat(65)}` }, forever(broker)],
    counts: true,
  },
  "authorisation-of-another-form": {
    about: "A member that an authorisation does not have.",
    of: "cut",
    statements: [altered(first, { discount: 5 }), forever(broker)],
  },
  "authorisation-without-content": {
    about: "Only a withdrawal has no content.",
    of: "cut",
    statements: [{ ...first, content: null }, forever(broker)],
  },
  "authorisation-not-signed": {
    about: "A signature that recovers to no key, and one of another party's key.",
    of: "cut",
    statements: [
      { ...first, signature: `0x${"00".repeat(65)}` },
      granted({ party: broker.address }, maker, broker.key),
    ],
  },
  "authorisation-with-a-revoked-key": {
    about: "The key that signed was revoked since.",
    of: "cut",
    statements: [granted({}, maker, lost), forever(broker)],
  },
  "alert-withdrawn": {
    about: "The issuer withdrew its alert.",
    of: "cut",
    statements: [stolen, withdrawn(stolen, assembler)],
    rules: ["V26"],
  },
  "alert-altered": {
    about: "The kind of the alert is another than what was signed.",
    of: "cut",
    statements: [altered(stolen, { kind: "change" })],
    rules: ["V26"],
  },
  "alert-of-a-suspended-party": {
    about: "The issuer is suspended, so its alert is told, and does not count.",
    of: "cut",
    statements: [alerted({}, suspended), alerted({ mpn: "NG74LVC1G09-Q" }, suspended)],
    policy: { alertIssuers: [suspended.address] },
    rules: ["V26"],
  },
  "alert-with-a-revoked-key": {
    about: "The maker's alert is signed with a key that was revoked since.",
    of: "cut",
    statements: [alerted({}, maker, lost)],
    rules: ["V26"],
  },
  "alert-withdrawn-without-a-node": {
    about: "Without a node no withdrawal counts.",
    of: "cut",
    statements: [stolen, withdrawn(stolen, assembler)],
    node: "none",
    counts: true,
  },
};

/** Alerts on a lot whose date code was corrected, from week 31 of 2026 to week 14, by its maker on the steps' chain. */
function onCorrected(): SignedStatement[] {
  const alert = (number: number, more: Partial<Alert>) =>
    statementOf(steps.world, steps.maker, "alert", {
      ...warned,
      reference: `ITX-C${number}`,
      ...more,
    });
  return [
    alert(1, { dateCodeFrom: "2026-07-27", dateCodeTo: "2026-08-02" }),
    alert(2, { dateCodeFrom: "2026-03-30", dateCodeTo: "2026-04-05" }),
    alert(3, { dateCodeFrom: "2026-05-01", dateCodeTo: "2026-05-31" }),
    alert(4, {}),
    alert(5, { kind: "change", dateCodeFrom: "2026-07-27", dateCodeTo: "2026-08-02" }),
  ];
}
const corrected: Record<string, Named> = {
  "alert-on-corrected-days": {
    about:
      "The date code was corrected, to week 14: an alert on the week before may still be about these parts, news among them.",
    of: "corrected",
    statements: onCorrected(),
    rules: ["V26"],
  },
  "alert-on-corrected-days-without-a-node": {
    about: "Without a node no correction counts.",
    of: "corrected",
    statements: onCorrected(),
    rules: ["V26"],
    node: "none",
  },
  "alert-on-days-whose-correction-is-withdrawn": {
    about: "The correction was withdrawn, so the first date code holds.",
    of: "correction-withdrawn",
    statements: onCorrected(),
    rules: ["V26"],
  },
  "alert-on-days-whose-correction-is-pending": {
    about: "The ledger has not taken the correction, so the first date code holds.",
    of: "correction-not-recorded",
    statements: onCorrected(),
    rules: ["V26"],
  },
};

const vectors: Vectors = {};
for (const [name, { of, ...rest }] of Object.entries(corrected)) {
  const {
    chain,
    trust: its,
    bundle,
  } = bundleVectors()[`valid/${of}`] as unknown as {
    chain: string;
    trust: Trust;
    bundle: BundleJson;
  };
  const each: FactsCase = { reader: steps.assembler.address, ...rest, trail: bundle.trail };
  const judged = await judgeFacts(each, its, steps.ledger.chain, recoverWithNoble);
  const { trail: _trail, about: sentence, ...input } = each;
  vectors[`valid/${name}`] = {
    about: sentence,
    chain,
    bundle: `bundles/valid/${of}.json`,
    trust: its,
    ...input,
    ...judged,
  };
}
for (const [folder, cases] of [
  ["valid", counting],
  ["invalid", notCounting],
] as const)
  for (const [name, { of, ...rest }] of Object.entries(cases)) {
    const each: FactsCase = { reader: assembler.address, ...rest, trail: bundles[of]!.trail };
    const vector = await judgeFacts(each, trust, ledger.chain, recoverWithNoble);
    const {
      about: sentence,
      counts: _counts,
      rules = ["V04", "V26"],
      trail: _trail,
      ...input
    } = each;
    vectors[`${folder}/${name}`] = {
      about: sentence,
      chain: `chains/${CHAIN}.json`,
      bundle: fileOf(of),
      trust,
      rules,
      ...input,
      ...vector,
    };
    const isSound = vector.judged.every(
      ({ fault, stands, withdrawn: gone }) => !fault && stands !== false && !gone,
    );
    if (isSound !== (folder === "valid" || each.counts === true))
      throw new Error(`${name} is in the wrong folder`);
  }

/** Makes the statements beside bundles, each with what counts. */
export const factsVectors = (): Vectors => vectors;

/** Makes the chain that their node reads. */
export const factsChain = (): Vectors => ({
  [CHAIN]: {
    about: "A ledger with a suspended party and a revoked key, for statements beside bundles.",
    ...ledger.chain,
  },
});
