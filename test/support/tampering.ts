// Changes a database behind the service's back. It derives the changes from the database's own
// catalogue: every column of every table.
import type pg from "pg";
import { canonicalize } from "../../protocol/base/canonical.ts";
import { DOCUMENT_KINDS } from "../../protocol/event/document.ts";

export interface Column {
  table: string;
  name: string;
  type: string;
  nullable: boolean;
}

/** A change to one table, with the row before the change. */
export interface Tampering {
  table: string;
  /** Undefined if the change is to a whole row. */
  column?: string;
  what: string;
  /** The row as it was: its key, and its columns as text. */
  row: string;
  before: Row;
  /** The row's key after the change, if it differs. */
  rowAfter: string;
  sql: string;
  values: unknown[];
}

/** Columns as text, as PostgreSQL writes them. */
export type Row = Record<string, string | null>;

/** A database without the constraints that would hinder an intruder. */
export interface Victim {
  pool: pg.Pool;
  columns: Column[];
  /** Names of the key's columns, by table. */
  keys: Map<string, string[]>;
  rows: Map<string, Row[]>;
  /** Puts a table back as it was. */
  restore(table: string): Promise<void>;
}

const q = (name: string) => `"${name}"`;

/** Prepares a database: constraints go, and a copy of each table is kept to put it back. */
export async function prepareVictim(pool: pg.Pool): Promise<Victim> {
  const { rows: found } = await pool.query<{
    table: string;
    name: string;
    type: string;
    nullable: boolean;
  }>(`
    SELECT table_name AS table, column_name AS name, udt_name AS type, is_nullable = 'YES' AS nullable
    FROM information_schema.columns
    WHERE table_schema = 'public' AND table_name <> '_prisma_migrations' ORDER BY table_name, ordinal_position`);
  const tables = [...new Set(found.map(({ table }) => table))];
  const keys = new Map<string, string[]>();
  for (const table of tables) {
    const { rows } = await pool.query<{ name: string }>(
      `SELECT attname AS name FROM pg_index JOIN pg_attribute ON attrelid = indrelid AND attnum = ANY(indkey)
       WHERE indrelid = $1::regclass AND indisprimary ORDER BY array_position(indkey::int2[], attnum)`,
      [q(table)],
    );
    keys.set(
      table,
      rows.map(({ name }) => name),
    );
  }
  await dropConstraints(pool);
  const rows = new Map<string, Row[]>();
  await pool.query("CREATE SCHEMA pristine");
  for (const table of tables) {
    await pool.query(`CREATE TABLE pristine.${q(table)} AS TABLE ${q(table)}`);
    const names = found
      .filter((column) => column.table === table)
      .map(({ name }) => `${q(name)}::text`);
    const order = keys.get(table)!.map(q).join(", ");
    rows.set(
      table,
      (await pool.query<Row>(`SELECT ${names.join(", ")} FROM ${q(table)} ORDER BY ${order}`)).rows,
    );
  }
  return {
    pool,
    columns: found,
    keys,
    rows,
    async restore(table) {
      await pool.query(`TRUNCATE ${q(table)}`); // deleted rows would stay in the way of every scan
      await pool.query(`INSERT INTO ${q(table)} SELECT * FROM pristine.${q(table)}`);
    },
  };
}

/** Foreign keys, primary keys and unique indexes: anyone who can write to the database can drop them. */
async function dropConstraints(pool: pg.Pool): Promise<void> {
  const { rows: constraints } = await pool.query<{ on: string; name: string }>(`
    SELECT conrelid::regclass::text AS on, conname AS name FROM pg_constraint
    WHERE connamespace = 'public'::regnamespace AND contype IN ('f', 'p', 'u') AND conrelid <> '_prisma_migrations'::regclass
    ORDER BY contype = 'f' DESC`);
  for (const { on, name } of constraints)
    await pool.query(`ALTER TABLE ${on} DROP CONSTRAINT ${q(name)}`);
  const { rows: indexes } = await pool.query<{ name: string }>(`
    SELECT indexrelid::regclass::text AS name FROM pg_index JOIN pg_class ON pg_class.oid = indrelid
    WHERE indisunique AND relnamespace = 'public'::regnamespace AND relname <> '_prisma_migrations'`);
  for (const { name } of indexes) await pool.query(`DROP INDEX ${name}`);
}

const keyOf = (victim: Victim, table: string, row: Row): string =>
  victim.keys
    .get(table)!
    .map((name) => row[name])
    .join("/");

