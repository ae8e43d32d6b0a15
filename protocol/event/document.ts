// Describes a document beside its bytes: its kind, its media type, and what a person read on the paper.
import { z } from "zod";
import { DETAIL_FIELDS } from "./detail-fields.ts";
import { Identifier, Text } from "../base/text.ts";

/** What a document is. */
export const DOCUMENT_KINDS = {
  coc: "a certificate of conformity",
  "packing-list": "a packing list",
  "test-report": "a test report",
  photo: "a photo",
  datasheet: "a data sheet",
  alert: "an alert, recall or change notice",
  other: "anything else",
} as const satisfies Record<string, string>;
export type DocumentKindName = keyof typeof DOCUMENT_KINDS;
export const DocumentKind = z.enum(
  Object.keys(DOCUMENT_KINDS) as [DocumentKindName, ...DocumentKindName[]],
);

/** What a hash proves of a document, and what it does not. Every surface that shows documents must say so. */
export const WHAT_A_HASH_PROVES = "a hash proves that the file is unchanged, not that it is true";

/**
 * The details' fields that name a document which people read and a verdict judges (V25). The label's text and a logger's file
 * are not such documents: other rules judge the label and the conditions, so their hashes are left out here.
 */
export const READABLE_DOCUMENT_FIELDS = [
  "cocHash",
  "packingListHash",
  "testReportHash",
  "documentHash",
  "photoHash",
] as const;
export type ReadableDocumentField = (typeof READABLE_DOCUMENT_FIELDS)[number];

/** The details' fields that hold the SHA-256 of a document's bytes. */
export const DOCUMENT_FIELDS = [
  "cocHash",
  "packingListHash",
  "testReportHash",
  "photoHash",
  "documentHash",
  "labelHash",
  "conditionLogHash",
] as const;
export type DocumentField = (typeof DOCUMENT_FIELDS)[number];

/** What a person read on the paper, in the forms of the details' fields. */
export const DocumentClaims = z.strictObject({
  manufacturer: DETAIL_FIELDS.manufacturer.type.optional(),
  mpn: DETAIL_FIELDS.mpn.type.optional(),
  makerLot: DETAIL_FIELDS.makerLot.type.optional(),
  dateCode: DETAIL_FIELDS.dateCode.type.optional(),
  quantity: DETAIL_FIELDS.countedQuantity.type.optional(),
  purchaseOrder: DETAIL_FIELDS.purchaseOrder.type.optional(),
  certificateNumber: Identifier(1, 64).optional(),
});
export type DocumentClaims = z.infer<typeof DocumentClaims>;

/** A name for people. It is never used as a path, and cannot look like one. */
export const DocumentName = Text(1, 128).regex(/^[^/\\]*$/, "must be a name without / and \\");
export const DocumentIssuer = DETAIL_FIELDS.documentIssuer.type;
export const DocumentDay = DETAIL_FIELDS.documentDate.type;

const begins = (...magic: number[]) =>
  ((bytes) => magic.every((byte, i) => bytes[i] === byte)) satisfies Fits;
const either =
  (...some: Fits[]): Fits =>
  (bytes) =>
    some.some((fits) => fits(bytes));
type Fits = (bytes: Uint8Array) => boolean;

/** UTF-8 without NUL: every program accepts that as text. */
const isText: Fits = (bytes) => {
  if (bytes.includes(0)) return false;
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
};
const isJson: Fits = (bytes) => {
  if (!isText(bytes)) return false;
  const first = bytes.find((byte) => ![0x20, 0x09, 0x0a, 0x0d].includes(byte));
  return first === 0x7b || first === 0x5b; // an object or an array
};

/**
 * The accepted media types, the extension of each, and whether bytes can be of it. The list leaves out what a browser runs
 * (HTML, SVG, and XML, which can be either), so that an uploaded file cannot attack its readers, and what hides its content
 * (archives).
 */
export const MEDIA_TYPES = {
  "application/pdf": { extension: "pdf", fits: begins(0x25, 0x50, 0x44, 0x46, 0x2d) },
  "image/jpeg": { extension: "jpg", fits: begins(0xff, 0xd8, 0xff) },
  "image/png": { extension: "png", fits: begins(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a) },
  "image/tiff": {
    extension: "tif",
    fits: either(begins(0x49, 0x49, 0x2a, 0), begins(0x4d, 0x4d, 0, 0x2a)),
  },
  "text/csv": { extension: "csv", fits: isText },
  "text/plain": { extension: "txt", fits: isText },
  "application/json": { extension: "json", fits: isJson },
} as const satisfies Record<string, { extension: string; fits: Fits }>;
export type MediaType = keyof typeof MEDIA_TYPES;
export const MEDIA_TYPE_NAMES = Object.keys(MEDIA_TYPES) as [MediaType, ...MediaType[]];

/** Whether a text names an accepted media type. */
export const isMediaType = (text: string): text is MediaType => Object.hasOwn(MEDIA_TYPES, text);
