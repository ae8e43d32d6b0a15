// Lists the code of every refusal, with the HTTP statuses that it may have. The list is closed, and a code is never renamed.
import type { ErrorCode } from "../protocol/base/errors.ts";
import { VIOLATIONS, type ViolationName } from "../protocol/event/violation.ts";

/** NotHolder becomes NOT_HOLDER. */
type CodeOf<Name extends string, Start = true> = Name extends `${infer First}${infer Rest}`
  ? First extends Lowercase<First>
    ? `${Uppercase<First>}${CodeOf<Rest, false>}`
    : `${Start extends true ? "" : "_"}${First}${CodeOf<Rest, false>}`
  : "";

/** The code of a ledger error: NotHolder becomes NOT_HOLDER. */
export const codeOf = <Name extends string>(name: Name): CodeOf<Name> =>
  name.replace(/(?!^)([A-Z])/g, "_$1").toUpperCase() as CodeOf<Name>;

/** The protocol's errors (protocol/base/errors.ts): malformed input, and a node that does not answer. */
const OF_PROTOCOL = {
  BAD_JSON: [400],
  NON_CANONICAL: [400],
  TOO_LARGE: [413, 400],
  BAD_FIELD: [400, 422],
  BAD_TEXT: [400, 422],
  BAD_SIGNATURE: [400, 422],
  BEFORE_MISMATCH: [400],
  BAD_PROOF: [400],
  BAD_PATH: [400],
  CHAIN_UNREACHABLE: [503],
  CHAIN_INCONSISTENT: [503],
} as const satisfies Record<ErrorCode, readonly number[]>;

/** The ledger's errors for an account that calls it, except the custody rules. */
const OF_LEDGER = {
  MALFORMED_SUBMISSION: [422],
  PARTY_NOT_ALLOWED: [422],
  ROLES_NOT_ALLOWED: [422],
  KEY_ALREADY_ENROLLED: [422],
  NOTICE_KIND_NOT_ALLOWED: [422],
  NOTICE_ALREADY_TAKEN: [422],
  NOTHING_TO_WITHDRAW: [422],
  SUSPICION_STANDS: [409],
  OWNABLE_UNAUTHORIZED_ACCOUNT: [422],
  OWNABLE_INVALID_OWNER: [422],
} as const;

/** The service's own codes. */
const OF_SERVICE = {
  /** The request is not HTTP as RFC 9112 defines it, or has a body where none belongs. */
  BAD_REQUEST: [400, 408, 431],
  /** No API key, or one that is unknown, wrong or revoked. */
  UNAUTHENTICATED: [401],
  /** The caller may not do this. */
  FORBIDDEN: [403],
  /** It does not exist, or the caller may not see it. */
  NOT_FOUND: [404],
  NOT_IN_LOG: [404],
  BEYOND_CHECKPOINT: [404],
  METHOD_NOT_ALLOWED: [405],
  /** Several lots that the caller sees have this number. */
  AMBIGUOUS_LOT: [409],
  AMBIGUOUS_PARTY: [409],
  /** The request contradicts what is stored. */
  CONFLICT: [409],
  /** The service was restored from a backup and only reads, until the operator activates it. */
  RESTORED_COPY: [409],
  /** The chain has a checkpoint that is not of this service's log. */
  LOG_FORKED: [409],
  /** The Idempotency-Key was sent before, with another request. */
  IDEMPOTENCY_KEY_REUSED: [422],
  /** One party signed two events over one state of a lot. */
  EQUIVOCATION: [409],
  /** The setting that this needs is not set. */
  NOT_CONFIGURED: [409],
  /** The service has no key with which to sign for the party. */
  NO_KEY: [409],
  /** Something is missing from an event or from the events that it is connected with. */
  NOT_WHOLE: [409, 422],
  /** Every field of a correction has the value that the lot states already. */
  NOTHING_TO_CORRECT: [422],
  /** Another party stated the fact: the issuer of the lot that this one was split from. */
  NOT_STATED_HERE: [422],
  /** Fewer parties may see the fact than would see its correction. */
  FIELD_RESTRICTED: [422],
  /** Neither the ledger nor a trusted checkpoint has it yet. */
  NOT_SETTLED: [409],
  PREDECESSOR_UNKNOWN: [409],
  BODY_TOO_LARGE: [413],
  UNSUPPORTED_MEDIA_TYPE: [415],
  BAD_LIST: [422],
  BUNDLE_REFUSED: [422],
  DETAILS_MISMATCH: [422],
  ENTRIES_WITHHELD: [422],
  /** The label's typeface has no sign for a character. */
  CHARACTER_NOT_PRINTABLE: [422],
  /** The label is too small for what it has to say. */
  LABEL_DOES_NOT_FIT: [422],
  LOG_NOT_ANCHORED: [422],
  MEDIA_TYPE_MISMATCH: [422],
  NOT_UTF8: [422],
  SETTLEMENT_DIFFERS: [422],
  SETTLEMENT_MIXED: [422],
  TOO_MANY_CONNECTED: [422],
  /** More events are behind a lot than a verifier reads, or would be after this one. */
  TRAIL_TOO_LONG: [422],
  /** More requests than the caller may send in a minute. */
  RATE_LIMITED: [429],
  /** The caller's other requests under way, or those of all callers, hold as many bytes as they may. Try again. */
  BUSY: [429, 503],
  /** The party has spent a budget of the day. */
  BUDGET_SPENT: [429],
  /** The party has as many API keys or grants as it may have. */
  BUDGET_FULL: [409],
  DOCUMENT_ALTERED: [500],
  DOCUMENT_MISSING: [500],
  INTERNAL: [500],
  /** The database, the chain's node or the document store does not answer. Try again. */
  NOT_READY: [503],
  /** The chain did not answer in time. A transaction may still be mined. */
  TIMEOUT: [504],
} as const;

type ViolationCode = CodeOf<ViolationName>;
export type RefusalCode =
  keyof typeof OF_PROTOCOL | ViolationCode | keyof typeof OF_LEDGER | keyof typeof OF_SERVICE;

/** Violations because the lot's state changed: another party was first, or the caller read an older state. */
const CONFLICTS: readonly ViolationName[] = ["PreviousMismatch", "LotExists"];

/** The HTTP status of a violation. */
export const violationStatus = (name: ViolationName): number =>
  CONFLICTS.includes(name) ? 409 : 422;

const violations = (Object.keys(VIOLATIONS) as ViolationName[]).map(
  // A direct call to the ledger is refused with 422, whatever the rule.
  (name) => [codeOf(name), [...new Set([violationStatus(name), 422])]] as const,
);

/** Every code, and the statuses that it may have. */
export const REFUSALS = {
  ...(Object.fromEntries(violations) as Record<ViolationCode, readonly number[]>),
  ...OF_PROTOCOL,
  ...OF_LEDGER,
  ...OF_SERVICE,
} satisfies Record<RefusalCode, readonly number[]>;

export const isRefusalCode = (code: string): code is RefusalCode => Object.hasOwn(REFUSALS, code);
