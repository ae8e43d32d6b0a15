// Tests corrections in the service: what is refused, and that lists, labels, verdicts and the database follow the corrected facts.
import { expect } from "chai";
import { toHex } from "../../../protocol/base/bytes.ts";
import { signDigest } from "../../../protocol/base/crypto.ts";
import { ZERO_HASH } from "../../../protocol/base/values.ts";
import type { Details } from "../../../protocol/event/details.ts";
import { detailsRoot } from "../../../protocol/event/disclosure.ts";
import { type Notice, NOTICE_KINDS, noticeDigest } from "../../../protocol/event/notice.ts";
import { enrolKey, revokeKey } from "../../../server/access/admin.ts";
import type { Context } from "../../../server/context.ts";
import { acceptNotice } from "../../../server/custody/accept.ts";
import { giveNotice, makeLots, ship, split } from "../../../server/custody/acts.ts";
import { correctLot } from "../../../server/custody/correct.ts";
import { lotsOfCorrections } from "../../../server/custody/corrections.ts";
import { fsck } from "../../../server/fsck/fsck.ts";
import { formatFault } from "../../../server/integrity/fault.ts";
import { factsOf } from "../../../server/labels/facts.ts";
import { verdictOf } from "../../../server/verdict/verdict.ts";
import { Refusal } from "../../../server/refusal.ts";
import { followOnce } from "../../../server/settlement/follow.ts";
import { giveUp } from "../../../server/settlement/hold.ts";
import { openTestHttp, type TestHttp } from "../../support/http.ts";
import { recordQueries } from "../../support/queries.ts";

let serial = 0;
const REASON = "typing error at registration";

