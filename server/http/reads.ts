// Runs a request where it reads: at the replica, where the route may read there and the replica has what the caller wrote; else at
// the primary. Hands the position of what was written to the client, for the other processes of the service.
import type { Request, Response } from "express";
import { Counter, Gauge, type Registry } from "prom-client";
import { ProtocolError } from "../../protocol/base/errors.ts";
import type { Caller } from "../access/admin.ts";
import { type Context, onPrimary } from "../context.ts";
import { NodeError } from "../../protocol/chain/json-rpc.ts";
import { Refusal } from "../refusal.ts";
import type { Replica } from "../storage/replica.ts";
import { cookieIn, type CookieRules, positionCookieOf } from "./cookies.ts";
import { type Cursors, cursorsOf } from "./cursor.ts";
import { budgetsOf } from "./guards.ts";

/** In answers to acts, and in requests that are to show what those acts wrote. */
export const POSITION_HEADER = "reelproof-position";

/** Seconds for which a browser keeps it: longer than any replica that is read is behind. */
const KEPT_SECONDS = 60 * 60;

/** Later than any position. */
const UNREADABLE = 1n << 64n;

/** A request, and who sends it. */
interface Asked {
  req: Request;
  res: Response;
  caller: Caller;
}

export interface Reads {
  /** Runs a request, at the replica or at the primary, and again at the primary where the replica fails or lacks something. */
  run<T>(
    ctx: Context,
    route: { method: string; reads?: "replica" },
    asked: Asked,
    run: (ctx: Context) => Promise<T>,
  ): Promise<T>;
}

/** Without a replica every request reads at the primary. */
const AT_PRIMARY: Reads = { run: (ctx, _route, _asked, run) => run(ctx) };

/** @param registry where reads are counted, and the replica's state shows */
export function openReads(
  replica: Replica | undefined,
  {
    cursorKey,
    cookies,
    registry,
  }: { cursorKey: Uint8Array; cookies: CookieRules; registry: Registry },
): Reads {
  if (!replica) return AT_PRIMARY;
  const positions = cursorsOf(cursorKey, "position");
  const count = countersIn(registry, replica);

  const noteWrite = async ({ res, caller }: Asked) => {
    const position = positions.seal(String(await replica.noteWrite(budgetsOf(caller))));
    res.set(POSITION_HEADER, position);
    if (caller.session) res.append("Set-Cookie", positionCookieOf(position, KEPT_SECONDS, cookies));
  };

  return {
    async run(ctx, { method, reads }, asked, run) {
      if (reads !== "replica") {
        try {
          return await run(ctx);
        } finally {
          // An act that failed may have written before. What nobody in particular sends, nobody in particular reads.
          if (method !== "get" && asked.caller.party !== "") await noteWrite(asked);
        }
      }
      const { req, caller } = asked;
      const least = positionIn(req, positions, cookies);
      const prisma = await replica.clientFor(budgetsOf(caller), least);
      count(prisma ? "replica" : "primary");
      if (!prisma) return run(ctx);
      const there = { ...ctx, prisma, primary: ctx.prisma };
      try {
        return await findAnywhere(there, run);
      } catch (error) {
        if (isAnswer(error)) throw error;
        replica.suspect();
        count("primary");
        return run(ctx);
      }
    },
  };
}

/** Runs it, and again at the primary if something was not found at the replica: it may be too new. */
export async function findAnywhere<T>(ctx: Context, run: (ctx: Context) => Promise<T>): Promise<T> {
  try {
    return await run(ctx);
  } catch (error) {
    const isMissing = error instanceof Refusal && error.status === 404;
    if (!isMissing || ctx.primary === undefined) throw error;
    return run(onPrimary(ctx));
  }
}

/** Whether an error would be the same at the primary: what we refuse, and what the chain's node fails. */
const isAnswer = (error: unknown) =>
  error instanceof Refusal || error instanceof ProtocolError || error instanceof NodeError;

/** The position that a request carries. One that is not ours counts as later than all: the primary has it. */
function positionIn(req: Request, positions: Cursors, cookies: CookieRules): bigint {
  const text = req.get(POSITION_HEADER) ?? cookieIn(req, "position", cookies);
  if (text === undefined) return 0n;
  try {
    return BigInt(positions.open(text));
  } catch {
    return UNREADABLE;
  }
}

/** Shows the replica's state in the metrics. @returns what counts a read */
function countersIn(registry: Registry, replica: Replica) {
  const registers = [registry];
  const reads = new Counter({
    name: "reelproof_reads_total",
    help: "Requests that may read at the replica, by where they read. One that failed there counts at both.",
    registers,
    labelNames: ["from"] as const,
  });
  for (const from of ["replica", "primary"] as const) reads.inc({ from }, 0);
  new Gauge({
    name: "reelproof_replica_in_use",
    help: "1 while requests read at the replica, else 0.",
    registers,
    collect() {
      this.set(replica.status().inUse ? 1 : 0);
    },
  });
  new Gauge({
    name: "reelproof_replica_lag_seconds",
    help: "Seconds since the primary wrote the first that the replica has not replayed.",
    registers,
    collect() {
      this.set(replica.status().lag?.seconds ?? Number.NaN);
    },
  });
  new Gauge({
    name: "reelproof_replica_lag_bytes",
    help: "Bytes of the write-ahead log that the replica has not replayed.",
    registers,
    collect() {
      this.set(Number(replica.status().lag?.bytes ?? Number.NaN));
    },
  });
  return (from: "replica" | "primary") => reads.inc({ from });
}
