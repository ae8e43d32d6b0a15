// Serves a bench in a process of its own: the whole application over HTTP. Nothing is settled or appended to the log unless
// the bench asks for it: these have benches of their own.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { argv, cpuUsage, memoryUsage } from "node:process";
import { randomBytes } from "node:crypto";
import { fromHex, toHex } from "../protocol/base/bytes.ts";
import { addressOfPrivateKey } from "../protocol/base/crypto.ts";
import { enrolKey, makeApiKey } from "../server/access/admin.ts";
import { openLocalChain } from "../server/chain/local-chain.ts";
import { createApp } from "../server/http/app.ts";
import { listen } from "../server/http/listen.ts";
import { serve } from "../test/support/service.ts";
import { openTestWatch } from "../test/support/watch.ts";
import { backendCpuMs, openBenchDatabase } from "./database.ts";
import { readRows } from "./accept-raw.ts";

/** What the bench asks of this process. */
export type Ask =
  { ask: "cpu" } | { ask: "rows"; groups: string[][] } | { ask: "settle" } | { ask: "end" };

/** What this process says when it answers requests. */
export interface Ready {
  url: string;
  apiKey: string;
  party: string;
  privateKey: string;
  domain: { chainId: number; ledger: string };
  /** The database's URL; undefined for the embedded one. */
  databaseUrl: string | undefined;
}

const [, , server] = argv;
const folder = await mkdtemp(join(tmpdir(), "reelproof-bench-"));
const database = await openBenchDatabase(server === "" ? undefined : server);
const chain = await openLocalChain(join(folder, "chain"));
const account = async () => {
  const key = toHex(randomBytes(32));
  const balance = [addressOfPrivateKey(fromHex(key)), "0x56bc75e2d63100000"];
  await chain.request("anvil_setBalance", balance);
  return key;
};
const world = { ownerKey: await account(), relayerKey: await account() };
const { ctx, parties, settle } = await serve({ database, chain, world, folder });
const { address, accountKey } = parties.maker;
const privateKey = Uint8Array.from(randomBytes(32));
await enrolKey(ctx, accountKey, privateKey);
await settle();
const watch = openTestWatch(ctx);
const app = createApp(ctx, { documentMaxBytes: 1_000_000, nudge: () => undefined, watch });
const listening = await listen(app, 0, "127.0.0.1");
const ready: Ready = {
  url: `http://127.0.0.1:${listening.address.port}`,
  apiKey: (await makeApiKey(ctx, { party: address, scope: "write" })).text,
  party: address,
  privateKey: toHex(privateKey),
  domain: ctx.domain,
  databaseUrl: database.url,
};
process.on("message", (message: Ask) => void answer(message));
process.send!(ready);

async function answer(message: Ask): Promise<void> {
  if (message.ask === "cpu") {
    const { user, system } = cpuUsage();
    const backendMs = await backendCpuMs(database);
    process.send!({
      nodeMs: (user + system) / 1000,
      backendMs,
      memoryMiB: memoryUsage().rss / 2 ** 20,
    });
  } else if (message.ask === "settle") {
    await settle();
    process.send!({});
  } else if (message.ask === "rows") {
    const groups = [];
    for (const hashes of message.groups) groups.push(await readRows(database.pool, hashes));
    process.send!(groups);
  } else {
    await listening.close();
    await chain.stop();
    await database.close();
    await rm(folder, { recursive: true, force: true });
    process.exit();
  }
}
