// SPDX-License-Identifier: MIT
pragma solidity >=0.8.28;

/// @title The checkpoint contract: each operator's newest log size and root, advanced by consistency proofs.
/// @notice A log is an append-only Merkle tree of RFC 9162 on SHA-256, whose leaves are the digests of custody events.
/// Its operator is the account that calls; nobody is admitted, and every account has a log of its own. From its first
/// checkpoint on an operator can only append: a proof of inclusion in one checkpoint stays valid permanently.
/// @dev Warning: anyone can be an operator. A checkpoint only shows that its own account is consistent; a reader
/// chooses which operators to trust, by their addresses.
/// @dev Warning: an operator's first checkpoint is accepted as it is; nothing is proven about the log before it.
/// @dev Warning: a checkpoint says neither that the events in the log are valid, nor that the operator shows the log to
/// anyone. Two logs of one operator cannot be told from the logs of two operators if it has two accounts.
/// @dev Warning: anyone with the key of an operator's account can append what the operator never saw. The contract then
/// refuses every checkpoint of the true log from that account. A new account starts a new log: tell the readers.
/// @dev Warning: proofs do not prove the newer size that they come with. An operator can anchor a size that its tree does
/// not have; a reader that follows the whole log sees it, and nobody can prove the missing leaves.
interface ICheckpointLog {
    /* EVENTS */

    /// @notice An operator's log was anchored. The operator's logs in their order have ascending sizes, each with the
    /// size before it: the leaves from `previousSize` on, up to `size`, are anchored here for the first time.
    /// @param previousSize the size of the checkpoint before; zero for an operator's first.
    event CheckpointAnchored(address indexed operator, uint64 indexed size, bytes32 root, uint64 previousSize);

    /* ERRORS, in the order in which they are checked; protocol/checkpoint.ts has the same list */

    /// @notice Sizes are 1 to 2^53 - 1.
    error SizeNotAllowed(uint64 size);
    error SizeBelowNewest(uint64 size, uint64 newest);
    /// @notice The leaf is not in a tree of this size.
    error IndexNotAllowed(uint64 index, uint64 size);
    /// @notice The sizes alone say how many hashes a proof has: none for a first checkpoint, or from a tree to itself.
    error ProofLengthMismatch(uint256 length, uint256 expected);
    /// @notice The proof is not from the older tree: it leads to another root for its size.
    error OldRootMismatch(bytes32 computed, bytes32 root);
    /// @notice The proof does not lead to the root that it is for.
    error RootMismatch(bytes32 computed, bytes32 root);

    /* ANYONE */

    /// @notice Makes (size, root) the caller's newest checkpoint, if its log extends the one before. The same checkpoint
    /// again, with an empty proof, changes nothing and writes no log.
    /// @param proof the consistency proof of RFC 9162, section 2.1.4, from the caller's newest checkpoint; empty for the
    /// caller's first.
    function checkpoint(uint64 size, bytes32 root, bytes32[] calldata proof) external;

    /* VIEWS */

    /// @notice An operator's newest checkpoint; zeros where it has none.
    function newest(address operator) external view returns (uint64 size, bytes32 root);

    /// @notice Reverts unless the proof shows that one tree extends the other. From a tree of no leaves nothing can be
    /// proven.
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
