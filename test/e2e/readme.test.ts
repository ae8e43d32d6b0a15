// Runs the README's commands in their order against a service on embedded defaults. The install
// and test lines ran before this test, and the service starts as `npm start` does. The first
// command runs as a process. The others run in this process, which is faster, with the arguments
// that a shell makes of their lines.
import { expect } from "chai";
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { run as runProgram } from "../../cli/program.ts";
import { type DataFolder, type RunningService, startService } from "../support/process.ts";
import { sampleFolder } from "../support/sample-folder.ts";

const ROOT = new URL("../../", import.meta.url);
const readme = await readFile(new URL("README.md", ROOT), "utf8");
const lines = [...readme.matchAll(/```sh\n([^]*?)```/g)].flatMap(([, block]) =>
  block!.trim().split("\n"),
);
const commands = lines
  .filter((line) => line.startsWith("npx reelproof"))
  .map((line) => ({ line, expected: Number(/# exits (\d+)/.exec(line)?.[1] ?? 0) }));

describe("the README", () => {
  let data: DataFolder;
  let service: RunningService;

  before(async () => {
    data = await sampleFolder();
    service = await startService(data.path);
  });
  after(async () => {
    await service.end("SIGTERM");
    await data.remove();
  });

  it("has an install line, a test line and at least eight commands", () => {
    expect(lines).to.include("npm ci && npm start");
    expect(lines).to.include("npm ci && npm test");
    expect(commands.length).to.be.at.least(8);
  });

  for (const [index, { line, expected }] of commands.entries()) {
    it(`has a command that exits with ${expected}: ${line}`, async () => {
      const { code, output } = await (index === 0 ? shell(line) : inProcess(line));
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

  const environment = () => ({ ...process.env, REELPROOF_URL: service.url, DATA_DIR: data.path });

  function shell(line: string): Promise<{ code: number | undefined; output: string }> {
    const options = { cwd: fileURLToPath(ROOT), env: environment() };
    return new Promise((resolve) => {
      const child = execFile("sh", ["-c", line], options, (_error, stdout, stderr) =>
        resolve({ code: child.exitCode ?? undefined, output: stdout + stderr }),
      );
    });
  }

  async function inProcess(line: string): Promise<{ code: number; output: string }> {
    const listed = await shell(line.replace(/^npx reelproof/, "printf '%s\\0'"));
    const args = listed.output.split("\0").slice(0, -1);
    let output = "";
    const stream = { write: (text: string) => (output += text) };
    const code = await runProgram(args, environment(), stream, stream);
    return { code, output };
  }
});
