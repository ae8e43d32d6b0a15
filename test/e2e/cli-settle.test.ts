// Runs `reelproof register --settlement log` and `reelproof settle` against a service over HTTP.
import { expect } from "chai";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run as runProgram } from "../../cli/program.ts";
import { makeLots } from "../../server/custody/acts.ts";
import { openTestHttp, type TestHttp } from "../support/http.ts";

class Written {
  text = "";
  write(text: string): void {
    this.text += text;
  }
}

describe("reelproof register --settlement log and settle", () => {
  let http: TestHttp;
  let folder: string;

  before(async () => {
    http = await openTestHttp();
    folder = await mkdtemp(join(tmpdir(), "reelproof-cli-"));
  });
  after(async () => {
    await rm(folder, { recursive: true, force: true });
    await http.close();
  });

  async function run(key: "maker" | "lab", ...args: string[]) {
    const [stdout, stderr] = [new Written(), new Written()];
    const env = { REELPROOF_URL: http.url, REELPROOF_API_KEY: http.keys[key] };
    const code = await runProgram(args, env, stdout, stderr);
    return { code, stdout: stdout.text, stderr: stderr.text };
  }
  const states = async () =>
    (await http.ctx.prisma.settlement.findMany({ orderBy: { sequence: "asc" } })).map(
      ({ state }) => state,
    );

  it("register a log-only lot, settle it once, and report when nothing is left to do", async () => {
    const file = join(folder, "list.csv");
    await writeFile(
      file,
      "manufacturer,mpn,lot_code,date_code,quantity,package_id\nTest maker,TM-1,L1,2601,100,BY-LOG-1\n",
    );
    const registered = await run(
      "maker",
      "register",
      file,
      "--settlement",
      "log",
      "--action",
      "commission",
    );
    expect(registered.code, registered.stderr).to.equal(0);
    expect(await states()).to.deep.equal(["logged"]);
    expect((await run("lab", "settle", "BY-LOG-1")).code).to.equal(1);
    const settled = await run("maker", "settle", "BY-LOG-1", "--json");
    expect(settled.code, settled.stderr).to.equal(0);
    expect(JSON.parse(settled.stdout)).to.include({ lots: 1, queued: 1 });
    await http.settle();
    expect(await states()).to.deep.equal(["final"]);
    expect((await run("maker", "settle", "BY-LOG-1")).stdout).to.match(/nothing to do/);
  });

  it("refuse an unknown way to settle", async () => {
    expect((await run("maker", "register", "list.csv", "--settlement", "paper")).code).to.equal(2);
  });

  it("lists what is held, with the reason, and gives it up for the party that signed it", async () => {
    const made = await makeLots(http.ctx, http.parties.maker.address, "commission", {
      lots: [{ lotNumber: "HELD-1", quantity: 5 }],
    });
    const reason = { name: "SignatureUnknown", args: [] };
    await http.ctx.prisma.settlement.update({
      where: { id: made.hash },
      data: { state: "held", reason },
    });
    const listed = await run("maker", "settlement", "list", "--json");
    const { address } = http.parties.maker;
    const party = { address, name: "Test maker", roles: ["manufacturer"] };
    expect(JSON.parse(listed.stdout)).to.deep.equal({
      settlements: [
        { id: made.hash, kind: "event", party, settlement: "held", settled: null, reason },
      ],
    });
    expect((await run("lab", "settlement", "list")).stdout).not.to.contain(made.hash);
    expect((await run("lab", "settlement", "give-up", made.hash)).code).to.equal(1);
    expect((await run("maker", "settlement", "give-up", "HELD-1")).code).to.equal(2);
    const given = await run("maker", "settlement", "give-up", made.hash);
    expect([given.code, given.stdout]).to.deep.equal([0, "give up     1 settlement void\n"]);
    expect(await http.ctx.prisma.lot.count({ where: { id: made.lots[0]! } })).to.equal(0);
  });
});
