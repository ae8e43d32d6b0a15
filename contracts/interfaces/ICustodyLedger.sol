// SPDX-License-Identifier: MIT
pragma solidity >=0.8.28;

/// @dev What an event says of one lot's pieces, in one slot of calldata and log: bits 0-63 the pieces after the event,
/// bits 64-127 the pieces before, bits 128-135 which of the submission's origins has the rest of the state before
/// (1: the first; 0: none, the lot is new). All other bits are zero.
type Line is uint256;

using {piecesAfter, piecesBefore, origin} for Line global;

function piecesAfter(Line line) pure returns (uint256) {
    return uint64(Line.unwrap(line));
}

function piecesBefore(Line line) pure returns (uint256) {
    return uint64(Line.unwrap(line) >> 64);
}

/// @dev Includes the bits beyond, so that a line with such bits names an origin that does not exist.
function origin(Line line) pure returns (uint256) {
    return Line.unwrap(line) >> 128;
}

/// @dev What lots share of their states before an event; their pieces stand in the lines.
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

/// @dev A custody event as it is submitted. What is signed, `CustodyEvent`, names each lot's previous word; here stand
/// the states behind those words, and the ledger computes the words itself.
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

/// @dev A recall (1), a suspicion (2), or the withdrawal of one of these (3), about a lot.
struct Notice {
    bytes32 lot;
    uint8 kind;
    address issuer;
    uint64 time;
    bytes32 withdraws;
    bytes32 details;
}

/// @title The custody ledger: one word per lot, moved by signed events.
/// @notice A lot's state is known by its word, keccak256(abi.encode(lastEvent, holder, consignee, quantity, held)).
/// A submission carries the states before its event; signatures carry the authority, so anyone may submit. From the
/// logs alone anyone can rebuild every state and every struct that was signed.
/// @dev Warning: the owner can admit an impostor, or freeze a party by suspending it. It cannot move a lot.
/// @dev Warning: an owner that renounces its ownership leaves a ledger that admits, suspends and reinstates nobody.
/// @dev Warning: a party whose account is lost can enrol no new key: what it holds then stays where it is permanently.
/// @dev Warning: role, key and standing are judged at the block that records an event. An event that
/// settles late may be refused although it was in order when it was signed.
/// @dev Warning: parties, lots and quantities of every event are readable by anyone who reads the chain.
/// @dev Warning: a signature is for one chain id and one address. On a fork that keeps both it holds on both sides.
interface ICustodyLedger {
    /* EVENTS */

    /// @notice A party was admitted, or its roles, name or identity were set anew.
    /// @param identity hash of a document that says who the party is; zero where there is none.
    event PartyAdmitted(address indexed party, uint8 roles, string name, bytes32 identity);
    event PartySuspended(address indexed party);
    event PartyReinstated(address indexed party);
    event KeyEnrolled(address indexed party, address indexed key);
    event KeyRevoked(address indexed party, address indexed key);
    /// @notice A custody event was recorded. With each lot's previous word, known by replay, this is the signed struct.
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
    /// @notice A batch went on without this event.
    /// @param digest the event's EIP-712 digest; zero where the submission is malformed and stands for no event.
    /// @param reason the custom error it would have reverted with, ABI-encoded.
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

    /// @notice Lots and lines differ in number; a line names no origin, has bits that mean nothing, or gives a new lot
    /// pieces before; or the origins are not each used, first by the first line that has one, and so on.
    error MalformedSubmission();
    /// @notice The zero address is not a party.
    error PartyNotAllowed(address party);
    error RolesNotAllowed(uint8 roles);
    error KeyAlreadyEnrolled(address key);
    error NoticeKindNotAllowed(uint8 kind);
    error NoticeAlreadyTaken(bytes32 digest);
    /// @notice A withdrawal names something other than a standing notice of this issuer about this lot; or a notice that
    /// withdraws nothing names one.
    error NothingToWithdraw(bytes32 withdraws);

    /* ONLY OWNER */

    /// @notice Admits a party, or sets its roles, name and identity anew. A suspension stays.
    function admit(address party, uint8 roles, string calldata name, bytes32 identity) external;

    /// @notice From now on the party can sign nothing and enrol no key. What it holds stays where it is.
    function suspend(address party) external;

    function reinstate(address party) external;

    /* ONLY A PARTY'S ACCOUNT */

    /// @notice Makes a key one of the calling party's. One key serves one party, once.
    /// @param signature the key's own, over KeyEnrolment(address party,address key).
    function enrol(address key, Signature calldata signature) external;

    /// @notice Revokes a key of the calling party's, permanently. A suspended party may, too.
    function revoke(address key) external;

    /* ANYONE */

    /// @notice Applies one event, or reverts with the first rule it breaks.
    function record(Submission calldata submission) external returns (bytes32 digest);

    /// @notice Applies events in order. Each is recorded, or skipped with a log. One that is already recorded is passed
    /// over in silence, as long as some lot of it still has the word that it gave.
    /// @dev Warning: an event that runs out of gas leaves too little to log that: the whole batch reverts.
    function recordBatch(Submission[] calldata submissions) external;

    /// @notice Accepts a signed notice, once. A recall is the lot's issuer's; any party may suspect; a withdrawal names a
    /// standing notice about the same lot, of the same issuer. The ledger need not have seen the lot.
    function notify(Notice calldata notice, Signature calldata signature) external returns (bytes32 digest);

    /* VIEWS */

    /// @notice The word of a lot; zero where it has none.
    function wordOf(bytes32 lot) external view returns (bytes32);

    /// @notice keccak256(abi.encode(word before, notice digest)) over all notices about a lot; zero where none is.
    function noticeWordOf(bytes32 lot) external view returns (bytes32);

    /// @notice Roles are zero for a party that was never admitted.
    function partyOf(address party) external view returns (uint8 roles, bool suspended);

    /// @notice Whose key it is, the block that enrolled it, and the block that revoked it (zero: none).
    function keyOf(address key) external view returns (address party, uint48 enrolledAt, uint48 revokedAt);

    /// @notice The digest that must have been signed for a submission, whatever rules the event breaks.
    function digestOf(Submission calldata submission) external view returns (bytes32);

    function domainSeparator() external view returns (bytes32);
}
