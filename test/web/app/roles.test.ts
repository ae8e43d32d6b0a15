// Holds what the pages show against what each kind of caller may do: nothing is offered that the service would refuse.
import { expect } from "chai";
import { PAGES } from "../../../api/pages.ts";
import { makeApiKey } from "../../../server/access/admin.ts";
import { describePages } from "../../support/page-suite.ts";

/** Who looks, and what is there for them: sections of administration, and acts on a lot that the company holds. */
const ROLES = [
  { who: "a key to read", scope: "read", sections: [], acts: false },
  { who: "a key to sign", scope: "write", sections: [], acts: true },
  {
    who: "a company's administrator",
    scope: "admin",
    sections: [
      "Companies",
      "Signing keys",
      "API keys",
      "Signed-in browsers",
      "Lists",
      "Policy",
      "Documents",
      "Log",
    ],
    acts: true,
  },
  {
    who: "the operator",
    scope: "admin",
    sections: [
      "Companies",
      "People",
      "API keys",
      "Signed-in browsers",
      "Lists",
      "Policy",
      "Documents",
      "Log",
    ],
    acts: false,
  },
] as const;

describePages("what the pages show to a role", (pages) => {
  for (const { who, scope, sections, acts } of ROLES)
    it(`is what ${who} may do`, async () => {
      const isOperator = who === "the operator";
      const party = isOperator ? null : pages.sample.party("dravatronik");
      const { ctx } = pages.sample.service;
      const { text } = await makeApiKey(ctx, { party, scope, label: `roles, ${who}` });
      const page = await pages.visit("/");
      await page.getByLabel("API key", { exact: true }).fill(text);
      await page.getByRole("button", { name: "Sign in", exact: true }).click();
      await page.getByRole("navigation", { name: "Pages" }).waitFor();

      const hasAdmin = await page.getByRole("link", { name: "Admin", exact: true }).count();
      expect(hasAdmin, "a way to administration").to.equal(sections.length > 0 ? 1 : 0);
      await page.goto(PAGES.admin);
      if (sections.length === 0)
        await page.getByText("Your company's administrator can give it").waitFor();
      else {
        const links = page.getByRole("navigation", { name: "Administration" }).getByRole("link");
        await links.first().waitFor();
        expect(await links.allInnerTexts()).to.deep.equal(sections);
        // The operator alone changes who is on the ledger.
        await page.locator(".list tbody tr").first().waitFor();
        const suspend = await page.getByRole("button", { name: "Suspend" }).count();
        expect(suspend > 0, "acts on companies").to.equal(isOperator);
        // Each section opens without a refusal.
        for (const name of sections) {
          await links.getByText(name, { exact: true }).click();
          await page.getByRole("heading", { level: 2 }).first().waitFor();
          await pages.loaded(page);
          expect(await page.locator("[role=alert]").count(), name).to.equal(0);
        }
      }

      await page.goto(`${PAGES.inspect}?scan=LK-42474`);
      await pages.verdictOf(page).waitFor();
      await page.locator("#findings").waitFor();
      expect((await page.locator(".acts").count()) > 0, "acts on a lot").to.equal(acts);
    });
});
