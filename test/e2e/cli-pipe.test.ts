// Runs the command line behind a pipe whose reader stops early, as `head` does.
import { expect } from "chai";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import process from "node:process";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const VECTOR = `${ROOT}test/vectors/bundles/valid/corrected-after-handover.json`;

describe("reelproof behind a pipe", () => {
  it("exits with the verdict's code if the reader has closed its end, and says nothing of it", async () => {
    const { bundle, trust } = JSON.parse(await readFile(VECTOR, "utf8")) as {
      bundle: object;
      trust: { ledger: string };
    };
    const args = ["cli/main.ts", "verify", "-", "--ledger", trust.ledger];
    const child = spawn(process.execPath, args, { cwd: ROOT });
    child.stdout.destroy();
    let errors = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => (errors += text));
    child.stdin.end(JSON.stringify(bundle));
    const [code] = (await once(child, "close")) as [number | null];
    expect(errors).not.to.match(/EPIPE|Error/);
    expect(code).to.equal(11); // INCOMPLETE, without a node
  });
});
