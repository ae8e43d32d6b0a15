// Traces lots as an auditor does: the tree by keyboard, the balance, the evidence, the verification in the browser, recalls and
// bundles of others.
import { expect } from "chai";
import { readFile } from "node:fs/promises";
import type { Page } from "playwright-core";
import { PAGES } from "../../../api/pages.ts";
import type { Verdict } from "../../../protocol/verdict/verdict.ts";
import { SAMPLE_NOW } from "../../support/sample-service.ts";
import { describePages } from "../../support/page-suite.ts";

describePages("the pages for tracing", (pages) => {
  const lotAt = (ref: string, view: string) => `/lots/${pages.sample.lot(ref)}?view=${view}`;
  const node = (page: Page, ref: string) => page.locator(`[data-node="${pages.sample.lot(ref)}"]`);
  const focused = (page: Page) =>
    page.evaluate("document.activeElement?.getAttribute('data-node')") as Promise<string | null>;

  /** Presses the button, and waits for this browser's verdict. */
  async function verifyHere(page: Page): Promise<void> {
    await page.getByRole("button", { name: "Verify in this browser" }).click();
    await page.locator(".verify-result .verdict-word").waitFor();
  }

  it("find a lot by its number, and show its tree, which the keys walk", async () => {
    const page = await pages.visit(PAGES.trace, { as: "monclara" });
    await pages.scan(page, "GW200-BX-26-0918");
    await page.waitForURL(/view=tree/);
    const self = node(page, "monclara/GW200-BX-26-0918");
    await self.waitFor();
    await self.focus();
    await page.keyboard.press("ArrowLeft");
    const source = await focused(page);
    expect(source).not.to.equal(pages.sample.lot("monclara/GW200-BX-26-0918"));
    expect(page.url()).to.include(`at=${source}`);
    await page.keyboard.press("ArrowRight");
    expect(await focused(page)).to.equal(pages.sample.lot("monclara/GW200-BX-26-0918"));
    await page.keyboard.press("ArrowLeft");
    await page.keyboard.press("Enter");
    await page.waitForURL(new RegExp(`/lots/${source}`));
  });

  it("lead a search's matches to the lot, and state how many pieces went where", async () => {
    const page = await pages.visit(lotAt("monclara/EVC7-26-1006", "tree"), { as: "monclara" });
    await node(page, "monclara/EVC7-26-1006").waitFor();
    await page.getByPlaceholder("Find in the tree").fill("SBT26K088184");
    await page.locator(".tree-node.is-match").waitFor();
    expect(page.url()).to.include("q=SBT26K088184");
    const onPath = await page.locator(".tree-edge.is-on text").allTextContents();
    expect(onPath.sort()).to.deep.equal(["483 used", "500"]);
    expect(await page.locator(".tree-node.is-on, .tree-node.is-match").count()).to.equal(3);
  });

  it("show the recall in the timeline, and all of it at its own address", async () => {
    const page = await pages.visit(lotAt("monclara/EVC7-26-1006", "timeline"), { as: "monclara" });
    await page.locator(".timeline .is-notice.tone-HOLD").waitFor();
    const all = await page.locator(".timeline > li").count();
    await page.getByText("This lot only", { exact: true }).click();
    await page.waitForURL(/only=1/);
    expect(await page.locator(".timeline > li").count()).to.be.below(all);
  });

  it("add up the balance of a lot that was split, used and recalled", async () => {
    const page = await pages.visit(lotAt("saebyeok/SBT26K088184", "balance"), { as: "saebyeok" });
    await page.locator(".balance .notice.tone-PASS").waitFor();
    const cells = await page.locator(".balance-table td:nth-of-type(1)").allTextContents();
    const [issued, sum, ...parts] = cells.map((cell) => Number(cell.replaceAll(",", ""))).reverse();
    expect(issued).to.equal(2_000);
    expect(sum).to.equal(issued);
    expect(parts.reduce((all, part) => all + part, 0)).to.equal(issued);
  });

  it("give in the browser the service's verdict, step by step, and every event to its bytes", async () => {
    const page = await pages.visit(lotAt("dravatronik/GW200-2634-0117", "evidence"), {
      as: "dravatronik",
    });
    await verifyHere(page);
    await page.locator(".verify-same").waitFor();
    expect(await page.locator(".steps .is-done").count()).to.equal(4);
    const lot = pages.sample.lot("dravatronik/GW200-2634-0117");
    const verdict = await pages.sample.expecting<Verdict>(200, "GET", `/v1/lots/${lot}/verdict`, {
      key: "dravatronik",
    });
    expect(await page.locator(".verify-result .verdict-word").innerText()).to.match(
      new RegExp(`^${verdict.verdict}`),
    );
    await page.locator(".evidence summary").first().click();
    await page.waitForURL(/event=0x/);
    const bytes = await page.locator(".bytes").innerText();
    expect(Object.keys(JSON.parse(bytes) as object)).to.include.members(["actor", "entries"]);
    await page.getByText("the details below have this root").waitFor();
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Save the bundle" }).click(),
    ]);
    const bundle = JSON.parse(await readFile(await download.path(), "utf8")) as {
      trail: { lot: string };
    };
    expect(bundle.trail.lot).to.equal(lot);
  });

  it("say of an altered row that it is altered, by the browser's own verification", async () => {
    const { prisma } = pages.sample.service.ctx;
    const lot = pages.sample.lot("halden/HS26-431420");
    const { origin } = await prisma.lot.findUniqueOrThrow({ where: { id: lot } });
    const { details } = await prisma.event.findUniqueOrThrow({ where: { hash: origin } });
    const altered = details!.replace(/"dateCode":"\d{4}"/, '"dateCode":"2601"');
    expect(altered).not.to.equal(details);
    await prisma.event.update({ where: { hash: origin }, data: { details: altered } });
    try {
      const page = await pages.visit(`/lots/${lot}?view=evidence&event=${origin}`, {
        as: "halden",
      });
      await verifyHere(page);
      const word = page.locator(".verify-result .verdict-word");
      expect(await word.innerText()).to.match(/^FAIL/);
      await page.locator(".evidence-parts").getByText("they were altered").waitFor();
      expect(await page.locator(".verdict-line").innerText()).to.match(/FAIL/);
      await page.goto(`/lots/${lot}`);
      const row = page.locator(".finding.tone-FAIL", { hasText: "database row" }).first();
      await row.getByText("Evidence").click();
      expect(await row.locator(".hash").first().getAttribute("title")).to.include(origin);
    } finally {
      await prisma.event.update({ where: { hash: origin }, data: { details } });
    }
  });

  it("list the recalls that touch what one holds, with the lots", async () => {
    const page = await pages.visit(PAGES.recalls, { as: "monclara" });
    const recall = page.locator(".notice-card", { hasText: "EVC7-26-1006" });
    await recall.getByText(/You have \d+ lots? of it or made of it/).waitFor();
    await recall.getByText("SBT26K088184").first().waitFor();
  });

  it("lead a recall's issuer to where the pieces are, and save that as CSV", async () => {
    const page = await pages.visit(`${PAGES.recalls}?all=1`, { as: "saebyeok" });
    const recall = page.locator(".notice-card", { hasText: "SBT26K088184" });
    await recall.getByRole("link", { name: "Where the pieces are" }).click();
    await page.getByRole("heading", { name: /Where the pieces of/ }).waitFor();
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Save as CSV" }).click(),
    ]);
    const csv = await readFile(await download.path(), "utf8");
    expect(csv).to.match(/^lot number,kind,part/);
    expect(csv).to.match(/product.*480,Monclara Electronics/);
  });

  it("trace a thousand pasted lots at once, and name those that are unknown", async () => {
    const page = await pages.visit(PAGES.traceMany, { as: "saebyeok" });
    const pasted = [
      ...["SBT26K088184", "SBT26K589840"],
      ...Array.from({ length: 998 }, (_, i) => `UNKNOWN-${i}`),
    ];
    await page.getByLabel("Lots", { exact: true }).fill(pasted.join("\n"));
    await page.getByRole("button", { name: "Find the pieces of 1,000 lots" }).click();
    await page.getByText(/^2 lots traced/).waitFor();
    await page.getByText("No lot that you see has this name: 998").waitFor();
    await page.locator(".reach-result").getByText("Pellworth Components Inc.").first().waitFor();
  });

  it("take a bundle file of somebody else, verify it, and import it", async () => {
    const lot = pages.sample.lot("monclara/MTR3-26-0820");
    const bundle = await pages.sample.expecting(200, "GET", `/v1/lots/${lot}/bundle`, {
      key: "monclara",
    });
    const page = await pages.visit(PAGES.trace, { as: "monclara" });
    await page.locator(".bundle-drop input").setInputFiles({
      name: "bundle.json",
      mimeType: "application/json",
      buffer: Buffer.from(JSON.stringify(bundle)),
    });
    await verifyHere(page);
    await page.getByRole("button", { name: "Import into this service" }).click();
    await page.locator(".bundle-file .verify-same").waitFor();
    await page.getByRole("link", { name: "Trace the lot" }).click();
    await node(page, "monclara/MTR3-26-0820").waitFor();
    await page.goto(PAGES.trace);
    await page.locator(".bundle-drop input").setInputFiles({
      name: "notes.json",
      mimeType: "application/json",
      buffer: Buffer.from("{"),
    });
    await page.getByText(/cannot be read/).waitFor();
  });

  it("draw the countries that the record states, and say where it states none", async () => {
    const page = await pages.visit(lotAt("monclara/EVC7-26-1006", "map"), { as: "monclara" });
    await page.locator(".world .spot").first().waitFor();
    const spots = await page.locator(".world .spot text").allTextContents();
    expect(spots).to.include.members(["MX", "PH", "DE"]);
    await page.getByText(/shipments of \d+ name no country/).waitFor();
  });

  it("open a lot to an auditor, and end that", async () => {
    const page = await pages.visit(PAGES.grants, { as: "corvane" });
    await page.clock.setFixedTime(SAMPLE_NOW * 1000);
    await page.getByText("Open lots to an auditor", { exact: true }).click();
    await page.getByLabel("Who it is for, and why").fill("Audit of plating");
    await page.getByLabel("Lots", { exact: false }).last().fill("700471516897");
    await page.getByRole("button", { name: "Open 1 lot" }).click();
    await page.getByText("Copy the token now").waitFor();
    const card = page.locator(".notices .card", { hasText: "Audit of plating" });
    await card.getByText("What was read with it").click();
    await card.getByText("Nothing yet.").waitFor();
    await card.getByRole("button", { name: "End it" }).click();
    await card.getByRole("button", { name: "End the grant" }).click();
    await card.getByText(/^ended /).waitFor();
  });
});
