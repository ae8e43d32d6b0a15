// Checks log-only events: they share no lot with settled ones, and proofs by other operators' logs lead to anchored
// checkpoints.
import { fromHex } from "../../protocol/base/bytes.ts";
import { leafHash, verifyInclusion } from "../../protocol/base/merkle.ts";
import { LogProof } from "../../protocol/trail/trail.ts";
import { Hash } from "../../protocol/base/values.ts";
import type { ForeignLeaf } from "../../prisma/generated/client.ts";
import type { Range } from "./chain.ts";
import { type Check, inBatches, ROWS_AT_ONCE } from "./check.ts";

/** Invariant 32: events connected by their lots are all log-only, or none of them is. */
export async function checkLogged(check: Check): Promise<void> {
  const rows = await check.db.$queryRaw<{ id: string; state: string }[]>`
    WITH mixed AS (
      SELECT entry.lot FROM entry JOIN settlement ON settlement.event = entry.event
      WHERE entry.live AND settlement.state <> 'void'
      GROUP BY entry.lot
      HAVING bool_or(settlement.state = 'logged') AND NOT bool_and(settlement.state = 'logged')
    )
    SELECT DISTINCT settlement.id, settlement.state::text
    FROM mixed JOIN entry ON entry.lot = mixed.lot AND entry.live JOIN settlement ON settlement.event = entry.event
    WHERE settlement.state <> 'void'
    ORDER BY settlement.id LIMIT ${ROWS_AT_ONCE}`;
  for (const { id, state } of rows)
    check.fault("LOGGED_BESIDE_SETTLED", {
      table: "settlement",
      row: id,
      column: "state",
      found: state,
    });
}

/** Invariant 33: the proof of an imported event leads to the first checkpoint that its operator anchored with it. */
export async function checkForeignLeaves(check: Check, range: Range | undefined): Promise<void> {
  const batches = inBatches(
    (after: string | undefined) =>
      check.db.foreignLeaf.findMany({
        where: { event: { gt: after ?? "" } },
        orderBy: { event: "asc" },
        take: ROWS_AT_ONCE,
      }),
    ({ event }) => event,
  );
  for await (const rows of batches) {
    await checkSome(check, rows, range);
    check.count("foreignLeaves", rows.length);
  }
}

async function checkSome(
  check: Check,
  rows: readonly ForeignLeaf[],
  range: Range | undefined,
): Promise<void> {
  const { reader, merkleLog } = check.ctx;
  const read = rows.map((row) => {
    const { operator, proof } = row;
    return {
      row,
      ...LogProof.safeParse({ operator, index: Number(row.index), size: Number(row.size), proof }),
    };
  });
  const sound = read.flatMap(({ data }) => data ?? []);
  const { contract } = merkleLog;
  const upTo = range?.upTo;
  if (contract === undefined || !upTo) return;
  const anchored = await check.ask(() => reader.checkpoints(contract, sound, upTo.number));
  if (!anchored) return;
  const checkpoints = new Map(anchored.map((each) => [`${each.operator} ${each.size}`, each]));
  for (const { row, data, error } of read) {
    const at = { table: "foreign_leaf", row: row.event } as const;
    if (!data) {
      check.fault("FOREIGN_LEAF_DIFFERS", { ...at, column: String(error!.issues[0]!.path[0]) });
      continue;
    }
    const { operator, index, size, proof } = data;
    const checkpoint = checkpoints.get(`${operator} ${size}`);
    if (!checkpoint) check.fault("FOREIGN_LEAF_DIFFERS", { ...at, column: "size", found: size });
    else if (!isProven(row.event, { index, size, proof, root: checkpoint.root }))
      check.fault("FOREIGN_LEAF_DIFFERS", { ...at, column: "proof", expected: checkpoint.root });
    else if (index < checkpoint.previousSize)
      check.fault("FOREIGN_LEAF_DIFFERS", { ...at, column: "size", found: size });
    else if (checkpoint.block !== row.block)
      check.fault("FOREIGN_LEAF_DIFFERS", {
        ...at,
        column: "block",
        expected: checkpoint.block,
        found: row.block,
      });
  }
}

interface Proof {
  index: number;
  size: number;
  proof: readonly string[];
  root: string;
}

function isProven(event: string, { index, size, proof, root }: Proof): boolean {
  if (!Hash.safeParse(event).success) return false;
  return verifyInclusion(leafHash(fromHex(event)), index, size, proof.map(fromHex), fromHex(root));
}
