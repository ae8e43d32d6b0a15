// Holds every page against the rules of accessibility that axe knows, and against a phone's width, in both themes.
import { expect } from "chai";
import { PAGES } from "../../../api/pages.ts";
import { describePages } from "../../support/page-suite.ts";
import { faultsOf, surplusWidth } from "../../support/pages.ts";

describePages("every page", (pages) => {
  for (const colorScheme of ["light", "dark"] as const)
    it(`have no serious fault of accessibility in ${colorScheme}, and fit a phone`, async () => {
      const page = await pages.visit("/", { colorScheme, isPhone: true, expected: [404] });
      await page.getByRole("heading", { name: "Sign in" }).waitFor();
      const check = async (name: string) => {
        expect(await faultsOf(page), name).to.deep.equal([]);
        expect(await surplusWidth(page), name).to.be.at.most(0);
      };
      await check("front");
      await pages.signIn(page, "dravatronik");
      const places: [path: string, ready: string][] = [
        [PAGES.overview, ".questions .card:last-child li"],
        [PAGES.lots, ".list tbody tr"],
        [`${PAGES.inspect}?scan=LK-42474`, ".custody li"],
        [`/lots/${pages.sample.lot("larkhill/LK-42474")}`, ".custody li"],
        [PAGES.sessions, ".list tbody tr"],
        [PAGES.choose, "h1"],
        ["/no/such/page", ".empty"],
      ];
      for (const [path, ready] of places) {
        await page.goto(path);
        await page.locator(ready).first().waitFor();
        await check(path);
      }
      await page.goto(`${PAGES.inspect}?scan=DRV-UID-7626032`);
      await page.locator(".acts button").last().click();
      await page.locator("dialog[open]").waitFor();
      await check("dialog");
    });
});
