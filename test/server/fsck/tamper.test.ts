// Tests that fsck names every alteration of a column or row by table, column and row, and that verdicts name altered
// evidence. Exceptions stand in the list of docs/decisions/0008-fsck-covers-signed-data.md. A new column fails here until
// it is checked or listed.
import { expect } from "chai";
import { readFileSync } from "node:fs";
import { ledgerReader } from "../../../protocol/chain/reader.ts";
import type { Verdict } from "../../../protocol/verdict/verdict.ts";
import type { Context } from "../../../server/context.ts";
import type { Database } from "../../../server/storage/db.ts";
import { ALL_STEPS, type Fault, formatFault, fsck, type Step } from "../../../server/fsck/fsck.ts";
import { verdictOf } from "../../../server/verdict/verdict.ts";
import { type Life, live } from "../../support/life.ts";
import { recordQueries } from "../../support/queries.ts";
import { IS_LONG } from "../../support/seed.ts";
import {
  type Column,
  columnTamperings,
  prepareVictim,
  type Row,
  rowTamperings,
  type Tampering,
  type Victim,
} from "../../support/tampering.ts";

const LIST = new URL("../../../docs/decisions/0008-fsck-covers-signed-data.md", import.meta.url);

/** Reads the exceptions from the list: by column or by kind of change to rows, wholly or in part. */
function readList(): Map<string, "not" | "in part"> {
  const lines = readFileSync(LIST, "utf8").matchAll(
    /^\| ((?:delete |insert |swap )?`[\w.]+`) \| (not|in part) \| \S.*\|$/gm,
  );
  return new Map(
    [...lines].map(([, what, kind]) => [what!.replaceAll("`", ""), kind as "not" | "in part"]),
  );
}

/** Groups of columns that contradict each other when one is altered: fsck may name any of them. */
const TWINS = [
  ["event.details", "event.secret"],
  ["event.disclosure", "event.details"],
  ["notice.details", "notice.secret"],
  ["notice.disclosure", "notice.details"],
  ["settlement.state", "settlement.reason"],
  ["settlement.event", "settlement.notice"],
  ["foreign_leaf.operator", "foreign_leaf.index", "foreign_leaf.size", "foreign_leaf.proof"],
];

/** The tables whose rows are evidence or lead to it. */
const EVIDENCE = ["event", "entry", "notice"];

