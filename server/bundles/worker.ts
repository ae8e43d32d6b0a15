// A worker thread that reads one bundle, and answers the thread that imports it. It asks that thread for the ledger.
import { parentPort, workerData } from "node:worker_threads";
import { loadWasmKeccak, loadWasmRecover } from "../../protocol/base/crypto-wasm.ts";
import { useKeccak } from "../../protocol/base/crypto.ts";
import type { LedgerReader } from "../../protocol/chain/reader.ts";
import type { Domain } from "../../protocol/event/event.ts";
import { parseBundle } from "../../protocol/trail/bundle.ts";
import type { Trust } from "../../protocol/verdict/trust.ts";
import { type BundleReading, readBundleHere } from "./reading.ts";
import { connectThreads } from "./thread-calls.ts";

const { bytes, domain } = workerData as { bytes: Uint8Array; domain: Domain };

useKeccak(await loadWasmKeccak());
const recover = await loadWasmRecover();
let reading: BundleReading;

const ask = connectThreads(parentPort!, {
  read() {
    reading = readBundleHere(parseBundle(bytes), { domain, reader, recover });
    return reading.summary;
  },
  verify: (trust: Trust) => reading.verify(trust),
  events: (from: number, to: number) => reading.events(from, to),
  notices: (from: number, to: number) => reading.notices(from, to),
});

/** Each method asks the other thread's reader. */
const reader = new Proxy({} as LedgerReader, {
  get:
    (_, name) =>
    (...args: unknown[]) =>
      ask(String(name), ...args),
});
