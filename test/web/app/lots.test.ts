// Finds lots on the list, and opens one by its label.
import { expect } from "chai";
import { readFile } from "node:fs/promises";
import { PAGES } from "../../../api/pages.ts";
import { lotLink } from "../../../protocol/label/link.ts";
import { describePages } from "../../support/page-suite.ts";

describePages("the pages of lots", (pages) => {
  it("list lots as the address says, and save them as CSV", async () => {
    const page = await pages.visit(`${PAGES.lots}?q=LK`);
    await pages.signIn(page, "dravatronik");
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

  it("open a printed label's link, and say where it is of another ledger", async () => {
    const lot = pages.sample.lot("larkhill/LK-42474");
    const { chainId, ledger } = pages.sample.service.ctx.domain;
    const page = await pages.visit(lotLink(pages.sample.service.url, { lot, chainId, ledger }));
    await pages.signIn(page, "dravatronik");
    await pages.verdictOf(page).waitFor();
    expect(await page.locator("h1").innerText()).to.include("LK-42474");
    await page.locator(".custody li").first().waitFor();
    await page.goto(
      lotLink(pages.sample.service.url, { lot, chainId, ledger: `0x${"12".repeat(20)}` }),
    );
    await page.locator(".notice.tone-FAIL").waitFor();
  });
});
