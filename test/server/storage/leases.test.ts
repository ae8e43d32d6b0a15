// Tests that a start on the embedded database ends what a killed process held, so that nobody waits for it.
import { expect } from "chai";
import { releaseLease, takeLease } from "../../../server/settlement/lease.ts";
import { endAbandonedLeases } from "../../../server/storage/leases.ts";
import { takeTurn } from "../../../server/watch/kept.ts";
import { openTestService, type TestService } from "../../support/service.ts";

describe("leases that a killed process left", () => {
  let service: TestService;
  before(async () => {
    service = await openTestService();
  });
  after(() => service.close());

  it("end at once: the relayer's, the watch's and those of unanswered requests", async () => {
    const { ctx } = service;
    const first = await takeLease(ctx);
    expect(first).to.be.a("number");
    expect(await takeLease(ctx)).to.equal(undefined);
    expect((await takeTurn(ctx.prisma, "killed"))?.isOurs).to.equal(true);
    expect((await takeTurn(ctx.prisma, "next"))?.isOurs).to.equal(false);

    const claim = { owner: "operator", request: "r", madeAt: 1n, token: "killed" };
    const answered = { ...claim, key: "answered", leasedUntil: 9n, status: 201, body: "{}" };
    const unanswered = { ...claim, key: "unanswered", leasedUntil: 9n };
    await ctx.prisma.keptAnswer.createMany({ data: [answered, unanswered] });

    await endAbandonedLeases(ctx.prisma);

    const second = await takeLease(ctx);
    expect(second).to.equal(first! + 1);
    await releaseLease(ctx, second!);
    expect((await takeTurn(ctx.prisma, "next"))?.isOurs).to.equal(true);
    const kept = await ctx.prisma.keptAnswer.findMany({ orderBy: { key: "asc" } });
    expect(kept.map(({ key, leasedUntil }) => [key, leasedUntil])).to.deep.equal([
      ["answered", 9n],
      ["unanswered", 0n],
    ]);
  });
});
