// Answers how many pieces of each part the coming weeks take. Of several methods the one is used that did best on the same part
// until now, and what its bounds were worth is said beside it.
import type { Abstention, Band, Kept } from "./abstention.ts";
import type { Part } from "./facts.ts";
import { BAND_LEVELS, USE_BETTER, USE_CUTS, USE_FEWEST, USE_PATHS } from "./options.ts";
import { generatorOf } from "./stats/generator.ts";
import { type DemandClass, demandClass } from "./stats/intermittent.ts";
import { pinball } from "./stats/losses.ts";
import { lowerBound, upperBound } from "./stats/rank.ts";
import { USE_METHODS, useBands, type UseMethod } from "./use-methods.ts";
import { type Flow, type PartFlow, startOfWeek, weekOf, weeksOf } from "./weekly.ts";

export interface DemandOptions {
  /** Unix seconds: only what was known by then is used. */
  cut: number;
  /** Weeks that are forecast together, from the week of the cut on. */
  weeks: number;
  /** The same seed draws the same courses. */
  seed: string;
}

/** What was said at a past week of the weeks from then on, and what came of it. */
export interface PastUse {
  /** Unix seconds: the start of the week. */
  at: number;
  band: Band;
  naive: Band;
  was: number;
}

/** The forecast of one part's flow. All counts are pieces. */
export interface UseForecast {
  part: Part;
  flow: Flow;
  /** Unix seconds: the start of the first week with any. */
  first: number;
  /** Pieces of each week since then, to the last whole one. */
  past: number[];
  class: DemandClass | null;
  /** Null: too little is known. */
  method: UseMethod | null;
  band: Band | null;
  /** What the sums of as many past weeks alone would say. */
  naive: Band | null;
  /** Mean pinball losses over past weeks, in pieces: of the method, and of `naive`. */
  loss: { ours: number; naive: number } | null;
  /** How many of its past upper bounds held. */
  kept: Kept;
  record: PastUse[];
  abstention: Abstention | null;
}

interface Trial {
  /** The week. */
  at: number;
  bands: Record<UseMethod, Band>;
}

/** Forecasts one part's flow. */
export function forecastUse({ part, flow, flowed }: PartFlow, options: DemandOptions): UseForecast {
  const { cut, weeks, seed } = options;
  const subject = `${part.mpn}, ${flow}`;
  const series = weeksOf(flowed, cut);
  const base = {
    part,
    flow,
    first: startOfWeek(series?.first ?? weekOf(cut)),
    past: series?.pieces ?? [],
    class: series && demandClass(series.pieces),
  };
  const none = { method: null, band: null, naive: null, loss: null, record: [] };
  const short = shortageOf(series?.pieces ?? []);
  if (series === null || short !== null)
    return {
      ...{ ...base, ...none, kept: [0, 0] },
      abstention: { code: "TOO_FEW", subject, ...(short ?? { have: 0, need: USE_FEWEST.weeks }) },
    };
  const bandsAt = (pieces: readonly number[], at: number, paths: number) =>
    useBands(pieces, { weeks, paths, next: generatorOf(`${seed} ${flow} ${subject} ${at}`) });
  const now = weekOf(cut);
  const trials: Trial[] = [];
  for (let at = now - USE_CUTS; at < now; at++) {
    const then = weeksOf(flowed, startOfWeek(at));
    if (then !== null && shortageOf(then.pieces) === null)
      trials.push({ at, bands: bandsAt(then.pieces, at, USE_PATHS.past) });
  }
  // What came of a past forecast, as far as it was known at a moment.
  const cameOf = (at: number, by: number) => {
    let sum = 0;
    for (const { happened, known, pieces } of flowed) {
      const week = weekOf(happened);
      if (known <= by && week >= at && week < at + weeks) sum += pieces;
    }
    return sum;
  };
  const bestAt = (week: number) => {
    const due = trials.filter(({ at }) => at + weeks <= week);
    const by = week === now ? cut : startOfWeek(week);
    return best(due.map(({ at, bands }) => ({ bands, was: cameOf(at, by) })));
  };
  const chosen = trials.map(({ at, bands }) => ({
    at,
    band: bands[bestAt(at).method],
    naive: bands.naive,
  }));
  const corrected = (band: Band, week: number): Band => {
    const by = week === now ? cut : startOfWeek(week);
    const due = chosen.filter(({ at }) => at + weeks <= week);
    return widened(
      band,
      due.map((one) => ({ band: one.band, was: cameOf(one.at, by) })),
    );
  };
  const record = chosen.flatMap(({ at, band, naive }): PastUse[] =>
    at + weeks > now
      ? []
      : [{ at: startOfWeek(at), band: corrected(band, at), naive, was: cameOf(at, cut) }],
  );
  const bands = bandsAt(series.pieces, now, USE_PATHS.now);
  const { method, loss } = bestAt(now);
  const band = corrected(bands[method], now);
  const bounded = record.filter(({ band: [, , high] }) => high !== null);
  return {
    ...base,
    ...{ method, band, naive: bands.naive, loss, record },
    kept: [bounded.filter(({ band, was }) => was <= band[2]!).length, bounded.length],
    abstention:
      band[2] === null
        ? { code: "TOO_FEW", subject, have: series.pieces.length, need: weeks + 9 }
        : method === "naive" && loss !== null
          ? { code: "NO_BETTER_THAN_NAIVE", subject, have: record.length, need: record.length }
          : null,
  };
}

