// Leads a newcomer from the link that a start prints to a verdict and a signed hold.
import { expect } from "chai";
import type { LotView } from "../../../api/lots.ts";
import { labelText } from "../../../protocol/label/write.ts";
import { describePages } from "../../support/page-suite.ts";

describePages("the first minute", (pages) => {
  it("lead a newcomer from the start's link to a verdict, and sign a hold", async () => {
    const page = await pages.visit(pages.sample.service.startLink!);
    await page.getByRole("heading", { name: "As whom do you want to look?" }).waitFor();
    expect(page.url()).not.to.include("start=");
    expect(await page.locator(".person strong").allInnerTexts()).to.deep.equal([
      "Quality engineer at Dravatronik",
      "Distributor Pellworth",
      "Auditor",
      "Planner at Kaiva Power",
      "Operator",
    ]);
    await page.getByRole("button", { name: /^Quality engineer/ }).click();
    await pages.verdictOf(page).waitFor();
    expect(await pages.verdictOf(page).innerText()).to.match(/^WARN/);

    const reel = pages.sample.lot("dravatronik/DRV-UID-7626032");
    const { lotNumber, mpn, quantity, makerLot } = await pages.sample.expecting<LotView>(
      200,
      "GET",
      `/v1/lots/${reel}`,
      { key: "dravatronik" },
    );
    const label = { lotNumber, mpn, quantity, makerLot } as Parameters<typeof labelText>[0];
    await pages.scan(page, labelText(label));
    await page.getByRole("link", { name: "DRV-UID-7626032" }).first().waitFor();
    expect(await page.locator("#compared").count()).to.equal(1);
    await page.locator(".acts").getByRole("button", { name: "Hold" }).click();
    const dialog = page.locator("dialog[open]");
    await dialog.getByText("lot DRV-UID-7626032").first().waitFor();
    await dialog.getByLabel("seal broken").check();
    await dialog.getByRole("button", { name: "Sign: hold" }).click();
    await page.getByText("Put on hold. The service signed it").waitFor();
    const { held } = await pages.sample.expecting<{ held: boolean }>(
      200,
      "GET",
      `/v1/lots/${reel}`,
      {
        key: "dravatronik",
      },
    );
    expect(held).to.equal(true);
    await page.locator(".acts").getByRole("button", { name: "Release" }).waitFor();
  });
});
