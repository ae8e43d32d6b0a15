// SPDX-License-Identifier: MIT
// Plays random calls of several parties on a ledger. A referee knows which calls are allowed.
pragma solidity 0.8.37;

import {CustodyLedger} from "../../../contracts/CustodyLedger.sol";
import {Submission} from "../../../contracts/interfaces/ICustodyLedger.sol";
import {Base, Entry, State, vm} from "./Base.sol";

contract Players is Base {
    struct Player {
        address account;
        uint256 key;
        uint256 revokedKey;
        bool suspended;
    }

    CustodyLedger public immutable LEDGER;
    Player[4] internal players;
    bytes32[] public lots;
    mapping(bytes32 lot => State) internal states;
    mapping(bytes32 lot => mapping(bytes32 word => bool)) internal had;
    mapping(uint8 action => uint256) public successes;
    uint256 public made; // pieces of all lots ever commissioned, introduced or assembled
    uint256 public lost; // pieces scrapped, used up or missing at a receipt
    uint256 internal keysMade;

    constructor() {
        LEDGER = new CustodyLedger(address(this));
        uint8[4] memory roles = [uint8(1), 2, 4, 15];
        for (uint256 i = 0; i < players.length; ++i) {
            players[i].account = vm.addr(1_000 + i);
            players[i].key = ++keysMade;
            admit(LEDGER, players[i].account, roles[i], players[i].key);
            _renewKey(players[i]);
        }
    }

    /* WHAT THE PLAYERS DO */

    /// @dev Makes a lot, whatever the player's roles.
    function make(uint256 player, bool introduced, uint256 quantity) external {
        Entry[] memory entries = new Entry[](1);
        Player storage by = players[player % 4];
        entries[0] = _newEntry(by, uint64(quantity % 5_000));
        _try(introduced ? INTRODUCE : COMMISSION, by, by.account, address(0), entries, by.key);
    }

    /// @dev Acts on one lot: mostly by a party that may, mostly correctly.
    function move(uint256 action, uint256 lot, uint256 by, uint256 to, uint256 quantity, uint256 oddity) external {
        if (lots.length == 0) return;
        action = bound(action, SHIP, SCRAP);
        Entry[] memory entries = new Entry[](1);
        entries[0] = _entry(lot);
        State memory state = entries[0].before;
        bool taking = action == RECEIVE || action == REFUSE;
        Player storage player = _playerOf(taking ? state.consignee : state.holder, by, oddity % 4 == 0);
        if (action == RECEIVE || action == SCRAP || oddity % 8 == 1)
            entries[0].quantity = uint64(bound(quantity, 0, uint256(state.quantity) + (oddity % 2)));
        if (oddity % 16 == 2) entries[0].before.quantity += uint64(quantity % 100);
        if (oddity % 16 == 3) entries[0].before.holder = player.account;
        uint256 key = oddity % 16 == 4 ? player.revokedKey : oddity % 16 == 5 ? players[by % 4].key : player.key;
        _try(
            uint8(action),
            player,
            action == REFUSE ? state.holder : player.account,
            action == SHIP ? players[to % 4].account : address(0),
            entries,
            key
        );
    }

    /// @dev Splits a lot in two or makes a product of it. The shares are mostly right.
    function divide(bool assembling, uint256 lot, uint256 by, uint256 share, uint256 oddity) external {
        if (lots.length == 0) return;
        Entry[] memory entries = new Entry[](2);
        entries[0] = _entry(lot);
        State memory state = entries[0].before;
        Player storage player = _playerOf(state.holder, by, oddity % 4 == 0);
        share = bound(share, 0, state.quantity);
        entries[0].quantity -= uint64(share);
        entries[1] = _newEntry(player, uint64(oddity % 8 == 1 ? share + 1 : share));
        if (entries[1].lot < entries[0].lot) (entries[0], entries[1]) = (entries[1], entries[0]);
        _try(assembling ? ASSEMBLE : SPLIT, player, player.account, address(0), entries, player.key);
    }

    /// @dev The owner suspends or reinstates a party, or a party renews its key.
    function unsettle(uint256 player, uint256 way) external {
        Player storage one = players[player % 4];
        if (one.suspended) LEDGER.reinstate(one.account);
        else if (way % 4 == 0) LEDGER.suspend(one.account);
        else return _renewKey(one);
        one.suspended = !one.suspended;
    }

    /* WHAT THE REFEREE SEES */

    function countOfLots() external view returns (uint256) {
        return lots.length;
    }

    function stateOf(bytes32 lot) external view returns (State memory) {
        return states[lot];
    }

    function _try(
        uint8 action,
        Player storage by,
        address holder,
        address consignee,
        Entry[] memory entries,
        uint256 key
    ) private {
        Submission memory s = submissionOf(LEDGER, action, by.account, holder, consignee, entries, key);
        try LEDGER.record(s) returns (bytes32 digest) {
            require(!by.suspended, "a suspended party acted");
            require(key == by.key, "a key that is not, or no longer, the party's");
            ++successes[action];
            _judge(s, digest, entries);
        } catch {}
    }

    /// @dev Follows a recorded event, and reports one that should not have been recorded.
    function _judge(Submission memory s, bytes32 digest, Entry[] memory entries) private {
        (uint256 before, uint256 left, uint256 created) = (0, 0, 0);
        bool held = s.action == HOLD;
        for (uint256 i = 0; i < entries.length; ++i) {
            State memory state = states[entries[i].lot];
            if (state.holder == address(0)) continue;
            address mover = s.action == RECEIVE || s.action == REFUSE ? state.consignee : state.holder;
            require(mover == s.actor, "somebody moved a lot that is not theirs");
            require(entries[i].quantity <= state.quantity, "a lot has grown");
            before += state.quantity;
            left += entries[i].quantity;
            held = held || (state.held && s.action != RELEASE);
        }
        for (uint256 i = 0; i < entries.length; ++i) {
            bytes32 lot = entries[i].lot;
            if (states[lot].holder == address(0)) {
                created += entries[i].quantity;
                lots.push(lot);
            }
            states[lot] = State(digest, s.holder, s.consignee, entries[i].quantity, held);
            bytes32 word = LEDGER.wordOf(lot);
            require(!had[lot][word], "a lot has a word that it had before");
            had[lot][word] = true;
        }
        if (s.action == SPLIT) {
            require(left + created == before, "a split has not kept the pieces");
        } else {
            require(created == 0 || s.action == COMMISSION || s.action == INTRODUCE || s.action == ASSEMBLE, "made");
            made += created;
            lost += before - left;
        }
    }

    /* HELP */

    function _renewKey(Player storage player) private {
        vm.prank(player.account);
        LEDGER.revoke(vm.addr(player.key));
        player.revokedKey = player.key;
        player.key = ++keysMade;
        enrol(LEDGER, player.account, player.key);
    }

    function _newEntry(Player storage issuer, uint64 quantity) private view returns (Entry memory entry) {
        (entry.lot, entry.quantity) = (lotOf(issuer.account, lots.length), quantity);
    }

    function _entry(uint256 lot) private view returns (Entry memory entry) {
        entry.lot = lots[lot % lots.length];
        entry.before = states[entry.lot];
        entry.quantity = entry.before.quantity;
    }

    function _playerOf(address account, uint256 other, bool odd) private view returns (Player storage) {
        if (!odd) for (uint256 i = 0; i < players.length; ++i) if (players[i].account == account) return players[i];
        return players[other % 4];
    }
}
