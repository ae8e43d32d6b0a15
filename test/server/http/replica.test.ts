// Tests reading at a streaming replica: what goes there, that a caller reads what it wrote, and that the replica's loss is survived.
// The replica is a real one, made with PostgreSQL's own tools; without them there is nothing to test.
import { env } from "node:process";
import { expect } from "chai";
import type { Verdict } from "../../../protocol/verdict/verdict.ts";
import * as acts from "../../../server/custody/acts.ts";
import { endGrant } from "../../../server/access/grants.ts";
import { beginSession } from "../../../server/access/sessions.ts";
import { appendOnce } from "../../../server/log/append.ts";
import { instanceOf, PAGES_HEADER } from "../../../server/http/cookies.ts";
import { POSITION_HEADER } from "../../../server/http/reads.ts";
import { ROUTES } from "../../../server/http/routes/table.ts";
import { CannotOpen } from "../../../server/storage/cannot-open.ts";
import { openDatabase } from "../../../server/storage/db.ts";
import { MOST_LAG_SECONDS } from "../../../server/storage/replica.ts";
import { messagesIn } from "../../../web/app/data/server-sent.ts";
import { EXAMPLES, nameOf, newGrant, newLot } from "../../support/examples.ts";
import { type Client, openTestHttp, type TestHttp } from "../../support/http.ts";
import {
  openReadingProcess,
  pauseReplay,
  type Process,
  type ProcessOptions,
  resumeReplay,
  until,
} from "../../support/reading.ts";
import {
  openReplicatedPostgres,
  postgresTools,
  type ReplicatedPostgres,
} from "../../support/replica.ts";

/** The lines of the log: reads leave the replica, and go to it. */
const AWAY = [40, "reads go to the primary, because the replica cannot be used"] as const;
const BACK = [30, "reads go to the replica (DATABASE_READ_URL)"] as const;

