// Tests V23: goods that were returned and sold again.
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

describe("rule V23, return and re-entry", () => {
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
    paper.write(party, "inspect", { lots: paper.pieces(lot), time: next(), shared, ...more });
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

  describe("rule V23, without a return", () => {
    it("passes a lot with shipments for other reasons than a return", async () => {
      sent(MAKER, DISTRIBUTOR, { reason: "return to stock plan" });
      expect(await judged()).to.deep.equal({ result: "pass", unknown: undefined, findings: [] });
    });

    it("passes a lot whose return was refused or cancelled, and one refused at its destination", async () => {
      sent(MAKER, DISTRIBUTOR);
      const ship = () =>
        paper.write(DISTRIBUTOR, "ship", {
          lots: paper.pieces(lot),
          time: next(),
          consignee: MAKER,
          shared: RETURN,
        });
      ship();
      paper.write(MAKER, "refuse", {
        lots: paper.pieces(lot),
        time: next(),
        holder: DISTRIBUTOR,
        shared: { returnAuthorisation: "RMA-1" },
      });
      ship();
      paper.write(DISTRIBUTOR, "cancel", { lots: paper.pieces(lot), time: next() });
      sent(DISTRIBUTOR, BROKER);
      expect(await judged()).to.deep.equal({ result: "pass", unknown: undefined, findings: [] });
    });
  });

  describe("rule V23, on a return", () => {
    it("reports INFO for each return by its reason, in any spelling, or its authorisation", async () => {
      sent(MAKER, DISTRIBUTOR);
      const first = sent(DISTRIBUTOR, MAKER, { reason: "Return" });
      inspect(MAKER, { inspectionResult: "accepted" });
      sent(MAKER, DISTRIBUTOR);
      const second = sent(DISTRIBUTOR, MAKER, { returnAuthorisation: "RMA-2" });
      inspect(MAKER, { sealIntact: true });
      sent(MAKER, DISTRIBUTOR);
      paper.deliver(lot, DISTRIBUTOR, MAKER, next(), next(), {}, { returnAuthorisation: "RMA-3" });
      const { result, findings } = await judged();
      expect(result).to.equal("info");
      expect(findings.slice(0, 2)).to.deep.equal([
        returned(first),
        returned(second, "details.returnAuthorisation"),
      ]);
      expect(findings).to.have.length(3);
      expect(JSON.stringify(findings)).not.to.include("RMA");
    });

    it("reports INFO for a return in transit with a withheld authorisation number", async () => {
      sent(MAKER, DISTRIBUTOR);
      const event = paper.write(DISTRIBUTOR, "ship", {
        lots: paper.pieces(lot),
        time: next(),
        consignee: MAKER,
        shared: { returnAuthorisation: "RMA-4" },
        withheld: ["returnAuthorisation"],
      });
      expect((await judged()).findings).to.deep.equal([
        returned(event, "details.returnAuthorisation"),
      ]);
    });
  });

  describe("rule V23, on a return that was sold on without an inspection", () => {
    it("warns of a return sold on without an inspection, and fails it if the policy says FAIL", async () => {
      const [back, on] = resold();
      const { result, findings } = await judged();
      expect(result).to.equal("warn");
      const uninspected = { code: "RETURN_NOT_INSPECTED", event: on, lot, field: "action" };
      expect(findings).to.deep.equal([{ ...uninspected, verdict: "WARN" }, returned(back)]);
      const strict = await judged({ policy: { severities: { RETURN_NOT_INSPECTED: "FAIL" } } });
      expect([strict.result, strict.findings[0]]).to.deep.equal([
        "fail",
        { ...uninspected, verdict: "FAIL" },
      ]);
    });

    const notEnough: [why: string, between?: (() => void) | undefined, receive?: Details][] = [
      [
        "after acceptance at the dock without a check of the seal",
        undefined,
        { inspectionResult: "accepted" },
      ],
      ["with a broken seal", undefined, { inspectionResult: "accepted", sealIntact: false }],
      [
        "after inspection rejected it",
        () => inspect(DISTRIBUTOR, { inspectionResult: "rejected", sealIntact: true }),
      ],
      [
        "after an inspection without a result",
        () => inspect(DISTRIBUTOR, { remarks: "back in stock" }),
      ],
    ];
    for (const [why, between, receive] of notEnough)
      it(`warns of a return sold on ${why}`, async () => {
        resold(between, receive);
        expect((await judged()).findings[0]!.code).to.equal("RETURN_NOT_INSPECTED");
      });

    it("warns of a return that only the previous holder inspected", async () => {
      sent(MAKER, DISTRIBUTOR);
      inspect(DISTRIBUTOR, { inspectionResult: "accepted" });
      sent(DISTRIBUTOR, ASSEMBLER);
      inspect(ASSEMBLER, { inspectionResult: "accepted" });
      sent(ASSEMBLER, DISTRIBUTOR, RETURN);
      expect((await judged()).result).to.equal("info");
      paper.write(DISTRIBUTOR, "ship", {
        lots: paper.pieces(lot),
        time: next(),
        consignee: BROKER,
      });
      expect((await judged()).result).to.equal("warn");
      paper.write(DISTRIBUTOR, "cancel", { lots: paper.pieces(lot), time: next() });
      expect((await judged()).result).to.equal("info");
    });

    it("warns of a lot split off a return and sold on", async () => {
      sent(MAKER, DISTRIBUTOR);
      sent(DISTRIBUTOR, MAKER, RETURN);
      const child = lotId(MAKER, "A1");
      paper.write(MAKER, "split", {
        lots: { [lot]: 900, [child]: 100 },
        time: next(),
        facts: { [child]: { lotNumber: "A1" } },
      });
      sent(MAKER, BROKER, {}, {}, child);
      expect((await judged({}, child)).result).to.equal("warn");
      expect((await judged()).result).to.equal("info");
    });
  });

  describe("rule V23, on a return that was inspected or sent back further", () => {
    for (const [why, between, receive] of [
      ["in an inspection", () => inspect(DISTRIBUTOR, { inspectionResult: "conditional" })],
      ["by its seal in an inspection", () => inspect(DISTRIBUTOR, { sealIntact: true })],
      ["by its seal at the dock", undefined, { sealIntact: true }],
      [
        "in the second inspection",
        () => (inspect(DISTRIBUTOR, {}), inspect(DISTRIBUTOR, { sealIntact: true })),
      ],
    ] as [string, (() => void)?, Details?][])
      it(`reports only INFO for a return checked ${why}`, async () => {
        resold(between, receive);
        const { result, findings } = await judged();
        expect([result, findings.map(({ code }) => code)]).to.deep.equal(["info", ["RETURNED"]]);
      });

    it("reports only INFO for a return that went back to its maker", async () => {
      sent(MAKER, DISTRIBUTOR);
      sent(DISTRIBUTOR, ASSEMBLER);
      sent(ASSEMBLER, DISTRIBUTOR, RETURN);
      sent(DISTRIBUTOR, MAKER, RETURN);
      const { result, findings } = await judged();
      expect([result, findings.map(({ code }) => code)]).to.deep.equal([
        "info",
        ["RETURNED", "RETURNED"],
      ]);
    });
  });

  describe("rule V23, on missing knowledge", () => {
    it("is not evaluable when a shipment's reason or details are withheld", async () => {
      const unknowns = [];
      for (const more of [{ withheld: ["reason"] }, { isShown: false }]) {
        paper = openPaper();
        lot = paper.commission("A");
        paper.write(MAKER, "ship", {
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

    it("is not evaluable when the inspection of a return is withheld", async () => {
      for (const more of [{ withheld: ["inspectionResult"] }, { isShown: false }]) {
        paper = openPaper();
        lot = paper.commission("A");
        resold(() => inspect(DISTRIBUTOR, { inspectionResult: "accepted" }, more));
        const { result, unknown } = await judged();
        expect([result, unknown]).to.deep.equal(["not evaluable", "INSPECTION_WITHHELD"]);
      }
    });

    it("is not evaluable when the trail breaks off", async () => {
      sent(MAKER, DISTRIBUTOR);
      const trail = paper.trail(lot);
      trail.events.splice(1, 1);
      expect((await ruleOn("V23", trail)).unknown).to.equal("RETURNS_NOT_FOLLOWED");
    });
  });
});
