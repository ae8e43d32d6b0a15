// Backs up a service on real parts, checks altered files, and restores into empty places: all of it, or nothing.
import { expect } from "chai";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import * as acts from "../../../server/custody/acts.ts";
import { addDocument } from "../../../server/documents/documents.ts";
import { openCheckedBackup } from "../../../server/backup/check.ts";
import type { BackupError } from "../../../server/backup/error.ts";
import { restoreBackup, unfinished } from "../../../server/backup/restore.ts";
import { checkPassphrase, deriveKey, macOf, newDerivation } from "../../../server/backup/seal.ts";
import { TABLES } from "../../../server/backup/snapshot.ts";
import { TAR_END, tarHeader, tarPadding } from "../../../server/backup/tar.ts";
import { openBackup } from "../../../server/backup/write.ts";
import { hashOf } from "../../../server/storage/blobs.ts";
import { directoryStore } from "../../../server/storage/blobs-directory.ts";
import { type Database, openDatabase, openPool } from "../../../server/storage/db.ts";
import { emptyPlace } from "../../support/database.ts";
import { openTestService, type TestService } from "../../support/service.ts";
import { temporaryFolder } from "../../support/temporary.ts";

/** Another number than JavaScript keeps exactly. */
const BIG = 9_007_199_254_740_993n;
const DAY = new Date("2026-11-30T12:34:56.789Z");
const DOCUMENT = Buffer.from("%PDF-1.7 a certificate");
const KEYS =
  '[{"party":null,"name":"Operator of this service","roles":[],"scope":"admin","key":"rp_x"}]';

