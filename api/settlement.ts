// Settlement: how an event, a notice or a lot stands with the ledger.
import { z } from "zod";
import { Address, Hash } from "../protocol/base/values.ts";

export const SettlementName = z
  .enum(["queued", "signed", "mined", "final", "held", "void", "logged"])
  .meta({
    id: "SettlementState",
    description:
      "Accepted is not settled: only `final` is permanent. `logged` means log-only.",
  });
export type SettlementName = z.infer<typeof SettlementName>;

/** How something stands with the ledger, as fields of an answer. */
export const settlementShape = {
  settlement: SettlementName,
  settled: z
    .strictObject({ block: z.int(), transaction: Hash })
    .nullable()
    .meta({ description: "Where the ledger recorded it; null while it has not." }),
  reason: z
    .strictObject({ name: z.string(), args: z.array(z.union([z.string(), z.number()])) })
    .nullable()
    .meta({
      description:
        "Why it is held for a person, or what made it void; else null. Without arguments where they are about a lot or " +
        "an event that the caller does not see.",
    }),
};
export type SettlementFields = z.infer<z.ZodObject<typeof settlementShape>>;

/** Where a log has an event that the ledger has not recorded, as a field of an answer. */
export const LoggedView = z
  .strictObject({ operator: Address, index: z.int(), size: z.int(), block: z.int() })
  .nullable()
  .meta({
    id: "LoggedAt",
    description:
      "Of an event that the ledger has not recorded: the operator whose log has it, its index there, and the size and the " +
      "block of the first anchored checkpoint that has it. Null while none has, or where the ledger recorded it.",
  });

export const Acceptance = z.strictObject({ hash: Hash, settlement: SettlementName }).meta({
  id: "Acceptance",
  description: "It was accepted, now or before: its digest, and how it stands with the ledger.",
});
export type Acceptance = z.infer<typeof Acceptance>;

/** What an action that the service signed for a party answers. */
export const Acted = z
  .strictObject({
    ...Acceptance.shape,
    lots: z.array(Hash).meta({ description: "The event's lots, in its order." }),
  })
  .meta({ id: "Acted" });
export type Acted = z.infer<typeof Acted>;

export const SettlementView = z
  .strictObject({
    id: Hash.meta({ description: "The event's or the notice's digest." }),
    kind: z.enum(["event", "notice"]),
    ...settlementShape,
  })
  .meta({ id: "Settlement" });

export const Settling = z
  .strictObject({ lot: Hash, lots: z.int(), queued: z.int() })
  .meta({ id: "Settling" });
