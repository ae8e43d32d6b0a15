// Draws the pages of the sample for docs/images, on a desk and on a phone, in the light and in the dark: `npm run screenshots`.
// Needs Debian's Chromium.
import { mkdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { chromiumHere, openBrowser } from "../test/support/browser.ts";
import { openSampleService } from "../test/support/sample-service.ts";

const FOLDER = fileURLToPath(new URL("../docs/images/", import.meta.url));

/** What is drawn. Pictures are as wide as a reader of the docs sees them. */
interface Picture {
  path: string;
  as: string;
  on: "desk" | "phone";
  colours: "light" | "dark";
  /** Done before the picture is taken. */
  act?: (page: Page) => Promise<void>;
}

const desk = (path: string, as: string, more: Partial<Picture> = {}): Picture => ({
  path,
  as,
  on: "desk",
  colours: "light",
  ...more,
});

const { service, key, lot, close } = await openSampleService();
const PICTURES: Record<string, Picture> = {
  overview: desk("/overview", "dravatronik"),
  "overview-dark": desk("/overview", "dravatronik", { colours: "dark" }),
  verdict: desk(`/lots/${lot("larkhill/LK-42474")}`, "dravatronik"),
  timeline: desk(`/lots/${lot("larkhill/LK-42474")}?view=timeline`, "dravatronik"),
  tree: desk(`/lots/${lot("dravatronik/GW200-2634-0117")}?view=tree`, "dravatronik"),
  map: desk(`/lots/${lot("dravatronik/GW200-2634-0117")}?view=map`, "dravatronik"),
  balance: desk(`/lots/${lot("larkhill/LK-42474")}?view=balance`, "dravatronik"),
  lots: desk("/lots", "dravatronik"),
  ship: desk("/ship?state=all&direction=incoming", "dravatronik"),
  origins: desk("/insight/origins", "dravatronik"),
  build: desk("/insight/build", "dravatronik", {
    async act(page) {
      await page.getByLabel("Product (its part number)").fill("DTK-GW200-C");
      await page.getByRole("button", { name: "What can be built?" }).click();
      await page.getByText(/You can start/).waitFor();
    },
  }),
  "inspect-phone": desk("/inspect?scan=LK-42474", "dravatronik", { on: "phone" }),
  "stock-phone-dark": desk("/insight", "dravatronik", { on: "phone", colours: "dark" }),
};

const SIZES = {
  desk: { width: 1200, height: 760 },
  phone: { width: 390, height: 844 },
} as const;

/** What is laid out in a worker, such as a tree, comes after the rest. */
const SETTLED_MS = 1_000;

const executable = chromiumHere();
if (executable === undefined) throw new Error("Install Debian's package chromium first.");
const browser = await openBrowser(executable);
await mkdir(FOLDER, { recursive: true });
try {
  for (const [name, { path, as, on, colours, act }] of Object.entries(PICTURES)) {
    const context = await browser.newContext({
      viewport: SIZES[on],
      colorScheme: colours,
      reducedMotion: "reduce",
    });
    await context.addCookies([await cookieOf(as)]);
    const page = await context.newPage();
    await page.goto(service.url + path);
    await page.locator("h1").first().waitFor();
    await act?.(page);
    await page.locator(".loading").first().waitFor({ state: "detached" });
    await page.waitForTimeout(SETTLED_MS);
    await page.screenshot({ path: `${FOLDER}${name}.png`, animations: "disabled" });
    console.log(`docs/images/${name}.png`);
    await context.close();
  }
} finally {
  await browser.close();
  await close();
}
process.exit(0);

/** Signs in for a party, and gives the session's cookie. */
async function cookieOf(party: string) {
  const signedIn = await fetch(`${service.url}/v1/session`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      "reelproof-page": "1",
      authorization: `Bearer ${key(party)}`,
    },
    body: "{}",
  });
  const [cookie] = signedIn.headers.getSetCookie();
  const [name, value] = cookie!.split(";")[0]!.split("=");
  return { name: name!, value: value!, url: service.url };
}
