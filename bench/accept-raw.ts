// Puts rows that acceptance has stored into another database with the same tables, as fast as one connection can: the limit
// beside which acceptance is measured.
import type { Pool, PoolClient } from "pg";
import { since } from "./numbers.ts";

/** The tables that one event writes, each after those that it refers to. */
const TABLES = ["event", "unlogged", "entry", "lot", "interest", "settlement"] as const;
type Table = (typeof TABLES)[number];

/** For each table, the rows of some events. */
export type Rows = Record<Table, Record<string, unknown>[]>;

const OF_EVENTS: Record<Table, string> = {
  event: "hash = ANY($1)",
  unlogged: "event = ANY($1)",
  entry: "event = ANY($1)",
  lot: "origin = ANY($1)",
  interest: "lot IN (SELECT id FROM lot WHERE origin = ANY($1))",
  settlement: "event = ANY($1)",
};

/** Reads the rows of some events that make lots. */
export async function readRows(pool: Pool, hashes: readonly string[]): Promise<Rows> {
  const rows = {} as Rows;
  for (const table of TABLES)
    rows[table] = (
      await pool.query<Record<string, unknown>>(
        `SELECT * FROM ${table} WHERE ${OF_EVENTS[table]} ORDER BY 1`,
        [hashes],
      )
    ).rows;
  return rows;
}

/**
 * Inserts groups of rows on one connection, one transaction for each group.
 * @returns the seconds that each transaction took
 */
export async function insertRaw(pool: Pool, groups: readonly Rows[]): Promise<number[]> {
  const statements = groups.map(statementsOf);
  const client = await pool.connect();
  try {
    const seconds: number[] = [];
    for (const group of statements) {
      const start = performance.now();
      await insertGroup(client, group);
      seconds.push(since(start));
    }
    return seconds;
  } finally {
    client.release();
  }
}

interface Statement {
  text: string;
  values: unknown[];
}

async function insertGroup(client: PoolClient, statements: readonly Statement[]): Promise<void> {
  await client.query("BEGIN");
  for (const statement of statements) await client.query(statement);
  await client.query("COMMIT");
}

/** One insert of many rows for each table. Their text is made before the clock runs. */
const statementsOf = (rows: Rows): Statement[] =>
  TABLES.filter((table) => rows[table].length > 0).map((table) => {
    const columns = Object.keys(rows[table][0]!);
    const values = rows[table].flatMap((row) => columns.map((column) => row[column]));
    const tuple = (_: unknown, i: number) =>
      `(${columns.map((_column, j) => `$${i * columns.length + j + 1}`).join(",")})`;
    const names = columns.map((column) => `"${column}"`).join(",");
    return {
      text: `INSERT INTO ${table} (${names}) VALUES ${rows[table].map(tuple).join(",")}`,
      values,
    };
  });
