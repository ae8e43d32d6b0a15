// Tests the verdict on a label without a record: each rule that judges it, what no rule may say, and that it is never PASS.
import { expect } from "chai";
import type { Expected } from "../../../protocol/label/expected.ts";
import { readLabel } from "../../../protocol/label/label.ts";
import type { Read } from "../../../protocol/label/values.ts";
import type { Alert, SignedStatement } from "../../../protocol/event/statement.ts";
import type { Facts } from "../../../protocol/verdict/facts.ts";
import { headOf } from "../../../protocol/verdict/head.ts";
import { PolicyDocument } from "../../../protocol/verdict/policy.ts";
import { Verdict } from "../../../protocol/verdict/verdict.ts";
import { verifyLabel, type WhyAlone } from "../../../protocol/verify/unregistered.ts";
import { at } from "../../support/paper.ts";
import { digestOf, statementOf } from "../../support/statements.ts";
import { openWorld, trustIn, type World } from "../../support/trails.ts";
import { recover } from "../../support/recover.ts";
import { codes as codesOf } from "../../support/verdicts.ts";

const format06 = (...fields: string[]) =>
  `[)>\x1e06${fields.map((field) => `\x1d${field}`).join("")}\x1e\x04`;
const FULL = ["3SR1", "1PVSMBJ24CA", "Q3200", "1TL7001", "10D2614", "4LIN", "1VVellore Devices"];
const ORDER = {
  manufacturer: "Vellore Devices",
  mpn: "VSMBJ24CA",
  makerLot: "L7001",
  dateCode: "2614",
  countryOfOrigin: "IN",
  quantity: 3200,
} as const satisfies Expected;

