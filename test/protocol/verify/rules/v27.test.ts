// Tests V27: what inspections, tests and consignees objected to, and how an objection is answered.
import { expect } from "chai";
import type { ActionName } from "../../../../protocol/event/event.ts";
import type { Details } from "../../../../protocol/event/details.ts";
import { lotId } from "../../../../protocol/event/lot.ts";
import {
  ASSEMBLER,
  at,
  BROKER,
  DISTRIBUTOR,
  MAKER,
  openPaper,
  type Paper,
  ruleOn,
} from "../../../support/paper.ts";

type Shared = Omit<Details, "entries">;
type Finding = Awaited<ReturnType<typeof ruleOn>>["findings"][number];

describe("rule V27, inspections and refusals", () => {
  let paper: Paper;
  let lot: string;
  let day: number;
  beforeEach(() => {
    paper = openPaper();
    lot = paper.commission("A");
    day = at("2026-06-02");
  });
  const next = () => (day += 86_400);
  const sent = (from: string, to: string, receive?: Shared, of = lot) =>
    paper.deliver(of, from, to, next(), next(), undefined, receive);
  const act = (party: string, action: ActionName, shared: Shared, of = lot) =>
    paper.write(party, action, { lots: paper.pieces(of), time: next(), shared });
  const refused = (from: string, to: string, shared: Shared) => {
    paper.write(from, "ship", { lots: paper.pieces(lot), time: next(), consignee: to });
    return paper.write(to, "refuse", {
      lots: paper.pieces(lot),
      time: next(),
      holder: from,
      shared,
    });
  };
  const judged = (of = lot) => ruleOn("V27", paper.trail(of));
  const codes = async (of = lot) =>
    (await judged(of)).findings.map(({ code, verdict }: Finding) => [code, verdict]);

  const REJECTED = ["REJECTED_AT_INSPECTION", "HOLD"];
  const FAILED = ["TEST_FAILED", "HOLD"];
  const REFUSED = ["REFUSED_BY_CONSIGNEE", "WARN"];
  const ANSWERED = ["OBJECTION_ANSWERED", "INFO"];
  const BY_OTHER = ["OBJECTION_ANSWERED_BY_OTHER", "WARN"];

  it("passes a lot that was accepted, tested and shipped on", async () => {
    sent(MAKER, DISTRIBUTOR, { inspectionResult: "accepted" });
    act(DISTRIBUTOR, "inspect", { testResult: "pass", markingMatches: true, samplesFailed: 0 });
    expect(await judged()).to.deep.equal({ result: "pass", unknown: undefined, findings: [] });
  });

  it("names the event, the field and the reason of an objection", async () => {
    const event = act(MAKER, "inspect", {
      inspectionResult: "rejected",
      reason: "blacktopping found on 20 of 20",
    });
    expect((await judged()).findings).to.deep.equal([
      {
        code: "REJECTED_AT_INSPECTION",
        verdict: "HOLD",
        event,
        lot,
        field: "details.inspectionResult",
        found: "blacktopping found on 20 of 20",
      },
    ]);
  });

  const objections: [what: string, object: () => unknown, wanted: string[]][] = [
    [
      "a rejection by a holder",
      () => act(MAKER, "inspect", { inspectionResult: "rejected" }),
      REJECTED,
    ],
    [
      "a rejection at the dock",
      () => sent(MAKER, BROKER, { inspectionResult: "rejected" }),
      REJECTED,
    ],
    [
      "a rejection with a hold",
      () => act(MAKER, "hold", { inspectionResult: "rejected" }),
      REJECTED,
    ],
    [
      "a failed test, whatever the inspector decided",
      () => act(MAKER, "inspect", { testResult: "fail", inspectionResult: "accepted" }),
      FAILED,
    ],
    ["a refusal", () => refused(MAKER, BROKER, { reason: "wrong label" }), REFUSED],
    [
      "a refusal that rejects: a party without the lot cannot put it on hold",
      () => refused(MAKER, BROKER, { inspectionResult: "rejected" }),
      REFUSED,
    ],
    [
      "a condition",
      () => act(MAKER, "inspect", { inspectionResult: "conditional" }),
      ["ACCEPTED_CONDITIONALLY", "WARN"],
    ],
    ...(
      [
        { markingMatches: false },
        { labelMatches: false },
        { packageDamaged: true },
        { samplesFailed: 1 },
      ] as const
    ).map((fault): [string, () => unknown, string[]] => [
      `${JSON.stringify(fault)}, even of parts that are accepted`,
      () => act(MAKER, "inspect", { ...fault, inspectionResult: "accepted" }),
      ["INSPECTION_FOUND_FAULT", "WARN"],
    ]),
  ];
  for (const [what, object, wanted] of objections)
    it(`reports ${what}, to every later holder`, async () => {
      object();
      expect(await codes()).to.deep.equal([wanted]);
      const holder = paper.trail(lot).events.at(-1)!.event.holder;
      sent(holder, ASSEMBLER, { inspectionResult: "accepted" });
      expect(await codes(), "accepted at the dock").to.deep.equal([wanted]);
    });

  it("follows the pieces into splits and products, and leaves the other half to its own answer", async () => {
    act(MAKER, "inspect", { inspectionResult: "rejected" });
    const [cut, board] = [lotId(MAKER, "CUT"), lotId(MAKER, "BOARD")];
    const facts = (id: string, lotNumber: string) => ({ [id]: { lotNumber } });
    paper.write(MAKER, "split", {
      lots: { [lot]: 600, [cut]: 400 },
      time: next(),
      facts: facts(cut, "CUT"),
    });
    act(MAKER, "inspect", { inspectionResult: "accepted" });
    paper.write(MAKER, "assemble", {
      lots: { [cut]: 300, [board]: 10 },
      time: next(),
      facts: facts(board, "BOARD"),
    });
    expect(await codes()).to.deep.equal([ANSWERED]);
    expect(await codes(cut)).to.deep.equal([REJECTED]);
    expect(await codes(board)).to.deep.equal([REJECTED]);
  });

  describe("rule V27, on an answer", () => {
    it("takes the word of the party that objected", async () => {
      act(MAKER, "inspect", { inspectionResult: "rejected" });
      const event = act(MAKER, "inspect", { inspectionResult: "accepted", reason: "remarked" });
      expect((await judged()).findings).to.deep.equal([
        {
          code: "OBJECTION_ANSWERED",
          verdict: "INFO",
          event,
          lot,
          field: "details.inspectionResult",
          expected: "REJECTED_AT_INSPECTION",
          found: "remarked",
        },
      ]);
    });

    it("warns of another party's, until the one that objected agrees", async () => {
      act(MAKER, "inspect", { inspectionResult: "rejected" });
      sent(MAKER, BROKER);
      act(BROKER, "inspect", { inspectionResult: "accepted" });
      expect(await codes()).to.deep.equal([BY_OTHER]);
      sent(BROKER, MAKER);
      act(MAKER, "inspect", { inspectionResult: "accepted" });
      expect(await codes()).to.deep.equal([ANSWERED]);
    });

    it("asks for a passed test where a test failed", async () => {
      act(MAKER, "inspect", { testResult: "fail" });
      act(MAKER, "inspect", { inspectionResult: "accepted" });
      act(MAKER, "inspect", { testResult: "inconclusive" });
      expect(await codes()).to.deep.equal([FAILED]);
      act(MAKER, "inspect", { testResult: "pass" });
      expect(await codes()).to.deep.equal([ANSWERED]);
    });

    it("lets the refused party inspect, or the refusing party take the parts after all", async () => {
      refused(MAKER, BROKER, {});
      act(MAKER, "inspect", { inspectionResult: "accepted" });
      refused(MAKER, BROKER, {});
      expect(await codes()).to.deep.equal([REFUSED, ANSWERED]);
      sent(MAKER, BROKER);
      expect(await codes()).to.deep.equal([ANSWERED, ANSWERED]);
    });
  });

  describe("rule V27, on a release", () => {
    it("reports it with its reason, and warns of one without", async () => {
      act(MAKER, "hold", { reason: "a customer's complaint" });
      act(MAKER, "release", { reason: "the complaint was about another lot" });
      act(MAKER, "hold", {});
      act(MAKER, "release", {});
      const { findings } = await judged();
      expect(findings.map(({ code, verdict, found }) => [code, verdict, found])).to.deep.equal([
        ["RELEASED_WITHOUT_REASON", "WARN", undefined],
        ["HOLD_RELEASED", "INFO", "the complaint was about another lot"],
      ]);
    });

    it("counts as an answer only if it states a result", async () => {
      act(MAKER, "hold", { inspectionResult: "rejected" });
      act(MAKER, "release", { reason: "needed on the line" });
      expect(await codes()).to.deep.equal([REJECTED, ["HOLD_RELEASED", "INFO"]]);
      act(MAKER, "hold", {});
      act(MAKER, "release", { inspectionResult: "accepted" });
      expect((await codes()).map(([code]) => code)).not.to.include("REJECTED_AT_INSPECTION");
    });
  });

  it("is not evaluable where a result or all details are withheld, or the trail has a gap", async () => {
    const inspect = (draft: object) =>
      paper.write(MAKER, "inspect", {
        lots: paper.pieces(lot),
        time: next(),
        shared: { inspectionResult: "rejected" },
        ...draft,
      });
    inspect({ withheld: ["inspectionResult"] });
    expect((await judged()).unknown).to.equal("INSPECTION_RESULT_WITHHELD");
    paper = openPaper();
    lot = paper.commission("B");
    inspect({ isShown: false });
    expect((await judged()).unknown).to.equal("INSPECTION_DETAILS_MISSING");
    const { events, ...trail } = paper.trail(lot);
    const cut = await ruleOn("V27", { ...trail, events: events.slice(1) });
    expect(cut.unknown).to.equal("INSPECTIONS_NOT_FOLLOWED");
  });

  it("follows a bounded number of objections through splits and assemblies, and says what it leaves out", async () => {
    act(MAKER, "inspect", { inspectionResult: "rejected" });
    for (let i = 0; i < 201; i++) act(MAKER, "inspect", { packageDamaged: true });
    let from = lot;
    for (let round = 0; round < 12; round++) {
      const parts = ["a", "b", "c", "d"].map((part) => `${part}${round}`);
      const ids = parts.map((part) => lotId(MAKER, part));
      const board = lotId(MAKER, `board${round}`);
      const quantity = paper.pieces(from)[from]!;
      paper.write(MAKER, "split", {
        lots: { [from]: quantity - 4, ...Object.fromEntries(ids.map((id) => [id, 1])) },
        time: next(),
        facts: Object.fromEntries(ids.map((id, i) => [id, { lotNumber: parts[i]! }])),
      });
      paper.write(MAKER, "assemble", {
        lots: { ...Object.fromEntries(ids.map((id) => [id, 0])), [board]: 100 },
        time: next(),
        facts: { [board]: { lotNumber: `board${round}` } },
      });
      from = board;
    }
    const reported = await codes(from);
    expect(reported).to.have.length(200);
    expect(reported.map(([code]) => code)).to.include.members([
      "REJECTED_AT_INSPECTION",
      "OBJECTIONS_LEFT_OUT",
    ]);
  });

  it("counts a test that used pieces up", async () => {
    sent(MAKER, DISTRIBUTOR);
    paper.write(DISTRIBUTOR, "scrap", {
      lots: { [lot]: 980 },
      time: next(),
      shared: { testResult: "fail" },
    });
    expect(await codes()).to.deep.equal([FAILED]);
  });
});
