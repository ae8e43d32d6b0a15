// Defines the log's answers: checkpoints, proofs and entries.
import { z } from "zod";
import { Address, Hash, Quantity } from "../protocol/base/values.ts";

const hashes = z
  .array(Hash)
  .meta({ description: "32-byte hashes, from the leaves upwards (RFC 9162)." });

const LogCheckpoint = z.strictObject({ size: Quantity, root: Hash }).meta({
  id: "LogCheckpoint",
  description: "The number of events in the log, and the root of its tree.",
});

/** The newest checkpoint with `format=json`. */
export const CheckpointView = z.strictObject({
  size: Quantity,
  root: Hash,
  origin: z.string(),
  key: z.string(),
  note: z.string(),
  operator: Address,
  contract: Address.nullable(),
  anchored: z
    .strictObject({
      size: Quantity,
      root: Hash,
      block: z.int(),
      transaction: Hash,
      final: z.boolean(),
    })
    .nullable(),
});
export type CheckpointView = z.infer<typeof CheckpointView>;

export const InclusionProof = LogCheckpoint.extend({
  event: Hash,
  index: Quantity,
  leaf: Hash,
  proof: hashes,
}).meta({ id: "InclusionProof" });

export const ConsistencyProof = z
  .strictObject({ from: LogCheckpoint, to: LogCheckpoint, proof: hashes })
  .meta({ id: "ConsistencyProof" });

export const LogEntries = z.strictObject({
  items: z.array(
    z
      .strictObject({
        index: Quantity,
        leaf: Hash.meta({ description: "SHA-256(0x00 ‖ digest)." }),
        event: Hash.meta({ description: "The event's digest." }),
        bytes: z
          .string()
          .nullable()
          .meta({ description: "The event's canonical JSON, as it was signed." }),
        signature: z.string().nullable(),
      })
      .meta({ id: "LogEntry" }),
  ),
});