/**
 * Moves the ends of a band outwards by as much as nine in ten of the past bands missed by at most (conformalised quantile
 * regression, Romano, Patterson and Candès 2019). Never inwards: past sums overlap, so there are fewer of them than it seems,
 * and bands that were moved inwards held too rarely.
 */
function widened(band: Band, past: readonly { band: Band; was: number }[]): Band {
  const [low, middle, high] = band;
  const whole = past.filter((one) => isWhole(one.band));
  const [lowLevel, , highLevel] = BAND_LEVELS;
  const over = upperBound(
    whole.map(({ band: [, , most], was }) => was - most!),
    highLevel,
  );
  const under = lowerBound(
    whole.map(({ band: [least], was }) => was - least!),
    lowLevel,
  );
  const least = low === null ? null : Math.max(0, low + Math.min(0, under ?? 0));
  const most = high === null ? null : high + Math.max(0, over ?? 0);
  return [
    least === null || middle === null ? least : Math.min(least, middle),
    middle,
    most === null || middle === null ? most : Math.max(most, middle),
  ];
}

/** What a series lacks to be forecast from; null: nothing. */
export function shortageOf(pieces: readonly number[]): { have: number; need: number } | null {
  const uses = pieces.filter((count) => count > 0).length;
  if (pieces.length < USE_FEWEST.weeks) return { have: pieces.length, need: USE_FEWEST.weeks };
  return uses < USE_FEWEST.uses ? { have: uses, need: USE_FEWEST.uses } : null;
}

/**
 * The method with the least mean loss over past forecasts that all methods gave. A simpler one is left only for one that did much
 * better: the best of several by chance is not the best next time.
 */
function best(trials: readonly { bands: Record<UseMethod, Band>; was: number }[]): {
  method: UseMethod;
  loss: { ours: number; naive: number } | null;
} {
  const able = USE_METHODS.filter((one) => trials.some(({ bands }) => isWhole(bands[one])));
  const common = trials.filter(({ bands }) => able.every((one) => isWhole(bands[one])));
  if (common.length === 0) return { method: "naive", loss: null };
  const losses = able.map((method) => {
    const sum = common.reduce((all, { bands, was }) => all + lossOf(bands[method], was), 0);
    return { method, loss: sum / common.length };
  });
  const least = losses.reduce((lead, one) => (one.loss < USE_BETTER * lead.loss ? one : lead));
  const naive = losses.find(({ method }) => method === "naive")?.loss ?? least.loss;
  return { method: least.method, loss: { ours: least.loss, naive } };
}

const isWhole = (band: Band): boolean => band.every((bound) => bound !== null);

const lossOf = (band: Band, was: number): number =>
  BAND_LEVELS.reduce((sum, level, i) => sum + pinball(was, band[i]!, level), 0) /
  BAND_LEVELS.length;
