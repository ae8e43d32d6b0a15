// Makes companies known on an empty service, as after the quick start: start without the sample, init, register, hand over,
// verify. The chain is embedded; the database is too, or PostgreSQL if TEST_DATABASE_URL names a server.
import { expect } from "chai";
import { randomBytes } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import pg from "pg";
import { run as runProgram } from "../../cli/program.ts";
import { fromHex, toHex } from "../../protocol/base/bytes.ts";
import { addressOfPrivateKey } from "../../protocol/base/crypto.ts";
import { sample } from "../../sample/play.ts";
import { emptyFolder } from "../support/empty-folder.ts";
import {
  type DataFolder,
  type RunningService,
  sampleKeys,
  startService,
} from "../support/process.ts";

const SERVER = process.env["TEST_DATABASE_URL"];

async function onServer(sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: SERVER });
  await client.connect();
  await client.query(sql).finally(() => client.end());
}

interface Company {
  address: string;
  signingKey: string;
  isNew: boolean;
  isDone: boolean;
  apiKey: { key: string } | null;
  keptIn: string | null;
}

describe("the command line on an empty service", () => {
  const database = `reelproof_${randomBytes(6).toString("hex")}`;
  let data: DataFolder;
  let service: RunningService;
  let settings: Record<string, string> = {};
  let maker: Company;
  let trader: Company;

  before(async () => {
    data = await emptyFolder();
    if (SERVER !== undefined) {
      await onServer(`CREATE DATABASE ${database}`);
      const url = Object.assign(new URL(SERVER), { pathname: `/${database}` });
      settings = { DATABASE_URL: url.href };
    }
    service = await startService(data.path, { ...settings, SAMPLE: "none" });
  });
  after(async () => {
    await service.end("SIGTERM");
    if (SERVER !== undefined) await onServer(`DROP DATABASE ${database} WITH (FORCE)`);
    await data.remove();
  });

  async function run(args: string[], env: Record<string, string> = {}) {
    const text = { stdout: "", stderr: "" };
    const stream = (name: keyof typeof text) => ({ write: (part: string) => (text[name] += part) });
    const all = { DATA_DIR: data.path, REELPROOF_URL: service.url, ...settings, ...env };
    const code = await runProgram(args, all, stream("stdout"), stream("stderr"));
    return { code, ...text };
  }
  async function json<T>(args: string[], env?: Record<string, string>) {
    const ended = await run([...args, "--json"], env);
    return { ...ended, body: JSON.parse(ended.stdout) as T };
  }
  const failure = async (args: string[], env?: Record<string, string>) => {
    const { code, body } = await json<{ error: { code: string; field: string } }>(args, env);
    return [code, body.error.code, body.error.field];
  };
  const inventory = async () => [
    (await json(["party", "list"])).body,
    (await json(["key", "list"])).body,
    (await json(["api-key", "list", "--as", "Operator"])).body,
  ];

  it("prints ledger, checkpoint contract and the operator's key, and what to do next", async () => {
    const output = service.output();
    expect(output).to.match(/^ +ledger +0x[0-9a-f]{40} on chain 31337$/m);
    expect(output).to.match(/anchored in 0x[0-9a-f]{40}$/m);
    expect(output).to.contain((await sampleKeys(data.path))("Operator").key);
    expect(output).to.contain(
      `DATA_DIR=${data.path} REELPROOF_URL=${service.url} npx reelproof init "Acme Distribution" --role distributor`,
    );
  });

  it("makes a company with init and another with party admit --new, and keeps their keys", async () => {
    const made = await json<Company>(["init", "Halle Semiconductor", "--role", "manufacturer"]);
    expect([made.code, made.body.isDone, made.body.isNew]).to.deep.equal([0, true, true]);
    expect(made.stderr).to.match(/^Acting as the operator/);
    maker = made.body;
    const args = ["party", "admit", "--new", "Acme Distribution", "--role", "distributor"];
    const other = await json<Company>(args);
    expect(other.code).to.equal(0);
    trader = other.body;
    const kept = await sampleKeys(data.path);
    expect(kept("Halle").key).to.equal(maker.apiKey!.key);
    expect(kept("Acme")).to.include({ party: trader.address, key: trader.apiKey!.key });
    expect(trader.keptIn).to.equal(join(data.path, "api-keys.json"));
  });

  it("changes nothing when it is run again, and says so", async () => {
    const before = await inventory();
    const again = await json<Company>(["init", "Acme Distribution", "--role", "distributor"]);
    expect(again.code).to.equal(0);
    expect(again.body).to.include({ isNew: false, apiKey: null, signingKey: trader.signingKey });
    const { code, stdout } = await run(["init", "acme distribution", "--role", "distributor"]);
    expect(code).to.equal(0);
    expect(stdout)
      .to.match(/^Nothing was changed/m)
      .and.not.contain("rp_");
    expect(await inventory()).to.deep.equal(before);
  });

  it("refuses a name with other roles, and a party's own key", async () => {
    const init = ["init", "Acme Distribution", "--role"];
    expect(await failure([...init, "assembler"])).to.deep.equal([1, "CONFLICT", "name"]);
    expect(await failure([...init, "bank"])).to.deep.equal([2, "BAD_ARGUMENT", "--role"]);
    expect(await failure([...init, "assembler", "--as", "Acme"])).to.deep.equal([
      1,
      "FORBIDDEN",
      undefined,
    ]);
  });

  it("registers, ships, receives and verifies with the companies' keys", async () => {
    const list = join(data.path, "list.csv");
    await writeFile(
      list,
      "manufacturer,mpn,quantity,package_id\nHalle Semiconductor,X-1,100,P-1\n",
    );
    const registered = await json(["register", list], {
      REELPROOF_API_KEY: maker.apiKey!.key,
    });
    expect(registered.body).to.include({ action: "commission", registered: 1 });
    const brand = ["--brand", "Halle Semiconductor", "--from", "2026-01-01"];
    expect((await run(["authorise", "Acme", ...brand, "--as", "Halle"])).code).to.equal(0);
    const ship = ["ship", "P-1", "--to", "Acme", "--carrier", "Post", "--as", "Halle"];
    expect((await run(ship)).code).to.equal(0);
    const received = await run(["receive", "P-1", "--as", "Acme"]);
    expect(received.code, received.stderr).to.equal(0);
    let verdict = await run(["verify", "P-1", "--as", "Acme"]);
    while (verdict.code === INCOMPLETE) {
      await wait(100);
      verdict = await run(["verify", "P-1", "--as", "Acme"]);
    }
    expect(verdict.code, verdict.stdout).to.equal(0);
    expect(verdict.stdout).to.match(/^PASS/);
  });

  it("gives the account of an admitted address the money to enrol its key, with two variables for the ledger", async () => {
    const account = toHex(randomBytes(32));
    const address = addressOfPrivateKey(fromHex(account));
    const admitted = await run(["party", "admit", address, "Own Keys", "--role", "laboratory"]);
    expect(admitted.code, admitted.stderr).to.equal(0);
    const keys = { ACCOUNT_KEY: account, PARTY_KEY: toHex(randomBytes(32)), DATABASE_URL: "" };
    const [, ledger = ""] = /ledger +(0x\w+)/.exec(service.output())!;
    const named = { CHAIN_RPC_URL: service.chainUrl, LEDGER_ADDRESS: ledger };
    expect(await failure(["key", "enrol"], keys)).to.deep.equal([3, "SERVICE_RUNS", "DATA_DIR"]);
    expect((await run(["key", "enrol"], { ...keys, ...named })).code).to.equal(0);
    const own = ["init", "Own Keys", "--role", "laboratory"];
    expect(await failure(own)).to.deep.equal([1, "CONFLICT", "name"]);
  });

  it("begins without the sample again when it is started without SAMPLE, and prints no key", async () => {
    await service.end("SIGTERM");
    service = await startService(data.path, settings);
    expect(service.output()).not.to.match(/\brp_/);
    expect(service.output()).not.to.contain("reelproof init");
    expect((await json<{ items: unknown[] }>(["party", "list"])).body.items).to.have.length(3);
  });
});

/** The exit code of a verdict that waits for settlement. */
const INCOMPLETE = 11;

describe("SAMPLE=none", () => {
  it("is refused where the sample was played", async () => {
    const data = await emptyFolder();
    const played = { parties: { a: `0x${"1".repeat(40)}` }, named: {}, steps: 1, done: false };
    await writeFile(join(data.path, "sample.json"), JSON.stringify(played));
    const refusal = await sample.isWanted(data.path, "none").catch((error: unknown) => error);
    expect(refusal).to.include({ name: "ConfigError", variable: "SAMPLE" });
    expect(String(refusal)).to.contain("The sample was played in");
    expect(await sample.isWanted(data.path, "play")).to.equal(true);
    await data.remove();
  });
});
