// Starts the service where it cannot work, as a user does: it prints one sentence without a secret in it, and ends with the
// exit code that docs/operate.md lists.
import { expect } from "chai";
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { chown, rm, writeFile } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { run } from "../../cli/program.ts";
import { emptyFolder } from "../support/empty-folder.ts";
import type { DataFolder } from "../support/process.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const PASSWORD = "hunter2-Sw0rdfish";
const PROVIDER_KEY = "0123456789abcdef0123456789abcdef";
const KEY = `0x${"5e".repeat(32)}`;
const SECRET = Buffer.from(Array.from({ length: 32 }, (_, i) => 3 * i)).toString("hex");
/** Nobody listens there. */
const NOWHERE = "127.0.0.1:9";
const CHAIN = {
  CHAIN_RPC_URL: `http://${NOWHERE}`,
  LEDGER_ADDRESS: `0x${"ab".repeat(20)}`,
  RELAYER_KEY: KEY,
  KEYSTORE_SECRET: SECRET,
};
const S3 = {
  DOCUMENTS_S3_ENDPOINT: `http://${NOWHERE}`,
  DOCUMENTS_S3_BUCKET: "papers",
  DOCUMENTS_S3_REGION: "auto",
  DOCUMENTS_S3_ACCESS_KEY_ID: "AKTEST0123456789",
  DOCUMENTS_S3_SECRET_ACCESS_KEY: PASSWORD,
};

/** Settings that cannot work. Each holds secrets, and says where the start must fail: in the settings, or beyond them. */
const STARTS: [what: string, exit: number, fails: RegExp, env: Record<string, string>][] = [
  [
    "a database URL of another kind",
    78,
    /^reelproof: BAD_SETTING \(DATABASE_URL\): DATABASE_URL must be a postgresql:\/\/ URL\.$/,
    { DATABASE_URL: `mysql://user:${PASSWORD}@${NOWHERE}/reel` },
  ],
  [
    "a database that is not there",
    69,
    /^reelproof: DATABASE_UNREACHABLE \(DATABASE_URL\): .*ECONNREFUSED.* Check that it runs/,
    { DATABASE_URL: `postgresql://user:${PASSWORD}@${NOWHERE}/reel`, ...S3 },
  ],
  [
    "a node that is not there, with a password and a provider's key",
    69,
    /^reelproof: CHAIN_UNREACHABLE \(CHAIN_RPC_URL\): .*eth_chainId.* Check that the node runs/,
    { ...CHAIN, CHAIN_RPC_URL: `http://user:${PASSWORD}@${NOWHERE}/v3/${PROVIDER_KEY}?k=1` },
  ],
];

describe("a start that fails", () => {
  let data: DataFolder;
  before(async () => {
    data = await emptyFolder();
  });
  after(() => data.remove());

  /** The exit code and all output of `server/main.ts`. */
  function start(env: Record<string, string>): Promise<{ code: unknown; output: string }> {
    const all = {
      PATH: process.env["PATH"]!,
      PORT: "0",
      DATA_DIR: data.path,
      LOG_LEVEL: "trace",
      ...env,
    };
    return new Promise((resolve) => {
      execFile(process.execPath, ["server/main.ts"], { cwd: ROOT, env: all }, (error, out, err) => {
        resolve({ code: error?.code ?? 0, output: out + err });
      });
    });
  }
  const expectNoSecret = (output: string) => {
    for (const secret of [
      PASSWORD,
      PROVIDER_KEY,
      KEY.slice(2),
      SECRET,
      S3.DOCUMENTS_S3_ACCESS_KEY_ID,
    ])
      expect(output).not.to.contain(secret);
    expect(output).not.to.contain(Buffer.from(`user:${PASSWORD}`).toString("base64"));
  };

  /** What is printed beside the log's lines. */
  const sentencesIn = (output: string) =>
    output
      .trim()
      .split("\n")
      .filter((line) => !line.startsWith("{"));

  for (const [what, exit, fails, env] of STARTS)
    it(`prints one sentence without a secret with ${what}, and the command line prints none either`, async () => {
      const { code, output } = await start(env);
      expect(code, output).to.equal(exit);
      expect(sentencesIn(output)).to.have.length(1);
      expect(sentencesIn(output)[0]).to.match(fails);
      expectNoSecret(output);
      let text = "";
      const stream = { write: (part: string) => (text += part) };
      const settings = { DATA_DIR: data.path, DATABASE_URL: "", ...env };
      for (const args of [["fsck", "--json"], ["fsck"]])
        expect(await run(args, settings, stream, stream)).to.be.within(1, 3);
      expectNoSecret(text);
    });

  it("names the folder that belongs to another user, in one line with a code", async function () {
    if (process.getuid?.() !== 0) this.skip(); // only root can give a file away
    const planted = join(data.path, "planted");
    await writeFile(planted, "");
    await chown(planted, 65_534, 65_534);
    const { code, output } = await start({});
    expect(code).to.equal(77);
    expect(output.trim().split("\n")).to.have.length(1);
    expect(output).to.contain("FOLDER_NOT_PRIVATE (DATA_DIR)").and.contain(planted);
    await chown(planted, 0, 0);
  });

  it("says that the port is in use before it makes anything in its folder", async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    const { port } = other.address() as AddressInfo;
    const folder = join(data.path, "unused");
    const { code, output } = await start({ PORT: String(port), DATA_DIR: folder });
    other.close();
    expect(code, output).to.equal(75);
    expect(output.trim()).to.match(
      /^reelproof: PORT_IN_USE \(PORT\): Port \d+ of 127\.0\.0\.1 .*\.$/,
    );
    expect(existsSync(folder)).to.equal(false);
  });

  it("says that there is a file where its folder should be", async () => {
    const file = join(data.path, "file");
    await writeFile(file, "");
    for (const folder of [file, join(file, "inside")]) {
      const { code, output } = await start({ DATA_DIR: folder });
      expect(code, output).to.equal(73);
      expect(output.trim()).to.match(/^reelproof: NOT_A_FOLDER \(DATA_DIR\): .*\.$/);
    }
    await rm(file);
  });
});
