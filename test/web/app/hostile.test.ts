// Lets a hostile page, on another port of the same host, try to act with the session of somebody who is signed in.
import { expect } from "chai";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { PAGES } from "../../../api/pages.ts";
import { describePages } from "../../support/page-suite.ts";

describePages("a hostile page in the same browser", (pages) => {
  const server = createServer((_req, res) =>
    res
      .writeHead(200, { "content-type": "text/html" })
      .end("<!doctype html><title>Hostile</title>"),
  );
  before((done) => {
    server.listen(0, "127.0.0.1", () => done());
  });
  after((done) => {
    server.closeAllConnections();
    server.close(() => done());
  });

  it("gets nothing and changes nothing with the session of who is signed in", async () => {
    const { sample } = pages;
    const page = await pages.visit(PAGES.overview, { as: "dravatronik" });
    await page.locator(".questions").waitFor();
    const cookies = await page.context().cookies();
    expect(cookies.map(({ httpOnly, sameSite }) => [httpOnly, sameSite])).to.deep.equal([
      [true, "Strict"],
    ]);
    // In a page of its own: what it does is not what our pages do.
    const hostile = await page.context().newPage();
    await hostile.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    const keysBefore = await sample.service.ctx.prisma.apiKey.count();
    const sessionsBefore = await sample.service.ctx.prisma.session.count();
    const attempts = (await hostile.evaluate(`(async () => {
      const url = ${JSON.stringify(sample.service.url)};
      const json = { "content-type": "application/json" };
      const own = { "reelproof-page": "1" };
      const body = JSON.stringify({ scope: "admin", label: "stolen" });
      const tries = [
        ["GET", "/v1/session", {}], ["GET", "/v1/lots", own], ["GET", "/v1/live?follow=false", own],
        ["POST", "/v1/api-keys", { ...json, ...own }, body], ["POST", "/v1/api-keys", { "content-type": "text/plain" }, body],
        ["DELETE", "/v1/session?everywhere=true", own], ["POST", "/v1/session", { "content-type": "text/plain" }, "{}"],
        ["POST", "/v1/session/start", { "content-type": "text/plain" }, '{"token":"x"}'],
        ["POST", "/v1/session/wallet", { "content-type": "text/plain" }, '{"message":"x","signature":"0x"}'],
      ];
      const read = [];
      for (const [method, path, headers, body] of tries)
        for (const mode of ["cors", "no-cors"])
          try {
            const answer = await fetch(url + path, { method, headers, body, mode, credentials: "include" });
            read.push(mode + " " + method + " " + path + " " + answer.status + " " + (await answer.text()).slice(0, 40));
          } catch { /* the browser refused */ }
      const form = document.createElement("form");
      form.method = "post"; form.enctype = "text/plain"; form.action = url + "/v1/session/start";
      return read.filter((line) => !/ 0 $/.test(line));
    })()`)) as string[];
    expect(attempts).to.deep.equal([]);
    expect(await sample.service.ctx.prisma.apiKey.count()).to.equal(keysBefore);
    expect(await sample.service.ctx.prisma.session.count()).to.equal(sessionsBefore);
    await hostile.close();
    await page.reload();
    await page.locator(".questions").waitFor();
  });
});
