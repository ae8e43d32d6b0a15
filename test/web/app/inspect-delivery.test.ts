// Inspects a whole delivery against the shipment's own lines, and closes it.
import { expect } from "chai";
import { PAGES } from "../../../api/pages.ts";
import type { ShipmentWithLots } from "../../../api/shipments.ts";
import { GOODS_IN, shipTo } from "../../support/goods-in.ts";
import { describePages } from "../../support/page-suite.ts";

describePages("a delivery on the page Inspect", (pages) => {
  it("is found among those on their way, counted by its own lines, and signed when it is closed", async () => {
    const { shipment, numbers } = await shipTo(pages.sample, "BATCH", 5);
    const other = await shipTo(pages.sample, "BESIDE", 1);
    const page = await pages.visit(PAGES.inspect, { as: GOODS_IN });
    const tally = page.locator(".tally");
    const counts = async (...words: string[]) => {
      for (const word of words)
        await tally.filter({ hasText: word }).waitFor({ state: "attached" });
    };
    await page.locator(`.deliveries a[href*="${shipment}"]`).click();
    await counts("5 missing");

    const scan = async (number: string) => {
      await pages.scan(page, number);
      await page.locator(".verdict .lot-line", { hasText: number }).waitFor();
      await page.locator(".acts").waitFor();
    };
    for (const number of numbers.slice(0, 2)) {
      await scan(number);
      await page.locator(".acts").getByRole("button", { name: "Accept" }).click();
      await page.getByText("Marked to accept").waitFor();
    }
    await scan(numbers[2]!);
    await page.locator(".acts").getByRole("button", { name: "Refuse" }).click();
    await page.getByLabel("not ordered").check();
    await page.getByRole("button", { name: "Mark to refuse" }).click();
    await page.getByText("Marked to refuse: not ordered").waitFor();
    await scan(numbers[3]!);
    await scan(numbers[3]!);
    await scan(other.numbers[0]!);
    await counts("1 twice", "1 not on the list", "1 missing");
    await page.getByText("Closing signs accepting 2 lots and refusing 1 lot.").waitFor();
    const outcomes = async () => {
      const path = `/v1/shipments/${shipment}`;
      const view = await pages.sample.expecting<ShipmentWithLots>(200, "GET", path, {
        key: GOODS_IN,
      });
      const byNumber = new Map(view.items.map((item) => [item.lotNumber, item.outcome]));
      return numbers.map((number) => byNumber.get(number));
    };
    expect(new Set(await outcomes())).to.deep.equal(new Set(["in transit"]));

    await page.reload(); // what was decided is kept
    await page.getByText("Closing signs accepting 2 lots and refusing 1 lot.").waitFor();
    await page.getByRole("button", { name: "Close the delivery" }).click();
    const dialog = page.locator("dialog[open]");
    const words = await dialog.innerText();
    expect(words).to.include(
      "2 lots, 4,000 pieces in all (BATCH-2, BATCH-1), in full and accepted",
    );
    expect(words).to.include("refuses lot BATCH-3, 2,000 pieces");
    expect(words).to.include("1 package missing");
    expect(words).to.include("2 packages without a decision");
    await dialog.getByRole("button", { name: "Sign 2 events" }).click();
    await page.locator(".batch").getByText("✓ signed: accepted").nth(1).waitFor();
    await page.locator(".batch").getByText("✓ signed: refused").waitFor();
    await page.locator(".waiting").waitFor({ state: "detached" });
    expect(await outcomes()).to.deep.equal([
      "received",
      "received",
      "refused",
      "in transit",
      "in transit",
    ]);
  });

  it("is compared with a pasted order, value by value, and shows only what somebody asks for", async () => {
    const { numbers } = await shipTo(pages.sample, "ORDER", 2);
    const page = await pages.visit(PAGES.inspect, { as: GOODS_IN });
    await page.getByText("What should come").click();
    await page.getByLabel("CSV of the order").setInputFiles({
      name: "order.csv",
      mimeType: "text/csv",
      buffer: Buffer.from(
        `Lot number;Part;Quantity\n${numbers[0]};SB25Q128JVSIQ;4000\n${numbers[1]};SB25Q128JVSIQ;2000\n`,
      ),
    });
    await page.locator(".missing").nth(1).waitFor();
    await pages.scan(page, numbers[0]!);
    const quantity = page.locator(".comparison tr", { hasText: "Quantity" });
    await quantity.waitFor();
    expect(await quantity.innerText()).to.match(/2,000\s+4,000\s+≠ differs/);
    await page.getByRole("button", { name: "1 missing" }).click();
    expect(await page.locator(".batch li").count()).to.equal(1);
    expect(await page.locator(".batch").innerText()).to.include(numbers[1]);
    await page.getByRole("button", { name: "1 missing" }).click();
    expect(await page.locator(".batch li").count()).to.equal(2);
  });

  it("marks nothing for good: a decision can be undone before the close", async () => {
    const { shipment, numbers } = await shipTo(pages.sample, "UNDO", 1);
    const page = await pages.visit(`${PAGES.inspect}?delivery=${shipment}&scan=${numbers[0]}`, {
      as: GOODS_IN,
    });
    await page.locator(".acts").waitFor();
    await page.locator("#scan").press("a");
    await page.getByText("Marked to accept").waitFor();
    await page.locator(".decided").getByRole("button").click();
    await page.locator(".acts").waitFor();
    expect(await page.getByRole("button", { name: "Close the delivery" }).isDisabled()).to.equal(
      true,
    );
  });
});
