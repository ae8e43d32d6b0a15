// Tests that a verdict costs what its own lot does: every statement finds its rows by an index, whatever others queue or hold.
import { expect } from "chai";
import * as acts from "../../../server/custody/acts.ts";
import { verdictOf } from "../../../server/verdict/verdict.ts";
import { plansOf } from "../../support/plans.ts";
import { recordStatements, type Statement } from "../../support/queries.ts";
import { openTestService, type TestService } from "../../support/service.ts";

describe("the cost of a verdict", () => {
  let service: TestService;
  let statements: Statement[];

  before(async () => {
    service = await openTestService();
    const { ctx } = service;
    const [maker, distributor] = [
      service.parties.maker.address,
      service.parties.distributor.address,
    ];
    const details = { mpn: "CV-1", manufacturer: "Halden", makerLot: "L-7", dateCode: "2610" };
    const made = await acts.makeLots(ctx, maker, "commission", {
      lots: [{ lotNumber: "CV-0001", quantity: 10, details }],
    });
    const lot = made.lots[0]!;
    await acts.ship(ctx, maker, { consignee: distributor, lots: [{ lot }] });
    await acts.giveNotice(ctx, distributor, { lot, kind: "suspicion" });
    const recorded = recordStatements(service.database);
    await verdictOf(ctx, lot, { reader: { party: maker } });
    statements = recorded();
  });
  after(() => service.close());

  it("does not grow with the tables that others fill", async () => {
    const plans = await plansOf(service.database, statements);
    expect(plans.length).to.be.above(10);
    const whole = plans.filter(({ plan }) =>
      /Seq Scan on (event|entry|notice|settlement|lot|interest|statement|document|sighting)\b/.test(
        plan,
      ),
    );
    expect(whole.map(({ text, plan }) => `${text}\n${plan}`)).to.deep.equal([]);
  });

  it("searches no bytes of what waits", () => {
    expect(
      statements.filter(
        ({ text }) => /strpos|LIKE/i.test(text.replaceAll("'%Hash\"%'", "")) && /bytes/.test(text),
      ),
    ).to.deep.equal([]);
    // What waits or is held is found by the lot: a scan of the index by state would read all of it.
    const byState = statements.filter(({ text }) => /FROM settlement\s+WHERE state/i.test(text));
    expect(byState).to.deep.equal([]);
  });
});
