// Tests V26: alerts on the parts of a lot and on those of its inputs.
import { expect } from "chai";
import type { Facts } from "../../../../protocol/verdict/facts.ts";
import type { PolicyDocument } from "../../../../protocol/verdict/policy.ts";
import type { Alert, SignedStatement } from "../../../../protocol/event/statement.ts";
import { verify } from "../../../../protocol/verify/verify.ts";
import { suspend, reinstate } from "../../../support/ledger.ts";
import { ruleResultOf } from "../../../support/paper.ts";
import { digestOf, statementOf } from "../../../support/statements.ts";
import {
  type World,
  act,
  commission,
  deliver,
  lotOf,
  openWorld,
  trailFor,
  trustIn,
} from "../../../support/trails.ts";
import { recover } from "../../../support/recover.ts";

describe("rule V26, alerts", () => {
  let world: World;
  let lot: string;
  let product: string;
  /** An alert on the lot: maker's lot K7T221 of week 31 of 2026, which is 27 July to 2 August. */
  const about: Alert = {
    source: "ITX",
    reference: "ITX-1",
    kind: "counterfeit",
    mpn: "ng74lvc1g08-q",
  };

  before(async () => {
    world = await openWorld();
    lot = await commission(world, "A1", 1000);
    await deliver(world, world.maker, world.assembler, [lot]);
    product = lotOf(world.assembler, "P1");
    await act(world, world.assembler, "assemble", {
      lots: { [lot]: 500, [product]: 100 },
      facts: { [product]: { lotNumber: "P1", mpn: "LH-GW-1", dateCode: "2640" } },
    });
  });

  async function judge(
    statements?: SignedStatement[],
    policy: PolicyDocument = {},
    of = lot,
    node = true,
  ) {
    const facts: Facts = {
      source: "test",
      reader: world.assembler.address,
      ...(statements && { statements }),
    };
    const trust = await trustIn(world, { policy });
    const { reader } = world.ledger;
    return ruleResultOf(
      "V26",
      await verify(trailFor(world, of), trust, node ? reader : null, recover, { facts }),
    );
  }
  const alert = (more: Partial<Alert> = {}, by = world.assembler) =>
    statementOf(world, by, "alert", { ...about, ...more });
  const codesOf = async (...args: Parameters<typeof judge>) => {
    const { result, unknown, findings } = await judge(...args);
    return [result, ...(unknown === undefined ? findings.map(({ code }) => code) : [unknown])];
  };

  it("passes without alerts, and with alerts on other parts", async () => {
    expect(await codesOf([])).to.deep.equal(["pass"]);
    const others = [
      { mpn: "NG74LVC1G08" },
      { manufacturer: "Southgate" },
      { makerLots: ["K7T222"] },
    ];
    expect(await codesOf(others.map((more) => alert(more)))).to.deep.equal(["pass"]);
  });

  it("never passes when alerts are left out, and still holds by an alert that is present", async () => {
    const left = async (statements: SignedStatement[]) => {
      const facts: Facts = {
        source: "test",
        reader: world.assembler.address,
        statements,
        alertsLeftOut: true,
      };
      const trust = await trustIn(world);
      return ruleResultOf(
        "V26",
        await verify(trailFor(world, lot), trust, world.ledger.reader, recover, { facts }),
      );
    };
    expect(await left([])).to.include({ result: "not evaluable", unknown: "ALERTS_LEFT_OUT" });
    expect((await left([alert({ kind: "change" })])).result).to.equal("not evaluable");
    expect((await left([alert()])).result).to.equal("hold");
  });

  for (const [kind, code] of Object.entries({
    counterfeit: "ALERT_COUNTERFEIT",
    suspect: "ALERT_SUSPECT",
    recall: "ALERT_RECALL",
    stolen: "ALERT_STOLEN",
  }))
    it(`holds by an alert of kind ${kind}, for the lot and for its product`, async () => {
      const signed = alert({
        kind: kind as Alert["kind"],
        manufacturer: "Northgate Semiconductor",
      });
      const { result, findings } = await judge([signed]);
      expect(result).to.equal("hold");
      expect(findings).to.deep.equal([
        {
          code,
          verdict: "HOLD",
          statement: digestOf(world, signed),
          lot,
          field: "mpn",
          found: "ITX, ITX-1",
        },
      ]);
      const reached = await judge([signed], {}, product);
      expect([reached.result, reached.findings.map((each) => each.lot)]).to.deep.equal([
        "hold",
        [lot],
      ]);
    });

  it("reports INFO for change notices and ends of life", async () => {
    const news = [alert({ kind: "change" }), alert({ kind: "end-of-life", makerLots: ["K7T221"] })];
    expect(await codesOf(news)).to.deep.equal(["info", "CHANGE_NOTICE", "END_OF_LIFE"]);
  });

  it("compares dates of manufacture, both ends inclusive", async () => {
    const from = (dateCodeFrom: string) => codesOf([alert({ dateCodeFrom })]);
    const to = (dateCodeTo: string) => codesOf([alert({ dateCodeTo })]);
    expect(await from("2026-08-02")).to.deep.equal(["hold", "ALERT_COUNTERFEIT"]);
    expect(await from("2026-08-03")).to.deep.equal(["pass"]);
    expect(await to("2026-07-27")).to.deep.equal(["hold", "ALERT_COUNTERFEIT"]);
    expect(await to("2026-07-26")).to.deep.equal(["pass"]);
  });

  it("warns of an alert when the maker, lot or date cannot be compared", async () => {
    const bare = lotOf(world.broker, "B1");
    const facts = { [bare]: { lotNumber: "B1", mpn: "NG74LVC1G08-Q", dateCode: "N/T" } };
    await act(world, world.broker, "introduce", { lots: { [bare]: 5 }, facts });
    for (const more of [
      { manufacturer: "Northgate" },
      { makerLots: ["K7T221"] },
      { dateCodeTo: "2026-07-27" },
    ])
      expect(await codesOf([alert(more)], {}, bare)).to.deep.equal(["warn", "ALERT_MAY_APPLY"]);
    expect(await codesOf([alert()], {}, bare)).to.deep.equal(["hold", "ALERT_COUNTERFEIT"]);
  });

  it("holds by an alert on one lot, or one week, of a package that declares several", async () => {
    const declared = async (lotNumber: string, facts: object) => {
      const mixed = lotOf(world.maker, lotNumber);
      const stated = { [mixed]: { lotNumber, mpn: "NG74LVC1G08-Q", ...facts } };
      await act(world, world.maker, "commission", { lots: { [mixed]: 5 }, facts: stated });
      return (more: Partial<Alert>) => codesOf([alert(more)], {}, mixed);
    };
    const hold = ["hold", "ALERT_COUNTERFEIT"];
    const mayApply = ["warn", "ALERT_MAY_APPLY"];
    const pass = ["pass"];
    const cases: [facts: object, alert: Partial<Alert>, expected: string[]][] = [
      [{ makerLot: "L7001; L7002" }, { makerLots: ["L7001"] }, hold],
      [{ makerLot: "L7003, L7004" }, { makerLots: ["L9", "l7004"] }, hold],
      [{ makerLot: "L7005/L7006" }, { makerLots: ["L7006"] }, mayApply],
      [{ makerLot: "L7008 L7009" }, { makerLots: ["L7009"] }, mayApply],
      [{ makerLot: "L7001; L7002" }, { makerLots: ["L700"] }, pass],
      [{ dateCode: "2614", dateCodeNewest: "2616" }, { dateCodeFrom: "2026-04-13" }, hold],
      [{ dateCode: "2614", dateCodeNewest: "2616" }, { dateCodeFrom: "2026-04-20" }, pass],
      [{ dateCode: "2614", dateCodeNewest: "2616" }, { dateCodeTo: "2026-03-29" }, pass],
      [{ dateCode: "MIXED" }, { dateCodeFrom: "2026-04-13" }, mayApply],
    ];
    for (const [i, [facts, more, expected]] of cases.entries()) {
      const codes = await declared(`MIX-${i}`, facts);
      expect(await codes(more), JSON.stringify([facts, more])).to.deep.equal(expected);
    }
  });

  it("warns when the maker's names differ in the legal form alone", async () => {
    for (const manufacturer of [
      "Northgate Semiconductor Pvt. Ltd.",
      "NORTHGATE SEMICONDUCTOR, INC.",
    ])
      expect(await codesOf([alert({ manufacturer })])).to.deep.equal(["warn", "ALERT_MAY_APPLY"]);
  });

  it("uses alerts of the reader, the origin's party and the policy's issuers, and no others", async () => {
    expect(await codesOf([alert({}, world.maker)])).to.deep.equal(["hold", "ALERT_COUNTERFEIT"]);
    expect(await codesOf([alert({}, world.broker)])).to.deep.equal(["pass"]);
    const policy = { alertIssuers: [world.broker.address] };
    expect(await codesOf([alert({}, world.broker)], policy)).to.deep.equal([
      "hold",
      "ALERT_COUNTERFEIT",
    ]);
    // The maker of an input speaks of its own parts, not of the product.
    expect(await codesOf([alert({ mpn: "LH-GW-1" }, world.maker)], {}, product)).to.deep.equal([
      "pass",
    ]);
  });

  it("ignores withdrawn alerts, and reports altered ones and issuers without standing", async () => {
    const signed = alert({}, world.maker);
    const withdrawal = statementOf(world, world.maker, "withdrawal", null, {
      withdraws: digestOf(world, signed),
    });
    expect(await codesOf([signed, withdrawal])).to.deep.equal(["pass"]);
    const altered = { ...signed, content: { ...about, kind: "change" } };
    expect(await codesOf([altered])).to.deep.equal(["warn", "ALERT_UNSOUND"]);
    const forged = statementOf(world, world.maker, "withdrawal", null, {
      withdraws: digestOf(world, signed),
      key: world.broker.key,
    });
    expect(await codesOf([signed, forged])).to.deep.equal([
      "hold",
      "ALERT_COUNTERFEIT",
      "ALERT_UNSOUND",
    ]);
    await suspend(world.ledger, world.maker);
    expect(await codesOf([signed])).to.deep.equal(["info", "ALERT_WITHOUT_STANDING"]);
    await reinstate(world.ledger, world.maker);
  });

  it("is not evaluable without a search, without the ledger or without a part number", async () => {
    expect(await codesOf()).to.deep.equal(["not evaluable", "ALERTS_NOT_KNOWN"]);
    expect(await codesOf([], {}, lot, false)).to.deep.equal([
      "not evaluable",
      "ALERT_ISSUERS_NOT_KNOWN",
    ]);
    const unnamed = lotOf(world.maker, "A9");
    const facts = { [unnamed]: { lotNumber: "A9" } };
    await act(world, world.maker, "commission", { lots: { [unnamed]: 5 }, facts });
    expect(await codesOf([], {}, unnamed)).to.deep.equal(["not evaluable", "PARTS_NOT_IDENTIFIED"]);
  });
});
