// Stores documents: the bytes once under their SHA-256, and the metadata that each uploading party gives.
import { canonicalize, parseCanonical } from "../../protocol/base/canonical.ts";
import {
  DocumentClaims,
  type DocumentKindName,
  MEDIA_TYPES,
  type MediaType,
} from "../../protocol/event/document.ts";
import type { Document, Prisma } from "../../prisma/generated/client.ts";
import { spendIn } from "../budgets/spend.ts";
import type { Context } from "../context.ts";
import { type Db, isUniqueViolation } from "../storage/db.ts";
import { Refusal } from "../refusal.ts";
import type { Reader } from "../access/visibility.ts";
import { isOpened } from "./naming.ts";

/** The metadata that a party gives of a document. */
export interface Metadata {
  kind: DocumentKindName;
  name?: string | null | undefined;
  issuer?: string | null | undefined;
  /** YYYY-MM-DD */
  issuedOn?: string | null | undefined;
  claims: DocumentClaims;
}

/** A document that was uploaded. */
export interface Upload {
  hash: string;
  bytes: Uint8Array;
  mediaType: MediaType;
}

type DocumentContext = Pick<Context, "prisma" | "documents" | "budgets" | "clock" | "record">;

/**
 * Stores a document. The bytes are durable before the row that names them: a crash between the two leaves a file without a
 * row, which the next try uses.
 * @returns the row, and whether this party had uploaded the document before
 * @throws Refusal BAD_FIELD (no bytes), MEDIA_TYPE_MISMATCH, CONFLICT where the party gave other metadata before; StoreError
 */
export async function addDocument(
  ctx: DocumentContext,
  owner: string,
  { hash, bytes, mediaType }: Upload,
  { kind, name = null, issuer = null, issuedOn = null, claims }: Metadata,
): Promise<{ document: Document; known: boolean }> {
  const { prisma, documents } = ctx;
  if (bytes.length === 0)
    throw new Refusal("BAD_FIELD", 400, "The document is empty. Send at least one byte.", {
      field: "body",
    });
  if (!MEDIA_TYPES[mediaType].fits(bytes)) {
    throw new Refusal(
      "MEDIA_TYPE_MISMATCH",
      422,
      `The bytes are not ${mediaType}. Send the media type that the file has.`,
      {
        field: "content-type",
      },
    );
  }
  const metadata = {
    mediaType,
    size: bytes.length,
    kind,
    name,
    issuer,
    issuedOn,
    claims: canonicalize(claims),
  };
  const where = { hash_owner: { hash, owner } };
  const before = await prisma.document.findUnique({ where });
  if (before) refuseOther(before, metadata);
  await documents.put(hash, bytes); // repeated for a known document: that repairs an altered file
  const inserted = before ? undefined : await insert(ctx, { hash, owner, ...metadata });
  if (inserted) return { document: inserted, known: false };
  const document = before ?? (await prisma.document.findUniqueOrThrow({ where }));
  refuseOther(document, metadata);
  return { document, known: true };
}

type Stored = Omit<Document, "hash" | "owner" | "uploadedAt">;

/** Refuses other metadata than before. It never changes: rules and people may have relied on it. */
function refuseOther(before: Document, after: Stored): void {
  const field = (Object.keys(after) as (keyof Stored)[]).find(
    (name) => before[name] !== after[name],
  );
  if (field === undefined) return;
  const message = `The party uploaded this document before, with another ${field}. What was stored first stays.`;
  throw new Refusal("CONFLICT", 409, message, { field });
}

/** Inserts a row, at the expense of the owner's budget. Undefined where another request was first. @throws Refusal BUDGET_SPENT */
async function insert(
  ctx: DocumentContext,
  data: Prisma.DocumentCreateInput,
): Promise<Document | undefined> {
  try {
    return await ctx.prisma.$transaction(async (tx) => {
      const document = await tx.document.create({ data });
      await spendIn(tx, ctx, data.owner, "rows", 1);
      await ctx.record?.(tx, "document.add", data.name ?? data.hash);
      return document;
    });
  } catch (error) {
    if (isUniqueViolation(error)) return undefined;
    throw error;
  }
}

/**
 * Finds the rows of a document that a reader may read: its own first, then those of others, the earliest first. A reader may
 * read what it uploaded itself, and what an event or notice that it sees names by its hash if the signer may read it. Asks the
 * same of the database where there is no such document.
 * @throws Refusal NOT_FOUND
 */
export async function documentFor(
  db: Db,
  reader: Reader,
  hash: string,
): Promise<[Document, ...Document[]]> {
  const rows = await db.document.findMany({
    where: { hash },
    orderBy: [{ uploadedAt: "asc" }, { owner: "asc" }],
  });
  const isOwn = ({ owner }: Document) => owner === reader.party && !reader.byGrant;
  const [first, ...rest] = [...rows.filter(isOwn), ...rows.filter((row) => !isOwn(row))];
  const isOperator = reader.party === null && !reader.byGrant;
  const owners = rows.map(({ owner }) => owner);
  const isReadable =
    (first && isOwn(first)) || isOperator || (await isOpened(db, reader, hash, owners));
  if (!first || !isReadable) {
    throw new Refusal("NOT_FOUND", 404, "There is no such document, or you may not see it.", {
      field: "hash",
    });
  }
  return [first, ...rest];
}

/** The claims of a row. None where the row was altered: fsck names it. */
export function claimsOf({ claims }: Pick<Document, "claims">): DocumentClaims {
  try {
    return DocumentClaims.parse(parseCanonical(claims));
  } catch {
    return {};
  }
}
