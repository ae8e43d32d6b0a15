// The bundle: a trail that travels, with where it was settled and which documents it names, to be verified elsewhere.
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

/** A document that an event or a notice of the trail names by its SHA-256. All but the hash is the sender's word. */
export const BundleDocument = z.strictObject({
  hash: Hash,
  kind: DocumentKind,
  mediaType: z.enum(MEDIA_TYPE_NAMES),
  /** Bytes. */
  size: z.int().min(0).max(MAX_INTEGER),
});
export type BundleDocument = z.infer<typeof BundleDocument>;

/** When the bundle was made and by whom, for people to read: nobody has signed it, and no verdict stands on it. */
export const BundleMade = z.strictObject({ at: Time, by: Text(1, 256) });
export type BundleMade = z.infer<typeof BundleMade>;

const shell = {
  format: z.literal(BUNDLE_FORMAT),
  version: z.literal(BUNDLE_VERSION),
  documents: z.array(BundleDocument).max(MAX_BUNDLE_DOCUMENTS),
  made: BundleMade,
  /** The fields that authors of events restrict, by the events' hashes: services that pass the bundle on respect that. */
  restricted: z.record(Hash, Restrictions).exactOptional(),
};

/** A bundle. Chain id, ledger and lot stand in the trail, as does the block that settled each event and notice. */
export const Bundle = z.strictObject({ ...shell, trail: Trail });
export type Bundle = z.infer<typeof Bundle>;
/** A bundle as it stands in JSON: withheld entries are their hashes. */
export type BundleJson = z.input<typeof Bundle>;

/** All of a bundle but its trail, which the verifier reads itself. */
export const BundleShell = z.strictObject({ ...shell, trail: z.unknown() });
export type BundleShell = z.infer<typeof BundleShell>;

/** A trail's bundle. */
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
 * Reads a bundle in whole, for who takes its events up. `verifyBundle` reads for itself.
 * @param input its text, or what JSON.parse made of it
 * @throws ProtocolError BAD_JSON, TOO_LARGE, BAD_TEXT, BAD_FIELD with the field at fault
 */
export function readBundle(input: unknown): Bundle {
  return parseWith(Bundle, typeof input === "string" ? parseBundle(input) : input);
}

/**
 * The JSON of a bundle's text, of whatever shape: duplicate keys and the like are refused.
 * @throws ProtocolError BAD_JSON, TOO_LARGE, BAD_TEXT, BAD_FIELD
 */
export function parseBundle(text: string | Uint8Array): unknown {
  return parseJson(text, MAX_BUNDLE_BYTES);
}

/** An event as it stands in a trail: entries of lots that may not be shown are withheld by their hash. */
export function withholdEntries(
  event: CustodyEvent,
  isShown: (lot: string) => boolean,
): Omit<CustodyEvent, "entries"> & { entries: (Entry | string)[] } {
  return {
    ...event,
    entries: event.entries.map((entry) => (isShown(entry.lot) ? entry : toHex(entryHash(entry)))),
  };
}
