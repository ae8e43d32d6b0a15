// Signs in on the pages with a company account, at a provider that runs here: there, back, and why it fails, in words.
import type { AddressInfo } from "node:net";
import { PAGES } from "../../../api/pages.ts";
import { addMember } from "../../../server/access/members.ts";
import { createApp } from "../../../server/http/app.ts";
import { listen, type Listening } from "../../../server/http/listen.ts";
import { TEST_DOCUMENT_MAX_BYTES } from "../../support/http.ts";
import { describePages } from "../../support/page-suite.ts";
import { openPage } from "../../support/pages.ts";
import { openProvider, type Provider } from "../../support/provider.ts";
import { openTestWatch } from "../../support/watch.ts";

describePages("signing in with a company account on the pages", (pages) => {
  let provider: Provider;
  let listening: Listening;
  let url: string;

  before(async () => {
    provider = await openProvider();
    // The provider sends browsers back to an address that is known only once the service listens.
    const late: { app?: ReturnType<typeof createApp> } = {};
    listening = await listen((req, res) => late.app!(req, res), 0, "127.0.0.1");
    url = `http://127.0.0.1:${(listening.address as AddressInfo).port}`;
    const { issuer, clientId, clientSecret: secret } = provider;
    const { ctx } = pages.sample.service;
    late.app = createApp(ctx, {
      documentMaxBytes: TEST_DOCUMENT_MAX_BYTES,
      nudge: () => undefined,
      watch: openTestWatch(ctx),
      publicUrl: url,
      oidc: { issuer, clientId, secret, claim: undefined },
    });
  });
  after(async () => {
    await listening.close();
    await provider.close();
  });

  it("goes there and back, says who can give the right, and signs in once it is there", async () => {
    const { page, close } = await openPage(pages.browser, url, { others: [provider.issuer] });
    provider.account = { sub: "p-1", email: "petra@example.com", email_verified: true };
    const goThere = async () => {
      await page.getByRole("link", { name: "Company account" }).click();
      await page.getByRole("heading", { name: "Company sign-in" }).waitFor();
    };
    await page.goto("/");
    await goThere();
    await page.getByRole("link", { name: "Cancel" }).click();
    await page.getByText("You stopped the sign-in").waitFor();

    await goThere();
    await page.getByRole("link", { name: "Continue" }).click();
    await page.getByText("The service's operator can give it one").waitFor();
    // The reason has left the address: loading the page again does not repeat it.
    await page.reload();
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
    await page.getByText("Your company account has no right").waitFor({ state: "detached" });

    const party = pages.sample.party("dravatronik");
    await addMember(pages.sample.service.ctx, { email: "petra@example.com", party, scope: "read" });
    await goThere();
    await page.getByRole("link", { name: "Continue" }).click();
    await page.getByRole("heading", { name: "Dravatronik d.o.o." }).waitFor();
    // It may read: nothing to administer is shown, and the address of a section says who can give the right.
    await page.goto(PAGES.admin);
    await page.getByText("Your company's administrator can give it").waitFor();
    await close();
  });
});
