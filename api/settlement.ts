// Defines the settlement of events, notices and lots: how far each is on its way to the ledger.
import { z } from "zod";
import { Address, Hash } from "../protocol/base/values.ts";
import { PartyName } from "./parties.ts";

export const SettlementName = z
  .enum(["queued", "signed", "mined", "final", "held", "void", "logged"])
  .meta({
    id: "SettlementState",
    description: "Accepted is not settled: only `final` is permanent. `logged` means log-only.",
  });
export type SettlementName = z.infer<typeof SettlementName>;

/** The settlement of something, as fields of an answer. */
export const settlementShape = {
  settlement: SettlementName,
  settled: z
    .strictObject({ block: z.int(), transaction: Hash })
    .nullable()
    .meta({ description: "Where the ledger recorded it. Null until then." }),
  reason: z
    .strictObject({ name: z.string(), args: z.array(z.union([z.string(), z.number()])) })
    .nullable()
    .meta({
      description:
        "Why it is held for a person, or what made it void. Otherwise null. The arguments are left out where they are " +
        "about a lot or an event that the caller may not see.",
    }),
};
export type SettlementFields = z.infer<z.ZodObject<typeof settlementShape>>;

/** The place in a log of an event that the ledger has not recorded, as a field of an answer. */
export const LoggedView = z
  .strictObject({ operator: Address, index: z.int(), size: z.int(), block: z.int() })
  .nullable()
  .meta({
    id: "LoggedAt",
    description:
      "For an event that the ledger has not recorded: the operator whose log contains it, its index there, and the size " +
      "and block of the first anchored checkpoint that covers it. Null until there is one, or if the ledger recorded it.",
  });

export const Acceptance = z.strictObject({ hash: Hash, settlement: SettlementName }).meta({
  id: "Acceptance",
  description: "The digest of what was accepted, now or before, and its settlement.",
});
export type Acceptance = z.infer<typeof Acceptance>;

/** The answer to an action that the service signs for a party. */
export const ActionResult = z
  .strictObject({
    ...Acceptance.shape,
    lots: z.array(Hash).meta({ description: "The event's lots, in its order." }),
  })
  .meta({ id: "Acted" });
export type ActionResult = z.infer<typeof ActionResult>;

export const SettlementView = z
  .strictObject({
    id: Hash.meta({ description: "The event's or the notice's digest." }),
    kind: z.enum(["event", "notice"]),
    party: PartyName.meta({ description: "The party that signed it." }),
    ...settlementShape,
  })
  .meta({ id: "Settlement" });

export const GiveUpResult = z
  .strictObject({
    void: z
      .int()
      .meta({ description: "The events or notices that are void now, with what was built on it." }),
  })
  .meta({ id: "GivenUp" });

export const SettleResult = z
  .strictObject({
    lot: Hash,
    lots: z.int().meta({ description: "The lots that move, as far as the caller sees them." }),
    queued: z.int().meta({ description: "Their events that are queued now, counted likewise." }),
  })
  .meta({ id: "Settling" });