describe("fsck after tampering", () => {
  let life: Life;
  let victim: Victim;
  let ctx: Context;
  const baseline = new Map<string, Verdict>();
  /** The steps of fsck that read a table. The others find the same whatever stands in it. */
  let stepsOf: Map<string, Step[]>;
  let turn = 0;
  const exempt = readList();
  const used = new Map<string, { named: number; unnamed: number }>();

  before(async () => {
    life = await live();
    ctx = withCachedChain(life.service.ctx);
    stepsOf = await stepsByTable(ctx, life.service.database);
    victim = await prepareVictim(life.service.database.pool);
    expect((await fsck(ctx)).faults.map(formatFault)).to.deep.equal([]);
    for (const { lot } of await ctx.prisma.entry.findMany({ distinct: ["lot"] })) {
      baseline.set(lot, await verdictOf(ctx, lot));
    }
  });
  after(() => life.close());

  // The tables come from the schema, because mocha needs the tests' names before the database is open.
  for (const table of tablesOfSchema()) {
    it(`names every alteration of ${table}`, async () => {
      const columns = victim.columns.filter((column) => column.table === table);
      expect(columns, "columns").not.to.have.length(0);
      const isChosen = chosen(victim, table);
      const tamperings = [
        ...columns.flatMap((column) => ofColumn(column)),
        ...rowTamperings(victim, table),
      ];
      const missed: string[] = [];
      const possible = tamperings.filter(({ before }) => isChosen.has(before));
      for (const tampering of IS_LONG ? possible : oneOfEach(possible))
        missed.push(...(await tryOne(tampering)));
      expect(missed, "alterations that neither fsck nor a verdict named").to.deep.equal([]);
    });
  }

  it("finds no fault once every table is restored", async () => {
    expect((await fsck(ctx)).faults.map(formatFault)).to.deep.equal([]);
  });

  it("is tested with every table and every column", () => {
    expect(tablesOfSchema()).to.have.members([
      ...new Set(victim.columns.map(({ table }) => table)),
    ]);
    const columns = victim.columns.map(({ table, name }) => `${table}.${name}`);
    expect(columns.filter((column) => !used.has(column))).to.deep.equal([]);
  });

  it("misses only the alterations that the decision record lists", () => {
    const unnamed = [...used].filter(([, counts]) => counts.unnamed > 0);
    const seen = unnamed.map(([what, { named }]) => `${what} ${named === 0 ? "not" : "in part"}`);
    if (IS_LONG) expect([...exempt].map(([what, kind]) => `${what} ${kind}`)).to.have.members(seen);
    else expect([...exempt.keys()]).to.include.members(unnamed.map(([what]) => what));
  });

  const ofColumn = (column: Column) => columnTamperings(victim, column);

  /** Applies an alteration, runs the checks and restores the table. Returns the alteration if it was missed and is not listed. */
  async function tryOne(tampering: Tampering): Promise<string[]> {
    const { table, column, sql, values, what } = tampering;
    await victim.pool.query(sql, values);
    try {
      const { faults } = await fsck(ctx, undefined, stepsOf.get(table));
      const unnamed = whyUnnamed(tampering, faults) ?? (await whyVerdictSilent(tampering));
      const key = column === undefined ? `${what.split(" ")[0]!} ${table}` : `${table}.${column}`;
      const counts = used.get(key) ?? { named: 0, unnamed: 0 };
      used.set(key, counts);
      if (unnamed === undefined) counts.named++;
      else counts.unnamed++;
      return unnamed === undefined || exempt.has(key)
        ? []
        : [`${what} of row ${tampering.row}: ${unnamed}`];
    } finally {
      await victim.restore(table);
    }
  }

  /** Why fsck does not name the alteration; undefined if it does. */
  function whyUnnamed(
    { table, column, row, rowAfter }: Tampering,
    faults: readonly Fault[],
  ): string | undefined {
    if (faults.length === 0) return "fsck finds nothing";
    const isOfRow = (fault: Fault) => [row, rowAfter].some((key) => fault.row === key);
    const here = faults.filter((fault) => fault.table === table && isOfRow(fault));
    if (here.length === 0) return `fsck names other rows: ${faults.map(formatFault).join("\n")}`;
    if (column === undefined || victim.keys.get(table)!.includes(column)) return undefined;
    const twins = TWINS.find((names) => names.includes(`${table}.${column}`)) ?? [
      `${table}.${column}`,
    ];
    const isNamed = here.some((fault) => twins.includes(`${table}.${fault.column ?? ""}`));
    return isNamed ? undefined : `fsck names other columns: ${here.map(formatFault).join("\n")}`;
  }

  /** Why a verdict that relies on altered evidence does not name it; undefined if it does, or if no verdict relies on it. */
  async function whyVerdictSilent({
    table,
    column,
    what,
    before,
    rowAfter,
  }: Tampering): Promise<string | undefined> {
    if (!EVIDENCE.includes(table)) return undefined;
    if (column === "sequence" || column === "accepted_at") return undefined; // no verdict uses it
    if (what.startsWith("insert event")) return undefined; // no entry leads to it
    const hash = (before["hash"] ?? before["event"] ?? before["digest"])!;
    const hashes = [hash, rowAfter.split("/")[0]!];
    const concerned = [...baseline].filter(([, sound]) =>
      table === "notice"
        ? sound.notices.some(({ notice }) => notice === hash)
        : sound.events.some(({ event }) => event === hash),
    );
    if (concerned.length === 0) return undefined;
    // A verdict takes time, so each alteration checks one of the lots in turn.
    const [lot, sound] = concerned[turn++ % concerned.length]!;
    const verdict = await verdictOf(ctx, lot);
    if (verdict.verdict === "PASS") return `the verdict on ${lot} is PASS`;
    const baselineFindings = new Set(sound.findings.map((finding) => JSON.stringify(finding)));
    const fresh = verdict.findings.filter(
      (finding) => !baselineFindings.has(JSON.stringify(finding)),
    );
    const isNamed = fresh.some(
      ({ event, notice, lot: of, code }) =>
        hashes.includes(event ?? notice ?? "") || (MISSING.includes(code) && of !== undefined),
    );
    return isNamed ? undefined : `the verdict on ${lot} says ${JSON.stringify(fresh)}`;
  }
});

