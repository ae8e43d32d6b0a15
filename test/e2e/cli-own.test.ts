// Sets up a new deployment with the command line alone. The chain is external, and nobody has an
// API key in the database yet (PostgreSQL if TEST_DATABASE_URL names a server).
import { expect } from "chai";
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { writeFile } from "node:fs/promises";
import pg from "pg";
import { run as runProgram } from "../../cli/program.ts";
import { fromHex, toHex } from "../../protocol/base/bytes.ts";
import { addressOfPrivateKey } from "../../protocol/base/crypto.ts";
import { readConfig } from "../../server/config.ts";
import { deployLedger } from "../../server/chain/ledger.ts";
import { type LocalChain, openLocalChain } from "../../server/chain/local-chain.ts";
import { LOCAL_CHAIN_ID } from "../../server/chain/spawn.ts";
import { makeLots } from "../../server/custody/acts.ts";
import { openContext } from "../../server/open.ts";
import { openService, type Service } from "../../server/service.ts";
import { emptyFolder } from "../support/empty-folder.ts";
import type { DataFolder } from "../support/process.ts";

const SERVER = process.env["TEST_DATABASE_URL"];

async function onServer(sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: SERVER });
  await client.connect();
  await client.query(sql).finally(() => client.end());
}

/** Leaves node and ledger: what the owner and the company with its own key have. */
const NOTHING_ELSE = {
  RELAYER_KEY: "",
  KEYSTORE_SECRET: "",
  DATABASE_URL: "",
  DATA_DIR: "/nowhere",
};

/** Every variable is malformed: a command that reads one that it does not need fails. */
const MALFORMED = Object.fromEntries(
  [
    ...["CHAIN_RPC_URL", "LEDGER_ADDRESS", "LOG_ADDRESS", "RELAYER_KEY", "KEYSTORE_SECRET"],
    ...["DATABASE_URL", "PORT", "FINALITY", "SETTLEMENT", "FSCK_EVERY", "DOCUMENTS_S3_BUCKET"],
    ...["OWNER_KEY", "ACCOUNT_KEY", "PARTY_KEY", "ALERT_SECRET", "PUBLIC_URL"],
  ].map((name) => [name, "?"]),
);

