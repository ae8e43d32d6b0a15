// SPDX-License-Identifier: MIT
// Tests invariants over any sequence of events: no quantity grows, only its holder or consignee moves a lot,
// no two words collide.
pragma solidity 0.8.37;

import {CustodyLedger} from "../../contracts/CustodyLedger.sol";
import {ICustodyLedger, Submission} from "../../contracts/interfaces/ICustodyLedger.sol";
import {Base, Entry, State, vm} from "./support/Base.sol";
import {Players} from "./support/Players.sol";

contract CustodyLedgerInvariantTest {
    Players private players;

    function setUp() public {
        players = new Players();
    }

    function targetContracts() public view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(players);
    }

    /// @dev At each event, the referee in Players checks who moved what.
    function invariant_piecesComeFromMakersAlone() public view {
        uint256 there = 0;
        for (uint256 i = 0; i < players.countOfLots(); ++i) there += players.stateOf(players.lots(i)).quantity;
        require(there + players.lost() == players.made(), "pieces came or went unseen");
    }

    function invariant_wordsAreThoseOfTheStates() public view {
        CustodyLedger ledger = players.LEDGER();
        for (uint256 i = 0; i < players.countOfLots(); ++i) {
            bytes32 lot = players.lots(i);
            State memory state = players.stateOf(lot);
            require(ledger.wordOf(lot) == keccak256(abi.encode(state)), "a word is not that of its state");
        }
    }

    /// @dev Every action succeeds at least once, so that the invariants are not empty.
    function test_playersReachEveryAction() public {
        uint256 seed = 1;
        for (uint256 i = 0; i < 3_000; ++i) {
            seed = uint256(keccak256(abi.encode(seed)));
            if (seed % 8 == 0) players.make(seed >> 8, seed & 16 == 0, seed >> 16);
            else if (seed % 8 == 1) players.divide(seed & 16 == 0, seed >> 8, seed >> 24, seed >> 40, seed >> 56);
            else if (seed % 64 == 2) players.unsettle(seed >> 8, seed >> 16);
            else players.move(seed >> 8, seed >> 24, seed >> 40, seed >> 56, seed >> 72, seed >> 88);
        }
        for (uint8 action = 1; action <= 12; ++action)
            require(players.successes(action) > 0, "the players never got through with an action");
    }
}

