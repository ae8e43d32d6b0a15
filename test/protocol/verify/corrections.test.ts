// Corrects facts on a real ledger, and checks which value a verdict uses, and how grave it finds the correction.
import { expect } from "chai";
import { withhold } from "../../../protocol/event/disclosure.ts";
import { readLabel } from "../../../protocol/label/label.ts";
import type { Trail } from "../../../protocol/trail/trail.ts";
import type { Trust, VerdictInput } from "../../../protocol/verdict/trust.ts";
import { verify } from "../../../protocol/verify/verify.ts";
import { mine, type Party } from "../../support/ledger.ts";
import { recover } from "../../support/recover.ts";
import { statementOf } from "../../support/statements.ts";
import { codes, findingsOf } from "../../support/verdicts.ts";
import {
  act,
  commission,
  deliver,
  giveNotice,
  lotOf,
  maker,
  openWorld,
  trailFor,
  trustIn,
  type World,
} from "../../support/trails.ts";

const REASON = "typing error at registration";
const OLD = "2631";
const NEW = "2613";

describe("verify, on corrections", () => {
  let world: World;
  let made = 0;

  before(async () => {
    world = await openWorld();
  });

  const number = (): string => `C${++made}`;
  const reel = () => commission(world, number(), 10);
  const correct = (lot: string, more: object = { dateCode: NEW }, by: Party = world.maker) =>
    giveNotice(world, by, { lot, kind: "correction", details: { ...more, reason: REASON } });
  async function judged(
    lot: string,
    {
      trust = {},
      input = {},
      change = () => undefined,
    }: { trust?: Partial<Trust>; input?: VerdictInput; change?: (trail: Trail) => void } = {},
  ) {
    const trail = trailFor(world, lot);
    change(trail);
    return verify(trail, await trustIn(world, trust), world.ledger.reader, recover, input);
  }
  /** The findings about corrections, without the rest. */
  const corrected = async (lot: string) =>
    findingsOf(await judged(lot)).filter(({ code }) => /CORRECT/.test(code ?? ""));

  it("uses the corrected value, and says which one it replaces, why and by whose word", async () => {
    const lot = await reel();
    const notice = await correct(lot);
    const verdict = await judged(lot);
    expect([verdict.verdict, verdict.identity.dateCode]).to.deep.equal(["PASS", NEW]);
    expect(findingsOf(verdict)).to.deep.equal([
      {
        code: "FACT_CORRECTED",
        verdict: "INFO",
        notice,
        lot,
        field: "details.dateCode",
        expected: NEW,
        found: OLD,
      },
    ]);
    const [view] = verdict.corrections;
    expect(view).to.include({ notice, lot, name: "dateCode", before: OLD, after: NEW });
    expect(view).to.include({ issuer: world.maker.address, reason: REASON });
  });

  it("lists each correction of a fact, and the last one holds", async () => {
    const lot = await reel();
    await correct(lot, { dateCode: "2612" });
    await correct(lot);
    const verdict = await judged(lot);
    expect(verdict.corrections.map(({ before, after }) => [before, after])).to.deep.equal([
      [OLD, "2612"],
      ["2612", NEW],
    ]);
    expect(verdict.identity.dateCode).to.equal(NEW);
    expect(codes(verdict)).to.deep.equal(["FACT_CORRECTED"]);
  });

  it("corrects date code, newest and format together", async () => {
    const lot = await reel();
    await correct(lot, { dateCode: "202613", dateCodeFormat: "YYYYWW" });
    const label = readLabel(["1TK7T221", "10D2613"]);
    const { comparison } = await judged(lot, { input: { label } });
    const row = comparison!.find(({ field }) => field === "dateCode");
    expect([row!.recorded, row!.agrees]).to.deep.equal(["202613", true]);
  });

  it("uses the first value where the correction was withdrawn before a handover", async () => {
    const lot = await reel();
    const withdraws = await correct(lot);
    await giveNotice(world, world.maker, { lot, kind: "withdrawal", withdraws });
    const verdict = await judged(lot);
    expect([verdict.identity.dateCode, codes(verdict)]).to.deep.equal([OLD, []]);
    expect(verdict.corrections.map(({ before, after }) => [before, after])).to.deep.equal([
      [OLD, NEW],
      [NEW, OLD],
    ]);
  });

  it("lets the correction before the withdrawn one hold again", async () => {
    const lot = await reel();
    const first = await correct(lot, { dateCode: "2612" });
    const second = await correct(lot);
    const take = (withdraws: string) =>
      giveNotice(world, world.maker, { lot, kind: "withdrawal", withdraws });
    await take(second);
    expect((await judged(lot)).identity.dateCode).to.equal("2612");
    await take(first);
    expect((await judged(lot)).identity.dateCode).to.equal(OLD);
  });

  it("warns of a correction that was withdrawn after a handover, and holds after a dispute", async () => {
    for (const isRejected of [false, true]) {
      const lot = await reel();
      const withdraws = await correct(lot);
      await deliver(world, world.maker, world.distributor, [lot]);
      if (isRejected)
        await act(world, world.distributor, "inspect", {
          lots: { [lot]: 10 },
          shared: { inspectionResult: "rejected" },
        });
      const notice = await giveNotice(world, world.maker, { lot, kind: "withdrawal", withdraws });
      const [finding] = await corrected(lot);
      expect(finding).to.include({
        code: isRejected ? "FACT_CORRECTED_AFTER_DISPUTE" : "FACT_CORRECTED_AFTER_HANDOVER",
        notice,
        expected: OLD,
        found: NEW,
      });
    }
  });

  it("uses the earlier value until the correction is recorded finally", async () => {
    const lot = await reel();
    await mine(world.ledger, 1);
    await correct(lot);
    const early = await judged(lot, { trust: { finality: 1 } });
    expect([early.verdict, early.identity.dateCode, codes(early)]).to.deep.equal([
      "INCOMPLETE",
      OLD,
      ["CORRECTION_PENDING"],
    ]);
    const other = await reel();
    await giveNotice(world, world.maker, {
      lot: other,
      kind: "correction",
      details: { dateCode: NEW, reason: REASON },
      isTaken: false,
    });
    const unrecorded = await judged(other);
    expect(unrecorded.identity.dateCode).to.equal(OLD);
    expect(codes(unrecorded)).to.have.members(["CORRECTION_PENDING", "NOTICE_NOT_RECORDED"]);
  });

  it("does not believe details that the issuer did not sign", async () => {
    const lot = await reel();
    await correct(lot);
    const verdict = await judged(lot, {
      change: ({ notices }) => void (notices[0]!.details!.open[0]!.value = "2640"),
    });
    expect([verdict.verdict, verdict.identity.dateCode]).to.deep.equal(["FAIL", OLD]);
    expect(codes(verdict)).to.deep.equal(["DETAILS_MISMATCH"]);
  });

  it("refuses a correction by another party, and does not use it", async () => {
    const lot = await reel();
    await giveNotice(world, world.broker, {
      lot,
      kind: "correction",
      details: { mpn: "OTHER", reason: REASON },
      isTaken: false,
    });
    const verdict = await judged(lot);
    expect(verdict.identity.mpn).to.equal("NG74LVC1G08-Q");
    expect(codes(verdict)).to.have.members(["NotIssuer", "NOTICE_NOT_RECORDED"]);
  });

  it("is incomplete while the corrected value is withheld", async () => {
    const lot = await reel();
    await correct(lot, { countryOfOrigin: "PH" });
    const verdict = await judged(lot, {
      change: ({ notices: [item] }) =>
        void (item!.details = withhold(item!.details!, ([name]) => name !== "countryOfOrigin")),
    });
    expect(verdict.verdict).to.equal("INCOMPLETE");
    expect(codes(verdict)).to.have.members(["CORRECTION_WITHHELD", "FACT_CORRECTED"]);
  });

  describe("by what came before", () => {
    it("warns after a handover, until another party has inspected the parts and accepted them", async () => {
      const lot = await reel();
      await deliver(world, world.maker, world.distributor, [lot]);
      await correct(lot);
      expect((await corrected(lot)).map(({ code, verdict }) => [code, verdict])).to.deep.equal([
        ["FACT_CORRECTED_AFTER_HANDOVER", "WARN"],
      ]);
      await act(world, world.distributor, "inspect", {
        lots: { [lot]: 10 },
        shared: { inspectionResult: "accepted" },
      });
      expect((await corrected(lot)).map(({ code, verdict }) => [code, verdict])).to.deep.equal([
        ["CORRECTION_ACCEPTED", "INFO"],
      ]);
    });

    it("takes a shipment as a handover, unless it was cancelled", async () => {
      const sent = await reel();
      const back = await reel();
      const consignee = world.distributor.address;
      for (const lot of [sent, back])
        await act(world, world.maker, "ship", { lots: { [lot]: 10 }, consignee });
      await act(world, world.maker, "cancel", { lots: { [back]: 10 } });
      for (const lot of [sent, back]) await correct(lot);
      expect((await corrected(sent))[0]!.code).to.equal("FACT_CORRECTED_AFTER_HANDOVER");
      expect((await corrected(back))[0]!.code).to.equal("FACT_CORRECTED");
    });

    it("holds after a refusal, a rejection or a hold by another party", async () => {
      const { distributor } = world;
      const refused = await reel();
      await act(world, world.maker, "ship", {
        lots: { [refused]: 10 },
        consignee: distributor.address,
      });
      await act(world, distributor, "refuse", {
        lots: { [refused]: 10 },
        holder: world.maker.address,
      });
      const rejected = await reel();
      await deliver(world, world.maker, distributor, [rejected]);
      await act(world, distributor, "inspect", {
        lots: { [rejected]: 10 },
        shared: { inspectionResult: "rejected" },
      });
      const held = await reel();
      await deliver(world, world.maker, distributor, [held]);
      await act(world, distributor, "hold", { lots: { [held]: 10 } });
      for (const lot of [refused, rejected, held]) {
        await correct(lot);
        const [finding] = await corrected(lot);
        expect([finding!.code, finding!.verdict]).to.deep.equal([
          "FACT_CORRECTED_AFTER_DISPUTE",
          "HOLD",
        ]);
      }
    });

    it("does not take what the issuer itself found for a dispute, nor what came later", async () => {
      const own = await reel();
      await act(world, world.maker, "hold", { lots: { [own]: 10 } });
      await correct(own);
      const later = await reel();
      await correct(later);
      await deliver(world, world.maker, world.distributor, [later]);
      await act(world, world.distributor, "hold", { lots: { [later]: 10 } });
      for (const lot of [own, later])
        expect((await corrected(lot))[0]!.code).to.equal("FACT_CORRECTED");
    });

    it("holds after a recall, and warns after another party's suspicion", async () => {
      const recalled = await reel();
      await giveNotice(world, world.maker, { lot: recalled, kind: "recall" });
      const suspected = await reel();
      await giveNotice(world, world.broker, { lot: suspected, kind: "suspicion" });
      for (const lot of [recalled, suspected]) await correct(lot);
      expect((await corrected(recalled))[0]).to.include({
        code: "FACT_CORRECTED_AFTER_RECALL",
        verdict: "HOLD",
      });
      expect((await corrected(suspected))[0]).to.include({
        code: "FACT_CORRECTED_UNDER_SUSPICION",
        verdict: "WARN",
      });
    });
  });

  describe("of lots that were split or used", () => {
    it("corrects what was split off, also where the split repeats the wrong value", async () => {
      const lot = await reel();
      await deliver(world, world.maker, world.distributor, [lot]);
      const plain = lotOf(world.distributor, number());
      const repeating = lotOf(world.distributor, number());
      await act(world, world.distributor, "split", {
        lots: { [lot]: 4, [plain]: 3, [repeating]: 3 },
        facts: {
          [plain]: { lotNumber: `C${made - 1}` },
          [repeating]: { ...maker(`C${made}`) },
        },
      });
      await correct(lot);
      for (const each of [plain, repeating]) {
        const verdict = await judged(each);
        expect(verdict.identity.dateCode).to.equal(NEW);
        expect(codes(verdict)).to.deep.equal(["FACT_CORRECTED_AFTER_HANDOVER"]);
      }
      const label = readLabel(["1TK7T221", `10D${NEW}`]);
      for (const each of [plain, repeating]) {
        const { comparison } = await judged(each, { input: { label } });
        const row = comparison!.find(({ field }) => field === "dateCode");
        expect([row!.recorded, row!.agrees]).to.deep.equal([NEW, true]);
      }
    });

    it("does not let the party that split a lot off correct what it did not state", async () => {
      const lot = await reel();
      await deliver(world, world.maker, world.distributor, [lot]);
      const child = lotOf(world.distributor, number());
      await act(world, world.distributor, "split", {
        lots: { [lot]: 4, [child]: 6 },
        facts: { [child]: { lotNumber: `C${made}` } },
      });
      await correct(child, { dateCode: NEW }, world.distributor);
      const verdict = await judged(child);
      expect([verdict.identity.dateCode, codes(verdict)]).to.deep.equal([
        OLD,
        ["CORRECTION_OF_OTHERS_FACT"],
      ]);
    });

    it("reports corrections of what a product was made of", async () => {
      const lot = await reel();
      await deliver(world, world.maker, world.assembler, [lot]);
      const product = lotOf(world.assembler, number());
      await act(world, world.assembler, "assemble", {
        lots: { [lot]: 4, [product]: 2 },
        facts: { [product]: { lotNumber: `C${made}`, mpn: "LH-CTRL-7" } },
      });
      await correct(lot);
      await act(world, world.assembler, "inspect", {
        lots: { [product]: 2 },
        shared: { inspectionResult: "accepted" },
      });
      const [finding] = await corrected(product);
      expect(finding).to.include({ code: "FACT_CORRECTED_AFTER_HANDOVER", lot });
    });
  });

  describe("and later statements", () => {
    const states = (lot: string, dateCode: string) =>
      act(world, world.maker, "ship", {
        lots: { [lot]: 10 },
        consignee: world.distributor.address,
        facts: { [lot]: { dateCode } },
      });

    it("accepts the old value before a correction, and only the new one after it", async () => {
      const earlier = await reel();
      await states(earlier, OLD);
      await correct(earlier);
      expect(codes(await judged(earlier))).to.deep.equal(["FACT_CORRECTED_AFTER_HANDOVER"]);
      const right = await reel();
      await correct(right);
      await states(right, NEW);
      expect(codes(await judged(right))).to.deep.equal(["FACT_CORRECTED"]);
      const wrong = await reel();
      await correct(wrong);
      await states(wrong, OLD);
      const verdict = await judged(wrong);
      expect(verdict.verdict).to.equal("FAIL");
      expect(codes(verdict)).to.have.members(["IDENTITY_CONTRADICTED", "FACT_CORRECTED"]);
    });

    it("keeps what another party observed", async () => {
      const lot = await commission(world, number(), 10);
      await act(world, world.maker, "ship", {
        lots: { [lot]: 10 },
        consignee: world.distributor.address,
      });
      await act(world, world.distributor, "receive", {
        lots: { [lot]: 10 },
        facts: { [lot]: { countryOfOrigin: "KR" } },
      });
      await correct(lot, { countryOfOrigin: "PH" });
      const verdict = await judged(lot);
      expect(codes(verdict)).to.include("COUNTRY_CHANGED");
    });
  });

  it("fires an alert on the corrected value, and does not silence one on any value before", async () => {
    const lot = await reel();
    await correct(lot, { makerLot: "K7T230" });
    const withdraws = await correct(lot, { makerLot: "K7T240" });
    await correct(lot, { makerLot: "K7T212" });
    await giveNotice(world, world.maker, { lot, kind: "withdrawal", withdraws });
    const alertOn = (makerLot: string) =>
      statementOf(world, world.distributor, "alert", {
        source: "Test list",
        reference: "A-1",
        kind: "counterfeit",
        mpn: "NG74LVC1G08-Q",
        makerLots: [makerLot],
      });
    const found = async (makerLot: string) => {
      const reader = world.distributor.address;
      const facts = { source: "test", reader, statements: [alertOn(makerLot)] };
      const verdict = await judged(lot, { input: { facts } });
      return codes(verdict).filter((code) => code.startsWith("ALERT"));
    };
    expect(await found("K7T212")).to.deep.equal(["ALERT_COUNTERFEIT"]);
    for (const earlier of ["K7T221", "K7T230", "K7T240"])
      expect(await found(earlier)).to.deep.equal(["ALERT_MAY_APPLY"]);
    expect(await found("K7T999")).to.deep.equal([]);
  });

  it("warns of a label that shows what the record stated first", async () => {
    const lot = await reel();
    await correct(lot, { makerLot: "K7T212" });
    const label = readLabel(["1PNG74LVC1G08-Q", "1TK7T221"]);
    const verdict = await judged(lot, { input: { label } });
    expect(findingsOf(verdict).map(({ code }) => code)).to.include("LABEL_NOT_CORRECTED");
    expect(codes(verdict)).not.to.include("LABEL_MAKER_LOT_DIFFERS");
    expect(verdict.verdict).to.equal("WARN");
  });
});