describe("reading at a replica", function () {
  let postgres: ReplicatedPostgres;
  let http: TestHttp;
  let one: Process;
  const closers: (() => Promise<unknown>)[] = [];

  before(async function () {
    // Of the service's suites only the one on PostgreSQL starts servers of its own.
    const bin = env["TEST_DATABASE_URL"] === undefined ? undefined : postgresTools();
    if (bin === undefined) return this.skip();
    postgres = await openReplicatedPostgres(bin);
    closers.push(() => postgres.close());
    http = await openTestHttp({ database: () => openDatabase({ url: postgres.primaryUrl }) });
    closers.push(() => http.close());
    one = await openProcess();
  });
  after(async () => {
    for (const close of closers.splice(0).reverse()) await close();
  });

  const openProcess = async (options: ProcessOptions = {}): Promise<Process> => {
    const process = await openReadingProcess(http, postgres.replicaUrl, options);
    closers.push(() => process.replica.close());
    return process;
  };
  /** Waits until the replica has everything. */
  const caughtUp = (process = one) =>
    until("the replica has everything", async () => {
      await process.replica.noteWrite("the test");
      return (await process.replica.clientFor("the test")) !== undefined;
    });
  const inUse = (process: Process, wanted: boolean) =>
    until(
      `the replica is ${wanted ? "" : "not "}in use`,
      () => process.replica.status().inUse === wanted,
    );
  /** Stops replaying while something is done. The replica answers on. */
  async function paused(run: () => Promise<void>) {
    await caughtUp();
    await pauseReplay(postgres.replicaUrl);
    try {
      await run();
    } finally {
      await resumeReplay(postgres.replicaUrl);
    }
  }
  const idsFor = async (
    client: Client,
    key: string | undefined,
    headers: Record<string, string> = {},
  ): Promise<string[]> => {
    const options = { key, headers };
    const { items, next } = await client.expecting<{ items: { lot: string }[]; next: null }>(
      200,
      "GET",
      "/v1/lots?limit=200",
      options,
    );
    expect(next, "all of them").to.equal(null);
    return items.map(({ lot }) => lot);
  };
  /** Makes a lot by a request. */
  const made = async (client: Client, headers?: Record<string, string>) => {
    const body = (await EXAMPLES["post /v1/lots"]!(http)).body;
    const options = headers ? { body, headers } : { body, key: "maker" };
    const answer = await client.call<{ lots: string[] }>("POST", "/v1/lots", options);
    expect(answer.status).to.equal(201);
    return {
      lot: answer.body.lots[0]!,
      position: answer.headers.get(POSITION_HEADER),
      headers: answer.headers,
    };
  };

  it("sends a search to the replica, and says so in the metrics", async () => {
    const { lot } = await newLot(http, "maker");
    await caughtUp();
    expect(await one.metric("reelproof_replica_in_use")).to.equal(1);
    const before = (await postgres.askedOfReplica()).length;
    expect(
      await one.placeOf(async () => expect(await idsFor(one, "maker")).to.include(lot)),
    ).to.equal("replica");
    expect((await postgres.askedOfReplica()).slice(before)).to.match(/FROM "public"\."lot"/);
  });

  for (const route of ROUTES.filter(({ reads }) => reads === "replica"))
    it(`answers ${nameOf(route)} at the replica alone, which refuses every write`, async () => {
      const { path, body, owner, status } = await EXAMPLES[nameOf(route)]!(http);
      await caughtUp();
      const ask = () =>
        one.expecting(status, route.method.toUpperCase(), path, { key: owner, body });
      expect(await one.placeOf(ask)).to.equal("replica");
    });

  it("records a read by grant at the primary", async () => {
    const { grant, lot } = await newGrant(http, { grantee: http.parties.lab.address });
    await caughtUp();
    const ask = () => one.expecting(200, "GET", `/v1/lots/${lot}`, { key: "lab" });
    expect(await one.placeOf(ask)).to.equal("replica");
    expect(await http.ctx.prisma.grantRead.count({ where: { grant: grant.id } })).to.equal(1);
  });

  it("shows a caller what it wrote while replay is paused, and others the replica's rows", async () => {
    await paused(async () => {
      const { lot } = await made(one);
      expect(await idsFor(one, "maker")).to.include(lot);
      expect(await one.placeOf(() => idsFor(one, "maker"))).to.equal("primary");
      expect(
        await one.placeOf(async () => expect(await idsFor(one, "operator")).not.to.include(lot)),
      ).to.equal("replica");
      await until(
        "the lag is in the metrics",
        async () => (await one.metric("reelproof_replica_lag_bytes")) > 0,
      );
      expect(await one.metric("reelproof_replica_lag_seconds")).to.be.greaterThan(0);
    });
    await until(
      "the maker reads at the replica",
      async () => (await one.placeOf(() => idsFor(one, "maker"))) === "replica",
    );
    await until(
      "there is no lag",
      async () => (await one.metric("reelproof_replica_lag_bytes")) === 0,
    );
    expect(await one.metric("reelproof_replica_lag_seconds")).to.equal(0);
  });

  it("finds at the primary what the replica does not have yet", async () => {
    await paused(async () => {
      const { lot } = await made(one);
      const ask = async () => one.expecting(200, "GET", `/v1/lots/${lot}`, { key: "operator" });
      expect(await one.placeOf(ask)).to.equal("replica");
      const body = { lots: [lot] };
      const { results } = await one.expecting<{ results: object[] }>(200, "POST", "/v1/verdicts", {
        key: "operator",
        body,
      });
      expect(results[0]).to.include({ lot });
    });
  });

  it("verifies a lot whose newest event the ledger has and the replica has not", async () => {
    const { ctx, parties } = http;
    const { lot } = await newLot(http, "maker");
    await http.settle();
    const codes = async (client: Client) => {
      const path = `/v1/lots/${lot}/verdict`;
      const verdict = await client.expecting<Verdict>(200, "GET", path, { key: "operator" });
      return verdict.findings.map(({ code }) => code);
    };
    await paused(async () => {
      await acts.remark(ctx, parties.maker.address, "hold", { lots: [{ lot }], details: {} });
      await http.settle();
      const [here, there] = [await codes(http), await codes(one)];
      expect(here).not.to.include("LATER_EVENT_MISSING");
      expect(there).to.deep.equal(here);
    });
  });

  it("refuses what a grant opened that has ended, while replay is paused", async () => {
    const { ctx, parties } = http;
    const { grant, lot } = await newGrant(http, { grantee: parties.lab.address });
    await paused(async () => {
      await one.expecting(200, "GET", `/v1/lots/${lot}`, { key: "lab" });
      await endGrant(ctx, parties.maker.address, grant.id);
      await one.expecting(404, "GET", `/v1/lots/${lot}`, { key: "lab" });
    });
  });

  it("shows it in another process to a program that sends the position, and to a browser", async () => {
    const { ctx, keys } = http;
    const other = await openProcess();
    await inUse(other, true);
    const apiKey = keys.maker.split("_")[1]!;
    const session = await beginSession(ctx, { apiKey, fromStart: false });
    const cookie = `reelproof-session-${instanceOf(ctx.cursorKey)}=${session.text}`;
    await paused(async () => {
      const { lot, position } = await made(one, { authorization: `Bearer ${keys.maker}` });
      expect(await idsFor(other, "maker")).not.to.include(lot);
      expect(await idsFor(other, "maker", { [POSITION_HEADER]: position! })).to.include(lot);
      expect(await idsFor(other, "maker", { [POSITION_HEADER]: "anything" })).to.include(lot);
      const page = { [PAGES_HEADER]: "1" };
      const byPage = await made(one, { ...page, cookie });
      const [set] = byPage.headers.getSetCookie();
      expect(set).to.match(
        /^reelproof-position-[^;]+; Path=\/; Max-Age=3600; HttpOnly; SameSite=Strict$/,
      );
      const ids = (more: string) => idsFor(other, undefined, { ...page, cookie: cookie + more });
      expect(await ids("")).not.to.include(byPage.lot);
      expect(await ids(`; ${set!.split(";")[0]}`)).to.include(byPage.lot);
    });
  });

  it("tells live streams of an event when the replica has it", async () => {
    const { ctx } = http;
    while (await appendOnce(ctx));
    await caughtUp();
    const end = new AbortController();
    const response = await fetch(`${one.url}/v1/live`, {
      headers: { authorization: `Bearer ${http.keys.operator}` },
      signal: end.signal,
    });
    const messages = messagesIn(response.body!);
    const next = async () => JSON.parse((await messages.next()).value!.data) as { id?: string };
    await next();
    let heard: string | undefined;
    let event = "";
    await paused(async () => {
      ({ event } = await newLot(http, "maker"));
      while (await appendOnce(ctx));
      const hearing = next().then(({ id }) => (heard = id));
      const questions = async () =>
        (await postgres.askedOfReplica()).split("SELECT max(index) FROM leaf").length;
      const before = await questions();
      await until("the hub has asked twice", async () => (await questions()) >= before + 2);
      expect(heard).to.equal(undefined);
      void hearing;
    });
    await until("the stream tells it", () => heard !== undefined);
    expect(heard).to.equal(event);
    end.abort();
  });

  it("leaves a replica that is too far behind, and goes back when it has caught up", async () => {
    const third = await openProcess();
    await inUse(third, true);
    await paused(async () => {
      const { lot } = await newLot(http, "maker");
      await until("the lag is seen", () => third.replica.status().lag!.bytes > 0n);
      third.wait(MOST_LAG_SECONDS);
      await inUse(third, false);
      expect(await idsFor(third, "operator")).to.include(lot);
      expect(third.replica.status().lag!.seconds).to.be.greaterThan(MOST_LAG_SECONDS);
    });
    await inUse(third, true);
    expect(third.lines.map(({ level, msg }) => [level, msg])).to.deep.equal([BACK, AWAY, BACK]);
    expect(third.lines[1]!.why).to.match(/^it is \d+ seconds behind$/);
  });

  it("answers every request while the replica stops, and goes back when it starts again", async () => {
    one.lines.splice(0);
    const ask = () => idsFor(one, "maker");
    const [lots] = [await ask()];
    await caughtUp();
    const asking = Array.from({ length: 30 }, ask);
    const [answers] = await Promise.all([Promise.all(asking), postgres.stopReplica()]);
    for (const answer of answers) expect(answer).to.deep.equal(lots);
    expect(await one.placeOf(ask)).to.be.oneOf(["primary", "both"]);
    await inUse(one, false);
    expect(await one.placeOf(ask)).to.equal("primary");
    expect(await one.metric("reelproof_replica_in_use")).to.equal(0);
    expect(await one.metric("reelproof_replica_lag_seconds")).to.be.NaN;
    const { lot } = await made(one);
    await until("it is lost", () => one.lines.length > 0);
    await postgres.startReplica();
    await inUse(one, true);
    expect(await one.placeOf(async () => expect(await ask()).to.include(lot))).to.equal("replica");
    expect(one.lines.map(({ level, msg }) => [level, msg])).to.deep.equal([AWAY, BACK]);
  });

  it("answers requests that wait for a replica which falls silent", async () => {
    const hasty = await openProcess({ answerMs: 500 });
    await inUse(hasty, true);
    await idsFor(hasty, "maker");
    postgres.freeze();
    try {
      const asked = Array.from({ length: 5 }, () => idsFor(hasty, "maker"));
      const answers = await Promise.all(asked);
      expect(new Set(answers.map(String)).size).to.equal(1);
      expect(await hasty.placeOf(() => idsFor(hasty, "maker"))).to.equal("primary");
    } finally {
      postgres.thaw();
    }
    await inUse(hasty, true);
    expect(hasty.lines.map(({ level, msg }) => [level, msg]).slice(0, 3)).to.deep.equal([
      BACK,
      AWAY,
      BACK,
    ]);
  });

  it("starts without the replica, and goes there when it answers", async () => {
    postgres.freeze();
    const late = await openProcess({ answerMs: 500 }).finally(postgres.thaw);
    expect(late.lines.map(({ level, msg }) => [level, msg])).to.deep.equal([AWAY]);
    await inUse(late, true);
    expect(late.lines.map(({ level, msg }) => [level, msg]).slice(0, 2)).to.deep.equal([
      AWAY,
      BACK,
    ]);
  });

  it("refuses a server that is not a replica of the database", async () => {
    const { primaryUrl, replicaUrl } = postgres;
    const otherDatabase = Object.assign(new URL(replicaUrl), { pathname: "/template1" }).href;
    for (const url of [primaryUrl, otherDatabase]) {
      const error = await openProcess({ url }).catch((error: unknown) => error);
      expect(error).to.be.instanceOf(CannotOpen).and.include({
        code: "DATABASE_NOT_REPLICA",
        setting: "DATABASE_READ_URL",
      });
    }
  });

  it("leaves a replica that was promoted", async () => {
    one.lines.splice(0);
    await postgres.promoteReplica();
    await inUse(one, false);
    const { lot } = await made(one);
    expect(await idsFor(one, "operator")).to.include(lot);
    await until("it is left", () => one.lines.length > 0);
    expect(one.lines).to.have.length(1);
    expect(one.lines[0]!.why).to.match(/not a (streaming )?replica/);
  });
});
