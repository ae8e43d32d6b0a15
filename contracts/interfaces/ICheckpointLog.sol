// SPDX-License-Identifier: MIT
pragma solidity >=0.8.28;

/// @title Log checkpoints: the newest size and root of each operator's Merkle log. A consistency proof moves it on.
/// @notice A log is an append-only Merkle tree of RFC 9162 on SHA-256, whose leaves are the digests of custody events.
/// Its operator is the calling account. Accounts need no admission, and each has its own log. From its first checkpoint
/// on, an operator can only append: a proof of inclusion in one checkpoint is valid permanently.
/// @dev Warning: anyone can be an operator. A checkpoint only shows that its account rewrote nothing. The reader chooses
/// which operators to trust, by address.
/// @dev Warning: the contract accepts an operator's first checkpoint without a proof. Nothing is known of the log before.
/// @dev Warning: a checkpoint does not mean that the log's events are valid, or that the operator shows its log to
/// anyone. An operator with two accounts can keep two logs, and looks like two operators.
/// @dev Warning: a thief of an operator's account key can append events that the operator never saw. The contract then
/// refuses every checkpoint of the true log. The operator must start a new log with a new account, and tell its readers.
/// @dev Warning: a proof does not prove the newer size. An operator can anchor a size that its tree does not have. A
/// reader who follows the whole log sees this, and nobody can ever prove the missing leaves.
interface ICheckpointLog {
    /* EVENTS */

    /// @notice An operator's log was anchored. Each checkpoint of an operator is larger than the one before, and names its
    /// size: the leaves from `previousSize` up to `size` are anchored here for the first time.
    /// @param previousSize the size of the operator's previous checkpoint; zero for its first.
    event CheckpointAnchored(address indexed operator, uint64 indexed size, bytes32 root, uint64 previousSize);

    /* ERRORS, in the order in which they are checked; protocol/log/checkpoint.ts has the same list */

    /// @notice A size must be 1 to 2^53 - 1.
    error SizeNotAllowed(uint64 size);
    error SizeBelowNewest(uint64 size, uint64 newest);
    /// @notice A tree of this size does not have this leaf.
    error IndexNotAllowed(uint64 index, uint64 size);
    /// @notice The proof has the wrong length. The two sizes decide it: no hashes for a first checkpoint, or for equal sizes.
    error ProofLengthMismatch(uint256 length, uint256 expected);
    /// @notice The proof does not start from the older tree: it leads to a different root for that size.
    error OldRootMismatch(bytes32 computed, bytes32 root);
    /// @notice The proof does not lead to this root.
    error RootMismatch(bytes32 computed, bytes32 root);

    /* ANYONE */

    /// @notice Makes (size, root) the caller's newest checkpoint if its log extends the previous one. The same checkpoint
    /// again, with an empty proof, changes nothing and emits nothing.
    /// @param proof the consistency proof of RFC 9162, section 2.1.4, from the caller's newest checkpoint; empty for the
    /// caller's first.
    function checkpoint(uint64 size, bytes32 root, bytes32[] calldata proof) external;

    /* VIEWS */

    /// @notice An operator's newest checkpoint; zeros if it has none.
    function newest(address operator) external view returns (uint64 size, bytes32 root);

    /// @notice Reverts unless the proof shows that one tree extends the other. An empty tree proves nothing.
    function checkConsistency(
        uint64 oldSize,
        bytes32 oldRoot,
        uint64 size,
        bytes32 root,
        bytes32[] calldata proof
    ) external view;

    /// @notice Reverts unless the proof shows that the leaf is in the tree.
    /// @param leaf the leaf's hash: SHA-256(0x00 ‖ the event's digest).
    function checkInclusion(
        bytes32 leaf,
        uint64 index,
        uint64 size,
        bytes32 root,
        bytes32[] calldata proof
    ) external pure;
}
