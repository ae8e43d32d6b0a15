// Stores documents: the bytes once under their SHA-256, and beside them what each uploading party states about them.
import { canonicalize, parseCanonical } from "../../protocol/base/canonical.ts";
import {
  DocumentClaims,
  type DocumentKindName,
  MEDIA_TYPES,
  type MediaType,
} from "../../protocol/event/document.ts";
import type { Document, Prisma } from "../../prisma/generated/client.ts";
import type { Context } from "../context.ts";
import { type Db, isUniqueViolation } from "../storage/db.ts";
import { Refusal } from "../refusal.ts";
import type { Reader } from "../access/visibility.ts";
import { isOpened } from "./naming.ts";

/** What a party says of a document. */
export interface Metadata {
  kind: DocumentKindName;
  name?: string | null | undefined;
  issuer?: string | null | undefined;
  /** YYYY-MM-DD */
  issuedOn?: string | null | undefined;
  claims: DocumentClaims;
}

/** A document as it came in. */
export interface Upload {
  hash: string;
  bytes: Uint8Array;
  mediaType: MediaType;
}

type DocumentContext = Pick<Context, "prisma" | "documents">;

/**
 * Takes a document in. The bytes are durable before the row that leads to them: a crash between the two leaves a file
 * that nothing leads to, and the next try finds it there.
 * @returns the row, and whether this party had uploaded it before
 * @throws Refusal BAD_FIELD (no bytes), MEDIA_TYPE_MISMATCH, CONFLICT where the party has said otherwise of it before;
 * StoreError
 */
export async function addDocument(
  { prisma, documents }: DocumentContext,
  owner: string,
  { hash, bytes, mediaType }: Upload,
  { kind, name = null, issuer = null, issuedOn = null, claims }: Metadata,
): Promise<{ document: Document; known: boolean }> {
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
  const said = {
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
  if (before) refuseOther(before, said);
  await documents.put(hash, bytes); // also where it is known: so an altered file is put right
  const made = before ? undefined : await insert(prisma, { hash, owner, ...said });
  if (made) return { document: made, known: false };
  const document = before ?? (await prisma.document.findUniqueOrThrow({ where }));
  refuseOther(document, said);
  return { document, known: true };
}

type Said = Omit<Document, "hash" | "owner" | "uploadedAt">;

/** What was said of a document stays: rules and people may have gone by it. */
function refuseOther(before: Document, said: Said): void {
  const field = (Object.keys(said) as (keyof Said)[]).find((name) => before[name] !== said[name]);
  if (field === undefined) return;
  const message = `The party uploaded this document before, with another ${field}. What was stored first stays.`;
  throw new Refusal("CONFLICT", 409, message, { field });
}

/** Undefined where another request was first. */
async function insert(db: Db, data: Prisma.DocumentCreateInput): Promise<Document | undefined> {
  try {
    return await db.document.create({ data });
  } catch (error) {
    if (isUniqueViolation(error)) return undefined;
    throw error;
  }
}

/**
 * What is said of a document, as far as a reader may read it: its own word first, then that of others, the earliest
 * first. A reader may read what it uploaded itself, and what an event or notice that it sees names by its hash.
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
  if (!first || !(isOwn(first) || isOperator || (await isOpened(db, reader, hash, owners)))) {
    throw new Refusal("NOT_FOUND", 404, "There is no such document, or you may not see it.", {
      field: "hash",
    });
  }
  return [first, ...rest];
}

/** The claims of a row; none where somebody altered them: fsck names the row. */
export function claimsOf({ claims }: Pick<Document, "claims">): DocumentClaims {
  try {
    return DocumentClaims.parse(parseCanonical(claims));
  } catch {
    return {};
  }
}
