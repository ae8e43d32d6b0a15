// Tests which notices are accepted, also from concurrent callers, and that what the ledger refuses leaves others' trails.
import { expect } from "chai";
import { signDigest } from "../../../protocol/base/crypto.ts";
import { type Notice, NOTICE_KINDS, noticeDigest } from "../../../protocol/event/notice.ts";
import { ZERO_HASH } from "../../../protocol/base/values.ts";
import { enrolKey, revokeKey } from "../../../server/access/admin.ts";
import { acceptNotice } from "../../../server/custody/accept.ts";
import { giveNotice, makeLots } from "../../../server/custody/acts.ts";
import { disclosedTrail } from "../../../server/custody/disclosure.ts";
import type { Context } from "../../../server/context.ts";
import { fsck } from "../../../server/fsck/fsck.ts";
import { formatFault } from "../../../server/integrity/fault.ts";
import { Refusal } from "../../../server/refusal.ts";
import { followOnce } from "../../../server/settlement/follow.ts";
import { giveUp } from "../../../server/settlement/hold.ts";
import { verdictOf } from "../../../server/verdict/verdict.ts";
import { openTestHttp, type TestHttp } from "../../support/http.ts";
import { openTestService } from "../../support/service.ts";

let serial = 0;

describe("acceptNotice", () => {
  let http: TestHttp;
  let ctx: Context;
  let maker: string;
  let lab: string;

  before(async () => {
    http = await openTestHttp();
    ctx = http.ctx;
    maker = http.parties.maker.address;
    lab = http.parties.lab.address;
  });
  after(() => http.close());
  afterEach(async () => {
    await http.settle();
    expect((await fsck(ctx)).faults.map(formatFault)).to.deep.equal([]);
  });

  const suspect = (lot: string, time?: number) =>
    giveNotice(ctx, lab, { lot, kind: "suspicion", ...(time !== undefined && { time }) });
  const withdraw = (lot: string, withdraws: string, time?: number) =>
    giveNotice(ctx, lab, {
      lot,
      kind: "withdrawal",
      withdraws,
      ...(time !== undefined && { time }),
    });
  const settlementOf = (id: string) => ctx.prisma.settlement.findUniqueOrThrow({ where: { id } });
  const noticeOf = (digest: string) => ctx.prisma.notice.findUniqueOrThrow({ where: { digest } });

  /** The outcomes of calls that were made at once: "accepted", or the refusal's code. */
  async function outcomes(calls: Promise<unknown>[]): Promise<Record<string, number>> {
    const settled = await Promise.allSettled(calls);
    const names = settled.map((one) =>
      one.status === "fulfilled"
        ? "accepted"
        : one.reason instanceof Refusal
          ? one.reason.code
          : String(one.reason),
    );
    const counts = [...Map.groupBy(names, (name) => name)].map(([name, all]) => [name, all.length]);
    return Object.fromEntries(counts) as Record<string, number>;
  }

  async function newLot(): Promise<string> {
    const details = { manufacturer: "Test maker", mpn: "TM-1", makerLot: "L", dateCode: "2601" };
    const lots = [{ lotNumber: `NOTICE-${++serial}`, quantity: 10, details }];
    const made = await makeLots(ctx, maker, "commission", { lots });
    await http.settle();
    return made.lots[0]!;
  }

  it("accepts one of sixteen concurrent withdrawals of a suspicion", async () => {
    const lot = await newLot();
    const { hash } = await suspect(lot);
    const now = ctx.clock();
    const calls = Array.from({ length: 16 }, (_, i) => withdraw(lot, hash, now - i));
    expect(await outcomes(calls)).to.deep.equal({ accepted: 1, NOTHING_TO_WITHDRAW: 15 });
    await http.settle();
    expect((await verdictOf(ctx, lot)).findings).to.deep.equal([]);
  });

  it("accepts one of eight concurrent suspicions of an issuer about a lot, and another after its withdrawal", async () => {
    const lot = await newLot();
    const now = ctx.clock();
    const calls = Array.from({ length: 8 }, (_, i) => suspect(lot, now - i));
    expect(await outcomes(calls)).to.deep.equal({ accepted: 1, SUSPICION_STANDS: 7 });
    const { digest } = await ctx.prisma.notice.findFirstOrThrow({ where: { lot } });
    await withdraw(lot, digest);
    const again = await suspect(lot, now - 100);
    await http.settle();
    expect((await settlementOf(again.hash)).state).to.equal("final");
    await giveNotice(ctx, maker, { lot, kind: "suspicion" });
  });

  it("repeats the answer to the same notice, given eight times at once", async () => {
    const lot = await newLot();
    const now = ctx.clock();
    const calls = Array.from({ length: 8 }, () => suspect(lot, now));
    expect(await outcomes(calls)).to.deep.equal({ accepted: 8 });
    expect(await ctx.prisma.notice.count({ where: { lot } })).to.equal(1);
  });

  it("refuses by the index what comes past the lock: a second live withdrawal", async () => {
    const lot = await newLot();
    const { hash } = await suspect(lot);
    const { hash: first } = await withdraw(lot, hash);
    const { sequence: _sequence, ...row } = await noticeOf(first);
    const error = await ctx.prisma.notice
      .create({ data: { ...row, digest: ZERO_HASH } })
      .catch((thrown: unknown) => thrown);
    expect(error).to.deep.include({ code: "P2002" });
  });

  describe("with a key that is revoked before the ledger gets the notice", () => {
    let key: Uint8Array;
    let address: string;

    beforeEach(async () => {
      key = ctx.random(32);
      address = await enrolKey(ctx, http.parties.lab.accountKey, key);
      await http.settle();
    });

    /** A suspicion by the new key. */
    async function accepted(lot: string): Promise<string> {
      const notice: Notice = {
        lot,
        kind: NOTICE_KINDS.suspicion,
        issuer: lab,
        time: ctx.clock(),
        withdraws: ZERO_HASH,
        details: ZERO_HASH,
      };
      const signature = signDigest(noticeDigest(ctx.domain, notice), key);
      return (await acceptNotice(ctx, { notice, signature })).hash;
    }

    it("leaves the lot's verdict and bundle as soon as the revocation is followed, and for ever once it is refused", async () => {
      const lot = await newLot();
      await revokeKey(ctx, http.parties.lab.accountKey, address);
      const hash = await accepted(lot);
      while (await followOnce(ctx));
      expect((await settlementOf(hash)).state).to.equal("queued");
      expect((await verdictOf(ctx, lot)).findings).to.deep.equal([]);
      await http.settle();
      expect(await settlementOf(hash)).to.deep.include({
        state: "held",
        reason: { name: "KeyIsRevoked", args: [address] },
      });
      expect((await verdictOf(ctx, lot)).findings).to.deep.equal([]);
      const { trail } = await disclosedTrail(ctx.prisma, ctx, { party: maker }, lot);
      expect(trail.notices).to.deep.equal([]);
    });

    it("is listed for its issuer alone, with the reason, and ends at its word", async () => {
      const lot = await newLot();
      await revokeKey(ctx, http.parties.lab.accountKey, address);
      const hash = await accepted(lot);
      await http.settle();
      const listed = async (path: string, party: "lab" | "maker") =>
        (
          await http.expecting<{ items: { notice?: string; id?: string }[] }>(200, "GET", path, {
            key: party,
          })
        ).items.filter(({ notice, id }) => (notice ?? id) === hash);
      for (const path of ["/v1/notices?limit=200", "/v1/settlements?limit=200"]) {
        expect(await listed(path, "maker"), path).to.deep.equal([]);
        const [own] = await listed(path, "lab");
        expect(own, path).to.deep.include({
          settlement: "held",
          reason: { name: "KeyIsRevoked", args: [address] },
        });
      }
      expect(await listed(`/v1/notices?lot=${lot}`, "maker")).to.deep.equal([]);
      const path = `/v1/settlements/${hash}/give-up`;
      await http.expecting(404, "POST", path, { key: "maker", body: {} });
      const answer = await http.expecting(200, "POST", path, { key: "lab", body: {} });
      expect(answer).to.deep.equal({ void: 1 });
      expect((await settlementOf(hash)).state).to.equal("void");
      await http.expecting(404, "POST", path, { key: "lab", body: {} });
      expect((await suspect(lot)).settlement).to.equal("queued");
    });
  });

  it("makes a withdrawal void when another service's is recorded, and revives it when that one's block is reorged", async () => {
    const other = await openTestService({ beside: http });
    try {
      const lot = await newLot();
      const { hash } = await suspect(lot);
      await http.settle();
      await other.settle();
      const key = other.ctx.random(32);
      await enrolKey(other.ctx, http.parties.lab.accountKey, key);
      await http.settle();
      await other.settle();
      const ours = await withdraw(lot, hash);
      const notice: Notice = {
        lot,
        kind: NOTICE_KINDS.withdrawal,
        issuer: lab,
        time: ctx.clock() - 50,
        withdraws: hash,
        details: ZERO_HASH,
      };
      const digest = noticeDigest(ctx.domain, notice);
      await acceptNotice(other.ctx, { notice, signature: signDigest(digest, key) });
      await other.settle();
      while (await followOnce(ctx));
      expect(await settlementOf(ours.hash)).to.deep.include({ state: "void" });
      expect((await settlementOf(ours.hash)).reason).to.deep.include({
        name: "Rival",
        args: [digest],
      });
      expect((await fsck(ctx)).faults.map(formatFault)).to.deep.equal([]);
      await ctx.request("anvil_reorg", [1, []]);
      await followOnce(ctx);
      expect((await settlementOf(ours.hash)).state).to.equal("queued");
      expect((await noticeOf(ours.hash)).live).to.equal(true);
    } finally {
      await other.close();
    }
  });

  it("gives up a held suspicion with its withdrawal that waits", async () => {
    const lot = await newLot();
    const { hash } = await suspect(lot);
    const { hash: withdrawal } = await withdraw(lot, hash);
    const reason = { name: "SignatureUnknown", args: [] };
    await ctx.prisma.settlement.update({ where: { id: hash }, data: { state: "held", reason } });
    expect(await ctx.prisma.$transaction((tx) => giveUp(tx, { party: lab }, hash))).to.equal(2);
    for (const id of [hash, withdrawal]) {
      expect((await settlementOf(id)).state).to.equal("void");
      expect((await noticeOf(id)).live).to.equal(false);
    }
  });
});
