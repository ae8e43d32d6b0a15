// Uploads, lists and serves documents: certificates, packing lists, test reports. Events name them by their hash.
import { z } from "zod";
import {
  DocumentClaims,
  DocumentDay,
  DocumentIssuer,
  DocumentKind,
  DocumentName,
  MEDIA_TYPE_NAMES,
  MEDIA_TYPES,
  WHAT_A_HASH_PROVES,
} from "../../../protocol/event/document.ts";
import { Hash } from "../../../protocol/base/values.ts";
import { DocumentInfo, DocumentView, MAX_NAMED_BY } from "../../../api/documents.ts";
import { pageOf } from "../../../api/page.ts";
import type { Document } from "../../../prisma/generated/client.ts";
import { addDocument, claimsOf, documentFor } from "../../documents/documents.ts";
import { type Naming, namingsOf } from "../../documents/naming.ts";
import { documentRead } from "../../bundles/bundles.ts";
import { Refusal } from "../../refusal.ts";
import { namer } from "../../custody/views.ts";
import type { Db } from "../../storage/db.ts";
import type { Reader } from "../../access/visibility.ts";
import { cut, LOT, pageQuery, readCursor } from "./page.ts";
import { LotName } from "../lot-names.ts";
import { partyOf, route } from "./route.ts";
import { wholeNumber } from "./whole-number.ts";

const read = { scope: "read", who: "anyone" } as const;
const NOTE = `Note that ${WHAT_A_HASH_PROVES}.`;
const ofHash = z.object({ hash: Hash.meta({ description: "SHA-256 of the bytes." }) });

const pieces = wholeNumber().optional();

const Metadata = z.strictObject({
  kind: DocumentKind,
  name: DocumentName.optional().meta({
    description: "A label for people. It is never used as a path.",
  }),
  issuer: DocumentIssuer.optional().meta({ description: "Who issued it." }),
  issuedOn: DocumentDay.optional().meta({ description: "The day on which it was issued." }),
  ...DocumentClaims.shape,
  quantity: pieces,
});

