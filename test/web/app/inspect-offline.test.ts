// Inspects without a connection: what is scanned and decided waits in the browser, over a reload and a closed tab, and nothing is
// sent twice.
import { expect } from "chai";
import type { BrowserContext, Page } from "playwright-core";
import type { TrailUp } from "../../../api/lots.ts";
import { PAGES } from "../../../api/pages.ts";
import { GOODS_IN, shipTo } from "../../support/goods-in.ts";
import { openWay, type Way } from "../../support/way.ts";
import { describePages } from "../../support/page-suite.ts";

/** What a browser writes into its console about a request without an answer. */
const LOST = [
  ...["ERR_INTERNET_DISCONNECTED", "ERR_FAILED"],
  ...["ERR_CONNECTION", "ERR_INCOMPLETE", "ERR_EMPTY_RESPONSE"],
];

describePages("the page Inspect without a connection", (pages) => {
  const actionsOn = async (lot: string) => {
    const path = `/v1/lots/${lot}/trail`;
    const { items } = await pages.sample.expecting<TrailUp>(200, "GET", path, { key: GOODS_IN });
    return items.map(({ action }) => action);
  };
  const SIGNING = /\/v1\/(lots|shipments)\/0x\w+\/(inspection|hold|receipt|refusal)$/;
  const accept = async (page: Page) => {
    await page.locator(".acts").getByRole("button", { name: "Accept" }).click();
    await page.locator("dialog[open]").getByRole("button", { name: "Sign: accept" }).click();
  };
  /** Tells a page what a browser tells it whose network is back. */
  const isBack = (page: Page) => page.evaluate("dispatchEvent(new Event('online'))");
  const allSent = (page: Page) => page.locator(".waiting").waitFor({ state: "detached" });

  let way: Way;
  before(async () => {
    way = await openWay(pages.sample.service.url);
  });
  after(() => way.close());
  /** Opens a page by a way that can be cut. */
  const visitBy = (path: string, more: { keepsFiles?: true } = {}) =>
    pages.visit(way.url + path, { as: GOODS_IN, expected: LOST, others: [way.url], ...more });

  it("says that a label is not checked yet, and checks it by itself afterwards", async () => {
    const { numbers } = await shipTo(pages.sample, "AWAY", 2);
    const page = await pages.visit(`${PAGES.inspect}?scan=${numbers[0]}`, {
      as: GOODS_IN,
      expected: LOST,
    });
    await page.locator(".acts").waitFor();
    await page.context().setOffline(true);
    await page.getByText("No connection to the service.").waitFor();
    await page.getByText("before the connection was lost").waitFor();
    await pages.scan(page, numbers[1]!);
    await page.getByRole("heading", { name: "Not checked yet" }).waitFor();
    expect(await page.locator(".batch li").first().innerText()).to.include("not checked");
    expect(await page.locator(".acts").count()).to.equal(0);
    await page.context().setOffline(false);
    await page.locator(".acts").waitFor();
    expect(await page.locator(".offline").count()).to.equal(0);
  });

  it("keeps a decision over a reload and a closed tab, and sends it when the service answers", async () => {
    const { lots, numbers } = await shipTo(pages.sample, "QUEUE", 1);
    const first = await visitBy(`${PAGES.inspect}?scan=${numbers[0]}`);
    const context: BrowserContext = first.context();
    await first.locator(".acts").waitFor();
    way.loses = SIGNING;
    await accept(first);
    await first.locator(".waiting", { hasText: "Accept" }).waitFor();
    await first.locator(".rail-count", { hasText: "1" }).waitFor();
    await first.reload();
    await first.locator(".waiting", { hasText: numbers[0]! }).waitFor();
    const second = await context.newPage();
    await first.close();
    await second.goto(way.url + PAGES.lots); // it goes on wherever somebody is
    await second.locator(".rail-count", { hasText: "1" }).waitFor();
    expect(await actionsOn(lots[0]!)).to.deep.equal(["commission", "ship"]);
    way.loses = undefined;
    await isBack(second);
    await second.locator(".rail-count").waitFor({ state: "detached" });
    expect(await actionsOn(lots[0]!)).to.deep.equal(["commission", "ship", "receive"]);
    await second.goto(`${way.url}${PAGES.inspect}?scan=${numbers[0]}`);
    await second.getByText("Accepted. The service signed it").waitFor();
  });

  it("opens again while the service is away, with what waits, and sends it when the service is back", async () => {
    const { lots, numbers } = await shipTo(pages.sample, "BACK", 1);
    const page = await visitBy(`${PAGES.inspect}?scan=${numbers[0]}`, { keepsFiles: true });
    await page.locator(".acts").waitFor();
    await page.evaluate("navigator.serviceWorker.ready.then(() => null)");
    way.cut();
    await accept(page);
    await page.locator(".waiting", { hasText: "Accept" }).waitFor();
    await page.reload();
    await page.locator(".offline").waitFor();
    await page.locator(".waiting", { hasText: numbers[0]! }).waitFor();
    await page.goto(way.url + PAGES.inspect); // another address, too
    await page.locator(".waiting", { hasText: numbers[0]! }).waitFor();
    await way.mend();
    await isBack(page);
    await allSent(page);
    expect(await actionsOn(lots[0]!)).to.deep.equal(["commission", "ship", "receive"]);
  });

  it("does nothing twice where the service acted and its answer was lost", async () => {
    const { lots, numbers } = await shipTo(pages.sample, "ONCE", 1);
    const page = await pages.visit(`${PAGES.inspect}?scan=${numbers[0]}`, {
      as: GOODS_IN,
      expected: LOST,
    });
    await page.locator(".acts").waitFor();
    const keys: (string | undefined)[] = [];
    const lost = Promise.withResolvers<null>();
    await page.context().route(SIGNING, async (route) => {
      keys.push(route.request().headers()["idempotency-key"]);
      if (keys.length > 1) return route.continue();
      await route.fetch(); // the service signs, and the page never learns it
      await route.abort();
      lost.resolve(null);
    });
    await accept(page);
    await lost.promise;
    await isBack(page);
    await allSent(page);
    await page.getByText("Accepted. The service signed it").waitFor();
    expect(keys.length).to.be.above(1);
    expect(new Set(keys).size).to.equal(1);
    expect(await actionsOn(lots[0]!)).to.deep.equal(["commission", "ship", "receive"]);
  });

  it("stops at a refusal, says why, and lets somebody take it off the list", async () => {
    const { lots, numbers, shipment } = await shipTo(pages.sample, "LATE", 1);
    const page = await pages.visit(`${PAGES.inspect}?scan=${numbers[0]}`, {
      as: GOODS_IN,
      expected: [404, 409, 422],
    });
    await page.locator(".acts").waitFor();
    await pages.sample.expecting(201, "POST", `/v1/shipments/${shipment}/cancellation`, {
      key: "saebyeok",
      body: { lots: [{ lot: lots[0] }] },
    });
    await accept(page);
    await page.locator(".waiting [role=alert]").waitFor();
    await page.getByRole("button", { name: "Take off the list" }).click();
    await allSent(page);
    expect(await actionsOn(lots[0]!).catch(() => "not seen")).not.to.include("receive");
  });
});
