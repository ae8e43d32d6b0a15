// Connects to an Ethereum node over HTTP. protocol/chain/reader.ts interprets its answers.
import { type Ask, connectTo, type NodeOptions } from "../../protocol/chain/json-rpc.ts";

/** Calls a method of the node (the shape of EIP-1193). */
export type Request = Ask;

/**
 * Connects to the node at `url`. Node's fetch keeps connections open between requests.
 * @returns a function that throws ProtocolError CHAIN_UNREACHABLE if there is no answer, CHAIN_INCONSISTENT if it is not
 * JSON-RPC, and NodeError if the answer is an error
 */
export const connectNode = (url: string, options: NodeOptions = {}): Request =>
  connectTo(globalThis, url, options);
