// Defines the facts that a reader brings along, from outside the trail. A missing fact is unknown, and the rules that need
// it say so.
import { z } from "zod";
import { DocumentClaims } from "../event/document.ts";
import { MAX_INTEGER } from "../base/limits.ts";
import { type Voucher, VOUCHERS } from "./precedence.ts";
import { SignedStatement } from "../event/statement.ts";
import { Text } from "../base/text.ts";
import { Address, Hash, Time } from "../base/values.ts";

export { Expected } from "../label/expected.ts";

/** A count of pieces. A sum that is greater than the greatest exact integer counts as that integer. */
const Pieces = z.int().min(0).max(MAX_INTEGER);

/** One value for each kind of voucher. */
const byVoucher = <T extends z.ZodType>(value: T) =>
  z.strictObject(
    Object.fromEntries(VOUCHERS.map((voucher) => [voucher, value])) as Record<Voucher, T>,
  );

/** Of whose lots a fact leaves out none. The others were too many, withhold what is compared, or are not for the reader. */
const Complete = z.array(z.enum(VOUCHERS)).max(VOUCHERS.length);

/** What one party states about a document that an event of the lot's history names by its hash. */
export const DocumentFact = z.strictObject({
  hash: Hash,
  /** Whether the store has its bytes. Null: the store does not answer. */
  present: z.boolean().nullable(),
  /** Whether the stored bytes have another hash. Null: the store does not answer. */
  altered: z.boolean().nullable(),
  /** What a person read on the paper. */
  claims: DocumentClaims,
  /** The number of other manufacturer's lots for which it was given as well, by who gave it. */
  otherMakerLots: byVoucher(Pieces),
});
export type DocumentFact = z.infer<typeof DocumentFact>;

/** What the record of another lot with the same manufacturer's lot states. */
export const Sibling = z.strictObject({
  /** Who vouches for that lot. */
  by: z.enum(VOUCHERS),
  mpn: z.string().exactOptional(),
  dateCode: z.string().exactOptional(),
  dateCodeFormat: z.string().exactOptional(),
  /** Whether it declares a mix of dates. */
  dateMixed: z.boolean(),
  countryOfOrigin: z.string().exactOptional(),
});
export type Sibling = z.infer<typeof Sibling>;

/** That one party scanned the package. It names neither the party nor its places, which are private. */
export const Sighting = z.strictObject({
  /** When it last did. */
  last: Time,
  /** When it last did at a place that it named. Null if it named none. */
  lastNamed: Time.nullable(),
  /** Whether it is the reader itself. */
  own: z.boolean(),
  /** Who it is: the lot's holder, another party of the trail, or any other that sees the lot. */
  by: z.enum(["holder", "trail", "other"]),
});
export type Sighting = z.infer<typeof Sighting>;

/** Whether the reader's party scanned the package earlier in the session that the scan names. */
export const SessionScan = z.union([
  /** When it first did. Null if it did not. */
  z.strictObject({ scannedBefore: Time.nullable() }),
  /** Why nobody can tell: the scan was not kept, or the label names no single package. */
  z.strictObject({ notCounted: z.enum(["not kept", "no package"]) }),
]);
export type SessionScan = z.infer<typeof SessionScan>;

/** A package id on the label that is not the lot's own. */
const IdIssued = z.strictObject({
  id: z.string(),
  /** Whether the lot's issuer, its manufacturer, or the party that split it off issued a lot or package with this id. */
  issued: z.boolean(),
  /** Whether all of these parties keep their lots on this ledger, so that everything they issued is known. */
  known: z.boolean(),
});
export type IdIssued = z.infer<typeof IdIssued>;

/** How long shipments from one party to another took. If they are few, only their number is given, for privacy. */
export const Lane = z.strictObject({
  from: Address,
  to: Address,
  /** Shipments that arrived, without the lot's own. */
  count: Pieces,
  /** Nine in ten took no longer. Null if there are so few that it would reveal a single shipment. */
  p90Seconds: Pieces.nullable(),
});
export type Lane = z.infer<typeof Lane>;

/** The most events after a trail's words. Only an attacker signs over one word thousands of times. */
export const MAX_FOLLOWERS = 20_000;

/** A log whose every leaf the reader has followed, from the first event to an anchored checkpoint. */
export const FollowedLog = z.strictObject({
  operator: Address,
  size: Pieces,
  root: Hash,
  /**
   * The number of events that the log withheld from the follower, so any of them may follow any word. It includes events
   * that follow a word of the trail's lots with an invalid signature or key: another reader may see a valid one.
   */
  withheld: Pieces,
  /** The events of the log that follow a word of the trail's lots, including the trail's own. */
  after: z.array(z.strictObject({ lot: Hash, word: Hash, event: Hash })).max(MAX_FOLLOWERS),
});
export type FollowedLog = z.infer<typeof FollowedLog>;

/** The most statements that one verdict can use. */
const MAX_STATEMENTS = 1_000;

/** Facts from outside a trail. A part is missing if the source does not know it. */
export const Facts = z.strictObject({
  /** The source of these facts, for a person to read. */
  source: Text(1, 128),
  /** The party that asks. It believes its own statements. */
  reader: Address.exactOptional(),
  /** V04, V26: authorisations, alerts and their withdrawals. An empty list means that the source has none. */
  statements: z.array(SignedStatement).max(MAX_STATEMENTS).exactOptional(),
  /** V26: set if the source has more alerts on the parts, from issuers that count, than it could check. */
  alertsLeftOut: z.literal(true).exactOptional(),
  /**
   * V07, V09, V19: whether a manufacturer on the ledger has the name of the lot's manufacturer, so that it keeps its lots
   * there.
   */
  makerOnLedger: z.boolean().exactOptional(),
  /**
   * V07: pieces with the same manufacturer, MPN and manufacturer's lot: those that the manufacturer commissioned (null: not
   * all are known here), and those in open lots by who vouches for them. A sum that is not complete is the least that there are.
   */
  circulation: z
    .strictObject({
      commissioned: Pieces.nullable(),
      open: byVoucher(Pieces),
      complete: Complete,
    })
    .exactOptional(),
  /**
   * V09: who gave another open lot of the same manufacturer the same package id, and those of the lots that the reader may see.
   */
  packages: z
    .strictObject({ by: Complete, complete: Complete, lots: z.array(Hash).max(20) })
    .exactOptional(),
  /** V09, V12: the parties that scanned the package, each once, the newest scan first. */
  sightings: z.array(Sighting).max(1_000).exactOptional(),
  /** V12: missing if the scan named no session. */
  session: SessionScan.exactOptional(),
  /** V10: package ids on the label that are not the lot's own. */
  issued: z.array(IdIssued).max(64).exactOptional(),
  /** V19: what other lots with the same manufacturer and manufacturer's lot state, each distinct statement once. */
  siblings: z
    .strictObject({ claims: z.array(Sibling).max(1_000), complete: Complete })
    .exactOptional(),
  /** V22: the lanes of the lot's shipments. */
  lanes: z.array(Lane).max(100).exactOptional(),
  /** V03: the logs that were followed completely. */
  logs: z.array(FollowedLog).max(100).exactOptional(),
  /** V25: the documents that the reader may read. */
  documents: z.array(DocumentFact).max(1_000).exactOptional(),
});
export type Facts = z.infer<typeof Facts>;
