// Connects to a node that the caller names. Sends requests of one moment as one batch.
import { connectTo } from "../../protocol/chain/json-rpc.ts";
import type { Request } from "../../protocol/chain/node.ts";

const SILENCE_MS = 15_000;

/**
 * Connects to the node at `url`.
 * @param silenceMs how long the node may stay silent
 * @returns a function that throws as protocol/chain/json-rpc.ts describes
 */
export const connectNode = (url: URL, silenceMs = SILENCE_MS): Request =>
  connectTo(globalThis, url.href, { silenceMs, batches: true });
