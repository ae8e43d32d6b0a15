#!/usr/bin/env -S node --disable-warning=ExperimentalWarning
// Serves the Prisma CLI as its schema engine: the same engine as WebAssembly, over PostgreSQL or PGlite, behind the
// JSON-RPC that the CLI speaks on stdin and stdout. Downloads nothing; the shadow database is a PGlite in memory.
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { PrismaPg } from "@prisma/adapter-pg";
import {
  bindMigrationAwareSqlAdapterFactory,
  ColumnTypeEnum,
  type SqlQuery,
} from "@prisma/driver-adapter-utils";
import { SchemaEngine, version } from "@prisma/schema-engine-wasm";
import pg from "pg";
import { openPGlite } from "../server/storage/pglite.ts";

const MEMORY = "memory://";
const OID_CHAR = 18;
const OID_TEXT = 25;

/** Opens PostgreSQL at a URL, PGlite in a folder, or PGlite in memory. */
async function open(url: string): Promise<pg.Pool> {
  if (url.startsWith("postgres")) return new pg.Pool({ connectionString: url, max: 1 });
  return (await openPGlite(url === MEMORY ? undefined : url)).pool;
}

type Result = { fields: { dataTypeID: number }[]; columnTypes: number[] };
interface PgAdapter {
  client: pg.Pool;
  onError(error: unknown): never;
  executeScript(script: string): Promise<void>;
  performIO(query: SqlQuery): Promise<Result>;
  queryRaw(query: SqlQuery): Promise<Result>;
}

/** Extends PrismaPg by what the schema engine needs: scripts in one piece, the type "char", a shadow database. */
class MigrationAdapter extends PrismaPg {
  override async connect() {
    const connected = await super.connect();
    const adapter = connected as unknown as PgAdapter;
    const performIO = adapter.performIO.bind(adapter);
    const queryRaw = adapter.queryRaw.bind(adapter);
    let isChar: boolean[] = [];
    // The adapter's own method splits a script at every semicolon, also inside functions.
    adapter.executeScript = async (script) => {
      await adapter.client.query(script).catch((error: unknown) => adapter.onError(error));
    };
    adapter.performIO = async (query) => {
      const result = await performIO(query);
      isChar = result.fields.map(({ dataTypeID }) => dataTypeID === OID_CHAR);
      for (const field of result.fields)
        if (field.dataTypeID === OID_CHAR) field.dataTypeID = OID_TEXT;
      return result;
    };
    adapter.queryRaw = async (query) => {
      const result = await queryRaw(query);
      isChar.forEach((char, i) => {
        if (char) result.columnTypes[i] = ColumnTypeEnum.Character;
      });
      return result;
    };
    return connected;
  }

  override async connectToShadowDb() {
    return new MigrationAdapter(await open(MEMORY)).connect();
  }
}

const { values, positionals } = parseArgs({
  strict: false,
  allowPositionals: true,
  options: {
    datasource: { type: "string" },
    datamodels: { type: "string", multiple: true },
    version: { type: "boolean" },
  },
});
if (values.version) {
  console.log(`schema-engine-wasm ${version()}`);
  process.exit(0);
}
if (positionals[0] === "cli") process.exit(0); // can-connect-to-database, create-database

const { url } = JSON.parse((values.datasource as string | undefined) ?? "{}") as { url?: string };
const datamodels = (values.datamodels as string[] | undefined)?.map((path): [string, string] => [
  path,
  readFileSync(path, "utf8"),
]);
const factory = bindMigrationAwareSqlAdapterFactory(
  new MigrationAdapter(await open(url || MEMORY)),
);
type Call = (params: unknown) => Promise<{ stdout?: string } | undefined>;
const engine = (await SchemaEngine.new(
  { datamodels },
  () => undefined,
  factory,
)) as unknown as Record<string, Call>;
const send = (message: object) =>
  process.stdout.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);

for await (const line of createInterface({ input: process.stdin })) {
  const { id, method, params, result: printed } = JSON.parse(line);
  if (printed) continue;
  try {
    // evaluateDataLoss opens no shadow database itself. It uses what devDiagnostic has read from one.
    if (method === "evaluateDataLoss") {
      await engine.devDiagnostic!({
        migrationsList: params.migrationsList,
        filters: params.filters,
      });
    }
    const result = await engine[method === "getDatabaseVersion" ? "version" : method]!(params);
    if (result?.stdout)
      send({ id: `print-${id}`, method: "print", params: { content: result.stdout } });
    send({ id, result: result ?? {} });
  } catch (error) {
    const { message, code } = error as { message: string; code?: string };
    send({
      id,
      error: { code: 4466, message, data: { message, error_code: code, is_panic: false } },
    });
  }
}
process.exit(0);
