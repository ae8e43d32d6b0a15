// SPDX-License-Identifier: MIT
// Computes the roots that inclusion and consistency proofs lead to, in the SHA-256 Merkle trees of RFC 9162.
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

/// @dev A proof is a path from a node up to the root. RFC 9162 finds out on the way which side each sibling is on. Here
/// both sizes tell before the first hash: while the node and the last node of its level have different parents, the
/// node's bits tell the side; once the parents are the same, every sibling is on the left.
library Merkle {
    /* PATHS: how many siblings, and which of them stand on the left (the lowest bit is the first) */

    /// @dev Requires index < size.
    function inclusionPath(uint256 index, uint256 size) internal pure returns (uint256 length, uint256 lefts) {
        return _pathUp(index, size - 1);
    }

    /// @dev Requires 0 < oldSize <= size. The path begins at the older tree's last complete subtree. Unless that is the whole
    /// older tree, the proof's first hash is its root, and the length counts it.
    function consistencyPath(uint256 oldSize, uint256 size) internal pure returns (uint256 length, uint256 lefts) {
        if (oldSize == size) return (0, 0);
        (uint256 node, uint256 last) = (oldSize - 1, size - 1);
        while (node & 1 == 1) (node, last) = (node >> 1, last >> 1);
        (length, lefts) = _pathUp(node, last);
        if (node != 0) ++length;
    }

    function _pathUp(uint256 node, uint256 last) private pure returns (uint256 length, uint256 lefts) {
        uint256 apart = node == last ? 0 : Math.log2(node ^ last) + 1; // levels
        return (apart + _ones(node >> apart), node | (type(uint256).max << apart));
    }

    /// @dev Counts the set bits of a number below 2^64: sums of 2, 4 and 8 bits side by side, then the sum of all bytes.
    function _ones(uint256 bits) private pure returns (uint256) {
        unchecked {
            bits -= (bits >> 1) & 0x5555555555555555;
            bits = (bits & 0x3333333333333333) + ((bits >> 2) & 0x3333333333333333);
            bits = (bits + (bits >> 4)) & 0x0f0f0f0f0f0f0f0f;
            return ((bits * 0x0101010101010101) >> 56) & 0xff;
        }
    }

    /* ROOTS, for proofs of the right length */

    function inclusionRoot(
        bytes32 leaf,
        uint256 lefts,
        bytes32[] calldata proof
    ) internal pure returns (bytes32 computed) {
        computed = leaf;
        for (uint256 i = 0; i < proof.length; ++i) {
            bool isLeft = (lefts >> i) & 1 == 1;
            (bytes32 left, bytes32 right) = isLeft ? (proof[i], computed) : (computed, proof[i]);
            computed = sha256(abi.encodePacked(hex"01", left, right));
        }
    }

    /// @dev The roots that a consistency proof gives the older and the newer tree.
    function consistencyRoots(
        uint256 oldSize,
        bytes32 oldRoot,
        uint256 lefts,
        bytes32[] calldata proof
    ) internal view returns (bytes32 oldComputed, bytes32 computed) {
        bool isComplete = oldSize & (oldSize - 1) == 0;
        if (proof.length == 0 || isComplete) return _climb(oldRoot, lefts, proof);
        return _climb(proof[0], lefts, proof[1:]);
    }

    /* ASSEMBLY, where it saves much: about 400 gas per hash of a proof */

    /// @dev Goes up from one node twice: without the siblings on its right, and with them.
    function _climb(
        bytes32 start,
        uint256 lefts,
        bytes32[] calldata siblings
    ) private view returns (bytes32 oldHash, bytes32 newHash) {
        oldHash = start;
        newHash = start;
        assembly ("memory-safe") {
            // The bytes of a node: 0x01 ‖ left ‖ right. All nodes use the same memory in turn.
            let left := add(mload(0x40), 0x20)
            let right := add(left, 0x20)
            let node := sub(left, 1)
            mstore(sub(left, 0x20), 1)
            let done := 1
            let at := siblings.offset
            for { let end := add(at, shl(5, siblings.length)) } lt(at, end) { at := add(at, 0x20) } {
                switch and(lefts, 1)
                case 0 {
                    mstore(left, newHash)
                    mstore(right, calldataload(at))
                }
                default {
                    mstore(left, calldataload(at))
                    mstore(right, oldHash)
                    done := and(done, staticcall(gas(), 2, node, 0x41, 0, 0x20))
                    oldHash := mload(0)
                    mstore(right, newHash)
                }
                done := and(done, staticcall(gas(), 2, node, 0x41, 0, 0x20))
                newHash := mload(0)
                lefts := shr(1, lefts)
            }
            // SHA-256 fails only when gas runs out.
            if iszero(done) {
                revert(0, 0)
            }
        }
    }
}
