// Tests lots with more events behind them than a verifier reads: no verdict accuses them, no route fails, and no event is
// accepted that would bring a lot there.
import { expect } from "chai";
import { MAX_TRAIL_EVENTS } from "../../../protocol/trail/trail.ts";
import type { Verdict } from "../../../protocol/verdict/verdict.ts";
import * as acts from "../../../server/custody/acts.ts";
import { MAX_EVENTS_BEHIND, MAX_LOT_EVENTS } from "../../../server/custody/trail-bounds.ts";
import { Refusal } from "../../../server/refusal.ts";
import { openTestHttp, type TestHttp } from "../../support/http.ts";

describe("a lot with many events", () => {
  let http: TestHttp;
  let maker: string;
  let ems: string;

  before(async () => {
    http = await openTestHttp();
    maker = http.parties.maker.address;
    ems = http.parties.ems.address;
  });
  after(() => http.close());

  const made = async (lotNumber: string, party = maker) =>
    (
      await acts.makeLots(http.ctx, party, party === maker ? "commission" : "introduce", {
        lots: [{ lotNumber, quantity: 100, details: { mpn: "TB-1", manufacturer: "Halden" } }],
      })
    ).lots[0]!;

  /**
   * Puts so many inspections by the holder behind a lot, as rows alone. The lot's own state stays the one after its first event.
   * @param follows whether they follow that event; another event can follow it only if they do not
   */
  async function inspected(lot: string, count: number, follows = true): Promise<void> {
    const { pool } = http.database;
    const { rows } = await pool.query<{ word: string; event: string; serial: string }>(
      `SELECT entry.word, entry.event, substring(entry.event, 3, 16) AS serial FROM entry WHERE lot = $1`,
      [lot],
    );
    const { word, event, serial } = rows[0]!;
    const name = `'0x' || $2 || lpad(to_hex(n), 48, '0')`;
    await pool.query(
      `INSERT INTO event (hash, bytes, signature, action, actor, holder, consignee, time)
       SELECT ${name}, bytes, signature, 9, actor, holder, consignee, time
       FROM event, generate_series(1, $3::int) AS n WHERE hash = $1`,
      [event, serial, count],
    );
    await pool.query(
      `INSERT INTO entry (event, lot, index, previous, quantity, held, word)
       SELECT ${name}, $1, 0, CASE n WHEN 1 THEN $4 ELSE '0x' || $2 || lpad(to_hex(n - 1), 48, '0') END, 100, false, ${name}
       FROM generate_series(1, $3::int) AS n`,
      [lot, serial, count, follows ? word : "0x"],
    );
  }

  const codeOf = (act: Promise<unknown>) =>
    act.then(
      () => "accepted",
      (error: unknown) => {
        if (error instanceof Refusal) return error.code;
        throw error;
      },
    );

  it("is INCOMPLETE beyond the bound, and no route fails", async () => {
    const lot = await made("LONG");
    await inspected(lot, MAX_TRAIL_EVENTS);
    for (const [method, options] of [
      ["GET", {}],
      ["POST", { body: {} }],
    ] as const) {
      const verdict = await http.expecting<Verdict>(200, method, `/v1/lots/${lot}/verdict`, {
        key: "maker",
        ...options,
      });
      expect([
        verdict.verdict,
        verdict.lot,
        verdict.findings.map(({ code }) => code),
      ]).to.deep.equal(["INCOMPLETE", lot, ["TRAIL_TOO_LONG"]]);
    }
    for (const route of ["trail", "bundle", "bundle?format=zip"]) {
      const { status, body } = await http.call("GET", `/v1/lots/${lot}/${route}`, { key: "maker" });
      expect([status, (body as { code: string }).code], route).to.deep.equal([
        422,
        "TRAIL_TOO_LONG",
      ]);
    }
    await http.expecting(200, "GET", `/v1/lots/${lot}`, { key: "maker" });
    await http.expecting(200, "GET", "/v1/lots", { key: "maker" });
    await http.expecting(200, "GET", `/v1/lots/${lot}/trail?direction=down`, { key: "maker" });
  });

  it("is INCOMPLETE with fewer events of too many bytes", async () => {
    const lot = await made("HEAVY");
    await inspected(lot, 9);
    await http.database.pool.query(
      `UPDATE event SET details = repeat('x', 4000000) WHERE hash IN (SELECT event FROM entry WHERE lot = $1)`,
      [lot],
    );
    const verdict = await http.expecting<Verdict>(200, "GET", `/v1/lots/${lot}/verdict`, {
      key: "maker",
    });
    expect(verdict.findings.map(({ code }) => code)).to.deep.equal(["TRAIL_TOO_LONG"]);
  });

  it("takes no event that leads nowhere from its bound on, and all that end something", async () => {
    const lot = await made("FULL");
    await inspected(lot, MAX_LOT_EVENTS - 2, false);
    const { remark, scrap, ship, split } = acts;
    expect(await codeOf(remark(http.ctx, maker, "inspect", { lots: [{ lot }] }))).to.equal(
      "accepted",
    );
    const full = await made("FULL-2");
    await inspected(full, MAX_LOT_EVENTS - 1, false);
    const { distributor } = http.parties;
    for (const act of [
      remark(http.ctx, maker, "inspect", { lots: [{ lot: full }] }),
      remark(http.ctx, maker, "hold", { lots: [{ lot: full }] }),
      ship(http.ctx, maker, { consignee: distributor.address, lots: [{ lot: full }] }),
      scrap(http.ctx, maker, { lots: [{ lot: full, quantity: 1 }] }),
      split(http.ctx, maker, { lot: full, children: [{ lotNumber: "PART", quantity: 10 }] }),
    ])
      expect(await codeOf(act)).to.equal("TRAIL_TOO_LONG");
    expect(await codeOf(scrap(http.ctx, maker, { lots: [{ lot: full, quantity: 100 }] }))).to.equal(
      "accepted",
    );
  });

  it("is not used for a product that nobody could verify", async () => {
    const parts = [await made("PART-1", ems), await made("PART-2", ems)];
    for (const lot of parts) await inspected(lot, MAX_EVENTS_BEHIND / 2);
    const assemble = acts.assemble(http.ctx, ems, {
      inputs: parts.map((lot) => ({ lot, quantity: 100 })),
      products: [{ lotNumber: "P-1", quantity: 10, details: { mpn: "BOARD" } }],
    });
    expect(await codeOf(assemble)).to.equal("TRAIL_TOO_LONG");
  });
});
