// The one error with which the service refuses a request. Its codes are the closed list of api/refusals.ts.
import { codeOf, type RefusalCode, violationStatus } from "../api/refusals.ts";
import type { withholdEntries } from "../protocol/trail/bundle.ts";
import { ProtocolError } from "../protocol/base/errors.ts";
import type { Verdict } from "../protocol/verdict/verdict.ts";
import type { Violation, ViolationName } from "../protocol/event/violation.ts";

/** What is wrong with one row of a list that was sent. */
export interface RowFault {
  /** The line of the file, or the item of the list, counted from 1. */
  row: number;
  /** The column or field; absent where the whole row is meant. */
  column?: string | undefined;
  code: string;
  message: string;
}

/** Two signed events over one word of a lot, as anybody can check them: entries of other lots are withheld. */
export type SignedPair = readonly [SignedAs, SignedAs];
interface SignedAs {
  hash: string;
  event: ReturnType<typeof withholdEntries>;
  signature: string;
}

/** Why a request was refused: a code for programs, the field at fault, a sentence for people. */
export class Refusal extends Error {
  readonly code: RefusalCode;
  readonly status: number;
  readonly field: string | undefined;
  readonly violation: Violation | undefined;
  /** What was found wrong with evidence that was given. */
  readonly verdict: Verdict | undefined;
  readonly rows: readonly RowFault[] | undefined;
  /** Of EQUIVOCATION: what its actor has signed. */
  readonly evidence: SignedPair | undefined;

  constructor(
    code: RefusalCode,
    status: number,
    message: string,
    more: {
      field?: string | undefined;
      violation?: Violation | undefined;
      rows?: readonly RowFault[] | undefined;
      verdict?: Verdict;
      evidence?: SignedPair;
      cause?: unknown;
    } = {},
  ) {
    super(message, more.cause === undefined ? undefined : { cause: more.cause });
    this.name = "Refusal";
    this.code = code;
    this.status = status;
    this.field = more.field;
    this.violation = more.violation;
    this.verdict = more.verdict;
    this.rows = more.rows;
    this.evidence = more.evidence;
  }
}

/** An event that breaks a rule, as a refusal. */
export function refuseViolation(violation: Violation): Refusal {
  const { name, args } = violation;
  return new Refusal(codeOf(name), violationStatus(name), sentence(violation), {
    violation,
    field: FIELDS[name]?.(args),
  });
}

/** Any error as a refusal: what is not foreseen is INTERNAL, and says nothing of its cause. */
export function toRefusal(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  if (error instanceof ProtocolError) {
    const unavailable = error.code === "CHAIN_UNREACHABLE" || error.code === "CHAIN_INCONSISTENT";
    const status = unavailable ? 503 : error.code === "TOO_LARGE" ? 413 : 400;
    return new Refusal(error.code, status, error.message, { field: error.field, cause: error });
  }
  return new Refusal(
    "INTERNAL",
    500,
    "something went wrong on our side; the request id finds it in the log",
    {
      cause: error,
    },
  );
}

type Args = Violation["args"];

/** Which field of the event a violation is about, where it is one. */
const FIELDS: Partial<Record<ViolationName, (args: Args) => string>> = {
  EntryCountOutOfRange: () => "entries",
  UnknownAction: () => "action",
  TimeTooFarAhead: () => "time",
  ConsigneeNotAllowed: () => "consignee",
  HolderMismatch: () => "holder",
  BadSignature: () => "signature",
  KeyNotOfParty: () => "signature",
  KeyIsRevoked: () => "signature",
};

const SENTENCES: Record<ViolationName, (args: Args) => string> = {
  EntryCountOutOfRange: ([count]) => `an event has 1 to 250 entries, this one has ${count}`,
  UnknownAction: ([action]) => `there is no action ${action}`,
  TimeTooFarAhead: ([time, latest]) =>
    `the event's time ${time} is later than ${latest}, 15 minutes from now`,
  PartyNotAdmitted: ([party]) => `${party} is not admitted to the ledger`,
  PartyIsSuspended: ([party]) => `${party} is suspended`,
  RoleMissing: ([party]) => `${party} does not have the role that this action needs`,
  ConsigneeNotAllowed: ([consignee]) => `${consignee} cannot be the consignee of this action`,
  HolderMismatch: ([holder, expected]) =>
    `the holder after the event must be ${expected}, not ${holder}`,
  EntriesNotAscending: ([lot]) =>
    `entries must stand in ascending order of lot, each lot once: ${lot} does not`,
  NewLotNotAllowed: ([lot]) => `lot ${lot} is not known, and this action makes no lots`,
  NotIssuer: ([lot, actor]) =>
    `lot ${lot} does not carry the address of ${actor}: only its issuer can make it`,
  LotExists: ([lot]) => `lot ${lot} exists already`,
  ExistingLotNotAllowed: ([lot]) =>
    `lot ${lot} exists already, and this action only makes new lots`,
  PreviousMismatch: ([lot, word, previous]) =>
    `lot ${lot} has moved on: its word is ${word}, the event follows ${previous}; read the lot again`,
  LotClosed: ([lot]) => `lot ${lot} is closed: no piece is left`,
  NotHolder: ([lot, holder]) => `lot ${lot} is held by ${holder}, not by the actor`,
  NotConsignee: ([lot]) => `lot ${lot} is not on its way to the actor`,
  LotInTransit: ([lot]) => `lot ${lot} is in transit`,
  LotNotInTransit: ([lot]) => `lot ${lot} is not in transit`,
  LotHeld: ([lot]) => `lot ${lot} is on hold`,
  LotNotHeld: ([lot]) => `lot ${lot} is not on hold`,
  QuantityNotAllowed: ([lot, before, quantity]) =>
    `lot ${lot} has ${before} pieces; this action cannot leave ${quantity}`,
  EntryKindsNotAllowed: ([existing, created]) =>
    `this action cannot take ${existing} existing and make ${created} new lots`,
  QuantityNotConserved: ([before, quantity]) => `${before} pieces were split into ${quantity}`,
  BadSignature: () => "the signature is not 65 bytes with v 27 or 28 and a low s, or nobody's",
  KeyNotOfParty: ([key, party]) => `the key ${key} that signed is none of ${party}`,
  KeyIsRevoked: ([key]) => `the key ${key} is revoked`,
};

function sentence({ name, args }: Violation): string {
  return SENTENCES[name](args);
}
