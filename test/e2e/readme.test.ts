// The README's commands, run as they stand there, in order, against a service on embedded defaults. Installing and
// testing are what runs this; `npm start` is how the service here was started.
import { expect } from "chai";
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { dataFolder, type RunningService, startService } from "../support/process.ts";

const ROOT = new URL("../../", import.meta.url);
const readme = await readFile(new URL("README.md", ROOT), "utf8");
const lines = [...readme.matchAll(/```sh\n([^]*?)```/g)].flatMap(([, block]) =>
  block!.trim().split("\n"),
);
const commands = lines
  .filter((line) => line.startsWith("npx reelproof"))
  .map((line) => ({ line, expected: Number(/# exits (\d+)/.exec(line)?.[1] ?? 0) }));

describe("the README", function () {
  this.timeout(120_000);
  let data: Awaited<ReturnType<typeof dataFolder>>;
  let service: RunningService;

  before(async () => {
    data = await dataFolder();
    service = await startService(data.path);
  });
  after(async () => {
    await service.end("SIGTERM");
    await data.remove();
  });

  it("has an install line, a test line, and commands for each user", () => {
    expect(lines).to.include("npm ci && npm start");
    expect(lines).to.include("npm ci && npm test");
    expect(commands.length).to.be.at.least(8);
  });

  for (const { line, expected } of commands) {
    it(line, async () => {
      const { code, output } = await shell(line);
      expect(code, output).to.equal(expected);
    });
  }

  it("links to pages that exist", () => {
    const links = [...readme.matchAll(/\]\(((?!https?:)[^)#]+)/g)].map(([, path]) => path!);
    expect(links).not.to.be.empty;
    for (const path of links) expect(existsSync(new URL(path, ROOT)), path).to.equal(true);
  });

  it("names only npm scripts that exist", async () => {
    const { scripts } = JSON.parse(await readFile(new URL("package.json", ROOT), "utf8")) as {
      scripts: object;
    };
    const named = [...readme.matchAll(/npm run ([\w:]+)/g)].map(([, name]) => name!);
    for (const name of named) expect(Object.keys(scripts)).to.include(name);
  });

  function shell(line: string): Promise<{ code: number | null; output: string }> {
    return new Promise((resolve, reject) => {
      const child = spawn("sh", ["-c", line], {
        cwd: fileURLToPath(ROOT),
        env: { ...process.env, REELPROOF_URL: service.url, DATA_DIR: data.path },
        stdio: ["ignore", "pipe", "pipe"],
      });
      let output = "";
      child.stdout.on("data", (text) => (output += String(text)));
      child.stderr.on("data", (text) => (output += String(text)));
      child.once("error", reject);
      child.once("close", (code) => resolve({ code, output }));
    });
  }
});