describe("verifyLabel", () => {
  let world: World;
  before(async () => {
    world = await openWorld();
  });

  interface Given {
    expected?: Expected;
    policy?: PolicyDocument;
    statements?: SignedStatement[];
    why?: WhyAlone;
    node?: boolean;
  }
  async function judged(codes: string | string[], given: Given = {}): Promise<Verdict> {
    const { expected = null, policy = {}, statements, why = "LOT_NOT_KNOWN", node = true } = given;
    const facts: Facts = {
      source: "a test",
      reader: world.assembler.address,
      ...(statements && { statements }),
    };
    const trust = { ...(await trustIn(world, { policy })), now: at("2026-06-01") };
    const reader = node ? world.ledger.reader : null;
    const label = readLabel(codes) as Read;
    return verifyLabel(label, why, trust, reader, recover, { expected, facts });
  }
  const told = ({ findings }: Verdict) => findings.map(({ code, field }) => [code, field]);
  const changed = (from: string, to: string) =>
    format06(...FULL.map((field) => (field === from ? to : field)));
  const resultOf = (verdict: Verdict, id: string) => {
    const { result, reason } = verdict.rules.find(({ rule }) => rule === id)!;
    return [result, reason?.code ?? null];
  };

  it("is INCOMPLETE at best, and gives that reason for each rule that needs a record", async () => {
    const verdict = await judged(format06(...FULL), { expected: ORDER, statements: [] });
    expect(Verdict.parse(verdict)).to.deep.equal(verdict);
    expect([verdict.verdict, verdict.lot, told(verdict)]).to.deep.equal([
      "INCOMPLETE",
      null,
      [["LOT_NOT_KNOWN", undefined]],
    ]);
    expect(headOf(verdict).because).to.match(/^No registered lot that you can see matches/);
    expect(resultOf(verdict, "V28")).to.deep.equal(["pass", null]);
    expect(resultOf(verdict, "V26")).to.deep.equal(["pass", null]);
    for (const rule of ["V01", "V02", "V03", "V06", "V09", "V11", "V14", "V19", "V27"])
      expect(resultOf(verdict, rule), rule).to.deep.equal(["not evaluable", "LOT_NOT_KNOWN"]);
    expect(verdict.custody).to.deep.equal([]);
    expect(verdict.block).not.to.equal(null);
  });

  it("says why there is no record, and no policy makes that less grave", async () => {
    for (const why of ["LOT_NOT_NAMED", "LOT_OF_OTHER_LEDGER", "LOT_NOT_SINGLE"] as const) {
      const verdict = await judged(format06(...FULL), { why });
      expect(told(verdict)[0]).to.deep.equal([why, undefined]);
      expect(resultOf(verdict, "V02")).to.deep.equal(["not evaluable", why]);
      const lenient = PolicyDocument.safeParse({ severities: { [why]: "INFO" } });
      expect(lenient.success).to.equal(false);
    }
  });

  it("is INCOMPLETE without a node, and does not say then that no alert applies", async () => {
    const verdict = await judged(format06(...FULL), { statements: [], node: false });
    expect(verdict.verdict).to.equal("INCOMPLETE");
    expect(told(verdict)).to.deep.include(["NO_NODE", undefined]);
    expect(resultOf(verdict, "V26")).to.deep.equal(["not evaluable", "ALERT_ISSUERS_NOT_KNOWN"]);
    expect(resultOf(await judged(format06(...FULL)), "V26")).to.deep.equal([
      "not evaluable",
      "ALERTS_NOT_KNOWN",
    ]);
  });

  describe("against the order", () => {
    const differing: [from: string, to: string, code: string, field: string, verdict: string][] = [
      ["1PVSMBJ24CA", "1PVSMBJ24CX", "MPN_SUFFIX_DIFFERS", "label.mpn", "FAIL"],
      ["1VVellore Devices", "1VHalden", "ORDER_MANUFACTURER_DIFFERS", "label.manufacturer", "FAIL"],
      ["1TL7001", "1TL7002", "ORDER_MAKER_LOT_DIFFERS", "label.makerLot", "FAIL"],
      ["10D2614", "10D2615", "ORDER_DATE_CODE_DIFFERS", "label.dateCode", "FAIL"],
      ["4LIN", "4LCN", "ORDER_COUNTRY_DIFFERS", "label.countryOfOrigin", "FAIL"],
      ["Q3200", "Q3199", "ORDER_QUANTITY_DIFFERS", "label.quantity", "INCOMPLETE"],
    ];
    for (const [from, to, code, field, worst] of differing)
      it(`gives ${code} for ${to}, without naming a lot`, async () => {
        const verdict = await judged(changed(from, to), { expected: ORDER });
        expect(verdict.verdict).to.equal(worst);
        const found = verdict.findings.find((each) => each.code === code)!;
        expect([found.field, found.lot]).to.deep.equal([field, undefined]);
        expect(verdict.comparison!.map(({ recorded }) => recorded)).to.deep.equal(
          Array(8).fill(null),
        );
      });

    it("does not fail what another keyboard layout mistyped", async () => {
      const typed = ["1PVSM'BJ24", "1TL'7001"];
      const expected = { mpn: "VSM-BJ24", makerLot: "L-7001" };
      const verdict = await judged(typed, { expected });
      expect([verdict.verdict, told(verdict)]).to.deep.equal([
        "INCOMPLETE",
        [
          ["LOT_NOT_KNOWN", undefined],
          ["LABEL_KEYBOARD_LAYOUT", "label.mpn"],
          ["LABEL_KEYBOARD_LAYOUT", "label.makerLot"],
        ],
      ]);
      expect(resultOf(verdict, "V28")).to.deep.equal(["not evaluable", "ORDERED_FIELD_NOT_KNOWN"]);
      const catalogue = [{ mpn: "VSM-BJ24" }];
      const byCatalogue = await judged(typed, { policy: { catalogue } });
      expect([byCatalogue.verdict, resultOf(byCatalogue, "V16")]).to.deep.equal([
        "INCOMPLETE",
        ["not evaluable", "MPN_MISTYPED"],
      ]);
    });

    it("compares with the catalogue as well", async () => {
      const policy = { catalogue: [{ mpn: "VSM8J24CA" }] };
      expect(told(await judged(format06(...FULL), { policy }))).to.deep.include([
        "MPN_LOOKALIKE",
        "label.mpn",
      ]);
    });
  });

  it("checks the form of the label, and its codes against each other", async () => {
    const scanned = await judged([format06(...FULL), "1TPASTED-OVER"]);
    expect([scanned.verdict, told(scanned)[0]]).to.deep.equal([
      "FAIL",
      ["LABEL_CONTRADICTS_ITSELF", "label.makerLot"],
    ]);
    expect(told(await judged(format06("1PX", "Q1")))).to.deep.include([
      "LABEL_FIELD_MISSING",
      "label.makerLot",
    ]);
    expect(told(await judged(format06(...FULL, "1TL7002")))).to.deep.include([
      "LOTS_MIXED_UNDECLARED",
      "label.makerLot",
    ]);
  });

  it("fails a date that does not exist or has not begun, and compares others with the catalogue", async () => {
    for (const [date, code] of [
      ["2655", "DATE_CODE_NONEXISTENT"],
      ["2704", "DATE_CODE_IN_FUTURE"],
    ] as const) {
      const verdict = await judged(changed("10D2614", `10D${date}`));
      expect([verdict.verdict, told(verdict)[0]]).to.deep.equal(["FAIL", [code, "label.dateCode"]]);
    }
    const part = { mpn: "VSMBJ24CA", introducedOn: "2026-05-01" };
    // 9D leaves the format to the parties: some makers write the week first.
    for (const [date, severity, code] of [
      ["3025", "INCOMPLETE", "DATE_CODE_WEEK_FIRST"],
      ["5225", "INCOMPLETE", "DATE_CODE_WEEK_FIRST"],
      ["5325", "FAIL", "DATE_CODE_IN_FUTURE"],
      ["2704", "FAIL", "DATE_CODE_IN_FUTURE"],
      ["5227", "FAIL", "DATE_CODE_IN_FUTURE"],
    ] as const) {
      const verdict = await judged(changed("10D2614", `9D${date}`));
      expect([
        verdict.verdict,
        codesOf(verdict).filter((each) => /^DATE_/.test(each)),
      ]).to.deep.equal([severity, [code]]);
    }
    expect(codesOf(await judged(changed("10D2614", "9D2614")))).not.to.include.members([
      "DATE_CODE_WEEK_FIRST",
    ]);
    const lifeOf = async (catalogue: NonNullable<PolicyDocument["catalogue"]>) =>
      resultOf(await judged(format06(...FULL), { policy: { catalogue } }), "V18");
    expect(await lifeOf([part])).to.deep.equal(["warn", null]);
    expect(await lifeOf([{ ...part, introducedOn: "2020-01-01" }])).to.deep.equal(["pass", null]);
    const others = [
      { ...part, manufacturer: "Halden" },
      { ...part, mpn: "VSMBJ24CB" },
    ];
    for (const other of others)
      expect(await lifeOf([other])).to.deep.equal(["not evaluable", "LIFE_OF_PART_NOT_KNOWN"]);
  });

  describe("with alerts", () => {
    const about: Alert = {
      source: "ITX",
      reference: "ITX-1",
      kind: "counterfeit",
      mpn: "vsmbj24ca",
    };
    const codesOn = async (label: string | string[], ...alerts: Partial<Alert>[]) => {
      const statements = alerts.map((more) =>
        statementOf(world, world.assembler, "alert", { ...about, ...more }),
      );
      const { findings } = await judged(label, { statements });
      return findings.flatMap(({ code, rule }) => (rule === "V26" ? [code] : []));
    };

    it("holds by an alert on the scanned part, and names it", async () => {
      const alert = statementOf(world, world.assembler, "alert", about);
      const verdict = await judged(format06(...FULL), { statements: [alert] });
      const [first] = verdict.findings;
      expect(verdict.verdict).to.equal("HOLD");
      expect([first!.code, first!.statement, first!.lot, first!.found]).to.deep.equal([
        "ALERT_COUNTERFEIT",
        digestOf(world, alert),
        undefined,
        "ITX, ITX-1",
      ]);
    });

    it("compares maker, lots and dates with the label, which may state several", async () => {
      const some = { makerLots: ["L7001", "L7009"], manufacturer: "Vellore Devices" };
      expect(await codesOn(format06(...FULL), some)).to.deep.equal(["ALERT_COUNTERFEIT"]);
      for (const other of [
        { mpn: "VSMBJ24CB" },
        { makerLots: ["L7009"] },
        { manufacturer: "Halden" },
        { dateCodeFrom: "2026-04-06" },
        { dateCodeTo: "2026-03-29" },
      ])
        expect(await codesOn(format06(...FULL), other), JSON.stringify(other)).to.deep.equal([]);
      const two = format06("1PVSMBJ24CA", "1TL7001", "1TL7002", "13D26142618");
      expect(await codesOn(two, { makerLots: ["L7002"] })).to.deep.equal(["ALERT_COUNTERFEIT"]);
      const within = { dateCodeFrom: "2026-04-15", dateCodeTo: "2026-04-16" };
      expect(await codesOn(two, within)).to.deep.equal(["ALERT_COUNTERFEIT"]);
      const dates = format06("1PVSMBJ24CA", "10D2610", "10D2614");
      expect(await codesOn(dates, within)).to.deep.equal([]);
      expect(await codesOn(dates, { dateCodeFrom: "2026-03-30" })).to.deep.equal([
        "ALERT_COUNTERFEIT",
      ]);
    });

    it("warns where the label does not say enough to tell", async () => {
      const named = [
        { makerLots: ["L7001"] },
        { manufacturer: "Vellore Devices" },
        { dateCodeFrom: "2026-03-30" },
      ];
      for (const more of named) {
        const bare = await codesOn(format06("1PVSMBJ24CA", "Q1"), more);
        expect(bare, JSON.stringify(more)).to.deep.equal(["ALERT_MAY_APPLY"]);
      }
      // 231013 is a day of 2023, or week 10 of 2023 and two digits more.
      const unclear = format06("1PVSMBJ24CA", "9D231013");
      expect(await codesOn(unclear, { dateCodeFrom: "2023-10-01" })).to.deep.equal([
        "ALERT_MAY_APPLY",
      ]);
      expect(await codesOn(unclear, { dateCodeFrom: "2024-01-01" })).to.deep.equal([]);
    });

    it("counts the policy's issuers, but not a party whose name is printed as the maker's", async () => {
      const statements = [statementOf(world, world.maker, "alert", about)];
      const label = changed("1VVellore Devices", "1VNorthgate Semiconductor");
      const by = async (policy: PolicyDocument) =>
        resultOf(await judged(label, { statements, policy }), "V26");
      expect(await by({})).to.deep.equal(["pass", null]);
      expect(await by({ alertIssuers: [world.maker.address] })).to.deep.equal(["hold", null]);
    });

    it("says that parts are not known where the label names none, or more than are compared", async () => {
      for (const label of [
        format06("1TL7001", "Q1"),
        format06(...Array.from({ length: 9 }, (_, i) => `1PX${i}`)),
      ])
        expect(resultOf(await judged(label, { statements: [] }), "V26")).to.deep.equal([
          "not evaluable",
          "PARTS_NOT_IDENTIFIED",
        ]);
    });
  });
});
