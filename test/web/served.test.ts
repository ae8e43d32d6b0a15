// Gets the verifier's page from the build, from the command line and from a service. The bytes
// are the same each time. Also tests what the page may do on a service's address.
import { expect } from "chai";
import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import express from "express";
import { pino } from "pino";
import { build } from "vite";
import { writeVerifier } from "../../cli/commands/checks/verifier.ts";
import { run } from "../../cli/program.ts";
import { CLIENT } from "../../server/chain/door.ts";
import { makeLots } from "../../server/custody/acts.ts";
import { listen, type Listening } from "../../server/http/listen.ts";
import { logRequests } from "../../server/http/request-log.ts";
import { answerProblem } from "../../server/http/problem.ts";
import { verifier } from "../../server/http/routes/verifier.ts";
import { chromiumHere, openBrowser } from "../support/browser.ts";
import { openTestHttp, type TestHttp } from "../support/http.ts";

const PAGE = fileURLToPath(new URL("../../web/dist/verify.html", import.meta.url));
const CONFIG = fileURLToPath(new URL("../../web/vite.config.ts", import.meta.url));
const chromium = chromiumHere();
const hashOf = (text: string | Uint8Array, encoding: "hex" | "base64" = "hex") =>
  createHash("sha256").update(text).digest(encoding);