/** The tables that each step of fsck names in its statements: at least those that it reads. */
async function stepsByTable(ctx: Context, database: Database): Promise<Map<string, Step[]>> {
  const statements = recordQueries(database);
  const steps = new Map<string, Step[]>(tablesOfSchema().map((table) => [table, []]));
  const asked = async (only: Step[]) => {
    statements();
    await fsck(ctx, undefined, only);
    return statements();
  };
  const before = (await asked([])).length - 1; // the last ends the transaction
  for (const step of ALL_STEPS) {
    const text = (await asked([step])).slice(before).join("\n");
    for (const [table, readers] of steps)
      if (new RegExp(`\\b${table}\\b`).test(text)) readers.push(step);
  }
  return steps.set("ledger", ALL_STEPS); // its row says what of the chain the others are compared with
}

/** The first alteration of each column, and the first of each kind of whole rows. */
function oneOfEach(tamperings: readonly Tampering[]): Tampering[] {
  const kinds = Map.groupBy(tamperings, ({ column, what }) => column ?? what.split(" ")[0]);
  return [...kinds.values()].map(([first]) => first!);
}

/** Codes of findings about a missing event, which therefore cannot name it. */
const MISSING = [
  "ORIGIN_MISSING",
  "PreviousMismatch",
  "LotExists",
  "LATER_EVENT_MISSING",
  "NODE_INCONSISTENT",
];

/** A context that asks the node each question once: the chain stands still here. */
function withCachedChain(ctx: Context): Context {
  const answers = new Map<string, Promise<unknown>>();
  const request: Context["request"] = (method, params = []) => {
    const key = JSON.stringify([method, params]);
    const answer = answers.get(key) ?? ctx.request(method, params);
    answers.set(key, answer);
    return answer;
  };
  return { ...ctx, request, reader: ledgerReader({ request, ...ctx.domain }) };
}

/** The tables' names, from the Prisma schema. */
function tablesOfSchema(): string[] {
  const schema = readFileSync(new URL("../../../prisma/schema.prisma", import.meta.url), "utf8");
  return [...schema.matchAll(/@@map\("(\w+)"\)/g)].map(([, name]) => name!);
}

/** Rows that represent their table: one of each kind that fsck could treat differently. */
function chosen(victim: Victim, table: string): Set<Row> {
  const settlements = new Map(victim.rows.get("settlement")!.map((row) => [row["id"]!, row]));
  // Whether a queued event should wait follows from other events of its lots, unless it is alone.
  const entries = victim.rows.get("entry")!;
  const isAlone = (event: string | null | undefined) =>
    entries
      .filter((row) => row["event"] === event)
      .every(({ lot }) => entries.filter((row) => row["lot"] === lot).length === 1);
  const newestBlock = String(
    Math.max(...victim.rows.get("block")!.map(({ number }) => Number(number))),
  );
  const stateOf = (id: string | null | undefined) => settlements.get(id!)?.["state"] ?? "none";
  const kindOf: Record<string, (row: Row) => string> = {
    event: ({ hash, action, signature, details, accepted_at: accepted }) => {
      const state = stateOf(hash);
      const isOwn = [signature, details, accepted].every((value) => value !== null);
      return [
        state,
        state === "final" && ["1", "7", "8"].includes(action!) ? action : "",
        isOwn,
      ].join();
    },
    entry: ({ event, previous, held }) =>
      [stateOf(event), /[1-9a-f]/.test(previous!.slice(2)), held].join(),
    notice: ({ digest }) => digest!,
    settlement: ({ state, event, reason }) =>
      [
        state,
        event === null,
        JSON.parse(reason ?? "{}").name,
        state === "queued" && isAlone(event),
      ].join(),
    block: ({ number }) => String(number === newestBlock), // only the newest can be applied in part
    lot: ({ id, mpn, consignee, held }) =>
      [mpn === null, /[1-9a-f]/.test(consignee!.slice(2)), held, stateOf(id)].join(),
    registration: ({ name }) => name!,
    key: ({ revoked_at: revoked }) => String(revoked === null),
    statement: ({ kind }) => kind!,
    party: ({ suspended }) => suspended!,
    stored_key: ({ purpose }) => purpose!,
    attempt: ({ closed_at: closed, checkpoint }) => [closed === null, checkpoint === null].join(),
    api_key: ({ party, revoked_at: revoked }) => [party === null, revoked === null].join(),
    carried: ({ settlement }) => stateOf(settlement),
  };
  const kinds = Map.groupBy(victim.rows.get(table)!, kindOf[table] ?? (() => ""));
  return new Set(
    [...kinds.values()].flatMap((rows) => (kinds.size < 3 ? rows.slice(0, 2) : rows.slice(0, 1))),
  );
}
