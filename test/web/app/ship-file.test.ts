// Registers packing lists from files: with a row that is mended in place, and from a workbook whose cells stay as they are shown.
import { expect } from "chai";
import { PAGES } from "../../../api/pages.ts";
import { describePages } from "../../support/page-suite.ts";
import { type SheetCell, workbookOf } from "../../support/workbook.ts";

const HEADER = "Maker,MPN,Batch,DC,Qty,COO,Reel,Shelf";
const row = (reel: string, quantity: string) =>
  `Halden Semiconductor AS,HS-FILE,L7001,2614,${quantity},NO,${reel},B7`;

describePages("the page Register from a file", (pages) => {
  it("register a CSV after a cell is mended in place, and ship its lots", async () => {
    const page = await pages.visit(PAGES.shipFile, { as: "pellworth", expected: [404] });
    const list = [HEADER, row("FILE-1", "3000"), row("FILE-2", "3k"), row("FILE-3", "3000")];
    await page.locator("input[type=file]").setInputFiles({
      name: "list.csv",
      mimeType: "text/csv",
      buffer: Buffer.from(list.join("\r\n")),
    });
    // Reel says which package it is only to people: the page asks, and remembers.
    await page.getByLabel("Read Reel as").selectOption("lotNumber");
    await page.getByText("✕ 1 cell to mend").waitFor();
    await page.getByText("2 rows are fine").waitFor();
    const register = page.getByRole("button", { name: "Register 2 lots" });
    expect(await register.isDisabled()).to.equal(true);
    const cell = page.getByLabel("Pieces in the package");
    expect(await cell.inputValue()).to.equal("3k");
    await cell.fill("3000");
    await page.keyboard.press("Enter");
    await page.getByText("✓ Every row can be registered").waitFor();
    await page.getByText("3 lots, 9,000 pieces, 1 part", { exact: true }).waitFor();
    await page.getByRole("button", { name: "Register 3 lots" }).click();
    const dialog = page.locator("dialog[open]");
    expect(await dialog.innerText()).to.include("introduces, 3 lots, 9,000 pieces");
    await dialog.getByRole("button", { name: "Sign: register" }).click();
    await page.getByText("✓ 3 lots registered").waitFor();
    await page.getByRole("button", { name: "Ship 3 lots" }).click();
    await page.getByRole("combobox", { name: "Consignee" }).fill("Monclara");
    await page.getByRole("option", { name: /Monclara/ }).click();
    await page.getByRole("button", { name: "Ship 3 lots" }).click();
    await dialog.getByRole("button", { name: "Sign: ship" }).click();
    await page.getByRole("heading", { name: /3 lots to Monclara/ }).waitFor();

    await page.goto(PAGES.shipFile);
    await page.locator("input[type=file]").setInputFiles({
      name: "again.csv",
      mimeType: "text/csv",
      buffer: Buffer.from([HEADER, row("FILE-1", "3000"), row("FILE-4", "2000")].join("\r\n")),
    });
    await page.getByRole("button", { name: "Register 2 lots" }).click();
    expect(await dialog.innerText()).to.include("1 lot of the list is registered already");
  });

  it("keep zeros in front, long numbers and dates of a workbook as it shows them", async () => {
    const number = (value: number, format: string): SheetCell => ({ number: value, format });
    const page = await pages.visit(PAGES.shipFile, { as: "pellworth", expected: [404] });
    await page.locator("input[type=file]").setInputFiles({
      name: "list.xlsx",
      mimeType: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
      buffer: workbookOf([
        ["Delivery of 4 June"],
        ["manufacturer", "mpn", "lot_code", "date_code", "quantity", "bag_seal_date", "package_id"],
        [
          "Halden Semiconductor AS",
          "0201",
          number(7187692, "0000000000"),
          number(514, "0000"),
          number(4000, "0"),
          number(46177, "yyyy-mm-dd"),
          "XL-000123456789012345",
        ],
      ]),
    });
    await page.getByText("✓ Every row can be registered").waitFor();
    await page.getByRole("button", { name: "Register 1 lot" }).click();
    await page.getByRole("button", { name: "Sign: register" }).click();
    await page.getByText("✓ 1 lot registered").waitFor();
    const { details, quantity } = await pages.sample.expecting<{
      details: Record<string, unknown>;
      quantity: number;
    }>(200, "GET", "/v1/lots/XL-000123456789012345", { key: pages.sample.key("pellworth") });
    expect(quantity).to.equal(4000);
    expect(details).to.include({
      mpn: "0201",
      makerLot: "0007187692",
      dateCode: "0514",
      bagSealDate: "2026-06-04",
    });
  });
});
