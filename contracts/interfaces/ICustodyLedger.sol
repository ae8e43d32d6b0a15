// SPDX-License-Identifier: MIT
pragma solidity >=0.8.28;

/// @dev One lot's pieces in an event, in one slot of calldata and log. Bits 0-63: the pieces after the event. Bits
/// 64-127: the pieces before. Bits 128-135: the submission's origin that has the rest of the state before (1: the
/// first; 0: none, because the lot is new). All other bits are zero.
type Line is uint256;

using {piecesAfter, piecesBefore, origin} for Line global;

function piecesAfter(Line line) pure returns (uint256) {
    return uint64(Line.unwrap(line));
}

function piecesBefore(Line line) pure returns (uint256) {
    return uint64(Line.unwrap(line) >> 64);
}

/// @dev Includes the unused high bits, so that a line with such bits names an origin that is missing.
function origin(Line line) pure returns (uint256) {
    return Line.unwrap(line) >> 128;
}

/// @dev The state that lots share before an event, without their pieces, which are in the lines.
struct Origin {
    bytes32 lastEvent;
    address holder;
    address consignee;
    bool held;
}

/// @dev 65 bytes: v is 27 or 28, s is low.
struct Signature {
    bytes32 r;
    bytes32 s;
    uint8 v;
}

/// @dev A custody event as submitted. The signed `CustodyEvent` names each lot's previous word. A submission has the
/// states behind those words instead, and the ledger computes the words itself.
struct Submission {
    uint8 action;
    address actor;
    address holder;
    address consignee;
    uint64 time;
    bytes32 details;
    bytes32[] lots; // strictly ascending
    Line[] lines; // one per lot
    Origin[] origins;
    Signature signature;
}

/// @dev A recall (1), a suspicion (2), or a correction (4), about a lot, or the withdrawal of one of these (3).
struct Notice {
    bytes32 lot;
    uint8 kind;
    address issuer;
    uint64 time;
    bytes32 withdraws;
    bytes32 details;
}

struct SignedNotice {
    Notice notice;
    Signature signature;
}

/// @title The custody ledger: one word per lot, moved by signed events.
/// @notice A lot's state is known by its word, keccak256(abi.encode(lastEvent, holder, consignee, quantity, held)).
/// The submitter supplies the states before an event. The signature gives the authority, so anyone may submit. Anyone
/// can rebuild every state and every signed struct from the logs alone.
/// @dev Warning: the owner can admit an impostor, or freeze a party by suspending it. It cannot move lots.
/// @dev Warning: if the owner renounces its ownership, nobody can admit, suspend or reinstate parties any more.
/// @dev Warning: a party that loses its account cannot enrol new keys. Once its keys are gone, its lots stay permanently.
/// @dev Warning: the ledger judges roles, keys and suspensions at the block that records an event. It may refuse an
/// event that was valid when it was signed but is settled late.
/// @dev Warning: anyone who reads the chain can read the parties, lots and quantities of every event.
/// @dev Warning: a signature covers one chain id and one address. On a fork that keeps both, it is valid on both sides.
interface ICustodyLedger {
    /* EVENTS */

    /// @notice The owner admitted a party, or changed its roles, name or identity.
    /// @param identity hash of a document that identifies the party; zero if there is none.
    event PartyAdmitted(address indexed party, uint8 roles, string name, bytes32 identity);
    event PartySuspended(address indexed party);
    event PartyReinstated(address indexed party);
    event KeyEnrolled(address indexed party, address indexed key);
    event KeyRevoked(address indexed party, address indexed key);
    /// @notice A custody event was recorded. With each lot's previous word (known from replay) this is the signed struct.
    /// @param digest the event's EIP-712 digest, which is the `lastEvent` of every state after it.
    event EventRecorded(
        bytes32 indexed digest,
        address indexed actor,
        address indexed consignee,
        uint8 action,
        address holder,
        uint64 time,
        bytes32 details,
        bytes32[] lots,
        Line[] lines
    );
    /// @notice The batch skipped this event.
    /// @param digest the event's EIP-712 digest; zero if the submission is malformed.
    /// @param reason the custom error with which it would have reverted, ABI-encoded.
    event EventSkipped(bytes32 indexed digest, bytes reason);
    event NoticeTaken(
        bytes32 indexed lot,
        address indexed issuer,
        bytes32 indexed digest,
        uint8 kind,
        uint64 time,
        bytes32 withdraws,
        bytes32 details
    );
    /// @notice The batch skipped this notice.
    /// @param reason the custom error with which it would have reverted, ABI-encoded.
    event NoticeSkipped(bytes32 indexed digest, bytes reason);

    /* VIOLATIONS, in the order in which they are checked; protocol/event/violation.ts has the same list */

