// Makes the part of a service that watches it, for tests: it reads the real parts, and its disk has room.
import { join } from "node:path";
import { tmpdir } from "node:os";
import { randomBytes } from "node:crypto";
import type { Context } from "../../server/context.ts";
import { fsckInSteps } from "../../server/watch/background-fsck.ts";
import { createWatch, type Watch, type WatchOptions } from "../../server/watch/watch.ts";

/** What a watch of tests has, unless a test says otherwise: a receiver that takes everything, and fsck when a test asks. */
export function openTestWatch(ctx: Context, options: Partial<WatchOptions> = {}): Watch {
  const name = `watch-${randomBytes(6).toString("hex")}.json`;
  return createWatch(ctx, {
    target: { kind: "webhook", url: "https://receiver.example/secret-path", secret: undefined },
    deliver: () => Promise.resolve(),
    source: { url: "https://parts.example", host: "test-host", version: "0.0.0" },
    limits: { relayerLow: 200, checkpointLate: 3_600, chainStalled: 600 },
    dataDir: tmpdir(),
    file: join(tmpdir(), name),
    stuckAt: () => null,
    diskOf: () => Promise.resolve({ free: 50 * 2 ** 30, total: 100 * 2 ** 30 }),
    fsckEvery: null,
    oneConnection: false,
    runFsck: (signal) => fsckInSteps(ctx, signal),
    ...options,
  });
}
