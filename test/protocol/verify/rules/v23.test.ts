// Tests V23: goods that came back and went out again.
import { expect } from "chai";
import type { Details } from "../../../../protocol/event/details.ts";
import { lotId } from "../../../../protocol/event/lot.ts";
import {
  ASSEMBLER,
  at,
  BROKER,
  DISTRIBUTOR,
  type How,
  MAKER,
  openPaper,
  type Paper,
  ruleOn,
} from "../../../support/paper.ts";

const RETURN = { reason: "return" };

describe("V23 return and re-entry", () => {
  let paper: Paper;
  let lot: string;
  let day: number;
  beforeEach(() => {
    paper = openPaper();
    lot = paper.commission("A");
    day = at("2026-06-02");
  });
  const judged = (how?: How, of = lot) => ruleOn("V23", paper.trail(of), how);
  const next = () => (day += 86_400);
  const sent = (from: string, to: string, ship?: Details, receive?: Details, of = lot) =>
    paper.deliver(of, from, to, next(), next(), ship, receive)[0]!;
  const inspect = (party: string, shared: Details, more: object = {}) =>
    paper.tell(party, "inspect", { lots: paper.pieces(lot), time: next(), shared, ...more });
  const returned = (event: string, field = "details.reason") => ({
    code: "RETURNED",
    verdict: "INFO",
    event,
    lot,
    field,
  });
  /** Sold to the assembler, sent back to the distributor, and sold on to the broker. */
  const resold = (between: () => void = () => undefined, receive?: Details) => {
    sent(MAKER, DISTRIBUTOR);
    sent(DISTRIBUTOR, ASSEMBLER);
    const back = sent(ASSEMBLER, DISTRIBUTOR, RETURN, receive);
    between();
    return [back, sent(DISTRIBUTOR, BROKER)] as const;
  };

  describe("passes", () => {
    it("a lot that nobody sent back, whatever else its shipments give as a reason", async () => {
      sent(MAKER, DISTRIBUTOR, { reason: "return to stock plan" });
      expect(await judged()).to.deep.equal({ result: "pass", unknown: undefined, found: [] });
    });

    it("a lot whose shipment back was refused or cancelled, and one that was refused", async () => {
      sent(MAKER, DISTRIBUTOR);
      const ship = () =>
        paper.tell(DISTRIBUTOR, "ship", {
          lots: paper.pieces(lot),
          time: next(),
          consignee: MAKER,
          shared: RETURN,
        });
      ship();
      paper.tell(MAKER, "refuse", {
        lots: paper.pieces(lot),
        time: next(),
        holder: DISTRIBUTOR,
        shared: { returnAuthorisation: "RMA-1" },
      });
      ship();
      paper.tell(DISTRIBUTOR, "cancel", { lots: paper.pieces(lot), time: next() });
      sent(DISTRIBUTOR, BROKER);
      expect(await judged()).to.deep.equal({ result: "pass", unknown: undefined, found: [] });
    });
  });

  describe("tells of each return", () => {
    it("by its reason, however it is written, and by its authorisation", async () => {
      sent(MAKER, DISTRIBUTOR);
      const first = sent(DISTRIBUTOR, MAKER, { reason: "Return" });
      inspect(MAKER, { inspectionResult: "accepted" });
      sent(MAKER, DISTRIBUTOR);
      const second = sent(DISTRIBUTOR, MAKER, { returnAuthorisation: "RMA-2" });
      inspect(MAKER, { sealIntact: true });
      sent(MAKER, DISTRIBUTOR);
      paper.deliver(lot, DISTRIBUTOR, MAKER, next(), next(), {}, { returnAuthorisation: "RMA-3" });
      const { result, found } = await judged();
      expect(result).to.equal("info");
      expect(found.slice(0, 2)).to.deep.equal([
        returned(first),
        returned(second, "details.returnAuthorisation"),
      ]);
      expect(found).to.have.length(3);
      expect(JSON.stringify(found)).not.to.include("RMA");
    });

    it("on its way back, and where only the authorisation's number is withheld", async () => {
      sent(MAKER, DISTRIBUTOR);
      const event = paper.tell(DISTRIBUTOR, "ship", {
        lots: paper.pieces(lot),
        time: next(),
        consignee: MAKER,
        shared: { returnAuthorisation: "RMA-4" },
        withheld: ["returnAuthorisation"],
      });
      expect((await judged()).found).to.deep.equal([
        returned(event, "details.returnAuthorisation"),
      ]);
    });
  });

  describe("warns of a return that was sold on", () => {
    it("without a look at it, and fails it by a policy that says so", async () => {
      const [back, on] = resold();
      const { result, found } = await judged();
      expect(result).to.equal("warn");
      const uninspected = { code: "RETURN_NOT_INSPECTED", event: on, lot, field: "action" };
      expect(found).to.deep.equal([{ ...uninspected, verdict: "WARN" }, returned(back)]);
      const strict = await judged({ policy: { severities: { RETURN_NOT_INSPECTED: "FAIL" } } });
      expect([strict.result, strict.found[0]]).to.deep.equal([
        "fail",
        { ...uninspected, verdict: "FAIL" },
      ]);
    });

    const notEnough: [why: string, between?: (() => void) | undefined, receive?: Details][] = [
      [
        "that was accepted at the dock, without a word of the seal",
        undefined,
        { inspectionResult: "accepted" },
      ],
      ["with a broken seal", undefined, { inspectionResult: "accepted", sealIntact: false }],
      [
        "that inspection rejected",
        () => inspect(DISTRIBUTOR, { inspectionResult: "rejected", sealIntact: true }),
      ],
      [
        "that was inspected without a result",
        () => inspect(DISTRIBUTOR, { remarks: "back in stock" }),
      ],
    ];
    for (const [why, between, receive] of notEnough)
      it(why, async () => {
        resold(between, receive);
        expect((await judged()).found[0]!.code).to.equal("RETURN_NOT_INSPECTED");
      });

    it("that somebody else had inspected before", async () => {
      sent(MAKER, DISTRIBUTOR);
      inspect(DISTRIBUTOR, { inspectionResult: "accepted" });
      sent(DISTRIBUTOR, ASSEMBLER);
      inspect(ASSEMBLER, { inspectionResult: "accepted" });
      sent(ASSEMBLER, DISTRIBUTOR, RETURN);
      expect((await judged()).result).to.equal("info");
      paper.tell(DISTRIBUTOR, "ship", { lots: paper.pieces(lot), time: next(), consignee: BROKER });
      expect((await judged()).result).to.equal("warn");
      paper.tell(DISTRIBUTOR, "cancel", { lots: paper.pieces(lot), time: next() });
      expect((await judged()).result).to.equal("info");
    });

    it("in what was split off it", async () => {
      sent(MAKER, DISTRIBUTOR);
      sent(DISTRIBUTOR, MAKER, RETURN);
      const child = lotId(MAKER, "A1");
      paper.tell(MAKER, "split", {
        lots: { [lot]: 900, [child]: 100 },
        time: next(),
        facts: { [child]: { lotNumber: "A1" } },
      });
      sent(MAKER, BROKER, {}, {}, child);
      expect((await judged({}, child)).result).to.equal("warn");
      expect((await judged()).result).to.equal("info");
    });
  });

  describe("only tells of a return that was looked at", () => {
    for (const [why, between, receive] of [
      ["in an inspection", () => inspect(DISTRIBUTOR, { inspectionResult: "conditional" })],
      ["by its seal, in an inspection", () => inspect(DISTRIBUTOR, { sealIntact: true })],
      ["by its seal, at the dock", undefined, { sealIntact: true }],
      [
        "in the second inspection",
        () => (inspect(DISTRIBUTOR, {}), inspect(DISTRIBUTOR, { sealIntact: true })),
      ],
    ] as [string, (() => void)?, Details?][])
      it(why, async () => {
        resold(between, receive);
        const { result, found } = await judged();
        expect([result, found.map(({ code }) => code)]).to.deep.equal(["info", ["RETURNED"]]);
      });

    it("that went back further, to where it came from", async () => {
      sent(MAKER, DISTRIBUTOR);
      sent(DISTRIBUTOR, ASSEMBLER);
      sent(ASSEMBLER, DISTRIBUTOR, RETURN);
      sent(DISTRIBUTOR, MAKER, RETURN);
      const { result, found } = await judged();
      expect([result, found.map(({ code }) => code)]).to.deep.equal([
        "info",
        ["RETURNED", "RETURNED"],
      ]);
    });
  });

  describe("cannot say", () => {
    it("why a shipment was sent where that is withheld, or comes without details", async () => {
      const unknowns = [];
      for (const more of [{ withheld: ["reason"] }, { isShown: false }]) {
        paper = openPaper();
        lot = paper.commission("A");
        paper.tell(MAKER, "ship", {
          lots: paper.pieces(lot),
          time: next(),
          consignee: DISTRIBUTOR,
          shared: RETURN,
          ...more,
        });
        const { result, unknown } = await judged();
        unknowns.push([result, unknown]);
      }
      expect(unknowns).to.deep.equal([
        ["not evaluable", "RETURN_WITHHELD"],
        ["not evaluable", "RETURN_DETAILS_MISSING"],
      ]);
    });

    it("whether it was looked at where that is withheld", async () => {
      for (const more of [{ withheld: ["inspectionResult"] }, { isShown: false }]) {
        paper = openPaper();
        lot = paper.commission("A");
        resold(() => inspect(DISTRIBUTOR, { inspectionResult: "accepted" }, more));
        const { result, unknown } = await judged();
        expect([result, unknown]).to.deep.equal(["not evaluable", "INSPECTION_WITHHELD"]);
      }
    });

    it("what came after where the trail breaks off", async () => {
      sent(MAKER, DISTRIBUTOR);
      const trail = paper.trail(lot);
      trail.events.splice(1, 1);
      expect((await ruleOn("V23", trail)).unknown).to.equal("RETURNS_NOT_FOLLOWED");
    });
  });
});
