// Defines what rules may know from outside a trail: facts that the verifier brings along. A missing fact is unknown, and
// rules that need it say so.
import { z } from "zod";
import { DocumentClaims } from "../event/document.ts";
import { MAX_INTEGER } from "../base/limits.ts";
import { SignedStatement } from "../event/statement.ts";
import { Text } from "../base/text.ts";
import { Address, Hash, Time } from "../base/values.ts";

export { Expected } from "../label/expected.ts";

/** Pieces that the source knows of, in whole. */
const Pieces = z.int().min(0).max(MAX_INTEGER);

/** A document that an event on the lot's way names by its hash, as one party tells of it. */
export const DocumentFact = z.strictObject({
  hash: Hash,
  /** Whether its bytes are there. Null: the store does not answer. */
  present: z.boolean().nullable(),
  /** Whether what is there has another hash. Null: the store does not answer. */
  altered: z.boolean().nullable(),
  /** What a person read off the paper. */
  claims: DocumentClaims,
  /** Of how many other maker's lots it is said to be the document, too. */
  otherMakerLots: Pieces,
});
export type DocumentFact = z.infer<typeof DocumentFact>;

/** What another lot says of the same maker's lot. */
export const Sibling = z.strictObject({
  mpn: z.string().exactOptional(),
  dateCode: z.string().exactOptional(),
  dateCodeFormat: z.string().exactOptional(),
  /** It says itself that pieces of several dates are in it. */
  dateMixed: z.boolean(),
  countryOfOrigin: z.string().exactOptional(),
});
export type Sibling = z.infer<typeof Sibling>;

/** A place at which the package was scanned. Who it was and where is not told to others. */
export const Sighting = z.strictObject({
  first: Time,
  last: Time,
  /** The asking party's own. */
  own: z.boolean(),
  /** Who scanned: who holds the lot or is to receive it, another party that the record knows, or none of these. */
  by: z.enum(["holder", "party", "stranger"]),
  /** The party said where it was. */
  named: z.boolean(),
});
export type Sighting = z.infer<typeof Sighting>;

/** What is known of a package id that stands on the label and is not the lot's own. */
const IdIssued = z.strictObject({
  id: z.string(),
  /** Whether the lot's issuer, its maker, or who split it off issued a lot or package of this id. */
  issued: z.boolean(),
  /** Whether all of these keep their lots on this ledger, so that what they issued is known. */
  known: z.boolean(),
});
export type IdIssued = z.infer<typeof IdIssued>;

/** How long shipments from one party to another took. Of few of them nothing is told beyond their number. */
export const Lane = z.strictObject({
  from: Address,
  to: Address,
  /** Shipments that arrived, without the lot's own. */
  count: Pieces,
  /** Nine in ten took no longer; null where there are too few to tell without telling of one. */
  p90Seconds: Pieces.nullable(),
});
export type Lane = z.infer<typeof Lane>;

/** Events after a trail's words: more are those of somebody who signs one word thousands of times. */
export const MAX_FOLLOWERS = 20_000;

/** A log that the verifier has followed from its first event to an anchored checkpoint, every leaf of it. */
export const FollowedLog = z.strictObject({
  operator: Address,
  size: Pieces,
  root: Hash,
  /**
   * Events of it that the follower was shown by their digests alone, so that any of them may follow any word, and those
   * that follow a word of the trail's lots with a signature or a key that does not stand as it was shown.
   */
  withheld: Pieces,
  /** The events in it that follow a word of the trail's lots, those of the trail included. */
  after: z.array(z.strictObject({ lot: Hash, word: Hash, event: Hash })).max(MAX_FOLLOWERS),
});
export type FollowedLog = z.infer<typeof FollowedLog>;

/** Statements that one verdict can go by. */
const MAX_STATEMENTS = 1_000;

/** Facts from outside a trail. Each part is missing where the source does not know it. */
export const Facts = z.strictObject({
  /** Whose facts these are, for a person to read. */
  source: Text(1, 128),
  /** The party that asks: what it has stated itself it believes. */
  reader: Address.exactOptional(),
  /** V04, V26: authorisations and alerts, with what their issuers withdrew. An empty list: the source has looked. */
  statements: z.array(SignedStatement).max(MAX_STATEMENTS).exactOptional(),
  /** V26: there are more alerts on the parts than these, by issuers that count: the source could not look at them all. */
  alertsLeftOut: z.literal(true).exactOptional(),
  /** V07: pieces of the same manufacturer, MPN and maker's lot: commissioned, and in lots that are open. */
  circulation: z.strictObject({ commissioned: Pieces, open: Pieces }).exactOptional(),
  /** V09: other open lots of the same maker with the same package id, and which of them the reader may see. */
  packages: z.strictObject({ others: Pieces, lots: z.array(Hash).max(20) }).exactOptional(),
  /** V09, V12: where the package was scanned, each place once, the newest first. */
  sightings: z.array(Sighting).max(1_000).exactOptional(),
  /** V10: the package ids of the label that are not the lot's own. */
  issued: z.array(IdIssued).max(64).exactOptional(),
  /** V19: what other lots of the same manufacturer and maker's lot are said to be, each different saying once. */
  siblings: z.array(Sibling).max(1_000).exactOptional(),
  /** V22: the lanes by which the lot went. */
  lanes: z.array(Lane).max(100).exactOptional(),
  /** V03: the logs that were followed in whole. */
  logs: z.array(FollowedLog).max(100).exactOptional(),
  /** V25: documents that the reader may read. */
  documents: z.array(DocumentFact).max(1_000).exactOptional(),
});
export type Facts = z.infer<typeof Facts>;
