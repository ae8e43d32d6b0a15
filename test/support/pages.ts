// Opens the service's pages in a browser, as people do, and notes everything that they must not do: an error in the console, a
// breach of the content security policy, a request to another host or to an address that the API does not describe.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { expect } from "chai";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { ASSETS } from "../../api/pages.ts";
import type { Route } from "../../server/http/routes/route.ts";
import { ROUTES } from "../../server/http/routes/table.ts";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

export interface OpenPage {
  page: Page;
  /** Checks what the page did so far, and closes it. */
  close(): Promise<void>;
}

interface Options {
  colorScheme?: "light" | "dark";
  /** A phone's width. Default: a desk's. */
  isPhone?: boolean;
  /** Origins of others to which this test leads the browser. */
  others?: readonly string[];
  /** Statuses of answers, and other failures, that this test brings about: a browser writes them into its console. */
  expected?: readonly (number | string)[];
  /** The browser may keep the pages' files for later, as browsers do. */
  keepsFiles?: true;
}

/** A page in a fresh context: no cookie, no storage. */
export async function openPage(
  browser: Browser,
  url: string,
  { colorScheme = "light", isPhone = false, expected = [], others = [], keepsFiles }: Options = {},
): Promise<OpenPage> {
  const context: BrowserContext = await browser.newContext({
    colorScheme,
    reducedMotion: "reduce", // a colour that is still changing has no contrast that could be measured
    baseURL: url,
    viewport: isPhone ? { width: 390, height: 844 } : { width: 1440, height: 900 },
    acceptDownloads: true,
    serviceWorkers: keepsFiles ? "allow" : "block", // what it fetches, a test's routes do not see
  });
  context.setDefaultTimeout(0); // mocha ends what hangs; a busy machine is only slow
  const page = await context.newPage();
  const complaints: string[] = [];
  const requests: string[] = [];
  page.on("console", (message) => {
    const isExpected = [...expected, "Service Worker registration blocked"].some((one) =>
      message.text().includes(typeof one === "number" ? `status of ${one}` : one),
    );
    if (["error", "warning"].includes(message.type()) && !isExpected)
      complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("request", (request) => requests.push(`${request.method()} ${request.url()}`));
  await context.addInitScript(
    "document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => " +
      "console.error(`policy: ${violatedDirective} ${blockedURI}`));",
  );
  return {
    page,
    async close() {
      expect(complaints).to.deep.equal([]);
      const isOurs = (request: string) =>
        !others.some((origin) => request.split(" ")[1]!.startsWith(`${origin}/`));
      for (const request of requests.filter(isOurs)) checkRequest(request, url);
      await context.close();
    },
  };
}

/** A request of a page is for the page itself, one of its files, or something that the API describes. */
function checkRequest(request: string, url: string): void {
  const [method, address] = request.split(" ") as [string, string];
  if (address.startsWith("blob:") || address.startsWith("data:")) return;
  const { origin, pathname } = new URL(address);
  expect(origin, request).to.equal(url);
  const isPage = method === "GET" && !pathname.startsWith("/v1/");
  if (isPage || pathname.startsWith(ASSETS)) return;
  expect(
    ROUTES.some((route) => isOf(route, method, pathname)),
    request,
  ).to.equal(true);
}

const isOf = ({ method, path }: Route, wanted: string, pathname: string) =>
  method.toUpperCase() === wanted &&
  new RegExp(`^${path.replace(/:\w+/g, "[^/]+").replace(/\*\w+/g, ".+")}$`).test(pathname);

/**
 * What axe finds on a page that is serious or critical, each with the elements.
 * @param rules the only ones to check; all if it is missing
 */
export async function faultsOf(page: Page, rules?: readonly string[]): Promise<string[]> {
  // By the protocol of the developer tools: the page's policy allows no script from elsewhere.
  await page.evaluate(AXE);
  const found = (await page.evaluate(
    `axe.run(document, ${JSON.stringify({ resultTypes: ["violations"], ...(rules && { runOnly: rules }) })})
      .then((result) => result.violations)`,
  )) as { id: string; impact: string; nodes: { html: string; failureSummary?: string }[] }[];
  return found
    .filter(({ impact }) => ["serious", "critical"].includes(impact))
    .flatMap(({ id, nodes }) =>
      nodes.map(
        ({ html, failureSummary }) => `${id}: ${html.slice(0, 160)} ${failureSummary ?? ""}`,
      ),
    );
}

/** By how many pixels a page is wider than its window. */
export const surplusWidth = (page: Page): Promise<number> =>
  page.evaluate("document.documentElement.scrollWidth - innerWidth");
