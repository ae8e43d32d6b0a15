// Watches the service itself: one step reads every condition, tells the receiver what began, lasts or ended, and runs fsck
// when it is due. It never stops or delays anything else.
import { randomBytes } from "node:crypto";
import type { Context } from "../context.ts";
import { deliver as deliverMessage, NotDelivered } from "../delivery/deliver.ts";
import type { Message } from "../delivery/message.ts";
import { nameTarget, type Target } from "../delivery/target.ts";
import type { Report } from "../fsck/fsck.ts";
import { CONDITIONS, type ConditionCode, type Readings } from "./conditions.ts";
import { failedRun, type FsckResult, hasFaults, resultOf } from "./fsck-result.ts";
import { giveUpTurn, keepFsck, keepOwn, keepStandings, readOwn, takeTurn } from "./kept.ts";
import { type Source, testMessage, writeMessage } from "./message.ts";
import { createReader, type ReadFrom, readFsck } from "./readings.ts";
import {
  codesOf,
  follow,
  markTold,
  newsOf,
  openOf,
  type Standings,
  type Streaks,
  withoutEnded,
} from "./standing.ts";

export interface WatchOptions extends ReadFrom {
  /** Where messages go. Undefined: conditions show in the status, the metrics and the log alone. */
  target: Target | undefined;
  /** The file that keeps the conditions of this process. */
  file: string;
  source: Source;
  /** The database is embedded: it answers one at a time. */
  oneConnection: boolean;
  /** Seconds between two runs of fsck. Null: it does not run by itself. */
  fsckEvery: number | null;
  /** Runs fsck without delaying anything else. It breaks off when the signal aborts. */
  runFsck: (signal: AbortSignal) => Promise<Pick<Report, "faults" | "unlisted">>;
  deliver?: (target: Target, message: Message) => Promise<void>;
}

/** A condition that stands. Times in Unix seconds. */
export interface OpenCondition {
  code: ConditionCode;
  severity: "critical" | "warning";
  since: number;
  problem: string;
  detail: string | null;
  action: string;
  who: string;
}

export interface Status {
  /** When the last check was made. Null before the first. */
  checkedAt: number | null;
  conditions: OpenCondition[];
  /** The last run of fsck in the background. */
  fsck: FsckResult | null;
  messages: {
    /** Where they go, without secrets. Null: ALERT_URL is not set. */
    to: string | null;
    /** Whether this process sends them. With several on one database, one does. */
    isSender: boolean;
    deliveredAt: number | null;
    /** Since when the receiver does not take them, and why. */
    failingSince: number | null;
    failure: string | null;
  };
}

export interface Watch {
  /** One check. @returns false: the next one is due after the pause */
  step(): Promise<boolean>;
  status(): Status;
  /** Sends a test message. @returns why it was not delivered; null if it was; undefined without a receiver */
  sendTest(): Promise<string | null | undefined>;
  /**
   * Runs something that keeps the embedded database to itself, such as fsck for a caller: meanwhile the database does not
   * count as away.
   */
  occupying<T>(run: () => Promise<T>): Promise<T>;
  /** Takes the result of a whole run of fsck, or what a repair left. */
  tookFsck(report: Pick<Report, "faults" | "unlisted">, startedAt: number): Promise<void>;
  /** Ends a run of fsck that is under way, and lets another process tell. */
  stop(): Promise<void>;
}

/** A start is not burdened with fsck. */
export const FIRST_FSCK_SECONDS = 5 * 60;
/** A run that could not check everything is repeated after at most so many seconds. */
const RETRY_FSCK_SECONDS = 60 * 60;
const FIRST_RETRY_SECONDS = 30;
const LAST_RETRY_SECONDS = 15 * 60;

const OWN = codesOf("process");
const SHARED = codesOf("service");

