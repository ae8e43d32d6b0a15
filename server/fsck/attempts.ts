// Checks attempts: rows against their signed transactions, and the settlements that these carry.
import { decodeRlp, encodeRlp, Interface } from "ethers";
import { concat, fromHex } from "../../protocol/base/bytes.ts";
import { readCalls } from "../../protocol/chain/call-data.ts";
import { CHECKPOINT_ABI } from "../../protocol/chain/checkpoint-abi.ts";
import { keccakHex, recoverSigner } from "../../protocol/base/crypto.ts";
import type { Prisma } from "../../prisma/generated/client.ts";
import { type Check, inBatches, ROWS_AT_ONCE } from "./check.ts";

/** Transactions read at once: each may have 128 KiB. */
const ATTEMPTS_AT_ONCE = 50;

type AttemptRow = Prisma.AttemptGetPayload<{ include: { carried: true } }>;

/** Invariant 17: attempts match their signed transactions, and carry the settlements stored with them. */
export async function checkAttempts(check: Check): Promise<void> {
  const { db } = check;
  let done = 0;
  const batches = inBatches(
    (after: string | undefined) =>
      db.attempt.findMany({
        where: { hash: { gt: after ?? "" } },
        orderBy: { hash: "asc" },
        take: ATTEMPTS_AT_ONCE,
        include: { carried: true },
      }),
    ({ hash }) => hash,
  );
  for await (const rows of batches) {
    const signatures = await signaturesOf(check, rows);
    for (const row of rows) checkAttempt(check, row, signatures);
    check.count("attempts", rows.length);
    check.progress("attempts", (done += rows.length));
  }
  const orphans = await db.$queryRaw<{ attempt: string; settlement: string; known: boolean }[]>`
    SELECT carried.attempt, carried.settlement, attempt.hash IS NOT NULL AS known
    FROM carried LEFT JOIN attempt ON attempt.hash = carried.attempt
    WHERE attempt.hash IS NULL OR NOT EXISTS (SELECT 1 FROM settlement WHERE id = carried.settlement)
    LIMIT ${ROWS_AT_ONCE}`;
  for (const hash of new Set(orphans.flatMap(({ attempt, known }) => (known ? [] : [attempt]))))
    check.fault("ATTEMPT_MISSING", { table: "attempt", row: hash });
  for (const { attempt, settlement } of orphans)
    check.fault("CARRIED_EXTRA", { table: "carried", row: `${attempt}/${settlement}` });
  const senders = await db.$queryRaw<{ sender: string }[]>`
    SELECT DISTINCT sender FROM attempt WHERE NOT EXISTS (SELECT 1 FROM sender WHERE address = attempt.sender)`;
  for (const { sender } of senders) check.fault("SENDER_MISSING", { table: "sender", row: sender });
}

/** The stored signatures, by digest, each with its table. */
type StoredSignatures = ReadonlyMap<
  string,
  { table: "event" | "notice"; signature: string | null }
>;

/** Reads the stored signatures of everything that transactions carry, by digest. */
async function signaturesOf({ db }: Check, rows: readonly AttemptRow[]): Promise<StoredSignatures> {
  const ids = rows.flatMap(({ carried }) => carried.map(({ settlement }) => settlement));
  const events = await db.event.findMany({
    where: { hash: { in: ids } },
    select: { hash: true, signature: true },
  });
  const notices = await db.notice.findMany({
    where: { digest: { in: ids } },
    select: { digest: true, signature: true },
  });
  return new Map<string, { table: "event" | "notice"; signature: string | null }>([
    ...events.map(({ hash, signature }) => [hash, { table: "event" as const, signature }] as const),
    ...notices.map(
      ({ digest, signature }) => [digest, { table: "notice" as const, signature }] as const,
    ),
  ]);
}

