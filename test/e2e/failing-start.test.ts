// Starts the service on settings that hold a secret and cannot work, as a user does, and searches all that it prints.
import { expect } from "chai";
import { execFile } from "node:child_process";
import { chown, writeFile } from "node:fs/promises";
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
const STARTS: [what: string, fails: RegExp, env: Record<string, string>][] = [
  [
    "a database URL of another kind",
    /DATABASE_URL: must be/,
    { DATABASE_URL: `mysql://user:${PASSWORD}@${NOWHERE}/reel` },
  ],
  [
    "a database that is not there",
    /ECONNREFUSED/,
    { DATABASE_URL: `postgresql://user:${PASSWORD}@${NOWHERE}/reel`, ...S3 },
  ],
  [
    "a node that is not there, with a password and a provider's key",
    /eth_chainId/,
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

  for (const [what, fails, env] of STARTS)
    it(`prints no secret with ${what}, nor does the command line`, async () => {
      const { code, output } = await start(env);
      expect(code).to.equal(1);
      expect(output).to.match(fails);
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
    expect(code).to.equal(1);
    expect(output.trim().split("\n")).to.have.length(1);
    expect(output).to.contain("FOLDER_NOT_PRIVATE (DATA_DIR)").and.contain(planted);
    await chown(planted, 0, 0);
  });
});