/** Every change of one column of a row: to other plausible values, and to null if it is nullable. */
export function columnTamperings(
  victim: Victim,
  { table, name, type, nullable }: Column,
): Tampering[] {
  const rows = victim.rows.get(table)!;
  const labels = [...new Set(rows.map((row) => row[name]))];
  return rows.flatMap((before) => {
    const value = before[name]!;
    const others =
      value === null
        ? labels.filter((label) => label !== null).slice(0, 1)
        : otherValues(name, type, value);
    // A value of another row, where that means something else than a new value.
    const elsewhere = /^0x[0-9a-f]{40,}$/.test(value ?? "")
      ? labels.find((label) => label !== null && label !== value)
      : undefined;
    const made = value === null && others.length === 0 ? [fabricated(name, type)] : [];
    const nulled = nullable && value !== null ? [null] : [];
    const after = [...others, ...made, ...(elsewhere === undefined ? [] : [elsewhere]), ...nulled];
    return [...new Set(after)].map((found) => ({
      table,
      column: name,
      before,
      row: keyOf(victim, table, before),
      what: `${table}.${name}: ${short(value)} -> ${short(found)}`,
      rowAfter: keyOf(victim, table, { ...before, [name]: found! }),
      sql: `UPDATE ${q(table)} SET ${q(name)} = $1::text::${q(type)} WHERE ${where(victim, table, 2)}`,
      values: [found, ...victim.keys.get(table)!.map((key) => before[key])],
    }));
  });
}

const where = (victim: Victim, table: string, from: number) =>
  victim.keys
    .get(table)!
    .map((key, i) => `${q(key)}::text = $${i + from}`)
    .join(" AND ");

const short = (value: string | null | undefined) =>
  value === null || value === undefined
    ? "null"
    : value.length > 40
      ? `${value.slice(0, 40)}…`
      : value;

const ENUMS: Record<string, string[]> = {
  SettlementState: ["queued", "signed", "mined", "final", "held", "void", "logged"],
  Scope: ["read", "write", "admin"],
};

function otherValues(name: string, type: string, value: string): (string | null)[] {
  if (type in ENUMS) return ENUMS[type]!.filter((label) => label !== value);
  switch (type) {
    case "bool":
      return [value === "true" ? "false" : "true"];
    case "int4":
      return [String(Number(value) + 1), String(Math.max(0, Number(value) - 1))].filter(
        (other) => other !== value,
      );
    case "int8":
      return name === "sequence"
        ? [String(BigInt(value) + 1_000n), ...closeBy(value)]
        : closeBy(value);
    case "timestamptz":
      return ["2020-01-01 00:00:00+00"];
    case "jsonb":
      return [alteredJson(value)];
    case "_text": // an array of texts, none of which needs quotes
      return value === "{}" ? ["{x}"] : ["{}", `${value.slice(0, -1)},x}`];
    default:
      return otherTexts(value);
  }
}

const closeBy = (value: string) => [String(BigInt(value) + 1n)];

/** Closed lists of which a column holds one. */
const CLOSED = [Object.keys(DOCUMENT_KINDS), ["text/csv", "text/plain"]];

function otherTexts(value: string): string[] {
  const list = CLOSED.find((names) => names.includes(value));
  if (list) return [list.find((name) => name !== value)!, flipText(value)];
  if (/^(0x|\\x)[0-9a-f]+$/.test(value)) return [flip(value, value.length - 3)]; // capitals would be the same bytes
  if (/^[[{]/.test(value)) return [alteredJson(value), `${value} `, ...alteredNumbers(value)];
  if (/^(signing|account)$/.test(value)) return [value === "signing" ? "account" : "signing"];
  return value === "" ? ["x"] : [flipText(value)];
}

const flip = (hex: string, at: number) =>
  `${hex.slice(0, at)}${hex[at] === "1" ? "2" : "1"}${hex.slice(at + 1)}`;
const flipText = (text: string) => `${text.slice(0, -1)}${text.endsWith("A") ? "B" : "A"}`;

/** The same JSON with another value in its first leaf, in canonical form. */
function alteredJson(json: string): string {
  let done = false;
  const alter = (value: unknown): unknown => {
    if (done || value === null) return value;
    if (Array.isArray(value)) return value.map(alter);
    if (typeof value === "object")
      return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, alter(one)]));
    done = true;
    if (typeof value === "number") return value + 1;
    if (typeof value === "boolean") return !value;
    return /^0x/.test(String(value))
      ? flip(String(value), String(value).length - 1)
      : flipText(String(value));
  };
  const altered = alter(JSON.parse(json));
  return canonicalize(done ? altered : { ...(altered as object), more: 1 });
}

