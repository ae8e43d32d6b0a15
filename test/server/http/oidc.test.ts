// Tests the sign-in with a company account against a provider that runs here: whom it lets in, with which rights, and what of the
// provider's answers is refused.
import { expect } from "chai";
import type { AddressInfo } from "node:net";
import type { SessionView } from "../../../api/sessions.ts";
import { addMember, removeMember } from "../../../server/access/members.ts";
import { readClaim } from "../../../server/access/oidc.ts";
import { createApp } from "../../../server/http/app.ts";
import { listen, type Listening } from "../../../server/http/listen.ts";
import { openTestHttp, TEST_DOCUMENT_MAX_BYTES, type TestHttp } from "../../support/http.ts";
import { openProvider, type Provider } from "../../support/provider.ts";
import { openTestWatch } from "../../support/watch.ts";

describe("the sign-in with a company account", () => {
  let http: TestHttp;
  let provider: Provider;
  let listening: Listening;
  let url: string;

  before(async () => {
    http = await openTestHttp();
    provider = await openProvider();
    // The provider sends browsers back to an address that is known only once the service listens.
    const late: { app?: ReturnType<typeof createApp> } = {};
    listening = await listen((req, res) => late.app!(req, res), 0, "127.0.0.1");
    url = `http://127.0.0.1:${(listening.address as AddressInfo).port}`;
    const { issuer, clientId, clientSecret: secret } = provider;
    late.app = createApp(http.ctx, {
      documentMaxBytes: TEST_DOCUMENT_MAX_BYTES,
      nudge: () => undefined,
      watch: openTestWatch(http.ctx),
      publicUrl: url,
      oidc: { issuer, clientId, secret, claim: "reelproof" },
    });
  });
  after(async () => {
    await listening.close();
    await provider.close();
    await http.close();
  });
  beforeEach(() => {
    provider.alter = (claims) => claims;
    provider.signsWithOtherKey = false;
  });

  const get = (address: string, cookie?: string) =>
    fetch(address, {
      redirect: "manual",
      headers: { ...(cookie !== undefined && { cookie }), "reelproof-page": "1" },
    });
  const cookiesOf = ({ headers }: Response) =>
    new Map(
      headers.getSetCookie().map((header) => {
        const [pair = ""] = header.split(";", 1);
        const at = pair.indexOf("=");
        return [pair.slice(0, at).replace(/-[0-9a-f]{8}$/, ""), pair];
      }),
    );

  /** Goes to the provider and agrees there. @returns the way back, and the cookie of the flow */
  async function goThere(): Promise<{ back: string; flow: string }> {
    const begun = await get(`${url}/v1/session/company`);
    expect(begun.status).to.equal(303);
    const there = begun.headers.get("location")!.replace("/authorize?", "/agree?");
    const agreed = await get(there);
    return {
      back: agreed.headers.get("location")!,
      flow: cookiesOf(begun).get("reelproof-company")!,
    };
  }
  async function comeBack({ back, flow }: { back: string; flow?: string }) {
    const reply = await get(back, flow);
    expect(reply.status).to.equal(303);
    const cookie = cookiesOf(reply).get("reelproof-session");
    return { location: reply.headers.get("location"), cookie };
  }
  const signIn = async (account: Record<string, unknown>) => {
    provider.account = account;
    return comeBack(await goThere());
  };
  const viewOf = async (cookie: string) =>
    (await (await get(`${url}/v1/session`, cookie)).json()) as SessionView;
  const jana = { sub: "u-1", email: "Jana@Example.com", email_verified: true };

  it("gives the rights of the operator's list, and ends when the line is removed", async () => {
    const party = http.parties.maker.address;
    const line = await addMember(http.ctx, { email: "jana@example.com", party, scope: "write" });
    const { location, cookie } = await signIn(jana);
    expect(location).to.equal("/");
    const { caller } = await viewOf(cookie!);
    expect([caller!.scope, caller!.party!.address]).to.deep.equal(["write", party]);
    expect(await signIn({ ...jana, sub: "u-2" }), "another account").to.deep.equal({
      location: "/#company=other-account",
      cookie: undefined,
    });
    await removeMember(http.ctx, line.id);
    expect((await viewOf(cookie!)).caller).to.equal(null);
    expect((await signIn(jana)).location).to.equal("/#company=unlisted");
  });

  it("gives the rights of the provider's claim", async () => {
    const party = http.parties.distributor.address;
    const { cookie } = await signIn({ sub: "u-3", reelproof: ["staff", `${party} admin`] });
    const { caller } = await viewOf(cookie!);
    expect([caller!.scope, caller!.party!.address]).to.deep.equal(["admin", party]);
    const { items } = await http.expecting<{ items: { by: string; label: string }[] }>(
      200,
      "GET",
      "/v1/sessions?limit=200",
      { key: "distributor" },
    );
    expect(items.map(({ by, label }) => [by, label])).to.deep.include(["company", "u-3"]);
    const operator = await signIn({ sub: "u-4", reelproof: "operator read" });
    expect((await viewOf(operator.cookie!)).caller).to.deep.include({ scope: "read", party: null });
  });

  it("says why an account has no right", async () => {
    const party = http.parties.maker.address;
    const stranger = `0x${"77".repeat(20)}`;
    for (const [account, reason] of [
      [{ sub: "u-5" }, "unlisted"],
      [{ sub: "u-5", reelproof: `${stranger} admin` }, "unlisted"],
      [{ sub: "u-5", reelproof: [`${party} read`, "operator read"] }, "ambiguous"],
      [{ ...jana, email_verified: false }, "unverified"],
      [{ ...jana, email_verified: "true" }, "unverified"],
    ] as const)
      expect(await signIn(account), JSON.stringify(account)).to.deep.equal({
        location: `/#company=${reason}`,
        cookie: undefined,
      });
  });

  it("takes a way back once, and only in the browser that went", async () => {
    provider.account = { sub: "u-6", reelproof: "operator read" };
    const there = await goThere();
    const before = provider.exchanged;
    for (const flow of [undefined, (await goThere()).flow])
      expect(
        await comeBack({ back: there.back, ...(flow !== undefined && { flow }) }),
      ).to.deep.equal({ location: "/#company=expired", cookie: undefined });
    expect(provider.exchanged, "codes that were exchanged").to.equal(before);
    expect((await comeBack(there)).location).to.equal("/");
    expect((await comeBack(there)).location).to.equal("/#company=rejected");
  });

  it("refuses what the provider did not sign, or signed for another client, flow, account or time", async () => {
    const account = { sub: "u-7", reelproof: "operator admin" };
    const past = Math.floor(Date.now() / 1000) - 3_600;
    for (const wrong of [
      { aud: "another" },
      { iss: "https://evil.example" },
      { nonce: "another" },
      { exp: past },
      { iat: past, exp: past + 60 },
      { sub: undefined },
    ]) {
      provider.alter = (claims) => ({ ...claims, ...wrong });
      expect((await signIn(account)).location, JSON.stringify(wrong)).to.equal(
        "/#company=rejected",
      );
    }
    provider.alter = (claims) => claims;
    provider.signsWithOtherKey = true;
    expect((await signIn(account)).location).to.equal("/#company=rejected");
    provider.signsWithOtherKey = false;
    // A clock that differs by half a minute is no reason.
    provider.alter = (claims) => ({ ...claims, exp: Math.floor(Date.now() / 1000) - 30 });
    expect((await signIn(account)).location).to.equal("/");
  });

  it("says that the person stopped, and that the provider does not answer", async () => {
    const { back, flow } = await goThere();
    const cancelled = new URL(back);
    cancelled.searchParams.delete("code");
    cancelled.searchParams.set("error", "access_denied");
    expect((await comeBack({ back: cancelled.href, flow })).location).to.equal(
      "/#company=cancelled",
    );
    const reply = await get(`${http.url}/v1/session/company`); // its provider is not there
    expect(reply.headers.get("location")).to.equal("/#company=unreachable");
  });

  it("is not there without a provider", async () => {
    const without = await http.beside({ oidc: undefined });
    await without.expecting(404, "GET", "/v1/session/company");
    const { ways } = await without.expecting<SessionView>(200, "GET", "/v1/session");
    expect(ways.company).to.equal(false);
  });
});

describe("readClaim", () => {
  it("reads an owner and a scope, and ignores everything else", () => {
    const party = `0x${"ab".repeat(20)}`;
    expect(readClaim([`${party} read`, "operator admin"])).to.deep.equal([
      { party, scope: "read" },
      { party: null, scope: "admin" },
    ]);
    const others = [undefined, 7, "", "operator", "operator root", "operator admin now", "admin"];
    expect(readClaim([...others, { operator: "admin" }, [`${party} read`]])).to.deep.equal([]);
  });
});
