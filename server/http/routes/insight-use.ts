// Serves insight: what the coming weeks take, and what stops first when something stops.
import { z } from "zod";
import { DemandAnswer } from "../../../api/demand.ts";
import { OutageAnswer, Stop, StopModeName, SweepAnswer, SweepBy } from "../../../api/outage.ts";
import { Identifier } from "../../../protocol/base/text.ts";
import { Time } from "../../../protocol/base/values.ts";
import { demandAnswer, outageAnswer, sweepAnswer } from "../../insight/outages.ts";
import { partyOf, route } from "./route.ts";
import { wholeNumber } from "./whole-number.ts";

/** Weeks that one forecast adds up, and days that one outage lasts. */
const MAX_WEEKS = 26;
const MAX_DAYS = 365;

const mpn = Identifier(1, 64);
const asOfText = "Only what was known at this moment, in Unix seconds (default: now).";
const outageBody = {
  days: z.int().min(1).max(MAX_DAYS).default(30).meta({ description: "How long it lasts." }),
  mode: StopModeName.default("new"),
  plan: z.record(mpn, z.number().min(0).max(1_000_000_000)).optional().meta({
    description:
      "Units of each product in a week: the caller's own. Products that it does not name are not built. Missing: as in past weeks.",
  }),
  asOf: Time.optional().meta({ description: asOfText }),
};
const about =
  "Computed from the final and logged events that the caller sees, each lot up to its own last handover, and from nothing else: " +
  "what its suppliers and customers have on hand is not seen. Nothing is stored.";

export const insightUse = [
  route({
    method: "get",
    path: "/v1/insight/demand",
    tag: "Insight",
    summary: "Forecast how many pieces of each part the coming weeks take",
    about: `${about} Of each part and way (used, shipped, built) the method is taken that did best until now.`,
    access: { scope: "read", who: "party" },
    reads: "replica",
    query: z.strictObject({
      weeks: wholeNumber(1, MAX_WEEKS)
        .default(8)
        .meta({ description: `Weeks that are added up, 1 to ${MAX_WEEKS}.` }),
      mpn: mpn.optional().meta({ description: "Only this part number." }),
      asOf: wholeNumber().optional().meta({ description: asOfText }),
    }),
    answers: { 200: DemandAnswer },
    async handle({ ctx }, { query, caller }) {
      const reader = { ...caller, party: partyOf(caller) };
      const { asOf, ...ask } = query;
      return { status: 200, body: await demandAnswer(ctx, { reader, asOf }, ask) };
    },
  }),
  route({
    method: "post",
    path: "/v1/insight/outage",
    inStandby: true,
    tag: "Insight",
    summary: "Tell what stops, when, and for want of what, if one thing stops",
    about,
    access: { scope: "read", who: "party" },
    reads: "replica",
    body: z.strictObject({ stop: Stop, ...outageBody }),
    answers: { 200: OutageAnswer },
    async handle({ ctx }, { body, caller }) {
      const reader = { ...caller, party: partyOf(caller) };
      const { asOf, ...ask } = body;
      return { status: 200, body: await outageAnswer(ctx, { reader, asOf }, ask) };
    },
  }),
  route({
    method: "post",
    path: "/v1/insight/outage/sweep",
    inStandby: true,
    tag: "Insight",
    summary: "Tell what stops first, for each country, site, manufacturer, sender or carrier",
    about,
    access: { scope: "read", who: "party" },
    reads: "replica",
    body: z.strictObject({
      by: SweepBy.default("package").meta({ description: "What is let stop, one after another." }),
      ...outageBody,
    }),
    answers: { 200: SweepAnswer },
    async handle({ ctx }, { body, caller }) {
      const reader = { ...caller, party: partyOf(caller) };
      const { asOf, ...ask } = body;
      return { status: 200, body: await sweepAnswer(ctx, { reader, asOf }, ask) };
    },
  }),
];
