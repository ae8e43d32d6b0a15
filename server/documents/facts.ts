// Gathers what the service knows about the documents that events name, all at once for a verdict.
import { LRUCache } from "lru-cache";
import {
  type DocumentClaims,
  DocumentKind,
  type DocumentKindName,
} from "../../protocol/event/document.ts";
import type { Document } from "../../prisma/generated/client.ts";
import { eachOf } from "../../protocol/chain/node.ts";
import type { Context } from "../context.ts";
import { claimsOf } from "./documents.ts";
import { eventsNaming } from "./naming.ts";
import { type DocumentStore, StoreError } from "../storage/blobs.ts";
import { inTime } from "../storage/time-limit.ts";

/** A document with one party's metadata. With nulls where nobody uploaded it here. */
export interface DocumentFacts {
  hash: string;
  /** The party that uploaded it and gave the metadata. */
  owner: string | null;
  kind: DocumentKindName | null;
  issuer: string | null;
  /** YYYY-MM-DD */
  issuedOn: string | null;
  claims: DocumentClaims;
  /** Whether the store has the bytes. Null where it does not answer. */
  present: boolean | null;
  /** Whether the stored bytes have another hash. Null where the store does not answer. */
  altered: boolean | null;
  /** Other lots whose events name the same document, in the order of the events, at most MAX_OTHER_LOTS of each signer. */
  alsoNamedBy: OtherNaming[];
}

/** Another lot for which a party named the document. */
export interface OtherNaming {
  lot: string;
  /** The party that signed the event. */
  by: string;
}

export const MAX_OTHER_LOTS = 20;
/** Events that are read for one document: anyone that has it can name it often. */
const MAX_NAMINGS = 500;
/** A verdict has two seconds in all. */
const STORE_TIMEOUT_MS = 1_000;

/**
 * Gathers facts about documents, in the order of the hashes, one for each party that uploaded the document. Bytes are read
 * and hashed again only after they were written. Otherwise a document costs one look-up in the store.
 * @param besides lots that do not count as other lots
 * @param withinMs how long the store may take for a document. After that it counts as not answering.
 */
export async function documentsOf(
  { prisma, documents }: Pick<Context, "prisma" | "documents">,
  hashes: readonly string[],
  besides: readonly string[] = [],
  withinMs = STORE_TIMEOUT_MS,
): Promise<DocumentFacts[]> {
  const wanted = [...new Set(hashes)];
  if (wanted.length === 0) return [];
  const rows = await prisma.document.findMany({
    where: { hash: { in: wanted } },
    orderBy: [{ uploadedAt: "asc" }, { owner: "asc" }],
  });
  const rowsOf = Map.groupBy(rows, ({ hash }) => hash);
  const soundness = soundnessIn(documents, withinMs);
  const facts = await eachOf(wanted, async (hash) => {
    const uploads: (Document | undefined)[] = rowsOf.get(hash) ?? [undefined];
    const bytes = uploads[0] ? await soundness(hash) : { present: false, altered: false };
    const alsoNamedBy = await otherLots(prisma, hash, besides);
    return uploads.map((row) => ({
      hash,
      owner: row?.owner ?? null,
      kind: DocumentKind.safeParse(row?.kind).data ?? null,
      issuer: row?.issuer ?? null,
      issuedOn: row?.issuedOn ?? null,
      claims: row ? claimsOf(row) : {},
      ...bytes,
      alsoNamedBy,
    }));
  });
  return facts.flat();
}

type Soundness = Pick<DocumentFacts, "present" | "altered">;
const UNKNOWN: Soundness = { present: null, altered: null };

/** Results of earlier hashing, by store: the mark of the bytes, and whether they were altered. Only saves work. */
const results = new WeakMap<DocumentStore, LRUCache<string, { mark: string; altered: boolean }>>();
const MOST_REMEMBERED = 10_000;

/** Checks documents in a store. Does not ask again once the store did not answer. */
function soundnessIn(store: DocumentStore, withinMs: number): (hash: string) => Promise<Soundness> {
  const earlier =
    results.get(store) ??
    new LRUCache<string, { mark: string; altered: boolean }>({ max: MOST_REMEMBERED });
  results.set(store, earlier);
  let isAway = false;
  const look = async (hash: string): Promise<Soundness> => {
    try {
      const file = await store.has(hash);
      if (!file) return { present: false, altered: false };
      const before = earlier.get(hash);
      if (before && before.mark === file.mark) return { present: true, altered: before.altered };
      const altered = await isAltered(store, hash);
      if (altered === undefined) return { present: false, altered: false };
      if (file.mark !== "") earlier.set(hash, { mark: file.mark, altered });
      return { present: true, altered };
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      isAway = true;
      return UNKNOWN;
    }
  };
  return async (hash) => {
    if (isAway) return UNKNOWN;
    // A slow look-up continues, and its result is used the next time.
    const result = await inTime(look(hash), withinMs);
    isAway ||= result === undefined;
    return result ?? UNKNOWN;
  };
}

/** Whether the stored bytes have another hash. Undefined where they are missing. */
async function isAltered(store: DocumentStore, hash: string): Promise<boolean | undefined> {
  try {
    return (await store.get(hash)) === undefined ? undefined : false;
  } catch (error) {
    if (error instanceof StoreError && error.code === "DOCUMENT_ALTERED") return true;
    throw error;
  }
}

async function otherLots(
  db: Context["prisma"],
  hash: string,
  besides: readonly string[],
): Promise<OtherNaming[]> {
  const bySigner = new Map<string, Set<string>>();
  let read = 0;
  for await (const { lots, by } of eventsNaming(db, { party: null }, hash, besides)) {
    const named = bySigner.get(by) ?? new Set<string>();
    bySigner.set(by, named);
    for (const lot of lots)
      if (!besides.includes(lot) && named.size < MAX_OTHER_LOTS) named.add(lot);
    if (++read === MAX_NAMINGS) break;
  }
  return [...bySigner].flatMap(([by, lots]) => [...lots].map((lot) => ({ lot, by })));
}
