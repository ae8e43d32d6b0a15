// Gathers what the service knows about documents that events name, all at once for a verdict.
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

/** A document as one party tells of it; of a document that nobody has uploaded here, one with nulls. */
export interface DocumentFacts {
  hash: string;
  /** Who uploaded it and says the rest. */
  owner: string | null;
  kind: DocumentKindName | null;
  issuer: string | null;
  /** YYYY-MM-DD */
  issuedOn: string | null;
  claims: DocumentClaims;
  /** Whether the bytes are here. Null: the store does not answer. */
  present: boolean | null;
  /** Whether what is here has another hash. Null: the store does not answer. */
  altered: boolean | null;
  /** Other lots whose events name the same document, in the order of these events: up to MAX_OTHER_LOTS. */
  alsoNamedBy: string[];
}

export const MAX_OTHER_LOTS = 20;
/** A verdict is wanted within two seconds. */
const WITHIN_MS = 1_000;

/**
 * Facts about documents, in the order of the hashes; several about one that several parties uploaded.
 * Bytes are read and hashed once for as long as nobody writes to them; else it costs one look at the store for each.
 * @param besides the lots that are asked about: they are no others
 * @param withinMs how long the store may take for a document; then it counts as not answering
 */
export async function documentsOf(
  { prisma, documents }: Pick<Context, "prisma" | "documents">,
  hashes: readonly string[],
  besides: readonly string[] = [],
  withinMs = WITHIN_MS,
): Promise<DocumentFacts[]> {
  const wanted = [...new Set(hashes)];
  if (wanted.length === 0) return [];
  const rows = await prisma.document.findMany({
    where: { hash: { in: wanted } },
    orderBy: [{ uploadedAt: "asc" }, { owner: "asc" }],
  });
  const told = Map.groupBy(rows, ({ hash }) => hash);
  const soundness = soundnessIn(documents, withinMs);
  const found = await eachOf(wanted, async (hash) => {
    const here: (Document | undefined)[] = told.get(hash) ?? [undefined];
    const kept = here[0] ? await soundness(hash) : { present: false, altered: false };
    const alsoNamedBy = await otherLots(prisma, hash, besides);
    return here.map((row) => ({
      ...{ hash, owner: row?.owner ?? null, kind: DocumentKind.safeParse(row?.kind).data ?? null },
      ...{
        issuer: row?.issuer ?? null,
        issuedOn: row?.issuedOn ?? null,
        claims: row ? claimsOf(row) : {},
      },
      ...{ ...kept, alsoNamedBy },
    }));
  });
  return found.flat();
}

type Soundness = Pick<DocumentFacts, "present" | "altered">;
const UNKNOWN: Soundness = { present: null, altered: null };

/** What was hashed before, by store: a mark of the bytes and whether they were sound. It only saves work. */
const hashed = new WeakMap<DocumentStore, LRUCache<string, { mark: string; altered: boolean }>>();
const MOST_REMEMBERED = 10_000;

/** How documents stand in a store; once it does not answer, it is not asked again. */
function soundnessIn(store: DocumentStore, withinMs: number): (hash: string) => Promise<Soundness> {
  const known =
    hashed.get(store) ??
    new LRUCache<string, { mark: string; altered: boolean }>({ max: MOST_REMEMBERED });
  hashed.set(store, known);
  let isAway = false;
  const look = async (hash: string): Promise<Soundness> => {
    try {
      const kept = await store.has(hash);
      if (!kept) return { present: false, altered: false };
      const before = known.get(hash);
      if (before && before.mark === kept.mark) return { present: true, altered: before.altered };
      const altered = await isAltered(store, hash);
      if (altered === undefined) return { present: false, altered: false };
      if (kept.mark !== "") known.set(hash, { mark: kept.mark, altered });
      return { present: true, altered };
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      isAway = true;
      return UNKNOWN;
    }
  };
  return async (hash) => {
    if (isAway) return UNKNOWN;
    // What takes longer goes on, and is remembered for the next time.
    const found = await inTime(look(hash), withinMs);
    isAway ||= found === undefined;
    return found ?? UNKNOWN;
  };
}

/** Undefined where the bytes are gone. */
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
): Promise<string[]> {
  const others = new Set<string>();
  for await (const { lots } of eventsNaming(db, { party: null }, hash, besides)) {
    for (const lot of lots)
      if (!besides.includes(lot) && others.size < MAX_OTHER_LOTS) others.add(lot);
    if (others.size === MAX_OTHER_LOTS) break;
  }
  return [...others];
}
