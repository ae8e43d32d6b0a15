// Defines the view of a notice: a recall, a suspicion, a correction or a withdrawal.
import { z } from "zod";
import { Disclosure } from "../protocol/event/disclosure.ts";
import { NOTICE_KINDS, type NoticeKindName } from "../protocol/event/notice.ts";
import { Hash, Time } from "../protocol/base/values.ts";
import { PlainDetails } from "./events.ts";
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