describe("the verifier's page as a file", () => {
  let folder: string;
  let html: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "reelproof-"));
    html = await readFile(PAGE, "utf8");
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it("loads nothing, and its policy runs only its own script and style", () => {
    const policy = /<meta http-equiv="Content-Security-Policy" content="([^"]+)"/.exec(html)![1]!;
    const [, script] = /<script type="module">([^]*?)<\/script>/.exec(html)!;
    const [, style] = /<style>([^]*?)<\/style>/.exec(html)!;
    expect(policy.split("; ")).to.have.members([
      "default-src 'none'",
      "connect-src http: https:",
      "base-uri 'none'",
      "form-action 'none'",
      `script-src 'sha256-${hashOf(script!, "base64")}' 'wasm-unsafe-eval'`,
      `style-src 'sha256-${hashOf(style!, "base64")}'`,
    ]);
    const markup = html.replace(script!, "").replace(style!, "");
    expect(markup).not.to.match(/ (src|href|style|on\w+)=/);
    expect(style).not.to.match(/url\(|@import/);
    expect(html.indexOf("Content-Security-Policy")).to.be.below(html.indexOf("<title>"));
  });

  it("is built to the same bytes in another folder", async () => {
    await build({ configFile: CONFIG, build: { outDir: join(folder, "again") } });
    expect(hashOf(await readFile(join(folder, "again", "verify.html")))).to.equal(hashOf(html));
  });

  describe("reelproof verifier", () => {
    class Written {
      text = "";
      write(text: string): void {
        this.text += text;
      }
    }
    async function verifierTo(...args: string[]) {
      const [stdout, stderr] = [new Written(), new Written()];
      return {
        code: await run(["verifier", ...args], {}, stdout, stderr),
        stdout: stdout.text,
        stderr: stderr.text,
      };
    }

    it("writes the page to a new file, and prints its SHA-256", async () => {
      const file = join(folder, "verifier.html");
      const { code, stdout } = await verifierTo("--out", file, "--json");
      expect(code).to.equal(0);
      expect(JSON.parse(stdout)).to.deep.equal({
        file,
        size: Buffer.byteLength(html),
        sha256: hashOf(html),
      });
      expect(await readFile(file, "utf8")).to.equal(html);
      const other = join(folder, "other.html");
      expect((await verifierTo("--out", other)).stdout).to.include(hashOf(html));
    });

    it("does not overwrite a file, and requires --out", async () => {
      const file = join(folder, "kept.txt");
      await writeFile(file, "kept");
      const { code, stdout } = await verifierTo("--out", file, "--json");
      expect(code).to.equal(2);
      expect(JSON.parse(stdout)).to.have.nested.include({
        "error.code": "CANNOT_WRITE",
        "error.field": "--out",
      });
      expect(await readFile(file, "utf8")).to.equal("kept");
      expect((await verifierTo()).code).to.equal(2);
    });

    it("reports NOT_BUILT when the page is not built", async () => {
      const command = { terminal: { line: () => undefined } } as unknown as Parameters<
        typeof writeVerifier
      >[0];
      const refused = await writeVerifier(
        command,
        { out: join(folder, "x.html") },
        join(folder, "none.html"),
      ).then(
        () => undefined,
        (error: unknown) => error,
      );
      expect(refused).to.include({ code: "NOT_BUILT" });
    });
  });

  describe("GET /verify.html", () => {
    let http: TestHttp;
    before(async () => {
      http = await openTestHttp();
    });
    after(() => http.close());

    it("serves the page to anyone, with its policy and in a sandbox", async () => {
      const response = await fetch(`${http.url}/verify.html`);
      expect(response.status).to.equal(200);
      expect(await response.text()).to.equal(html);
      const header = response.headers.get("content-security-policy")!.split("; ");
      const own = /content="([^"]+script-src[^"]+)"/.exec(html)![1]!.split("; ");
      const sandbox = "sandbox allow-scripts allow-forms allow-downloads allow-modals";
      expect(header).to.have.members([...own, "frame-ancestors 'none'", sandbox]);
      expect(response.headers.get("content-disposition")).to.match(
        /^inline; filename="[\w-]+\.html"$/,
      );
      expect(response.headers.get("x-content-type-options")).to.equal("nosniff");
      await http.expecting(404, "POST", "/verify.html");
    });

    it("answers 503 when the page is not built", async () => {
      const app = express().use(
        logRequests(pino({ level: "silent" }), new Set()),
        verifier(join(folder, "none.html")),
        answerProblem,
      );
      const bare: Listening = await listen(app, 0, "127.0.0.1");
      try {
        const response = await fetch(`http://127.0.0.1:${bare.address.port}/verify.html`);
        expect(response.status).to.equal(503);
        expect(await response.json()).to.include({ code: "NOT_READY" });
      } finally {
        await bare.close();
      }
    });

    (chromium === undefined ? it.skip : it)(
      "reaches PASS by the door of the service, from disk, and says whose node it is",
      async () => {
        const lots = [{ lotNumber: "DOOR-1", quantity: 10, details: { mpn: "DOOR" } }];
        const maker = http.parties.maker.address;
        const made = await makeLots(http.ctx, maker, "commission", { lots });
        await http.settle();
        const bundle = await http.expecting(200, "GET", `/v1/lots/${made.lots[0]!}/bundle`, {
          key: "maker",
        });
        const browser = await openBrowser(chromium!);
        try {
          const page = await browser.newPage();
          page.setDefaultTimeout(0);
          await page.goto(pathToFileURL(PAGE).href);
          const buffer = Buffer.from(JSON.stringify(bundle));
          await page.setInputFiles("#file", {
            name: "b.json",
            mimeType: "application/json",
            buffer,
          });
          const { chainId, ledger } = http.ctx.domain;
          for (const [id, text] of Object.entries({
            chainId: String(chainId),
            ledger,
            finality: "0",
            node: `${http.url}/rpc`,
          }))
            await page.fill(`#${id}`, text);
          await page.click("#verify");
          await page.locator("#result .verdict").waitFor();
          expect(await page.locator("#result h2").innerText()).to.equal("PASS");
          expect(await page.locator("#result").innerText()).to.include(CLIENT);
        } finally {
          await browser.close();
        }
      },
    );

    (chromium === undefined ? it.skip : it)(
      "verifies and saves its verdict as it does from disk",
      async () => {
        const browser = await openBrowser(chromium!);
        try {
          const page = await browser.newPage();
          page.setDefaultTimeout(0);
          const complaints: string[] = [];
          page.on("console", (message) => complaints.push(message.text()));
          page.on("pageerror", (error) => complaints.push(String(error)));
          await page.goto(`${http.url}/verify.html`);
          expect(await page.evaluate("origin")).to.equal("null");
          await page.setInputFiles("#file", {
            name: "b.json",
            mimeType: "application/json",
            buffer: Buffer.from("{}"),
          });
          await page.fill("#chainId", "1");
          await page.fill("#ledger", `0x${"12".repeat(20)}`);
          await page.click("#verify");
          await page.locator("#result .verdict").waitFor();
          expect(await page.locator("#result h2").innerText()).to.equal("FAIL");
          const [download] = await Promise.all([
            page.waitForEvent("download"),
            page.getByRole("button", { name: "Save the verdict" }).click(),
          ]);
          expect(await download.failure()).to.equal(null);
          expect(complaints).to.deep.equal([]);
        } finally {
          await browser.close();
        }
      },
    );
  });
});
