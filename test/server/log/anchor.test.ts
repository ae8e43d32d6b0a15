// Tests anchoring: checkpoints reach the chain despite lost transactions, reorgs and replicas; a forked log is not continued.
import { expect } from "chai";
import { Wallet } from "ethers";
import { fromHex, toHex, utf8 } from "../../../protocol/base/bytes.ts";
import { encodeCheckpoint } from "../../../protocol/chain/checkpoint.ts";
import { ProtocolError } from "../../../protocol/base/errors.ts";
import { consistencyProof, leafHash, rootOf } from "../../../protocol/base/merkle.ts";
import * as acts from "../../../server/custody/acts.ts";
import type { Context } from "../../../server/context.ts";
import { followOnce } from "../../../server/settlement/follow.ts";
import { formatFault, fsck } from "../../../server/fsck/fsck.ts";
import { anchoringsIn, ensureAnchorings, LogForked } from "../../../server/log/anchor.ts";
import { appendOnce } from "../../../server/log/append.ts";
import { checkpointOnce } from "../../../server/log/checkpoints.ts";
import { logSize, newestAnchoring, newestCheckpoint } from "../../../server/log/stored.ts";
import { relayOnce } from "../../../server/settlement/relay.ts";
import { openTestService, type TestService } from "../../support/service.ts";

let serial = 0;

