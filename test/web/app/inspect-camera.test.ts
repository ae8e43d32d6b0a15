// Scans labels that the service printed: as an uploaded photo, and through a camera.
import { expect } from "chai";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { PAGES } from "../../../api/pages.ts";
import { chromiumHere, openBrowser } from "../../support/browser.ts";
import { GOODS_IN, labelPng, shipTo } from "../../support/goods-in.ts";
import { describePages } from "../../support/page-suite.ts";
import { type OpenPage, openPage } from "../../support/pages.ts";

/** The film's size: what a cheap camera gives. */
const WIDTH = 1280;
const HEIGHT = 720;
/** Frames of the film. The browser plays it again and again. */
const FRAMES = 4;

/** A camera's frame, as a JPEG, with a picture in the middle. @param png empty: the frame shows nothing */
async function asFrame(browser: Browser, png = Buffer.alloc(0)): Promise<Buffer> {
  const page = await browser.newPage();
  try {
    const draw = `(async () => {
      const bytes = Uint8Array.from(atob("${png.toString("base64")}"), (c) => c.charCodeAt(0));
      const canvas = document.createElement("canvas");
      [canvas.width, canvas.height] = [${WIDTH}, ${HEIGHT}];
      const context = canvas.getContext("2d");
      context.fillStyle = "#777";
      context.fillRect(0, 0, ${WIDTH}, ${HEIGHT});
      if (bytes.length === 0) return canvas.toDataURL("image/jpeg").split(",")[1];
      const picture = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
      const scale = Math.min(${WIDTH - 80} / picture.width, ${HEIGHT - 40} / picture.height);
      const [width, height] = [picture.width * scale, picture.height * scale];
      context.drawImage(picture, (${WIDTH} - width) / 2, (${HEIGHT} - height) / 2, width, height);
      return canvas.toDataURL("image/jpeg", 0.95).split(",")[1];
    })()`;
    return Buffer.from(await page.evaluate<string>(draw), "base64");
  } finally {
    await page.close();
  }
}

const boxesOn = (page: Page) => page.locator(".boxes polygon").count();

describePages("the page Inspect with pictures", (pages) => {
  it("reads all codes of an uploaded label as one, and shows where they are", async () => {
    const { lots, numbers } = await shipTo(pages.sample, "PHOTO", 1);
    const page = await pages.visit(PAGES.inspect, { as: GOODS_IN });
    await page.getByLabel("Photo of a label").setInputFiles({
      name: "label.png",
      mimeType: "image/png",
      buffer: await labelPng(pages.sample, lots[0]!),
    });
    await pages.verdictOf(page).waitFor();
    expect(await page.locator(".lot-line").first().innerText()).to.include(numbers[0]);
    // The square code with the fields, and the one with the link.
    expect(await boxesOn(page)).to.equal(2);
    expect(new URL(page.url()).searchParams.getAll("scan")).to.have.length(2);
    const part = page.locator(".comparison tr", { hasText: "Part" });
    expect(await part.innerText()).to.include("= yes");
  });

  it("says so where a picture has no code, or is none", async () => {
    const page = await pages.visit(PAGES.inspect, { as: GOODS_IN });
    const upload = (name: string, mimeType: string, buffer: Buffer) =>
      page.getByLabel("Photo of a label").setInputFiles({ name, mimeType, buffer });
    await page.locator("#scan").waitFor();
    await upload("notes.png", "image/png", Buffer.from("no picture"));
    await page.getByText("not a picture that can be read").waitFor();
    await upload("grey.jpg", "image/jpeg", await asFrame(pages.browser));
    await page.getByText("no code in this picture").waitFor();
  });

  it("says what to do where there is no camera, and keeps the upload", async () => {
    const page = await pages.visit(PAGES.inspect, { as: GOODS_IN });
    await page.getByRole("button", { name: "Camera" }).click();
    const alert = page.locator(".camera [role=alert]");
    await alert.waitFor();
    expect(await alert.innerText()).to.match(/upload a photo of the label/i);
    expect(await page.getByRole("button", { name: "Photo" }).isEnabled()).to.equal(true);
    await page.getByRole("button", { name: "Close the camera" }).click();
    await page.locator(".camera").waitFor({ state: "detached" });
  });

  describe("in a browser whose camera shows a label", () => {
    let folder: string;
    let browser: Browser;
    let open: OpenPage | undefined;
    let number: string;

    before(async () => {
      const { lots, numbers } = await shipTo(pages.sample, "CAMERA", 1);
      number = numbers[0]!;
      folder = await mkdtemp(join(tmpdir(), "reelproof-"));
      const film = join(folder, "label.mjpeg");
      const frame = await asFrame(pages.browser, await labelPng(pages.sample, lots[0]!));
      await writeFile(film, Buffer.concat(Array<Buffer>(FRAMES).fill(frame)));
      browser = await openBrowser(chromiumHere()!, [
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
        `--use-file-for-fake-video-capture=${film}`,
      ]);
    });
    afterEach(async () => {
      await open?.close();
      open = undefined;
    });
    after(async () => {
      await browser?.close();
      await rm(folder, { recursive: true, force: true });
    });

    it("scans the label through the camera, and goes on with the next", async () => {
      open = await openPage(browser, pages.sample.service.url);
      const { page } = open;
      await page.goto("/");
      await pages.signIn(page, GOODS_IN);
      await page.goto(PAGES.inspect);
      await page.getByRole("button", { name: "Camera" }).click();
      await pages.verdictOf(page).waitFor();
      expect(await page.locator(".lot-line").first().innerText()).to.include(number);
      expect(await boxesOn(page)).to.equal(2);
      await page.getByText("2 codes. Read as one label.").waitFor();
      await page.getByRole("button", { name: "Scan the next" }).click();
      await page.getByText(`${number} ×2`).waitFor();
    });
  });
});
