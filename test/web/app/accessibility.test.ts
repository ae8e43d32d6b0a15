// Holds every page against the rules of accessibility that axe knows, and against a phone's width, in both themes.
import { expect } from "chai";
import type { LotWithDetails } from "../../../api/lots.ts";
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

describePages("every page", (pages) => {
  for (const colorScheme of ["light", "dark"] as const)
    it(`have no serious fault of accessibility in ${colorScheme}, and fit a phone`, async () => {
      const page = await pages.visit("/", {
        colorScheme,
        isPhone: true,
        expected: [404, "ERR_INTERNET_DISCONNECTED"],
      });
      await page.getByRole("heading", { name: "Sign in" }).waitFor();
      const check = async (name: string) => {
        expect(await faultsOf(page), name).to.deep.equal([]);
        expect(await surplusWidth(page), name).to.be.at.most(0);
      };
      await check("front");
      await pages.signIn(page, "dravatronik");
      const coming = await pages.sample.expecting<LotWithDetails>(
        200,
        "GET",
        `/v1/lots/${pages.sample.lot("pellworth/PWD1A1010641")}`,
        { key: "dravatronik" },
      );
      const places: [path: string, ready: string][] = [
        [PAGES.overview, ".questions .card:last-child li"],
        [PAGES.lots, ".list tbody tr"],
        [`${PAGES.inspect}?scan=LK-42474`, ".custody li"],
        [PAGES.inspect, ".deliveries li"],
        [`${PAGES.inspect}?delivery=${coming.state.lastEvent}`, ".missing"],
        [`/lots/${pages.sample.lot("larkhill/LK-42474")}`, ".custody li"],
        [`${PAGES.ship}?state=all&direction=incoming`, ".list tbody tr"],
        [`/ship/${await incomingShipment(pages)}`, ".lines tbody tr"],
        [PAGES.shipNew, ".picked, .list tbody tr"],
        [PAGES.shipFile, ".drop"],
        [PAGES.split, "#scan"],
        [`/lots/${pages.sample.lot("larkhill/LK-42474")}?view=timeline`, ".timeline > li"],
        ["/admin/companies", ".list tbody tr"],
        ["/admin/keys", ".list tbody tr"],
        ["/admin/api-keys", ".list tbody tr"],
        ["/admin/sessions", ".list tbody tr"],
        ["/admin/lists", ".list tbody tr"],
        ["/admin/policy", ".admin-setting"],
        ["/admin/documents", ".list tbody tr, .admin-empty"],
        ["/admin/log", ".list tbody tr"],
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
      await page.keyboard.press("Escape");
      await page.getByRole("button", { name: "Camera" }).click();
      await page.locator(".camera [role=alert]").waitFor();
      await page.getByText("How you inspect").click();
      await page.context().setOffline(true);
      await pages.scan(page, "NOT-CHECKED");
      await page.locator(".verdict.unchecked").waitFor();
      await check("without a connection");
      await page.context().setOffline(false);
    });
});
