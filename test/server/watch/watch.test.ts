// Tests the watch on real parts: each condition by its cause, and what a real webhook gets. The clock is the test's, and a
// check is one call, so nothing waits.
import { expect } from "chai";
import { readFileSync } from "node:fs";
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Context } from "../../../server/context.ts";
import * as acts from "../../../server/custody/acts.ts";
import { deliver } from "../../../server/delivery/deliver.ts";
import { readTarget, type Target } from "../../../server/delivery/target.ts";
import { fsck } from "../../../server/fsck/fsck.ts";
import { appendOnce } from "../../../server/log/append.ts";
import { fsckInSteps } from "../../../server/watch/background-fsck.ts";
import { CODES, CONDITIONS, type ConditionCode } from "../../../server/watch/conditions.ts";
import { CHECKS_TO_BEGIN, CHECKS_TO_END } from "../../../server/watch/standing.ts";
import { FIRST_FSCK_SECONDS, type Watch, type WatchOptions } from "../../../server/watch/watch.ts";
import { StoreError } from "../../../server/storage/blobs.ts";
import { openTestDatabase } from "../../support/database.ts";
import { anchorLog } from "../../support/log-only.ts";
import { openWebhook, type WebhookReceiver } from "../../support/receivers.ts";
import { openTestService, type TestService } from "../../support/service.ts";
import { openTestWatch } from "../../support/watch.ts";

interface Told {
  text: string;
  data: { conditions: { code: string; change: string; detail: string | null }[] };
}

