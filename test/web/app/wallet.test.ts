// Signs in on the pages with a wallet that the test injects, as an extension does, and signs with a real key.
import { expect } from "chai";
import { addressOfPrivateKey, signDigest } from "../../../protocol/base/crypto.ts";
import { digestOf } from "../../../server/access/wallet.ts";
import { describePages } from "../../support/page-suite.ts";

const KEY = Buffer.from("61".repeat(32), "hex");
const ADDRESS = addressOfPrivateKey(KEY);

/** What the extension's script does: it announces a provider (EIP-6963), or stands in `window` alone. */
const wallet = (announces: boolean) => `
  const provider = { request: ({ method, params }) => window.walletOfTest(method, params ?? []).then((answer) => {
    if (answer.error) throw answer.error;
    return answer.result;
  }) };
  ${
    announces
      ? `const detail = Object.freeze({ info: { uuid: "1", name: "Test Wallet", icon: "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg'/>", rdns: "test" }, provider });
    const announce = () => window.dispatchEvent(new CustomEvent("eip6963:announceProvider", { detail }));
    window.addEventListener("eip6963:requestProvider", announce);
    announce();`
      : "window.ethereum = provider;"
  }`;

describePages("signing in with a wallet on the pages", (pages) => {
  /** Opens the first page with a wallet. @param refuses it declines to sign */
  async function open({ announces = true, refuses = false, key = KEY, expected = [] as number[] }) {
    const page = await pages.visit("/verify.html", { expected });
    await page.context().exposeFunction("walletOfTest", (method: string, params: string[]) => {
      if (method === "eth_requestAccounts") return { result: [addressOfPrivateKey(key)] };
      if (refuses) return { error: { code: 4001, message: "declined" } };
      const text = Buffer.from(params[0]!.slice(2), "hex").toString();
      return { result: signDigest(digestOf(text), key) };
    });
    await page.context().addInitScript(wallet(announces));
    await page.goto("/");
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
    return page;
  }

  before(async () => {
    const party = pages.sample.party("dravatronik");
    await pages.sample.service.ctx.prisma.key.create({
      data: { address: ADDRESS, party, enrolledAt: 0 },
    });
  });

  for (const announces of [true, false])
    it(`sign in for the key's company with one that ${announces ? "announces itself" : "stands in window.ethereum"}`, async () => {
      const page = await open({ announces });
      await page.getByRole("button", { name: announces ? "Test Wallet" : "Wallet" }).click();
      await page.getByRole("heading", { name: "Dravatronik d.o.o." }).waitFor();
      // It may sign, and not administer.
      expect(await page.getByRole("link", { name: "Admin" }).count()).to.equal(0);
    });

  it("say that the person declined, and sign nobody in", async () => {
    const page = await open({ refuses: true });
    await page.getByRole("button", { name: "Test Wallet" }).click();
    await page.getByText("You declined in Test Wallet. Nothing was signed.").waitFor();
  });

  it("say who can enrol a key that is of nobody", async () => {
    const page = await open({ key: Buffer.from("62".repeat(32), "hex"), expected: [403] });
    await page.getByRole("button", { name: "Test Wallet" }).click();
    await page.getByText("A party enrols a key with its own account").waitFor();
  });
});
