// States the ledger's interface as text, for the ABI coder. It is the same as contracts/interfaces/ICustodyLedger.sol.
import { VIOLATIONS } from "../event/violation.ts";

const SUBMISSION =
  "(uint8 action, address actor, address holder, address consignee, uint64 time, bytes32 details, bytes32[] lots, uint256[] lines, " +
  "(bytes32 lastEvent, address holder, address consignee, bool held)[] origins, (bytes32 r, bytes32 s, uint8 v) signature)";
const NOTICE =
  "(bytes32 lot, uint8 kind, address issuer, uint64 time, bytes32 withdraws, bytes32 details)";
const SIGNATURE = "(bytes32 r, bytes32 s, uint8 v)";

/** The ledger's EVM logs, including those about its ownership. */
export const LEDGER_LOGS = [
  "event PartyAdmitted(address indexed party, uint8 roles, string name, bytes32 identity)",
  "event PartySuspended(address indexed party)",
  "event PartyReinstated(address indexed party)",
  "event KeyEnrolled(address indexed party, address indexed key)",
  "event KeyRevoked(address indexed party, address indexed key)",
  "event EventRecorded(bytes32 indexed digest, address indexed actor, address indexed consignee, uint8 action, address holder, uint64 time, bytes32 details, bytes32[] lots, uint256[] lines)",
  "event EventSkipped(bytes32 indexed digest, bytes reason)",
  "event NoticeTaken(bytes32 indexed lot, address indexed issuer, bytes32 indexed digest, uint8 kind, uint64 time, bytes32 withdraws, bytes32 details)",
  "event NoticeSkipped(bytes32 indexed digest, bytes reason)",
  "event OwnershipTransferStarted(address indexed previousOwner, address indexed newOwner)",
  "event OwnershipTransferred(address indexed previousOwner, address indexed newOwner)",
] as const;

/** The errors that are not broken custody rules. */
export const LEDGER_ERRORS = [
  "error MalformedSubmission()",
  "error PartyNotAllowed(address party)",
  "error RolesNotAllowed(uint8 roles)",
  "error KeyAlreadyEnrolled(address key)",
  "error NoticeKindNotAllowed(uint8 kind)",
  "error NoticeAlreadyTaken(bytes32 digest)",
  "error NothingToWithdraw(bytes32 withdraws)",
  "error SuspicionStands(bytes32 digest)",
  "error OwnableUnauthorizedAccount(address account)",
  "error OwnableInvalidOwner(address owner)",
] as const;

const LEDGER_FUNCTIONS = [
  "function admit(address party, uint8 roles, string name, bytes32 identity)",
  "function suspend(address party)",
  "function reinstate(address party)",
  `function enrol(address key, ${SIGNATURE} signature)`,
  "function revoke(address key)",
  `function record(${SUBMISSION} submission) returns (bytes32 digest)`,
  `function recordBatch(${SUBMISSION}[] submissions)`,
  `function notify(${NOTICE} notice, ${SIGNATURE} signature) returns (bytes32 digest)`,
  `function notifyBatch((${NOTICE} notice, ${SIGNATURE} signature)[] given)`,
  "function wordOf(bytes32 lot) view returns (bytes32)",
  "function noticeWordOf(bytes32 lot) view returns (bytes32)",
  "function partyOf(address party) view returns (uint8 roles, bool suspended)",
  "function keyOf(address key) view returns (address party, uint48 enrolledAt, uint48 revokedAt)",
  `function digestOf(${SUBMISSION} submission) view returns (bytes32)`,
  "function domainSeparator() view returns (bytes32)",
  "function owner() view returns (address)",
  "function pendingOwner() view returns (address)",
  "function transferOwnership(address newOwner)",
  "function acceptOwnership()",
] as const;

/** The whole interface, in ethers' human-readable form. */
export const LEDGER_ABI: readonly string[] = [
  ...LEDGER_LOGS,
  ...Object.entries(VIOLATIONS).map(([name, args]) => `error ${name}(${args.join(", ")})`),
  ...LEDGER_ERRORS,
  ...LEDGER_FUNCTIONS,
];