export function createWatch(ctx: Context, options: WatchOptions): Watch {
  const { target, source, deliver = deliverMessage } = options;
  const holder = randomBytes(8).toString("hex");
  const read = createReader(ctx, options);
  const startedAt = ctx.clock();
  const streaks: Streaks = new Map();
  const stopping = new AbortController();
  const stopped = new Promise<never>((_, reject) =>
    stopping.signal.addEventListener("abort", () =>
      reject(new NotDelivered("The service stopped meanwhile.")),
    ),
  );
  stopped.catch(() => undefined);
  let own: Standings | undefined;
  let shared: Standings = {};
  /** The conditions of the service that the database did not keep. */
  let unkept: Standings | undefined;
  let isSender = false;
  let checkedAt: number | null = null;
  let occupied = 0;
  let fsck: FsckResult | null | undefined;
  let running: Promise<void> | undefined;
  let isFsckWanted = false;
  let delivery = {
    deliveredAt: null as number | null,
    failures: 0,
    failingSince: null as number | null,
    failure: null as string | null,
    retryAt: 0,
  };

  async function readAll(): Promise<Readings> {
    const readings = await read();
    return {
      ...readings,
      // Somebody who waits for our own work has not lost the database.
      ...(options.oneConnection &&
        occupied > 0 &&
        readings.DATABASE_AWAY.isOpen && { DATABASE_AWAY: { isOpen: null } }),
      ...readFsck(fsck),
      ALERT_NOT_DELIVERED: {
        isOpen: delivery.failures > 0,
        ...(delivery.failure !== null && { detail: delivery.failure }),
      },
    };
  }

  /** Follows the conditions with some codes, and logs which began and which ended. */
  function followSome(before: Standings, codes: readonly ConditionCode[], readings: Readings) {
    const now = ctx.clock();
    const after = follow(before, streaks, { readings, codes, now });
    const [were, are] = [openOf(before), openOf(after)];
    for (const code of are.filter((one) => !were.includes(one))) {
      const { severity, problem } = CONDITIONS[code];
      const level = severity === "critical" ? "error" : "warn";
      const detail = after[code]?.detail ?? undefined;
      ctx.log[level]({ condition: code, detail }, `a condition began: ${problem}`);
    }
    for (const code of were.filter((one) => !are.includes(one)))
      ctx.log.info({ condition: code }, "a condition ended");
    return target ? after : withoutEnded(after);
  }

  async function step(): Promise<boolean> {
    own ??= await readOwn(options.file);
    const [ownBefore, turn] = [own, await takeTurn(ctx.prisma, holder)];
    if (turn) {
      isFsckWanted ||= fsck === undefined && turn.fsck !== null && hasFaults(turn.fsck); // a repair may have come since
      fsck = turn.fsck;
      shared = (turn.isOurs && unkept) || turn.standings;
    }
    unkept = undefined;
    isSender = turn?.isOurs ?? false;
    const sharedBefore = turn?.standings ?? shared;
    const readings = await readAll();
    own = followSome(own, OWN, readings);
    if (isSender) shared = followSome(shared, SHARED, readings);
    checkedAt = ctx.clock();
    await tell();
    if (isSender && differ(shared, sharedBefore)) {
      const isKept = await keepStandings(ctx.prisma, holder, shared);
      if (!isKept) unkept = shared;
    }
    if (differ(own, ownBefore))
      await keepOwn(options.file, own).catch((error: unknown) =>
        ctx.log.warn({ err: error }, "cannot keep which messages were sent; some may come again"),
      );
    if (isSender && isFsckDue()) running = runFsck().finally(() => (running = undefined));
    return false;
  }

  /** Tells the receiver what it does not know yet. What is not delivered now is part of a later message. */
  async function tell(): Promise<void> {
    const now = ctx.clock();
    if (!target || now < delivery.retryAt) return;
    const news = [...newsOf(own!, now), ...(isSender ? newsOf(shared, now) : [])];
    if (news.length === 0) return;
    const open = [...openOf(own!), ...openOf(shared)];
    if ((await attempt(target, writeMessage(source, news, open, now))) !== null) return;
    own = markTold(own!, news, now);
    if (isSender) shared = markTold(shared, news, now);
  }

  /** @returns why the receiver did not take it; null if it did */
  async function attempt(to: Target, message: Message): Promise<string | null> {
    const now = ctx.clock();
    try {
      await Promise.race([deliver(to, message), stopped]);
      delivery = {
        deliveredAt: now,
        failures: 0,
        failingSince: null,
        failure: null,
        retryAt: 0,
      };
      return null;
    } catch (error) {
      const why = error instanceof NotDelivered ? error.message : "The message was not delivered.";
      const pause = Math.min(LAST_RETRY_SECONDS, FIRST_RETRY_SECONDS * 2 ** delivery.failures);
      delivery = {
        ...delivery,
        failures: Math.min(delivery.failures + 1, 10),
        failingSince: delivery.failingSince ?? now,
        failure: why,
        retryAt: now + pause,
      };
      ctx.log.warn({ to: nameTarget(to), why }, "a message about the service was not delivered");
      return why;
    }
  }

  function isFsckDue(): boolean {
    const { fsckEvery } = options;
    if (fsckEvery === null || running || fsck === undefined) return false;
    const pause = fsck?.failure ? Math.min(fsckEvery, RETRY_FSCK_SECONDS) : fsckEvery;
    const next = isFsckWanted || fsck === null ? 0 : fsck.startedAt + pause;
    return ctx.clock() >= Math.max(next, startedAt + FIRST_FSCK_SECONDS);
  }

  async function runFsck(): Promise<void> {
    const from = ctx.clock();
    isFsckWanted = false;
    try {
      const report = await occupying(() => options.runFsck(stopping.signal));
      await tookFsck(report, from);
    } catch (error) {
      if (stopping.signal.aborted) return;
      ctx.log.error({ err: error }, "fsck in the background broke off");
      fsck = failedRun(from, ctx.clock());
      await keepFsck(ctx.prisma, fsck);
    }
  }

  async function occupying<T>(run: () => Promise<T>): Promise<T> {
    occupied++;
    try {
      return await run();
    } finally {
      occupied--;
    }
  }

  async function tookFsck(report: Pick<Report, "faults" | "unlisted">, from: number) {
    fsck = resultOf(report, from, ctx.clock());
    await keepFsck(ctx.prisma, fsck);
  }

  return {
    step,
    status: () => ({
      checkedAt,
      conditions: [
        ...describe(own ?? {}, openOf(own ?? {})),
        ...describe(shared, openOf(shared)),
      ].sort((a, b) => RANK[a.severity] - RANK[b.severity]),
      fsck: fsck ?? null,
      messages: {
        to: target ? nameTarget(target) : null,
        isSender,
        deliveredAt: delivery.deliveredAt,
        failingSince: delivery.failingSince,
        failure: delivery.failure,
      },
    }),
    sendTest: async () =>
      target && attempt(target, testMessage(source, randomBytes(12).toString("hex"), ctx.clock())),
    occupying,
    tookFsck,
    async stop() {
      stopping.abort();
      await running;
      await giveUpTurn(ctx.prisma, holder);
    },
  };
}

const RANK = { critical: 0, warning: 1 };

function describe(standings: Standings, codes: readonly ConditionCode[]): OpenCondition[] {
  return codes.map((code) => {
    const { since, detail } = standings[code]!;
    const { severity, problem, action, who } = CONDITIONS[code];
    return { code, severity, since, problem, detail, action, who };
  });
}

const differ = (one: Standings, other: Standings) => JSON.stringify(one) !== JSON.stringify(other);
