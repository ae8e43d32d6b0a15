// Tests what an embedded database costs when it opens.
import { expect } from "chai";
import { execFile } from "node:child_process";
import { join } from "node:path";
import process from "node:process";
import { promisify } from "node:util";
import { emptyFolder } from "../../support/empty-folder.ts";

/** Opens the database in a folder, and asks it something. */
const OPEN = `
  const { openPGlite } = await import("./server/storage/pglite.ts");
  const { pool, close } = await openPGlite(process.argv[1]);
  for (let i = 0; i < 20; i++) await pool.query("SELECT * FROM event WHERE hash = $1", [String(i)]);
  await close();
`;
/** Optimise at once what is to be optimised, in the thread that runs it, and print each function's size. */
const TRACED = ["--wasm-sync-tier-up", "--trace-wasm-compilation-times"];

describe("openPGlite", () => {
  it("keeps V8 from optimising PostgreSQL's function of 100 KB, which takes 600 MB", async () => {
    const folder = await emptyFolder();
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [...TRACED, "--input-type=module", "-e", OPEN, join(folder.path, "database")],
      { maxBuffer: 2 ** 26 },
    );
    await folder.remove();
    const compiled = [...stdout.matchAll(/ using (\w+), took .* bodysize (\d+) /g)];
    const over100kB = (compiler: string) =>
      compiled.filter(([, one, size]) => one === compiler && Number(size) > 100_000);
    expect(over100kB("Liftoff")).not.to.deep.equal([]);
    expect(over100kB("TurboFan")).to.deep.equal([]);
  });
});