export const documents = [
  route({
    method: "post",
    path: "/v1/documents",
    tag: "Documents",
    summary: "Upload a document",
    about:
      "The body is the file's bytes, with its media type. The metadata is in the query; the fields from `manufacturer` on " +
      "are what a person read from the document. For example `curl --data-binary @coc.pdf -H 'Content-Type: " +
      "application/pdf' '…/v1/documents?kind=coc&issuer=Elstow&mpn=ELT67C'`. Events name it by its hash in fields such as " +
      "`cocHash`. The bytes are stored once, however many parties upload them. The same upload by the same party again gets " +
      `the same answer (200), and is refused if its metadata differs. ${NOTE}`,
    access: { scope: "write", who: "party" },
    query: Metadata,
    uploads: MEDIA_TYPE_NAMES,
    answers: { 200: DocumentView, 201: DocumentView },
    async handle({ ctx }, { query: { kind, name, issuer, issuedOn, ...claims }, upload, caller }) {
      const metadata = { kind, name, issuer, issuedOn, claims: defined(claims) };
      const { document, known } = await addDocument(ctx, partyOf(caller), upload!, metadata);
      const [view] = await documentViews(ctx.prisma, caller, [document]);
      return { status: known ? 200 : 201, body: view };
    },
  }),
  route({
    method: "get",
    path: "/v1/documents",
    tag: "Documents",
    summary: "List the caller's documents",
    about: `The documents that the party uploaded, in that order. The operator gets those of all parties. ${NOTE}`,
    access: read,
    query: z.strictObject({ kind: DocumentKind.optional(), ...pageQuery }),
    answers: { 200: pageOf(DocumentView) },
    async handle({ ctx: { prisma } }, { query: { kind, limit, cursor }, caller }) {
      const { party } = caller;
      const rows = await prisma.document.findMany({
        where: {
          AND: [
            party === null ? {} : { owner: party },
            kind === undefined ? {} : { kind },
            isAfter(cursor),
          ],
        },
        orderBy: [{ uploadedAt: "asc" }, { hash: "asc" }, { owner: "asc" }],
        take: limit + 1,
      });
      const { items, next } = cut(rows, limit, ({ uploadedAt, hash, owner }) => [
        String(uploadedAt.getTime()),
        hash,
        owner,
      ]);
      return { status: 200, body: { items: await documentViews(prisma, caller, items), next } };
    },
  }),
  route({
    method: "get",
    path: "/v1/documents/:hash",
    tag: "Documents",
    summary: "Read a document's metadata, and what names it",
    about:
      "For parties that uploaded it, and for those who may see it named in an event or notice by a party that may read it " +
      "itself. " +
      NOTE,
    access: read,
    params: ofHash,
    answers: { 200: DocumentInfo },
    async handle({ ctx: { prisma } }, { params: { hash }, caller }) {
      const rows = await documentFor(prisma, caller, hash);
      const namings = await firstNamings(prisma, caller, hash);
      const nameOf = await namer(
        prisma,
        namings.items.map(({ by }) => by),
      );
      const namedBy = namings.items.map((one) => ({ ...one, by: nameOf(one.by) }));
      const signers = new Set(namings.items.map(({ by }) => by));
      const relevant = rows.filter((row) => isOwn(caller, row) || signers.has(row.owner));
      const views = await documentViews(prisma, caller, relevant);
      return { status: 200, body: { hash, said: views, namedBy, more: namings.more } };
    },
  }),
  route({
    method: "get",
    path: "/v1/documents/:hash/content",
    tag: "Documents",
    summary: "Download a document",
    about: `With a grant, name the lot whose trail contains the document. The bytes are hashed again before they are sent. A browser saves them and never shows them. ${NOTE}`,
    access: { ...read, links: true },
    params: ofHash,
    query: z.strictObject({
      lot: LotName.optional().meta({
        description: "The lot whose trail names the document, in a field that the caller may see.",
      }),
    }),
    lots: ["query.lot"],
    answers: { 200: MEDIA_TYPE_NAMES },
    async handle({ ctx }, { params: { hash }, query: { lot }, caller }) {
      const { mediaType } = await documentRead(ctx, caller, hash, lot);
      const body = await ctx.documents.get(hash);
      if (!body)
        throw new Refusal(
          "DOCUMENT_MISSING",
          500,
          "The document is missing from the store. Ask the service's operator to restore it.",
          {
            field: "hash",
          },
        );
      const name = z.enum(MEDIA_TYPE_NAMES).safeParse(mediaType).data; // undefined if the row was altered
      const { type, extension } = name ? { type: name, ...MEDIA_TYPES[name] } : UNKNOWN_TYPE;
      return { status: 200, type, filename: `${hash.slice(2)}.${extension}`, saved: true, body };
    },
  }),
];

const UNKNOWN_TYPE = { type: "text/plain", extension: "txt" } as const;

function defined<T extends object>(fields: T): DocumentClaims {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

async function firstNamings(
  db: Db,
  reader: Reader,
  hash: string,
): Promise<{ items: Naming[]; more: boolean }> {
  const items: Naming[] = [];
  for await (const one of namingsOf(db, reader, hash)) {
    if (items.length === MAX_NAMED_BY) return { items, more: true };
    items.push(one);
  }
  return { items, more: false };
}

function isAfter(cursor: string | undefined) {
  const position = readCursor(cursor, /^\d{1,15}$/, LOT, /^0x[0-9a-f]{40}$/);
  if (!position) return {};
  const [time, hash, owner] = position as [string, string, string];
  const uploadedAt = new Date(Number(time));
  return {
    OR: [
      { uploadedAt: { gt: uploadedAt } },
      { uploadedAt, hash: { gt: hash } },
      { uploadedAt, hash, owner: { gt: owner } },
    ],
  };
}

/** The operator sees everything. */
const isOwn = ({ party, byGrant }: Reader, { owner }: Document) =>
  !byGrant && (party === null || owner === party);

async function documentViews(
  db: Db,
  reader: Reader,
  rows: readonly Document[],
): Promise<unknown[]> {
  const nameOf = await namer(
    db,
    rows.map(({ owner }) => owner),
  );
  return rows.map((row) => ({
    ...row,
    owner: nameOf(row.owner),
    claims: isOwn(reader, row) ? claimsOf(row) : withoutOrder(claimsOf(row)),
    uploadedAt: row.uploadedAt.toISOString(),
  }));
}

/** Only the party that gave a purchase order may see it. */
const withoutOrder = ({ purchaseOrder: _order, ...claims }: DocumentClaims): DocumentClaims =>
  claims;
