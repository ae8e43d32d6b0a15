// Gets the pages as they are built and served: their size, their policy, and what stands at wrong addresses.
import { expect } from "chai";
import { readdir, readFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";
import { describePages } from "../../support/page-suite.ts";

const BUILT = new URL("../../../web/dist/pages/", import.meta.url);
const MOST_FIRST_BYTES = 250_000;

describe("the first page's script", () => {
  it(`is below ${MOST_FIRST_BYTES} bytes, compressed`, async () => {
    const html = await readFile(new URL("index.html", BUILT), "utf8");
    const names = [...html.matchAll(/(?:src|href)="\/(assets\/[^"]+\.js)"/g)].map(
      (match) => match[1]!,
    );
    expect(names).not.to.deep.equal([]);
    let bytes = 0;
    for (const name of names) bytes += gzipSync(await readFile(new URL(name, BUILT))).length;
    expect(bytes).to.be.below(MOST_FIRST_BYTES);
  });
});

describePages("the pages as they are served", (pages) => {
  it("answer a browser at a wrong address with a page, and a program with a problem", async () => {
    const page = await pages.visit("/no/such/page", { expected: [404] });
    await pages.signIn(page, "dravatronik");
    await page.getByRole("heading", { name: "There is no page at this address" }).waitFor();
    const browserLike = { accept: "text/html,application/xhtml+xml,*/*;q=0.8" };
    const ask = (path: string, headers: Record<string, string>) =>
      fetch(pages.sample.service.url + path, { headers });
    const wrong = await ask("/no/such/page", browserLike);
    expect([wrong.status, wrong.headers.get("content-type")]).to.deep.equal([
      404,
      "text/html; charset=utf-8",
    ]);
    for (const path of ["/no/such/page", "/v1/no-such"]) {
      const headers = path.startsWith("/v1") ? browserLike : { accept: "*/*" };
      const answer = await ask(path, headers);
      expect(answer.status).to.equal(404);
      expect(answer.headers.get("content-type"), path).to.include("application/problem+json");
    }
  });

  it("are served with a strict policy, and files that caches keep, compressed beforehand", async () => {
    const home = await fetch(`${pages.sample.service.url}/`);
    const policy = home.headers.get("content-security-policy")!;
    expect(policy).to.include("default-src 'none'; script-src 'self'; style-src 'self' 'nonce-");
    expect(policy).not.to.include("unsafe");
    const again = await fetch(`${pages.sample.service.url}/`);
    expect(again.headers.get("content-security-policy")).not.to.equal(policy);
    const html = await home.text();
    expect(html).not.to.match(/<script(?![^>]* src=)|<style| style=| on\w+=/);
    const names = (await readdir(new URL("assets/", BUILT))).filter((name) =>
      /\.(js|css)$/.test(name),
    );
    for (const name of names) {
      const file = await fetch(`${pages.sample.service.url}/assets/${name}`, {
        headers: { "accept-encoding": "br" },
      });
      expect(file.headers.get("content-encoding")).to.equal("br");
      expect(file.headers.get("cache-control")).to.equal("public, max-age=31536000, immutable");
      expect(file.headers.get("content-type")).to.match(/^text\/(javascript|css); charset=utf-8$/);
      expect(await file.text()).to.equal(await readFile(new URL(`assets/${name}`, BUILT), "utf8"));
    }
    expect((await fetch(`${pages.sample.service.url}/assets/..%2Findex.html`)).status).to.equal(
      404,
    );
  });

  it("name to the browser every file to keep, in a script that it asks for again", async () => {
    const answer = await fetch(`${pages.sample.service.url}/service-worker.js`);
    expect(answer.headers.get("cache-control")).to.equal("no-cache");
    expect(answer.headers.get("content-security-policy")).to.equal(
      "default-src 'none'; connect-src 'self'",
    );
    expect(answer.headers.get("content-type")).to.equal("text/javascript; charset=utf-8");
    const script = await answer.text();
    const kept = new Set([...script.matchAll(/\/assets\/[\w.-]+/g)].map(([name]) => name));
    const files = (await readdir(new URL("assets/", BUILT))).filter(
      (name) => !/\.(br|gz)$/.test(name),
    );
    expect([...kept].sort()).to.deep.equal(files.map((name) => `/assets/${name}`).sort());
  });
});
