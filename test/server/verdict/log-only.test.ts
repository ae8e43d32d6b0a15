// Tests verdicts and bundles of log-only lots: what they may show, what they rely on, and what they cost.
import { expect } from "chai";
import type { BundleJson } from "../../../protocol/trail/bundle.ts";
import type { Verdict } from "../../../protocol/verdict/verdict.ts";
import { Prisma } from "../../../prisma/generated/client.ts";
import { makeKey, revokeKey } from "../../../server/access/admin.ts";
import type { Context } from "../../../server/context.ts";
import { formatFault, fsck } from "../../../server/fsck/fsck.ts";
import { verdictOf } from "../../../server/verdict/verdict.ts";
import { openTestHttp, type KeyName, type TestHttp } from "../../support/http.ts";
import { anchorLog } from "../../support/log-only.ts";
import { codes } from "../../support/verdicts.ts";

interface Acted {
  hash: string;
  lots: string[];
}

describe("verdicts on log-only lots", () => {
  let service: TestHttp;
  let serial = 0;

  before(async () => {
    service = await openTestHttp();
  });
  after(() => service.close());
  afterEach(async () => {
    expect((await fsck(service.ctx)).faults.map(formatFault)).to.deep.equal([]);
  });

  const act = (key: KeyName, path: string, body: object) =>
    service.expecting<Acted>(201, "POST", path, { key, body });
  const make = async (count: number) => {
    const lots = Array.from({ length: count }, () => ({
      lotNumber: `SEEN-${++serial}`,
      quantity: 100,
    }));
    return act("maker", "/v1/lots", { lots, settlement: "log" });
  };
  const ship = (lots: string[], to: "distributor" | "ems") =>
    act("maker", "/v1/shipments", {
      consignee: service.parties[to].address,
      lots: lots.map((lot) => ({ lot })),
    });
  const verdict = (lot: string, key: KeyName) =>
    service.expecting<Verdict>(200, "GET", `/v1/lots/${lot}/verdict`, { key });
  const entriesShown = async (lot: string, key: KeyName) => {
    const { trail } = await service.expecting<BundleJson>(200, "GET", `/v1/lots/${lot}/bundle`, {
      key,
    });
    return trail.events.flatMap(({ event }) =>
      event.entries.map((entry) => typeof entry !== "string"),
    );
  };

  it("report the log's events on the lot itself, and hide where other lots of its events went", async () => {
    const [x, y] = (await make(2)).lots as [string, string];
    await ship([x], "distributor");
    const elsewhere = await ship([y], "ems");
    await anchorLog(service);
    const report = await verdict(x, "distributor");
    const [log] = report.given.facts!.logs!;
    expect(new Set(log!.after.map(({ lot }) => lot))).to.deep.equal(new Set([x]));
    expect(log!.after).to.have.length(2);
    for (const hidden of [y, elsewhere.hash]) expect(JSON.stringify(report)).not.to.include(hidden);
  });

  it("are INCOMPLETE when the log's proof does not lead to an anchored root", async () => {
    const { prisma } = service.ctx;
    const { lots, hash } = await make(2);
    await anchorLog(service);
    const [lot] = lots as [string];
    expect(codes(await verdictOf(service.ctx, lot))).not.to.include("NOT_RECORDED");
    const { index } = await prisma.leaf.findUniqueOrThrow({ where: { event: hash } });
    const at = (index === 0n ? 1 : Number(index) - 1) * 32; // another leaf's byte, so that the event's own leaf stays intact
    const flip = () =>
      prisma.$executeRaw`UPDATE tile SET hashes = set_byte(hashes, ${at}::int, 255 - get_byte(hashes, ${at}::int)) WHERE level = 0 AND index = 0`;
    expect(await flip()).to.equal(1);
    const damaged = await verdictOf(service.ctx, lot);
    expect([damaged.verdict, codes(damaged).includes("NOT_RECORDED")]).to.deep.equal([
      "INCOMPLETE",
      true,
    ]);
    expect(codes(damaged)).not.to.include("LOG_PROOF_WRONG");
    const { faults } = await fsck(service.ctx);
    expect(faults.map(({ code, row }) => [code, row])).to.deep.include(["TILE_DIFFERS", "0/0"]);
    await flip();
    expect(codes(await verdictOf(service.ctx, lot))).not.to.include("NOT_RECORDED");
  });

  it("are computed without reading the rows of other log-only events", async () => {
    const { lots } = await make(1);
    expect(await rowsRead(service.ctx, lots[0]!)).to.be.lessThan(OTHERS / 10);
  });

  // This case comes last: a revoked key stays revoked.
  it("rely on the log, as bundles do, when the ledger refused the events", async () => {
    const { ctx, parties } = service;
    const { lots, hash } = await make(2);
    const { hash: shipment } = await ship(lots, "distributor");
    await anchorLog(service);
    expect(await entriesShown(lots[0]!, "distributor")).to.deep.equal([true, true, true, true]);
    const [old] = await ctx.prisma.key.findMany({
      where: { party: parties.maker.address, revokedAt: null },
    });
    await makeKey(ctx, parties.maker.accountKey);
    await revokeKey(ctx, parties.maker.accountKey, old!.address);
    await service.settle();
    await service.expecting(200, "POST", `/v1/lots/${lots[0]!}/settle`, { key: "maker", body: {} });
    await service.settle();
    const held = await ctx.prisma.settlement.findMany({ where: { id: { in: [hash, shipment] } } });
    expect(held.map(({ state }) => state)).to.deep.equal(["held", "held"]);
    expect(await entriesShown(lots[0]!, "distributor")).to.deep.equal([true, true, true, true]);
    const [log] = (await verdict(lots[0]!, "distributor")).given.facts!.logs!;
    expect(log!.after.map(({ event }) => event)).to.deep.equal([hash, shipment]);
  });
});

