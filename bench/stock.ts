// Fills a service's database with lots of other parties and of the reader, row by row as acceptance leaves them, but unsigned:
// what a read costs beside a million lots that it does not ask for.
import type { Pool } from "pg";

/** One lot in ten is the reader's. */
const OTHERS = 9;
/** Lots of one part. */
const LOTS_OF_A_PART = 1_000;
/** Pieces go in pages of this many lots. */
const PAGE = 50_000;

const HASH = (salt: string) => `'0x' || md5('${salt}' || n) || md5(n || '${salt}')`;

/** The text columns of the lot with number n. */
const NUMBER = "'STK-' || n";
const MPN = `'ST' || (n / ${LOTS_OF_A_PART}) || '-Q'`;

/** Adds lots until there are `count` of these, each commissioned by one event that is final. */
export async function fillStock(
  pool: Pool,
  { reader, other, from, count }: { reader: string; other: string; from: number; count: number },
): Promise<void> {
  for (let at = from; at < count; at += PAGE) {
    const range = [at, Math.min(at + PAGE, count) - 1];
    const issuer = `CASE WHEN n % ${OTHERS + 1} = 0 THEN '${reader}' ELSE '${other}' END`;
    const lot = `${issuer} || substr(md5('lot' || n), 1, 24)`;
    const rows = `generate_series(${range[0]}, ${range[1]}) AS n`;
    await pool.query(`
      INSERT INTO event (hash, bytes, action, actor, holder, consignee, time)
        SELECT ${HASH("event")}, '{}', 1, ${issuer}, ${issuer}, '', 1790000000 FROM ${rows};
      INSERT INTO entry (event, lot, index, previous, quantity, held, word)
        SELECT ${HASH("event")}, ${lot}, 0, '0x' || repeat('0', 64), 4000, false, ${HASH("word")} FROM ${rows};
      INSERT INTO lot (id, issuer, last_event, holder, consignee, quantity, held, origin, lot_number, package_id,
          manufacturer, mpn, maker_lot, date_code, text, sequence)
        SELECT ${lot}, ${issuer}, ${HASH("event")}, ${issuer}, '', 4000, false, ${HASH("event")}, ${NUMBER}, 'PK-' || n,
          'Northgate Semiconductor', ${MPN}, 'ML' || (n / 20), '26' || lpad((n % 52 + 1)::text, 2, '0'),
          lower(${NUMBER} || ' ' || n || ' pk-' || n || ' northgate semiconductor ' || ${MPN} || ' ml' || (n / 20)), n
        FROM ${rows};
      INSERT INTO interest (lot, party, lasting) SELECT ${lot}, ${issuer}, true FROM ${rows};
      INSERT INTO settlement (id, event, party, state, block) SELECT ${HASH("event")}, ${HASH("event")}, ${issuer}, 'final', 1
        FROM ${rows};`);
  }
  await pool.query("ANALYZE");
}

/** Splits a lot into `count` lots of its issuer, 200 in each event, all rows but the signatures. @returns the lot's id */
export async function fillDescendants(pool: Pool, issuer: string, count: number): Promise<string> {
  const root = `${issuer}${"5".repeat(24)}`;
  const per = 200;
  const splits = Math.ceil(count / per);
  await pool.query(`
    INSERT INTO event (hash, bytes, action, actor, holder, consignee, time)
      SELECT ${HASH("split")}, '{}', CASE n WHEN 0 THEN 1 ELSE 7 END, '${issuer}', '${issuer}', '', 1790000000
      FROM generate_series(0, ${splits}) AS n;
    INSERT INTO entry (event, lot, index, previous, quantity, held, word)
      SELECT ${HASH("split")}, '${root}', 0,
        CASE n WHEN 0 THEN '0x' || repeat('0', 64) ELSE '0x' || md5('step' || n - 1) || md5(n - 1 || 'step') END,
        ${count * 10} - n * ${per * 10}, false, ${HASH("step")} FROM generate_series(0, ${splits}) AS n;
    INSERT INTO entry (event, lot, index, previous, quantity, held, word)
      SELECT '0x' || md5('split' || n / ${per} + 1) || md5(n / ${per} + 1 || 'split'), '${issuer}' || substr(md5('piece' || n), 1, 24),
        n % ${per} + 1, '0x' || repeat('0', 64), 10, false, ${HASH("piece")} FROM generate_series(0, ${count - 1}) AS n;
    INSERT INTO lot (id, issuer, last_event, holder, consignee, quantity, held, origin, lot_number, text, sequence)
      SELECT '${issuer}' || substr(md5('piece' || n), 1, 24), '${issuer}',
        '0x' || md5('split' || n / ${per} + 1) || md5(n / ${per} + 1 || 'split'), '${issuer}', '', 10, false,
        '0x' || md5('split' || n / ${per} + 1) || md5(n / ${per} + 1 || 'split'), 'PC-' || n, 'pc-' || n, n
      FROM generate_series(0, ${count - 1}) AS n;
    INSERT INTO lot (id, issuer, last_event, holder, consignee, quantity, held, origin, lot_number, text, sequence)
      SELECT '${root}', '${issuer}', '0x' || md5('split' || ${splits}) || md5(${splits} || 'split'), '${issuer}', '', 0, false,
        '0x' || md5('split' || 0) || md5(0 || 'split'), 'ROOT', 'root', 0;
    INSERT INTO interest (lot, party, lasting) SELECT id, issuer, true FROM lot WHERE lot_number LIKE 'PC-%' OR id = '${root}';
    INSERT INTO settlement (id, event, party, state, block)
      SELECT ${HASH("split")}, ${HASH("split")}, '${issuer}', 'final', 1 FROM generate_series(0, ${splits}) AS n;`);
  await pool.query("ANALYZE");
  return root;
}
