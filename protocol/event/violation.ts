// Lists the custody rules that an event can break, in the order in which they are checked. Names and arguments
// are those of the custom errors of contracts/interfaces/ICustodyLedger.sol.

/** The rules in checking order, with the Solidity types of their arguments. */
export const VIOLATIONS = {
  // the event as a whole
  EntryCountOutOfRange: ["uint256 count"],
  UnknownAction: ["uint8 action"],
  TimeTooFarAhead: ["uint64 time", "uint256 latest"],
  PartyNotAdmitted: ["address party"],
  PartyIsSuspended: ["address party"],
  RoleMissing: ["address party", "uint8 anyOf"],
  ConsigneeNotAllowed: ["address consignee"],
  HolderMismatch: ["address holder", "address expected"],
  // each entry, lowest first
  EntriesNotAscending: ["bytes32 lot"],
  NewLotNotAllowed: ["bytes32 lot"],
  NotIssuer: ["bytes32 lot", "address actor"],
  LotExists: ["bytes32 lot"],
  ExistingLotNotAllowed: ["bytes32 lot"],
  PreviousMismatch: ["bytes32 lot", "bytes32 word", "bytes32 previous"],
  LotClosed: ["bytes32 lot"],
  NotHolder: ["bytes32 lot", "address holder"],
  NotConsignee: ["bytes32 lot", "address consignee"],
  LotInTransit: ["bytes32 lot"],
  LotNotInTransit: ["bytes32 lot"],
  LotHeld: ["bytes32 lot"],
  LotNotHeld: ["bytes32 lot"],
  QuantityNotAllowed: ["bytes32 lot", "uint64 before", "uint64 quantity"],
  // the entries together
  EntryKindsNotAllowed: ["uint256 existing", "uint256 created"],
  QuantityNotConserved: ["uint256 before", "uint256 quantity"],
  // the signature
  BadSignature: [],
  KeyNotOfParty: ["address key", "address party"],
  KeyIsRevoked: ["address key"],
} as const satisfies Record<string, readonly string[]>;

export type ViolationName = keyof typeof VIOLATIONS;

/** A broken rule: its name, and its arguments in the order of the list (lower-case hex, numbers, and the sum of a split as decimal text). */
export interface Violation {
  name: ViolationName;
  args: readonly (string | number)[];
}
