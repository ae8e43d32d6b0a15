// Defines the view of a recall's reach: where the pieces of a lot are, and how many went where.
import { z } from "zod";
import { Hash, Quantity } from "../protocol/base/values.ts";
import { lotShape } from "./lots.ts";
import { PartyName } from "./parties.ts";

export const ReachScope = z.enum(["everything", "the recall", "own lots"]).meta({
  description:
    "everything: for the operator. the recall: for the issuer of a standing recall, each lot that the ledger published. own lots: for anyone else, lots that it sees.",
});
export type ReachScope = z.infer<typeof ReachScope>;

export const ReachedPieces = z
  .strictObject({
    recalled: Quantity.meta({ description: "Pieces of which the lot was made." }),
    inLots: Quantity.meta({ description: "Still in the lot, or in lots split from it." }),
    handedOn: Quantity.meta({
      description:
        "In log-only lots that the caller handed on, as it saw them last: where they are now, it does not see.",
    }),
    usedInProducts: Quantity.meta({ description: "Used in the products that were made of them." }),
    scrapped: Quantity,
    samples: Quantity.meta({
      description: "Scrapped for a test, where the caller sees the reason.",
    }),
    short: Quantity.meta({ description: "Missing when a shipment was counted." }),
    notSeen: z.int().meta({
      description: "Split into lots that the caller does not see, or that are not listed.",
    }),
  })
  .meta({
    id: "ReachedPieces",
    description: "The seven other counts add up to `recalled`.",
  });
export type ReachedPieces = z.infer<typeof ReachedPieces>;

export const ReachedLot = z
  .strictObject({
    ...lotShape,
    kind: z.enum(["pieces", "product"]).meta({
      description: "pieces: the lot itself, or split from it. product: pieces are built into it.",
    }),
    state: z.enum(["free", "on hold", "in transit", "closed"]),
    handedOn: z.boolean().meta({
      description: "A log-only lot that the caller handed on, as it was then.",
    }),
    used: z.array(z.strictObject({ lot: Hash, quantity: Quantity })).meta({
      description: "The lots that it was made from, with the pieces that the event took of each.",
    }),
    madeBy: Hash.nullable().meta({
      description: "The event that made it; null for the lot itself.",
    }),
    steps: z.int().meta({ description: "Splits and assemblies between the lot and this one." }),
  })
  .meta({ id: "ReachedLot" });
export type ReachedLot = z.infer<typeof ReachedLot>;

export const ReachView = z
  .strictObject({
    lot: Hash,
    lotNumber: z.string().nullable(),
    scope: ReachScope,
    recall: Hash.nullable().meta({
      description: "The newest standing recall by the lot's issuer; null: there is none.",
    }),
    pieces: ReachedPieces,
    byHolder: z.array(
      z.strictObject({
        holder: PartyName,
        lots: z.int(),
        pieces: Quantity.meta({ description: "Recalled pieces in its lots." }),
        products: Quantity.meta({ description: "Products with recalled pieces that it holds." }),
      }),
    ),
    items: z.array(ReachedLot),
    next: z
      .string()
      .nullable()
      .meta({ description: "The cursor of the next page; null at the end." }),
    truncated: z.boolean().meta({
      description: "There are more lots than are followed. The nearest are listed.",
    }),
  })
  .meta({ id: "Reach" });
export type ReachView = z.infer<typeof ReachView>;

/** The most lots that one request follows, and the most lots that they lead to. */
export const MAX_TRACED = 1_000;
export const MAX_TRACED_REACH = 5_000;

export const ManyReached = z
  .strictObject({
    asked: z
      .array(
        z.strictObject({
          name: z.string().meta({ description: "As the request names it." }),
          lot: Hash.nullable().meta({
            description: "Null: the caller sees no lot of this name, or several.",
          }),
          several: z.boolean().meta({ description: "Several lots have this name. Ask by id." }),
        }),
      )
      .meta({ description: "In the order of the request." }),
    pieces: ReachedPieces,
    byHolder: ReachView.shape.byHolder,
    items: z.array(ReachedLot).meta({
      description: "The lots themselves, with 0 steps, and those that they lead to, each once.",
    }),
    truncated: z.boolean().meta({
      description: `They lead to more than ${MAX_TRACED_REACH} lots. The nearest are listed.`,
    }),
  })
  .meta({ id: "ManyReached" });
export type ManyReached = z.infer<typeof ManyReached>;
