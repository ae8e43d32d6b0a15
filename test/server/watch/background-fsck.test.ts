// Tests fsck in a thread, which opens the database and the chain by itself.
import { expect } from "chai";
import { join } from "node:path";
import { readConfig } from "../../../server/config.ts";
import { type LocalChain, openLocalChain } from "../../../server/chain/local-chain.ts";
import { openContext } from "../../../server/open.ts";
import { fsckInThread, type WorkerParts } from "../../../server/watch/background-fsck.ts";
import { emptyFolder } from "../../support/empty-folder.ts";

describe("fsckInThread", () => {
  let folder: Awaited<ReturnType<typeof emptyFolder>>;
  let chain: LocalChain;
  let parts: WorkerParts;

  before(async () => {
    folder = await emptyFolder();
    chain = await openLocalChain(join(folder.path, "chain"));
    const { config, secrets } = readConfig({
      DATA_DIR: folder.path,
      LOG_LEVEL: "silent",
      KEYSTORE_SECRET: Buffer.from(Array.from({ length: 32 }, (_, i) => i)).toString("hex"),
    });
    const { redact: _redact, alert: _alert, ...rest } = secrets;
    parts = { config, secrets: rest, rpcUrl: chain.url };
    const { ctx, close } = await openContext(config, secrets, { create: true, rpcUrl: chain.url });
    await ctx.prisma.tile.create({ data: { level: 0, index: 5n, hashes: new Uint8Array(32) } });
    await close();
  });
  after(async () => {
    await chain.stop();
    await folder.remove();
  });

  it("names a row that does not belong there", async () => {
    const { faults } = await fsckInThread(parts, new AbortController().signal);
    expect(faults.map(({ table, row }) => [table, row])).to.deep.equal([["tile", "0/5"]]);
  });

  it("ends when its signal aborts, and when it cannot open the database", async () => {
    const aborting = new AbortController();
    const run = fsckInThread(parts, aborting.signal);
    aborting.abort();
    const failures = await Promise.allSettled([
      run,
      fsckInThread({ ...parts, rpcUrl: "http://127.0.0.1:1" }, new AbortController().signal),
    ]);
    expect(failures.map(({ status }) => status)).to.deep.equal(["rejected", "rejected"]);
  });
});
