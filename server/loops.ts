// Runs what the service does beside its requests: it follows the chain, settles what is queued, and keeps the log. What one of
// them does wakes those that wait for it.
import type { LocalChain } from "./chain/local-chain.ts";
import type { Context } from "./context.ts";
import { checkOurs } from "./log/anchor.ts";
import { appendOnce } from "./log/append.ts";
import { checkpointOnce } from "./log/checkpoints.ts";
import { type Loop, type Outcome, startLoop } from "./loop.ts";
import { DeepReorg, followOnce, UnfollowedLog } from "./settlement/follow.ts";
import { isUnderWay } from "./settlement/pending.ts";
import { relayOnce } from "./settlement/relay.ts";
import type { Standby } from "./storage/standby.ts";

const FOLLOW_PAUSE_MS = 250;
const FOLLOW_PAUSE_EXTERNAL_MS = 2_000;
const RELAY_PAUSE_MS = 500;
const LOG_PAUSE_MS = 500;
/** Between looks for what another process may have left to do: what this one does nudges its loops. */
const IDLE_PAUSE_MS = 15_000;
/** Between looks at the head of the embedded chain, to which others may send transactions. */
const IDLE_FOLLOW_MS = 1_000;

/** The running loops. */
export interface Loops {
  loops: Loop[];
  /** Resolves with an error when the service cannot continue. */
  failed: Promise<unknown>;
  /** The block that cannot be followed; null where there is none. */
  stuckAt: () => number | null;
}

/** Starts the loops. @param chain the embedded one, if there is one: nobody else waits for its node */
export function startLoops(ctx: Context, chain: LocalChain | undefined, standby: Standby): Loops {
  const failure = Promise.withResolvers<unknown>();
  void chain?.died.then(failure.resolve);
  const common = {
    log: ctx.log,
    isFatal: (error: unknown) => error instanceof DeepReorg,
    onFatal: failure.resolve,
  };
  const follow = startLoop("following the chain", followStep(ctx, onBlock), {
    ...common,
    pauseMs: chain ? FOLLOW_PAUSE_MS : FOLLOW_PAUSE_EXTERNAL_MS,
    idleMs: chain ? IDLE_FOLLOW_MS : FOLLOW_PAUSE_EXTERNAL_MS,
  });
  const relayStep = async (): Promise<Outcome> => {
    // On its own copy of the embedded chain, a restored service settles what the chain lacks, and disturbs nobody.
    if (!chain && (await standby.isOn())) return "nothing";
    if (await relayOnce(ctx)) {
      follow.nudge();
      return "more";
    }
    return (await isUnderWay(ctx)) ? "soon" : "nothing";
  };
  const idle = { ...common, idleMs: IDLE_PAUSE_MS };
  const relay = startLoop("settling", relayStep, { ...idle, pauseMs: RELAY_PAUSE_MS });
  let isOurLog = false;
  const logStep = async (): Promise<Outcome> => {
    if (await standby.isOn()) return "nothing";
    // A database that was restored to an earlier point must not put other events where the anchored ones were.
    if (!isOurLog) await checkOurs(ctx);
    isOurLog = true;
    const more = await appendOnce(ctx);
    if (await checkpointOnce(ctx)) relay.nudge();
    return more ? "more" : "nothing";
  };
  const log = startLoop("keeping the log", logStep, { ...idle, pauseMs: LOG_PAUSE_MS });
  function onBlock() {
    relay.nudge();
    log.nudge();
  }
  const stuckAt = () => {
    const error = follow.failure();
    return error instanceof UnfollowedLog ? error.block : null;
  };
  return { loops: [relay, follow, log], failed: failure.promise, stuckAt };
}

/**
 * A step of following that asks the node for its head alone, while that stays the same. A whole step runs from time to time all
 * the same: the database may have changed.
 */
function followStep(ctx: Context, onBlock: () => void): () => Promise<Outcome> {
  let seen: string | undefined;
  let wholeAt = 0;
  return async () => {
    const { hash } = await ctx.reader.head();
    const now = performance.now();
    if (hash === seen && now - wholeAt < IDLE_PAUSE_MS) return "nothing";
    const isNew = hash !== seen;
    const more = await followOnce(ctx);
    if (more) return "more";
    [seen, wholeAt] = [hash, now];
    if (!isNew) return "nothing";
    onBlock();
    return "soon";
  };
}