describe("backup", () => {
  let service: TestService;
  let folder: string;
  let file: string;
  let key: Uint8Array;
  const derivation = newDerivation(2);
  const keyFor = () => Promise.resolve(key);

  before(async () => {
    service = await openTestService();
    folder = await temporaryFolder("reelproof-backup-");
    file = join(folder, "whole.tar");
    key = await deriveKey("correct horse battery", derivation);
    const { ctx, parties } = service;
    const { maker } = parties;
    const made = await acts.makeLots(ctx, maker.address, "commission", {
      lots: [{ lotNumber: "REEL-1", quantity: 1000, details: { mpn: 'Größe\n"1"\\ \u{1F4E6}' } }],
    });
    await acts.remark(ctx, maker.address, "hold", { lots: [{ lot: made.lots[0]! }] });
    const upload = {
      hash: hashOf(DOCUMENT),
      bytes: DOCUMENT,
      mediaType: "application/pdf",
    } as const;
    await addDocument(ctx, maker.address, upload, { kind: "coc", claims: {} });
    const lost = {
      hash: hashOf(Buffer.from("%PDF-1.7 lost")),
      size: 13,
      mediaType: "application/pdf",
    };
    await ctx.prisma.document.create({
      data: { ...lost, owner: maker.address, kind: "coc", claims: "{}" },
    });
    await ctx.prisma.budget.create({ data: { owner: "x", name: "rows", window: BIG, spent: -1n } });
    await ctx.prisma.grant.create({
      data: {
        id: "g",
        granter: "x",
        label: "",
        lots: ["a,b", '"{}'],
        upTo: "trail",
        from: DAY,
        until: DAY,
      },
    });
    await ctx.prisma.settlement.updateMany({
      where: { event: made.hash },
      data: { reason: { name: "LotHeld", args: ["x"] } },
    });
    await service.settle();
    await writeFile(join(service.folder, "secret"), "the secret");
    await writeFile(join(service.folder, "api-keys.json"), KEYS);
    await writeFile(file, Buffer.concat(await backUp()));
  });
  after(async () => {
    await service.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function backUp(): Promise<Uint8Array[]> {
    const around = { dataDir: service.folder, hasChainState: true, elsewhere: ["RELAYER_KEY"] };
    const pieces: Uint8Array[] = [];
    for await (const piece of await openBackup(service.ctx, around, { derivation, key }))
      pieces.push(piece);
    return pieces;
  }

  /** Rows of every table, as text. */
  async function contents({ pool }: Pick<Database, "pool">): Promise<Record<string, string[]>> {
    const all: Record<string, string[]> = {};
    for (const table of TABLES) {
      const { rows } = await pool.query<{ row: string }>(
        `SELECT (to_jsonb(t) - 'restored_at')::text AS row FROM "${table}" t ORDER BY 1`,
      );
      all[table] = rows.map(({ row }) => row);
    }
    return all;
  }

  it("has every table of the schema", async () => {
    const { rows } = await service.database.pool.query<{ name: string }>(
      "SELECT tablename AS name FROM pg_tables WHERE schemaname = current_schema() AND tablename <> '_prisma_migrations' ORDER BY 1",
    );
    expect(TABLES).to.deep.equal(rows.map(({ name }) => name));
  });

  it("counts what it holds, names what it lacks, and keeps secrets from a reader", async () => {
    const { manifest, secrets, close } = await openCheckedBackup(file, keyFor);
    await close();
    expect(secrets).to.deep.equal({ secret: "the secret", apiKeys: KEYS });
    expect(manifest.elsewhere).to.deep.equal(["RELAYER_KEY"]);
    expect(manifest.documents).to.include({ count: 1, bytes: DOCUMENT.length, missing: 1 });
    expect(manifest.chain).to.include({ isExact: true });
    expect(manifest.tables).to.include({ lot: 1, event: 2, document: 2 });
    expect(manifest.tables["budget"]).to.be.at.least(1); // what the service counts for itself is there, too
    const raw = await readFile(file, "latin1");
    expect(raw).not.to.contain("the secret").and.not.to.contain("rp_x");
  });

  it("restores every row, document and secret, and numbers go on after the last", async () => {
    const place = await emptyPlace();
    const to = join(folder, "restored");
    const backup = await openCheckedBackup(file, keyFor);
    await restoreBackup(backup, { folder: to, databaseUrl: place.url, activate: false });
    await backup.close();
    const database = await openDatabase({ url: place.url, folder: join(to, "database") });
    try {
      expect(database.migrated).to.deep.equal({ applied: [], isNew: false });
      expect(await contents(database)).to.deep.equal(await contents(service.database));
      const { restoredAt } = await database.prisma.installation.findUniqueOrThrow({
        where: { id: 1 },
      });
      expect(restoredAt).not.to.equal(null);
      const next = async ({ pool }: Database) =>
        (await pool.query<{ n: string }>("SELECT nextval('event_sequence_seq')::text AS n"))
          .rows[0]!.n;
      expect(await next(database)).to.equal(await next(service.database));
    } finally {
      await database.close();
      await place.remove();
    }
    expect(await readFile(join(to, "secret"), "utf8")).to.equal("the secret");
    expect(await directoryStore(join(to, "documents")).get(hashOf(DOCUMENT))).to.deep.equal(
      DOCUMENT,
    );
    expect((await stat(to)).mode & 0o777).to.equal(0o700);
    expect((await stat(join(to, "api-keys.json"))).mode & 0o777).to.equal(0o600);
    expect(JSON.parse(await readFile(join(to, "chain", "chain.json"), "utf8"))).to.have.property(
      "accounts",
    );
  });

  it("leaves the database to others when its reader goes away", async () => {
    const stream = await openBackup(
      service.ctx,
      { dataDir: undefined, hasChainState: false, elsewhere: [] },
      { derivation, key },
    );
    await stream.next();
    await stream.return?.();
    expect(await service.ctx.prisma.lot.count()).to.equal(1);
  });

  /** The code with which a file is refused. */
  async function refusal(bytes: Uint8Array, withKey = true): Promise<string> {
    const path = join(folder, "altered.tar");
    await writeFile(path, bytes);
    return openCheckedBackup(path, withKey ? keyFor : undefined).then(
      async ({ close }) => {
        await close();
        return "accepted";
      },
      ({ code }: BackupError) => code,
    );
  }

  /** The files of the backup; each can be changed, and the tar made again. */
  async function files(): Promise<Map<string, Buffer>> {
    const { file: handle, entries, close } = await openCheckedBackup(file, keyFor);
    const all = new Map<string, Buffer>();
    const raw = await readFile(file);
    for (const { name, at, size } of entries) all.set(name, raw.subarray(at, at + size));
    await close();
    expect(handle).not.to.equal(undefined);
    for (const name of ["manifest.json", "manifest.mac"]) {
      const at = raw.lastIndexOf(Buffer.from(`${name}\0`)) + 512;
      const size = Number.parseInt(raw.toString("latin1", at - 512 + 124, at - 512 + 135), 8);
      all.set(name, raw.subarray(at, at + size));
    }
    return all;
  }
  const tarOf = (all: Map<string, Buffer>) =>
    Buffer.concat([
      ...[...all].flatMap(([name, bytes]) => [
        tarHeader(name, bytes.length, DAY),
        bytes,
        tarPadding(bytes.length),
      ]),
      TAR_END,
    ]);
  const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

  /** A backup with another manifest. @param signed whether it is authenticated again, which needs the passphrase */
  async function forged(
    change: (manifest: Record<string, unknown>, all: Map<string, Buffer>) => void,
    signed: boolean,
  ): Promise<Buffer> {
    const all = await files();
    const manifest = JSON.parse(all.get("manifest.json")!.toString()) as Record<string, unknown>;
    change(manifest, all);
    const bytes = Buffer.from(JSON.stringify(manifest));
    all.set("manifest.json", bytes);
    if (signed) all.set("manifest.mac", Buffer.from(macOf(key, bytes)));
    return tarOf(all);
  }

  it("refuses a file with any byte altered, cut off anywhere, or with a part left out", async () => {
    const whole = await readFile(file);
    expect(await refusal(whole)).to.equal("accepted");
    for (let at = 3; at < whole.length - 2 * 512; at += 1_499) {
      if (whole[at] === 0) continue; // padding, or a field that ends before
      const altered = Buffer.from(whole);
      altered[at]! ^= 0x11;
      expect(await refusal(altered), `byte ${at}`).to.be.oneOf([
        "BACKUP_DAMAGED",
        "PASSPHRASE_WRONG",
      ]);
    }
    for (const size of [0, 100, 512, 10_000, whole.length - 1_024, whole.length - 3_000])
      expect(await refusal(whole.subarray(0, size)), `${size} bytes`).to.equal("BACKUP_DAMAGED");
    const all = await files();
    for (const name of all.keys()) {
      const fewer = new Map([...all].filter(([each]) => each !== name));
      expect(await refusal(tarOf(fewer)), name).to.equal("BACKUP_DAMAGED");
    }
    expect(await refusal(tarOf(all))).to.equal("accepted");
  });

  it("refuses a row that somebody added without the passphrase", async () => {
    const name = "database/budget/000001.jsonl.gz";
    const rows = gzipSync('{"owner":"a","name":"b","window":1,"spent":1}\n');
    const change = (manifest: Record<string, unknown>, all: Map<string, Buffer>) => {
      all.set(name, rows);
      const part = (manifest["parts"] as Record<string, unknown>[]).find(
        (each) => each["name"] === name,
      )!;
      Object.assign(part, { size: rows.length, sha256: sha256(rows) });
    };
    expect(await refusal(await forged(change, false))).to.equal("BACKUP_DAMAGED");
    expect(await refusal(await forged(change, false), false)).to.equal("accepted"); // only the passphrase tells
  });

  it("refuses a wrong passphrase, a newer format, and passphrases that are easy to guess", async () => {
    const other = await deriveKey("wrong horse battery", derivation);
    const wrong = await openCheckedBackup(file, () => Promise.resolve(other)).catch(
      (error: unknown) => error,
    );
    expect(wrong).to.include({ code: "PASSPHRASE_WRONG" });
    const all = await files();
    const header = JSON.parse(all.get("backup.json")!.toString()) as object;
    all.set("backup.json", Buffer.from(JSON.stringify({ ...header, format: 2, release: "9.0.0" })));
    expect(await refusal(tarOf(all))).to.equal("BACKUP_NEWER");
    for (const weak of ["", "correct horse", "aaaaaaaaaaaaaaaaaaaa", "abcabcabcabcabcabc"])
      expect(() => checkPassphrase(weak), weak).to.throw(/14 characters/);
    checkPassphrase("correct horse battery");
  });

  describe("a restore that fails", () => {
    /** The code of the failure. Afterwards there is neither a folder nor a table. */
    async function failure(bytes: Uint8Array): Promise<{ code?: string; message: string }> {
      const path = join(folder, "failing.tar");
      const to = join(folder, "failed");
      await writeFile(path, bytes);
      const place = await emptyPlace();
      const backup = await openCheckedBackup(path, keyFor);
      const target = { folder: to, databaseUrl: place.url, activate: false };
      const error = await restoreBackup(backup, target).then(
        () => new Error("it was restored"),
        (thrown: Error) => thrown,
      );
      await backup.close();
      expect(existsSync(to)).to.equal(false);
      expect(existsSync(unfinished(to))).to.equal(false);
      if (place.url !== undefined) {
        const { pool, close } = await openPool({ url: place.url });
        const { rows } = await pool.query(
          "SELECT 1 FROM pg_tables WHERE schemaname = current_schema()",
        );
        await close();
        expect(rows).to.deep.equal([]);
      }
      await place.remove();
      return error;
    }

    it("leaves nothing where the schema is newer, or of another build", async () => {
      const renamed = (change: object) => (manifest: Record<string, unknown>) => {
        const [first] = manifest["migrations"] as object[];
        manifest["migrations"] = [{ ...first, ...change }];
      };
      const newer = await failure(await forged(renamed({ name: "20991231000000_later" }), true));
      expect(newer).to.include({ code: "BACKUP_NEWER" });
      expect(newer.message).to.contain("20991231000000_later");
      const other = await failure(await forged(renamed({ checksum: "0".repeat(64) }), true));
      expect(other).to.include({ code: "BACKUP_OTHER_SCHEMA" });
    });

    it("leaves nothing where rows do not fit or are too few", async () => {
      const name = "database/unlogged/000001.jsonl.gz";
      const withPart =
        (text: string, count: number) =>
        (manifest: Record<string, unknown>, all: Map<string, Buffer>) => {
          const rows = gzipSync(text);
          const rest = [...all];
          all.clear();
          for (const [each, bytes] of rest) {
            if (each === "manifest.json") all.set(name, rows);
            if (each !== name) all.set(each, bytes);
          }
          const parts = (manifest["parts"] as { name: string }[]).filter(
            (part) => part.name !== name,
          );
          manifest["parts"] = [...parts, { name, size: rows.length, sha256: sha256(rows) }];
          (manifest["tables"] as Record<string, number>)["unlogged"] = count;
        };
      const foreign = await failure(
        await forged(withPart('{"sequence":1,"event":"0x"}\n', 1), true),
      );
      expect(foreign.message).to.contain("foreign key");
      expect(await failure(await forged(withPart("", 7), true))).to.include({
        code: "BACKUP_DAMAGED",
      });
    });

    it("touches nothing that is there already", async () => {
      const to = await mkdtemp(join(folder, "filled-"));
      await writeFile(join(to, "note.txt"), "mine");
      const backup = await openCheckedBackup(file, keyFor);
      const into = { folder: to, databaseUrl: undefined, activate: false };
      const refused = await restoreBackup(backup, into).catch((error: unknown) => error);
      expect(refused).to.include({ code: "NOT_EMPTY" });
      expect(await readdir(to)).to.deep.equal(["note.txt"]);
      const place = await emptyPlace();
      if (place.url !== undefined) {
        const { pool, close } = await openPool({ url: place.url });
        await pool.query("CREATE TABLE mine (id INTEGER)");
        const filled = { folder: join(folder, "beside"), databaseUrl: place.url, activate: false };
        const error = await restoreBackup(backup, filled).catch((thrown: unknown) => thrown);
        expect(error).to.include({ code: "NOT_EMPTY" });
        expect((await pool.query("SELECT * FROM mine")).rows).to.deep.equal([]);
        await close();
      }
      await place.remove();
      await backup.close();
      await chmod(to, 0o700);
    });
  });
});
