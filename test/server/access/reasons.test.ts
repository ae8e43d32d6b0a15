// Tests settlement reasons in every view: a reason about other lots is shown only to readers who see those lots.
import { expect } from "chai";
import * as acts from "../../../server/custody/acts.ts";
import type { Reason } from "../../../server/access/reasons.ts";
import { type KeyName, openTestHttp, type TestHttp } from "../../support/http.ts";

describe("settlement reasons", () => {
  let http: TestHttp;
  let made: string;
  let shipment: string;
  let lot: string;
  let other: string;
  let ofOther: string;

  before(async () => {
    http = await openTestHttp();
    const { ctx } = http;
    const { maker, distributor } = http.parties;
    const lots = ["R-1", "R-2"].map((lotNumber) => ({ lotNumber, quantity: 10 }));
    const both = await acts.makeLots(ctx, maker.address, "commission", { lots });
    made = both.hash;
    [lot, other] = both.lots as [string, string];
    shipment = (
      await acts.ship(ctx, maker.address, { consignee: distributor.address, lots: [{ lot }] })
    ).hash;
    ofOther = (await acts.remark(ctx, maker.address, "inspect", { lots: [{ lot: other }] })).hash;
  });
  after(() => http.close());

  const hold = (id: string, reason: { name: string; args: (string | number)[] }) =>
    http.ctx.prisma.settlement.update({ where: { id }, data: { state: "held", reason } });
  const ask = async <T>(key: KeyName, path: string) => http.expecting<T>(200, "GET", path, { key });
  type View = { reason: Reason | null };
  /** The reasons of the lot's first event and of its shipment, after checking that all views agree. */
  async function reasonsIn(key: KeyName) {
    const { items } = await ask<{ items: (View & { hash: string })[] }>(
      key,
      `/v1/lots/${lot}/trail`,
    );
    const of = (hash: string) => items.find((item) => item.hash === hash)!.reason;
    const shipments = await ask<{ items: (View & { shipment: string })[] }>(
      key,
      "/v1/shipments?state=all",
    );
    const views = [
      [of(made), (await ask<View>(key, `/v1/events/${made}`)).reason],
      [
        of(shipment),
        (await ask<View>(key, `/v1/events/${shipment}`)).reason,
        (await ask<View>(key, `/v1/lots/${lot}`)).reason,
        shipments.items.find((item) => item.shipment === shipment)!.reason,
      ],
    ];
    return views.map((each) => {
      for (const reason of each) expect(reason).to.deep.equal(each[0]);
      return each[0]!;
    });
  }

  it("name other lots and quantities only to readers who see these lots", async () => {
    const quantity = { name: "QuantityNotAllowed", args: [other, 7, 70] };
    await hold(made, quantity);
    await hold(shipment, { name: "PredecessorHeld", args: [made] });
    expect(await reasonsIn("maker")).to.deep.equal([
      quantity,
      { name: "PredecessorHeld", args: [made] },
    ]);
    expect(await reasonsIn("operator")).to.deep.equal([
      quantity,
      { name: "PredecessorHeld", args: [made] },
    ]);
    expect(await reasonsIn("distributor")).to.deep.equal([
      { name: "QuantityNotAllowed", args: [] },
      { name: "PredecessorHeld", args: [made] },
    ]);
  });

  it("name events of other lots only to readers who see these lots", async () => {
    await hold(made, { name: "LotExists", args: [lot] });
    for (const name of ["PredecessorHeld", "Rival"]) {
      await hold(shipment, { name, args: [ofOther] });
      expect((await reasonsIn("maker"))[1]).to.deep.equal({ name, args: [ofOther] });
      expect(await reasonsIn("distributor")).to.deep.equal([
        { name: "LotExists", args: [lot] },
        { name, args: [] },
      ]);
    }
  });

  it("show arguments that concern no lot to every reader of the event", async () => {
    const { address } = http.parties.maker;
    await hold(shipment, { name: "PartyIsSuspended", args: [address] });
    expect((await reasonsIn("distributor"))[1]).to.deep.equal({
      name: "PartyIsSuspended",
      args: [address],
    });
  });
});
