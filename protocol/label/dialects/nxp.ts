// Recognises NXP's reels: the type's name is in 30P, its 12-digit order number in 1P, moisture in 31P.
import type { Habits } from "../cut.ts";
import type { Meaning } from "../kinds.ts";

/** `1/240-1/260`: level and peak for soldering with lead, then without. */
const ratings = /^([^/-]{1,2})\/(\d{3})-([^/-]{1,2})\/(\d{3})$/;

function readRatings(raw: string): { raw: string; meaning: Meaning }[] {
  const [, leaded, , level, peak] = ratings.exec(raw.trim()) ?? [];
  if (level === undefined || peak === undefined) return [];
  const peaks: { raw: string; meaning: Meaning }[] = [
    { raw: peak, meaning: { kind: "peakReflowCelsius" } },
  ];
  // Two different levels give no value. The right one depends on how the board is soldered.
  return leaded === level ? [{ raw: level, meaning: { kind: "msl" } }, ...peaks] : peaks;
}

export const nxp: Habits = {
  name: "nxp",
  guess: true,
  recognises: (data) =>
    data.has("30P") && /^\d{12}$/.test(data.get("1P") ?? "") && ratings.test(data.get("31P") ?? ""),
  meanings: {
    "1P": { kind: "orderCode" },
    "30P": { kind: "mpn" },
    "31P": { kind: "handling", inner: readRatings },
  },
};
