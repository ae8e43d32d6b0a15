// Runs `npm run demo` as a newcomer sees it. It runs as a process where that matters, and in this
// process elsewhere, which is faster.
import { expect } from "chai";
import { execFile } from "node:child_process";
import { readdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { openTerminal } from "../../cli/output/terminal.ts";
import { sample } from "../../sample/play.ts";
import { ON_SERVICE, runDemo } from "../../scripts/demo/demo.ts";
import { readConfig } from "../../server/config.ts";
import { openService, type Service } from "../../server/service.ts";
import { type DataFolder, dataFolder } from "../support/process.ts";
import { copyFolder } from "../support/prepared.ts";
import { sampleFolder } from "../support/sample-folder.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** Nobody listens there. */
const NOBODY = "http://127.0.0.1:9";

interface Ended {
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs `scripts/demo.ts` as a process. */
function spawned(env: Record<string, string>, ...args: string[]): Promise<Ended> {
  return new Promise((resolve) => {
    const all = { PATH: process.env["PATH"], ...env };
    execFile(
      process.execPath,
      ["scripts/demo.ts", ...args],
      { cwd: ROOT, env: all },
      (error, stdout, stderr) => {
        resolve({ code: error ? Number(error.code) : 0, stdout, stderr });
      },
    );
  });
}

/** Runs the same demo in this process. @param folder its own service's data folder is a copy of this one */
async function inProcess(
  env: Record<string, string>,
  args: string[] = [],
  folder?: string,
): Promise<Ended> {
  const [stdout, stderr] = [new Written(), new Written()];
  const copy = (to: string) => Promise.resolve(copyFolder(folder!, to));
  const code = await runDemo(
    openTerminal(stdout, stderr),
    { args, env },
    undefined,
    folder ? copy : undefined,
  );
  return { code, stdout: stdout.text, stderr: stderr.text };
}

class Written {
  text = "";
  write(text: string): void {
    this.text += text;
  }
}

const ACTIONS = ["commission", "ship", "receive", "split", "assemble", "inspect", "recall"];

/** The printed facts of each step of the story. */
function stepsOf(stdout: string) {
  const pattern =
    /^ *(\d+)  (\w+) +(.+)\n    signed (0x[0-9a-f]{8})… by key 0x[0-9a-f]{8}… +stored +(\d+) facts? in one root +settled in block (\d+), 0x[0-9a-f]{8}…(?:, ([\d,]+) gas per lot)?$/gm;
  return [...stdout.matchAll(pattern)].map(([, , action, , , facts, block, gas]) => ({
    action,
    facts: Number(facts),
    block: Number(block),
    gas: gas === undefined ? undefined : Number(gas.replace(",", "")),
  }));
}

describe("npm run demo", () => {
  describe("on its own service", () => {
    let folder: DataFolder;
    let ended: Ended;
    const { TMPDIR } = process.env;
    before(async () => {
      folder = await dataFolder();
      const played = await sampleFolder();
      process.env["TMPDIR"] = folder.path;
      const settings = { REELPROOF_URL: NOBODY, DATABASE_URL: "postgresql://127.0.0.1:9/none" };
      ended = await inProcess(settings, [], played.path);
      await played.remove();
    });
    after(async () => {
      if (TMPDIR === undefined) delete process.env["TMPDIR"];
      else process.env["TMPDIR"] = TMPDIR;
      await folder.remove();
    });

    it("says that it leaves the user's service and database alone", () => {
      const [url, database, ...rest] = ended.stderr.trim().split("\n");
      expect(url).to.match(/^REELPROOF_URL is not used.*--on-service$/);
      expect(database).to.match(/^DATABASE_URL: not used/);
      expect(rest).to.deep.equal([]);
    });

    it("exits with 0 and removes its files", async () => {
      expect(ended.code).to.equal(0);
      expect(
        (await readdir(folder.path)).filter((name) => name.startsWith("reelproof")),
      ).to.deep.equal([]);
    });

    it("prints each step with its facts, block and gas", () => {
      const steps = stepsOf(ended.stdout);
      expect(steps.map(({ action }) => action)).to.deep.equal(ACTIONS);
      steps.forEach(({ facts, block, gas }, i) => {
        expect(facts).to.be.greaterThan(0);
        expect(gas).to.be.within(10_000, 200_000);
        if (i > 0) expect(block).to.be.greaterThan(steps[i - 1]!.block);
      });
    });

    it("prints the verdicts of the sample's lots and of its own product", () => {
      const verdictRow = (name: string) =>
        new RegExp(`^(\\w+) +${name} +(\\w*)`, "m").exec(ended.stdout)?.slice(1, 3);
      expect(verdictRow("thisProduct")).to.deep.equal(["HOLD", "RECALLED"]);
      expect(verdictRow("fresh")![0]).to.equal("PASS");
      expect(verdictRow("short")).to.deep.equal(["WARN", "RECEIVED_SHORT"]);
      expect(verdictRow("broker")).to.deep.equal(["WARN", "ORIGIN_INTRODUCED"]);
      expect(verdictRow("held")).to.deep.equal(["HOLD", "LOT_IS_HELD"]);
      expect(ended.stdout).to.contain("not prove that the parts are genuine");
    });

    it("alters one row, prints how the verdict and fsck name it, and restores it", () => {
      const { stdout } = ended;
      const row = /^ +row +event (0x[0-9a-f]{64})$/m.exec(stdout)![1]!;
      expect(stdout).to.match(/^ +lot +\S+, .*: PASS$/m);
      expect(stdout).to.match(/^ +changed +details: its country of origin, from [A-Z]{2} to US$/m);
      expect(stdout).to.match(
        new RegExp(`^ +verdict +FAIL  \\w+ \\S*details\\S* +event ${row}$`, "m"),
      );
      const checked = [...stdout.matchAll(/^ +fsck +(\w+) (\w*) +(\w+) (\S+)$/gm)].map((found) =>
        found.slice(1),
      );
      expect(checked).to.deep.equal([["DETAILS_DIFFER", "details", "event", row]]);
      expect(stdout).to.match(/^ +restored +verdict PASS, fsck clean$/m);
    });

    it("prints under 70 aligned lines without colours", () => {
      const lines = ended.stdout.split("\n");
      expect(lines.length).to.be.lessThan(70);
      expect(ended.stdout).not.to.contain("\x1b");
      const table = lines.slice(lines.findIndex((line) => line.startsWith("verdict  lot")));
      const rows = table.slice(
        0,
        table.findIndex((line) => line.startsWith("This verdict checks")),
      );
      const column = rows[0]!.indexOf("its story");
      for (const line of rows) expect(line.slice(column - 2, column), line).to.equal("  ");
    });
  });

  describe("on a running service", () => {
    let data: DataFolder;
    let service: Service;
    before(async () => {
      data = await sampleFolder();
      const { config, secrets } = readConfig({
        DATA_DIR: data.path,
        PORT: "0",
        LOG_LEVEL: "silent",
      });
      service = await openService(config, secrets, { sample });
    });
    after(async () => {
      await service.close();
      await data.remove();
    });

    it("runs twice, and does not alter the database by hand", async () => {
      const settings = { REELPROOF_URL: service.url, DATA_DIR: data.path };
      for (const demo of [
        () => spawned(settings, ON_SERVICE),
        () => inProcess(settings, [ON_SERVICE]),
      ]) {
        const { code, stdout } = await demo();
        expect(code).to.equal(0);
        expect(stepsOf(stdout).map(({ action }) => action)).to.deep.equal(ACTIONS);
        expect(stdout)
          .to.match(/^HOLD +thisProduct +RECALLED/m)
          .and.not.match(/by hand, as anyone/);
      }
    });
    it("exits with 2 without the data folder, and with 3 without the service", async () => {
      const without = { REELPROOF_URL: service.url, DATA_DIR: "/nowhere" };
      expect((await spawned(without, ON_SERVICE)).code).to.equal(2);
      const nobody = { REELPROOF_URL: NOBODY, DATA_DIR: data.path };
      expect((await inProcess(nobody, [ON_SERVICE])).code).to.equal(3);
    });
    it("exits with 2 for --on-service without a URL, and for an unknown argument", async () => {
      expect((await inProcess({}, [ON_SERVICE])).code).to.equal(2);
      expect((await inProcess({ REELPROOF_URL: service.url }, ["--url"])).code).to.equal(2);
    });
  });
});
