// Defines the answers about the service itself and about the caller: version, ledger and log; and whose API key it is.
import { z } from "zod";
import { Address } from "../protocol/base/values.ts";
import { ApiKeyId, SCOPES } from "./keys.ts";
import { PartyName } from "./parties.ts";

export const ServiceView = z
  .strictObject({
    version: z.string(),
    chainId: z.int(),
    isEmbedded: z.boolean().meta({
      description: "The service runs the chain itself, and has the account of the ledger's owner.",
    }),
    ledger: Address.meta({ description: "The ledger's contract." }),
    checkpointContract: Address.nullable().meta({
      description: "The contract that anchors the log. Null: the log is not anchored.",
    }),
    relayer: Address.meta({
      description: "The account that pays for transactions, and operates the log.",
    }),
    isRestoredCopy: z.boolean().meta({
      description: "It was restored from a backup and only reads, until the operator activates it.",
    }),
  })
  .meta({ id: "Service" });
export type ServiceView = z.infer<typeof ServiceView>;

export const CallerView = z
  .strictObject({
    id: ApiKeyId.meta({
      description: "The id of the API key, or of a session that began without one.",
    }),
    scope: z.enum(SCOPES),
    party: PartyName.nullable().meta({ description: "Null for the service's operator." }),
  })
  .meta({ id: "Caller" });
export type CallerView = z.infer<typeof CallerView>;
