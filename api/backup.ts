// Defines the requests and answers of a backup, and of a restored service.
import { z } from "zod";

const Bytes32 = z.string().regex(/^[0-9a-f]{64}$/, "must be a hash: 64 digits 0-9, a-f");

export const BackupRequest = z
  .strictObject({
    salt: Bytes32.meta({ description: "32 random bytes, new for each backup." }),
    cost: z
      .int()
      .min(2)
      .max(2 ** 20)
      .refine((cost) => (cost & (cost - 1)) === 0, "must be a power of two")
      .meta({ description: "scrypt's N; its r is 8 and its p is 1." }),
    key: Bytes32.meta({
      description:
        "What scrypt makes of the passphrase with this salt and cost. It seals the secrets.",
    }),
  })
  .meta({ id: "BackupRequest" });
export type BackupRequest = z.infer<typeof BackupRequest>;

export const Activation = z
  .strictObject({
    isRestoredCopy: z.boolean().meta({ description: "Whether the service was a restored copy." }),
  })
  .meta({ id: "Activation" });
export type Activation = z.infer<typeof Activation>;
