// Signs in and out on the pages.
import { expect } from "chai";
import { PAGES } from "../../../api/pages.ts";
import { describePages } from "../../support/page-suite.ts";

describePages("signing in on the pages", (pages) => {
  it("refuse an API key that is not valid, in a sentence", async () => {
    const page = await pages.visit("/", { expected: [401] });
    await page.getByLabel("API key", { exact: true }).fill("rp_wrong");
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByText("This API key is not valid").waitFor();
  });

  it("sign out, and then show nothing", async () => {
    // What the page still asks when the session ends is refused, and the browser writes that down.
    const page = await pages.visit(PAGES.lots, { expected: [401] });
    await pages.signIn(page, "dravatronik");
    await page.getByRole("button", { name: /Dravatronik/ }).click();
    await page.getByRole("menuitem", { name: "Sign out", exact: true }).click();
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
    expect(await page.evaluate("localStorage.getItem('reelproof session')")).to.equal(null);
    await page.goto(PAGES.lots);
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
  });
});
