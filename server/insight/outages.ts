// Answers what the coming weeks take, and what stops first when a place, a manufacturer, a sender or a carrier stops.
import type { Abstention } from "../../api/insight.ts";
import type { DemandAnswer } from "../../api/demand.ts";
import type { OutageAnswer, SweepAnswer } from "../../api/outage.ts";
import type { Abstention as Abstained } from "../../protocol/insight/abstention.ts";
import { forecastUse } from "../../protocol/insight/demand.ts";
import { Exposure, type ProductOutage } from "../../protocol/insight/outage.ts";
import type { Lens } from "../../protocol/insight/origins.ts";
import { type Stop, type StopMode, stopName, stopsSeen } from "../../protocol/insight/stops.ts";
import { flowsOf } from "../../protocol/insight/weekly.ts";
import type { Context } from "../context.ts";
import { letOthersRun } from "../loop.ts";
import { Refusal } from "../refusal.ts";
import { type Asked, factsAndBasis, namesOf } from "./asked.ts";
import type { Method } from "./basis.ts";
import { touchedLots } from "./touched.ts";
import { abstentions } from "./abstentions.ts";
import { demandSentence, outageSentence, sweepSentence } from "./outage-words.ts";

type OfParty = Asked & { reader: { party: string } };

/** How many pieces of each part the coming weeks take. @param ask `mpn`: only this part number, used, shipped or built */
export async function demandAnswer(
  ctx: Context,
  asked: OfParty,
  { weeks, mpn }: { weeks: number; mpn?: string | undefined },
): Promise<DemandAnswer> {
  const method = { name: "demand", version: 1 };
  const { gathered, basis, cut } = await factsAndBasis(ctx, asked, method);
  const flows = flowsOf(gathered.facts, asked.reader.party).filter(
    ({ part }) => mpn === undefined || part.mpn === mpn,
  );
  checkSize(flows.length, "Ask about one part number with `mpn`.");
  const forecasts = [];
  for (const flow of flows) {
    await letOthersRun();
    forecasts.push(forecastUse(flow, { cut, weeks, seed: basis.inputs }));
  }
  return {
    sentence: demandSentence(forecasts, weeks),
    basis,
    abstained: abstentions(forecasts.flatMap(({ abstention }) => abstention ?? [])),
    parties: [],
    weeks,
    parts: forecasts.map(({ abstention: _, ...one }) => ({
      ...one,
      band: one.band && [...one.band],
      naive: one.naive && [...one.naive],
      kept: [...one.kept],
      record: one.record.map((past) => ({
        ...past,
        band: [...past.band],
        naive: [...past.naive],
      })),
    })),
  };
}

/** Parts for which one answer draws courses: each takes some tens of milliseconds. */
const MAX_PARTS = 1_000;

/** @throws Refusal TOO_LARGE */
function checkSize(parts: number, advice: string): void {
  if (parts <= MAX_PARTS) return;
  const most = MAX_PARTS.toLocaleString("en");
  const why = `This is about ${parts.toLocaleString("en")} parts, and one answer forecasts ${most} at most. ${advice}`;
  throw new Refusal("TOO_LARGE", 413, why);
}

interface OutageBody {
  days: number;
  mode: StopMode;
  plan?: Readonly<Record<string, number>> | undefined;
}

/** What stops, when, and for want of what, if one thing stops. */
export async function outageAnswer(
  ctx: Context,
  asked: OfParty,
  { stop, days, mode, plan }: OutageBody & { stop: Stop },
): Promise<OutageAnswer> {
  const { exposure, basis } = await exposureOf(ctx, asked, { name: "outage", version: 1 }, plan);
  checkSize(exposure.partsHit(stop).length, "Ask about a site, a manufacturer or a supplier.");
  const question = { stop, days, mode };
  const { parts, products, abstained, because } = await exposure.outage(question, letOthersRun);
  const parties = await namesOf(ctx.prisma, [
    ...(stop.kind === "sender" ? [stop.party] : []),
    ...parts.flatMap(({ otherSources }) => otherSources.map(({ party }) => party)),
  ]);
  const name = nameOf(stop, parties);
  return {
    sentence: outageSentence({ parts, products }, { name, days }),
    basis,
    abstained: useAbstentions(abstained),
    parties,
    ...{ stop, days, mode },
    parts: parts.map((part) => ({
      ...part,
      hit: [...part.hit],
      runsOut: part.runsOut && tuples(part.runsOut),
      short: part.short && tuples(part.short),
    })),
    products: products.map(withTuples),
    because,
  };
}

