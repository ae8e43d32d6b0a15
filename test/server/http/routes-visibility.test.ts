// Tests what a caller sees of an event: its own lots, and private fields only if the event names the caller.
import { expect } from "chai";
import { fromHex, toHex } from "../../../protocol/base/bytes.ts";
import { parseCanonical } from "../../../protocol/base/canonical.ts";
import type { DetailPath, Details } from "../../../protocol/event/details.ts";
import { disclose, Disclosure, disclosureRoot } from "../../../protocol/event/disclosure.ts";
import { CustodyEvent } from "../../../protocol/event/event.ts";
import * as acts from "../../../server/custody/acts.ts";
import { makeApiKey } from "../../../server/access/admin.ts";
import { visibleDetails } from "../../../server/access/visibility.ts";
import type { EventView } from "../../../api/events.ts";
import { newLot, newShipment } from "../../support/examples.ts";
import { openTestHttp, type TestHttp } from "../../support/http.ts";

const name = (path: DetailPath) => path.join(".");

describe("event visibility", () => {
  let http: TestHttp;
  let first: string;
  let shipment: string;

  // The maker ships two lots to the distributor, who ships one of them on to the EMS.
  before(async () => {
    http = await openTestHttp();
    const { ctx } = http;
    const [maker, distributor, ems] = [
      http.parties.maker,
      http.parties.distributor,
      http.parties.ems,
    ];
    const lots = ["V-1", "V-2"].map((lotNumber) => ({
      lotNumber,
      quantity: 10,
      details: {
        mpn: `MPN-${lotNumber}`,
        makerLot: `L-${lotNumber}`,
        customerPartNumber: `CPN-${lotNumber}`,
      },
    }));
    const made = await acts.makeLots(ctx, maker.address, "commission", {
      lots,
      details: { manufacturer: "M" },
    });
    first = made.lots[0]!;
    const sent = await acts.ship(ctx, maker.address, {
      consignee: distributor.address,
      lots: made.lots.map((lot, i) => ({ lot, details: { purchaseOrderLine: `LINE-${i}` } })),
      details: { carrier: "Testship", purchaseOrder: "PO-1", packingList: "PL-1" },
    });
    shipment = sent.hash;
    await acts.receive(ctx, distributor.address, { shipment, details: { inspector: "somebody" } });
    await acts.ship(ctx, distributor.address, { consignee: ems.address, lots: [{ lot: first }] });
  });
  after(() => http.close());

  const trail = async (key: string) => {
    const { items } = await http.expecting<{ items: EventView[] }>(
      200,
      "GET",
      `/v1/lots/${first}/trail`,
      { key },
    );
    return items;
  };
  const storedEvent = async (hash: string) => {
    const { bytes } = await http.ctx.prisma.event.findUniqueOrThrow({ where: { hash } });
    return CustodyEvent.parse(parseCanonical(bytes));
  };

  it("shows private fields only to the parties that the event names", async () => {
    for (const key of ["maker", "distributor", "operator"]) {
      const ship = (await trail(key)).find(({ hash }) => hash === shipment)!;
      expect(ship.details).to.deep.equal({
        carrier: "Testship",
        purchaseOrder: "PO-1",
        packingList: "PL-1",
      });
    }
    const [commission] = await trail("distributor");
    expect(commission!.entries[0]!.details).not.to.have.property("customerPartNumber");
    const [own] = await trail("maker");
    expect(own!.entries[0]!.details).to.include({ customerPartNumber: "CPN-V-1" });
    const receive = (items: EventView[]) => items.find(({ action }) => action === "receive")!;
    expect(receive(await trail("distributor")).details).to.deep.equal({ inspector: "somebody" });
    expect(receive(await trail("maker")).details).to.deep.equal({});
  });

  it("gives others a disclosure that still proves the event's root", async () => {
    for (const key of ["ems", "distributor", "maker"]) {
      for (const { hash, disclosure, entries, otherLots } of await trail(key)) {
        const event = await storedEvent(hash);
        expect(entries.length + otherLots).to.equal(event.entries.length);
        if (disclosure === null) continue;
        expect(disclosureRoot(Disclosure.parse(disclosure), event.entries.length)).to.equal(
          event.details,
        );
      }
    }
    const ship = (await trail("ems")).find(({ hash }) => hash === shipment)!;
    expect(ship.details).to.deep.equal({ carrier: "Testship" });
    expect(ship.disclosure!.open.map(({ path }) => name(path))).to.deep.equal(["carrier"]);
    expect(ship.disclosure!.withheld.map(({ path }) => name(path))).to.have.members([
      "packingList",
      "purchaseOrder",
      "entries.0.purchaseOrderLine",
      "entries.1.purchaseOrderLine",
    ]);
  });

  it("shows only the number of other lots in an event", async () => {
    const text = JSON.stringify(await trail("ems"));
    expect(text).to.contain("MPN-V-1").and.not.to.contain("V-2");
    const [commission] = await trail("ems");
    expect(commission).to.include({ otherLots: 1 });
    const second = (await storedEvent(shipment)).entries.find(({ lot }) => lot !== first)!.lot;
    expect(text).not.to.contain(second);
  });

  it("leaves out disclosures with proofs=false", async () => {
    const path = `/v1/lots/${first}/trail?proofs=false`;
    const { items } = await http.expecting<{ items: EventView[] }>(200, "GET", path, {
      key: "ems",
    });
    expect(items.map(({ disclosure }) => disclosure)).to.deep.equal([null, null, null, null]);
    expect(items.map(({ details }) => details)).to.deep.equal(
      (await trail("ems")).map(({ details }) => details),
    );
  });

  it("withholds further fields of a partial disclosure from another service", () => {
    const details: Details = {
      carrier: "C",
      purchaseOrder: "P",
      entries: [{ mpn: "A" }, { mpn: "B" }],
    };
    const secret = "0x" + "7".repeat(64);
    const partly = disclose(details, fromHex(secret), (path) => name(path) !== "purchaseOrder");
    const row = { details: null, secret: null, disclosure: JSON.stringify(partly) };
    const view = visibleDetails(row, (path) => name(path) === "carrier")!;
    expect(view.details).to.deep.equal({ carrier: "C" });
    const restricted = Disclosure.parse(view.disclosure());
    expect(restricted.open.map(({ path }) => name(path))).to.deep.equal(["carrier"]);
    expect(restricted).to.deep.equal(
      disclose(details, fromHex(secret), (path) => name(path) === "carrier"),
    );
    expect(disclosureRoot(restricted, 2)).to.equal(disclosureRoot(partly, 2));
  });

  it("lists no notice about a lot that only a withheld field names", async () => {
    const { ctx, parties } = http;
    const { lot: claimed } = await newLot(http);
    const introduced = await acts.makeLots(ctx, parties.ems.address, "introduce", {
      lots: [{ lotNumber: "V-CLAIM", quantity: 1, details: { claimsLot: claimed } }],
      restricted: { claimsLot: "private" },
    });
    const lot = introduced.lots[0]!;
    await acts.ship(ctx, parties.ems.address, {
      consignee: parties.distributor.address,
      lots: [{ lot }],
    });
    const recall = { lot: claimed, kind: "recall" } as const;
    const { hash } = await acts.giveNotice(ctx, parties.maker.address, recall);
    const notices = async (key: string) => {
      const path = `/v1/notices?lot=${lot}`;
      const { items } = await http.expecting<{ items: { notice: string }[] }>(200, "GET", path, {
        key,
      });
      return items.map(({ notice }) => notice);
    };
    expect(await notices("ems")).to.deep.equal([hash]);
    expect(await notices("distributor")).to.deep.equal([]);
  });

  it("answers 200 for altered rows, with as much as can be read", async () => {
    const { ctx } = http;
    const { lot, event } = await newLot(http);
    await acts.remark(ctx, http.parties.maker.address, "hold", {
      lots: [{ lot }],
      details: { reason: "x" },
    });
    const paths = [
      `/v1/lots/${lot}`,
      `/v1/lots/${lot}/trail`,
      `/v1/lots/${lot}/verdict`,
      `/v1/events/${event}`,
    ];
    const original = await ctx.prisma.event.findUniqueOrThrow({ where: { hash: event } });
    const alterations: Partial<typeof original>[] = [
      ...["{", "null", "[]", '{"entries":5}', '{"entries":[null]}', '{"mpn":7}'].map((details) => ({
        details,
      })),
      ...["{", "null", '{"entries":[null]}', '{"entries":{}}', "x"].map((bytes) => ({ bytes })),
      { secret: "0x" },
      { secret: "x" },
      { secret: null },
      { signature: "x" },
      { action: 99 },
      { actor: "x" },
      ...["{", "null", '{"open":5,"withheld":[]}'].map((disclosure) => ({
        details: null,
        disclosure,
      })),
    ];
    for (const alteration of alterations) {
      await ctx.prisma.event.update({ where: { hash: event }, data: alteration });
      for (const path of paths) {
        const response = await fetch(http.url + path, {
          headers: { authorization: `Bearer ${http.keys.operator}` },
        });
        expect(
          response.status,
          `${path} with ${JSON.stringify(alteration)}: ${await response.text()}`,
        ).to.equal(200);
      }
      await ctx.prisma.event.update({ where: { hash: event }, data: original });
    }
    await ctx.prisma.lot.update({ where: { id: lot }, data: { quantity: -5n } });
    for (const path of paths) {
      const response = await fetch(http.url + path, {
        headers: { authorization: `Bearer ${http.keys.operator}` },
      });
      expect(response.status, await response.text()).to.equal(200);
    }
    await ctx.prisma.lot.update({ where: { id: lot }, data: { quantity: 100n } });
  });

  it("accepts one of twenty concurrent receipts, equal or different, and answers 409 to the others", async () => {
    const bodies = {
      same: () => ({}),
      different: (i: number) => ({ details: { remarks: `attempt ${i}` } }),
      timed: () => ({ time: http.ctx.clock() }),
    };
    for (const [what, body] of Object.entries(bodies)) {
      const sent = await newShipment(http);
      const replies = await Promise.all(
        Array.from({ length: 20 }, (_, i) =>
          http.call("POST", `/v1/shipments/${sent.shipment}/receipt`, {
            key: "distributor",
            body: body(i),
          }),
        ),
      );
      const won = replies.filter(({ status }) => status === 201);
      expect(won, what).to.have.length(1);
      for (const { status, body: problem } of replies.filter((reply) => !won.includes(reply))) {
        expect(status, what).to.equal(409);
        expect(problem["code"], what).to.be.oneOf(["CONFLICT", "PREVIOUS_MISMATCH"]);
      }
      const lot = await http.expecting(200, "GET", `/v1/lots/${sent.lot}`, { key: "distributor" });
      expect(lot["holder"]).to.include({ address: http.parties.distributor.address });
      expect(lot).to.include({ inTransit: false, quantity: 100 });
      expect(lot["state"]).to.include({ lastEvent: won[0]!.body["hash"] });
      const entries = await http.ctx.prisma.entry.count({ where: { lot: sent.lot } });
      expect(entries).to.equal(3);
    }
    await http.settle();
    expect(
      await http.ctx.prisma.settlement.count({ where: { state: { notIn: ["final"] } } }),
    ).to.equal(0);
  });

  it("answers empty lists to a party that the ledger does not know", async () => {
    const { text } = await makeApiKey(http.ctx, {
      party: toHex(new Uint8Array(20).fill(7)),
      scope: "admin",
    });
    for (const path of ["/v1/lots", "/v1/shipments?state=all", "/v1/notices"]) {
      expect(await http.expecting(200, "GET", path, { key: text })).to.deep.equal({
        items: [],
        next: null,
      });
    }
    const body = { lots: [{ lotNumber: "X", quantity: 1 }] };
    const refused = await http.expecting(409, "POST", "/v1/lots", { key: text, body });
    expect(refused["code"]).to.equal("NO_KEY");
  });
});
