// Decides on the page Inspect: by button and by key, with reasons and photos. What is signed is looked up in the service.
import { expect } from "chai";
import type { Page } from "playwright-core";
import type { DocumentInfo } from "../../../api/documents.ts";
import type { LotWithDetails, TrailUp } from "../../../api/lots.ts";
import { PAGES } from "../../../api/pages.ts";
import type { ShipmentWithLots } from "../../../api/shipments.ts";
import { GOODS_IN, labelPng, shipTo, TEST_PIECES } from "../../support/goods-in.ts";
import { describePages } from "../../support/page-suite.ts";

describePages("decisions on the page Inspect", (pages) => {
  const get = <T>(path: string) => pages.sample.expecting<T>(200, "GET", path, { key: GOODS_IN });
  const eventsOf = async (lot: string, key = GOODS_IN) =>
    (await pages.sample.expecting<TrailUp>(200, "GET", `/v1/lots/${lot}/trail`, { key })).items.map(
      ({ action, details, entries }) => ({
        action,
        ...details,
        ...entries.find((entry) => entry.lot === lot)?.details,
      }),
    );
  const dialogOf = (page: Page) => page.locator("dialog[open]");
  /** Waits until nothing is left to send. */
  const signed = (page: Page, word: string) =>
    page.locator(".decided", { hasText: `${word}. The service signed it` }).waitFor();

  it("receives a lot and puts it on hold with a reason and a photo, which becomes a document", async () => {
    const { lots, numbers } = await shipTo(pages.sample, "HOLD", 1);
    const lot = lots[0]!;
    const page = await pages.visit(`${PAGES.inspect}?scan=${numbers[0]}`, { as: GOODS_IN });
    await page.locator(".acts").getByRole("button", { name: "Hold" }).click();
    const dialog = dialogOf(page);
    expect(await dialog.innerText()).to.include(
      `received lot ${numbers[0]}, ${TEST_PIECES.toLocaleString("en-US")} pieces, and puts it on hold`,
    );
    const sign = dialog.getByRole("button", { name: "Sign: hold" });
    expect(await sign.isDisabled()).to.equal(true);
    await dialog.getByLabel("seal broken").check();
    await dialog.getByLabel("Remarks").fill("cut on the left side");
    const photo = await labelPng(pages.sample, lot);
    await dialog.getByLabel("Photos").setInputFiles([
      { name: "left.png", mimeType: "image/png", buffer: photo },
      { name: "right.png", mimeType: "image/png", buffer: photo },
    ]);
    await dialog.locator(".thumbnail").nth(1).waitFor();
    await sign.click();
    await signed(page, "Put on hold");

    const { held, inTransit } = await get<LotWithDetails>(`/v1/lots/${lot}`);
    expect({ held, inTransit }).to.deep.equal({ held: true, inTransit: false });
    const [receipt, hold] = (await eventsOf(lot)).slice(-2);
    expect(receipt).to.deep.include({ action: "receive", inspectionResult: "conditional" });
    expect(hold).to.deep.include({
      action: "hold",
      reason: "seal broken",
      remarks: "cut on the left side",
      sealIntact: false,
    });
    const { said, namedBy } = await get<DocumentInfo>(
      `/v1/documents/${hold!["photoHash" as never] as string}`,
    );
    expect(said[0]).to.include({ kind: "photo", mediaType: "image/jpeg", name: "hold HOLD-1.jpg" });
    expect(namedBy.map(({ field }) => field)).to.deep.equal(["photoHash"]);
    await page.locator("#documents + ul").getByText("hold HOLD-1.jpg").waitFor();
  });

  it("refuses a lot with a reason of somebody's own words", async () => {
    const { shipment, lots, numbers } = await shipTo(pages.sample, "REFUSE", 1);
    const page = await pages.visit(`${PAGES.inspect}?scan=${numbers[0]}`, {
      as: GOODS_IN,
      expected: [404],
    });
    await page.locator(".acts").getByRole("button", { name: "Refuse" }).click();
    const dialog = dialogOf(page);
    await dialog.getByLabel("another reason").check();
    await dialog.getByLabel("The reason in your words").fill("came two weeks late");
    await page.keyboard.press("Enter"); // a scan that lands in the field signs nothing
    await dialog.getByRole("button", { name: "Sign: refuse" }).click();
    await signed(page, "Refused");
    const { items } = await get<ShipmentWithLots>(`/v1/shipments/${shipment}`);
    expect(items[0]!.outcome).to.equal("refused");
    expect((await eventsOf(lots[0]!, "saebyeok")).at(-1)).to.deep.include({
      action: "refuse",
      reason: "came two weeks late",
      inspectionResult: "rejected",
    });
    await page.reload();
    await page.getByText("You refused REFUSE-1.").waitFor();
  });

  it("acts by a letter in the empty field, not by a scan that begins with it, and not while a dialog asks", async () => {
    const { lots, numbers } = await shipTo(pages.sample, "HKEY", 2);
    const page = await pages.visit(`${PAGES.inspect}?scan=${numbers[0]}`, { as: GOODS_IN });
    await page.locator(".acts").waitFor();
    await page.keyboard.type(numbers[1]!); // begins with H
    await page.keyboard.press("Enter");
    await page.locator(".lot-line", { hasText: numbers[1]! }).waitFor();
    await page.locator(".acts").waitFor();
    expect(await dialogOf(page).count()).to.equal(0);

    await page.keyboard.press("h");
    await dialogOf(page).waitFor();
    await page.keyboard.press("Escape");
    await dialogOf(page).waitFor({ state: "detached" });

    await page.keyboard.press("a");
    await dialogOf(page).getByText("in full and accepted").waitFor();
    await page.keyboard.type(numbers[0]!); // a reel that is scanned while the dialog asks
    await page.keyboard.press("Enter");
    expect(await dialogOf(page).count()).to.equal(1);
    await dialogOf(page).getByRole("button", { name: "Sign: accept" }).click();
    await signed(page, "Accepted");
    expect((await eventsOf(lots[1]!)).at(-1)).to.include({ action: "receive" });
    expect(await page.locator("#scan").inputValue()).to.equal("");
  });

  it("leaves letters to the field where somebody switched them off, and still acts with Alt", async () => {
    const { numbers } = await shipTo(pages.sample, "RKEY", 1);
    const page = await pages.visit(`${PAGES.inspect}?scan=${numbers[0]}`, { as: GOODS_IN });
    await page.locator(".acts").waitFor();
    await page.getByText("How you inspect").click();
    await page.getByLabel("Letter keys").uncheck();
    await page.reload();
    await page.locator(".acts").waitFor();
    await page.locator("#scan").press("r");
    expect(await page.locator("#scan").inputValue()).to.equal("r");
    await page.keyboard.press("Alt+KeyR");
    await dialogOf(page).waitFor();
    expect(await page.locator("#scan").inputValue()).to.equal("r");
  });

  it("keeps sound off until somebody chooses it, and remembers the choice", async () => {
    const page = await pages.visit(PAGES.inspect, { as: GOODS_IN });
    await page.getByText("How you inspect").click();
    const sound = page.getByLabel("Sound");
    expect(await sound.isChecked()).to.equal(false);
    await sound.check();
    await page.reload();
    await page.getByText("How you inspect").click();
    expect(await sound.isChecked()).to.equal(true);
  });
});
