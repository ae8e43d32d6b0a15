// Defines the view of an event, as far as a caller may see it.
import { z } from "zod";
import { Disclosure } from "../protocol/event/disclosure.ts";
import { ACTIONS, type ActionName } from "../protocol/event/event.ts";
import { Hash, Quantity, Time } from "../protocol/base/values.ts";
import { PartyName } from "./parties.ts";
import { LoggedView, settlementShape } from "./settlement.ts";

export const PlainDetails = z
  .record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
  .meta({
    id: "PlainDetails",
    description: "The details that the caller may see.",
  });
export type PlainDetails = z.infer<typeof PlainDetails>;

const ActionView = z
  .enum(Object.keys(ACTIONS) as [ActionName, ...ActionName[]])
  .meta({ id: "Action" });

export const EventView = z
  .strictObject({
    hash: Hash,
    action: ActionView.nullable().meta({
      description: "Null where the stored event can no longer be read.",
    }),
    actor: PartyName,
    holder: PartyName.meta({ description: "The party that holds the lots after the event." }),
    consignee: PartyName.nullable(),
    time: Time.meta({ description: "When it happened, Unix seconds." }),
    entries: z
      .array(
        z.strictObject({
          lot: Hash,
          quantity: Quantity,
          isNew: z.boolean(),
          details: PlainDetails,
        }),
      )
      .meta({
        description:
          "The event's lots that belong to the request, with their pieces after the event.",
      }),
    otherLots: z.int().meta({ description: "The number of other lots in the event." }),
    details: PlainDetails.meta({ description: "Details that apply to all its lots." }),
    disclosure: Disclosure.nullable().meta({
      description:
        "The same details with their salts, and hashes in place of the others, so that the event's root can be checked.",
    }),
    ...settlementShape,
    logged: LoggedView,
  })
  .meta({ id: "Event" });
export type EventView = z.infer<typeof EventView>;
