// The installer's day: a service with data is backed up while it runs, restored beside it, compared, and activated; and data of
// an earlier release is taken over. That a user who cannot write in the installation can start it: test/build.test.ts.
import { expect } from "chai";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { run } from "../../cli/program.ts";
import type { Input } from "../../cli/output/terminal.ts";
import { FIXTURE_PASSPHRASE } from "../../scripts/fixture/release.ts";
import { emptyPlace } from "../support/database.ts";
import {
  type DataFolder,
  dataFolder,
  type RunningService,
  startService,
} from "../support/process.ts";
import { type SampleFolder, sampleFolder } from "../support/sample-folder.ts";

const FIXTURE = fileURLToPath(new URL("../fixtures/release-0.1.0.tar", import.meta.url));
const PASSPHRASE = "seven random words would be better";

describe("the installer's day", () => {
  let data: SampleFolder;
  let work: DataFolder;
  let place: Awaited<ReturnType<typeof emptyPlace>>;
  let service: RunningService;
  let copy: RunningService;
  let file: string;
  let to: string;
  const services: RunningService[] = [];

  before(async () => {
    [data, work, place] = await Promise.all([sampleFolder(), dataFolder(), emptyPlace()]);
    file = join(work.path, "monday.tar");
    to = join(work.path, "restored");
    service = await start(data.path);
  });
  after(async () => {
    await Promise.all(services.map((each) => each.end("SIGTERM")));
    await place.remove();
    await Promise.all([data.remove(), work.remove()]);
  });

  async function start(folder: string, env: Record<string, string> = {}): Promise<RunningService> {
    const started = await startService(folder, { LOG_LEVEL: "warn", ...env });
    services.push(started);
    return started;
  }
  const onServer = () => (place.url === undefined ? undefined : { DATABASE_URL: place.url });

  /** Runs the command line. */
  async function reelproof(args: string[], env: Record<string, string> = {}, stdin?: Input) {
    let output = "";
    const stream = { write: (text: string) => (output += text) };
    const code = await run(args, env, stream, stream, stdin);
    return { code, output };
  }
  /** A person at a terminal, who types these lines. */
  const typing = (...lines: string[]): Input => ({
    isTTY: true,
    async *[Symbol.asyncIterator]() {
      for (const line of lines) yield* [line, "\r"];
    },
  });
  const at = ({ url }: RunningService, folder: string) => ({
    REELPROOF_URL: url,
    DATA_DIR: folder,
  });

  it("asks for a passphrase twice, and makes no file of one that is short or mistyped", async () => {
    const env = at(service, data.path);
    const args = ["backup", file, "--as", "Operator"];
    const nobody = await reelproof(args, env);
    expect(nobody).to.include({ code: 2 });
    expect(nobody.output).to.contain("NO_PASSPHRASE");
    const short = await reelproof(args, env, typing("short", "short"));
    expect(short.output).to.contain("PASSPHRASE_TOO_SHORT").and.not.contain("short\n");
    const mistyped = await reelproof(args, env, typing(PASSPHRASE, `${PASSPHRASE}!`));
    expect(mistyped.output).to.contain("PASSPHRASES_DIFFER").and.not.contain(PASSPHRASE);
    for (const path of [file, `${file}.part`])
      expect(await stat(path).catch(({ code }: NodeJS.ErrnoException) => code)).to.equal("ENOENT");
  });

  it("backs up the running service into one file of its owner's, and overwrites none", async () => {
    const env = at(service, data.path);
    const args = ["backup", file, "--as", "Operator"];
    const made = await reelproof(args, env, typing(PASSPHRASE, PASSPHRASE));
    expect(made, made.output).to.include({ code: 0 });
    expect(made.output).to.contain("every part, with the passphrase").and.not.contain(PASSPHRASE);
    expect((await stat(file)).mode & 0o777).to.equal(0o600);
    const again = await reelproof(args, { ...env, BACKUP_PASSPHRASE: PASSPHRASE });
    expect(again.output).to.contain("FILE_EXISTS");
    const check = await reelproof(["backup", "--check", file]);
    expect(check, check.output).to.include({ code: 0 });
  });

  it("refuses a wrong passphrase, and leaves no folder", async () => {
    const args = ["restore", file, "--to", to];
    const wrong = await reelproof(args, { ...onServer(), BACKUP_PASSPHRASE: `${PASSPHRASE}?` });
    expect(wrong).to.include({ code: 1 });
    expect(wrong.output).to.contain("PASSPHRASE_WRONG");
    expect(await stat(to).catch(({ code }: NodeJS.ErrnoException) => code)).to.equal("ENOENT");
  });

  it("restores it beside the running service, and fsck is clean", async () => {
    const args = ["restore", file, "--to", to, "--json"];
    const restored = await reelproof(args, { ...onServer(), BACKUP_PASSPHRASE: PASSPHRASE });
    expect(restored, restored.output).to.include({ code: 0 });
    const { fsck, isActive } = JSON.parse(restored.output) as {
      fsck: { faults: unknown[] };
      isActive: boolean;
    };
    expect(fsck.faults).to.deep.equal([]);
    expect(isActive).to.equal(false);
  });

  it("gives the same verdict on both, while both run", async () => {
    copy = await start(to, onServer());
    expect(copy.output()).to.contain("restored from a backup and only reads");
    const verify = ["verify", "HS26-112706", "--as", "Ostermark"];
    const [here, there] = [
      await reelproof(verify, at(service, data.path)),
      await reelproof(verify, at(copy, to)),
    ];
    expect(here, here.output).to.include({ code: 0 });
    expect(there).to.deep.equal(here);
  });

  it("reads only until it is activated, and then acts, without a word to the original", async () => {
    const hold = ["hold", "HS26-112706", "--reason", "drill", "--as", "Ostermark"];
    const refused = await reelproof(hold, at(copy, to));
    expect(refused.output).to.contain("RESTORED_COPY").and.contain("reelproof activate");
    const activate = ["activate", "--as", "Operator"];
    expect((await reelproof(activate, at(copy, to))).output).to.contain("activated");
    expect((await reelproof(activate, at(copy, to))).output).to.contain("unchanged");
    const held = await reelproof(hold, at(copy, to));
    expect(held, held.output).to.include({ code: 0 });
    const verify = ["verify", "HS26-112706", "--as", "Ostermark"];
    expect((await reelproof(verify, at(service, data.path))).code).to.equal(0);
    const fsck = await reelproof(["fsck", "--as", "Operator"], at(copy, to));
    expect(fsck, fsck.output).to.include({ code: 0 });
  });

  it("takes over the data of an earlier release", async () => {
    const earlier = join(work.path, "earlier");
    const env = { BACKUP_PASSPHRASE: FIXTURE_PASSPHRASE };
    const restored = await reelproof(["restore", FIXTURE, "--to", earlier, "--activate"], env);
    expect(restored, restored.output).to.include({ code: 0 });
    const upgraded = await start(earlier);
    expect(upgraded.output()).not.to.contain("only reads");
    const verify = ["verify", "HS26-112706", "--as", "Ostermark"];
    expect(await reelproof(verify, at(upgraded, earlier))).to.include({ code: 0 });
    const fsck = await reelproof(["fsck", "--as", "Operator"], at(upgraded, earlier));
    expect(fsck, fsck.output).to.include({ code: 0 });
  });
});