/** The same JSON with each of its quantities one more. */
function alteredNumbers(json: string): string[] {
  const found = [...json.matchAll(/"(quantity|time)":(\d+)/g)].slice(-2);
  return found.map(({ 0: all, 1: name, 2: digits, index }) =>
    [json.slice(0, index), `"${name!}":${Number(digits) + 1}`, json.slice(index + all.length)].join(
      "",
    ),
  );
}

function fabricated(name: string, type: string): string {
  if (type === "int4") return "1";
  if (type === "timestamptz") return "2020-01-01 00:00:00+00";
  if (type === "jsonb") return '{"name":"Unknown","args":[]}';
  if (type === "_text") return "{x}";
  if (name === "disclosure") return '{"open":[],"withheld":[]}';
  return `0x${"17".repeat(name === "signature" ? 65 : 32)}`;
}

/** Every change of whole rows: each deleted, all deleted, one added, two exchanged. */
export function rowTamperings(victim: Victim, table: string): Tampering[] {
  const rows = victim.rows.get(table)!;
  const keys = victim.keys.get(table)!;
  const values = (row: Row) => keys.map((key) => row[key]);
  const one = (
    before: Row,
    what: string,
    sql: string,
    more: unknown[] = [],
    rowAfter = keyOf(victim, table, before),
  ) => ({
    table,
    before,
    row: keyOf(victim, table, before),
    rowAfter,
    what: `${what} ${table} ${short(keyOf(victim, table, before))}`,
    sql,
    values: [...values(before), ...more],
  });
  const deleted = rows.map((row) =>
    one(row, "delete", `DELETE FROM ${q(table)} WHERE ${where(victim, table, 1)}`),
  );
  const added = rows.slice(0, 2).map((row) => addedRow(victim, table, row));
  const swapped = rows.slice(1, 3).map((row, i) => swappedRow(victim, table, rows[i]!, row));
  const all =
    rows.length > 0
      ? [{ ...one(rows[0]!, "delete all", `DELETE FROM ${q(table)}`), values: [] }]
      : [];
  return [...deleted, ...all, ...added, ...swapped.flat()];
}

/** A copy of a row under another key. */
function addedRow(victim: Victim, table: string, before: Row): Tampering {
  const keys = victim.keys.get(table)!;
  const last = keys.at(-1)!;
  const { type } = victim.columns.find((column) => column.table === table && column.name === last)!;
  const fresh =
    type === "int4"
      ? String(Number(before[last]) + 1_000)
      : flip(before[last]!, before[last]!.length - 2);
  const names = victim.columns.filter((column) => column.table === table).map(({ name }) => name);
  const selected = names.map((name) => (name === last ? `$1::text::${q(type)}` : q(name)));
  return {
    table,
    before,
    row: keyOf(victim, table, before),
    rowAfter: keyOf(victim, table, { ...before, [last]: fresh }),
    what: `insert ${table} ${short(fresh)}`,
    sql: `INSERT INTO ${q(table)} (${names.map(q).join(", ")}) SELECT ${selected.join(", ")} FROM ${q(table)} WHERE ${where(victim, table, 2)}`,
    values: [fresh, ...keys.map((key) => before[key])],
  };
}

/** Two rows exchange everything except their keys. */
function swappedRow(victim: Victim, table: string, a: Row, b: Row): Tampering[] {
  const keys = victim.keys.get(table)!;
  const rest = victim.columns.filter(
    (column) => column.table === table && !keys.includes(column.name),
  );
  const differing = rest.filter(({ name }) => a[name] !== b[name]);
  if (differing.length === 0) return [];
  const set = differing.map(({ name }) => `${q(name)} = other.${q(name)}`).join(", ");
  const at = (alias: string, from: number) =>
    keys.map((key, i) => `${alias}.${q(key)}::text = $${i + from}`).join(" AND ");
  const n = keys.length;
  return [
    {
      table,
      before: a,
      row: keyOf(victim, table, a),
      rowAfter: keyOf(victim, table, b),
      what: `swap ${table} ${short(keyOf(victim, table, a))} and ${short(keyOf(victim, table, b))}`,
      sql: `UPDATE ${q(table)} t SET ${set} FROM ${q(table)} other
            WHERE (${at("t", 1)} AND ${at("other", 1 + n)}) OR (${at("t", 1 + n)} AND ${at("other", 1)})`,
      values: [...keys.map((key) => a[key]), ...keys.map((key) => b[key])],
    },
  ];
}