describe("log anchoring", () => {
  let service: TestService;
  let ctx: Context;
  let maker: string;

  before(async () => {
    service = await openTestService();
    ctx = { ...service.ctx, merkleLog: { ...service.ctx.merkleLog, events: 1 } };
    maker = service.parties.maker.address;
  });
  after(() => service.close());

  const accept = async () => {
    const lots = [{ lotNumber: `ANCHOR-${++serial}`, quantity: 10 }];
    return (await acts.makeLots(ctx, maker, "commission", { lots })).hash;
  };
  const keepLog = async () => {
    while (await appendOnce(ctx));
    await checkpointOnce(ctx);
  };
  const grow = async (events = 1) => {
    for (let i = 0; i < events; i++) await accept();
    await keepLog();
  };
  const onChain = async () => anchoringsIn(ctx, { from: 0, to: (await ctx.reader.head()).number });
  const withRequest = (request: Context["request"]): Context => ({ ...ctx, request });
  const unsent = () =>
    withRequest((method, params) =>
      method === "eth_sendRawTransaction"
        ? Promise.reject(new Error("cut off before the node had it"))
        : ctx.request(method, params),
    );
  const later = { clock: () => ctx.clock() + 60 };

  /** Invariant at rest: the newest checkpoint is on the chain, each is there once, and each extends the one before. */
  async function expectAnchored(): Promise<void> {
    const newest = await newestCheckpoint(ctx.prisma);
    const there = await onChain();
    expect(there.at(-1)).to.include({ size: newest!.size, root: newest!.root });
    expect(there.map(({ previousSize }) => previousSize)).to.deep.equal(
      [0, ...there.map(({ size }) => size)].slice(0, -1),
    );
    const rows = await ctx.prisma.anchoring.findMany({ orderBy: { size: "asc" } });
    expect(rows.map(({ size, root, block }) => [Number(size), root, block])).to.deep.equal(
      there.map(({ size, root, block }) => [size, root, block]),
    );
    expect((await fsck(ctx)).faults.map(formatFault)).to.deep.equal([]);
  }

  it("anchors the newest checkpoint with a consistency proof from the previous anchoring", async () => {
    await grow();
    await service.settle();
    await expectAnchored();
    await grow(3);
    await grow(2);
    await service.settle();
    await expectAnchored();
    expect((await onChain()).map(({ size }) => size)).to.deep.equal([1, 6]); // the checkpoint of size 4 was never anchored: that of size 6 covers it
    expect(await ctx.prisma.attempt.count({ where: { checkpoint: { not: null } } })).to.equal(2);
  });

  it("sends no transaction when the newest checkpoint is anchored already", async () => {
    const before = await ctx.prisma.attempt.count();
    await service.settle();
    expect(await ctx.prisma.attempt.count()).to.equal(before);
  });

  it("sends one anchoring at a time, and resends it after a failed attempt", async () => {
    await grow();
    await relayOnce(unsent());
    await grow();
    await relayOnce(unsent());
    const size = BigInt((await newestCheckpoint(ctx.prisma))!.size);
    const open = await ctx.prisma.attempt.findMany({
      where: { closedAt: null, checkpoint: { not: null } },
    });
    expect(open.map(({ checkpoint }) => checkpoint)).to.deep.equal([size - 1n]);
    await relayOnce({ ...ctx, ...later });
    await service.settle();
    await service.settle();
    await expectAnchored();
    expect((await onChain()).slice(-2).map((one) => one.size)).to.deep.equal([
      Number(size) - 1,
      Number(size),
    ]);
  });

  it("anchors a checkpoint once when the node's answer to the transaction is lost", async () => {
    await grow();
    const deaf = withRequest(async (method, params) => {
      const answer = await ctx.request(method, params);
      if (method === "eth_sendRawTransaction") throw new Error("cut off after the node had it");
      return answer;
    });
    await relayOnce(deaf);
    await service.settle();
    await expectAnchored();
    const size = (await newestCheckpoint(ctx.prisma))!.size;
    expect(await ctx.prisma.attempt.count({ where: { checkpoint: size } })).to.equal(1);
  });

  it("takes a new nonce when another transaction used the anchoring's nonce", async () => {
    await grow();
    await relayOnce(unsent());
    await send({ to: ctx.relayer.address, data: "0x" });
    await service.settle();
    await expectAnchored();
    const size = (await newestCheckpoint(ctx.prisma))!.size;
    expect(await ctx.prisma.attempt.count({ where: { checkpoint: size } })).to.equal(2);
  });

  it("gives up a checkpoint whose anchoring keeps failing, and anchors the next one", async () => {
    await accept();
    await service.settle(); // so that only the checkpoint is left to send
    await keepLog();
    const size = (await newestCheckpoint(ctx.prisma))!.size;
    for (let i = 0; i < 3; i++) {
      await relayOnce(unsent());
      await send({ to: ctx.relayer.address, data: "0x" });
      while (await followOnce(ctx));
      await relayOnce(unsent()); // closes the overtaken attempt
    }
    await service.settle();
    expect((await newestAnchoring(ctx.prisma))!.size).to.be.below(size);
    expect(await relayOnce({ ...ctx, clock: () => ctx.clock() + 3_601 }), "an hour later").to.equal(
      true,
    );
    await grow();
    await service.settle();
    await expectAnchored();
  });

  it("anchors a checkpoint again after a reorg dropped its anchoring", async () => {
    await grow();
    await service.settle();
    const before = await newestAnchoring(ctx.prisma);
    await ctx.request("anvil_reorg", [3, []]);
    await followOnce(ctx);
    expect((await newestAnchoring(ctx.prisma))?.size ?? 0).to.be.below(before!.size);
    await service.settle();
    await expectAnchored();
    expect((await newestAnchoring(ctx.prisma))!.blockHash).not.to.equal(before!.blockHash);
  });

  it("anchors several checkpoints again, in order, after the chain was rolled back", async () => {
    await grow();
    await service.settle();
    await grow();
    await service.settle();
    await ctx.request("anvil_rollback", [3]);
    await service.settle();
    await service.settle();
    await expectAnchored();
  });

  it("anchors a checkpoint once when several replicas relay at the same time", async () => {
    await grow();
    await Promise.all(Array.from({ length: 4 }, () => relayOnce(ctx)));
    await service.settle();
    await expectAnchored();
  });

  it("rereads the anchorings from the chain when the stored rows belong to another account or contract", async () => {
    const rows = await ctx.prisma.anchoring.findMany({ orderBy: { size: "asc" } });
    await ctx.prisma.anchoring.deleteMany();
    await ensureAnchorings(ctx, 0);
    expect(await ctx.prisma.anchoring.findMany({ orderBy: { size: "asc" } })).to.deep.equal(rows);
    await ctx.prisma.anchoring.updateMany({
      where: { size: rows.at(-1)!.size },
      data: { root: `0x${"00".repeat(32)}` },
    });
    await ensureAnchorings(ctx, 0);
    expect(await ctx.prisma.anchoring.findMany({ orderBy: { size: "asc" } })).to.deep.equal(rows);
    const other: Context = {
      ...ctx,
      merkleLog: { ...ctx.merkleLog, operator: `0x${"77".repeat(20)}` },
    };
    await ensureAnchorings(other, 0);
    expect(await ctx.prisma.anchoring.count()).to.equal(0);
    await ensureAnchorings(ctx, 0);
    await expectAnchored();
  });

  it("makes checkpoints but anchors none when no checkpoint contract is configured", async () => {
    const nowhere: Context = { ...ctx, merkleLog: { ...ctx.merkleLog, contract: undefined } };
    await grow();
    const anchors = () => ctx.prisma.attempt.count({ where: { checkpoint: { not: null } } });
    const before = await anchors();
    while (await relayOnce(nowhere));
    expect(await anchors()).to.equal(before);
    expect((await newestCheckpoint(ctx.prisma))!.size).to.equal(await logSize(ctx.prisma));
    await service.settle();
    await expectAnchored();
  });

  it("keeps settling and following while the log is damaged, and anchors once it is repaired", async () => {
    const setTile = (to: Uint8Array) =>
      ctx.prisma.tile.updateMany({
        where: { level: 0, index: 0 },
        data: { hashes: Uint8Array.from(to) },
      });
    const tile = () =>
      ctx.prisma.tile.findUniqueOrThrow({ where: { level_index: { level: 0, index: 0 } } });
    const hash = await accept();
    await keepLog();
    let { hashes } = await tile();
    await setTile(new Uint8Array());
    await service.settle();
    expect((await ctx.prisma.settlement.findUniqueOrThrow({ where: { id: hash } })).state).to.equal(
      "final",
    );
    expect((await newestAnchoring(ctx.prisma))!.size).to.be.below(
      (await newestCheckpoint(ctx.prisma))!.size,
    );
    await setTile(hashes);
    await service.settle();
    await expectAnchored();

    await accept();
    await service.settle(); // so that only the checkpoint is left to send
    await keepLog();
    ({ hashes } = await tile());
    await relayOnce(ctx);
    await setTile(new Uint8Array());
    await service.settle();
    await setTile(hashes);
    await expectAnchored();
  });

  it("follows an anchoring whose row is stored already", async () => {
    await accept();
    await service.settle();
    await keepLog();
    await relayOnce(ctx);
    const { size, root } = (await newestCheckpoint(ctx.prisma))!;
    const none = `0x${"00".repeat(32)}`;
    await ctx.prisma.anchoring.create({
      data: {
        size,
        root,
        previousSize: 0,
        block: 0,
        blockHash: none,
        transaction: none,
        logIndex: 0,
      },
    });
    await service.settle();
    await expectAnchored();
  });

  it("stops appending and making checkpoints when anchored leaves are missing", async () => {
    const size = await logSize(ctx.prisma);
    const [leaf, { hashes }] = await Promise.all([
      ctx.prisma.leaf.findUniqueOrThrow({ where: { index: size - 1 } }),
      ctx.prisma.tile.findUniqueOrThrow({ where: { level_index: { level: 0, index: 0 } } }),
    ]);
    const setTile = (to: Uint8Array) =>
      ctx.prisma.tile.updateMany({
        where: { level: 0, index: 0 },
        data: { hashes: Uint8Array.from(to) },
      });
    await ctx.prisma.leaf.delete({ where: { index: size - 1 } });
    await setTile(hashes.subarray(0, hashes.length - 32));
    const hash = await accept();
    const stated = await newestCheckpoint(ctx.prisma);
    expect(await appendOnce(ctx).catch((error: unknown) => error)).to.be.instanceOf(LogForked);
    expect(await checkpointOnce({ ...ctx, ...later })).to.equal(false);
    expect(await newestCheckpoint(ctx.prisma)).to.deep.equal(stated);
    expect(await ctx.prisma.unlogged.count({ where: { event: hash } })).to.equal(1);
    await ctx.prisma.leaf.create({ data: leaf });
    await setTile(hashes);
    await keepLog();
    await service.settle();
    await expectAnchored();
  });

  it("makes no checkpoint when the anchored root differs from the log's", async () => {
    await grow();
    await service.settle();
    const { size, root } = (await newestAnchoring(ctx.prisma))!;
    await ctx.prisma.anchoring.update({ where: { size }, data: { root: `0x${"12".repeat(32)}` } });
    await accept();
    await appendOnce(ctx);
    expect(await checkpointOnce(ctx).catch((error: unknown) => error)).to.be.instanceOf(LogForked);
    expect((await newestCheckpoint(ctx.prisma))!.size).to.equal(size);
    await ctx.prisma.anchoring.update({ where: { size }, data: { root } });
    await keepLog();
    await service.settle();
    await expectAnchored();
  });

  it("makes no checkpoint after a restore from an older backup, even before the follower has caught up", async () => {
    await grow();
    await service.settle();
    const { relayer, merkleLog } = ctx;
    const restored = await openTestService({ beside: service, relayer, merkleLog });
    try {
      const { prisma } = restored.ctx;
      await prisma.anchoring.deleteMany(); // of blocks that it has not followed yet
      const lots = [{ lotNumber: "AFTER-THE-RESTORE", quantity: 10 }];
      await acts.makeLots(restored.ctx, restored.parties.maker.address, "commission", { lots });
      while (await appendOnce(restored.ctx));
      const state = (more: Partial<Context> = {}) =>
        checkpointOnce({ ...restored.ctx, ...more }).catch((error: unknown) => error);
      expect(await state()).to.be.instanceOf(LogForked);
      const silent = new ProtocolError("CHAIN_UNREACHABLE", "no answer");
      expect(await state({ request: () => Promise.reject(silent) })).to.equal(silent);
      expect(await prisma.checkpoint.count()).to.equal(0);
      // Grown to the anchored size, it is still a different log.
      const size = (await newestAnchoring(ctx.prisma))!.size;
      const many = Array.from({ length: size }, (_, i) => ({
        lotNumber: `AFTER-${i}`,
        quantity: 10,
      }));
      for (const lot of many)
        await acts.makeLots(restored.ctx, restored.parties.maker.address, "commission", {
          lots: [lot],
        });
      while (await appendOnce(restored.ctx));
      expect(await logSize(prisma)).to.be.above(size);
      expect(await state()).to.be.instanceOf(LogForked);
      expect(await prisma.checkpoint.count()).to.equal(0);
    } finally {
      await restored.close();
    }
  });

  it("stops appending when another log was anchored with this account's key", async () => {
    const { size } = (await newestAnchoring(ctx.prisma))!;
    const leaves = (await ctx.prisma.leaf.findMany({ orderBy: { index: "asc" } })).map(
      ({ event }) => leafHash(fromHex(event)),
    );
    const other = [...leaves, leafHash(utf8("an event that nobody was shown"))];
    const root = toHex(rootOf(other));
    const proof = consistencyProof(size, other).map(toHex);
    await send({ to: ctx.merkleLog.contract!, data: encodeCheckpoint(other.length, root, proof) });
    await service.settle();
    expect((await newestAnchoring(ctx.prisma))!.root).to.equal(root);
    await accept();
    expect(await appendOnce(ctx).catch((error: unknown) => error)).to.be.instanceOf(LogForked);
    expect((await fsck(ctx)).faults.map(({ code }) => code)).to.include("ANCHORED_ELSE");
  });

  /** Sends a transaction from the relayer's account without the service's knowledge. */
  async function send({ to, data }: { to: string; data: string }): Promise<void> {
    const nonce = Number(
      await ctx.request("eth_getTransactionCount", [ctx.relayer.address, "latest"]),
    );
    const raw = await new Wallet(ctx.relayer.privateKey).signTransaction({
      type: 2,
      chainId: ctx.domain.chainId,
      nonce,
      to,
      data,
      gasLimit: 300_000,
      maxFeePerGas: 10n ** 10n,
      maxPriorityFeePerGas: 10n ** 9n,
    });
    const hash = await ctx.request("eth_sendRawTransaction", [raw]);
    while ((await ctx.request("eth_getTransactionReceipt", [hash])) === null); // mined a moment after the answer
  }
});
