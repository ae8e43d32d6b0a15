// Opens data of an earlier release: the fixture of a release is restored, and this release and a later one go on from there.
import { expect } from "chai";
import { cp, mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { FIXTURE_PASSPHRASE } from "../../../scripts/fixture/release.ts";
import { type Backup, openCheckedBackup } from "../../../server/backup/check.ts";
import { restoreBackup } from "../../../server/backup/restore.ts";
import { deriveKey } from "../../../server/backup/seal.ts";
import { type Database, openDatabase } from "../../../server/storage/db.ts";
import { readMigrations } from "../../../server/storage/migrate.ts";
import { emptyPlace } from "../../support/database.ts";
import { temporaryFolder } from "../../support/temporary.ts";

const FIXTURES = fileURLToPath(new URL("../../fixtures/", import.meta.url));
const MIGRATIONS = fileURLToPath(new URL("../../../prisma/migrations/", import.meta.url));
const LATER = "20991231000000_later";

describe("migrate", () => {
  let folder: string;
  let place: Awaited<ReturnType<typeof emptyPlace>>;
  let later: URL;
  let backup: Backup;
  const restored = () => ({ url: place.url, folder: join(folder, "data", "database") });

  before(async () => {
    folder = await temporaryFolder("reelproof-migrate-");
    place = await emptyPlace();
    await cp(MIGRATIONS, join(folder, "migrations"), { recursive: true });
    later = pathToFileURL(join(folder, "migrations/"));
    const [name] = await fixtures();
    backup = await openFixture(name!);
    const target = { folder: join(folder, "data"), databaseUrl: place.url, activate: true };
    await restoreBackup(backup, target);
  });
  after(async () => {
    await backup.close();
    await place.remove();
    await rm(folder, { recursive: true, force: true });
  });

  const fixtures = async () =>
    (await readdir(FIXTURES)).filter((name) => /^release-.*\.tar$/.test(name)).sort();
  const openFixture = (name: string) =>
    openCheckedBackup(join(FIXTURES, name), (derivation) =>
      deriveKey(FIXTURE_PASSPHRASE, derivation),
    );

  async function writeLater(sql: string): Promise<void> {
    await mkdir(join(folder, "migrations", LATER), { recursive: true });
    await writeFile(join(folder, "migrations", LATER, "migration.sql"), sql);
  }

  it("still has every migration of a release as that release had it: a change of the schema is a new migration", async () => {
    const own = new Map((await readMigrations()).map(({ name, checksum }) => [name, checksum]));
    for (const name of await fixtures()) {
      const { manifest, close } = await openFixture(name);
      await close();
      expect(manifest.migrations).not.to.deep.equal([]);
      for (const migration of manifest.migrations)
        expect(own.get(migration.name), `${migration.name} of ${name}`).to.equal(
          migration.checksum,
        );
    }
  });

  it("opens an earlier release's data with every row", async () => {
    const database = await openDatabase(restored());
    const { tables, migrations } = backup.manifest;
    const names = migrations.map(({ name }) => name);
    const newer = (await readMigrations())
      .map(({ name }) => name)
      .filter((name) => !names.includes(name));
    expect(database.migrated).to.deep.equal({ applied: newer, isNew: false });
    for (const [table, count] of Object.entries(tables)) {
      const { rows } = await database.pool.query<{ n: number }>(
        `SELECT count(*)::int AS n FROM "${table}"`,
      );
      expect(rows[0]!.n, table).to.equal(count);
    }
    await database.close();
  });

  it("takes an interrupted migration back in whole, and applies it at the next start, to rows that are there", async () => {
    const sound = "ALTER TABLE lot ADD COLUMN colour TEXT NOT NULL DEFAULT 'blue';";
    await writeLater(`${sound} UPDATE lot SET colour = (1 / 0)::text;`);
    const failed = await openDatabase({ ...restored(), migrations: later }).catch(
      (error: unknown) => error,
    );
    expect(String(failed)).to.contain("division by zero");
    await writeLater(sound);
    const database = await openDatabase({ ...restored(), migrations: later });
    expect(database.migrated).to.deep.equal({ applied: [LATER], isNew: false });
    const colours = async ({ pool }: Database) =>
      (await pool.query("SELECT colour, count(*)::int AS n FROM lot GROUP BY colour"))
        .rows as unknown;
    expect(await colours(database)).to.deep.equal([
      { colour: "blue", n: backup.manifest.tables["lot"] },
    ]);
    await database.close();
    const again = await openDatabase({ ...restored(), migrations: later });
    expect(again.migrated.applied).to.deep.equal([]);
    await again.close();
  });

  it("refuses a newer release's data in one sentence that names the setting", async () => {
    const refused = await openDatabase(restored()).catch((error: unknown) => error);
    const setting = place.url === undefined ? "DATA_DIR" : "DATABASE_URL";
    expect(refused).to.include({ code: "DATABASE_OTHER_VERSION", setting });
    expect(String(refused)).to.contain(LATER).and.contain("Nothing was changed");
  });

  it("refuses an edited migration before it applies another", async () => {
    await writeLater("-- edited");
    await mkdir(join(folder, "migrations", "20991231000001_last"));
    await writeFile(
      join(folder, "migrations", "20991231000001_last", "migration.sql"),
      "DROP TABLE lot;",
    );
    const refused = await openDatabase({ ...restored(), migrations: later }).catch(
      (error: unknown) => error,
    );
    expect(String(refused)).to.contain(`Migration ${LATER} was edited`);
    await writeLater("ALTER TABLE lot ADD COLUMN colour TEXT NOT NULL DEFAULT 'blue';");
    await rm(join(folder, "migrations", "20991231000001_last"), { recursive: true });
    const database = await openDatabase({ ...restored(), migrations: later });
    expect(await database.prisma.lot.count()).to.equal(backup.manifest.tables["lot"]);
    await database.close();
  });
});
