// Shows two people and two tabs what others do, live, and only what each may see. Signing out ends every tab.
import { expect } from "chai";
import { PAGES } from "../../../api/pages.ts";
import * as acts from "../../../server/custody/acts.ts";
import { describePages } from "../../support/page-suite.ts";

describePages("pages that follow live", (pages) => {
  it("show each person the shipment that it may see, in every tab, and nothing to others", async () => {
    const { ctx } = pages.sample.service;
    const [maker, buyer] = [pages.sample.party("larkhill"), pages.sample.party("dravatronik")];
    const tabs = await Promise.all([
      pages.visit(PAGES.overview, { as: "dravatronik" }),
      pages.visit(PAGES.overview, { as: "dravatronik" }),
      pages.visit(PAGES.overview, { as: "pellworth" }),
    ]);
    for (const page of tabs) await page.getByText("● live").waitFor();
    const [other] = tabs.slice(2);
    await other!.locator(".questions .card:last-child li").first().waitFor();
    await pages.loaded(other!);
    const before = await other!.locator(".questions").innerText();
    const lots = [
      {
        lotNumber: "LIVE-1",
        quantity: 10,
        details: { manufacturer: "Larkhill", mpn: "LIVE-PART", makerLot: "L1" },
      },
    ];
    const made = await acts
      .makeLots(ctx, maker, "commission", { lots })
      .catch(() => acts.makeLots(ctx, maker, "introduce", { lots }));
    await acts.ship(ctx, maker, { consignee: buyer, lots: [{ lot: made.lots[0]! }], details: {} });
    for (const page of tabs.slice(0, 2))
      await page
        .locator(".card", { hasText: "What is coming" })
        .getByText("1 lot", { exact: true })
        .waitFor();
    // The other company's page was told of blocks at most, which the chain publishes: no lot of it changed.
    expect(await other!.locator(".questions").innerText()).to.equal(before);
  });

  it("say that they are not live, and follow again", async () => {
    const page = await pages.visit(PAGES.overview, {
      as: "pellworth",
      expected: ["ERR_INTERNET_DISCONNECTED"],
    });
    await page.getByText("● live").waitFor();
    await page.context().setOffline(true);
    await page.getByText("○ not live since").waitFor();
    await page.context().setOffline(false);
    await page.getByText("● live").waitFor();
  });

  it("show the first page in every tab as soon as one signs out everywhere", async () => {
    const first = await pages.visit("/");
    await pages.signIn(first, "larkhill");
    const second = await first.context().newPage();
    await second.goto(PAGES.overview);
    await second.getByText("● live").waitFor();
    await first.getByRole("button", { name: /Larkhill/ }).click();
    await first.getByRole("menuitem", { name: "Sign out in every browser" }).click();
    await second.getByRole("heading", { name: "Sign in" }).waitFor();
  });
});
