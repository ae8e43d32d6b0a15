// Tests transactions whose fee is too low: they are replaced with the same nonce, all attempts stay, and any may be mined.
import { expect } from "chai";
import { Transaction, Wallet } from "ethers";
import * as acts from "../../../server/custody/acts.ts";
import type { Context } from "../../../server/context.ts";
import { feesNow } from "../../../server/chain/fees.ts";
import { followOnce } from "../../../server/settlement/follow.ts";
import { formatFault, fsck } from "../../../server/fsck/fsck.ts";
import { NodeError } from "../../../protocol/chain/json-rpc.ts";
import { relayOnce } from "../../../server/settlement/relay.ts";
import { openTestService, type TestService } from "../../support/service.ts";

const GWEI = 10n ** 9n;

describe("stuck transactions", () => {
  let service: TestService;
  let ctx: Context;
  let serial = 0;

  before(async () => {
    service = await openTestService();
    ctx = service.ctx;
  });
  after(() => service.close());
  afterEach(async () => {
    await ctx.request("evm_setAutomine", [true]);
    await ctx.request("evm_mine");
    await service.settle();
    expect((await fsck(ctx)).faults.map(formatFault)).to.deep.equal([]);
  });

  const commission = async () => {
    const lots = [{ lotNumber: `STUCK-${++serial}`, quantity: 1_000 }];
    return (await acts.makeLots(ctx, service.parties.maker.address, "commission", { lots })).hash;
  };
  const settlementOf = (id: string) => ctx.prisma.settlement.findUniqueOrThrow({ where: { id } });
  const triesOf = (settlement: string) =>
    ctx.prisma.attempt.findMany({
      where: { carried: { some: { settlement } } },
      orderBy: { createdAt: "asc" },
    });
  const recordsOf = async (hash: string) =>
    ctx.reader.events([hash], (await ctx.reader.head()).number);
  const later = (seconds: number, more: Partial<Context> = {}): Context => ({
    ...ctx,
    clock: () => ctx.clock() + seconds,
    ...more,
  });
  /** Loses every transaction before the node has it. */
  const unsent: Context["request"] = (method, params) =>
    method === "eth_sendRawTransaction"
      ? Promise.reject(new Error("not sent"))
      : ctx.request(method, params);
  /** Raises the next block's base fee above the offered fee, so that the block stays empty. */
  async function raiseBaseFee(raw: string): Promise<bigint> {
    const fee = Transaction.from(raw).maxFeePerGas! + GWEI;
    await ctx.request("anvil_setNextBlockBaseFeePerGas", [`0x${fee.toString(16)}`]);
    await ctx.request("evm_mine");
    return fee;
  }

  it("are replaced with a higher fee once the base fee exceeds their offer", async () => {
    await ctx.request("evm_setAutomine", [false]);
    const hash = await commission();
    await relayOnce(ctx);
    const [first] = await triesOf(hash);
    const baseFee = await raiseBaseFee(first!.raw);
    await relayOnce(later(60));
    expect(
      await triesOf(hash),
      "a transaction that waits one minute is not stuck yet",
    ).to.have.length(1);

    // The replacement is stored before it is sent, so it is resent after a loss.
    await relayOnce(later(100, { request: unsent }));
    const tries = await triesOf(hash);
    expect(tries.map(({ nonce }) => nonce)).to.deep.equal([first!.nonce, first!.nonce]);
    const [low, high] = tries.map(({ raw }) => Transaction.from(raw));
    expect([high!.to, high!.data, high!.gasLimit]).to.deep.equal([
      low!.to,
      low!.data,
      low!.gasLimit,
    ]);
    expect(high!.maxFeePerGas! > baseFee).to.equal(true);
    for (const fee of ["maxFeePerGas", "maxPriorityFeePerGas"] as const)
      expect(high![fee]! * 1_000n >= low![fee]! * 1_125n, fee).to.equal(true);
    await relayOnce(later(120));
    expect(await triesOf(hash)).to.have.length(2);
    await ctx.request("evm_mine");
    await service.settle();
    const settled = await settlementOf(hash);
    expect([settled.state, settled.transaction]).to.deep.equal(["final", high!.hash]);
    expect(await recordsOf(hash)).to.have.length(1);
    await relayOnce(ctx);
    expect(await ctx.prisma.attempt.count({ where: { closedAt: null } })).to.equal(0);

    // A reorg drops the block: both attempts are pending again, and one is mined.
    await ctx.request("anvil_reorg", [1, []]);
    await followOnce(ctx);
    expect((await triesOf(hash)).map(({ closedAt }) => closedAt)).to.deep.equal([null, null]);
    await ctx.request("evm_setAutomine", [true]);
    await service.settle();
    expect((await settlementOf(hash)).state).to.equal("final");
    expect(await triesOf(hash)).to.have.length(2);
  });

  it("settle when the older of two attempts is mined", async () => {
    await ctx.request("evm_setAutomine", [false]);
    const hash = await commission();
    await relayOnce(ctx);
    await relayOnce(later(100, { request: unsent }));
    const [first, second] = await triesOf(hash);
    expect(second!.nonce).to.equal(first!.nonce);
    await ctx.request("evm_mine");
    await service.settle();
    expect(await settlementOf(hash)).to.include({ state: "final", transaction: first!.hash });
    await relayOnce(ctx);
    expect(await ctx.prisma.attempt.count({ where: { closedAt: null } })).to.equal(0);
    expect(await ctx.prisma.settlement.count({ where: { state: { not: "final" } } })).to.equal(0);
  });

  it("are attempted at most ten times an hour, all with one nonce", async () => {
    const hash = await commission();
    await relayOnce({ ...ctx, request: unsent });
    for (let i = 1; i <= 15; i++) await relayOnce(later(100 * i, { request: unsent }));
    expect(await triesOf(hash)).to.have.length(10);
    for (let i = 1; i <= 8; i++) await relayOnce(later(3_700 + 100 * i, { request: unsent }));
    expect(await triesOf(hash)).to.have.length.above(16);
    const next = await commission();
    await relayOnce(later(4_600, { request: unsent }));
    const [waiting] = await triesOf(next);
    expect(waiting!.nonce).to.equal((await triesOf(hash))[0]!.nonce + 1);
    // A transaction waiting behind a stuck one is not stuck itself.
    await relayOnce(later(4_800, { request: unsent }));
    expect(await triesOf(next)).to.have.length(1);
    await relayOnce(later(9_000));
  });

  it("offer at most ten times the current fee, and are rebroadcast with every attempt at that limit", async () => {
    const hash = await commission();
    await relayOnce({ ...ctx, request: unsent });
    for (let hour = 0; hour < 6; hour++)
      for (let i = 1; i <= 12; i++)
        await relayOnce(later(3_700 * hour + 100 * i, { request: unsent }));
    const tries = await triesOf(hash);
    const asked = await feesNow(ctx.request);
    const offered = tries.map(({ raw }) => Transaction.from(raw).maxFeePerGas!);
    expect(offered.at(-1)! > 8n * asked.maxFeePerGas, "the offers approach the limit").to.equal(
      true,
    );
    expect(offered.every((fee) => fee <= 10n * asked.maxFeePerGas)).to.equal(true);
    const sent: unknown[] = [];
    const request: Context["request"] = (method, params) => {
      if (method === "eth_sendRawTransaction") sent.push(params![0]);
      return unsent(method, params);
    };
    await relayOnce(later(30_000, { request }));
    expect(sent).to.deep.equal(tries.map(({ raw }) => raw));
    await relayOnce(later(40_000));
  });

  it("take a new nonce after a rival used theirs, on a node without old states", async () => {
    const hash = await commission();
    await relayOnce({ ...ctx, request: unsent });
    await relayOnce(later(100, { request: unsent }));
    const tries = await triesOf(hash);
    expect(tries).to.have.length(2);
    const rival = await new Wallet(ctx.relayer.privateKey).signTransaction({
      type: 2,
      chainId: ctx.domain.chainId,
      nonce: tries[0]!.nonce,
      to: ctx.relayer.address,
      gasLimit: 21_000,
      maxFeePerGas: 10_000n * GWEI,
      maxPriorityFeePerGas: 10n * GWEI,
    });
    const sent = await ctx.request("eth_sendRawTransaction", [rival]);
    while ((await ctx.request("eth_getTransactionReceipt", [sent])) === null);
    await ctx.request("anvil_mine", ["0x96"]);
    while (await followOnce(ctx));
    const pruned: Context["request"] = async (method, params) => {
      if (method === "eth_getTransactionCount" && String(params![1]).startsWith("0x")) {
        const head = Number(await ctx.request("eth_blockNumber"));
        if (Number(params![1]) < head - 127)
          throw new NodeError(method, { code: -32000, message: "missing trie node" });
      }
      return ctx.request(method, params);
    };
    await relayOnce({ ...ctx, finality: 500, request: pruned });
    const nonces = (await triesOf(hash)).map(({ nonce }) => nonce - tries[0]!.nonce);
    expect(nonces.toSorted()).to.deep.equal([0, 0, 1]);
    await service.settle();
    expect((await settlementOf(hash)).state).to.equal("final");
    expect(await recordsOf(hash)).to.have.length(1);
  });

  it("stay signed, and do not block other events, when the node has no earlier state at all", async () => {
    const hash = await commission();
    await relayOnce({ ...ctx, request: unsent });
    const [first] = await triesOf(hash);
    const rival = await new Wallet(ctx.relayer.privateKey).signTransaction({
      type: 2,
      chainId: ctx.domain.chainId,
      nonce: first!.nonce,
      to: ctx.relayer.address,
      gasLimit: 21_000,
      maxFeePerGas: 10_000n * GWEI,
      maxPriorityFeePerGas: 10n * GWEI,
    });
    const sent = await ctx.request("eth_sendRawTransaction", [rival]);
    while ((await ctx.request("eth_getTransactionReceipt", [sent])) === null);
    while (await followOnce(ctx));
    const blind: Context["request"] = async (method, params) => {
      if (method === "eth_getTransactionCount" && String(params![1]).startsWith("0x"))
        throw new NodeError(method, { code: -32000, message: "missing trie node" });
      return ctx.request(method, params);
    };
    const next = await commission();
    await relayOnce({ ...ctx, request: blind });
    expect((await settlementOf(hash)).state).to.equal("signed");
    expect(await triesOf(next)).to.have.length(1);
  });
});
