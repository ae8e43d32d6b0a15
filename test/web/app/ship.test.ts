// Ships and receives on the desk's pages: by scan, short, refused, cancelled and returned.
import { expect } from "chai";
import { PAGES } from "../../../api/pages.ts";
import { describePages, type Pages } from "../../support/page-suite.ts";

/** Registers lots of Pellworth's and ships them to Dravatronik. */
async function shipped({ sample }: Pages, lotNumbers: readonly string[]): Promise<string> {
  const details = { manufacturer: "Halden Semiconductor AS", mpn: "HS-DESK", dateCode: "2620" };
  const lots = lotNumbers.map((lotNumber) => ({ lotNumber, quantity: 1000, details }));
  const key = sample.key("pellworth");
  await sample.expecting(201, "POST", "/v1/lots", { key, body: { action: "introduce", lots } });
  const body = {
    consignee: sample.party("dravatronik"),
    lots: lotNumbers.map((lot) => ({ lot: sample.lot(`pellworth/${lot}`) })),
  };
  const { hash } = await sample.expecting<{ hash: string }>(201, "POST", "/v1/shipments", {
    key,
    body,
  });
  return hash;
}

describePages("the pages of shipments", (pages) => {
  it("receive scanned lots with pieces missing, and say what zero and a surplus mean", async () => {
    const hash = await shipped(pages, ["DESK-1", "DESK-2", "DESK-3"]);
    const page = await pages.visit(`${PAGES.ship}?direction=incoming`, { as: "dravatronik" });
    await page.locator(`a[href="/ship/${hash}"]`).click();
    await page.getByText("0 of 3 lots here").waitFor();
    await pages.scan(page, "DESK-1");
    await page.getByText("DESK-1 is here").waitFor();
    await pages.scan(page, "LK-42474");
    await page.getByText("is not in this shipment").waitFor();
    const count = page.getByLabel("Pieces counted of DESK-2");
    await count.fill("0");
    await page.getByText("Zero pieces are not received").waitFor();
    await count.fill("1,200");
    await page.getByText("That is 200 more than was shipped").waitFor();
    expect(await page.getByRole("button", { name: "Receive 2 lots" }).isDisabled()).to.equal(true);
    await count.fill("990");
    await page.getByRole("button", { name: "Receive 2 lots" }).click();
    const dialog = page.locator("dialog[open]");
    expect(await dialog.innerText()).to.include(
      "1,990 pieces from Pellworth Components Inc., 10 pieces fewer",
    );
    await dialog.getByLabel("Reason").fill("counted twice");
    await dialog.getByRole("button", { name: "Sign: receive" }).click();
    await page.getByText("✓ Received 2 lots").waitFor();
    await page.getByText("10 missing").waitFor();
    expect(await page.locator(".verdict-why").innerText()).to.include("Part received");

    await pages.scan(page, "DESK-3");
    await page.getByRole("button", { name: "Refuse 1 lot" }).click();
    await dialog.getByLabel("Reason").fill("wet carton");
    await dialog.getByRole("button", { name: "Sign: refuse" }).click();
    await page.getByText("closed, part refused", { exact: false }).waitFor();

    await page.getByText("Return lots to Pellworth").click();
    await page.getByRole("button", { name: "Pick DESK-2" }).click();
    await page.getByLabel("Reason of the return").fill("pieces missing");
    await page.getByRole("button", { name: "Return 1 lot" }).click();
    expect(await dialog.innerText()).to.include("returns 1 lot (DESK-2), 990 pieces");
    await dialog.getByRole("button", { name: "Sign: return" }).click();
    await page.getByRole("heading", { name: "1 lot to Pellworth Components Inc." }).waitFor();
  });

  it("cancel a lot of a shipment, and then the rest", async () => {
    const hash = await shipped(pages, ["DESK-4", "DESK-5"]);
    const page = await pages.visit(`/ship/${hash}`, { as: "pellworth" });
    await page.getByLabel("Choose DESK-4").check();
    await page.getByRole("button", { name: "Cancel 1 lot" }).click();
    const dialog = page.locator("dialog[open]");
    expect(await dialog.innerText()).to.include("takes back 1 lot (DESK-4)");
    await dialog.getByRole("button", { name: "Sign: cancel" }).click();
    await page.getByText("✓ Cancelled 1 lot").waitFor();
    await page.getByRole("button", { name: "Cancel 1 lot" }).click();
    await dialog.getByRole("button", { name: "Sign: cancel" }).click();
    await page.locator(".verdict-why", { hasText: "Cancelled." }).waitFor();
    await page.goto(`${PAGES.ship}?state=cancelled`);
    await page.locator(`a[href="/ship/${hash}"]`).waitFor();
  });

  it("pick lots by scan and by file, and split a reel", async () => {
    const details = { manufacturer: "Halden Semiconductor AS", mpn: "HS-DESK", dateCode: "2620" };
    const lots = ["DESK-6", "DESK-7"].map((lotNumber) => ({ lotNumber, quantity: 1000, details }));
    await pages.sample.expecting(201, "POST", "/v1/lots", {
      key: pages.sample.key("pellworth"),
      body: { action: "introduce", lots },
    });
    const page = await pages.visit(PAGES.split, { as: "pellworth", expected: [404] });
    await pages.scan(page, "DESK-6");
    await page.getByLabel("New lot number 1").fill("DESK-6-A");
    await page.getByLabel("Pieces in it").fill("300");
    await page.getByText("300 of 1,000 taken, 700 stay in DESK-6.").waitFor();
    await page.getByRole("button", { name: "Split", exact: true }).click();
    await page.getByRole("button", { name: "Sign: split" }).click();
    await page.getByText("1 new lot split from DESK-6").waitFor();
    const [labels] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Save labels" }).click(),
    ]);
    expect(labels.suggestedFilename()).to.equal("labels.pdf");

    await page.goto(PAGES.shipNew);
    await pages.scan(page, "DESK-6-A");
    await page.getByText("1 lot · 300 pieces · 1 part").waitFor();
    await page.locator("input[type=file]").setInputFiles({
      name: "lots.txt",
      mimeType: "text/plain",
      buffer: Buffer.from("DESK-7\nNEVER-HELD\n"),
    });
    await page.getByText("NEVER-HELD: You hold no lot of this number.").waitFor();
    await page.getByText("2 lots · 1,300 pieces · 1 part").waitFor();
    await page.getByRole("combobox", { name: "Consignee" }).fill("Monclara");
    await page.getByRole("option", { name: /Monclara/ }).click();
    await page.getByRole("button", { name: "Ship 2 lots" }).click();
    const dialog = page.locator("dialog[open]");
    expect(await dialog.innerText()).to.include("ships 2 lots (DESK-6-A, DESK-7), 1,300 pieces");
    await dialog.getByRole("button", { name: "Sign: ship" }).click();
    await page.getByRole("heading", { name: /2 lots to Monclara/ }).waitFor();
  });
});
