// SPDX-License-Identifier: MIT
// Judges signed events by the rules of protocol/event/transition.ts, and keeps one word per lot.
pragma solidity 0.8.37;

import {Ownable, Ownable2Step} from "@openzeppelin/contracts/access/Ownable2Step.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {
    ICustodyLedger,
    Line,
    Notice,
    Origin,
    Signature,
    SignedNotice,
    Submission
} from "./interfaces/ICustodyLedger.sol";

contract CustodyLedger is ICustodyLedger, EIP712, Ownable2Step {
    /* TYPES */

    struct Party {
        uint8 roles; // zero: never admitted
        bool suspended;
    }

    struct Key {
        address party;
        uint48 enrolledAt;
        uint48 revokedAt;
    }

    // The next three structs are hashed as they lie in memory, each field in 32 bytes: the form of abi.encode and EIP-712.

    struct LotState {
        bytes32 lastEvent;
        address holder;
        address consignee;
        uint256 quantity;
        bool held;
    }

    struct TypedEntry {
        bytes32 typeHash;
        bytes32 lot;
        bytes32 previous;
        uint256 quantity;
    }

    struct TypedEvent {
        bytes32 typeHash;
        uint8 action;
        address actor;
        address holder;
        address consignee;
        bytes32 entries;
        uint64 time;
        bytes32 details;
    }

    /* CONSTANTS */

    uint8 private constant COMMISSION = 1;
    uint8 private constant INTRODUCE = 2;
    uint8 private constant SHIP = 3;
    uint8 private constant RECEIVE = 4;
    uint8 private constant REFUSE = 5;
    uint8 private constant CANCEL = 6;
    uint8 private constant SPLIT = 7;
    uint8 private constant ASSEMBLE = 8;
    uint8 private constant INSPECT = 9;
    uint8 private constant HOLD = 10;
    uint8 private constant RELEASE = 11;
    uint8 private constant SCRAP = 12;

    // Sets of actions, one bit each: actions that can create lots, and actions that must take pieces from existing lots.
    uint256 private constant MAKES = (1 << COMMISSION) | (1 << INTRODUCE) | (1 << SPLIT) | (1 << ASSEMBLE);
    uint256 private constant TAKES = (1 << SPLIT) | (1 << ASSEMBLE) | (1 << SCRAP);

    uint8 private constant MANUFACTURER = 1;
    uint8 private constant DISTRIBUTOR = 2;
    uint8 private constant ASSEMBLER = 4;
    uint8 private constant LABORATORY = 8;
    uint8 private constant ALL_ROLES = MANUFACTURER | DISTRIBUTOR | ASSEMBLER | LABORATORY;

    uint8 private constant RECALL = 1;
    uint8 private constant SUSPICION = 2;
    uint8 private constant WITHDRAWAL = 3;
    uint8 private constant CORRECTION = 4;

    bytes32 private constant NOT_STANDING = bytes32(uint256(1)); // no hash

    uint256 private constant MAX_ENTRIES = 250;
    uint256 private constant MAX_TIME_AHEAD = 15 minutes;
    uint256 private constant MAX_QUANTITY = 2 ** 53 - 1; // what every JSON reader keeps exactly

    bytes32 private constant ENTRY_TYPE_HASH = keccak256("Entry(bytes32 lot,bytes32 previous,uint64 quantity)");
    bytes32 private constant EVENT_TYPE_HASH = keccak256(
        "CustodyEvent(uint8 action,address actor,address holder,address consignee,"
        "Entry[] entries,uint64 time,bytes32 details)"
        "Entry(bytes32 lot,bytes32 previous,uint64 quantity)"
    );
    bytes32 private constant NOTICE_TYPE_HASH = keccak256(
        "Notice(bytes32 lot,uint8 kind,address issuer,uint64 time,bytes32 withdraws,bytes32 details)"
    );
    bytes32 private constant ENROLMENT_TYPE_HASH = keccak256("KeyEnrolment(address party,address key)");

    /* STATE */

    mapping(address party => Party) private parties;
    mapping(address key => Key) private keys;
    mapping(bytes32 lot => bytes32) private words;
    mapping(bytes32 lot => bytes32) private noticeWords;
    // The subject, keccak256(abi.encode(lot, issuer)), of a notice that stands; NOT_STANDING of a withdrawal, and of a
    // notice that was withdrawn; zero of a notice that was not taken.
    mapping(bytes32 digest => bytes32 subject) private notices;
    mapping(bytes32 subject => bytes32 digest) private suspicions; // those that stand

    constructor(address owner) EIP712("Reelproof", "1") Ownable(owner) {}

    /* ONLY OWNER */

    /// @inheritdoc ICustodyLedger
    function admit(address party, uint8 roles, string calldata name, bytes32 identity) external onlyOwner {
        // An unknown key belongs to party zero. If zero were a party, every signature would be its own.
        require(party != address(0), PartyNotAllowed(party));
        require(roles != 0 && roles <= ALL_ROLES, RolesNotAllowed(roles));
        parties[party].roles = roles;
        emit PartyAdmitted(party, roles, name, identity);
    }

    /// @inheritdoc ICustodyLedger
    function suspend(address party) external onlyOwner {
        require(parties[party].roles != 0, PartyNotAdmitted(party));
        parties[party].suspended = true;
        emit PartySuspended(party);
    }

    /// @inheritdoc ICustodyLedger
    function reinstate(address party) external onlyOwner {
        require(parties[party].roles != 0, PartyNotAdmitted(party));
        parties[party].suspended = false;
        emit PartyReinstated(party);
    }

    /* ONLY A PARTY'S ACCOUNT */

    /// @inheritdoc ICustodyLedger
    function enrol(address key, Signature calldata signature) external {
        _checkStanding(msg.sender);
        require(keys[key].party == address(0), KeyAlreadyEnrolled(key));
        bytes32 digest = _hashTypedDataV4(keccak256(abi.encode(ENROLMENT_TYPE_HASH, msg.sender, key)));
        require(_signerOf(digest, signature) == key, BadSignature());
        keys[key] = Key({party: msg.sender, enrolledAt: uint48(block.number), revokedAt: 0});
        emit KeyEnrolled(msg.sender, key);
    }

    /// @inheritdoc ICustodyLedger
    function revoke(address key) external {
        _checkKey(key, msg.sender);
        keys[key].revokedAt = uint48(block.number);
        emit KeyRevoked(msg.sender, key);
    }

    /* ANYONE */

    /// @inheritdoc ICustodyLedger
    function record(Submission calldata submission) external returns (bytes32 digest) {
        TypedEvent memory e = _typedEvent(submission);
        (bytes32[] calldata lots, Line[] calldata lines) = (submission.lots, submission.lines);
        Origin[] calldata origins = submission.origins;
        require(lots.length == lines.length, MalformedSubmission());
        _checkEvent(e, lots.length);
        e.entries = _checkEntries(e, lots, lines, origins);
        _checkTogether(e.action, lines);
        digest = _hashTypedDataV4(_hash(e));
        _checkKey(_signerOf(digest, submission.signature), e.actor);
        _write(e, digest, lots, lines, origins);
        emit EventRecorded(digest, e.actor, e.consignee, e.action, e.holder, e.time, e.details, lots, lines);
    }

    /// @inheritdoc ICustodyLedger
    function recordBatch(Submission[] calldata submissions) external {
        for (uint256 i = 0; i < submissions.length; ++i) {
            Submission calldata s = submissions[i];
            try this.record(s) {} catch (bytes memory reason) {
                bytes32 digest = _digest(s);
                if (!_isRecorded(s, digest)) emit EventSkipped(digest, reason);
            }
        }
    }

    /// @inheritdoc ICustodyLedger
    function notify(Notice calldata notice, Signature calldata signature) external returns (bytes32 digest) {
        (bytes32 lot, uint8 kind, address issuer) = (notice.lot, notice.kind, notice.issuer);
        bytes32 withdraws = notice.withdraws;
        bytes32 subject = keccak256(abi.encode(lot, issuer));
        digest = _digest(notice);
        require(kind >= RECALL && kind <= CORRECTION, NoticeKindNotAllowed(kind));
        _checkTime(notice.time);
        _checkStanding(issuer);
        if (kind == RECALL || kind == CORRECTION) require(_issuerOf(lot) == issuer, NotIssuer(lot, issuer));
        // Only a withdrawal may name a notice.
        require(kind == WITHDRAWAL ? notices[withdraws] == subject : withdraws == 0, NothingToWithdraw(withdraws));
        if (kind == SUSPICION) {
            bytes32 standing = suspicions[subject];
            require(standing == 0 || standing == digest, SuspicionStands(standing));
        }
        _checkKey(_signerOf(digest, signature), issuer);
        require(notices[digest] == 0, NoticeAlreadyTaken(digest));

        notices[digest] = kind == WITHDRAWAL ? NOT_STANDING : subject;
        if (kind == SUSPICION) suspicions[subject] = digest;
        if (kind == WITHDRAWAL) {
            notices[withdraws] = NOT_STANDING;
            if (suspicions[subject] == withdraws) delete suspicions[subject];
        }
        noticeWords[lot] = keccak256(abi.encode(noticeWords[lot], digest));
        emit NoticeTaken(lot, issuer, digest, kind, notice.time, withdraws, notice.details);
    }

    /// @inheritdoc ICustodyLedger
    function notifyBatch(SignedNotice[] calldata given) external {
        for (uint256 i = 0; i < given.length; ++i) {
            Notice calldata notice = given[i].notice;
            try this.notify(notice, given[i].signature) {} catch (bytes memory reason) {
                bytes32 digest = _digest(notice);
                if (notices[digest] == 0) emit NoticeSkipped(digest, reason);
            }
        }
    }

    /* VIEWS */

    /// @inheritdoc ICustodyLedger
    function wordOf(bytes32 lot) external view returns (bytes32) {
        return words[lot];
    }

    /// @inheritdoc ICustodyLedger
    function noticeWordOf(bytes32 lot) external view returns (bytes32) {
        return noticeWords[lot];
    }

    /// @inheritdoc ICustodyLedger
    function partyOf(address party) external view returns (uint8 roles, bool suspended) {
        return (parties[party].roles, parties[party].suspended);
    }

    /// @inheritdoc ICustodyLedger
    function keyOf(address key) external view returns (address party, uint48 enrolledAt, uint48 revokedAt) {
        return (keys[key].party, keys[key].enrolledAt, keys[key].revokedAt);
    }

    /// @inheritdoc ICustodyLedger
    function digestOf(Submission calldata submission) external view returns (bytes32) {
        bytes32 digest = _digest(submission);
        require(digest != 0, MalformedSubmission());
        return digest;
    }

    /// @inheritdoc ICustodyLedger
    function domainSeparator() external view returns (bytes32) {
        return _domainSeparatorV4();
    }

    /* THE RULES, in the order of protocol/event/transition.ts */

    /// @dev Checks the event as a whole.
    function _checkEvent(TypedEvent memory e, uint256 count) private view {
        (uint8 action, address actor, address holder, address consignee) = (e.action, e.actor, e.holder, e.consignee);
        require(count >= 1 && count <= MAX_ENTRIES, EntryCountOutOfRange(count));
        require(action >= COMMISSION && action <= SCRAP, UnknownAction(action));
        _checkTime(e.time);
        uint8 roles = _checkStanding(actor);
        uint8 anyOf = _rolesFor(action);
        require(anyOf == 0 || roles & anyOf != 0, RoleMissing(actor, anyOf));
        if (action == SHIP) {
            require(consignee != address(0) && consignee != actor, ConsigneeNotAllowed(consignee));
            _checkStanding(consignee);
        } else {
            require(consignee == address(0), ConsigneeNotAllowed(consignee));
        }
        if (action != REFUSE) require(holder == actor, HolderMismatch(holder, actor));
    }

    function _checkTime(uint64 time) private view {
        uint256 latest = block.timestamp + MAX_TIME_AHEAD;
        require(time <= latest, TimeTooFarAhead(time, latest));
    }

    function _checkStanding(address account) private view returns (uint8 roles) {
        Party memory party = parties[account];
        require(party.roles != 0, PartyNotAdmitted(account));
        require(!party.suspended, PartyIsSuspended(account));
        return party.roles;
    }

    function _rolesFor(uint8 action) private pure returns (uint8 anyOf) {
        if (action == COMMISSION) return MANUFACTURER;
        if (action == INTRODUCE) return MANUFACTURER | DISTRIBUTOR | ASSEMBLER;
        if (action == ASSEMBLE) return ASSEMBLER;
    }

    /// @dev Checks each entry, lowest first, and hashes it.
    function _checkEntries(
        TypedEvent memory e,
        bytes32[] calldata lots,
        Line[] calldata lines,
        Origin[] calldata origins
    ) private view returns (bytes32 entriesHash) {
        bytes32[] memory hashes = new bytes32[](lots.length);
        TypedEntry memory entry = TypedEntry(ENTRY_TYPE_HASH, 0, 0, 0);
        LotState memory state;
        uint256 loaded = 0; // the origin that stands in `state`
        uint256 used = 0; // origins are used in their order

        for (uint256 i = 0; i < lots.length; ++i) {
            (bytes32 lot, Line line) = (_at(lots, i), _at(lines, i));
            (uint256 origin, uint256 quantity, bytes32 word) = (line.origin(), line.piecesAfter(), words[lot]);
            require(lot > entry.lot || i == 0, EntriesNotAscending(lot));
            (entry.lot, entry.previous, entry.quantity) = (lot, 0, quantity);
            if (origin == 0) {
                require(line.piecesBefore() == 0, MalformedSubmission());
                _checkNew(e, lot, word, quantity);
            } else {
                bool other = origin != loaded;
                if (other) {
                    if (origin > used) ++used;
                    require(origin <= used && origin <= origins.length, MalformedSubmission());
                    _load(state, origins[origin - 1]);
                    loaded = origin;
                    require(e.action != COMMISSION && e.action != INTRODUCE, ExistingLotNotAllowed(lot));
                }
                state.quantity = line.piecesBefore();
                entry.previous = _hash(state);
                require(word == entry.previous, PreviousMismatch(lot, word, entry.previous));
                require(state.quantity > 0, LotClosed(lot));
                // A check that holds for one lot of an origin holds for all of them.
                if (other) _checkOrigin(e, lot, state);
                _checkQuantity(e.action, lot, state.quantity, quantity);
            }
            hashes[i] = _hash(entry);
        }
        require(used == origins.length, MalformedSubmission());
        return _hash(hashes);
    }

    function _checkNew(TypedEvent memory e, bytes32 lot, bytes32 word, uint256 quantity) private pure {
        require(_isIn(MAKES, e.action), NewLotNotAllowed(lot));
        require(_issuerOf(lot) == e.actor, NotIssuer(lot, e.actor));
        require(word == 0, LotExists(lot));
        require(quantity > 0 && quantity <= MAX_QUANTITY, QuantityNotAllowed(lot, 0, uint64(quantity)));
    }

    function _checkOrigin(TypedEvent memory e, bytes32 lot, LotState memory state) private pure {
        uint8 action = e.action;
        if (action == RECEIVE || action == REFUSE) {
            require(state.consignee == e.actor, NotConsignee(lot, state.consignee));
            if (action == REFUSE) require(e.holder == state.holder, HolderMismatch(e.holder, state.holder));
        } else {
            require(state.holder == e.actor, NotHolder(lot, state.holder));
            if (action == CANCEL) require(state.consignee != address(0), LotNotInTransit(lot));
            else require(state.consignee == address(0), LotInTransit(lot));
        }
        if (action == HOLD || action == ASSEMBLE) require(!state.held, LotHeld(lot));
        if (action == RELEASE) require(state.held, LotNotHeld(lot));
    }

    function _checkQuantity(uint8 action, bytes32 lot, uint256 quantityBefore, uint256 quantity) private pure {
        bool allowed = quantity == quantityBefore
            ? !_isIn(TAKES, action)
            : quantity < quantityBefore && (_isIn(TAKES, action) || (action == RECEIVE && quantity > 0));
        require(allowed, QuantityNotAllowed(lot, uint64(quantityBefore), uint64(quantity)));
    }

    /// @dev Checks the entries together.
    function _checkTogether(uint8 action, Line[] calldata lines) private pure {
        if (action != SPLIT && action != ASSEMBLE) return;
        (uint256 created, uint256 sum, uint256 parent) = (0, 0, 0);
        for (uint256 i = 0; i < lines.length; ++i) {
            Line line = _at(lines, i);
            if (line.origin() == 0) ++created;
            else parent = line.piecesBefore();
            sum += line.piecesAfter();
        }
        uint256 existing = lines.length - created;
        bool allowed = created >= 1 && (action == SPLIT ? existing == 1 : existing >= 1);
        require(allowed, EntryKindsNotAllowed(existing, created));
        if (action == SPLIT) require(sum == parent, QuantityNotConserved(parent, sum));
    }

    /// @dev Checks the signature: whose key made it, and whether the key is revoked.
    function _signerOf(bytes32 digest, Signature calldata signature) private pure returns (address) {
        (address signer, ECDSA.RecoverError fault, ) = ECDSA.tryRecover(
            digest,
            signature.v,
            signature.r,
            signature.s
        );
        require(fault == ECDSA.RecoverError.NoError, BadSignature());
        return signer;
    }

    function _checkKey(address key, address party) private view {
        Key memory known = keys[key];
        require(known.party == party, KeyNotOfParty(key, party));
        require(known.revokedAt == 0, KeyIsRevoked(key));
    }

    /* WHAT FOLLOWS FROM AN EVENT */

    function _write(
        TypedEvent memory e,
        bytes32 digest,
        bytes32[] calldata lots,
        Line[] calldata lines,
        Origin[] calldata origins
    ) private {
        LotState memory state = LotState(digest, e.holder, e.consignee, 0, false);
        uint256 loaded = type(uint256).max; // the origin whose `held` stands in `state`
        for (uint256 i = 0; i < lots.length; ++i) {
            (bytes32 lot, Line line) = (_at(lots, i), _at(lines, i));
            uint256 origin = line.origin();
            if (origin != loaded) {
                state.held = _heldAfter(e.action, origins, origin);
                loaded = origin;
            }
            state.quantity = line.piecesAfter();
            words[lot] = _hash(state);
        }
    }

    function _heldAfter(uint8 action, Origin[] calldata origins, uint256 origin) private pure returns (bool) {
        if (action == HOLD) return true;
        if (action == RELEASE) return false;
        if (action == SPLIT) return origins[0].held; // its only one, the parent's
        return origin > 0 && origins[origin - 1].held;
    }

    /// @dev Whether at least one lot still has the word that this event gave it, held or not.
    function _isRecorded(Submission calldata s, bytes32 digest) private view returns (bool) {
        if (digest == 0) return false;
        for (uint256 i = 0; i < s.lots.length; ++i) {
            bytes32 word = words[s.lots[i]];
            LotState memory state = LotState(digest, s.holder, s.consignee, s.lines[i].piecesAfter(), false);
            if (word == _hash(state)) return true;
            state.held = true;
            if (word == _hash(state)) return true;
        }
        return false;
    }

    /* HASHES */

    /// @dev The digest of a submission, whichever rules it breaks; zero if a line names an origin that is missing.
    function _digest(Submission calldata s) private view returns (bytes32) {
        TypedEvent memory e = _typedEvent(s);
        (bytes32[] calldata lots, Line[] calldata lines, Origin[] calldata origins) = (s.lots, s.lines, s.origins);
        if (lots.length != lines.length) return 0;
        bytes32[] memory hashes = new bytes32[](lots.length);
        LotState memory state;
        for (uint256 i = 0; i < lots.length; ++i) {
            (bytes32 lot, Line line) = (_at(lots, i), _at(lines, i));
            (uint256 origin, bytes32 previous) = (line.origin(), 0);
            state.quantity = line.piecesBefore();
            if (origin > origins.length || (origin == 0 && state.quantity != 0)) return 0;
            if (origin > 0) {
                _load(state, origins[origin - 1]);
                previous = _hash(state);
            }
            hashes[i] = _hash(TypedEntry(ENTRY_TYPE_HASH, lot, previous, line.piecesAfter()));
        }
        e.entries = _hash(hashes);
        return _hashTypedDataV4(_hash(e));
    }

    function _digest(Notice calldata notice) private view returns (bytes32) {
        return _hashTypedDataV4(keccak256(abi.encode(NOTICE_TYPE_HASH, notice)));
    }

    function _typedEvent(Submission calldata s) private pure returns (TypedEvent memory) {
        return TypedEvent(EVENT_TYPE_HASH, s.action, s.actor, s.holder, s.consignee, 0, s.time, s.details);
    }

    function _load(LotState memory state, Origin calldata origin) private pure {
        state.lastEvent = origin.lastEvent;
        state.holder = origin.holder;
        state.consignee = origin.consignee;
        state.held = origin.held;
    }

    function _issuerOf(bytes32 lot) private pure returns (address) {
        return address(bytes20(lot));
    }

    function _isIn(uint256 actions, uint8 action) private pure returns (bool) {
        return (actions >> action) & 1 != 0;
    }

    /* ASSEMBLY, where it saves much: about 1,000 gas per lot by hashing in place, 200 by reading in the loops */

    // Both arrays have the length that the loops run to, so the loops skip the bounds checks.

    function _at(bytes32[] calldata lots, uint256 i) private pure returns (bytes32 lot) {
        assembly ("memory-safe") {
            lot := calldataload(add(lots.offset, mul(i, 0x20)))
        }
    }

    function _at(Line[] calldata lines, uint256 i) private pure returns (Line line) {
        assembly ("memory-safe") {
            line := calldataload(add(lines.offset, mul(i, 0x20)))
        }
    }

    // The data is already in memory in this form. abi.encode would only copy it.

    function _hash(LotState memory state) private pure returns (bytes32 hash) {
        assembly ("memory-safe") {
            hash := keccak256(state, 0xa0)
        }
    }

    function _hash(TypedEntry memory entry) private pure returns (bytes32 hash) {
        assembly ("memory-safe") {
            hash := keccak256(entry, 0x80)
        }
    }

    function _hash(TypedEvent memory e) private pure returns (bytes32 hash) {
        assembly ("memory-safe") {
            hash := keccak256(e, 0x100)
        }
    }

    function _hash(bytes32[] memory hashes) private pure returns (bytes32 hash) {
        assembly ("memory-safe") {
            hash := keccak256(add(hashes, 0x20), mul(mload(hashes), 0x20))
        }
    }
}
