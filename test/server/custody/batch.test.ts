// Tests that events accepted together have the same answers, and leave the same rows, as events accepted one by one.
import { expect } from "chai";
import { parseCanonical } from "../../../protocol/base/canonical.ts";
import { useKeccak } from "../../../protocol/base/crypto.ts";
import { loadWasmKeccak, loadWasmRecover } from "../../../protocol/base/crypto-wasm.ts";
import { ZERO_HASH } from "../../../protocol/base/values.ts";
import { CustodyEvent } from "../../../protocol/event/event.ts";
import type { LotState } from "../../../protocol/event/lot.ts";
import { DEFAULT_LIMITS } from "../../../server/budgets/budgets.ts";
import { openBudgets } from "../../../server/budgets/shares.ts";
import type { Context } from "../../../server/context.ts";
import { acceptEvent } from "../../../server/custody/accept.ts";
import { checkSigned } from "../../../server/custody/candidate.ts";
import { type Answer, acceptInTurn } from "../../../server/custody/queue.ts";
import { stateOf, type StateRow, statesBefore } from "../../../server/custody/states.ts";
import type { Database } from "../../../server/storage/db.ts";
import { openTestDatabase } from "../../support/database.ts";
import { contextOf, DOMAIN, KEY, NOW, PARTY, REVOKED_KEY } from "../../support/model.ts";
import { checkUntilMet, Random, runsOf, SEED } from "../../support/random.ts";
import { Stream, type Submitted } from "../../support/streams.ts";

/** Events of a stream. */
const EVENTS = runsOf(2_500);

interface Side {
  database: Database;
  ctx: Context;
}

async function openSide(limits: Partial<typeof DEFAULT_LIMITS>): Promise<Side> {
  const database = await openTestDatabase();
  const { prisma } = database;
  useKeccak(await loadWasmKeccak());
  const rules = contextOf(new Map());
  const parties = Object.entries(PARTY).flatMap(([name, address]) => {
    const party = rules.party(address);
    return party ? [{ address, name: `Test ${name}`, identity: "", ...party }] : [];
  });
  await prisma.party.createMany({ data: parties });
  const keys = Object.entries(KEY).flatMap(([name, { address }]) => {
    const party = PARTY[name as keyof typeof PARTY];
    return rules.party(party) ? [{ address, party, enrolledAt: 1 }] : [];
  });
  const revoked = { address: REVOKED_KEY.address, party: PARTY.maker, enrolledAt: 1, revokedAt: 2 };
  await prisma.key.createMany({ data: [...keys, revoked] });
  const ctx = {
    prisma,
    domain: DOMAIN,
    settlement: "ledger",
    merkleLog: { contract: `0x${"10".repeat(20)}`, operator: PARTY.maker },
    budgets: openBudgets({ ...DEFAULT_LIMITS, rows: 1e9, submissions: 1e9, ...limits }),
    recover: await loadWasmRecover(),
    clock: () => NOW,
  } as unknown as Context;
  return { database, ctx };
}

/** An answer as a caller sees it. Anything but an acceptance and a refusal fails the test. */
function seenOf({ accepted, error }: Answer): object {
  if (accepted) return accepted;
  const { code, message, field, violation } = error as Record<string, unknown>;
  if (typeof code !== "string" || /^P\d/.test(code)) throw error;
  return { code, message, field: field ?? null, violation: violation ?? null };
}

const attempt = async <T>(run: () => T | Promise<T>): Promise<{ done: T } | { error: unknown }> => {
  try {
    return { done: await run() };
  } catch (error) {
    return { error };
  }
};

async function oneByOne({ ctx }: Side, events: readonly Submitted[]): Promise<object[]> {
  const seen: object[] = [];
  for (const { signed, asker } of events) {
    const result = await attempt(() => acceptEvent(ctx, signed, asker));
    seen.push(seenOf("done" in result ? { accepted: result.done } : { error: result.error }));
  }
  return seen;
}

/** Submits groups at once, each with some of the events, in their order. */
async function together(
  { ctx }: Side,
  events: readonly Submitted[],
  random: Random,
): Promise<object[]> {
  const seen: (object | undefined)[] = [];
  const groups: { at: number[]; answers: Promise<Answer[]> }[] = [];
  for (let next = 0; next < events.length;) {
    const group = events.slice(next, next + random.int(1, 12));
    const at: number[] = [];
    const candidates = [];
    for (const { signed, asker } of group) {
      const checked = await attempt(() => checkSigned(ctx, signed, asker));
      if ("error" in checked) seen[next] = seenOf({ error: checked.error });
      else candidates.push(checked.done) && at.push(next);
      next++;
    }
    groups.push({ at, answers: acceptInTurn(candidates) });
  }
  for (const { at, answers } of groups)
    (await answers).forEach((answer, i) => (seen[at[i]!] = seenOf(answer)));
  return seen as object[];
}

