// The statement: what a party says of others or of parts, signed and beside any trail: who may sell a brand, an alert, or
// the withdrawal of either, as EIP-712 typed data over the hash of its content.
import { z } from "zod";
import { abiSlots, toHex, utf8 } from "../base/bytes.ts";
import { canonicalize } from "../base/canonical.ts";
import { keccak256, sha256 } from "../base/crypto.ts";
import { type Domain, typeHash, typedDigest } from "./event.ts";
import { Text } from "../base/text.ts";
import { Address, Hash, Signature, Time, ZERO_HASH } from "../base/values.ts";

/** What a statement is, by the number that stands in it. */
export const STATEMENT_KINDS = { authorisation: 1, alert: 2, withdrawal: 3 } as const;
export type StatementKindName = keyof typeof STATEMENT_KINDS;

/**
 * A statement as it is signed. `content` is the SHA-256 of the content's canonical JSON (RFC 8785), zero in a withdrawal;
 * `withdraws` the digest of an earlier statement of the same issuer, zero in all others. It is not on the chain: only whose
 * key signed it is asked there.
 */
export const Statement = z.strictObject({
  kind: z.literal([1, 2, 3]),
  issuer: Address,
  time: Time,
  withdraws: Hash,
  content: Hash,
});
export type Statement = z.infer<typeof Statement>;

export const STATEMENT_TYPE =
  "Statement(uint8 kind,address issuer,uint64 time,bytes32 withdraws,bytes32 content)";
const STATEMENT_TYPE_HASH = typeHash(STATEMENT_TYPE);

/** The statement's hash, as lower-case hex: its EIP-712 digest. */
export function statementDigest(
  domain: Domain,
  { kind, issuer, time, withdraws, content }: Statement,
): string {
  return typedDigest(
    domain,
    keccak256(abiSlots([STATEMENT_TYPE_HASH, kind, issuer, time, withdraws, content])),
  );
}

const Day = z.iso.date("a day as YYYY-MM-DD");
const isForwards = (from: string | undefined, to: string | undefined) =>
  from === undefined || to === undefined || from <= to;

/** How close a party stands to a brand: sells for the maker, makes on under its licence, or is good enough for it. */
export const GRADES = ["authorised", "aftermarket", "approved"] as const;

/** A brand's owner says who may sell its parts, from the first day to the last, both inclusive, in UTC. */
export const Authorisation = z
  .strictObject({
    party: Address,
    brand: Text(1, 128),
    grade: z.enum(GRADES),
    from: Day,
    to: Day.exactOptional(),
  })
  .superRefine(({ from, to }, issue) => {
    if (!isForwards(from, to))
      issue.addIssue({ code: "custom", message: "is before `from`", path: ["to"] });
  });
export type Authorisation = z.infer<typeof Authorisation>;

export const ALERT_KINDS = [
  "counterfeit",
  "suspect",
  "recall",
  "stolen",
  "change",
  "end-of-life",
] as const;
export type AlertKind = (typeof ALERT_KINDS)[number];

const MAX_ALERT_LOTS = 250;

/**
 * One entry of an alert list: of which part, and where it has them, of which of the maker's lots and of which days of
 * manufacture. Days, never weeks: the importer of a list knows how its weeks are counted, a program later does not.
 */
export const Alert = z
  .strictObject({
    /** Where the alert is from, such as the name of a list. */
    source: Text(1, 128),
    /** Its number there. */
    reference: Text(1, 64),
    kind: z.enum(ALERT_KINDS),
    manufacturer: Text(1, 128).exactOptional(),
    mpn: Text(1, 64),
    makerLots: z.array(Text(1, 64)).min(1).max(MAX_ALERT_LOTS).exactOptional(),
    dateCodeFrom: Day.exactOptional(),
    dateCodeTo: Day.exactOptional(),
    effectiveFrom: Day.exactOptional(),
    text: Text(1, 512).exactOptional(),
  })
  .superRefine(({ dateCodeFrom, dateCodeTo }, issue) => {
    if (!isForwards(dateCodeFrom, dateCodeTo))
      issue.addIssue({ code: "custom", message: "is before `dateCodeFrom`", path: ["dateCodeTo"] });
  });
export type Alert = z.infer<typeof Alert>;

export type Content = Authorisation | Alert;

/** The SHA-256 of a content's canonical JSON, as lower-case hex; zero where there is none. @throws ProtocolError */
export function contentHash(content: unknown): string {
  return content === null ? ZERO_HASH : toHex(sha256(utf8(canonicalize(content))));
}

/**
 * A statement with its content and what vouches for it. What the content must be follows from the kind; it is left open
 * here, so that what somebody altered can be shown, and named.
 */
export const SignedStatement = z.strictObject({
  statement: Statement,
  signature: Signature,
  content: z.record(z.string(), z.unknown()).nullable(),
});
export type SignedStatement = z.infer<typeof SignedStatement>;

/** What a statement says, once its content is known to be of its kind. */
export type StatementContent =
  | { kind: "authorisation"; content: Authorisation }
  | { kind: "alert"; content: Alert }
  | { kind: "withdrawal"; content: null };

/** Why a content does not belong to its statement. */
export interface ContentFault {
  /** As a dotted path. */
  field: string;
  message: string;
}

/**
 * Reads a statement's content by its kind. Nothing is thrown, whatever the content.
 * @returns what it says, or the first thing that is wrong with it
 */
export function readContent(
  { kind, withdraws, content: hash }: Statement,
  content: unknown,
): StatementContent | ContentFault {
  const isWithdrawal = kind === STATEMENT_KINDS.withdrawal;
  if (isWithdrawal !== (withdraws !== ZERO_HASH))
    return {
      field: "statement.withdraws",
      message: "a withdrawal must name a statement, and no other kind may",
    };
  const parsed = schemaOf(kind).safeParse(content);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const key = issue?.code === "unrecognized_keys" ? issue.keys.slice(0, 1) : [];
    const field = ["content", ...(issue?.path ?? []), ...key].map(String).join(".");
    return { field, message: issue?.message ?? "is not content of this kind" };
  }
  if (hashOrNone(parsed.data) !== hash)
    return { field: "statement.content", message: "the statement commits to different content" };
  return { kind: nameOfKind(kind), content: parsed.data } as StatementContent;
}

function hashOrNone(content: unknown): string | undefined {
  try {
    return contentHash(content);
  } catch {
    return undefined;
  }
}

const schemaOf = (kind: Statement["kind"]) =>
  kind === STATEMENT_KINDS.authorisation
    ? Authorisation
    : kind === STATEMENT_KINDS.alert
      ? Alert
      : z.null();

/** The name of a kind's number. */
function nameOfKind(kind: Statement["kind"]): StatementKindName {
  return (Object.keys(STATEMENT_KINDS) as StatementKindName[]).find(
    (name) => STATEMENT_KINDS[name] === kind,
  )!;
}
