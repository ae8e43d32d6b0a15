// Decides from readings when a condition begins and ends, and what the receiver has still to be told. Pure.
import { z } from "zod";
import { CODES, CONDITIONS, type ConditionCode, type Readings } from "./conditions.ts";

/** A condition that has begun, and has not ended or whose end was not delivered yet. Unix seconds. */
const Standing = z.strictObject({
  since: z.int(),
  detail: z.string().nullable(),
  /** When the receiver was last told that it stands. Null: never. */
  toldAt: z.int().nullable(),
  endedAt: z.int().nullable(),
});
export type Standing = z.infer<typeof Standing>;

export const Standings = z.partialRecord(z.enum(CODES), Standing);
export type Standings = z.infer<typeof Standings>;

/** Checks in a row that find a condition before it begins, and that miss it before it ends: what flaps makes no noise. */
export const CHECKS_TO_BEGIN = 3;
export const CHECKS_TO_END = 15;

/** A condition that lasts is repeated after so many seconds. */
export const REMIND_SECONDS = 24 * 60 * 60;

/** That messages are not delivered cannot be told by message. */
const UNTELLABLE: ConditionCode = "ALERT_NOT_DELIVERED";

/** Equal readings in a row. */
interface Streak {
  isOpen: boolean;
  /** When the first of them was made. */
  from: number;
  checks: number;
}
export type Streaks = Map<ConditionCode, Streak>;

/**
 * The conditions after a check. A reading that could not be made changes nothing.
 * @param streaks of the checks before; this one is added to it
 */
export function follow(
  before: Standings,
  streaks: Streaks,
  { readings, codes, now }: { readings: Readings; codes: readonly ConditionCode[]; now: number },
): Standings {
  let after = { ...before };
  for (const code of codes) {
    const { isOpen, detail = null } = readings[code];
    if (isOpen === null) continue;
    const streak = extend(streaks, code, isOpen, now);
    const standing = after[code];
    const stands = standing !== undefined && standing.endedAt === null;
    if (isOpen && stands) after[code] = { ...standing, detail };
    else if (isOpen && streak.checks >= CHECKS_TO_BEGIN)
      // One that comes again before its end was delivered has never ended for the receiver.
      after[code] = { since: streak.from, toldAt: null, ...standing, detail, endedAt: null };
    else if (!isOpen && stands && streak.checks >= CHECKS_TO_END) {
      if (code === UNTELLABLE) after = without(after, code);
      else after[code] = { ...standing, endedAt: streak.from };
    }
  }
  return after;
}

function extend(streaks: Streaks, code: ConditionCode, isOpen: boolean, now: number): Streak {
  const last = streaks.get(code);
  const next =
    last?.isOpen === isOpen
      ? { ...last, checks: last.checks + 1 }
      : { isOpen, from: now, checks: 1 };
  streaks.set(code, next);
  return next;
}

export type Change = "began" | "lasts" | "ended";

/** What the receiver has not been told yet about a condition. */
export interface News extends Standing {
  code: ConditionCode;
  change: Change;
}

/** What the receiver has still to be told. */
export function newsOf(standings: Standings, now: number): News[] {
  return CODES.flatMap((code) => {
    const standing = standings[code];
    if (!standing || code === UNTELLABLE) return [];
    const change = changeOf(standing, now);
    return change ? [{ code, change, ...standing }] : [];
  });
}

function changeOf({ endedAt, toldAt }: Standing, now: number): Change | undefined {
  if (endedAt !== null) return "ended";
  if (toldAt === null) return "began";
  return now - toldAt >= REMIND_SECONDS ? "lasts" : undefined;
}

/** The conditions after their news were delivered. */
export function markTold(standings: Standings, news: readonly News[], now: number): Standings {
  let after = { ...standings };
  for (const { code, change } of news) {
    const standing = after[code];
    if (!standing) continue;
    if (change === "ended") after = without(after, code);
    else after[code] = { ...standing, toldAt: now };
  }
  return after;
}

function without(standings: Standings, code: ConditionCode): Standings {
  const { [code]: _gone, ...rest } = standings;
  return rest;
}

/** The conditions without those that ended: where nobody is told, their end need not be kept. */
export const withoutEnded = (standings: Standings): Standings =>
  Object.fromEntries(Object.entries(standings).filter(([, { endedAt }]) => endedAt === null));

/** The codes that stand now, in the order of the list. */
export const openOf = (standings: Standings): ConditionCode[] =>
  CODES.filter((code) => standings[code]?.endedAt === null);

export const codesOf = (of: "process" | "service"): ConditionCode[] =>
  CODES.filter((code) => CONDITIONS[code].of === of);
