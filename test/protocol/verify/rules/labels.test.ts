// Tests the rules of labels (V09 to V16, V20) on paper: with and without what they need, and on
// both sides of each limit.
import { expect } from "chai";
import { sha256 } from "../../../../protocol/base/crypto.ts";
import { concat, fromHex, toHex, utf8 } from "../../../../protocol/base/bytes.ts";
import type { Facts, SessionScan, Sighting } from "../../../../protocol/verdict/facts.ts";
import { LABEL_CODE, labelCode, labelCommitment } from "../../../../protocol/label/commitment.ts";
import { lotLink } from "../../../../protocol/label/link.ts";
import { withoutLabelCode } from "../../../../protocol/label/withhold.ts";
import { readLabel } from "../../../../protocol/label/label.ts";
import { lotId } from "../../../../protocol/event/lot.ts";
import { likeness } from "../../../../protocol/label/mpn.ts";
import { type Voucher, VOUCHERS } from "../../../../protocol/verdict/precedence.ts";
import type { RuleId } from "../../../../protocol/verdict/verdict.ts";
import {
  at,
  DAY,
  DISTRIBUTOR,
  type How,
  HOUR,
  MAKER,
  NOW,
  openPaper,
  type Paper,
  ruleOn,
} from "../../../support/paper.ts";

const LEDGER = { chainId: 31337, ledger: `0x${"ab".repeat(20)}` };
const LOT = lotId(MAKER, "A");
const MADE = at("2026-06-01");
const SECRET = sha256(utf8("a secret"));
const link = (code?: string, lot = LOT) =>
  lotLink("https://rp.example", { lot, ...LEDGER, ...(code && { code }) });
const format06 = (...elements: string[]) =>
  `[)>\x1e06${elements.map((each) => `\x1d${each}`).join("")}\x1e\x04`;

