// Answers the questions of insight on the pages, as a planner asks them: with the sample's figures, and with words where there is
// too little to say.
import { expect } from "chai";
import type { Page } from "playwright-core";
import { PAGES } from "../../../api/pages.ts";
import { describePages } from "../../support/page-suite.ts";

const cellsOf = (page: Page, row: string) =>
  page.locator(".list tbody tr", { hasText: row }).first().locator("th, td").allInnerTexts();

describePages("the pages of insight", (pages) => {
  it("say first what needs attention, and lead to each answer", async () => {
    const page = await pages.visit(PAGES.insight, { as: "dravatronik", isKept: true });
    await page.getByText(/You hold \d+ part numbers in \d+ lots/).waitFor();
    await page.getByText(/1 shipment is on the way/).waitFor();
    const card = page.locator(".card", { hasText: "What you hold" });
    await card.getByRole("link").click();
    await page.getByRole("heading", { name: "Stock", level: 1 }).waitFor();
    await page.goto("/insight/constructor");
    await page.getByText("There is no such question").waitFor();
  });

  it("state stock that adds up, with the lots", async () => {
    const page = await pages.visit("/insight/stock", { as: "dravatronik" });
    await page.locator(".list tbody tr").first().waitFor();
    const cells = await cellsOf(page, "HM32L031K6U6");
    expect(cells.slice(1)).to.deep.equal(["0", "300", "0", "300", "300", "0", "0", "0", "0"]);
    expect(await page.locator(".insight-basis").innerText()).to.match(/From \d+ events/);
    const saving = page.waitForEvent("download");
    await page.getByRole("button", { name: "Save as CSV" }).first().click();
    expect((await saving).suggestedFilename()).to.equal("stock.csv");
  });

  it("work out a build, and name the lots that are left out and why", async () => {
    const page = await pages.visit("/insight/build", { as: "dravatronik", isKept: true });
    await page.getByLabel("Product (its part number)").fill("DTK-GW200-C");
    await page.getByLabel("Units wanted").fill("500");
    await page.getByRole("button", { name: "What can be built?" }).click();
    await page.getByText(/You can start \d+ units of DTK-GW200-C/).waitFor();
    const left = await page.locator("td[data-title='Left out']").allInnerTexts();
    expect(left.join(" ")).to.contain("FLOOR_LIFE_USED");
  });

  it("tell origins by lens, with what is not shown", async () => {
    const page = await pages.visit("/insight/origins", { as: "dravatronik", isKept: true });
    await page.locator(".insight-bars").waitFor();
    await page.getByRole("combobox", { name: "Origin by" }).click();
    await page.getByRole("option", { name: "Package", exact: true }).click();
    await page.getByText(/by the country of packaging/).waitFor();
    expect(await cellsOf(page, "HM32L031K6U6")).to.deep.equal([
      "HM32L031K6U6",
      "PH",
      "300",
      "100 %",
    ]);
  });

  it("drill a recall that reconciles, and bound the units", async () => {
    const page = await pages.visit("/insight/recall", { as: "saebyeok", isKept: true });
    await page.getByLabel("Lots, by number, id or label").fill("SBT26K088184");
    await page.getByRole("button", { name: "Where are all pieces?" }).click();
    await page.getByText("They add up.").waitFor();
    const cells = await cellsOf(page, "SBT26K088184");
    expect([cells[1], cells[4], cells.at(-1)]).to.deep.equal(["2,000", "2,000", "✓ 0"]);
  });

  it("say what stops first, by packaging and not by the declared origin, and keep the question in the address", async () => {
    const page = await pages.visit("/insight/outage?days=60&asOf=2026-11-13", { as: "kaivapower" });
    await page.getByText(/The soonest is CN\. KV-INV300 stops first/).waitFor();
    await page.getByRole("button", { name: "CN", exact: true }).click();
    await page.getByText(/If CN stops for 60 days, 1 part number is hit/).waitFor();
    const [part, share, usable] = await cellsOf(page, "69 %");
    expect([part, share, usable]).to.deep.equal(["NVM60R045", "69 %", "2,220"]);
    expect(page.url()).to.contain("stop=CN");
    await page.reload();
    await page.locator(".insight-runway").waitFor();
    await page.getByRole("combobox", { name: "What stops", exact: true }).click();
    await page.getByRole("option", { name: "A declared country of origin" }).click();
    await page.getByRole("button", { name: "DE", exact: true }).waitFor();
    expect(await page.getByRole("button", { name: "CN", exact: true }).count()).to.equal(0);
  });

  it("forecast what the coming weeks take, and say how often such bounds held", async () => {
    const page = await pages.visit("/insight/demand?asOf=2026-11-13", {
      as: "kaivapower",
      isKept: true,
    });
    await page.getByText(/What the next 8 weeks take can be said of 8 of 8 series/).waitFor();
    const cells = await cellsOf(page, "NVM60R045");
    expect(cells[2]).to.equal("2,280");
    expect(cells[5]).to.match(/^\d+ of \d+$/);
    await page.getByLabel("As it was known on").fill("2025-08-01");
    await page.getByText(/Too few weeks are recorded/).waitFor();
  });

  it("say on a phone what there is too little to forecast from", async () => {
    const page = await pages.visit("/insight/arrivals", { as: "dravatronik", isPhone: true });
    await page.getByText(/too few past shipments to say when/).waitFor();
    await page
      .getByText(/There are 0 of 15/)
      .first()
      .waitFor();
    await page.getByRole("button", { name: "More" }).click();
    await page.getByRole("menuitem", { name: "Recalls" }).click();
    await page.getByRole("heading", { name: "Recalls", level: 1 }).waitFor();
  });
});
