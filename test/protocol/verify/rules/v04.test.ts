// Tests V04: whether the maker had authorised each distributor on a lot's way on the day of
// receipt.
import { expect } from "chai";
import type { Facts } from "../../../../protocol/verdict/facts.ts";
import type { PolicyDocument } from "../../../../protocol/verdict/policy.ts";
import type { Authorisation, SignedStatement } from "../../../../protocol/event/statement.ts";
import { verify } from "../../../../protocol/verify/verify.ts";
import { dayOf } from "../../../../protocol/verify/dates.ts";
import { type Party, admit, enrol, reinstate, revoke, suspend } from "../../../support/ledger.ts";
import { ruleResultOf } from "../../../support/paper.ts";
import { digestOf, statementOf } from "../../../support/statements.ts";
import { ROLES, roleBits } from "../../../../protocol/event/roles.ts";
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
import { DAY_SECONDS } from "../../../../protocol/base/time.ts";

describe("rule V04, authorised link", () => {
  let world: World;
  let lot: string;
  let day: string;
  let near: (days: number) => string;
  let authorisation: Authorisation;

  before(async () => {
    world = await openWorld();
    lot = await commission(world, "A1", 1000);
    await deliver(world, world.maker, world.distributor, [lot]);
    const { time } = trailFor(world, lot).events.at(-1)!.event;
    day = dayOf(time);
    near = (days) => dayOf(time + days * DAY_SECONDS);
    const brand = "northgate  SEMICONDUCTOR";
    authorisation = {
      party: world.distributor.address,
      brand,
      grade: "authorised",
      from: day,
      to: day,
    };
  });

  async function judge(
    statements?: SignedStatement[],
    policy: PolicyDocument = {},
    of = lot,
    node = true,
  ) {
    const facts: Facts = { source: "test", ...(statements && { statements }) };
    const trust = await trustIn(world, { policy });
    const { reader } = world.ledger;
    return ruleResultOf(
      "V04",
      await verify(trailFor(world, of), trust, node ? reader : null, recover, { facts }),
    );
  }
  const authorise = (more: Partial<Authorisation> = {}, by = world.maker) =>
    statementOf(world, by, "authorisation", { ...authorisation, ...more });
  const codesOf = async (...args: Parameters<typeof judge>) => {
    const { result, unknown, findings } = await judge(...args);
    return [result, ...(unknown === undefined ? findings.map(({ code }) => code) : [unknown])];
  };
  const UNKNOWN = ["warn", "DISTRIBUTOR_NOT_AUTHORISED"];

  it("passes a lot that is still with its maker", async () => {
    const own = await commission(world, "A2", 10);
    expect(await codesOf(undefined, {}, own)).to.deep.equal(["pass"]);
  });

  it("passes a receipt on the authorisation's first and last day, and one without an end", async () => {
    expect(await codesOf([authorise()])).to.deep.equal(["pass"]);
    const { to: _to, ...open } = authorisation;
    expect(await codesOf([statementOf(world, world.maker, "authorisation", open)])).to.deep.equal([
      "pass",
    ]);
  });

  it("warns on the day before the first day and on the day after the last", async () => {
    const ended = authorise({ from: near(-30), to: near(-1) });
    const { findings } = await judge([ended]);
    expect(findings).to.have.length(1);
    expect(findings[0]).to.include({
      code: "AUTHORISATION_ENDED",
      verdict: "WARN",
      field: "time",
      expected: near(-1),
      found: day,
      statement: digestOf(world, ended),
      lot,
    });
    const early = await judge([authorise({ from: near(1), to: near(30) })]);
    expect(early.findings[0]).to.include({
      code: "AUTHORISATION_NOT_BEGUN",
      expected: near(1),
      found: day,
    });
  });

  it("warns of a distributor without an authorisation for the brand and party by the maker", async () => {
    const { findings } = await judge([]);
    expect(findings[0]).to.include({ field: "actor", found: world.distributor.address });
    expect(await codesOf([])).to.deep.equal(UNKNOWN);
    expect(await codesOf([authorise({ brand: "Southgate" })])).to.deep.equal(UNKNOWN);
    expect(await codesOf([authorise({ party: world.broker.address })])).to.deep.equal(UNKNOWN);
    expect(await codesOf([authorise({}, world.broker)])).to.deep.equal(UNKNOWN);
  });

  it("ignores an authorisation that its issuer withdrew, and a withdrawal by another party", async () => {
    const own = authorise();
    const withdrawal = (by: Party) =>
      statementOf(world, by, "withdrawal", null, { withdraws: digestOf(world, own) });
    expect(await codesOf([own, withdrawal(world.maker)])).to.deep.equal(UNKNOWN);
    expect(await codesOf([own, withdrawal(world.broker)])).to.deep.equal(["pass"]);
  });

  it("reports an authorisation that was altered or signed by another key, and ignores it", async () => {
    const altered = { ...authorise(), content: { ...authorisation, from: near(-9) } };
    expect(await codesOf([altered])).to.deep.equal([
      "warn",
      "DISTRIBUTOR_NOT_AUTHORISED",
      "AUTHORISATION_UNSOUND",
    ]);
    const forged = statementOf(world, world.maker, "authorisation", authorisation, {
      key: world.broker.key,
    });
    const { findings } = await judge([forged]);
    expect(findings.find(({ code }) => code === "AUTHORISATION_UNSOUND")).to.include({
      statement: digestOf(world, forged),
      field: "signature",
      verdict: "WARN",
    });
    expect(await codesOf([forged, authorise()])).to.deep.equal(["warn", "AUTHORISATION_UNSOUND"]);
  });

  it("ignores an authorisation of a suspended issuer or with a revoked key", async () => {
    await suspend(world.ledger, world.maker);
    expect(await codesOf([authorise()])).to.deep.equal(UNKNOWN);
    await reinstate(world.ledger, world.maker);
    expect(await codesOf([authorise()])).to.deep.equal(["pass"]);
    const key = await enrol(world.ledger, world.maker.address);
    const signed = statementOf(world, world.maker, "authorisation", authorisation, { key });
    expect(await codesOf([signed])).to.deep.equal(["pass"]);
    await revoke(world.ledger, world.maker, key);
    expect(await codesOf([signed])).to.deep.equal(UNKNOWN);
  });

  it("reports INFO for an approved distributor and for an aftermarket source", async () => {
    const approvedSuppliers = [world.distributor.address];
    expect(await codesOf([], { approvedSuppliers })).to.deep.equal([
      "info",
      "DISTRIBUTOR_APPROVED",
    ]);
    expect(await codesOf(undefined, { approvedSuppliers })).to.deep.equal([
      "info",
      "DISTRIBUTOR_APPROVED",
    ]);
    expect(await codesOf([authorise({ grade: "approved" })])).to.deep.equal([
      "info",
      "DISTRIBUTOR_APPROVED",
    ]);
    expect(await codesOf([authorise({ grade: "aftermarket" })])).to.deep.equal([
      "info",
      "AFTERMARKET_SOURCE",
    ]);
    expect(await codesOf([authorise({ grade: "aftermarket" }), authorise()])).to.deep.equal([
      "pass",
    ]);
  });

  it("needs no authorisation for the last assembler, and one for a distributor before it", async () => {
    const bought = await commission(world, "A3", 10);
    const both = await admit(
      world.ledger,
      "Both",
      roleBits(["distributor", "assembler"]) | ROLES.laboratory,
    );
    await deliver(world, world.maker, both, [bought]);
    expect(await codesOf([], {}, bought)).to.deep.equal(["pass"]);
    await deliver(world, both, world.assembler, [bought]);
    expect(await codesOf([], {}, bought)).to.deep.equal(UNKNOWN);
  });

  it("warns of a distributor that introduced the lot, even with an authorisation", async () => {
    const number = "B1";
    const introduced = lotOf(world.broker, number);
    const facts = {
      [introduced]: { lotNumber: number, manufacturer: "Northgate Semiconductor", mpn: "NG74" },
    };
    await act(world, world.broker, "introduce", { lots: { [introduced]: 5 }, facts });
    expect(
      await codesOf([authorise({ party: world.broker.address })], {}, introduced),
    ).to.deep.equal(UNKNOWN);
    expect(
      await codesOf(undefined, { approvedSuppliers: [world.broker.address] }, introduced),
    ).to.deep.equal(["info", "DISTRIBUTOR_APPROVED"]);
  });

  it("matches the maker's name on the ledger if the record has none, and the brand if it has one", async () => {
    const bare = lotOf(world.maker, "A4");
    const mpn = "NG74";
    await act(world, world.maker, "commission", {
      lots: { [bare]: 5 },
      facts: { [bare]: { lotNumber: "A4", mpn } },
    });
    await deliver(world, world.maker, world.distributor, [bare]);
    expect(await codesOf([authorise()], {}, bare)).to.deep.equal(["pass"]);
    const branded = lotOf(world.maker, "A5");
    const facts = {
      [branded]: { lotNumber: "A5", mpn, manufacturer: "Northgate Semiconductor", brand: "Vega" },
    };
    await act(world, world.maker, "commission", { lots: { [branded]: 5 }, facts });
    await deliver(world, world.maker, world.distributor, [branded]);
    expect(await codesOf([authorise()], {}, branded)).to.deep.equal(UNKNOWN);
    expect(await codesOf([authorise({ brand: "Vega" })], {}, branded)).to.deep.equal(["pass"]);
  });

  it("is not evaluable without the ledger or without a search for authorisations", async () => {
    expect(await codesOf([authorise()], {}, lot, false)).to.deep.equal([
      "not evaluable",
      "DISTRIBUTORS_NOT_KNOWN",
    ]);
    expect(await codesOf()).to.deep.equal(["not evaluable", "AUTHORISATIONS_NOT_KNOWN"]);
  });
});
