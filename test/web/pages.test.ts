// Works with the service's pages in a real browser, on the sample: the first minute, inspection, lots, sign-in, and what holds
// for every page. One service and one browser serve all cases.
import { expect } from "chai";
import { readdir, readFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";
import type { Browser, Page } from "playwright-core";
import type { LotView } from "../../api/lots.ts";
import { PAGES } from "../../api/pages.ts";
import { lotLink } from "../../protocol/label/link.ts";
import { labelText } from "../../protocol/label/write.ts";
import { chromiumHere, openBrowser } from "../support/browser.ts";
import { faultsOf, type OpenPage, openPage, surplusWidth } from "../support/pages.ts";
import { openSampleService, type SampleService } from "../support/sample-service.ts";

const BUILT = new URL("../../web/dist/pages/", import.meta.url);
const MOST_FIRST_BYTES = 250_000;
const chromium = chromiumHere();

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

(chromium === undefined ? describe.skip : describe)("the pages", () => {
  let sample: SampleService;
  let browser: Browser;
  let open: OpenPage | undefined;

  before(async () => {
    [sample, browser] = await Promise.all([openSampleService(), openBrowser(chromium!)]);
  });
  after(async () => {
    await browser?.close();
    await sample?.close();
  });
  afterEach(async () => {
    const last = open;
    open = undefined;
    await last?.close();
  });

  async function visit(path: string, options?: Parameters<typeof openPage>[2]): Promise<Page> {
    open = await openPage(browser, sample.service.url, options);
    await open.page.goto(path);
    return open.page;
  }
  async function signIn(page: Page, party: string): Promise<void> {
    await page.getByLabel("API key", { exact: true }).fill(sample.key(party));
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("navigation", { name: "Pages" }).waitFor();
  }
  /** Scans as a scanner does: keystrokes and Enter. */
  async function scan(page: Page, text: string): Promise<void> {
    await page.locator("#scan").fill(text);
    await page.keyboard.press("Enter");
  }
  const verdictOf = (page: Page) => page.locator(".verdict-word").first();

  it("lead a newcomer from the start's link to a verdict, and sign a hold", async () => {
    const page = await visit(sample.service.startLink!);
    await page.getByRole("heading", { name: "As whom do you want to look?" }).waitFor();
    expect(page.url()).not.to.include("start=");
    expect(await page.locator(".person strong").allInnerTexts()).to.deep.equal([
      "Quality engineer at Dravatronik",
      "Distributor Pellworth",
      "Auditor",
      "Operator",
    ]);
    await page.getByRole("button", { name: /^Quality engineer/ }).click();
    await verdictOf(page).waitFor();
    expect(await verdictOf(page).innerText()).to.match(/^WARN/);

    const reel = sample.lot("dravatronik/DRV-UID-7626032");
    const { lotNumber, mpn, quantity, makerLot } = await sample.expecting<LotView>(
      200,
      "GET",
      `/v1/lots/${reel}`,
      { key: "dravatronik" },
    );
    const label = { lotNumber, mpn, quantity, makerLot } as Parameters<typeof labelText>[0];
    await scan(page, labelText(label));
    await page.getByRole("link", { name: "DRV-UID-7626032" }).first().waitFor();
    expect(await page.locator("#compared").count()).to.equal(1);
    await page.getByRole("button", { name: /^Put on hold/ }).click();
    await page.getByText("Dravatronik d.o.o. signs that lot DRV-UID-7626032").waitFor();
    await page.getByLabel("Reason").fill("bag torn");
    await page.getByRole("button", { name: "Sign: put on hold" }).click();
    await page.getByText("Put on hold. The service signed it").waitFor();
    const { held } = await sample.expecting<{ held: boolean }>(200, "GET", `/v1/lots/${reel}`, {
      key: "dravatronik",
    });
    expect(held).to.equal(true);
    await page.getByRole("button", { name: /^Release from hold/ }).waitFor();
  });

  it("count a delivery: what is twice, missing and not on the list", async () => {
    const page = await visit(PAGES.inspect);
    await signIn(page, "dravatronik");
    await page.goto(PAGES.inspect);
    await page.locator("#scan").waitFor();
    expect(await page.evaluate("document.activeElement.id")).to.equal("scan");
    await page.getByText("What should come").click();
    await page.getByLabel("Lot numbers of the order").fill("LK-42474\nNEVER-CAME");
    await page.getByRole("button", { name: "Compare with this list" }).click();
    for (const text of ["LK-42474", "DRV-UID-7626032", "LK-42474"]) {
      await scan(page, text);
      await verdictOf(page).waitFor();
    }
    const tally = page.locator(".tally");
    await page.waitForFunction("!document.querySelector('.batch')?.innerText.includes('checking')");
    for (const part of ["1 scanned twice", "1 missing", "1 not on the list"])
      expect(await tally.innerText()).to.include(part);
  });

  it("take a scan wherever its keystrokes land", async () => {
    const page = await visit(PAGES.inspect);
    await signIn(page, "dravatronik");
    await page.goto(PAGES.inspect);
    await page.locator("#scan").waitFor();
    await page.evaluate("document.activeElement.blur()");
    await page.keyboard.type("LK-42474");
    await page.keyboard.press("Enter");
    await verdictOf(page).waitFor();
    expect(page.url()).to.include("scan=LK-42474");
  });

  it("open a printed label's link, and say where it is of another ledger", async () => {
    const lot = sample.lot("larkhill/LK-42474");
    const { chainId, ledger } = sample.service.ctx.domain;
    const page = await visit(lotLink(sample.service.url, { lot, chainId, ledger }));
    await signIn(page, "dravatronik");
    await verdictOf(page).waitFor();
    expect(await page.locator("h1").innerText()).to.include("LK-42474");
    await page.locator(".custody li").first().waitFor();
    await page.goto(lotLink(sample.service.url, { lot, chainId, ledger: `0x${"12".repeat(20)}` }));
    await page.locator(".notice.tone-FAIL").waitFor();
  });

  it("refuse an API key that is not valid, in a sentence", async () => {
    const page = await visit("/", { expected: [401] });
    await page.getByLabel("API key", { exact: true }).fill("rp_wrong");
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByText("This API key is not valid").waitFor();
  });

  it("list lots as the address says, and save them as CSV", async () => {
    const page = await visit(`${PAGES.lots}?q=LK`);
    await signIn(page, "dravatronik");
    await page.locator(".list tbody tr").first().waitFor();
    expect(await page.locator("input[type=search]").inputValue()).to.equal("LK");
    await page.getByText("On hold", { exact: true }).first().click();
    await page.waitForURL(/held=true/);
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Save as CSV" }).click(),
    ]);
    const csv = await readFile(await download.path(), "utf8");
    expect(csv).to.match(/^lot number,manufacturer,part/);
  });

  it("show no act to a key that may only read, nor to the operator", async () => {
    const page = await visit("/");
    await signIn(page, "operator");
    await page.goto(`${PAGES.inspect}?scan=LK-42474`);
    await verdictOf(page).waitFor();
    await page.locator("#findings").waitFor();
    expect(await page.locator(".acts").count()).to.equal(0);
  });

  it("sign out, and then show nothing", async () => {
    const page = await visit(PAGES.lots);
    await signIn(page, "dravatronik");
    await page.getByRole("button", { name: /Dravatronik/ }).click();
    await page.getByRole("menuitem", { name: "Sign out", exact: true }).click();
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
    await page.goto(PAGES.lots);
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
  });

  it("answer a browser at a wrong address with a page, and a program with a problem", async () => {
    const page = await visit("/no/such/page", { expected: [404] });
    await signIn(page, "dravatronik");
    await page.getByRole("heading", { name: "There is no page at this address" }).waitFor();
    const browserLike = { accept: "text/html,application/xhtml+xml,*/*;q=0.8" };
    const ask = (path: string, headers: Record<string, string>) =>
      fetch(sample.service.url + path, { headers });
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
    const home = await fetch(`${sample.service.url}/`);
    const policy = home.headers.get("content-security-policy")!;
    expect(policy).to.include("default-src 'none'; script-src 'self'; style-src 'self' 'nonce-");
    expect(policy).not.to.include("unsafe");
    const again = await fetch(`${sample.service.url}/`);
    expect(again.headers.get("content-security-policy")).not.to.equal(policy);
    const html = await home.text();
    expect(html).not.to.match(/<script(?![^>]* src=)|<style| style=| on\w+=/);
    const names = (await readdir(new URL("assets/", BUILT))).filter((name) =>
      /\.(js|css)$/.test(name),
    );
    for (const name of names) {
      const file = await fetch(`${sample.service.url}/assets/${name}`, {
        headers: { "accept-encoding": "br" },
      });
      expect(file.headers.get("content-encoding")).to.equal("br");
      expect(file.headers.get("cache-control")).to.equal("public, max-age=31536000, immutable");
      expect(file.headers.get("content-type")).to.match(/^text\/(javascript|css); charset=utf-8$/);
      expect(await file.text()).to.equal(await readFile(new URL(`assets/${name}`, BUILT), "utf8"));
    }
    expect((await fetch(`${sample.service.url}/assets/..%2Findex.html`)).status).to.equal(404);
  });

  for (const colorScheme of ["light", "dark"] as const)
    it(`have no serious fault of accessibility in ${colorScheme}, and fit a phone`, async () => {
      const page = await visit("/", { colorScheme, isPhone: true, expected: [404] });
      await page.getByRole("heading", { name: "Sign in" }).waitFor();
      const check = async (name: string) => {
        expect(await faultsOf(page), name).to.deep.equal([]);
        expect(await surplusWidth(page), name).to.be.at.most(0);
      };
      await check("front");
      await signIn(page, "dravatronik");
      const places: [path: string, ready: string][] = [
        [PAGES.overview, ".questions .card:last-child li"],
        [PAGES.lots, ".list tbody tr"],
        [`${PAGES.inspect}?scan=LK-42474`, ".custody li"],
        [`/lots/${sample.lot("larkhill/LK-42474")}`, ".custody li"],
        [PAGES.sessions, ".list tbody tr"],
        [PAGES.choose, "h1"],
        ["/no/such/page", ".empty"],
      ];
      for (const [path, ready] of places) {
        await page.goto(path);
        await page.locator(ready).first().waitFor();
        await check(path);
      }
      await page.goto(`${PAGES.inspect}?scan=DRV-UID-7626032`);
      await page.locator(".acts button").last().click();
      await page.locator("dialog[open]").waitFor();
      await check("dialog");
    });
});
