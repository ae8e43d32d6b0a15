// Tests that the service and administration commands on its database build contexts with the same parts.
import { expect } from "chai";
import { chmod, mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { randomBytes } from "node:crypto";
import { keccak_256 as slowKeccak } from "@noble/hashes/sha3.js";
import { pino } from "pino";
import { keccak256, useKeccak } from "../../protocol/base/crypto.ts";
import { readConfig } from "../../server/config.ts";
import type { Context } from "../../server/context.ts";
import { LOG_HOOKS, openAdminLedger, openContext } from "../../server/open.ts";

/** Puts the slow keccak under keccak256. @returns whether keccak256 still runs on it */
function useSlowKeccak(): () => boolean {
  let calls = 0;
  useKeccak((bytes) => {
    calls++;
    return slowKeccak(bytes);
  });
  return () => {
    const before = calls;
    keccak256(new Uint8Array());
    return calls > before;
  };
}

describe("openContext and openAdminLedger", () => {
  let folder: string;
  let env: Record<string, string>;
  let service: { keys: string[]; isSlow: boolean; ctx: Context };

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "reelproof-open-"));
    env = { DATA_DIR: folder, LOG_LEVEL: "silent" };
    const isSlow = useSlowKeccak();
    const { config, secrets } = readConfig(env);
    const opened = await openContext(config, secrets, { create: true });
    await opened.close();
    service = { keys: Object.keys(opened.ctx), isSlow: isSlow(), ctx: opened.ctx };
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it("build administration a context with the same parts as the service's", async () => {
    const isSlow = useSlowKeccak();
    const { ctx, close } = await openAdminLedger(env);
    await close();
    expect(Object.keys(ctx)).to.have.members(service.keys);
    const plain = ["domain", "finality", "settlement", "forgetful", "merkleLog"] as const;
    for (const name of plain) expect(ctx[name], name).to.deep.equal(service.ctx[name]);
    expect(isSlow(), "administration hashes with the slow keccak").to.equal(false);
    expect(service.isSlow, "the service hashes with the slow keccak").to.equal(false);
    expect(ctx.recover.name).to.equal("recoverRemembered");
    expect(service.ctx.recover.name).to.equal("recoverRemembered");
  });

  it("close the folder again that others could read meanwhile", async () => {
    await chmod(folder, 0o755);
    await chmod(join(folder, "secret"), 0o644);
    const { config, secrets } = readConfig(env);
    await (await openContext(config, secrets, { create: false })).close();
    expect((await stat(folder)).mode & 0o777).to.equal(0o700);
    expect((await stat(join(folder, "secret"))).mode & 0o777).to.equal(0o600);
  });

  it("refuse another secret than that of the database", async () => {
    const secret = randomBytes(32).toString("hex");
    const refusal = await openAdminLedger({ ...env, KEYSTORE_SECRET: secret }).catch(String);
    expect(refusal).to.include("KEYSTORE_SECRET is not the secret");
    expect(refusal).not.to.include(secret);
  });

  it("refuse administration when no service has been started", async () => {
    const empty = { ...env, DATA_DIR: join(folder, "empty") };
    const refusal = await openAdminLedger(empty).catch((error: unknown) => error);
    expect(String(refusal)).to.include("no service has made one");
    expect(await readdir(folder)).not.to.include("empty");
  });
});

describe("the service's log", () => {
  it("is a line of JSON per event, in which nothing acts on a terminal", () => {
    const lines: string[] = [];
    const log = pino({ hooks: LOG_HOOKS }, { write: (line) => void lines.push(line) });
    const path = "/v1/\u009b2J\r\n\u202e\u2028\u200b µ";
    log.info({ path }, path);
    expect(lines).to.have.length(1);
    expect(JSON.parse(lines[0]!)).to.include({ path, msg: path });
    expect(lines[0]).to.match(/^[^\x00-\x1f\x7f-\x9f\u202e\u2028\u200b]+\n$/);
  });
});