    error EntryCountOutOfRange(uint256 count);
    error UnknownAction(uint8 action);
    error TimeTooFarAhead(uint64 time, uint256 latest);
    error PartyNotAdmitted(address party);
    error PartyIsSuspended(address party);
    error RoleMissing(address party, uint8 anyOf);
    error ConsigneeNotAllowed(address consignee);
    error HolderMismatch(address holder, address expected);
    error EntriesNotAscending(bytes32 lot);
    error NewLotNotAllowed(bytes32 lot);
    error NotIssuer(bytes32 lot, address actor);
    error LotExists(bytes32 lot);
    error ExistingLotNotAllowed(bytes32 lot);
    error PreviousMismatch(bytes32 lot, bytes32 word, bytes32 previous);
    error LotClosed(bytes32 lot);
    error NotHolder(bytes32 lot, address holder);
    error NotConsignee(bytes32 lot, address consignee);
    error LotInTransit(bytes32 lot);
    error LotNotInTransit(bytes32 lot);
    error LotHeld(bytes32 lot);
    error LotNotHeld(bytes32 lot);
    error QuantityNotAllowed(bytes32 lot, uint64 before, uint64 quantity);
    error EntryKindsNotAllowed(uint256 existing, uint256 created);
    error QuantityNotConserved(uint256 before, uint256 quantity);
    error BadSignature();
    error KeyNotOfParty(address key, address party);
    error KeyIsRevoked(address key);

    /* OTHER ERRORS */

    /// @notice The submission is malformed: the numbers of lots and lines differ; or a line names an origin that is
    /// missing, sets unused bits, or gives a new lot pieces before; or the origins are not in order of first use.
    error MalformedSubmission();
    /// @notice The zero address cannot be a party.
    error PartyNotAllowed(address party);
    error RolesNotAllowed(uint8 roles);
    error KeyAlreadyEnrolled(address key);
    error NoticeKindNotAllowed(uint8 kind);
    error NoticeAlreadyTaken(bytes32 digest);
    /// @notice The withdrawal does not name a standing notice of this issuer about this lot; or a notice that is not a
    /// withdrawal names one.
    error NothingToWithdraw(bytes32 withdraws);
    /// @notice Another suspicion of this issuer about this lot stands. The issuer can withdraw it.
    error SuspicionStands(bytes32 digest);

    /* ONLY OWNER */

    /// @notice Admits a party, or replaces its roles, name and identity. A suspension stays.
    function admit(address party, uint8 roles, string calldata name, bytes32 identity) external;

    /// @notice Suspends a party: it can no longer sign events or enrol keys. Its lots stay where they are.
    function suspend(address party) external;

    function reinstate(address party) external;

    /* ONLY A PARTY'S ACCOUNT */

    /// @notice Enrols a key for the calling party. A key can be enrolled only once, for one party.
    /// @param signature the key's own, over KeyEnrolment(address party,address key).
    function enrol(address key, Signature calldata signature) external;

    /// @notice Revokes a key of the calling party permanently. A suspended party may also revoke.
    function revoke(address key) external;

    /* ANYONE */

    /// @notice Applies one event, or reverts with the first rule it breaks.
    function record(Submission calldata submission) external returns (bytes32 digest);

    /// @notice Applies events in order. Records each one, or skips it with a log. Ignores an event that is already recorded
    /// without a log, while at least one of its lots still has the word that it gave.
    /// @dev Warning: an event that runs out of gas leaves too little gas to log it. Then the whole batch reverts.
    function recordBatch(Submission[] calldata submissions) external;

    /// @notice Takes a signed notice, once. Only the lot's issuer may recall it, or correct what it stated of the
    /// parts; any party may give a suspicion, of which one at a time stands; a withdrawal names a standing notice of the
    /// same issuer about the same lot. The lot need not be recorded.
    function notify(Notice calldata notice, Signature calldata signature) external returns (bytes32 digest);

    /// @notice Takes notices in order. Takes each one, or skips it with a log. Ignores a notice that was taken before,
    /// without a log.
    /// @dev Warning: a notice that runs out of gas leaves too little gas to log it. Then the whole batch reverts.
    function notifyBatch(SignedNotice[] calldata given) external;

    /* VIEWS */

    /// @notice The word of a lot; zero if it has none.
    function wordOf(bytes32 lot) external view returns (bytes32);

    /// @notice keccak256(abi.encode(word before, notice digest)) over all notices about a lot; zero if there are none.
    function noticeWordOf(bytes32 lot) external view returns (bytes32);

    /// @notice A party's roles and standing. Roles are zero for an address that was never admitted.
    function partyOf(address party) external view returns (uint8 roles, bool suspended);

    /// @notice The key's party, the block that enrolled it, and the block that revoked it (zero: not revoked).
    function keyOf(address key) external view returns (address party, uint48 enrolledAt, uint48 revokedAt);

    /// @notice The digest that the actor must sign for a submission, whichever rules the event breaks.
    function digestOf(Submission calldata submission) external view returns (bytes32);

    function domainSeparator() external view returns (bytes32);
}
