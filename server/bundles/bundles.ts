// Builds bundles: a lot's trail as a reader may see it, as one file to verify elsewhere. A zip adds the documents and a page.
import { type BundleDocument, type BundleJson, bundleOf } from "../../protocol/trail/bundle.ts";
import { utf8 } from "../../protocol/base/bytes.ts";
import {
  DocumentKind,
  MEDIA_TYPES,
  type MediaType,
  isMediaType,
} from "../../protocol/event/document.ts";
import { MAX_BUNDLE_DOCUMENTS } from "../../protocol/base/limits.ts";
import type { Verdict } from "../../protocol/verdict/verdict.ts";
import { type Document, Prisma } from "../../prisma/generated/client.ts";
import { bundlePage } from "./page.ts";
import type { Context } from "../context.ts";
import type { Db } from "../storage/db.ts";
import { disclosedTrail } from "../custody/disclosure.ts";
import { documentFor } from "../documents/documents.ts";
import { StoreError } from "../storage/blobs.ts";
import { lotRead } from "../access/grants.ts";
import { Refusal } from "../refusal.ts";
import { namer } from "../custody/views.ts";
import type { Reader } from "../access/visibility.ts";
import { type ZipFile, zipped } from "./zip.ts";

/** Builds a lot's bundle, as far as the reader may see it. */
export async function bundleFor(ctx: Context, reader: Reader, lot: string): Promise<BundleJson> {
  const { trail, restricted, documents } = await ctx.prisma.$transaction(
    (db) => disclosedTrail(db, ctx, reader, lot),
    {
      isolationLevel: Prisma.TransactionIsolationLevel.RepeatableRead,
    },
  );
  const listed: BundleDocument[] = [];
  for (const hash of (await uploadedAmong(ctx.prisma, documents)).slice(0, MAX_BUNDLE_DOCUMENTS)) {
    const row = await readableDocument(ctx.prisma, reader, hash);
    const kind = DocumentKind.safeParse(row?.kind).data;
    if (row && kind && isMediaType(row.mediaType))
      listed.push({ hash, kind, mediaType: row.mediaType, size: row.size });
  }
  const made = { at: ctx.clock(), by: `a Reelproof service, asked by ${readerText(reader)}` };
  return bundleOf(trail, { documents: listed, made, restricted });
}

/** Those documents that somebody uploaded here: anyone can name any hash, and each costs several queries. */
async function uploadedAmong(db: Db, hashes: readonly string[]): Promise<string[]> {
  const rows = await db.$queryRaw<{ hash: string }[]>`
    SELECT DISTINCT hash FROM document WHERE hash = ANY(${[...hashes]})`;
  const uploaded = new Set(rows.map(({ hash }) => hash));
  return hashes.filter((hash) => uploaded.has(hash));
}

/** Names the reader, for people. */
function readerText({ party, byGrant, grants = [] }: Reader): string {
  if (party === null) return "its operator";
  return byGrant && party === ""
    ? `anyone with the link of grant ${grants.map(({ id }) => id).join(", ")}`
    : party;
}

/** The metadata of a document that the trail names. Undefined where neither the reader nor its granter may read it. */
async function readableDocument(
  db: Db,
  reader: Reader,
  hash: string,
): Promise<Document | undefined> {
  const granters = (reader.grants ?? []).map(({ granter }) => granter);
  for (const party of [...(reader.byGrant ? [] : [reader.party]), ...granters]) {
    try {
      return (await documentFor(db, { party }, hash))[0];
    } catch (error) {
      if (!(error instanceof Refusal) || error.code !== "NOT_FOUND") throw error;
    }
  }
  return undefined;
}

/**
 * Finds the metadata of a document that a caller may read: its own, or one that it sees named in a lot's trail.
 * @param lot required with a link, because each read is recorded under its lot
 * @throws Refusal NOT_FOUND; BAD_FIELD for a link without a lot
 */
