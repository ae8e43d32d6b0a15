// Acts on lots by plain fields. The service builds, signs and accepts the event.
import { z } from "zod";
import { MAX_ENTRIES } from "../../../protocol/base/limits.ts";
import { Quantity } from "../../../protocol/base/values.ts";
import { CorrectionResult } from "../../../api/corrections.ts";
import * as acts from "../../custody/acts.ts";
import { changesOf, correctLot } from "../../custody/correct.ts";
import { refuseForeseen } from "../../custody/foreseen.ts";
import { SettlementMode } from "../../config.ts";
import { SETTLEMENT_CHOICE } from "../../custody/mode.ts";
import {
  actAnswers,
  answerAct,
  common,
  commonOfOne,
  dateCodesFit,
  divide,
  EventTime,
  LotDetails,
  listOf,
  NewLot,
  OldLot,
  SharedDetails,
} from "./plain.ts";
import { LotName } from "../lot-names.ts";
import { partyOf, route } from "./route.ts";

const write = { scope: "write", who: "party" } as const;
const ofLot = z.object({ lot: LotName });
const acting = {
  tag: "Acting for a party",
  access: write,
  signs: true,
  answers: actAnswers,
} as const;

const MakeLots = z
  .strictObject({
    action: z.enum(["commission", "introduce"]).default("commission").meta({
      description:
        "commission: the manufacturer's own lots. introduce: lots that a party got from elsewhere.",
    }),
    lots: listOf(NewLot),
    settlement: SettlementMode.optional().meta({ description: SETTLEMENT_CHOICE }),
    ...common,
  })
  .superRefine(dateCodesFit("lots"));

const Split = z
  .strictObject({ children: listOf(NewLot), ...common })
  .superRefine(dateCodesFit("children"));

const Assemble = z
  .strictObject({
    quantity: Quantity.meta({ description: "Pieces of this lot that are used up." }),
    inputs: z
      .array(z.strictObject({ lot: LotName, quantity: Quantity }))
      .max(MAX_ENTRIES)
      .default([])
      .meta({ description: "Pieces of other lots that are used up." }),
    products: listOf(NewLot),
    ...common,
  })
  .superRefine(dateCodesFit("products"));

/** Lots beside the one in the path, in the same event. */
const furtherOf = <S extends z.ZodObject>(lot: S) =>
  z
    .array(lot)
    .max(MAX_ENTRIES - 1)
    .default([])
    .meta({
      description:
        "Other lots that the same event is about: all or none are accepted. The details hold for each of them; its own override them.",
    });

const Remark = z.strictObject({ ...commonOfOne, further: furtherOf(OldLot) });
const Correction = z.strictObject({
  details: SharedDetails.meta({
    description:
      "The facts as they should be, and the reason. Date code, newest and format are corrected together.",
  }),
  time: EventTime,
  dryRun: z.boolean().default(false).meta({ description: "Only say what would change." }),
});
const Scrap = z.strictObject({
  quantity: Quantity.meta({ description: "Pieces scrapped." }),
  ...commonOfOne,
  further: furtherOf(OldLot.extend({ quantity: Quantity })),
});

/** The lot in the path and the further ones, each with the details of one lot. */
function allLots<L extends { details?: z.infer<typeof LotDetails> | undefined }>(
  first: L,
  further: readonly L[],
): L[] {
  return [
    first,
    ...further.map((lot) => ({ ...lot, details: { ...first.details, ...lot.details } })),
  ];
}

function remark(
  name: "inspection" | "hold" | "release",
  action: "inspect" | "hold" | "release",
  summary: string,
) {
  return route({
    ...acting,
    method: "post",
    path: `/v1/lots/:lot/${name}`,
    summary,
    params: ofLot,
    lots: ["params.lot", "body.further.*.lot"],
    body: Remark,
    handle(parts, { params: { lot }, body: { details, further, ...rest }, caller }) {
      const { shared, own } = divide(details);
      const lots = allLots({ lot, details: own }, further);
      const act = { lots, details: shared, ...rest };
      return answerAct(parts, acts.remark(parts.ctx, partyOf(caller), action, act));
    },
  });
}

export const lotActs = [
  route({
    ...acting,
    method: "post",
    path: "/v1/lots",
    summary: "Commission or introduce lots",
    about:
      "Facts that every verdict would fail, such as a date code that has not begun, are refused: what is signed stays.",
    body: MakeLots,
    handle(parts, { body: { action, ...act }, caller }) {
      refuseForeseen(action, act.lots, act.details, parts.ctx.clock());
      return answerAct(parts, acts.makeLots(parts.ctx, partyOf(caller), action, act));
    },
  }),
  route({
    ...acting,
    method: "post",
    path: "/v1/lots/:lot/split",
    summary: "Split lots off a lot",
    about: "Pieces that the new lots do not take stay in the lot.",
    params: ofLot,
    lots: ["params.lot"],
    body: Split,
    handle(parts, { params: { lot }, body, caller }) {
      return answerAct(parts, acts.split(parts.ctx, partyOf(caller), { ...body, lot }));
    },
  }),
  route({
    ...acting,
    method: "post",
    path: "/v1/lots/:lot/assembly",
    summary: "Assemble products from pieces of lots",
    params: ofLot,
    lots: ["params.lot", "body.inputs.*.lot"],
    body: Assemble,
    handle(parts, { params: { lot }, body: { quantity, inputs, ...act }, caller }) {
      const all = [{ lot, quantity }, ...inputs];
      return answerAct(parts, acts.assemble(parts.ctx, partyOf(caller), { ...act, inputs: all }));
    },
  }),
  remark("inspection", "inspect", "Record the result of an inspection of lots"),
  remark("hold", "hold", "Put lots on hold"),
  remark("release", "release", "Release lots from hold"),
  route({
    ...acting,
    method: "post",
    path: "/v1/lots/:lot/correction",
    summary: "Correct facts that the issuer stated wrongly of its lot",
    about:
      "The correction is a notice, which the ledger records: verdicts use the corrected facts, and show the earlier ones with " +
      "the reason. One that comes after a handover, a dispute or a recall is graver than one before.",
    params: ofLot,
    lots: ["params.lot"],
    body: Correction,
    answers: { 200: CorrectionResult, 201: CorrectionResult },
    async handle({ ctx, nudge }, { params: { lot }, body: { dryRun, ...rest }, caller }) {
      const act = { lot, ...rest };
      if (dryRun) {
        const changes = await changesOf(ctx, partyOf(caller), act);
        return { status: 200, body: { hash: null, settlement: null, changes } };
      }
      const { hash, settlement, changes } = await correctLot(ctx, partyOf(caller), act);
      nudge();
      return { status: 201, body: { hash, settlement, changes } };
    },
  }),
  route({
    ...acting,
    method: "post",
    path: "/v1/lots/:lot/scrap",
    summary: "Scrap pieces of lots",
    about: "A lot with no pieces left is closed.",
    params: ofLot,
    lots: ["params.lot", "body.further.*.lot"],
    body: Scrap,
    handle(parts, { params: { lot }, body: { quantity, details, further, ...rest }, caller }) {
      const { shared, own } = divide(details);
      const lots = allLots({ lot, quantity, details: own }, further);
      const act = { lots, details: shared, ...rest };
      return answerAct(parts, acts.scrap(parts.ctx, partyOf(caller), act));
    },
  }),
];