/** Log-only events beside those of the lot: so many that the database reads them only when it must. */
const OTHERS = 5_000;

/** Counts the rows of events and settlements that the verdict's queries read beside so many others. */
async function rowsRead(ctx: Context, lot: string): Promise<number> {
  const queries: Prisma.Sql[] = [];
  const noting = <T extends object>(target: T): T =>
    new Proxy(target, {
      get(of, name, receiver) {
        if (name === "$queryRaw")
          return (query: TemplateStringsArray | Prisma.Sql, ...values: unknown[]) => {
            queries.push("raw" in query ? Prisma.sql(query, ...values) : query);
            return (of as Context["prisma"]).$queryRaw(query, ...values);
          };
        if (name === "$transaction")
          return (steps: (tx: object) => Promise<unknown>, options: object) =>
            ctx.prisma.$transaction((tx) => steps(noting(tx)), options);
        return Reflect.get(of, name, receiver) as unknown;
      },
    });
  await verdictOf({ ...ctx, prisma: noting(ctx.prisma) }, lot);
  expect(queries.some(({ sql }) => sql.includes("notice.bytes"))).to.equal(true);
  let rows = 0;
  const undone = new Error("rolls back the other events");
  const measuring = ctx.prisma.$transaction(async (tx) => {
    await tx.$executeRaw`
      INSERT INTO event (hash, bytes, action, actor, holder, consignee, time)
      SELECT 'other ' || n, '{}', 1, '', '', '', 0 FROM generate_series(1, ${OTHERS}::int) AS of(n)`;
    await tx.$executeRaw`
      INSERT INTO settlement (id, event, party, state)
      SELECT 'other ' || n, 'other ' || n, '', 'logged' FROM generate_series(1, ${OTHERS}::int) AS of(n)`;
    await tx.$executeRaw`ANALYZE event, settlement, entry, lot`; // the planner uses these statistics
    for (const query of queries) {
      const [explained] = await tx.$queryRaw<{ "QUERY PLAN": { Plan: PlanNode }[] }[]>`
        EXPLAIN (ANALYZE, FORMAT JSON) ${query}`;
      rows += readBy(explained!["QUERY PLAN"][0]!.Plan);
    }
    throw undone;
  });
  await measuring.catch((error: unknown) => {
    if (error !== undone) throw error;
  });
  return rows;
}

interface PlanNode {
  "Relation Name"?: string;
  "Actual Rows": number;
  "Actual Loops": number;
  "Rows Removed by Filter"?: number;
  Plans?: PlanNode[];
}

function readBy(node: PlanNode): number {
  const isCounted = ["event", "settlement"].includes(node["Relation Name"] ?? "");
  const own = (node["Actual Rows"] + (node["Rows Removed by Filter"] ?? 0)) * node["Actual Loops"];
  return (isCounted ? own : 0) + (node.Plans ?? []).reduce((sum, plan) => sum + readBy(plan), 0);
}
