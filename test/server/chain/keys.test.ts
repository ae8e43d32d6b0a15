// Tests the derivation of the service's keys: a key of its own for each use and installation, and none without the salt.
import { expect } from "chai";
import { hkdf } from "@noble/hashes/hkdf.js";
import { scrypt } from "@noble/hashes/scrypt.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { toHex, utf8 } from "../../../protocol/base/bytes.ts";
import { hmacSha256 } from "../../../protocol/base/crypto.ts";
import { readConfig } from "../../../server/config.ts";
import { accountsFrom, logFrom } from "../../../server/chain/accounts.ts";
import { deriveKeys, type KeyUse, openKeys } from "../../../server/chain/keys.ts";
import type { Database } from "../../../server/storage/db.ts";
import { openTestDatabase } from "../../support/database.ts";

const CHEAP = 2;
const SECRET = Uint8Array.from({ length: 32 }, (_, i) => i);
const OTHER = SECRET.map((byte) => byte ^ 1);
const SALT = SECRET.map((byte) => 255 - byte);
const USES = Object.keys({
  keystore: 1,
  "log notes": 1,
  "page cursors": 1,
  "owner account": 1,
  "relayer account": 1,
  "log account": 1,
  "check of the secret": 1,
} satisfies Record<KeyUse, 1>) as KeyUse[];

const all = (keyOf: (use: KeyUse) => Uint8Array) => USES.map((use) => toHex(keyOf(use)));

describe("deriveKeys", () => {
  it("gives every use, secret, salt and cost other keys, and the same ones again", async () => {
    const first = all(await deriveKeys(SECRET, SALT, CHEAP));
    expect(all(await deriveKeys(SECRET, SALT, CHEAP))).to.deep.equal(first);
    const others = [
      await deriveKeys(OTHER, SALT, CHEAP),
      await deriveKeys(SECRET, SECRET, CHEAP),
      await deriveKeys(SECRET, SALT, CHEAP * 2),
    ].flatMap(all);
    expect(new Set([...first, ...others]).size).to.equal(4 * USES.length);
  });

  it("derives by scrypt with N = 2^15, then HKDF, as another implementation does", async () => {
    const keyOf = await deriveKeys(SECRET, SALT);
    const master = scrypt(SECRET, SALT, { N: 2 ** 15, r: 8, p: 1, dkLen: 32 });
    const expected = hkdf(sha256, master, undefined, utf8("reelproof log notes"), 32);
    expect(toHex(keyOf("log notes"))).to.equal(toHex(expected));
  });

  it("makes no key that the secret alone gives, of the log or of an account", async () => {
    const keyOf = await deriveKeys(SECRET, SALT, CHEAP);
    const { config, secrets } = readConfig({});
    const accounts = accountsFrom(keyOf, secrets);
    const made = [toHex(logFrom(keyOf, config, accounts).seed), ...Object.values(accounts)];
    const quick = ["log's notes", "account owner", "account relayer", "account log"]
      .flatMap((name) => [SECRET, utf8(toHex(SECRET).slice(2))].map((key) => ({ key, name })))
      .map(({ key, name }) => toHex(hmacSha256(key, utf8(`reelproof ${name}`))));
    for (const key of made) expect(quick).not.to.include(key);
  });
});

describe("openKeys", () => {
  let database: Database;
  beforeEach(async () => {
    database = await openTestDatabase();
  });
  afterEach(() => database.close());

  it("makes a random salt for an installation, and finds it again at each start", async () => {
    const { prisma } = database;
    const first = all(await openKeys(prisma, SECRET, CHEAP));
    expect(all(await openKeys(prisma, SECRET, CHEAP))).to.deep.equal(first);
    expect(await prisma.installation.count()).to.equal(1);
    const { salt } = await prisma.installation.findUniqueOrThrow({ where: { id: 1 } });
    await prisma.installation.deleteMany();
    expect(all(await openKeys(prisma, SECRET, CHEAP))).not.to.include.members(first);
    const again = await prisma.installation.findUniqueOrThrow({ where: { id: 1 } });
    expect(again.salt)
      .to.match(/^0x[0-9a-f]{64}$/)
      .and.not.equal(salt);
  });

  it("gives services that start at the same time the same keys", async () => {
    const { prisma } = database;
    const opened = await Promise.all([1, 2, 3].map(() => openKeys(prisma, SECRET, CHEAP)));
    expect(new Set(opened.map((keyOf) => all(keyOf).join())).size).to.equal(1);
  });

  it("refuses another secret, an altered salt and an altered check", async () => {
    const { prisma } = database;
    await openKeys(prisma, SECRET, CHEAP);
    const refused = async (secret = SECRET) =>
      String(await openKeys(prisma, secret, CHEAP).catch((error: unknown) => error));
    expect(await refused(OTHER)).to.contain("is not the secret");
    const row = await prisma.installation.findUniqueOrThrow({ where: { id: 1 } });
    for (const data of [{ salt: toHex(SALT) }, { check: toHex(SALT) }]) {
      await prisma.installation.update({ where: { id: 1 }, data });
      expect(await refused()).to.contain("is not the secret");
      await prisma.installation.update({ where: { id: 1 }, data: row });
    }
  });

  it("makes no other salt where keys are stored that need the lost one", async () => {
    const { prisma } = database;
    const key = { address: `0x${"1".repeat(40)}`, party: `0x${"2".repeat(40)}` };
    await prisma.storedKey.create({ data: { ...key, purpose: "signing", sealed: "AA==" } });
    const refusal = await openKeys(prisma, SECRET, CHEAP).catch((error: unknown) => error);
    expect(String(refusal)).to.contain("the salt is missing");
    expect(await prisma.installation.count()).to.equal(0);
  });
});
