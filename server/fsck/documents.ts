// Checks documents: their bytes exist and have their hash, and the statements about them are well-formed.
import { parseCanonical } from "../../protocol/base/canonical.ts";
import {
  DocumentClaims,
  DocumentDay,
  DocumentIssuer,
  DocumentKind,
  DocumentName,
  isMediaType,
  MEDIA_TYPES,
} from "../../protocol/event/document.ts";
import { Hash } from "../../protocol/base/values.ts";
import type { Document } from "../../prisma/generated/client.ts";
import { StoreError } from "../storage/blobs.ts";
import type { ChainFacts } from "./chain.ts";
import { type Check, inBatches, ROWS_AT_ONCE } from "./check.ts";
import { AFTER_ALL } from "../../protocol/chain/place.ts";

/** Invariant 25. Reads the bytes once for all rows of a hash. */
export async function checkDocuments(check: Check, facts: ChainFacts | undefined): Promise<void> {
  const { db } = check;
  const batches = inBatches(
    (after: Document | undefined) =>
      db.document.findMany({
        where: after
          ? { OR: [{ hash: { gt: after.hash } }, { hash: after.hash, owner: { gt: after.owner } }] }
          : {},
        orderBy: [{ hash: "asc" }, { owner: "asc" }],
        take: ROWS_AT_ONCE,
      }),
    (row) => row,
  );
  let current: { hash: string; bytes: StoredBytes } | undefined;
  for await (const rows of batches) {
    for (const row of rows) {
      if (current?.hash !== row.hash)
        current = { hash: row.hash, bytes: await bytesOf(check, row.hash) };
      checkRow(check, row, facts);
      checkBytes(check, row, current.bytes);
    }
    check.count("documents", rows.length);
    check.progress("documents", check.report.checked.documents);
  }
}

/** The bytes, or why there are none. */
type StoredBytes = Uint8Array | "DOCUMENT_MISSING" | "DOCUMENT_ALTERED" | undefined;

/** The bytes of a document; undefined if the store does not answer, which is reported once. */
async function bytesOf({ ctx }: Check, hash: string): Promise<StoredBytes> {
  if (!Hash.safeParse(hash).success) return "DOCUMENT_MISSING";
  try {
    return (await ctx.documents.get(hash)) ?? "DOCUMENT_MISSING";
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    return error.code === "DOCUMENT_ALTERED" ? error.code : undefined;
  }
}

function checkBytes(check: Check, row: Document, bytes: StoredBytes): void {
  const key = { table: "document", row: rowOf(row) } as const;
  if (bytes === undefined) {
    if (!check.report.faults.some(({ code }) => code === "STORE_UNREACHABLE"))
      check.fault("STORE_UNREACHABLE", key);
  } else if (typeof bytes === "string") check.fault(bytes, { ...key, column: "hash" });
  else {
    const { size, mediaType } = row;
    if (size !== bytes.length)
      check.fault("DOCUMENT_DIFFERS", {
        ...key,
        column: "size",
        expected: bytes.length,
        found: size,
      });
    if (isMediaType(mediaType) && !MEDIA_TYPES[mediaType].fits(bytes))
      check.fault("DOCUMENT_DIFFERS", { ...key, column: "media_type", found: mediaType });
  }
}

function checkRow(check: Check, row: Document, facts: ChainFacts | undefined): void {
  const { owner, mediaType, kind, name, issuer, issuedOn, claims } = row;
  const fits = {
    media_type: isMediaType(mediaType),
    kind: DocumentKind.safeParse(kind).success,
    name: name === null || DocumentName.safeParse(name).success,
    issuer: issuer === null || DocumentIssuer.safeParse(issuer).success,
    issued_on: issuedOn === null || DocumentDay.safeParse(issuedOn).success,
    claims: areClaims(claims),
  };
  const found = { media_type: mediaType, kind, name, issuer, issued_on: issuedOn, claims };
  const key = { table: "document", row: rowOf(row) } as const;
  for (const column of Object.keys(fits) as (keyof typeof fits)[]) {
    if (!fits[column]) check.fault("DOCUMENT_MALFORMED", { ...key, column, found: found[column] });
  }
  if (facts && !facts.registry.party(owner, AFTER_ALL))
    check.fault("DOCUMENT_OF_NOBODY", { ...key, column: "owner", found: owner });
}

const rowOf = ({ hash, owner }: Document) => `${hash}/${owner}`;

function areClaims(json: string): boolean {
  try {
    return DocumentClaims.safeParse(parseCanonical(json)).success;
  } catch {
    return false;
  }
}