function checkAttempt(check: Check, row: AttemptRow, kept: StoredSignatures): void {
  const key = { table: "attempt", row: row.hash } as const;
  const transaction = readTransaction(check, row.raw);
  if (!transaction) return check.fault("ATTEMPT_MALFORMED", { ...key, column: "raw" });
  const { hash, from, nonce } = transaction;
  const expected = { hash, sender: from, nonce };
  const differing = Object.entries(expected).filter(
    ([name, value]) => row[name as keyof typeof expected] !== value,
  );
  // An altered transaction has another hash and, nearly always, another sender: then the raw bytes are wrong.
  const isRaw = differing.length > 1;
  for (const [name, value] of isRaw ? differing.slice(0, 1) : differing)
    check.fault("ATTEMPT_DIFFERS", {
      ...key,
      column: isRaw ? "raw" : name,
      expected: isRaw ? row.hash : value,
      found: isRaw ? value : row[name as keyof typeof expected],
    });
  if (isRaw) return;
  const anchored = checkpointIn(transaction.data);
  const size = row.checkpoint === null ? null : Number(row.checkpoint);
  if ((anchored?.size ?? null) !== size)
    check.fault("ATTEMPT_DIFFERS", {
      ...key,
      column: "checkpoint",
      expected: anchored?.size ?? null,
      found: size,
    });
  if (!anchored) checkCarried(check, row, transaction, kept);
}

const checkpoints = new Interface(CHECKPOINT_ABI);

/** The checkpoint that call data anchors; undefined if it is another call. */
function checkpointIn(data: string): { size: number } | undefined {
  try {
    const call = checkpoints.parseTransaction({ data });
    return call?.name === "checkpoint" ? { size: Number(call.args[0]) } : undefined;
  } catch {
    return undefined; // call data of another form
  }
}

interface ReadTransaction {
  hash: string;
  from: string;
  nonce: number;
  to: string;
  chainId: number;
  data: string;
}

/** Reads a signed transaction of the kind that the relay makes (EIP-1559); undefined if the bytes are not one. */
function readTransaction({ ctx }: Check, raw: string): ReadTransaction | undefined {
  try {
    const bytes = fromHex(raw);
    if (bytes[0] !== 2) return undefined;
    const fields = decodeRlp(bytes.subarray(1)) as string[];
    const [chainId, nonce, , , , to, , data, , parity, r, s] = fields as Twelve;
    const unsigned = keccakHex(
      concat(bytes.subarray(0, 1), fromHex(encodeRlp(fields.slice(0, 9)))),
    );
    const signature = `0x${slot(r)}${slot(s)}${Number(parity) === 1 ? "1c" : "1b"}`;
    return {
      hash: keccakHex(bytes),
      from: recoverSigner(unsigned, signature, ctx.recover),
      nonce: whole(nonce),
      chainId: whole(chainId),
      to,
      data,
    };
  } catch {
    return undefined; // the RLP decoder throws many kinds of errors for bytes that are not a transaction
  }
}

type Twelve = [
  string,
  string,
  string,
  string,
  string,
  string,
  string,
  string,
  string,
  string,
  string,
  string,
];
const whole = (hex: string) => (hex === "0x" ? 0 : Number(hex));
const slot = (hex: string) => hex.slice(2).padStart(64, "0");

function checkCarried(
  check: Check,
  row: AttemptRow,
  { to, chainId, data }: ReadTransaction,
  kept: StoredSignatures,
): void {
  const { domain } = check.ctx;
  const key = { table: "attempt", row: row.hash, column: "raw" } as const;
  if (to !== domain.ledger || chainId !== domain.chainId) {
    const expected = `${domain.chainId}/${domain.ledger}`;
    return check.fault("ATTEMPT_DIFFERS", { ...key, expected, found: `${chainId}/${to}` });
  }
  const sent = readCalls(domain, data);
  if (!sent) return check.fault("ATTEMPT_MALFORMED", key);
  const unsent = new Set(row.carried.map(({ settlement }) => settlement));
  for (const [digest, expected] of sent) {
    if (!unsent.has(digest))
      check.fault("CARRIED_MISSING", { table: "carried", row: `${row.hash}/${digest}` });
    unsent.delete(digest);
    const { table, signature: found } = kept.get(digest) ?? {};
    if (table && typeof found === "string" && found !== expected)
      check.fault("SIGNATURE_NOT_AS_SENT", {
        table,
        row: digest,
        column: "signature",
        expected,
        found,
      });
  }
  for (const digest of unsent)
    check.fault("CARRIED_EXTRA", { table: "carried", row: `${row.hash}/${digest}` });
}
