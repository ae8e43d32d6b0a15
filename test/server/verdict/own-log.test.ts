// Tests what the service reports from its own log about a trail, and when it reports nothing.
import { expect } from "chai";
import { followedLog } from "../../../server/verdict/own-log.ts";
import { formatFault, fsck } from "../../../server/fsck/fsck.ts";
import { trailRows } from "../../../server/custody/trails.ts";
import { openTestHttp, type TestHttp } from "../../support/http.ts";
import { anchorLog } from "../../support/log-only.ts";

describe("followedLog", () => {
  let service: TestHttp;
  before(async () => {
    service = await openTestHttp();
  });
  after(() => service.close());
  afterEach(async () => {
    expect((await fsck(service.ctx)).faults.map(formatFault)).to.deep.equal([]);
  });

  it("reports all events that follow the trail's words, the trail's own included, or none when they exceed the limit", async () => {
    const { ctx, parties } = service;
    const act = (path: string, body: object) =>
      service.expecting<{ hash: string; lots: string[] }>(201, "POST", path, {
        key: "maker",
        body,
      });
    const details = { manufacturer: "Test maker", mpn: "TM-1", makerLot: "L1", dateCode: "2601" };
    const made = await act("/v1/lots", {
      lots: [{ lotNumber: "F-1", quantity: 9, details }],
      settlement: "log",
    });
    const [lot] = made.lots as [string];
    const shipped = await act("/v1/shipments", {
      consignee: parties.distributor.address,
      lots: [{ lot }],
    });
    await anchorLog(service);

    const whole = await trailRows(ctx.prisma, lot);
    for (const trail of [whole, whole.slice(0, 1)]) {
      const [says] = await followedLog(ctx, ctx.prisma, trail, 2);
      expect(says).to.deep.include({ operator: ctx.merkleLog.operator, withheld: 0 });
      expect(says!.after.map(({ event }) => event)).to.deep.equal([made.hash, shipped.hash]);
      expect(new Set(says!.after.map((each) => each.lot))).to.deep.equal(new Set([lot]));
      expect(
        await followedLog(ctx, ctx.prisma, trail, 1),
        "more events than the limit",
      ).to.deep.equal([]);
    }
  });
});
