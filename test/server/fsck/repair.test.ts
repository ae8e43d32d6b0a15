// Tests repair: after any alteration of derived rows, fsck is clean again; on altered evidence it builds nothing.
import { expect } from "chai";
import { ZERO_HASH } from "../../../protocol/base/values.ts";
import type { Context } from "../../../server/context.ts";
import { formatFault, fsck } from "../../../server/fsck/fsck.ts";
import { repair } from "../../../server/fsck/repair.ts";
import { type Life, live } from "../../support/life.ts";

describe("repair", () => {
  let life: Life;
  let ctx: Context;
  before(async () => {
    life = await live();
    ctx = life.service.ctx;
  });
  after(() => life.close());

  /** Alters rows with SQL. */
  async function alter(sql: string, ...values: unknown[]): Promise<void> {
    const { rowCount } = await life.service.database.pool.query(sql, values);
    expect(rowCount, sql).to.be.greaterThan(0);
  }

  const faults = async () => (await fsck(ctx)).faults.map(formatFault);
  const someone = `0x${"17".repeat(20)}`;

  it("rebuilds lots, search columns, interests, entries, copied columns and tiles that were altered together", async () => {
    const { lots, events } = life;
    await alter(
      `UPDATE lot SET mpn = 'FAKE-1', text = 'fake', lot_number = 'X' WHERE id = $1`,
      lots["L1"],
    );
    await alter(
      `UPDATE lot SET quantity = quantity + 1, held = NOT held, holder = $2, last_event = $3, issuer = $2, sequence = 1000000
       WHERE id = $1`,
      lots["C1"],
      someone,
      ZERO_HASH,
    );
    await alter(`DELETE FROM lot WHERE id = $1`, lots["F1"]); // its interests go with it
    await alter(
      `INSERT INTO lot (id, issuer, last_event, holder, consignee, quantity, held, origin, text, sequence)
       SELECT $1, issuer, last_event, holder, consignee, quantity, held, origin, text, sequence FROM lot WHERE id = $2`,
      `${lots["C1"]!.slice(0, -2)}${lots["C1"]!.endsWith("17") ? "18" : "17"}`,
      lots["C1"],
    );
    await alter(`INSERT INTO interest VALUES ($1, $2, true)`, lots["C1"], someone);
    await alter(`UPDATE interest SET lasting = NOT lasting WHERE lot = $1`, lots["L1"]);
    await alter(
      `UPDATE entry SET quantity = quantity + 1, word = $2 WHERE lot = $1`,
      lots["L1"],
      ZERO_HASH,
    );
    await alter(
      `DELETE FROM entry WHERE event = $1 AND lot = $2`,
      events["imported"],
      await lotOf("imported"),
    );
    await alter(`UPDATE event SET holder = $1, action = 3, time = 1`, someone);
    await alter(
      `UPDATE notice SET lot = $1, issuer = $2, live = NOT live WHERE digest = $3`,
      ZERO_HASH,
      someone,
      events["recall"],
    );
    await alter(`UPDATE tile SET hashes = set_byte(hashes, 40, 255 - get_byte(hashes, 40))`);
    await alter(`INSERT INTO tile SELECT 1, 0, hashes FROM tile`);

    const { rebuilt, remaining } = await repair(ctx);
    expect(remaining.map(formatFault)).to.deep.equal([]);
    expect(await faults()).to.deep.equal([]);
    expect(new Set(rebuilt.map(({ table }) => table))).to.include.all.keys(
      "lot",
      "entry",
      "event",
      "notice",
      "tile",
    );
  });

  const lotOf = async (name: string) =>
    (await ctx.prisma.entry.findFirstOrThrow({ where: { event: life.events[name]! } })).lot;

  it("rebuilds one row of each kind alone", async () => {
    const { lots, events } = life;
    const recall = events["recall"]!;
    for (const [sql, ...values] of [
      [`DELETE FROM interest WHERE lot = $1`, lots["L1"]],
      [`UPDATE entry SET live = false WHERE lot = $1`, lots["C1"]],
      [`UPDATE entry SET held = NOT held, index = index + 1 WHERE lot = $1`, lots["C1"]],
      [
        `UPDATE lot SET origin = $2, corrected = NOT corrected WHERE id = $1`,
        lots["L1"],
        ZERO_HASH,
      ],
      [`UPDATE notice SET kind = 2 WHERE digest = $1`, recall],
      [`DELETE FROM tile`],
    ] as [string, ...unknown[]][]) {
      await alter(sql, ...values);
      expect((await repair(ctx)).remaining.map(formatFault), sql).to.deep.equal([]);
    }
    expect(await faults()).to.deep.equal([]);
  });

  it("writes nothing in a dry run, and names what it would rebuild", async () => {
    await alter(`UPDATE lot SET mpn = 'FAKE-1' WHERE id = $1`, life.lots["L1"]);
    const before = await faults();
    const { rebuilt, remaining } = await repair(ctx, { dryRun: true });
    expect(rebuilt.map(formatFault)).to.deep.equal(before);
    expect(remaining).to.deep.equal([]);
    expect(await faults()).to.deep.equal(before);
  });

  it("rebuilds only the lots that are named, by number or id", async () => {
    await alter(`UPDATE lot SET mpn = 'FAKE-2' WHERE id = $1`, life.lots["C1"]);
    const first = await repair(ctx, { lots: ["L1"] });
    expect(first.rebuilt.map(({ row }) => row)).to.deep.equal([life.lots["L1"]]);
    expect(first.remaining.map(({ row }) => row)).to.deep.equal([life.lots["C1"]]);
    expect(first.remaining[0]!.subject?.lots[0]).to.deep.equal({
      lot: life.lots["C1"],
      lotNumber: "C1",
    });
    await repair(ctx, { lots: [life.lots["C1"]!] });
    expect(await faults()).to.deep.equal([]);
    const refusal: unknown = await repair(ctx, { lots: ["NO-SUCH"] }).catch(
      (error: unknown) => error,
    );
    expect(refusal).to.include({ code: "NOT_FOUND", field: "lots" });
  });

  it("builds nothing on altered evidence, and names it", async () => {
    const { origin } = await ctx.prisma.lot.findUniqueOrThrow({ where: { id: life.lots["L1"]! } });
    const { details } = await ctx.prisma.event.findUniqueOrThrow({ where: { hash: origin } });
    await alter(
      `UPDATE event SET details = replace(details, 'NG74', 'FAKE') WHERE hash = $1`,
      origin,
    );
    const { rebuilt, remaining } = await repair(ctx);
    expect(rebuilt).to.deep.equal([]);
    const of = remaining.find(({ table, row }) => table === "lot" && row === life.lots["L1"]);
    expect(of?.blockedBy).to.deep.equal({ table: "event", row: origin, code: "DETAILS_DIFFER" });
    const lot = await ctx.prisma.lot.findUniqueOrThrow({ where: { id: life.lots["L1"]! } });
    expect(lot.mpn).to.equal("NG74LVC1G08-Q");
    await alter(`UPDATE event SET details = $1 WHERE hash = $2`, details, origin);
    expect(await faults()).to.deep.equal([]);
  });

  it("rebuilds nothing while the chain's node does not answer", async () => {
    await alter(`UPDATE lot SET mpn = 'FAKE-3' WHERE id = $1`, life.lots["C1"]);
    const request = () => Promise.reject(Object.assign(new Error("down"), { code: -32000 }));
    const { rebuilt, remaining } = await repair({
      ...ctx,
      request,
      reader: { ...ctx.reader, head: request },
    });
    expect(rebuilt).to.deep.equal([]);
    expect(remaining.map(({ code, blockedBy }) => [code, blockedBy?.code])).to.deep.include([
      "LOT_DIFFERS",
      "NODE_UNREACHABLE",
    ]);
    await repair(ctx);
    expect(await faults()).to.deep.equal([]);
  });

  it("does not set a lot back to before an event that is missing", async () => {
    const { pool } = life.service.database;
    const { rows } = await pool.query<{ id: string; event: string }>(
      `SELECT lot.id, last_event AS event FROM lot JOIN settlement ON event = last_event AND state = 'final'
       WHERE origin <> last_event AND (SELECT count(*) FROM entry WHERE event = last_event) = 1
       ORDER BY lot.id LIMIT 1`,
    );
    const { id, event } = rows[0]!;
    const before = await ctx.prisma.lot.findUniqueOrThrow({ where: { id } });
    await pool.query(`DELETE FROM carried WHERE settlement = $1`, [event]);
    for (const table of ["settlement", "leaf", "unlogged", "foreign_leaf", "entry"])
      await pool.query(`DELETE FROM ${table} WHERE event = $1`, [event]);
    await alter(`DELETE FROM event WHERE hash = $1`, event);
    const { remaining } = await repair(ctx);
    const of = remaining.find(({ table, row }) => table === "lot" && row === id);
    expect(of?.blockedBy).to.deep.equal({ table: "event", row: event, code: "RECORDED_MISSING" });
    expect(await ctx.prisma.lot.findUniqueOrThrow({ where: { id } })).to.deep.equal(before);
  });
});
