// Serves a read-only door to the service's node, for verifiers in a browser. Any page may ask: it has nothing but what the
// chain publishes.
import { Router } from "express";
import { z } from "zod";
import { openDoor, MAX_BATCH } from "../../chain/door.ts";
import { type Parts, route } from "./route.ts";

const PATH = "/rpc";
const MAX_BYTES = 512 * 1024;
const PREFLIGHT_SECONDS = 24 * 60 * 60;

/** Lets pages of every origin ask, without credentials. Answers their preflights. */
export function rpcCors(): Router {
  const router = Router();
  router.all(PATH, (req, res, next) => {
    res.set("Access-Control-Allow-Origin", "*");
    res.set("Cross-Origin-Resource-Policy", "cross-origin");
    if (req.method !== "OPTIONS") return next();
    res.locals["route"] = PATH;
    res.set("Access-Control-Allow-Methods", "POST");
    res.set("Access-Control-Allow-Headers", "content-type");
    res.set("Access-Control-Allow-Private-Network", "true"); // a page on the internet asks a service at home
    res.set("Access-Control-Max-Age", String(PREFLIGHT_SECONDS));
    res.status(204).end();
  });
  return router;
}

/** A request of JSON-RPC 2.0. The door judges its members. */
const JsonRpc = z.strictObject({
  jsonrpc: z.unknown(),
  id: z.unknown(),
  method: z.unknown(),
  params: z.unknown().optional(),
});

const doors = new WeakMap<Parts["ctx"], ReturnType<typeof openDoor>>();

export const rpc = route({
  method: "post",
  path: PATH,
  inStandby: true,
  tag: "Operations",
  summary: "Ask the service's node what a verifier asks",
  about:
    "JSON-RPC 2.0: eth_chainId, eth_blockNumber, eth_getBlockByNumber, eth_getBlockByHash, eth_getCode, eth_call and eth_getLogs, " +
    "about the ledger and the checkpoint contract alone. It is for trying the verifier where the chain is embedded. It is no " +
    `independent node: a service that lies can lie here, too. A batch has at most ${MAX_BATCH} questions.`,
  access: null,
  body: z.union([JsonRpc, z.array(z.unknown())]),
  bodyBytes: MAX_BYTES,
  answers: { 200: z.unknown() },
  async handle({ ctx }, { body }) {
    const answer = doors.get(ctx) ?? openDoor(ctx);
    doors.set(ctx, answer);
    return { status: 200, body: await answer(body) };
  },
});
