// Tests the embedded chain: its blocks are still there after a stop and after a kill.
import { expect } from "chai";
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { openLocalChain } from "../../../server/chain/local-chain.ts";
import { anvilBinary, LOCAL_CHAIN_ID } from "../../../server/chain/spawn.ts";

describe("openLocalChain", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "reelproof-chain-"));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const headOf = async (chain: {
    request: (method: string, params: unknown[]) => Promise<unknown>;
  }) =>
    (await chain.request("eth_getBlockByNumber", ["latest", false])) as {
      hash: string;
      number: string;
    };

  it("restores the chain after a stop", async function () {
    if (!anvilBinary()) this.skip();
    const first = await openLocalChain(folder);
    await first.request("anvil_mine", ["0x5"]);
    const last = await headOf(first);
    await first.stop();
    const second = await openLocalChain(folder);
    expect((await headOf(second)).hash).to.equal(last.hash);
    expect(Number(await second.request("eth_chainId"))).to.equal(LOCAL_CHAIN_ID);
    await second.stop();
  });

  it("takes over the chain of a killed service with every block", async function () {
    if (!anvilBinary()) this.skip();
    const module = fileURLToPath(new URL("../../../server/chain/local-chain.ts", import.meta.url));
    const script = `
      const { openLocalChain } = await import(process.argv[1]);
      const { request } = await openLocalChain(process.argv[2]);
      await request("anvil_mine", ["0x7"]);
      console.log((await request("eth_getBlockByNumber", ["latest", false])).hash);
      process.kill(process.pid, "SIGKILL");`;
    const killed = spawnSync(
      process.execPath,
      ["--input-type=module", "-e", script, module, folder],
      {
        encoding: "utf8",
      },
    );
    expect(killed.signal).to.equal("SIGKILL");
    const next = await openLocalChain(folder);
    expect((await headOf(next)).hash).to.equal(killed.stdout.trim());
    await next.stop();
  });

  it("refuses a folder that another process uses", async () => {
    const chain = await openLocalChain(folder);
    const thrown = await openLocalChain(folder).then(
      () => undefined,
      (error: Error) => error.message,
    );
    expect(thrown).to.contain("in use by another process");
    await chain.request("eth_chainId", []);
    await chain.stop();
  });

  it("leaves a running chain alone when it opens a copy of that chain's folder", async () => {
    const original = await openLocalChain(folder);
    const copy = join(folder, "copy");
    for (const name of await readdir(folder)) await cp(join(folder, name), join(copy, name));
    const other = await openLocalChain(copy);
    expect(other.url).not.to.equal(original.url);
    for (const { request } of [original, other])
      expect(Number(await request("eth_chainId"))).to.equal(LOCAL_CHAIN_ID);
    await other.stop();
    await original.request("eth_chainId");
    await original.stop();
  });

  it("sets the genesis time from beginsAt", async function () {
    if (!anvilBinary()) this.skip();
    const chain = await openLocalChain(folder, { beginsAt: 1_700_000_000 });
    const genesis = (await chain.request("eth_getBlockByNumber", ["0x0", false])) as {
      timestamp: string;
    };
    expect(Number(genesis.timestamp)).to.equal(1_700_000_000);
    await chain.stop();
  });

  it("does not kill another process that reused the stored process ID", async () => {
    await writeFile(join(folder, "chain.pid"), JSON.stringify({ pid: process.pid, port: 1 }));
    const chain = await openLocalChain(folder);
    const { pid } = JSON.parse(await readFile(join(folder, "chain.pid"), "utf8")) as {
      pid: number;
    };
    expect(pid).not.to.equal(process.pid);
    await chain.stop();
    expect(existsSync(join(folder, "chain.pid"))).to.equal(false);
  });

  it("runs in memory without an anvil binary and reports that it does not last", async () => {
    const chain = await openLocalChain(folder, { binary: null });
    expect(chain.lasting).to.equal(false);
    expect(Number(await chain.request("eth_chainId"))).to.equal(LOCAL_CHAIN_ID);
    await chain.stop();
  });
});
