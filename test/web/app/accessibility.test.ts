// Holds every page against the rules of accessibility that axe knows, and against a phone's width, in both themes.
import { expect } from "chai";
import type { Page } from "playwright-core";
import { PAGES } from "../../../api/pages.ts";
import { describePages, type Pages } from "../../support/page-suite.ts";
import { faultsOf, surplusWidth } from "../../support/pages.ts";

/** A shipment that is on its way to Dravatronik. */
async function incomingShipment({ sample }: Pages): Promise<string> {
  const path = "/v1/shipments?direction=incoming&state=open";
  const { items } = await sample.expecting<{ items: { shipment: string }[] }>(200, "GET", path, {
    key: sample.key("dravatronik"),
  });
  return items[0]!.shipment;
}

/** What may differ in the dark. */
const BY_COLOUR = ["color-contrast", "link-in-text-block"];

type Place = [path: string | ((pages: Pages) => string | Promise<string>), ready: string];
const lotAt =
  (ref: string, view = "") =>
  ({ sample }: Pages) =>
    `/lots/${sample.lot(ref)}${view && `?view=${view}`}`;
const traced = "dravatronik/GW200-2634-0117";

const PLACES: Record<string, Place> = {
  overview: [PAGES.overview, ".questions .card:last-child li"],
  lots: [PAGES.lots, ".list tbody tr"],
  "a scanned lot": [`${PAGES.inspect}?scan=LK-42474`, ".custody li"],
  "the deliveries to inspect": [PAGES.inspect, ".deliveries li"],
  "a delivery to inspect": [
    async (pages) => `${PAGES.inspect}?delivery=${await incomingShipment(pages)}`,
    ".missing",
  ],
  "a lot": [lotAt("larkhill/LK-42474"), ".custody li"],
  "a lot's timeline": [lotAt("larkhill/LK-42474", "timeline"), ".timeline > li"],
  "a lot's tree": [lotAt(traced, "tree"), ".tree-node"],
  "a lot's map": [lotAt(traced, "map"), ".world .spot"],
  "a lot's balance": [lotAt("larkhill/LK-42474", "balance"), ".balance .list"],
  "a lot's evidence": [lotAt("larkhill/LK-42474", "evidence"), ".evidence summary"],
  "a lot's report": [lotAt("larkhill/LK-42474", "report"), ".report .balance .list"],
  shipments: [`${PAGES.ship}?state=all&direction=incoming`, ".list tbody tr"],
  "a shipment": [async (pages) => `/ship/${await incomingShipment(pages)}`, ".lines tbody tr"],
  "shipping lots": [PAGES.shipNew, ".picked, .list tbody tr"],
  "a packing list": [PAGES.shipFile, ".drop"],
  splitting: [PAGES.split, "#scan"],
  trace: [PAGES.trace, ".bundle-file"],
  "many lots": [PAGES.traceMany, ".trace-many"],
  recalls: [PAGES.recalls, "h1"],
  insight: [PAGES.insight, ".insight-cards .card:last-child a"],
  "stock by part": ["/insight/stock", ".list tbody tr"],
  "origins by lens": ["/insight/origins", ".insight-bars"],
  "arrivals and promises": ["/insight/arrivals", ".insight-basis"],
  "what can be built": ["/insight/build", ".insight-form"],
  demand: ["/insight/demand", ".list tbody tr"],
  "a recall drill": ["/insight/recall", ".insight-form"],
  "the track record": ["/insight/track-record", ".insight-basis"],
  grants: [PAGES.grants, "h1"],
  companies: ["/admin/companies", ".list tbody tr"],
  "signing keys": ["/admin/keys", ".list tbody tr"],
  "API keys": ["/admin/api-keys", ".list tbody tr"],
  "signed-in browsers": ["/admin/sessions", ".list tbody tr"],
  lists: ["/admin/lists", ".list tbody tr"],
  policy: ["/admin/policy", ".admin-setting"],
  documents: ["/admin/documents", ".list tbody tr, .admin-empty"],
  "the log of operations": ["/admin/log", ".list tbody tr"],
  "the sample's people": [PAGES.choose, "h1"],
  "a wrong address": ["/no/such/page", ".empty"],
};

describePages("the pages, on a phone, have no serious fault", (pages) => {
  /** Checks a page in the light, and then what the dark changes. */
  const check = async (page: Page) => {
    expect(await faultsOf(page), "in the light").to.deep.equal([]);
    expect(await surplusWidth(page)).to.be.at.most(0);
    await page.emulateMedia({ colorScheme: "dark" });
    await page.locator('html[data-mantine-color-scheme="dark"]').waitFor();
    expect(await faultsOf(page, BY_COLOUR), "in the dark").to.deep.equal([]);
    await page.emulateMedia({ colorScheme: "light" });
    await page.locator('html[data-mantine-color-scheme="light"]').waitFor();
  };
  const EXPECTED = [404, "ERR_INTERNET_DISCONNECTED"];

  it("at the front", async () => {
    const page = await pages.visit("/", { isPhone: true });
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
    await check(page);
  });

  let page: Page | undefined;
  for (const [name, [path, ready]] of Object.entries(PLACES))
    it(`at ${name}`, async () => {
      const options = {
        isPhone: true,
        isKept: true,
        as: "dravatronik",
        expected: EXPECTED,
      } as const;
      const address = typeof path === "string" ? path : await path(pages);
      page ??= await pages.visit(PAGES.overview, options);
      await page.goto(address);
      await page.locator(ready).first().waitFor();
      await check(page);
    });

  it("at an outage, with its runway", async () => {
    const outage = await pages.visit("/insight/outage?stop=CN&days=60&asOf=2026-11-13", {
      isPhone: true,
      as: "kaivapower",
    });
    await outage.locator(".insight-runway").waitFor();
    await check(outage);
  });

  it("in a dialog, without a camera, and without a connection", async () => {
    const path = `${PAGES.inspect}?scan=DRV-UID-7626032`;
    const page = await pages.visit(path, {
      isPhone: true,
      as: "dravatronik",
      expected: EXPECTED,
    });
    await page.locator(".acts button").last().click();
    await page.locator("dialog[open]").waitFor();
    await check(page);
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Camera" }).click();
    await page.locator(".camera [role=alert]").waitFor();
    await page.getByText("How you inspect").click();
    await page.context().setOffline(true);
    await pages.scan(page, "NOT-CHECKED");
    await page.locator(".verdict.unchecked").waitFor();
    await check(page);
    await page.context().setOffline(false);
  });
});
