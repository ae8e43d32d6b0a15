// Defines plain fields: the form of lots and details in actions that the service signs for callers.
import { z } from "zod";
import { DETAIL_FIELDS, type DetailName } from "../../../protocol/event/detail-fields.ts";
import { Details } from "../../../protocol/event/details.ts";
import { MAX_ENTRIES } from "../../../protocol/base/limits.ts";
import { LotNumber } from "../../../protocol/event/lot.ts";
import { Restrictions } from "../../../protocol/event/restrict.ts";
import { Quantity, Time } from "../../../protocol/base/values.ts";
import { ActionResult as ActionResultView } from "../../../api/settlement.ts";
import type { ActionResult } from "../../custody/draft.ts";
import { LotName } from "../lot-names.ts";
import type { Answer, Parts } from "./route.ts";

const { entries, ...shared } = Details.shape;
const { lotNumber: _lotNumber, ...ofLot } = entries.unwrap().element.shape;

/** Details that apply to all lots of an event. */
export const SharedDetails = z
  .strictObject(shared)
  .meta({ id: "SharedDetails", description: "Details that apply to all the lots." });
/** Details of one lot among several. Its number is a field of its own. */
export const LotDetails = z.strictObject(ofLot).meta({
  id: "LotDetails",
  description: "Details of this lot. They override the details of all lots.",
});
/** Details of a single lot: any field. */
export const OneLotDetails = z
  .strictObject({ ...shared, ...ofLot })
  .superRefine((details, issue) => {
    const { shared: all, own } = divide(details);
    for (const { message } of Details.safeParse({ ...all, entries: [own] }).error?.issues ?? [])
      issue.addIssue({ code: "custom", message, path: ["dateCode"] });
  })
  .meta({ id: "OneLotDetails", description: "The lot's details." });

type OneLotDetails = z.infer<z.ZodObject<typeof shared & typeof ofLot>>;

/** Divides details into those of the event and those of the one lot. */
export function divide(details: OneLotDetails = {}): {
  shared: z.infer<typeof SharedDetails>;
  own: z.infer<typeof LotDetails>;
} {
  const isOwn = ([name]: [string, unknown]) => DETAIL_FIELDS[name as DetailName].place === "entry";
  const fields = Object.entries(details);
  return {
    shared: Object.fromEntries(fields.filter((field) => !isOwn(field))),
    own: Object.fromEntries(fields.filter(isOwn)),
  };
}

export const EventTime = Time.optional().meta({
  description: "When it happened, in Unix seconds (default: now).",
});
export const common = {
  time: EventTime,
  details: SharedDetails.optional(),
  restricted: Restrictions.optional(),
};
export const commonOfOne = {
  time: EventTime,
  details: OneLotDetails.optional(),
  restricted: Restrictions.optional(),
};

export const NewLot = z
  .strictObject({
    lotNumber: LotNumber.meta({ description: "The issuer's unique package id." }),
    quantity: Quantity.meta({ description: "Pieces." }),
    details: LotDetails.optional(),
  })
  .meta({ id: "NewLot" });
export const OldLot = z
  .strictObject({ lot: LotName, details: LotDetails.optional() })
  .meta({ id: "OldLot" });

/** A list of an event's lots. */
export const listOf = <S extends z.ZodType>(item: S) => z.array(item).min(1).max(MAX_ENTRIES);

interface Body {
  details?: object | undefined;
}

/** Refines a body: a date code in a lot's details may have its format in the details of all. */
export function dateCodesFit<L extends string>(list: L) {
  return (
    body: Body & { [K in L]?: { details?: object | undefined }[] | undefined },
    issue: z.RefinementCtx,
  ): void => {
    const lots: { details?: object | undefined }[] = body[list] ?? [];
    const whole = { ...body.details, entries: lots.map(({ details = {} }) => details) };
    for (const { path, message } of Details.safeParse(whole).error?.issues ?? []) {
      const [first, index, ...rest] = path;
      const where = first === "entries" ? [list, index!, "details", ...rest] : ["details", ...path];
      issue.addIssue({ code: "custom", message, path: where });
    }
  };
}

/** The answers of a route that acts. The same request again is another action, subject to the ledger's rules. */
export const actAnswers = { 201: ActionResultView };

/** Answers an action, and starts its settlement. */
export async function answerAct({ nudge }: Parts, acting: Promise<ActionResult>): Promise<Answer> {
  const { hash, settlement, lots } = await acting;
  nudge();
  return { status: 201, body: { hash, settlement, lots } };
}
