// Gives the suites of the pages one service on the sample and one browser: the first that needs them opens them, and they close
// after the last. Each case gets a page of its own, and afterwards what that page did is checked.
import type { Browser, BrowserContext, Page } from "playwright-core";
import { chromiumHere, openBrowser } from "./browser.ts";
import { type OpenPage, openPage } from "./pages.ts";
import { openSampleService, type SampleService } from "./sample-service.ts";

export interface Pages {
  /** The service. What a case changes in it, later ones find changed: each takes lots of its own. */
  readonly sample: SampleService;
  readonly browser: Browser;
  /**
   * Opens an address in a fresh context.
   * @param options `as`: signed in for a party by the story's alias, or as `operator`; `isKept`: it stays for the suite's other
   * cases, which load the next address in a tenth of the time
   */
  visit(
    path: string,
    options?: Parameters<typeof openPage>[2] & { as?: string | undefined; isKept?: true },
  ): Promise<Page>;
  /** Signs in with the form of the page at hand. */
  signIn(page: Page, party: string): Promise<void>;
  /** Scans as a scanner does: keystrokes and Enter. */
  scan(page: Page, text: string): Promise<void>;
  /** Waits until nothing on a page is being loaded. */
  loaded(page: Page): Promise<void>;
  /** The first verdict on a page. */
  verdictOf(page: Page): ReturnType<Page["locator"]>;
}

const chromium = chromiumHere();
let opened: Promise<[SampleService, Browser]> | undefined;
const cookies = new Map<string, Promise<Cookie>>();
type Cookie = Parameters<BrowserContext["addCookies"]>[0][number];

// At the top level of a file, mocha runs this once, after every suite.
after(async () => {
  const [sample, browser] = (await opened) ?? [];
  await browser?.close();
  await sample?.close();
});

/** A case takes seconds. What waits for something that does not come ends here, also on a busy machine. */
const LONGEST_MS = 180_000;

/** Describes what pages do in a real browser. Without Chromium the cases are skipped. */
export function describePages(title: string, define: (pages: Pages) => void): void {
  (chromium === undefined ? describe.skip : describe)(title, function () {
    this.timeout(LONGEST_MS);
    let sample: SampleService;
    let browser: Browser;
    let open: OpenPage[] = [];
    const kept: OpenPage[] = [];

    before(async function () {
      this.timeout(600_000); // the first of a run prepares the sample
      opened ??= Promise.all([openSampleService(), openBrowser(chromium!)]);
      [sample, browser] = await opened;
    });
    afterEach(async () => {
      const last = open;
      open = [];
      for (const page of last) await page.close();
    });

    after(async () => {
      for (const page of kept) await page.close();
    });

    define({
      get sample() {
        return sample;
      },
      get browser() {
        return browser;
      },
      async visit(path, { as, isKept, ...options } = {}) {
        const cookie = as === undefined ? undefined : await cookieOf(sample, as);
        const page = await openPage(browser, sample.service.url, options);
        (isKept ? kept : open).push(page);
        if (cookie) await page.page.context().addCookies([cookie]);
        await page.page.goto(path);
        return page.page;
      },
      async signIn(page, party) {
        await page.getByLabel("API key", { exact: true }).fill(sample.key(party));
        await page.getByRole("button", { name: "Sign in" }).click();
        await page.getByRole("navigation", { name: "Pages" }).waitFor();
      },
      async scan(page, text) {
        await page.locator("#scan").fill(text);
        await page.keyboard.press("Enter");
      },
      async loaded(page) {
        const loading = page.locator(".loading");
        while ((await loading.count()) > 0) await loading.first().waitFor({ state: "detached" });
      },
      verdictOf: (page) => page.locator(".verdict-word").first(),
    });
  });
}

/** The cookie of a session that was begun with a party's API key. All cases share it, but for those that sign out. */
function cookieOf(sample: SampleService, party: string): Promise<Cookie> {
  const known = cookies.get(party);
  if (known) return known;
  const cookie = beginSession(sample, party);
  cookies.set(party, cookie);
  return cookie;
}

async function beginSession({ service, key }: SampleService, party: string): Promise<Cookie> {
  const answer = await fetch(`${service.url}/v1/session`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${key(party)}`,
      "content-type": "application/json",
      "reelproof-page": "1",
    },
    body: "{}",
  });
  const [name, value] = answer.headers.get("set-cookie")!.split(";", 1)[0]!.split("=", 2);
  return { name: name!, value: value!, url: service.url, httpOnly: true, sameSite: "Strict" };
}
