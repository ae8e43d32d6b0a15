// Tests that what a read costs does not grow with the lots of others: the database looks rows up by index, and joins or scans
// no whole table.
import { expect } from "chai";
import { ZERO_ADDRESS, ZERO_HASH } from "../../../protocol/base/values.ts";
import { Prisma } from "../../../prisma/generated/client.ts";
import type { Context } from "../../../server/context.ts";
import { trailRows } from "../../../server/custody/trails.ts";
import { noticesTouching } from "../../../server/custody/touching.ts";
import { openTestHttp, type TestHttp } from "../../support/http.ts";
import { recordStatements, type Statement } from "../../support/queries.ts";

/** Lots: enough that a scan costs more than some dozen look-ups. */
const LOTS = 20_000;
/** One in so many is the reader's. */
const OWN_EVERY = 10;
/** Inspections of one lot. */
const INSPECTIONS = 100;
const OTHER = `0x${"0e".repeat(20)}`;

interface Plan {
  "Node Type": string;
  "Relation Name"?: string;
  Plans?: Plan[];
}

const scansIn = (plan: Plan): string[] => [
  ...(plan["Node Type"] === "Seq Scan" ? [plan["Relation Name"]!] : []),
  ...(plan.Plans ?? []).flatMap(scansIn),
];

describe("reads beside many lots of others", () => {
  let http: TestHttp;
  let ctx: Context;
  /** A lot of the reader, with all inspections. */
  let long: string;
  let statements: () => Statement[];

  before(async () => {
    http = await openTestHttp();
    ctx = http.ctx;
    statements = recordStatements(http.database);
    const party = http.parties.maker.address;
    const owner = `CASE n % ${OWN_EVERY} WHEN 0 THEN '${party}' ELSE '${OTHER}' END`;
    const lot = `${owner} || lpad(to_hex(n), 24, '0')`;
    long = party + OWN_EVERY.toString(16).padStart(24, "0");
    const word = (kind: string, number: string) =>
      `'0x${kind}' || lpad(to_hex(${number}), 60, '0')`;
    const [event, inspection, made] = [word("e0e0", "n"), word("1e1e", "n"), word("a0a0", "n")];
    const before = `CASE n WHEN 1 THEN ${word("a0a0", String(OWN_EVERY))} ELSE ${word("b0b0", "n - 1")} END`;
    const lots = `generate_series(1, ${LOTS}) n`;
    const steps = `generate_series(1, ${INSPECTIONS}) n`;
    await http.database.pool.query(`
      INSERT INTO event (hash, bytes, action, actor, holder, consignee, time)
        SELECT ${event}, '{}', 1, ${owner}, ${owner}, '${ZERO_ADDRESS}', 0 FROM ${lots}
        UNION ALL SELECT ${inspection}, '{}', 9, '${party}', '${party}', '${ZERO_ADDRESS}', 0 FROM ${steps};
      INSERT INTO entry (event, lot, index, previous, quantity, held, word)
        SELECT ${event}, ${lot}, 0, '${ZERO_HASH}', 1, false, ${made} FROM ${lots}
        UNION ALL SELECT ${inspection}, '${long}', 0, ${before}, 1, false, ${word("b0b0", "n")} FROM ${steps};
      INSERT INTO lot (id, issuer, last_event, holder, consignee, quantity, held, origin, lot_number, mpn, maker_lot, text, sequence)
        SELECT ${lot}, ${owner}, ${event}, ${owner}, '${ZERO_ADDRESS}', 1, false, ${event}, 'L' || n, 'M' || n / 10, 'ML' || n / 10,
          'l' || n, n FROM ${lots};
      INSERT INTO interest (lot, party, lasting) SELECT ${lot}, ${owner}, true FROM ${lots}`);
    await http.database.pool.query("ANALYZE");
    statements();
  });
  after(() => http.close());

  /** The tables that the statements of a read scan as a whole. */
  async function scanned(read: () => Promise<unknown>, tables: readonly string[]) {
    await read();
    const found = new Set<string>();
    for (const { text, values } of statements()) {
      if (!/^\s*(SELECT|WITH)/i.test(text)) continue;
      const { rows } = await http.database.pool.query<{ "QUERY PLAN": { Plan: Plan }[] }>(
        `EXPLAIN (FORMAT JSON) ${text}`,
        values,
      );
      for (const { Plan: plan } of rows[0]!["QUERY PLAN"])
        scansIn(plan).forEach((table) => found.add(table));
    }
    return tables.filter((table) => found.has(table));
  }
  const LARGE = ["event", "entry", "lot", "interest"];

  it("notices a scan", async () => {
    const scan = () =>
      ctx.prisma.$queryRaw(Prisma.sql`SELECT count(*) FROM entry WHERE quantity = 7`);
    expect(await scanned(scan, LARGE)).to.deep.equal(["entry"]);
  });

  it("walk a trail by index", async () => {
    const walk = async () => {
      expect(await trailRows(ctx.prisma, long)).to.have.length(INSPECTIONS + 1);
    };
    expect(await scanned(walk, LARGE)).to.deep.equal([]);
  });

  it("find the notices that touch what a party holds by index", async () => {
    const { address } = http.parties.maker;
    const touching = () => noticesTouching(ctx.prisma, address, 0n, 10);
    expect(await scanned(touching, ["event", "entry", "lot"])).to.deep.equal([]);
  });

  for (const query of ["lotNumber=L10", "mpn=M1", "makerLot=ML1", `consignee=${OTHER}`])
    it(`search ${query} by index`, async () => {
      const search = () => http.expecting(200, "GET", `/v1/lots?${query}`, { key: "maker" });
      expect(await scanned(search, LARGE)).to.deep.equal([]);
    });

  for (const view of ["", "/trail", "/verdict", "/reach", "/label"])
    it(`reads a lot${view} by index`, async () => {
      const read = () => http.call("GET", `/v1/lots/${long}${view}`, { key: "maker" });
      expect(await scanned(read, LARGE)).to.deep.equal([]);
    });
});
