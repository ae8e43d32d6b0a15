// Defines the bundle: a trail with the list of documents that it names, as a file that anyone can verify elsewhere.
import { z } from "zod";
import { parseJson, parseWith } from "../base/canonical.ts";
import { DocumentKind, MEDIA_TYPE_NAMES } from "../event/document.ts";
import { type CustodyEvent, type Entry, entryHash } from "../event/event.ts";
import { toHex } from "../base/bytes.ts";
import { MAX_BUNDLE_BYTES, MAX_BUNDLE_DOCUMENTS, MAX_INTEGER } from "../base/limits.ts";
import { Restrictions } from "../event/restrict.ts";
import { Text } from "../base/text.ts";
import { type TrailJson, Trail } from "./trail.ts";
import { Hash, Time } from "../base/values.ts";

export const BUNDLE_FORMAT = "reelproof-bundle";
const BUNDLE_VERSION = 1;

/** A document that an event or a notice of the trail names by its SHA-256. Only the hash is proven; the sender states the rest. */
export const BundleDocument = z.strictObject({
  hash: Hash,
  kind: DocumentKind,
  mediaType: z.enum(MEDIA_TYPE_NAMES),
  /** Bytes. */
  size: z.int().min(0).max(MAX_INTEGER),
});
export type BundleDocument = z.infer<typeof BundleDocument>;

/** When the bundle was made and by whom, for people to read. It is not signed, and no verdict relies on it. */
export const BundleMade = z.strictObject({ at: Time, by: Text(1, 256) });
export type BundleMade = z.infer<typeof BundleMade>;

const shell = {
  format: z.literal(BUNDLE_FORMAT),
  version: z.literal(BUNDLE_VERSION),
  documents: z.array(BundleDocument).max(MAX_BUNDLE_DOCUMENTS),
  made: BundleMade,
  /** The fields that authors of events restrict, by the events' hashes. Services that pass the bundle on respect it. */
  restricted: z.record(Hash, Restrictions).exactOptional(),
};

/** A bundle. The trail names the chain id, the ledger, the lot, and the block that settled each event and notice. */
export const Bundle = z.strictObject({ ...shell, trail: Trail });
export type Bundle = z.infer<typeof Bundle>;
/** A bundle in JSON: a withheld entry is its hash. */
export type BundleJson = z.input<typeof Bundle>;

/** A bundle whose trail is unchecked: the verifier reads the trail itself. */
export const BundleShell = z.strictObject({ ...shell, trail: z.unknown() });
export type BundleShell = z.infer<typeof BundleShell>;

/** Makes the bundle of a trail. */
export function bundleOf(
  trail: TrailJson,
  { documents, made, restricted = {} }: Pick<BundleJson, "documents" | "made" | "restricted">,
): BundleJson {
  const restrictions = Object.keys(restricted).length > 0 && { restricted };
  return {
    format: BUNDLE_FORMAT,
    version: BUNDLE_VERSION,
    trail,
    documents: [...documents],
    made,
    ...restrictions,
  };
}

/**
 * Reads a whole bundle, for a service that imports its events. `verifyBundle` does its own reading.
 * @param input its text, or the result of JSON.parse
 * @throws ProtocolError BAD_JSON, TOO_LARGE, BAD_TEXT, BAD_FIELD with the field at fault
 */
export function readBundle(input: unknown): Bundle {
  return parseWith(Bundle, typeof input === "string" ? parseBundle(input) : input);
}

/**
 * Parses a bundle's text, of any shape. Refuses duplicate keys and anything else that JSON readers disagree on.
 * @throws ProtocolError BAD_JSON, TOO_LARGE, BAD_TEXT, BAD_FIELD
 */
export function parseBundle(text: string | Uint8Array): unknown {
  return parseJson(text, MAX_BUNDLE_BYTES);
}

/** An event as a trail holds it: the hash replaces each entry of a lot that the reader may not see. */
export function withholdEntries(
  event: CustodyEvent,
  isVisible: (lot: string) => boolean,
): Omit<CustodyEvent, "entries"> & { entries: (Entry | string)[] } {
  return {
    ...event,
    entries: event.entries.map((entry) => (isVisible(entry.lot) ? entry : toHex(entryHash(entry)))),
  };
}
