// SPDX-License-Identifier: MIT
// Keeps each operator's newest log checkpoint, and replaces it only by one that extends it.
// protocol/log/checkpoint.ts has the same rules.
pragma solidity 0.8.37;

import {Merkle} from "./Merkle.sol";
import {ICheckpointLog} from "./interfaces/ICheckpointLog.sol";

contract CheckpointLog is ICheckpointLog {
    /* TYPES */

    struct Checkpoint {
        bytes32 root;
        uint64 size; // zero: the operator has none
    }

    /* CONSTANTS */

    uint256 private constant MAX_SIZE = 2 ** 53 - 1; // what every JSON reader keeps exactly

    /* STATE */

    mapping(address operator => Checkpoint) private checkpoints;

    /* ANYONE */

    /// @inheritdoc ICheckpointLog
    function checkpoint(uint64 size, bytes32 root, bytes32[] calldata proof) external {
        Checkpoint storage kept = checkpoints[msg.sender];
        uint64 oldSize = kept.size;
        if (oldSize == 0) {
            _checkSize(size);
            _checkLength(proof, 0);
        } else {
            _checkConsistency(oldSize, kept.root, size, root, proof);
            if (size == oldSize) return;
        }
        (kept.size, kept.root) = (size, root);
        emit CheckpointAnchored(msg.sender, size, root, oldSize);
    }

    /* VIEWS */

    /// @inheritdoc ICheckpointLog
    function newest(address operator) external view returns (uint64 size, bytes32 root) {
        return (checkpoints[operator].size, checkpoints[operator].root);
    }

    /// @inheritdoc ICheckpointLog
    function checkConsistency(
        uint64 oldSize,
        bytes32 oldRoot,
        uint64 size,
        bytes32 root,
        bytes32[] calldata proof
    ) external view {
        _checkSize(oldSize);
        _checkConsistency(oldSize, oldRoot, size, root, proof);
    }

    /// @inheritdoc ICheckpointLog
    function checkInclusion(
        bytes32 leaf,
        uint64 index,
        uint64 size,
        bytes32 root,
        bytes32[] calldata proof
    ) external pure {
        _checkSize(size);
        require(index < size, IndexNotAllowed(index, size));
        (uint256 length, uint256 lefts) = Merkle.inclusionPath(index, size);
        _checkLength(proof, length);
        bytes32 computed = Merkle.inclusionRoot(leaf, lefts, proof);
        require(computed == root, RootMismatch(computed, root));
    }

    /* THE RULES, in the order of protocol/log/checkpoint.ts */

    /// @dev The caller has checked the older size.
    function _checkConsistency(
        uint64 oldSize,
        bytes32 oldRoot,
        uint64 size,
        bytes32 root,
        bytes32[] calldata proof
    ) private view {
        _checkSize(size);
        require(size >= oldSize, SizeBelowNewest(size, oldSize));
        (uint256 length, uint256 lefts) = Merkle.consistencyPath(oldSize, size);
        _checkLength(proof, length);
        (bytes32 oldComputed, bytes32 computed) = Merkle.consistencyRoots(oldSize, oldRoot, lefts, proof);
        require(oldComputed == oldRoot, OldRootMismatch(oldComputed, oldRoot));
        require(computed == root, RootMismatch(computed, root));
    }

    function _checkSize(uint64 size) private pure {
        require(size > 0 && size <= MAX_SIZE, SizeNotAllowed(size));
    }

    function _checkLength(bytes32[] calldata proof, uint256 expected) private pure {
        require(proof.length == expected, ProofLengthMismatch(proof.length, expected));
    }
}
