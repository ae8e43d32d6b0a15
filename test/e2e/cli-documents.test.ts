// Runs `reelproof document` against a service over HTTP. One party adds a file, and others fetch
// it. The command believes no answer without checking its hash.
import { expect } from "chai";
import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run as runProgram } from "../../cli/program.ts";
import * as acts from "../../server/custody/acts.ts";
import { openTestHttp, type TestHttp } from "../support/http.ts";

class Written {
  text = "";
  write(text: string): void {
    this.text += text;
  }
}
interface Ended<T> {
  code: number;
  stdout: string;
  body: T;
}
interface Document {
  hash: string;
  kind: string;
  name: string | null;
  mediaType: string;
  claims: object;
}

const PDF = Buffer.from("%PDF-1.7 certificate 7 of Northgate");
const HASH = `0x${createHash("sha256").update(PDF).digest("hex")}`;

describe("reelproof document", () => {
  let http: TestHttp;
  let folder: string;
  let file: string;

  before(async () => {
    http = await openTestHttp();
    folder = await mkdtemp(join(tmpdir(), "reelproof-cli-"));
    file = join(folder, "CoC K7T221.pdf");
    await writeFile(file, PDF);
  });
  after(async () => {
    await rm(folder, { recursive: true, force: true });
    await http.close();
  });

  async function run(
    key: string,
    args: string[],
    url = http.url,
  ): Promise<{ code: number; stdout: string; stderr: string }> {
    const [stdout, stderr] = [new Written(), new Written()];
    const env = { REELPROOF_URL: url, REELPROOF_API_KEY: http.keys[key as "maker"] };
    const code = await runProgram(args, env, stdout, stderr);
    return { code, stdout: stdout.text, stderr: stderr.text };
  }
  async function json<T>(key: string, args: string[], url?: string): Promise<Ended<T>> {
    const { code, stdout } = await run(key, [...args, "--json"], url);
    return { code, stdout, body: JSON.parse(stdout) as T };
  }
  async function failure(key: string, args: string[], url?: string) {
    const { code, body } = await json<{ error: { code: string; field?: string } }>(key, args, url);
    return [code, body.error.code, body.error.field];
  }
  const out = (name: string) => join(folder, name);

  it("adds a file once with its claims, lists it, and fetches it only for parties that an event shows it to", async () => {
    const claims = [
      "--kind",
      "coc",
      "--issuer",
      "Northgate",
      "--issued-on",
      "2026-08-31",
      "--mpn",
      "NG74",
      "--quantity",
      "12",
    ];
    const added = await json<Document>("maker", ["document", "add", file, ...claims]);
    expect(added.code).to.equal(0);
    expect(added.body).to.deep.include({
      hash: HASH,
      kind: "coc",
      name: "CoC K7T221.pdf",
      mediaType: "application/pdf",
    });
    expect(added.body.claims).to.deep.equal({ mpn: "NG74", quantity: 12 });
    expect((await json("maker", ["document", "add", file, ...claims])).body).to.deep.equal(
      added.body,
    );
    expect(await failure("maker", ["document", "add", file, "--kind", "photo"])).to.deep.equal([
      1,
      "CONFLICT",
      "kind",
    ]);

    const listed = await json<{ documents: Document[] }>("maker", ["document", "list"]);
    expect(listed.body.documents.map(({ hash }) => hash)).to.deep.equal([HASH]);
    expect((await run("maker", ["document", "list"])).stdout)
      .to.contain(HASH)
      .and.contain("Northgate");
    expect(
      (await json<{ documents: Document[] }>("distributor", ["document", "list"])).body.documents,
    ).to.deep.equal([]);

    const get = ["document", "get", HASH, "--out", out("fetched.pdf")];
    expect(await failure("distributor", get)).to.deep.equal([1, "NOT_FOUND", "hash"]);
    const maker = http.parties.maker.address;
    const lots = [{ lotNumber: "DOC-CLI", quantity: 1, details: { cocHash: HASH } }];
    const made = await acts.makeLots(http.ctx, maker, "commission", { lots });
    const consignee = http.parties.distributor.address;
    await acts.ship(http.ctx, maker, { consignee, lots: made.lots.map((lot) => ({ lot })) });
    const fetched = await run("distributor", get);
    expect([fetched.code, fetched.stderr]).to.deep.equal([0, ""]);
    expect(await readFile(out("fetched.pdf"))).to.deep.equal(PDF);
    expect(fetched.stdout).to.contain(
      "a hash proves that the file is unchanged, not that it is true",
    );
  });

  it("states in its help that a hash does not prove truth", async () => {
    const { stdout, code } = await run("maker", ["document", "--help"]);
    expect(code).to.equal(0);
    expect(stdout.replaceAll(/\s+/g, " ")).to.contain(
      "a hash proves that the file is unchanged, not that it is true",
    );
  });

  it("does not overwrite a file, and writes nothing when the fetched hash differs", async () => {
    await writeFile(out("mine.pdf"), "mine");
    const get = (to: string, hash = HASH) => ["document", "get", hash, "--out", out(to)];
    expect(await failure("maker", get("mine.pdf"))).to.deep.equal([2, "CANNOT_WRITE", "--out"]);
    expect(await readFile(out("mine.pdf"), "utf8")).to.equal("mine");
    expect(await failure("maker", get("no/such/folder"))).to.deep.equal([
      2,
      "CANNOT_WRITE",
      "--out",
    ]);
    expect(await failure("maker", get("x", "0x12"))).to.deep.equal([2, "BAD_ARGUMENT", "HASH"]);
    expect(await failure("maker", get("x", "../../etc/passwd"))).to.deep.equal([
      2,
      "BAD_ARGUMENT",
      "HASH",
    ]);
    const liar = createServer((_req, res) => res.end("%PDF-1.7 another"));
    await new Promise<void>((resolve) => liar.listen(0, "127.0.0.1", resolve));
    const url = `http://127.0.0.1:${(liar.address() as AddressInfo).port}`;
    expect(await failure("maker", get("x"), url)).to.deep.equal([1, "HASH_DIFFERS", "HASH"]);
    liar.close();
    expect(await readdir(folder)).not.to.include("x");
  });

  it("names the fault of a file, option or key", async () => {
    const add = (name: string, ...more: string[]) => [
      "document",
      "add",
      out(name),
      "--kind",
      "coc",
      ...more,
    ];
    expect(await failure("maker", add("absent.pdf"))).to.deep.equal([2, "CANNOT_READ", "FILE"]);
    await writeFile(out("page.html"), "<html>");
    expect(await failure("maker", add("page.html"))).to.deep.equal([2, "UNKNOWN_TYPE", "--type"]);
    expect(await failure("maker", add("page.html", "--type", "text/html"))).to.deep.equal([
      2,
      "USAGE",
      undefined,
    ]);
    const asPdf = await failure("maker", add("page.html", "--type", "application/pdf"));
    expect(asPdf).to.deep.equal([1, "MEDIA_TYPE_MISMATCH", "content-type"]);
    expect(await failure("maker", ["document", "add", file])).to.deep.equal([
      2,
      "USAGE",
      undefined,
    ]);
    expect(await failure("maker", ["document", "add", file, "--kind", "proof"])).to.deep.equal([
      2,
      "USAGE",
      undefined,
    ]);
    expect(
      await failure("maker", add("page.html", "--type", "text/plain", "--quantity", "-1")),
    ).to.deep.equal([1, "BAD_FIELD", "quantity"]);
    await writeFile(out("long.txt"), "x".repeat(70_000));
    expect(await failure("maker", add("long.txt"))).to.deep.equal([1, "BODY_TOO_LARGE", undefined]);
    expect(await failure("operator", add("page.html", "--type", "text/plain"))).to.deep.equal([
      1,
      "FORBIDDEN",
      undefined,
    ]);
  });
});
