// Answers what is on the way and whose dates hold, and holds past forecasts to what became of them.
import type { ArrivalsAnswer, PromisesAnswer, TrackRecordAnswer } from "../../api/insight.ts";
import type { PartyName } from "../../api/parties.ts";
import { arrivals } from "../../protocol/insight/arrivals.ts";
import { WEEK } from "../../protocol/insight/options.ts";
import { promises } from "../../protocol/insight/promises.ts";
import { trackArrivals } from "../../protocol/insight/track-record.ts";
import type { Context } from "../context.ts";
import { abstentions } from "./abstentions.ts";
import { type Asked, factsAndBasis, namesOf } from "./asked.ts";
import { arrivalsSentence, promisesSentence, trackSentence } from "./words.ts";

/** Past weeks whose forecasts are recomputed. */
const TRACK_WEEKS = 26;

/** The shipments to a reader (all that the operator sees) that are under way, and when they arrive. */
export async function arrivalsAnswer(ctx: Context, asked: Asked): Promise<ArrivalsAnswer> {
  const method = { name: "arrivals", version: 1 };
  const { gathered, basis, cut } = await factsAndBasis(ctx, asked, method);
  const result = arrivals(gathered.facts, { cut, ...toReader(asked) });
  const parties = await namesOf(
    ctx.prisma,
    result.shipments.flatMap(({ from, to }) => [from, to]),
  );
  return {
    sentence: arrivalsSentence(result.shipments, cut),
    basis,
    abstained: abstentions(result.abstained),
    parties,
    shipments: result.shipments.map((one) => ({
      ...one,
      arrival: one.arrival && [...one.arrival],
      kept: [...one.kept],
    })),
  };
}

/** How each sender's promises to a reader held. */
export async function promisesAnswer(ctx: Context, asked: Asked): Promise<PromisesAnswer> {
  const method = { name: "promises", version: 1 };
  const { gathered, basis, cut } = await factsAndBasis(ctx, asked, method);
  const result = promises(gathered.facts, { cut, ...toReader(asked) });
  const parties = await namesOf(
    ctx.prisma,
    result.of.map(({ party }) => party),
  );
  return {
    sentence: promisesSentence(result.of),
    basis,
    abstained: abstentions(result.abstained, (group) => senderText(group, parties)),
    parties,
    of: result.of.map((one) => ({
      ...one,
      inWindow: { ...one.inWindow, interval: one.inWindow.interval && [...one.inWindow.interval] },
      measured: [...one.measured],
    })),
  };
}

/** How the forecasts of arrivals of the last half year did, recomputed week by week from what was known then. */
export async function trackRecordAnswer(ctx: Context, asked: Asked): Promise<TrackRecordAnswer> {
  const method = { name: "track-record", version: 1 };
  const { gathered, basis, cut } = await factsAndBasis(ctx, asked, method);
  const from = cut - TRACK_WEEKS * WEEK;
  const track = trackArrivals(gathered.facts, { from, cut, ...toReader(asked) });
  return { sentence: trackSentence(track.cuts), basis, abstained: [], parties: [], ...track };
}

/** A sender with its carrier and service, as people call them. @param group the JSON of the three */
function senderText(group: string, parties: readonly PartyName[]): string {
  const [from, ...rest] = JSON.parse(group) as [string, ...(string | null)[]];
  const name = parties.find(({ address }) => address === from)?.name ?? from;
  return [name, ...rest.filter((text) => text !== null)].join(", ");
}

const toReader = ({ reader: { party } }: Asked) => (party === null ? {} : { to: party });