describe("label rules", () => {
  type Fields = Parameters<Paper["commission"]>[1];
  async function judge(rule: RuleId, { facts, ...how }: How = {}, fields: Fields = {}) {
    const paper = openPaper();
    const input = { ...how, facts: { ...facts, source: "a test" } };
    const { result, unknown, findings } = await ruleOn(
      rule,
      paper.trail(paper.commission("A", fields)),
      input,
    );
    return [result, unknown ?? null, ...findings.map(({ code }) => code)];
  }
  const withFacts = (facts: Partial<Facts>): How => ({ facts: facts as Facts });
  const labelled = (...codes: string[]): How => ({ label: readLabel(codes) });
  const seenAt = (last: number, by: Sighting["by"] = "other", named = true): Sighting => ({
    last,
    lastNamed: named ? last : null,
    own: false,
    by,
  });
  const ALL = [...VOUCHERS];
  const NOBODY = { packages: { by: [], complete: ALL, lots: [] } };

  it("V09 needs scans and package ids, and fails the reader's own sighting elsewhere more than an hour later", async () => {
    const sighted = (...sightings: Sighting[]) => judge("V09", withFacts({ ...NOBODY, sightings }));
    expect(await judge("V09")).to.deep.equal(["not evaluable", "PACKAGES_NOT_KNOWN"]);
    expect(await judge("V09", withFacts(NOBODY))).to.deep.equal([
      "not evaluable",
      "SIGHTINGS_OF_PACKAGE_NOT_KNOWN",
    ]);
    expect(await sighted()).to.deep.equal(["pass", null]);
    const ownAt = (time: number) => ({ ...seenAt(time), own: true });
    expect(await sighted(ownAt(MADE + HOUR))).to.deep.equal(["pass", null]);
    expect(await sighted(ownAt(MADE + HOUR + 1))).to.deep.equal(["fail", null, "SEEN_ELSEWHERE"]);
    expect(await sighted(seenAt(NOW, "other", false), seenAt(NOW, "holder"))).to.deep.equal([
      "pass",
      null,
    ]);
    expect(await sighted(seenAt(NOW))).to.deep.equal(["info", null, "SEEN_BY_OTHERS"]);
  });

  it("V09 fails a package id of as good a word as the lot's own, and remarks on that of a weaker one", async () => {
    const given = (by: Voucher[], complete = ALL, makerOnLedger = true) =>
      judge(
        "V09",
        withFacts({ packages: { by, complete, lots: [] }, sightings: [], makerOnLedger }),
      );
    expect(await given(["maker"])).to.deep.equal(["fail", null, "PACKAGE_ID_TWICE"]);
    expect(await given(["authorised", "other"])).to.deep.equal([
      "info",
      null,
      "PACKAGE_ID_CLAIMED",
    ]);
    expect(await given([], ["maker"])).to.deep.equal(["pass", null]);
    expect(await given([], [])).to.deep.equal(["not evaluable", "PACKAGES_NOT_KNOWN"]);
  });

  it("V09 remarks on a stranger's claim to the id of a reel that a distributor split off the maker's pieces", async () => {
    const paper = openPaper();
    const reel = paper.commission("A");
    paper.deliver(reel, MAKER, DISTRIBUTOR, MADE + DAY, MADE + 2 * DAY);
    const child = lotId(DISTRIBUTOR, "A-1");
    paper.write(DISTRIBUTOR, "split", {
      lots: { [reel]: 900, [child]: 100 },
      time: MADE + 3 * DAY,
      facts: { [child]: { lotNumber: "A-1", packageId: "PKG-A-1" } },
    });
    const codesOf = async (by: Voucher[]) => {
      const packages = { by, complete: ALL, lots: [] };
      const facts = { source: "a test", packages, sightings: [], makerOnLedger: true };
      return (await ruleOn("V09", paper.trail(child), { facts })).findings.map(({ code }) => code);
    };
    expect(await codesOf(["authorised", "other"])).to.deep.equal(["PACKAGE_ID_CLAIMED"]);
    expect(await codesOf(["maker"])).to.deep.equal(["PACKAGE_ID_TWICE"]);
  });

  it("V09 counts from the holder's receipt, ignores transit, and reports scans after the lot's end", async () => {
    const paper = openPaper();
    const lot = paper.commission("A");
    const on = async (time: number, more: How = {}) => {
      const facts = { source: "a test", ...NOBODY, sightings: [{ ...seenAt(time), own: true }] };
      return (await ruleOn("V09", paper.trail(lot), { facts, ...more })).findings.map(
        ({ code }) => code,
      );
    };
    const came = at("2026-06-20");
    paper.write(MAKER, "ship", {
      lots: paper.pieces(lot),
      time: came - DAY,
      consignee: DISTRIBUTOR,
    });
    expect(await on(NOW)).to.deep.equal([]);
    paper.write(DISTRIBUTOR, "receive", { lots: paper.pieces(lot), time: came });
    paper.write(DISTRIBUTOR, "inspect", { lots: paper.pieces(lot), time: came + 9 * DAY });
    expect(await on(came - HOUR)).to.deep.equal([]);
    expect(await on(came + DAY)).to.deep.equal(["SEEN_ELSEWHERE"]);
    paper.write(DISTRIBUTOR, "scrap", { lots: { [lot]: 0 }, time: came + 20 * DAY });
    expect(await on(came + DAY)).to.deep.equal([]);
    expect(await on(came + 21 * DAY)).to.deep.equal(["SEEN_AFTER_CLOSED"]);
    expect(await on(came, labelled(link()))).to.deep.equal(["SEEN_AFTER_CLOSED"]);
  });

  it("V10 fails a package id that its issuer did not issue", async () => {
    const foreign = labelled(format06("3SB", "Q1"));
    const issued = (one: boolean, known: boolean) =>
      withFacts({ issued: [{ id: "B", issued: one, known }] });
    expect(await judge("V10")).to.deep.equal(["not evaluable", "PACKAGE_ID_NOT_SCANNED"]);
    expect(await judge("V10", labelled(format06("1PX", "Q1")))).to.include(
      "PACKAGE_ID_NOT_ON_LABEL",
    );
    expect(await judge("V10", labelled(format06("3SA", "Q1")))).to.deep.equal(["pass", null]);
    expect(
      await judge("V10", labelled(format06("3SREEL-9", "Q1")), { packageId: "REEL-9" }),
    ).to.include("pass");
    expect(await judge("V10", foreign)).to.include("PACKAGE_ID_NOT_LOOKED_UP");
    expect(await judge("V10", { ...foreign, ...issued(true, true) })).to.deep.equal(["pass", null]);
    expect(await judge("V10", { ...foreign, ...issued(false, true) })).to.include(
      "PACKAGE_ID_NOT_ISSUED",
    );
    expect(await judge("V10", { ...foreign, ...issued(false, false) })).to.include(
      "PACKAGE_ID_ISSUER_UNKNOWN",
    );
  });

  it("V11 compares the label's code with its commitment, and is not evaluable without either", async () => {
    const code = labelCode(SECRET, 0);
    const committed = { labelCommitment: labelCommitment(LOT, code) };
    expect(await judge("V11", labelled(link(code)), committed)).to.deep.equal(["pass", null]);
    expect(await judge("V11", labelled(link(labelCode(SECRET, 1))), committed)).to.include(
      "LABEL_CODE_WRONG",
    );
    expect(await judge("V11", labelled(link(code)))).to.deep.equal([
      "warn",
      null,
      "LABEL_CODE_UNCOMMITTED",
    ]);
    expect(await judge("V11", {}, committed)).to.include("LABEL_PROOF_NOT_SCANNED");
    expect(await judge("V11", labelled(link()), committed)).to.include("LABEL_HAS_NO_CODE");
    expect(await judge("V11", labelled(link()))).to.include("NO_LABEL_COMMITMENT");
    const redacted = { label: withoutLabelCode(readLabel(link(code))) };
    expect(JSON.stringify(redacted)).not.to.contain(code);
    expect(await judge("V11", redacted, committed)).to.include("LABEL_CODE_NOT_SHOWN");
    const hidden = openPaper();
    const shared = {
      lots: { [LOT]: 5 },
      time: MADE,
      facts: { [LOT]: { lotNumber: "A", ...committed } },
    };
    hidden.write(MAKER, "commission", { ...shared, withheld: ["labelCommitment"] });
    const outcome = await ruleOn("V11", hidden.trail(LOT), labelled(link(code)));
    expect(outcome.unknown).to.equal("LABEL_COMMITMENT_NOT_SHOWN");
  });

  it("V11 makes 250 different codes of 24 base32 characters, each hashed with its lot", () => {
    const codes = Array.from({ length: 250 }, (_, index) => labelCode(SECRET, index));
    for (const code of codes) expect(code).to.match(LABEL_CODE);
    expect(new Set(codes).size).to.equal(250);
    const hashed = sha256(concat(Uint8Array.of(0x4c), fromHex(LOT), utf8(codes[0]!)));
    expect(labelCommitment(LOT, codes[0]!)).to.equal(toHex(hashed));
    expect(labelCommitment(lotId(MAKER, "B"), codes[0]!)).not.to.equal(toHex(hashed));
  });

  it("V12 counts parties that the trail does not name, within the policy's days, inclusive", async () => {
    const policy = { maxOtherScanners: 2, scanDays: 10 };
    const sighted = (...sightings: Sighting[]) =>
      judge("V12", { ...withFacts({ sightings }), policy });
    expect(await judge("V12", { policy })).to.deep.equal(["not evaluable", "SIGHTINGS_NOT_KNOWN"]);
    const two = [seenAt(NOW), seenAt(NOW)];
    expect(await sighted(...two)).to.deep.equal(["pass", null]);
    expect(await sighted(...two, seenAt(NOW - 10 * DAY - 1))).to.deep.equal(["pass", null]);
    expect(await sighted(...two, seenAt(NOW - 10 * DAY))).to.deep.equal([
      "info",
      null,
      "SCANNED_BY_OTHERS",
    ]);
    const inTrail = [1, 2, 3].map(() => seenAt(NOW, "trail"));
    const own = { ...seenAt(NOW), own: true };
    expect(await sighted(...two, ...inTrail, seenAt(NOW, "holder"), own)).to.deep.equal([
      "pass",
      null,
    ]);
  });

  it("V12 warns of a label that was scanned before in the session, and says when", async () => {
    const NO_SIGHTINGS = { sightings: [] };
    const inSession = (session: SessionScan) =>
      judge("V12", withFacts({ ...NO_SIGHTINGS, session }));
    expect(await inSession({ scannedBefore: null })).to.deep.equal(["pass", null]);
    expect(await inSession({ scannedBefore: NOW - 60 })).to.deep.equal([
      "warn",
      null,
      "SCANNED_TWICE_IN_SESSION",
    ]);
    expect(await inSession({ notCounted: "not kept" })).to.deep.equal([
      "not evaluable",
      "SESSION_NOT_KEPT",
    ]);
    expect(await inSession({ notCounted: "no package" })).to.deep.equal([
      "not evaluable",
      "PACKAGE_NOT_NAMED",
    ]);
    const paper = openPaper();
    const facts = {
      source: "a test",
      ...NO_SIGHTINGS,
      session: { scannedBefore: at("2026-12-30") },
    };
    const { findings } = await ruleOn("V12", paper.trail(paper.commission("A")), { facts });
    expect(findings[0]!.found).to.equal("2026-12-30T12:00:00Z");
  });

  it("V13 checks lengths against EIGP 114", async () => {
    const full = (lot: string) => labelled(format06("1PX", "Q1", `1T${lot}`, "10D2631", "4LMY"));
    expect(await judge("V13", full("L".repeat(20)))).to.deep.equal(["pass", null]);
    expect(await judge("V13", full("L".repeat(21)))).to.deep.equal([
      "info",
      null,
      "LABEL_FIELD_MALFORMED",
    ]);
    expect(await judge("V13", labelled("[)>\x1e06"))).to.deep.equal([
      "not evaluable",
      "LABEL_NOT_READ",
    ]);
    expect(await judge("V13")).to.deep.equal(["not evaluable", "LABEL_NOT_SCANNED"]);
  });

  it("V14 fails a link to another lot, and warns of another quantity", async () => {
    expect(await judge("V14")).to.deep.equal(["not evaluable", "LABEL_NOT_COMPARED"]);
    const own = format06("3SA", "1PNG74LVC1G08-Q", "Q1000", "1TK7T221");
    expect(await judge("V14", labelled(own))).to.deep.equal(["pass", null]);
    expect(await judge("V14", labelled(own, link(undefined, lotId(MAKER, "B"))))).to.deep.equal([
      "fail",
      null,
      "LABEL_LOT_DIFFERS",
    ]);
    expect(await judge("V14", labelled(own.replace("Q1000", "Q999")))).to.deep.equal([
      "warn",
      null,
      "LABEL_QUANTITY_DIFFERS",
    ]);
  });

  it("V13 is INCOMPLETE for codes of another keyboard layout, which no rule compares", async () => {
    const LAYOUT = ["not evaluable", "LABEL_KEYBOARD_LAYOUT", "LABEL_KEYBOARD_LAYOUT"];
    const mistyped = {
      ...labelled("3SA", "1PNG74LVC1G08'Q", "1TK7T'221"),
      expected: { mpn: "NG74LVC1G08-Q", makerLot: "K7T-221" },
      facts: { issued: [] } as unknown as Facts,
    };
    const fields = { makerLot: "K7T-221" };
    expect(await judge("V13", mistyped, fields)).to.deep.equal([
      ...LAYOUT,
      "LABEL_KEYBOARD_LAYOUT",
    ]);
    expect(await judge("V14", mistyped, fields)).to.deep.equal(["not evaluable", "LABEL_MISTYPED"]);
    expect(await judge("V16", mistyped, fields)).to.deep.equal(["not evaluable", "MPN_MISTYPED"]);
    expect(await judge("V28", mistyped, fields)).to.deep.equal(["pass", null]);
    // The record says that other parts were ordered, whatever the keyboard did.
    const other = { ...mistyped, expected: { mpn: "NG74LVC1G09-Q" } };
    expect(await judge("V16", other, fields)).to.deep.equal(["fail", null, "MPN_LOOKALIKE"]);
    const byCatalogue = {
      ...labelled("3SA", "1PNG74LVC1G08'Q", "1TK7T'221"),
      policy: { catalogue: [{ mpn: "NG74LVC1G08-Q" }] },
    };
    expect(await judge("V16", byCatalogue, fields)).to.include("MPN_MISTYPED");
  });

  it("V10 leaves a mistyped package id open", async () => {
    const issued = [{ id: "A'1", issued: false, known: true }];
    const id = { ...labelled("3SA'1", "1PNG74LVC1G08-Q"), ...withFacts({ issued }) };
    expect(await judge("V10", id, { packageId: "A-1" })).to.deep.equal([
      "not evaluable",
      "PACKAGE_ID_NOT_LOOKED_UP",
    ]);
    expect(await judge("V10", id, { packageId: "A1" })).to.deep.equal([
      "fail",
      null,
      "PACKAGE_ID_NOT_ISSUED",
    ]);
  });

  it("V16 distinguishes lookalikes, other suffixes and other parts", () => {
    for (const [one, other, like] of [
      ["TPS54331DR", "tps54331dr", "same"],
      ["TPS54331DR", "TP554331DR", "lookalike"],
      ["LM1O1", "LM101", "lookalike"],
      ["STM32F407VGT6", "STM32F407V6T6", "lookalike"],
      ["RC0402FR-0710KL", "RC0402FR-0711KL", "lookalike"],
      ["GRM155R71C104KA88D", "GRM155R71C104KA8", "suffix"],
      ["TPS54331DR", "TPS54331DDAR", "suffix"],
      ["RX-4711/AB", "RX-4711/AC", "suffix"],
      ["TPS54331DR", "TPS54332DR", "lookalike"],
      ["RX-4711-ABCD", "RX-4711-WXYZ", "suffix"],
      ["RX-4711-9ABC9", "RX-4711-7WXY7", "different"],
      ["TPS54331DR", "TPS67442DR", "different"],
      ["A1", "A1B", "lookalike"],
    ] as const) {
      expect(likeness(one, other), `${one} ${other}`).to.equal(like);
      expect(likeness(other, one), `${other} ${one}`).to.equal(like);
    }
  });

  it("V20 accepts a declared mix, and warns of several lots in one field of the record", async () => {
    const date = { dateCode: "2631" };
    expect(await judge("V20", {}, date)).to.deep.equal(["pass", null]);
    expect(await judge("V20")).to.deep.equal(["not evaluable", "MIX_NOT_KNOWN"]);
    const listed = { ...date, makerLot: "K7T221, K7T222" };
    expect(await judge("V20", {}, listed)).to.deep.equal(["warn", null, "LOTS_MIXED_UNDECLARED"]);
    for (const declared of [
      { dateCodeNewest: "2633" },
      { dateCode: "MIXED" },
      { countryOfOrigin: "AA" },
    ])
      expect(await judge("V20", {}, { ...listed, ...declared })).to.deep.equal(["pass", null]);
  });
});