describe("correctLot", () => {
  let http: TestHttp;
  let ctx: Context;
  let maker: string;
  let ems: string;

  before(async () => {
    http = await openTestHttp();
    ctx = http.ctx;
    maker = http.parties.maker.address;
    ems = http.parties.ems.address;
  });
  after(() => http.close());
  afterEach(async () => {
    await http.settle();
    expect((await fsck(ctx)).faults.map(formatFault)).to.deep.equal([]);
  });

  const facts = { manufacturer: "Test maker", mpn: "TM-1", makerLot: "L7", dateCode: "2601" };
  async function newLot(
    details: object = facts,
    restricted?: Parameters<typeof makeLots>[3]["restricted"],
  ): Promise<string> {
    const lots = [{ lotNumber: `CORRECT-${++serial}`, quantity: 100, details }];
    const made = await makeLots(ctx, maker, "commission", { lots, restricted });
    return made.lots[0]!;
  }
  async function splitOff(lot: string, details: object = {}, quantity = 3): Promise<string> {
    const child = { lotNumber: `CORRECT-${++serial}`, quantity, details };
    const made = await split(ctx, maker, { lot, children: [child] });
    return made.lots.find((each) => each !== lot)!;
  }
  const correct = (lot: string, details: Details, by = maker) =>
    correctLot(ctx, by, { lot, details: { reason: REASON, ...details } });
  const rowOf = (id: string) => ctx.prisma.lot.findUniqueOrThrow({ where: { id } });
  const mpnsOf = (...lots: string[]) =>
    Promise.all(lots.map(async (lot) => (await rowOf(lot)).mpn));
  const refusalOf = async (acting: Promise<unknown>) => {
    const thrown = await acting.catch((error: unknown) => error);
    if (!(thrown instanceof Refusal)) throw new Error("nothing was refused");
    return [thrown.code, thrown.field];
  };

  it("corrects the lot's columns and those of lots split off before and after it", async () => {
    const lot = await newLot();
    const before = await splitOff(lot);
    const repeating = await splitOff(lot, { mpn: "TM-1" });
    const { changes, hash } = await correct(lot, { mpn: "TM-2" });
    expect(changes).to.deep.equal([{ name: "mpn", before: "TM-1", after: "TM-2" }]);
    const after = await splitOff(lot);
    const late = await splitOff(lot, { mpn: "TM-1" });
    const all = [lot, before, repeating, after, late];
    expect(await mpnsOf(...all)).to.deep.equal(all.map(() => "TM-2"));
    for (const each of all)
      expect((await rowOf(each)).text)
        .to.include("tm-1")
        .and.include("tm-2");
    await http.settle();
    expect((await factsOf(ctx.prisma, { party: maker }, await rowOf(before))).mpn).to.equal("TM-2");
    const verdict = await verdictOf(ctx, before);
    expect([verdict.identity.mpn, verdict.corrections[0]!.notice]).to.deep.equal(["TM-2", hash]);

    const withdrawal = { lot, kind: "withdrawal", withdraws: hash } as const;
    await giveNotice(ctx, maker, withdrawal);
    expect(await mpnsOf(...all)).to.deep.equal(all.map(() => "TM-1"));
    expect((await rowOf(after)).text).not.to.include("tm-2");
  });

  it("sends as many statements for a lot with forty split lots as for one with four", async () => {
    const statements = recordQueries(http.database);
    const sentFor = async (count: number) => {
      const lot = await newLot();
      const children = Array.from({ length: count }, () => ({
        lotNumber: `CORRECT-${++serial}`,
        quantity: 2,
      }));
      const { lots } = await split(ctx, maker, { lot, children });
      const grandchild = await splitOff(
        lots.find((each) => each !== lot)!,
        {},
        1,
      );
      statements();
      await correct(lot, { mpn: "TM-9" });
      const sent = statements().length;
      const all = [lot, ...lots, grandchild];
      expect(await mpnsOf(...all)).to.deep.equal(all.map(() => "TM-9"));
      return sent;
    };
    const few = await sentFor(4);
    expect(await sentFor(40)).to.equal(few);
  });

  it("corrects date code, newest and format together, and the last correction holds", async () => {
    const lot = await newLot({ ...facts, dateCodeNewest: "2605" });
    await correct(lot, { dateCode: "2602" });
    await correct(lot, { dateCode: "202603", dateCodeFormat: "YYYYWW" });
    await http.settle();
    const { dateCode, dateCodeNewest, dateCodeFormat } = await factsOf(
      ctx.prisma,
      { party: maker },
      await rowOf(lot),
    );
    expect([dateCode, dateCodeNewest, dateCodeFormat, (await rowOf(lot)).dateCode]).to.deep.equal([
      "202603",
      undefined,
      "YYYYWW",
      "202603",
    ]);
  });

  it("takes a correction back that the ledger refused", async () => {
    const lot = await newLot();
    const key = ctx.random(32);
    const address = await enrolKey(ctx, http.parties.maker.accountKey, key);
    await http.settle();
    await revokeKey(ctx, http.parties.maker.accountKey, address);
    const [details, secret] = [{ makerLot: "L8", reason: REASON }, ctx.random(32)];
    const notice: Notice = {
      lot,
      kind: NOTICE_KINDS.correction,
      issuer: maker,
      time: ctx.clock(),
      withdraws: ZERO_HASH,
      details: detailsRoot(details, secret),
    };
    const signature = signDigest(noticeDigest(ctx.domain, notice), key);
    const signed = { notice, signature, details, secret: toHex(secret) };
    const { hash } = await acceptNotice(ctx, signed);
    expect((await rowOf(lot)).makerLot).to.equal("L8");
    await http.settle();
    const { state } = await ctx.prisma.settlement.findUniqueOrThrow({ where: { id: hash } });
    expect([state, (await rowOf(lot)).makerLot]).to.deep.equal(["held", "L7"]);
    await ctx.prisma.$transaction((tx) => giveUp(tx, { party: maker }, hash));
    expect((await rowOf(lot)).makerLot).to.equal("L7");
  });

  it("keeps a correction whose block is reorged, and records it again", async () => {
    const lot = await newLot();
    await http.settle();
    await correct(lot, { makerLot: "L8" });
    await http.settle();
    await ctx.request("anvil_reorg", [1, []]);
    await followOnce(ctx);
    expect((await rowOf(lot)).makerLot).to.equal("L8");
    await http.settle();
    expect((await verdictOf(ctx, lot)).identity.makerLot).to.equal("L8");
  });

  it("updates nothing for a stranger's suspicion and its withdrawal", async () => {
    const lot = await newLot();
    const lab = http.parties.lab.address;
    const suspicion = await giveNotice(ctx, lab, { lot, kind: "suspicion" });
    const withdraws = suspicion.hash;
    const end = await giveNotice(ctx, lab, { lot, kind: "withdrawal", withdraws });
    expect(await lotsOfCorrections(ctx.prisma, [suspicion.hash, end.hash])).to.deep.equal([]);
    const { hash } = await correct(lot, { mpn: "TM-2" });
    expect(await lotsOfCorrections(ctx.prisma, [hash, end.hash])).to.deep.equal([lot]);
  });

  describe("refuses", () => {
    it("another party's lot, also one that it holds or is to receive", async () => {
      const lot = await newLot();
      await ship(ctx, maker, { lots: [{ lot }], consignee: ems });
      expect(await refusalOf(correct(lot, { mpn: "X" }, ems))).to.deep.equal(["NOT_ISSUER", "lot"]);
      const { distributor } = http.parties;
      const unseen = refusalOf(correct(lot, { mpn: "X" }, distributor.address));
      expect(await unseen).to.deep.equal(["NOT_FOUND", "lot"]);
    });

    it("facts that are as stated, without a reason, half a date, and dates not begun", async () => {
      const lot = await newLot();
      for (const [details, code, field] of [
        [{ mpn: "TM-1" }, "NOTHING_TO_CORRECT", "details"],
        [{ mpn: "TM-2", reason: undefined }, "BAD_FIELD", "details.reason"],
        [{}, "BAD_FIELD", "details"],
        [{ dateCodeFormat: "YYYYWW" }, "BAD_FIELD", "details.dateCode"],
        [{ carrier: "Post" }, "BAD_FIELD", "details.carrier"],
        [{ dateCode: "204801", dateCodeFormat: "YYYYWW" }, "BAD_FIELD", "details.dateCode"],
      ] as const)
        expect(await refusalOf(correct(lot, details as Details))).to.deep.equal([code, field]);
      expect(await ctx.prisma.notice.count({ where: { lot } })).to.equal(0);
    });

    it("what a split does not state, and what the issuer restricted", async () => {
      const child = await splitOff(await newLot());
      expect(await refusalOf(correct(child, { mpn: "X" }))).to.deep.equal([
        "NOT_STATED_HERE",
        "details.mpn",
      ]);
      const hidden = await newLot(facts, { makerLot: "private" });
      expect(await refusalOf(correct(hidden, { makerLot: "X" }))).to.deep.equal([
        "FIELD_RESTRICTED",
        "details.makerLot",
      ]);
    });
  });

  it("answers a dry run over HTTP with what would change, and signs nothing", async () => {
    const lot = await newLot();
    const path = `/v1/lots/${lot}/correction`;
    const body = { details: { mpn: "TM-2", reason: REASON } };
    const dry = await http.expecting(200, "POST", path, {
      key: "maker",
      body: { ...body, dryRun: true },
    });
    const changes = [{ name: "mpn", before: "TM-1", after: "TM-2" }];
    expect(dry).to.deep.equal({ hash: null, settlement: null, changes });
    expect(await ctx.prisma.notice.count({ where: { lot } })).to.equal(0);
    const done = await http.expecting<{ hash: string }>(201, "POST", path, { key: "maker", body });
    expect(done).to.deep.include({ settlement: "queued", changes });
    const { items } = await http.expecting<{ items: object[] }>(
      200,
      "GET",
      `/v1/notices?lot=${lot}`,
      { key: "maker" },
    );
    expect(items).to.have.length(1);
    expect(items[0]).to.deep.include({ notice: done.hash, kind: "correction", ...body });
  });
});
