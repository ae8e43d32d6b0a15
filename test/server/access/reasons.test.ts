// Why something waits, in every view that says so: what is about others' lots is told to who sees them, and to nobody else.
import { expect } from "chai";
import * as acts from "../../../server/custody/acts.ts";
import type { Reason } from "../../../server/access/reasons.ts";
import { type KeyName, openTestHttp, type TestHttp } from "../../support/http.ts";

describe("reasons of settlements", () => {
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
  type Told = { reason: Reason | null };
  /** The reason of the lot's making and that of its shipment, in all views. */
  async function told(key: KeyName) {
    const { items } = await ask<{ items: (Told & { hash: string })[] }>(
      key,
      `/v1/lots/${lot}/trail`,
    );
    const of = (hash: string) => items.find((item) => item.hash === hash)!.reason;
    const shipments = await ask<{ items: (Told & { shipment: string })[] }>(
      key,
      "/v1/shipments?state=all",
    );
    const views = [
      [of(made), (await ask<Told>(key, `/v1/events/${made}`)).reason],
      [
        of(shipment),
        (await ask<Told>(key, `/v1/events/${shipment}`)).reason,
        (await ask<Told>(key, `/v1/lots/${lot}`)).reason,
        shipments.items.find((item) => item.shipment === shipment)!.reason,
      ],
    ];
    return views.map((each) => {
      for (const reason of each) expect(reason).to.deep.equal(each[0]);
      return each[0]!;
    });
  }

  it("name other lots and their pieces to those who see them", async () => {
    const quantity = { name: "QuantityNotAllowed", args: [other, 7, 70] };
    await hold(made, quantity);
    await hold(shipment, { name: "PredecessorHeld", args: [made] });
    expect(await told("maker")).to.deep.equal([
      quantity,
      { name: "PredecessorHeld", args: [made] },
    ]);
    expect(await told("operator")).to.deep.equal([
      quantity,
      { name: "PredecessorHeld", args: [made] },
    ]);
    expect(await told("distributor")).to.deep.equal([
      { name: "QuantityNotAllowed", args: [] },
      { name: "PredecessorHeld", args: [made] },
    ]);
  });

  it("name events that are about other lots alone to those who see these", async () => {
    await hold(made, { name: "LotExists", args: [lot] });
    for (const name of ["PredecessorHeld", "Rival"]) {
      await hold(shipment, { name, args: [ofOther] });
      expect((await told("maker"))[1]).to.deep.equal({ name, args: [ofOther] });
      expect(await told("distributor")).to.deep.equal([
        { name: "LotExists", args: [lot] },
        { name, args: [] },
      ]);
    }
  });

  it("tell what is about no lot to all that see the event", async () => {
    const { address } = http.parties.maker;
    await hold(shipment, { name: "PartyIsSuspended", args: [address] });
    expect((await told("distributor"))[1]).to.deep.equal({
      name: "PartyIsSuspended",
      args: [address],
    });
  });
});