contract CustodyLedgerFuzzTest is Base {
    CustodyLedger private ledger;
    address private constant MAKER = address(0xa11ce);
    address private constant OTHER = address(0xb0b);
    uint256 private constant MAKER_KEY = 1;
    uint256 private constant OTHER_KEY = 2;

    function setUp() public {
        ledger = new CustodyLedger(address(this));
        admit(ledger, MAKER, 15, MAKER_KEY);
        admit(ledger, OTHER, 15, OTHER_KEY);
    }

    function testFuzz_aWordIsTheHashOfItsState(uint256 number, uint64 quantity) public {
        quantity = uint64(bound(quantity, 1, MAX_QUANTITY));
        (bytes32 lot, State memory state) = _commission(number, quantity);
        require(ledger.wordOf(lot) == wordOf(state));
        State memory moving = State(0, MAKER, OTHER, quantity, false);
        moving.lastEvent = ledger.record(_one(SHIP, MAKER, MAKER, OTHER, lot, quantity, state, MAKER_KEY));
        require(ledger.wordOf(lot) == wordOf(moving));
    }

    function testFuzz_noOtherStateHasALotsWord(uint64 quantity, State memory claimed, uint256 alike) public {
        quantity = uint64(bound(quantity, 1, MAX_QUANTITY));
        (bytes32 lot, State memory state) = _commission(1, quantity);
        // Claims that differ in one part find more faults than claims that differ in every part.
        if (alike & 1 != 0) claimed.lastEvent = state.lastEvent;
        if (alike & 2 != 0) claimed.holder = state.holder;
        if (alike & 4 != 0) claimed.consignee = state.consignee;
        if (alike & 8 != 0) claimed.quantity = state.quantity;
        if (alike & 16 != 0) claimed.held = state.held;
        vm.assume(claimed.holder != address(0) && keccak256(abi.encode(claimed)) != keccak256(abi.encode(state)));
        bytes32 word = ledger.wordOf(lot);
        _expectRefusal(
            _one(INSPECT, MAKER, MAKER, address(0), lot, claimed.quantity, claimed, MAKER_KEY),
            abi.encodeWithSelector(ICustodyLedger.PreviousMismatch.selector, lot, word, wordOf(claimed))
        );
    }

    function testFuzz_noKeyButThePartysMovesItsLots(uint256 privateKey, uint8 action) public {
        privateKey = bound(privateKey, 3, 2 ** 255);
        action = uint8(bound(action, INSPECT, HOLD));
        (bytes32 lot, State memory state) = _commission(1, 10);
        bytes memory reason = abi.encodeWithSelector(
            ICustodyLedger.KeyNotOfParty.selector,
            vm.addr(privateKey),
            MAKER
        );
        _expectRefusal(_one(action, MAKER, MAKER, address(0), lot, 10, state, privateKey), reason);
    }

    function testFuzz_aSuspendedPartyCanDoNothing(uint8 action, uint64 quantity) public {
        action = uint8(bound(action, COMMISSION, SCRAP));
        (bytes32 lot, State memory state) = _commission(1, 10);
        ledger.suspend(MAKER);
        bytes memory reason = abi.encodeWithSelector(ICustodyLedger.PartyIsSuspended.selector, MAKER);
        address consignee = action == SHIP ? OTHER : address(0);
        _expectRefusal(_one(action, MAKER, MAKER, consignee, lot, quantity, state, MAKER_KEY), reason);
    }

    function testFuzz_aRevokedKeyCanDoNothing(uint256 privateKey, uint64 quantity) public {
        privateKey = bound(privateKey, 3, 2 ** 255);
        enrol(ledger, MAKER, privateKey);
        vm.prank(MAKER);
        ledger.revoke(vm.addr(privateKey));
        quantity = uint64(bound(quantity, 1, MAX_QUANTITY));
        State memory none;
        bytes memory reason = abi.encodeWithSelector(ICustodyLedger.KeyIsRevoked.selector, vm.addr(privateKey));
        bytes32 lot = lotOf(MAKER, 1);
        _expectRefusal(_one(COMMISSION, MAKER, MAKER, address(0), lot, quantity, none, privateKey), reason);
    }

    function testFuzz_aReceiptNeverGrows(uint64 sent, uint64 received) public {
        sent = uint64(bound(sent, 1, MAX_QUANTITY));
        (bytes32 lot, State memory state) = _commission(1, sent);
        bytes32 shipped = ledger.record(_one(SHIP, MAKER, MAKER, OTHER, lot, sent, state, MAKER_KEY));
        State memory moving = State(shipped, MAKER, OTHER, sent, false);
        Submission memory receipt = _one(RECEIVE, OTHER, OTHER, address(0), lot, received, moving, OTHER_KEY);
        if (received == 0 || received > sent)
            _expectRefusal(
                receipt,
                abi.encodeWithSelector(ICustodyLedger.QuantityNotAllowed.selector, lot, sent, received)
            );
        else ledger.record(receipt);
    }

    function testFuzz_aSplitKeepsThePieces(uint64 quantity, uint64 kept, uint64 given) public {
        quantity = uint64(bound(quantity, 1, MAX_QUANTITY));
        kept = uint64(bound(kept, 0, quantity - 1));
        given = uint64(bound(given, 1, MAX_QUANTITY));
        (bytes32 lot, State memory state) = _commission(1, quantity);
        Entry[] memory entries = new Entry[](2);
        entries[0] = Entry(lot, kept, state);
        (entries[1].lot, entries[1].quantity) = (lotOf(MAKER, 2), given);
        if (entries[1].lot < entries[0].lot) (entries[0], entries[1]) = (entries[1], entries[0]);
        Submission memory s = submissionOf(ledger, SPLIT, MAKER, MAKER, address(0), entries, MAKER_KEY);
        uint256 sum = uint256(kept) + given;
        if (sum != quantity)
            _expectRefusal(s, abi.encodeWithSelector(ICustodyLedger.QuantityNotConserved.selector, quantity, sum));
        else ledger.record(s);

        // Half and half is always right.
        if (quantity < 2 || sum == quantity) return;
        uint64 half = quantity / 2;
        for (uint256 i = 0; i < 2; ++i) entries[i].quantity = entries[i].lot == lot ? quantity - half : half;
        ledger.record(submissionOf(ledger, SPLIT, MAKER, MAKER, address(0), entries, MAKER_KEY));
    }

    function _commission(uint256 number, uint64 quantity) private returns (bytes32 lot, State memory state) {
        lot = lotOf(MAKER, number);
        state = State(0, MAKER, address(0), quantity, false);
        State memory none;
        state.lastEvent = ledger.record(
            _one(COMMISSION, MAKER, MAKER, address(0), lot, quantity, none, MAKER_KEY)
        );
    }

    function _one(
        uint8 action,
        address actor,
        address holder,
        address consignee,
        bytes32 lot,
        uint64 quantity,
        State memory before,
        uint256 privateKey
    ) private view returns (Submission memory) {
        Entry[] memory entries = new Entry[](1);
        entries[0] = Entry(lot, quantity, before);
        return submissionOf(ledger, action, actor, holder, consignee, entries, privateKey);
    }

    function _expectRefusal(Submission memory s, bytes memory expected) private {
        try ledger.record(s) returns (bytes32) {
            revert("the event went through");
        } catch (bytes memory reason) {
            require(keccak256(reason) == keccak256(expected), "refused for another reason");
        }
    }
}
