// Defines the one error with which the service refuses a request. Its codes are the closed list of api/refusals.ts.
import { codeOf, type RefusalCode, violationStatus } from "../api/refusals.ts";
import type { Candidate } from "../api/problem.ts";
import type { withholdEntries } from "../protocol/trail/bundle.ts";
import { ProtocolError } from "../protocol/base/errors.ts";
import type { Verdict } from "../protocol/verdict/verdict.ts";
import type { Violation, ViolationName } from "../protocol/event/violation.ts";

/** A fault in one row of a submitted list. */
export interface RowFault {
  /** The line of the file, or the item of the list, counted from 1. */
  row: number;
  /** The column or field; absent if the whole row is at fault. */
  column?: string | undefined;
  code: string;
  message: string;
}

/** Two signed events over one word of a lot, in a form that anyone can check: entries of other lots are withheld. */
export type SignedPair = readonly [SignedAs, SignedAs];
/** A budget that is spent or full. */
export interface SpentBudget {
  name: string;
  limit: number;
  /** Unix seconds at which it begins anew; null where ending something makes room. */
  until: number | null;
}

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
  /** The verdict on evidence that was sent. */
  readonly verdict: Verdict | undefined;
  readonly rows: readonly RowFault[] | undefined;
  /** For EQUIVOCATION: the two events that the actor signed. */
  readonly evidence: SignedPair | undefined;
  /** For AMBIGUOUS_LOT: the lots that the name can mean. */
  readonly candidates: readonly Candidate[] | undefined;
  /** For RATE_LIMITED, BUDGET_SPENT and BUDGET_FULL. */
  readonly budget: SpentBudget | undefined;
  /** Seconds after which the same request may succeed. */
  readonly retryAfter: number | undefined;

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
      candidates?: readonly Candidate[];
      budget?: SpentBudget;
      retryAfter?: number;
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
    this.candidates = more.candidates;
    this.budget = more.budget;
    this.retryAfter = more.retryAfter;
  }
}

/** What the lots and parties in a violation are called; and the party that acts. */
export interface Called {
  actor: string;
  /** A lot's number by its id, a party's name by its address. */
  names: ReadonlyMap<string, string>;
}

/** Makes the refusal of an event that breaks a rule. @param called names for its sentence, where they are at hand */
export function refuseViolation(violation: Violation, called?: Called): Refusal {
  const { name, args } = violation;
  return new Refusal(codeOf(name), violationStatus(name), sentence(violation, called), {
    violation,
    field: FIELDS[name]?.(args),
  });
}

/** Turns any error into a refusal. An unforeseen one becomes INTERNAL and does not reveal its cause. */
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
    "Something went wrong in the service. Give its operator the request id: it finds the error in the log.",
    {
      cause: error,
    },
  );
}

type Args = Violation["args"];

/** The field of the event that a violation is about, for those about a field. */
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

const SENTENCES: Record<ViolationName, (args: Args, actor: string) => string> = {
  EntryCountOutOfRange: ([count]) => `The event has ${count} entries. An event has 1 to 250.`,
  UnknownAction: ([action]) => `There is no action ${action}.`,
  TimeTooFarAhead: ([time, latest]) =>
    `The event's time ${time} is later than ${latest}, which is 15 minutes from now. Check the clock.`,
  PartyNotAdmitted: ([party]) =>
    `${party} is not admitted to the ledger. The ledger's owner can admit it.`,
  PartyIsSuspended: ([party]) => `${party} is suspended. The ledger's owner can reinstate it.`,
  RoleMissing: ([party]) =>
    `${party} does not have the role that this action needs. The ledger's owner can give it.`,
  ConsigneeNotAllowed: ([consignee]) => `${consignee} cannot be the consignee of this action.`,
  HolderMismatch: ([holder, expected]) =>
    `The holder after the event must be ${expected}, not ${holder}.`,
  EntriesNotAscending: ([lot]) =>
    `Entries must be in ascending order of lot, each lot once. Lot ${lot} is out of place.`,
  NewLotNotAllowed: ([lot]) => `There is no lot ${lot}, and this action does not make lots.`,
  NotIssuer: ([lot, actor]) =>
    `Lot ${lot} does not carry the address of ${actor}. Only its issuer can make it.`,
  LotExists: ([lot]) => `Lot ${lot} already exists. Choose another lot number.`,
  ExistingLotNotAllowed: ([lot]) =>
    `Lot ${lot} already exists, and this action only makes new lots.`,
  PreviousMismatch: ([lot, word, previous]) =>
    `Lot ${lot} has changed: its word is ${word}, but the event follows ${previous}. Read the lot again.`,
  LotClosed: ([lot]) => `Lot ${lot} is closed: it has no pieces left.`,
  NotHolder: ([lot, holder], actor) =>
    `Lot ${lot} is held by ${holder}, not by ${actor}: only its holder can do this.`,
  NotConsignee: ([lot], actor) => `Lot ${lot} is not on its way to ${actor}.`,
  LotInTransit: ([lot]) =>
    `Lot ${lot} is in transit. It has to be received, refused or cancelled first.`,
  LotNotInTransit: ([lot]) => `Lot ${lot} is not in transit.`,
  LotHeld: ([lot]) => `Lot ${lot} is on hold. Its holder has to release it first.`,
  LotNotHeld: ([lot]) => `Lot ${lot} is not on hold.`,
  QuantityNotAllowed: ([lot, before, quantity]) =>
    `Lot ${lot} has ${before} pieces. This action cannot leave ${quantity}.`,
  EntryKindsNotAllowed: ([existing, created]) =>
    `This action cannot take ${existing} existing lots and make ${created} new ones.`,
  QuantityNotConserved: ([before, quantity]) =>
    `${before} pieces were split into ${quantity}. A split must keep the sum.`,
  BadSignature: () =>
    "The signature is invalid: it must have 65 bytes, v 27 or 28 and a low s, and belong to a key.",
  KeyNotOfParty: ([key, party]) => `The key ${key} that signed does not belong to ${party}.`,
  KeyIsRevoked: ([key]) => `The key ${key} is revoked. Sign with another key.`,
};

function sentence({ name, args }: Violation, { actor, names }: Called = UNNAMED): string {
  return SENTENCES[name](
    args.map((arg) => names.get(String(arg)) ?? arg),
    actor,
  );
}

const UNNAMED: Called = { actor: "the actor", names: new Map() };