/** What stops first for each thing that could stop: the soonest first. */
export async function sweepAnswer(
  ctx: Context,
  asked: OfParty,
  { by, days, mode, plan }: OutageBody & { by: Lens | "manufacturer" | "sender" | "carrier" },
): Promise<SweepAnswer> {
  const method = { name: "outage-sweep", version: 1 };
  const { exposure, basis, facts } = await exposureOf(ctx, asked, method, plan);
  const found = [];
  const unknown = new Map<string, Abstained>();
  const all = stopsSeen(facts, asked.reader.party, by);
  let size = 0;
  for (const stop of all) {
    await letOthersRun();
    checkSize((size += exposure.partsHit(stop).length), "Ask about one thing that stops.");
  }
  for (const stop of all) {
    const question = { stop, days, mode };
    const { parts, products, abstained } = await exposure.outage(question, letOthersRun);
    for (const one of abstained) unknown.set(one.subject, one);
    const certain = parts.filter(({ hit: [certainly] }) => certainly > 0);
    if (certain.length > 0) found.push({ stop, parts: parts.length, first: products[0] ?? null });
  }
  const soonest = ({ first }: { first: ProductOutage | null }) =>
    first?.stops.alone[1] ?? first?.stops.alone[0] ?? Number.MAX_SAFE_INTEGER;
  const stops = found.sort((a, b) => soonest(a) - soonest(b));
  const parties = await namesOf(
    ctx.prisma,
    stops.flatMap(({ stop }) => (stop.kind === "sender" ? [stop.party] : [])),
  );
  const [lead] = stops;
  return {
    sentence: sweepSentence(lead && { ...lead, name: nameOf(lead.stop, parties) }, stops.length),
    basis,
    abstained: useAbstentions([...unknown.values()]),
    parties,
    ...{ by, days, mode },
    stops: stops.map((one) => ({ ...one, first: one.first && withTuples(one.first) })),
  };
}

async function exposureOf(ctx: Context, asked: OfParty, method: Method, plan: OutageBody["plan"]) {
  const { gathered, basis, cut } = await factsAndBasis(ctx, asked, method);
  const touched = await touchedLots(ctx.prisma, asked.reader, gathered, cut);
  const refused = new Map([...touched].map((lot) => [lot, ["RECALLED_OR_SUSPECTED"]]));
  await letOthersRun();
  const exposure = new Exposure(gathered.facts, {
    ...{ party: asked.reader.party, cut, refused, seed: basis.inputs },
    ...(plan && { plan }),
  });
  return { exposure, basis, facts: gathered.facts };
}

const PLAN_ADVICE =
  "Too few past weeks to forecast its use. Send your own plan, the units of each product in a week, with the question.";

const useAbstentions = (some: readonly Abstained[]): Abstention[] =>
  abstentions(some).map((one) => ({ ...one, advice: PLAN_ADVICE }));

const nameOf = (stop: Stop, parties: readonly { address: string; name: string | null }[]): string =>
  parties.find(({ address }) => address === stopName(stop))?.name ?? stopName(stop);

/** A copy whose bands can be changed, as the API's types have them. */
const tuples = <T>({ alone, withOthers }: Record<"alone" | "withOthers", readonly [T, T, T]>) => ({
  alone: [...alone] as [T, T, T],
  withOthers: [...withOthers] as [T, T, T],
});

const withTuples = (one: ProductOutage) => ({ ...one, stops: tuples(one.stops) });
