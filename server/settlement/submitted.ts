// Reads the signatures with which others submitted events, from the call data of their transactions: once for each
// transaction, and before any database transaction is open.
import { z } from "zod";
import { type Submitted, readCalls } from "../../protocol/chain/call-data.ts";
import type { EventRecorded } from "../../protocol/chain/ledger-log.ts";
import { ask, AT_ONCE, eachOf } from "../../protocol/chain/node.ts";
import { signerOrNone } from "../../protocol/base/crypto.ts";
import type { Context } from "../context.ts";
import { letOthersRun } from "../loop.ts";
import type { Db } from "../storage/db.ts";

/** Signatures by the digest that they sign, each with the key that made it. */
export type Signatures = ReadonlyMap<string, readonly { signature: string; key: string }[]>;

/** A transaction as nodes return it. Other members are dropped. */
const Sent = z.object({ input: z.string() }).nullable();
/** Signatures that are checked before others run. */
const SIGNATURES_AT_ONCE = 25;

/**
 * Reads the signatures of recorded events that this service does not have. There is none of an event that another contract
 * submitted, or that stands in call data of an unusual form.
 * @throws ProtocolError CHAIN_UNREACHABLE, CHAIN_INCONSISTENT
 */
export async function readSignatures(
  { prisma, request, domain, recover }: Context,
  records: readonly EventRecorded[],
): Promise<Signatures> {
  const wanted = await missingAmong(
    prisma,
    records.map(({ digest }) => digest),
  );
  const transactions = new Set(
    records.filter(({ digest }) => wanted.has(digest)).map(({ transaction }) => transaction),
  );
  const signatures = new Map<string, { signature: string; key: string }[]>();
  const checked = new Set<string>();
  for (const some of pagesOf([...transactions], AT_ONCE)) {
    const sent = await eachOf(some, (transaction) =>
      ask(request, "eth_getTransactionByHash", [transaction], Sent),
    );
    for (const transaction of sent) {
      await letOthersRun();
      for (const submitted of readCalls(domain, transaction?.input ?? "0x") ?? []) {
        const [digest, signature] = submitted;
        if (!wanted.has(digest) || checked.has(keyOf(submitted))) continue;
        checked.add(keyOf(submitted));
        const key = signerOrNone(digest, signature, recover);
        if (key !== undefined) {
          if (!signatures.has(digest)) signatures.set(digest, []);
          signatures.get(digest)!.push({ signature, key });
        }
        if (checked.size % SIGNATURES_AT_ONCE === 0) await letOthersRun();
      }
    }
  }
  return signatures;
}

const pagesOf = <T>(items: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, i) =>
    items.slice(i * size, (i + 1) * size),
  );

const keyOf = ([digest, signature]: Submitted) => digest + signature;

async function missingAmong(db: Db, digests: readonly string[]): Promise<Set<string>> {
  const rows = await db.$queryRaw<{ digest: string }[]>`
    SELECT digest FROM unnest(${[...digests]}::text[]) AS recorded(digest)
    WHERE NOT EXISTS (SELECT 1 FROM settlement WHERE settlement.id = digest)`;
  return new Set(rows.map(({ digest }) => digest));
}

/** The signature of each event by a key of its actor. Others may have submitted it beside signatures of their own. */
export async function signaturesOf(
  db: Db,
  events: readonly { digest: string; actor: string }[],
  signatures: Signatures,
): Promise<Map<string, string>> {
  const found = events.flatMap(({ digest, actor }) =>
    (signatures.get(digest) ?? []).map((one) => ({ ...one, digest, actor })),
  );
  const rows = await db.$queryRaw<{ address: string; party: string }[]>`
    SELECT address, party FROM key WHERE address = ANY(${found.map(({ key }) => key)})`;
  const partyOf = new Map(rows.map(({ address, party }) => [address, party]));
  return new Map(
    found
      .filter(({ key, actor }) => partyOf.get(key) === actor)
      .reverse() // the first one counts
      .map(({ digest, signature }) => [digest, signature]),
  );
}
