// Serves insight: what a reader's own evidence says about stock, builds, origins and recalls.
import { z } from "zod";
import {
  ArrivalsAnswer,
  BuildAnswer,
  LensName,
  MAX_DRILLED,
  OriginsAnswer,
  PromisesAnswer,
  RecallAnswer,
  StockAnswer,
  TrackRecordAnswer,
} from "../../../api/insight.ts";
import { Identifier, Text } from "../../../protocol/base/text.ts";
import { Time } from "../../../protocol/base/values.ts";
import {
  buildAnswer,
  MAX_VERIFIED,
  originsAnswer,
  recallAnswer,
  stockAnswer,
} from "../../insight/answers.ts";
import { arrivalsAnswer, promisesAnswer, trackRecordAnswer } from "../../insight/forecasts.ts";
import { spend } from "../../budgets/spend.ts";
import { onPrimary } from "../../context.ts";
import { budgetsOf } from "../guards.ts";
import { LotName } from "../lot-names.ts";
import { partyOf, route } from "./route.ts";
import { wholeNumber } from "./whole-number.ts";

const YEAR_SECONDS = 365 * 24 * 60 * 60;
const asOf = wholeNumber().optional().meta({
  description: "Only what was known at this moment, in Unix seconds (default: now).",
});
const bodyAsOf = Time.optional().meta({
  description: "Only what was known at this moment, in Unix seconds (default: now).",
});
const from = wholeNumber().optional();
const mpn = Identifier(1, 64);
const site = Text(1, 64).optional();
const about =
  "Computed from the final and logged events that the caller sees, each lot up to its own last handover, and from nothing else: " +
  "the answer's `basis` says which. A question that needs more than the service reads at once is refused as TOO_LARGE.";