describe("the watch", () => {
  let service: TestService;
  let receiver: WebhookReceiver;
  let now = 0;
  const watches: Watch[] = [];

  before(async () => {
    service = await openTestService();
    now = service.ctx.clock();
    receiver = await openWebhook();
  });
  after(async () => {
    await receiver.close();
    await service.close();
  });
  beforeEach(async () => {
    receiver.posts.length = 0;
    receiver.answer.status = 200;
    await service.ctx.prisma.watch.deleteMany();
  });
  afterEach(async () => {
    for (const watch of watches.splice(0)) await watch.stop();
    await rm(file(), { force: true });
  });

  const file = () => join(service.folder, "watch.json");
  const target = () => (readTarget(receiver.url) as { target: Target }).target;

  /** A watch that delivers to the receiver. */
  function open(options: Partial<WatchOptions> = {}, parts: Partial<Context> = {}): Watch {
    const ctx = { ...service.ctx, clock: () => now, ...parts };
    const watch = openTestWatch(ctx, {
      target: target(),
      file: file(),
      deliver,
      ...options,
    });
    watches.push(watch);
    return watch;
  }

  async function checks(watch: Watch, count: number): Promise<void> {
    for (let i = 0; i < count; i++) {
      now += 20;
      await watch.step();
    }
  }

  /** What the receiver was told since the last time: `began CHAIN_AWAY`. */
  function told(): string[] {
    const messages = receiver.posts.splice(0).map(({ body }) => JSON.parse(body) as Told);
    return messages.map(({ data }) =>
      data.conditions.map(({ code, change }) => `${change} ${code}`).join(", "),
    );
  }

  const openCodes = (watch: Watch) => watch.status().conditions.map(({ code }) => code);

  /** Expects that a condition begins by its cause, and ends when the cause is gone. */
  async function expectLife(
    code: ConditionCode,
    watch: Watch,
    end: () => Promise<unknown> | unknown,
  ): Promise<void> {
    await checks(watch, CHECKS_TO_BEGIN - 1);
    expect(told(), "before it lasted").to.deep.equal([]);
    await checks(watch, 1);
    expect(told()).to.deep.equal([`began ${code}`]);
    expect(openCodes(watch)).to.deep.equal([code]);
    await end();
    await checks(watch, CHECKS_TO_END);
    expect(told()).to.deep.equal([`ended ${code}`]);
    expect(openCodes(watch)).to.deep.equal([]);
  }

  it("finds nothing wrong with a sound service, and tells nobody", async () => {
    const watch = open();
    await checks(watch, 4);
    expect(watch.status()).to.deep.include({ checkedAt: now, conditions: [], fsck: null });
    expect(told()).to.deep.equal([]);
  });

  it("tells that the database is away while it is away, and that it is back", async () => {
    const gone = await openTestDatabase();
    await gone.close();
    const prisma = { now: gone.prisma };
    const ctx = new Proxy(service.ctx, {
      get: (parts, name) =>
        name === "prisma" ? prisma.now : name === "clock" ? () => now : parts[name as "prisma"],
    });
    const watch = openTestWatch(ctx, {
      target: target(),
      file: file(),
      deliver,
    });
    watches.push(watch);
    await expectLife("DATABASE_AWAY", watch, () => {
      prisma.now = service.ctx.prisma;
    });
  });

  it("tells that the document store is away while it is away, and that it is back", async () => {
    let isAway = true;
    const documents: Context["documents"] = {
      ...service.ctx.documents,
      has: (hash) =>
        isAway
          ? Promise.reject(new StoreError("STORE_UNREACHABLE", hash, "away"))
          : service.ctx.documents.has(hash),
    };
    const watch = open({}, { documents });
    await expectLife("DOCUMENTS_AWAY", watch, () => (isAway = false));
  });

  it("tells what is wrong with the chain, as seen from here", async () => {
    let [isAway, stuckAt] = [false, 7 as number | null];
    const disk = { free: 2 ** 29, total: 2 ** 37 };
    const request: Context["request"] = (method, params) =>
      isAway ? Promise.reject(new Error("away")) : service.ctx.request(method, params);
    const options = { stuckAt: () => stuckAt, diskOf: () => Promise.resolve(disk) };
    const watch = open(options, { forgetful: false, request });
    await checks(watch, 1);
    await service.chain.request("evm_increaseTime", ["0x384"]);
    await service.chain.request("anvil_mine", ["0x1"]);
    await checks(watch, CHECKS_TO_BEGIN - 2);
    expect(told(), "before it lasted").to.deep.equal([]);
    await checks(watch, 2);
    expect(told()).to.deep.equal(["began FOLLOWER_STUCK, began DISK_LOW", "began FOLLOWER_BEHIND"]);
    now += 600;
    await checks(watch, CHECKS_TO_BEGIN);
    expect(told()).to.deep.equal(["began CHAIN_STALLED"]);
    isAway = true;
    await checks(watch, CHECKS_TO_BEGIN);
    expect(told()).to.deep.equal(["began CHAIN_AWAY"]);
    isAway = false;
    stuckAt = null;
    disk.free = 2 ** 35;
    await service.chain.request("anvil_mine", ["0x1"]);
    await service.settle();
    await checks(watch, CHECKS_TO_END);
    expect(told().join(", ").split(", ")).to.have.members(
      ["CHAIN_AWAY", "CHAIN_STALLED", "FOLLOWER_STUCK", "DISK_LOW", "FOLLOWER_BEHIND"].map(
        (code) => `ended ${code}`,
      ),
    );
    expect(openCodes(watch)).to.deep.equal([]);
  });

  it("tells what is wrong with settlements, the relayer and the log", async () => {
    const { ctx, chain, parties } = service;
    const { prisma } = ctx;
    const make = async (lotNumber: string) =>
      (
        await acts.makeLots(ctx, parties.maker.address, "commission", {
          lots: [{ lotNumber, quantity: 10 }],
        })
      ).hash;
    await make("ANCHORED-1");
    await service.settle();
    await anchorLog(service);
    const [held] = [await make("HELD-1"), await make("STUCK-1")];
    const set = (state: "held" | "queued") =>
      prisma.settlement.update({ where: { id: held }, data: { state } });
    await set("held");
    while (await appendOnce(ctx));
    const balance = await chain.request("eth_getBalance", [ctx.relayer.address, "latest"]);
    await chain.request("anvil_setBalance", [ctx.relayer.address, "0x2386f26fc10000"]);
    const row = (await prisma.anchoring.findFirst({ orderBy: { size: "desc" } }))!;
    const anchor = (root: string) =>
      prisma.anchoring.update({ where: { size: row.size }, data: { root } });
    await anchor(`0x${"11".repeat(32)}`);
    const before = now;
    now = ctx.clock() + 3_700;
    const watch = open();
    await checks(watch, CHECKS_TO_BEGIN);
    expect(told()).to.deep.equal([
      "began SETTLEMENT_HELD, began SETTLEMENT_STUCK, began RELAYER_LOW, began CHECKPOINT_LATE, began LOG_FORKED",
    ]);
    const detailOf = (code: string) =>
      watch.status().conditions.find((each) => each.code === code)?.detail;
    expect(detailOf("SETTLEMENT_HELD")).to.equal("1 held.");
    expect(detailOf("RELAYER_LOW")).to.match(/ pays for \d+ transactions\.$/);
    expect(detailOf("CHECKPOINT_LATE")).to.match(/ waited for 6\d minutes\.$/);
    await anchor(row.root);
    await chain.request("anvil_setBalance", [ctx.relayer.address, balance]);
    await set("queued");
    await service.settle();
    await anchorLog(service);
    await checks(watch, CHECKS_TO_END);
    expect(told()).to.deep.equal([
      "ended SETTLEMENT_HELD, ended SETTLEMENT_STUCK, ended RELAYER_LOW, ended CHECKPOINT_LATE, ended LOG_FORKED",
    ]);
    now = before;
  });

  it("tells that the log's tiles are altered", async () => {
    const { prisma } = service.ctx;
    const [tile] = await prisma.tile.findMany({ where: { level: 0 }, take: 1 });
    const where = { level_index: { level: 0, index: tile!.index } };
    const set = (hashes: Uint8Array<ArrayBuffer>) =>
      prisma.tile.update({ where, data: { hashes } });
    await set(new Uint8Array());
    const watch = open();
    await checks(watch, CHECKS_TO_BEGIN);
    expect(told()).to.deep.equal(["began LOG_DAMAGED"]);
    await set(Uint8Array.from(tile!.hashes));
  });

  it("runs fsck when it is due, and tells which faults an altered row causes", async () => {
    const { prisma } = service.ctx;
    const event = (await prisma.event.findFirst())!;
    const set = (holder: string) =>
      prisma.event.update({ where: { hash: event.hash }, data: { holder } });
    await set(`0x${"99".repeat(20)}`);
    let runs = 0;
    let ended = Promise.resolve();
    const watch = open({
      fsckEvery: 86_400,
      runFsck: async (signal) => {
        const run =
          runs++ === 0
            ? fsckInSteps(service.ctx, signal)
            : fsck(service.ctx, undefined, ["events"]);
        ended = run.then(() => undefined);
        return run;
      },
    });
    const run = async () => {
      await checks(watch, 1);
      await ended;
      await new Promise((resolve) => setImmediate(resolve));
    };
    await run();
    expect(runs, "runs right after a start").to.equal(0);
    now += FIRST_FSCK_SECONDS;
    await run();
    expect(runs).to.equal(1);
    await checks(watch, CHECKS_TO_BEGIN);
    const [message] = receiver.posts.map(({ body }) => JSON.parse(body) as Told);
    expect(message!.data.conditions[0]).to.include({ code: "FSCK_FAULTS", change: "began" });
    expect(message!.data.conditions[0]!.detail).to.match(/^Faults: .*1 × COPY_DIFFERS/);
    expect(message!.text).not.to.contain(event.hash);
    expect(told()).to.deep.equal(["began FSCK_FAULTS"]);
    await set(event.holder);
    now += 86_400;
    await run();
    expect(runs).to.equal(2);
    await checks(watch, CHECKS_TO_END);
    expect(told().at(-1)).to.contain("ended FSCK_FAULTS");
    expect(watch.status().fsck).to.deep.include({ faults: {}, failure: null });
  });

  it("tells that a run of fsck broke off, and tries it again within the hour", async () => {
    let runs = 0;
    const watch = open({
      fsckEvery: 86_400,
      runFsck: () => (++runs === 1 ? Promise.reject(new Error("broke")) : Promise.resolve(CLEAN)),
    });
    now += FIRST_FSCK_SECONDS;
    await checks(watch, 1 + CHECKS_TO_BEGIN);
    expect(told()).to.deep.equal(["began FSCK_FAILED"]);
    now += 3_600;
    await checks(watch, 1 + CHECKS_TO_END);
    expect(told()).to.deep.equal(["ended FSCK_FAILED"]);
  });

  it("tells several at once in one message, and repeats them once a day", async () => {
    const watch = open({
      stuckAt: () => 7,
      diskOf: () => Promise.resolve({ free: 0, total: 2 ** 37 }),
    });
    await checks(watch, CHECKS_TO_BEGIN);
    expect(told()).to.deep.equal(["began FOLLOWER_STUCK, began DISK_LOW"]);
    now += 86_400;
    await checks(watch, 2);
    expect(told()).to.deep.equal(["lasts FOLLOWER_STUCK, lasts DISK_LOW"]);
  });

  it("repeats nothing after a restart, and tells an end that came meanwhile", async () => {
    const { relayer } = service.ctx;
    const balance = await service.chain.request("eth_getBalance", [relayer.address, "latest"]);
    await service.chain.request("anvil_setBalance", [relayer.address, "0x0"]);
    let stuckAt: number | null = 7;
    const first = open({ stuckAt: () => stuckAt });
    await checks(first, CHECKS_TO_BEGIN);
    expect(told()).to.deep.equal(["began FOLLOWER_STUCK, began RELAYER_LOW"]);
    await first.stop();
    const second = open({ stuckAt: () => stuckAt });
    await checks(second, CHECKS_TO_BEGIN + 1);
    expect(told()).to.deep.equal([]);
    expect(openCodes(second)).to.deep.equal(["FOLLOWER_STUCK", "RELAYER_LOW"]);
    await service.chain.request("anvil_setBalance", [relayer.address, balance]);
    stuckAt = null;
    await checks(second, CHECKS_TO_END);
    expect(told()).to.deep.equal(["ended FOLLOWER_STUCK, ended RELAYER_LOW"]);
  });

  it("tries again later where the receiver is away, less and less often, and shows it", async () => {
    receiver.answer.status = 500;
    const watch = open({ stuckAt: () => 7 });
    await checks(watch, 24);
    expect(told()).to.have.length(4);
    expect(openCodes(watch)).to.deep.equal(["FOLLOWER_STUCK", "ALERT_NOT_DELIVERED"]);
    const { messages } = watch.status();
    expect(messages.failure).to.contain("HTTP status 500");
    expect(JSON.stringify(watch.status())).not.to.contain("a-secret-in-the-path");
    receiver.answer.status = 200;
    now += 900;
    await checks(watch, 1);
    expect(told()).to.deep.equal(["began FOLLOWER_STUCK"]);
    expect(watch.status().messages).to.include({ failingSince: null, deliveredAt: now });
    await checks(watch, CHECKS_TO_END);
    expect(openCodes(watch)).to.deep.equal(["FOLLOWER_STUCK"]);
  });

  it("lets one of two processes tell about the database that they share, and the other take over", async () => {
    const { relayer } = service.ctx;
    const balance = await service.chain.request("eth_getBalance", [relayer.address, "latest"]);
    await service.chain.request("anvil_setBalance", [relayer.address, "0x0"]);
    const other = join(service.folder, "other.json");
    const [one, two] = [open(), open({ file: other })];
    for (let i = 0; i < CHECKS_TO_BEGIN; i++) {
      await checks(one, 1);
      await two.step();
    }
    expect(told()).to.deep.equal(["began RELAYER_LOW"]);
    await two.step();
    expect(openCodes(two)).to.deep.equal(["RELAYER_LOW"]);
    expect([one, two].map((each) => each.status().messages.isSender)).to.deep.equal([true, false]);
    await one.stop();
    await service.chain.request("anvil_setBalance", [relayer.address, balance]);
    await checks(two, CHECKS_TO_END);
    expect(two.status().messages.isSender).to.equal(true);
    expect(told()).to.deep.equal(["ended RELAYER_LOW"]);
  });

  it("takes over from a process that was killed when its lease ends", async () => {
    const [one, two] = [open(), open()];
    await checks(one, 1);
    await checks(two, 1);
    expect(two.status().messages.isSender).to.equal(false);
    await service.ctx.prisma.watch.updateMany({ data: { leaseUntil: new Date(0) } });
    await checks(two, 1);
    expect(two.status().messages.isSender).to.equal(true);
    await checks(one, 1);
    expect(one.status().messages.isSender).to.equal(false);
  });

  it("goes on where what it kept is damaged", async () => {
    await service.ctx.prisma.watch.create({ data: { id: 1, standings: "{", fsck: "[]" } });
    const watch = open({ stuckAt: () => 7 });
    await checks(watch, CHECKS_TO_BEGIN);
    expect(told()).to.deep.equal(["began FOLLOWER_STUCK"]);
    expect(JSON.parse(await readFile(file(), "utf8"))).to.have.property("FOLLOWER_STUCK");
  });

  it("delivers a test message, or says why not", async () => {
    const watch = open();
    expect(await watch.sendTest()).to.equal(null);
    expect(receiver.posts[0]!.body).to.contain("Somebody asked for this test.");
    receiver.answer.status = 404;
    expect(await watch.sendTest()).to.contain("HTTP status 404");
    expect(await open({ target: undefined }).sendTest()).to.equal(undefined);
  });
});

const CLEAN = { faults: [], unlisted: 0 };

describe("docs/operate.md", () => {
  it("lists every condition with its severity, and no other", () => {
    const page = readFileSync(new URL("../../../docs/operate.md", import.meta.url), "utf8");
    const rows = [...page.matchAll(/^\| `([A-Z_]+)` \| (critical|warning) \|/gm)];
    expect(rows.map(([, code, severity]) => [code, severity])).to.deep.equal(
      CODES.map((code) => [code, CONDITIONS[code].severity]),
    );
  });
});