const TABLES = {
  event: `SELECT hash, bytes, signature, details, secret, disclosure, action, actor, holder, consignee, time,
    accepted_at IS NULL AS followed, restricted FROM event ORDER BY sequence`,
  unlogged: "SELECT event FROM unlogged ORDER BY sequence",
  entry: "SELECT * FROM entry ORDER BY event, index",
  lot: "SELECT lot.*, NULL AS sequence FROM lot JOIN event ON event.hash = origin ORDER BY lot.sequence, id",
  strays:
    "SELECT id FROM lot JOIN event ON event.hash = origin WHERE lot.sequence <> event.sequence",
  interest: "SELECT * FROM interest ORDER BY lot, party",
  settlement:
    "SELECT id, event, notice, party, state, block, reason FROM settlement ORDER BY sequence",
  grant: `SELECT id, lots, ended_at IS NULL AS stands FROM "grant" ORDER BY id`,
};

async function rowsOf({ database }: Side): Promise<Record<string, unknown[]>> {
  const rows: Record<string, unknown[]> = {};
  for (const [name, sql] of Object.entries(TABLES))
    rows[name] = (await database.pool.query(sql)).rows as unknown[];
  return rows;
}

async function statesIn({ database }: Side) {
  const { rows } = await database.pool.query<StateRow>("SELECT id AS lot, * FROM lot ORDER BY id");
  return new Map(rows.map((row) => [row.lot, stateOf(row)]));
}

describe("acceptInTurn", () => {
  const sides: Side[] = [];
  const open = async (limits: Partial<typeof DEFAULT_LIMITS> = {}) => {
    const pair = [await openSide(limits), await openSide(limits)] as const;
    sides.push(...pair);
    return pair;
  };
  const close = async () => {
    for (const { database } of sides.splice(0)) await database.close();
  };
  afterEach(close);

  /**
   * Holds an event as the relay does, and lets a party grant what it sees of a lot on its way.
   * @returns the states that the held event followed: rivals follow them too
   */
  async function disturb(
    pair: readonly [Side, Side],
    random: Random,
    round: number,
  ): Promise<[string, LotState][]> {
    const [chosen, granted] = [random.int(0, 5), random.int(0, 40)];
    let held: string | undefined;
    for (const { database } of pair) {
      const { rows } = await database.pool.query<{ id: string }>(
        `UPDATE settlement SET state = 'held', reason = '{"name": "LotHeld", "args": []}'
         WHERE id = (
           SELECT id FROM settlement JOIN entry ON entry.event = id
           WHERE state = 'queued' AND previous <> $2 ORDER BY sequence DESC, entry.lot OFFSET $1 LIMIT 1)
         RETURNING id`,
        [chosen, ZERO_HASH],
      );
      held = rows[0]?.id;
      await database.pool.query(
        `INSERT INTO "grant" (id, granter, label, lots, up_to, fields, "from", until)
         SELECT $1, party, '', ARRAY[lot], 'trail', '{}', now(), now() + interval '1 day'
         FROM interest WHERE NOT lasting ORDER BY lot, party OFFSET $2 LIMIT 1`,
        [String(round), granted],
      );
    }
    if (held === undefined) return [];
    const { prisma } = pair[0].database;
    const { bytes } = await prisma.event.findUniqueOrThrow({ where: { hash: held } });
    const event = CustodyEvent.parse(parseCanonical(bytes));
    const before = await statesBefore(prisma, event);
    return event.entries.flatMap(({ lot }, i) => (before[i] ? [[lot, before[i]]] : []));
  }

  async function compare(
    pair: readonly [Side, Side],
    seed: number,
    events: number,
  ): Promise<Map<string, number>> {
    const [single, batched] = pair;
    const random = new Random(seed);
    const stream = new Stream(random);
    const met = new Map<string, number>();
    for (let done = 0, round = 0; done < events; round++) {
      const submitted = stream.take(random.int(1, 60));
      const expected = await oneByOne(single, submitted);
      const answers = await together(batched, submitted, random);
      answers.forEach((answer, i) => {
        const name = String((expected[i] as { code?: string }).code ?? "accepted");
        met.set(name, (met.get(name) ?? 0) + 1);
        expect(answer, `seed ${seed}, event ${done + i}`).to.deep.equal(expected[i]);
      });
      const followed = await disturb(pair, random, round);
      stream.states = new Map([...(await statesIn(single)), ...followed]);
      done += submitted.length;
    }
    const [rows, batchedRows] = [await rowsOf(single), await rowsOf(batched)];
    for (const name of Object.keys(TABLES))
      expect(batchedRows[name], `${name}, seed ${seed}`).to.deep.equal(rows[name]);
    expect(rows["strays"]).to.deep.equal([]);
    const voided = rows["settlement"]!.filter((row) => (row as { state: string }).state === "void");
    met.set("void", voided.length);
    return met;
  }

  it("answers and stores the same as one by one, with rivals, doubles and refusals", async () => {
    const all = new Set<string>();
    const wanted = [
      "accepted",
      "void",
      "NOT_FOUND",
      "PREVIOUS_MISMATCH",
      "BAD_SIGNATURE",
      "DETAILS_MISMATCH",
      "SETTLEMENT_DIFFERS",
      "LOT_EXISTS",
    ];
    await checkUntilMet(
      async (seed) => {
        await close();
        for (const [name, count] of await compare(await open(), seed, EVENTS))
          if (count > 0) all.add(name);
      },
      () => wanted.filter((name) => !all.has(name)),
    );
  });

  it("spends budgets the same as one by one, up to the last row", async () => {
    const met = await compare(await open({ rows: 70, submissions: 12 }), SEED + 1, 150);
    expect(met.get("BUDGET_SPENT")).to.be.above(0);
  });
});
