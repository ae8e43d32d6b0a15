// States the checkpoint contract's interface as text. It is the same as contracts/interfaces/ICheckpointLog.sol.
import { CHECKPOINT_ERRORS } from "../log/checkpoint.ts";

export const CHECKPOINT_ANCHORED =
  "event CheckpointAnchored(address indexed operator, uint64 indexed size, bytes32 root, uint64 previousSize)";

export const CHECKPOINT_FUNCTIONS = {
  checkpoint: "function checkpoint(uint64 size, bytes32 root, bytes32[] proof)",
  newest: "function newest(address operator) view returns (uint64 size, bytes32 root)",
  checkConsistency:
    "function checkConsistency(uint64 oldSize, bytes32 oldRoot, uint64 size, bytes32 root, bytes32[] proof) view",
  checkInclusion:
    "function checkInclusion(bytes32 leaf, uint64 index, uint64 size, bytes32 root, bytes32[] proof) pure",
} as const;

/** The whole interface, in ethers' human-readable form. */
export const CHECKPOINT_ABI: readonly string[] = [
  CHECKPOINT_ANCHORED,
  ...Object.entries(CHECKPOINT_ERRORS).map(([name, args]) => `error ${name}(${args.join(", ")})`),
  ...Object.values(CHECKPOINT_FUNCTIONS),
];