export const insight = [
  route({
    method: "get",
    path: "/v1/insight/stock",
    reads: "replica",
    tag: "Insight",
    summary: "State what the caller holds, part by part, and whether it adds up",
    about,
    access: { scope: "read", who: "party" },
    query: z.strictObject({
      from: from.meta({
        description: "When the statement opens, in Unix seconds (default: at the beginning).",
      }),
      to: from.meta({ description: "When it closes, in Unix seconds (default: now)." }),
      mpn: mpn.optional().meta({ description: "Only this part number." }),
      site: site.meta({ description: "Only parts with lots at this site." }),
      asOf,
    }),
    answers: { 200: StockAnswer },
    async handle({ ctx }, { query, caller }) {
      const { from: opening = 0, to, mpn: part, site: at, asOf: cut } = query;
      const reader = { ...caller, party: partyOf(caller) };
      const ask = { from: opening, to, mpn: part, site: at };
      return { status: 200, body: await stockAnswer(ctx, { reader, asOf: cut }, ask) };
    },
  }),
  route({
    method: "post",
    path: "/v1/insight/build",
    inStandby: true,
    reads: "replica",
    tag: "Insight",
    summary: "Work out how many units can be started, and which part runs out first",
    about: `${about} The bill of materials is that of past assemblies, unless one is sent. With \`verify\`, up to ${MAX_VERIFIED} lots are verified, each counts as a request against the limit, and those with FAIL or HOLD are left out. Nothing is stored.`,
    access: { scope: "read", who: "party" },
    body: z.strictObject({
      product: mpn.meta({ description: "The product's part number." }),
      units: z
        .int()
        .min(1)
        .max(1_000_000_000)
        .optional()
        .meta({ description: "How many are wanted." }),
      site,
      bom: z
        .record(mpn, z.number().positive().max(1_000_000))
        .optional()
        .meta({ description: "Pieces of each part number in a unit: the caller's own." }),
      alternates: z
        .record(mpn, z.array(mpn).max(20))
        .optional()
        .meta({ description: "Part numbers that may stand in for one: the caller's own." }),
      verify: z.boolean().optional(),
      asOf: bodyAsOf,
    }),
    answers: { 200: BuildAnswer },
    async handle({ ctx }, { body, caller }) {
      const reader = { ...caller, party: partyOf(caller) };
      const { asOf: cut, ...ask } = body;
      const spendOn = async (verdicts: number) => {
        await spend(onPrimary(ctx), budgetsOf(caller), { requests: verdicts });
      };
      return { status: 200, body: await buildAnswer(ctx, { reader, asOf: cut }, ask, spendOn) };
    },
  }),
  route({
    method: "get",
    path: "/v1/insight/origins",
    reads: "replica",
    tag: "Insight",
    summary: "Tell how much of each part hangs on one place, with bounds for what is not shown",
    about: `${about} Of a lens, no place is the legal origin.`,
    access: { scope: "read", who: "anyone" },
    query: z.strictObject({
      lens: LensName.default("declared"),
      from: from.meta({
        description: "Pieces that came in from then on, in Unix seconds (default: the last year).",
      }),
      place: Text(1, 128).optional().meta({
        description: "A country or site: the answer then says what each product takes from there.",
      }),
      asOf,
    }),
    answers: { 200: OriginsAnswer },
    async handle({ ctx }, { query, caller }) {
      const { lens, from: since = ctx.clock() - YEAR_SECONDS, place, asOf: cut } = query;
      const ask = { lens, from: since, place };
      return { status: 200, body: await originsAnswer(ctx, { reader: caller, asOf: cut }, ask) };
    },
  }),
  route({
    method: "post",
    path: "/v1/insight/recall",
    inStandby: true,
    reads: "replica",
    tag: "Insight",
    summary: "Drill a recall: where all pieces of lots are, and how many units can hold one",
    about: `${about} A drill needs no notice, and tells nobody. Nothing is stored.`,
    access: { scope: "read", who: "anyone" },
    body: z.strictObject({ lots: z.array(LotName).min(1).max(MAX_DRILLED), asOf: bodyAsOf }),
    bodyBytes: 512 * 1024,
    lots: ["body.lots.*"],
    answers: { 200: RecallAnswer },
    async handle({ ctx }, { body, caller }) {
      const asked = { reader: caller, asOf: body.asOf };
      return { status: 200, body: await recallAnswer(ctx, asked, body.lots) };
    },
  }),
  route({
    method: "get",
    path: "/v1/insight/arrivals",
    reads: "replica",
    tag: "Insight",
    summary: "Forecast when the shipments on their way to the caller arrive",
    about: `${about} Of each shipment: the times by which it arrives once, five and nine times in ten, and how often such bounds held.`,
    access: { scope: "read", who: "anyone" },
    query: z.strictObject({ asOf }),
    answers: { 200: ArrivalsAnswer },
    async handle({ ctx }, { query, caller }) {
      return { status: 200, body: await arrivalsAnswer(ctx, { reader: caller, asOf: query.asOf }) };
    },
  }),
  route({
    method: "get",
    path: "/v1/insight/promises",
    reads: "replica",
    tag: "Insight",
    summary: "Tell how each sender's promised times of arrival held",
    about,
    access: { scope: "read", who: "anyone" },
    query: z.strictObject({ asOf }),
    answers: { 200: PromisesAnswer },
    async handle({ ctx }, { query, caller }) {
      return { status: 200, body: await promisesAnswer(ctx, { reader: caller, asOf: query.asOf }) };
    },
  }),
  route({
    method: "get",
    path: "/v1/insight/track-record",
    reads: "replica",
    tag: "Insight",
    summary: "Recompute the forecasts of the last half year, and hold them to what became of them",
    about: `${about} Nothing is stored: each forecast is made again from what was known at its time.`,
    access: { scope: "read", who: "anyone" },
    query: z.strictObject({ asOf }),
    answers: { 200: TrackRecordAnswer },
    async handle({ ctx }, { query, caller }) {
      const asked = { reader: caller, asOf: query.asOf };
      return { status: 200, body: await trackRecordAnswer(ctx, asked) };
    },
  }),
];
