// Defines the view of a notice: a recall, a suspicion, a correction or a withdrawal.
import { z } from "zod";
import { Disclosure } from "../protocol/event/disclosure.ts";
import { NOTICE_KINDS, type NoticeKindName } from "../protocol/event/notice.ts";
import { Hash, Quantity, Time } from "../protocol/base/values.ts";
import { PlainDetails } from "./events.ts";
import { LotView } from "./lots.ts";
import { PartyName } from "./parties.ts";
import { settlementShape } from "./settlement.ts";

export const NoticeKind = z.enum(
  Object.keys(NOTICE_KINDS) as [NoticeKindName, ...NoticeKindName[]],
);

export const NoticeView = z
  .strictObject({
    notice: Hash.meta({ description: "Its digest." }),
    lot: Hash,
    kind: NoticeKind,
    issuer: PartyName,
    time: Time,
    withdraws: Hash.nullable(),
    withdrawn: z.boolean().meta({ description: "Its issuer withdrew it." }),
    details: PlainDetails,
    disclosure: Disclosure.nullable(),
    ...settlementShape,
  })
  .meta({ id: "Notice" });
export type NoticeView = z.infer<typeof NoticeView>;

/** The most lots that are listed with a notice that touches them. */
export const MAX_TOUCHED_LISTED = 10;

export const TouchingNotice = z
  .strictObject({
    notice: NoticeView,
    lots: z.int().meta({ description: "The caller's open lots that it touches." }),
    pieces: Quantity.meta({ description: "The pieces of these lots." }),
    touched: z.array(LotView).meta({
      description: `The first ${MAX_TOUCHED_LISTED} of these lots.`,
    }),
  })
  .meta({ id: "TouchingNotice" });
export type TouchingNotice = z.infer<typeof TouchingNotice>;
