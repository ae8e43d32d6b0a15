// Opens a bundle that a caller sent. A large one is read and verified in a thread of its own, in which an attacker's bundle
// takes nobody else's time, and no more memory than that thread may have.
import { Worker } from "node:worker_threads";
import { ProtocolError } from "../../protocol/base/errors.ts";
import { maxJsonValues, scanJson } from "../../protocol/base/json-scan.ts";
import { MAX_BUNDLE_BYTES, MIN_JSON_VALUES } from "../../protocol/base/limits.ts";
import { parseBundle } from "../../protocol/trail/bundle.ts";
import { oneAtATime } from "../chain/turns.ts";
import type { Context } from "../context.ts";
import { type BundleReading, type BundleSummary, readBundleHere } from "./reading.ts";
import { connectThreads, type Port } from "./thread-calls.ts";

/** Bundles up to this size are read where they arrive: some hundred events. */
const SMALL_BYTES = 512 * 1024;
/** Memory of the thread: a bundle of 64 MiB needs a half of it. */
const MEMORY_MIB = 2_048;

/** Large bundles wait for each other, so that they share one processor and one bound on memory. */
const inTurn = oneAtATime();

/**
 * Opens a bundle, runs a step on it, and closes it.
 * @param input its bytes, or the result of JSON.parse
 * @throws ProtocolError where it is not a bundle, and what the step throws
 */
export async function withBundle<T>(
  ctx: Pick<Context, "domain" | "reader" | "recover">,
  input: unknown,
  step: (bundle: BundleReading) => Promise<T>,
): Promise<T> {
  if (!(input instanceof Uint8Array)) return step(readBundleHere(input, ctx));
  if (isSmall(input)) return step(readBundleHere(parseBundle(input), ctx));
  return inTurn(async () => {
    const bundle = await openInThread(ctx, input);
    try {
      return await step(bundle);
    } finally {
      await bundle.close();
    }
  });
}

/** Whether reading costs a fraction of a second at most. @throws ProtocolError TOO_LARGE */
const isSmall = (bytes: Uint8Array) =>
  bytes.length <= SMALL_BYTES &&
  scanJson(bytes, maxJsonValues(MAX_BUNDLE_BYTES)).values <= MIN_JSON_VALUES;

async function openInThread(
  { domain, reader }: Pick<Context, "domain" | "reader">,
  bytes: Uint8Array,
): Promise<BundleReading> {
  const worker = new Worker(new URL("worker.ts", import.meta.url), {
    workerData: { bytes, domain },
    resourceLimits: { maxOldGenerationSizeMb: MEMORY_MIB },
  });
  const failed = Promise.withResolvers<never>();
  failed.promise.catch(() => undefined); // each caller that waits for an answer gets the error
  worker.once("error", (error: NodeJS.ErrnoException) => {
    failed.reject(
      error.code === "ERR_WORKER_OUT_OF_MEMORY"
        ? new ProtocolError("TOO_LARGE", "the bundle takes too much memory once it is parsed")
        : error,
    );
  });
  const call = connectThreads(worker as Port, { ...methodsOf(reader) });
  const ask = <T>(name: string, ...args: unknown[]) =>
    Promise.race([call(name, ...args), failed.promise]) as Promise<T>;
  const close = async () => {
    await worker.terminate();
  };
  try {
    return {
      summary: await ask<BundleSummary>("read"),
      verify: (trust) => ask("verify", trust),
      events: (from, to) => ask("events", from, to),
      notices: (from, to) => ask("notices", from, to),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** A reader's methods, which the thread calls by their names. */
const methodsOf = (reader: Context["reader"]) =>
  reader as unknown as Record<string, (...args: never[]) => unknown>;
