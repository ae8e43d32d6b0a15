// SPDX-License-Identifier: MIT
// Declares the cheat codes that the Solidity tests use, and makes a ledger with parties.
pragma solidity 0.8.37;

import {CustodyLedger} from "../../../contracts/CustodyLedger.sol";
import {Line, Origin, Signature, Submission} from "../../../contracts/interfaces/ICustodyLedger.sol";

/// @dev The cheat codes used here, under the names that EDR knows them by.
interface Vm {
    function addr(uint256 privateKey) external pure returns (address);
    function sign(uint256 privateKey, bytes32 digest) external pure returns (uint8 v, bytes32 r, bytes32 s);
    function prank(address sender) external;
    function assume(bool condition) external pure;
}

Vm constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));

/// @dev A lot's state as the protocol defines it.
struct State {
    bytes32 lastEvent;
    address holder;
    address consignee;
    uint64 quantity;
    bool held;
}

/// @dev An entry as a test writes it. It claims the state before, including quantityBefore.
struct Entry {
    bytes32 lot;
    uint64 quantity;
    State before; // holder zero: a new lot
}

abstract contract Base {
    uint8 internal constant COMMISSION = 1;
    uint8 internal constant INTRODUCE = 2;
    uint8 internal constant SHIP = 3;
    uint8 internal constant RECEIVE = 4;
    uint8 internal constant REFUSE = 5;
    uint8 internal constant CANCEL = 6;
    uint8 internal constant SPLIT = 7;
    uint8 internal constant ASSEMBLE = 8;
    uint8 internal constant INSPECT = 9;
    uint8 internal constant HOLD = 10;
    uint8 internal constant RELEASE = 11;
    uint8 internal constant SCRAP = 12;
    uint64 internal constant MAX_QUANTITY = 2 ** 53 - 1;

    function bound(uint256 value, uint256 min, uint256 max) internal pure returns (uint256) {
        return min + (value % (max - min + 1));
    }

    function wordOf(State memory state) internal pure returns (bytes32) {
        return keccak256(abi.encode(state.lastEvent, state.holder, state.consignee, state.quantity, state.held));
    }

    function lotOf(address issuer, uint256 number) internal pure returns (bytes32) {
        return bytes32(bytes20(issuer)) | (bytes32(uint256(keccak256(abi.encode(number)))) >> 160);
    }

    /// @dev Makes a party of an account, with one key.
    function admit(CustodyLedger ledger, address party, uint8 roles, uint256 privateKey) internal {
        ledger.admit(party, roles, "", 0);
        enrol(ledger, party, privateKey);
    }

    function enrol(CustodyLedger ledger, address party, uint256 privateKey) internal {
        bytes32 structHash = keccak256(
            abi.encode(keccak256("KeyEnrolment(address party,address key)"), party, vm.addr(privateKey))
        );
        bytes32 digest = keccak256(abi.encodePacked(hex"1901", ledger.domainSeparator(), structHash));
        Signature memory signature = signatureOf(privateKey, digest);
        vm.prank(party);
        ledger.enrol(vm.addr(privateKey), signature);
    }

    function signatureOf(uint256 privateKey, bytes32 digest) internal pure returns (Signature memory signature) {
        (signature.v, signature.r, signature.s) = vm.sign(privateKey, digest);
    }

    /// @dev A signed submission of entries that stand in ascending order; each existing lot has an origin of its own.
    function submissionOf(
        CustodyLedger ledger,
        uint8 action,
        address actor,
        address holder,
        address consignee,
        Entry[] memory entries,
        uint256 privateKey
    ) internal view returns (Submission memory s) {
        (s.action, s.actor, s.holder, s.consignee) = (action, actor, holder, consignee);
        s.time = uint64(block.timestamp);
        s.lots = new bytes32[](entries.length);
        s.lines = new Line[](entries.length);
        uint256 existing = 0;
        for (uint256 i = 0; i < entries.length; ++i) if (entries[i].before.holder != address(0)) ++existing;
        s.origins = new Origin[](existing);
        existing = 0;
        for (uint256 i = 0; i < entries.length; ++i) {
            State memory before = entries[i].before;
            uint256 line = entries[i].quantity;
            if (before.holder != address(0)) {
                s.origins[existing++] = Origin(before.lastEvent, before.holder, before.consignee, before.held);
                line |= (uint256(before.quantity) << 64) | (existing << 128);
            }
            (s.lots[i], s.lines[i]) = (entries[i].lot, Line.wrap(line));
        }
        s.signature = signatureOf(privateKey, ledger.digestOf(s));
    }
}