describe("the command line on a new deployment", () => {
  const database = `reelproof_${randomBytes(6).toString("hex")}`;
  const owner = toHex(randomBytes(32));
  const account = toHex(randomBytes(32));
  const addressOf = (privateKey: string) => addressOfPrivateKey(fromHex(privateKey));
  const party = addressOf(account);
  let data: DataFolder;
  let chain: LocalChain;
  let settings: Record<string, string>;
  let service: Service;

  before(async () => {
    data = await emptyFolder();
    chain = await openLocalChain(join(data.path, "elsewhere"));
    const relayer = toHex(randomBytes(32));
    for (const key of [owner, account, relayer]) {
      await chain.request("hardhat_setBalance", [addressOf(key), "0x56bc75e2d63100000"]);
    }
    const { address } = await deployLedger(chain.request, LOCAL_CHAIN_ID, owner, addressOf(owner));
    settings = {
      DATA_DIR: data.path,
      PORT: "0",
      LOG_LEVEL: "silent",
      KEYSTORE_SECRET: randomBytes(32).toString("hex"),
      CHAIN_RPC_URL: chain.url,
      LEDGER_ADDRESS: address,
      RELAYER_KEY: relayer,
      FINALITY: "0",
    };
    if (SERVER === undefined) return;
    await onServer(`CREATE DATABASE ${database}`);
    const url = new URL(SERVER);
    url.pathname = `/${database}`;
    settings["DATABASE_URL"] = url.href;
  });
  after(async () => {
    await service.close();
    await chain.stop();
    if (SERVER !== undefined) await onServer(`DROP DATABASE ${database} WITH (FORCE)`);
    await data.remove();
  });

  async function open(): Promise<void> {
    const { config, secrets } = readConfig(settings);
    service = await openService(config, secrets);
  }
  /** @returns the exit code, and the JSON of the result */
  async function run<T = Record<string, unknown>>(
    args: string[],
    env: Record<string, string> = {},
  ) {
    let text = "";
    const stdout = { write: (part: string) => (text += part) };
    const code = await runProgram([...args, "--json"], { ...settings, ...env }, stdout, {
      write: () => undefined,
    });
    return { code, body: JSON.parse(text) as T };
  }

  it("makes the first API key in the database while the service is stopped", async () => {
    await open();
    await service.close();
    const made = await run<{ key: string }>([
      "api-key",
      "make",
      "--operator",
      "--scope",
      "admin",
      "--label",
      "first",
    ]);
    expect(made.code).to.equal(0);
    await open();
    const env = { REELPROOF_URL: service.url, REELPROOF_API_KEY: made.body.key };
    expect((await run(["party", "list"], env)).body).to.deep.equal({ items: [] });
    await service.close();
  });

  it("requires a party for an API key, and names the wrong setting", async () => {
    const error = async (args: string[], env?: Record<string, string>) => {
      const { code, body } = await run<{ error: { code: string; field: string } }>(args, env);
      return [code, body.error.code, body.error.field];
    };
    expect(await error(["api-key", "make", "--scope", "read"])).to.deep.equal([
      2,
      "BAD_ARGUMENT",
      "--party",
    ]);
    expect(await error(["api-key", "make", "--scope", "read", "--party", "Nobody"])).to.deep.equal([
      1,
      "UNKNOWN_PARTY",
      "--party",
    ]);
    expect(await error(["fsck"], { RELAYER_KEY: "" })).to.deep.equal([
      2,
      "BAD_SETTING",
      "RELAYER_KEY",
    ]);
    const make = ["key", "make"];
    expect(await error(make, { ACCOUNT_KEY: account, KEYSTORE_SECRET: "" })).to.deep.equal([
      2,
      "BAD_SETTING",
      "KEYSTORE_SECRET",
    ]);
    expect(await error(["fsck"], { CHAIN_RPC_URL: "http://127.0.0.1:9" })).to.deep.equal([
      3,
      "CHAIN_UNREACHABLE",
      undefined,
    ]);
  });

  it("administers API keys with the database's variables alone", async () => {
    const { DATA_DIR = "", DATABASE_URL = "" } = settings;
    const { code } = await run(["api-key", "list"], { ...MALFORMED, DATA_DIR, DATABASE_URL });
    expect(code).to.equal(0);
  });

  it("lists with init who makes a company known, with the ledger filled in", async () => {
    const args = ["init", "Own maker", "--role", "manufacturer"];
    const { code, body } = await run<{ steps: { commands: string[] }[] }>(args, {
      ACCOUNT_KEY: account,
    });
    expect(code).to.equal(1);
    const commands = body.steps.flatMap((step) => step.commands);
    const ledger = `CHAIN_RPC_URL=${chain.url} LEDGER_ADDRESS=${settings["LEDGER_ADDRESS"]!}`;
    expect(commands).to.include(
      `${ledger} OWNER_KEY=0x… npx reelproof party admit ${party} 'Own maker' --role manufacturer`,
    );
    expect(commands).to.include(`${ledger} ACCOUNT_KEY=0x… PARTY_KEY=0x… npx reelproof key enrol`);
  });

  it("admits a party with the owner's key, and makes a signing key with the party's account", async () => {
    const { CHAIN_RPC_URL = "", LEDGER_ADDRESS = "", KEYSTORE_SECRET = "" } = settings;
    const { DATA_DIR = "", DATABASE_URL = "" } = settings;
    const ledger = { ...NOTHING_ELSE, ...MALFORMED, CHAIN_RPC_URL, LEDGER_ADDRESS };
    const admitted = await run(["party", "admit", party, "Own maker", "--role", "manufacturer"], {
      ...ledger,
      OWNER_KEY: owner,
    });
    expect(admitted.code).to.equal(0);
    const enrolled = await run<{ party: string }>(["key", "enrol"], {
      ...ledger,
      ACCOUNT_KEY: account,
      PARTY_KEY: toHex(randomBytes(32)),
    });
    expect([enrolled.code, enrolled.body.party]).to.deep.equal([0, party]);
    const made = await run<{ party: string }>(["key", "make"], {
      ...ledger,
      ...{ DATA_DIR, DATABASE_URL, KEYSTORE_SECRET },
      ACCOUNT_KEY: account,
    });
    expect([made.code, made.body.party]).to.deep.equal([0, party]);
    const strange = toHex(randomBytes(32));
    await chain.request("hardhat_setBalance", [addressOf(strange), "0x56bc75e2d63100000"]);
    expect((await run(["party", "suspend", party], { OWNER_KEY: strange })).code).to.equal(1);
  });

  it("makes an API key for the party, which registers a lot with it", async () => {
    const { body } = await run<{ id: string; key: string }>([
      "api-key",
      "make",
      "--party",
      party,
      "--scope",
      "admin",
    ]);
    const list = join(data.path, "list.csv");
    await writeFile(list, "manufacturer,mpn,quantity,package_id\nOwn maker,X-1,100,P-1\n");
    await open();
    const env = { REELPROOF_URL: service.url, REELPROOF_API_KEY: body.key };
    for (let tries = 0; (await run(["key", "list", "--party", "Own"], env)).code !== 0; tries++) {
      expect(tries, "the service has not followed the chain").to.be.lessThan(500);
    }
    const registered = await run(["register", list], env);
    expect(registered.body).to.include({ action: "commission", registered: 1 });
    expect((await run(["init", "Own maker", "--role", "manufacturer"], env)).code).to.equal(0);
    while (await service.ctx.prisma.settlement.count({ where: { state: { not: "final" } } }));
    expect((await run(["verify", "P-1"], env)).code).to.equal(0);
    await service.close();
  });

  it("checks the stopped service's database, and revokes API keys in it", async () => {
    const checked = await run<{ checked: { events: number } }>(["fsck"]);
    expect([checked.code, checked.body.checked.events]).to.deep.equal([0, 1]);
    const { items } = (
      await run<{ items: { id: string; party: string | null; revokedAt: string | null }[] }>([
        "api-key",
        "list",
      ])
    ).body;
    expect(items.map((key) => key.party).sort()).to.deep.equal([party, null].sort());
    for (const { id } of items) expect((await run(["api-key", "revoke", id])).code).to.equal(0);
    expect((await run(["api-key", "revoke", items[0]!.id])).code).to.equal(1);
    const after = await run<{ items: { revokedAt: string | null }[] }>(["api-key", "list"]);
    expect(after.body.items.every(({ revokedAt }) => revokedAt !== null)).to.be.true;
    await open();
  });

  it("only reads as a restored copy, until it is activated", async () => {
    await service.close();
    const { body } = await run<{ key: string }>("api-key make --operator --scope admin".split(" "));
    const { config, secrets } = readConfig(settings);
    const opened = await openContext(config, secrets, { create: false }); // nothing relays
    const lots = [{ lotNumber: "P-2", quantity: 5, details: { mpn: "X-1" } }];
    const { hash } = await makeLots(opened.ctx, party, "commission", { lots });
    await opened.ctx.prisma.installation.updateMany({ data: { restoredAt: new Date() } });
    await opened.close();
    const relayer = addressOf(settings["RELAYER_KEY"]!);
    const sent = () => chain.request("eth_getTransactionCount", [relayer, "pending"]);
    const before = await sent();
    await open();
    const { prisma } = service.ctx;
    const stateNow = async () =>
      (await prisma.settlement.findUniqueOrThrow({ where: { event: hash } })).state;
    await chain.request("anvil_mine", ["0x1"]);
    const newest = BigInt((await chain.request("eth_blockNumber", [])) as string);
    while (
      ((await prisma.block.findFirst({ orderBy: { number: "desc" } }))?.number ?? -1) < newest
    );
    expect([await stateNow(), await sent()]).to.deep.equal(["queued", before]);
    const env = { REELPROOF_URL: service.url, REELPROOF_API_KEY: body.key };
    const refused = await run<{ error: { code: string } }>(["key", "make", "--party", party], env);
    expect([refused.code, refused.body.error.code]).to.deep.equal([1, "RESTORED_COPY"]);
    expect((await run(["activate"], env)).code).to.equal(0);
    while ((await stateNow()) !== "final");
    expect(await sent()).not.to.equal(before);
  });
});