export async function documentRead(
  ctx: Context,
  caller: Reader,
  hash: string,
  lot: string | undefined,
): Promise<Document> {
  if (lot !== undefined) return documentOfTrail(ctx, caller, lot, hash);
  if (caller.byGrant)
    throw new Refusal(
      "BAD_FIELD",
      400,
      "A link opens documents only together with a lot. Name the lot whose trail names the document.",
      { field: "lot" },
    );
  return (await documentFor(ctx.prisma, caller, hash))[0];
}

async function documentOfTrail(
  ctx: Context,
  caller: Reader,
  lot: string,
  hash: string,
): Promise<Document> {
  const { reader } = await lotRead(ctx, caller, lot, "document", hash);
  const { documents } = await disclosedTrail(ctx.prisma, ctx, reader, lot);
  const row = documents.includes(hash)
    ? await readableDocument(ctx.prisma, reader, hash)
    : undefined;
  if (!row)
    throw new Refusal("NOT_FOUND", 404, "There is no such document, or you may not see it.", {
      field: "hash",
    });
  return row;
}

/** Bytes of documents in one zip. Documents that do not fit are left out, and the page says so. */
const MAX_ZIPPED_BYTES = 100 * 1024 * 1024;
const COMPRESSED: readonly MediaType[] = ["application/pdf", "image/jpeg", "image/png"];

interface ToZip {
  bundle: BundleJson;
  verdict: Verdict;
  /** The link to the lot's page, as phones reach it. */
  link: string;
  /** The same link as a QR code, as SVG. */
  symbol: string;
}

/**
 * Streams a bundle as a zip: bundle.json, the documents under their hashes, and lot.html for people.
 * @throws StoreError STORE_UNREACHABLE. A failure after the first byte ends the stream.
 */
export async function zipOf(
  ctx: Context,
  reader: Reader,
  parts: ToZip,
): Promise<AsyncIterable<Uint8Array>> {
  const { bundle, verdict } = parts;
  const parties = bundle.trail.events.flatMap(({ event }) => [
    event.actor,
    event.holder,
    event.consignee,
  ]);
  const nameOf = await namer(ctx.prisma, [
    ...parties,
    ...verdict.parties.map(({ party }) => party),
  ]);
  const [first] = bundle.documents;
  if (first) await ctx.documents.has(first.hash); // fails before the first byte if the store does not answer
  return zipped(filesOf(ctx, parts, nameOf), new Date(bundle.made.at * 1000));
}

type NameOf = Awaited<ReturnType<typeof namer>>;

async function* filesOf(
  ctx: Context,
  { bundle, ...parts }: ToZip,
  nameOf: NameOf,
): AsyncGenerator<ZipFile> {
  yield { name: "bundle.json", bytes: utf8(JSON.stringify(bundle)) };
  const documents: { document: BundleDocument; file: string | null }[] = [];
  let room = MAX_ZIPPED_BYTES;
  for (const document of bundle.documents) {
    const bytes = document.size <= room ? await bytesOf(ctx, document.hash) : undefined;
    const name = `documents/${document.hash.slice(2)}.${MEDIA_TYPES[document.mediaType].extension}`;
    documents.push({ document, file: bytes ? name : null });
    if (!bytes) continue;
    room -= bytes.length;
    yield { name, bytes, stored: COMPRESSED.includes(document.mediaType) };
  }
  yield { name: "lot.html", bytes: utf8(bundlePage({ bundle, ...parts, documents, nameOf })) };
}

/** A document's bytes. Undefined where the store lost or altered them: the page says that the document is missing. */
async function bytesOf({ documents, log }: Context, hash: string): Promise<Uint8Array | undefined> {
  try {
    return await documents.get(hash);
  } catch (error) {
    if (!(error instanceof StoreError) || error.code !== "DOCUMENT_ALTERED") throw error;
    log.error({ err: error }, "a document in the store was altered");
    return undefined;
  }
}
