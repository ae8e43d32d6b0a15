// Defines the statement: who may sell a brand, an alert about parts, or the withdrawal of either. A party signs it as EIP-712
// typed data over the hash of its content. It does not belong to a trail.
import { z } from "zod";
import { abiSlots, toHex, utf8 } from "../base/bytes.ts";
import { canonicalize } from "../base/canonical.ts";
import { keccak256, sha256 } from "../base/crypto.ts";
import { type Domain, domainSeparator, typeHash, typedDigest } from "./event.ts";
import { Identifier, Text } from "../base/text.ts";
import { Address, Hash, Signature, Time, ZERO_HASH, calendarDay } from "../base/values.ts";

/** The kinds of statement, and the number that stands for each. */
export const STATEMENT_KINDS = { authorisation: 1, alert: 2, withdrawal: 3 } as const;
export type StatementKindName = keyof typeof STATEMENT_KINDS;

/**
 * A statement as it is signed. `content` is the SHA-256 of the content's canonical JSON (RFC 8785), zero in a withdrawal.
 * `withdraws` is the digest of an earlier statement of the same issuer, zero in all others. A statement is not on the chain:
 * the chain only says which party's key signed it.
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
    domainSeparator(domain),
    keccak256(abiSlots([STATEMENT_TYPE_HASH, kind, issuer, time, withdraws, content])),
  );
}

const Day = calendarDay("must be a day as YYYY-MM-DD");
const isForwards = (from: string | undefined, to: string | undefined) =>
  from === undefined || to === undefined || from <= to;

/** How close a party is to a brand: sells for the manufacturer, continues production under its licence, or is approved by it. */
export const GRADES = ["authorised", "aftermarket", "approved"] as const;

/** A party that may sell a brand's parts, from the first day to the last, both inclusive, in UTC. The brand's owner signs it. */
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
      issue.addIssue({ code: "custom", message: "must not be before `from`", path: ["to"] });
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
 * One entry of an alert list: the part and, if the list has them, the manufacturer's lots and the days of manufacture. Days,
 * never weeks: the importer of a list knows how its weeks are counted, a later program does not.
 */
export const Alert = z
  .strictObject({
    /** The origin of the alert, such as the name of a list. */
    source: Text(1, 128),
    /** Its number there. */
    reference: Identifier(1, 64),
    kind: z.enum(ALERT_KINDS),
    manufacturer: Text(1, 128).exactOptional(),
    mpn: Identifier(1, 64),
    makerLots: z.array(Identifier(1, 64)).min(1).max(MAX_ALERT_LOTS).exactOptional(),
    dateCodeFrom: Day.exactOptional(),
    dateCodeTo: Day.exactOptional(),
    effectiveFrom: Day.exactOptional(),
    text: Text(1, 512).exactOptional(),
  })
  .superRefine(({ dateCodeFrom, dateCodeTo }, issue) => {
    if (!isForwards(dateCodeFrom, dateCodeTo))
      issue.addIssue({
        code: "custom",
        message: "must not be before `dateCodeFrom`",
        path: ["dateCodeTo"],
      });
  });
export type Alert = z.infer<typeof Alert>;

export type Content = Authorisation | Alert;

/** The SHA-256 of a content's canonical JSON, as lower-case hex; zero if there is no content. @throws ProtocolError */
export function contentHash(content: unknown): string {
  return content === null ? ZERO_HASH : toHex(sha256(utf8(canonicalize(content))));
}

/**
 * A statement with its content and its signature. The kind decides what the content must be. The schema leaves it open, so
 * that a verifier can show altered content and say what is wrong with it.
 */
export const SignedStatement = z.strictObject({
  statement: Statement,
  signature: Signature,
  content: z.record(z.string(), z.unknown()).nullable(),
});
export type SignedStatement = z.infer<typeof SignedStatement>;

/** The content of a statement, checked against its kind. */
export type StatementContent =
  | { kind: "authorisation"; content: Authorisation }
  | { kind: "alert"; content: Alert }
  | { kind: "withdrawal"; content: null };

/** Why a content does not belong to its statement. */
export interface ContentFault {
  /** The dotted path of the field. */
  field: string;
  message: string;
}

/**
 * Reads a statement's content by its kind. Never throws.
 * @returns the content, or the first thing that is wrong with it
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
