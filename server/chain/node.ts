// Connects to an Ethereum node over HTTP. What its answers mean is for protocol/chain/reader.ts.
import { type Ask, connectTo, type NodeOptions } from "../../protocol/chain/json-rpc.ts";

/** Calls a method of the node (the shape of EIP-1193). */
export type Request = Ask;

/**
 * A caller of the node at `url`. Node's fetch keeps connections open between questions.
 * @returns a caller that throws ProtocolError CHAIN_UNREACHABLE where there is no answer, CHAIN_INCONSISTENT where it is not
 * JSON-RPC, and NodeError where the answer is an error
 */
export const connectNode = (url: string, options: NodeOptions = {}): Request =>
  connectTo(globalThis, url, options);
