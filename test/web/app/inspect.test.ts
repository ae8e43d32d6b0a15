// Inspects lots on the page of goods-in: by scanner, as a delivery against its order, and with a right to read alone.
import { expect } from "chai";
import { PAGES } from "../../../api/pages.ts";
import { GOODS_IN, shipTo } from "../../support/goods-in.ts";
import { describePages } from "../../support/page-suite.ts";

describePages("the page Inspect", (pages) => {
  it("count a delivery: what is twice, missing and not on the list", async () => {
    const { numbers } = await shipTo(pages.sample, "COUNT", 2);
    const [first, second] = numbers as [string, string];
    const page = await pages.visit(PAGES.inspect, { as: GOODS_IN });
    await page.locator("#scan").waitFor();
    expect(await page.evaluate("document.activeElement.id")).to.equal("scan");
    await page.getByText("What should come").click();
    await page.getByLabel("Lot numbers of the order").fill(`${first}\nNEVER-CAME`);
    await page.getByRole("button", { name: "Compare with this list" }).click();
    for (const text of [first, second, first]) {
      await pages.scan(page, text);
      await pages.verdictOf(page).waitFor();
    }
    const tally = page.locator(".tally");
    await tally.filter({ hasText: "1 not on the list" }).waitFor(); // a scan is checked before it is counted
    for (const part of ["1 twice", "1 missing", "1 not on the list"])
      expect(await tally.innerText()).to.include(part);
  });

  it("take a scan wherever its keystrokes land", async () => {
    const page = await pages.visit(PAGES.inspect, { as: "dravatronik" });
    await page.locator("#scan").waitFor();
    await page.evaluate("document.activeElement.blur()");
    await page.keyboard.type("LK-42474");
    await page.keyboard.press("Enter");
    await pages.verdictOf(page).waitFor();
    expect(page.url()).to.include("scan=LK-42474");
  });

  it("turns to FAIL where somebody altered the database, and names the row", async () => {
    const { numbers } = await shipTo(pages.sample, "ALTERED", 1);
    const { prisma } = pages.sample.service.ctx;
    const page = await pages.visit(`${PAGES.inspect}?scan=${numbers[0]}`, { as: GOODS_IN });
    await page.locator(".acts").waitFor();
    expect(await pages.verdictOf(page).innerText()).not.to.include("FAIL");
    const { hash, details } = await prisma.event.findFirstOrThrow({
      where: { details: { contains: numbers[0]! } },
    });
    const altered = details!.replace('"dateCode":"2640"', '"dateCode":"2645"');
    expect(altered).not.to.equal(details);
    try {
      await prisma.event.update({ where: { hash }, data: { details: altered } });
      await page.reload();
      await page.locator(".verdict.tone-FAIL").waitFor();
      expect(await page.locator(".verdict-why").innerText()).to.include("database row");
      const finding = page.locator(".finding.tone-FAIL").first();
      await finding.getByText("Evidence").click();
      const evidence = await finding.innerText();
      expect(evidence).to.include("ROW_ALTERED");
      expect(evidence).to.include(hash.slice(0, 8));
      // What failed is accepted only as a concession, with a reason.
      await page.locator(".acts").getByRole("button", { name: "Accept" }).click();
      await page.getByText("Accepting it nevertheless is a concession").waitFor();
    } finally {
      await prisma.event.update({ where: { hash }, data: { details } });
    }
  });

  it("show no act to a key that may only read, nor to the operator", async () => {
    const page = await pages.visit(`${PAGES.inspect}?scan=LK-42474`, { as: "operator" });
    await pages.verdictOf(page).waitFor();
    await page.locator("#findings").waitFor();
    expect(await page.locator(".acts").count()).to.equal(0);
  });
});
