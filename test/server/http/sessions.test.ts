// Tests sessions of browsers: what begins and ends one, what its cookie allows, and that a hostile page gets nothing by it.
import { expect } from "chai";
import { revokeApiKey } from "../../../server/access/admin.ts";
import { IDLE_SECONDS, LONGEST_SECONDS } from "../../../server/access/sessions.ts";
import type { SessionView, StandingSession } from "../../../api/sessions.ts";
import { openTestHttp, type TestHttp } from "../../support/http.ts";

const OWN = { "reelproof-page": "1" };

describe("sessions", () => {
  let http: TestHttp;
  let now: number;

  before(async () => {
    now = Math.floor(Date.now() / 1000);
    http = await openTestHttp({ clock: () => now });
  });
  after(() => http.close());

  /** Signs in with an API key. @returns the cookie as a browser sends it back */
  async function signIn(key: string): Promise<string> {
    const reply = await http.call("POST", "/v1/session", { key, body: {} });
    expect(reply.status).to.equal(201);
    return cookieIn(reply.headers);
  }
  const cookieIn = (headers: Headers) => headers.get("set-cookie")!.split(";", 1)[0]!;
  const withCookie = (cookie: string, more: Record<string, string> = OWN) => ({
    headers: { cookie, ...more },
  });
  /** The status of a request that only a caller may make. */
  const statusWith = async (cookie: string, more?: Record<string, string>) =>
    (await http.call("GET", "/v1/caller", withCookie(cookie, more))).status;

  it("give a browser a cookie that scripts cannot read and other sites cannot send", async () => {
    const { headers } = await http.call("POST", "/v1/session", { key: "maker", body: {} });
    expect(headers.get("set-cookie")).to.match(
      /^reelproof-session-[0-9a-f]{8}=rps_[0-9a-f]{12}_[\w-]{43}; Path=\/; Max-Age=604800; HttpOnly; SameSite=Strict$/,
    );
    const tls = await http.beside({ behindTls: true });
    const secure = await tls.call("POST", "/v1/session", { key: "maker", body: {} });
    expect(secure.headers.get("set-cookie")).to.match(
      /^__Host-reelproof-session-[0-9a-f]{8}=.*; SameSite=Strict; Secure$/,
    );
  });

  it("have the party and the scope of their API key", async () => {
    const cookie = await signIn(await http.apiKey("maker", "read"));
    const body = await http.expecting<SessionView>(200, "GET", "/v1/session", withCookie(cookie));
    expect(body.caller).to.deep.include({ scope: "read" });
    expect(body.caller!.party!.address).to.equal(http.parties.maker.address);
    await http.expecting(403, "GET", "/v1/sessions", withCookie(cookie));
  });

  it("begin and end on a restored copy that only reads", async () => {
    const standby = { isOn: () => Promise.resolve(true), end: () => Promise.resolve(true) };
    const copy = await http.beside({ standby });
    const { status, headers } = await copy.call("POST", "/v1/session", { key: "maker", body: {} });
    expect(status).to.equal(201);
    const session = withCookie(cookieIn(headers));
    expect((await copy.call("GET", "/v1/lots", session)).status).to.equal(200);
    const act = await copy.call("POST", "/v1/keys", { ...session, body: {} });
    expect([act.status, act.body["code"]]).to.deep.equal([409, "RESTORED_COPY"]);
    expect((await copy.call("DELETE", "/v1/session", session)).status).to.equal(204);
    expect((await copy.call("GET", "/v1/lots", session)).status).to.equal(401);
  });

  it("are of nobody without a cookie", async () => {
    const ways = { wallet: true, company: true };
    const nobody = { caller: null, session: null, people: [], person: null, ways };
    expect(await http.expecting(200, "GET", "/v1/session")).to.deep.equal(nobody);
  });

  it("are stored by a hash alone", async () => {
    const cookie = await signIn("maker");
    const [, id, secret] = /rps_([0-9a-f]{12})_(.+)$/.exec(cookie)!;
    const row = await http.ctx.prisma.session.findUniqueOrThrow({ where: { id: id! } });
    expect(JSON.stringify(row, (_key, value: unknown) => String(value))).not.to.include(secret!);
    expect(row.hash).to.match(/^[0-9a-f]{64}$/);
  });

  it("end when their API key is revoked", async () => {
    const key = await http.apiKey("maker", "admin");
    const cookie = await signIn(key);
    expect(await statusWith(cookie)).to.equal(200);
    await revokeApiKey(http.ctx, key.split("_")[1]!);
    const { status, headers } = await http.call("GET", "/v1/caller", withCookie(cookie));
    expect(status).to.equal(401);
    expect(headers.get("set-cookie")).to.include("Max-Age=0");
  });

  it("end after hours without a request, and after days in any case", async () => {
    const [idle, busy] = [await signIn("maker"), await signIn("maker")];
    const began = now;
    now = began + IDLE_SECONDS - 1;
    expect(await statusWith(busy)).to.equal(200);
    now = began + IDLE_SECONDS;
    expect([await statusWith(idle), await statusWith(busy)]).to.deep.equal([401, 200]);
    while (now < began + LONGEST_SECONDS - IDLE_SECONDS / 2) {
      now += IDLE_SECONDS / 2;
      expect(await statusWith(busy)).to.equal(now < began + LONGEST_SECONDS ? 200 : 401);
    }
    now = began + LONGEST_SECONDS;
    expect(await statusWith(busy)).to.equal(401);
  });

  it("end on their own by signing out, or all of an API key's everywhere", async () => {
    const key = await http.apiKey("maker", "admin");
    const [first, second, third] = [await signIn(key), await signIn(key), await signIn(key)];
    const other = await signIn("maker");
    await http.expecting(204, "DELETE", "/v1/session", withCookie(first));
    expect([await statusWith(first), await statusWith(second)]).to.deep.equal([401, 200]);
    await http.expecting(204, "DELETE", "/v1/session?everywhere=true", withCookie(second));
    const statuses = [await statusWith(second), await statusWith(third), await statusWith(other)];
    expect(statuses).to.deep.equal([401, 401, 200]);
  });

  it("are listed and ended by the party's administrator, and by no other party", async () => {
    const cookie = await signIn("maker");
    const id = cookie.split("_")[1]!;
    const list = async (key: string) =>
      (
        await http.expecting<{ items: StandingSession[] }>(200, "GET", "/v1/sessions?limit=200", {
          key,
        })
      ).items.map((each) => each.id);
    expect(await list("maker")).to.include(id);
    expect(await list("distributor")).not.to.include(id);
    await http.expecting(404, "DELETE", `/v1/sessions/${id}`, { key: "distributor" });
    await http.expecting(204, "DELETE", `/v1/sessions/${id}`, { key: "maker" });
    expect(await statusWith(cookie)).to.equal(401);
    await http.expecting(404, "DELETE", `/v1/sessions/${id}`, { key: "maker" });
  });

  describe("of a start's link", () => {
    it("begin once, and look as each person of the sample", async () => {
      const token = http.start.make();
      const reply = await http.call<SessionView>("POST", "/v1/session/start", { body: { token } });
      expect(reply.status).to.equal(201);
      expect(reply.body.people.map(({ id }) => id)).to.deep.equal(["operator", "maker"]);
      const cookie = cookieIn(reply.headers);
      const body = { person: "maker" };
      const chosen = await http.call<SessionView>("POST", "/v1/session", {
        ...withCookie(cookie),
        body,
      });
      expect(chosen.body.person).to.equal("maker");
      expect(chosen.body.caller!.party!.address).to.equal(http.parties.maker.address);
      expect(await statusWith(cookie), "the session before").to.equal(401);
      await http.expecting(404, "POST", "/v1/session/start", { body: { token } });
    });

    it("do not begin with a token that is old, or of no link", async () => {
      const token = http.start.make();
      now += 60 * 60;
      await http.expecting(404, "POST", "/v1/session/start", { body: { token } });
      await http.expecting(404, "POST", "/v1/session/start", { body: { token: "A".repeat(43) } });
      const without = await http.beside({ start: undefined });
      const fresh = { token: http.start.make() };
      await without.expecting(404, "POST", "/v1/session/start", { body: fresh });
    });

    it("are the only ones that may change to somebody else", async () => {
      const cookie = await signIn("operator");
      const body = { person: "maker" };
      await http.expecting(403, "POST", "/v1/session", { ...withCookie(cookie), body });
      await http.expecting(403, "POST", "/v1/session", { key: "operator", body });
    });
  });

  describe("and a hostile page", () => {
    let cookie: string;
    before(async () => {
      cookie = await signIn("maker");
    });

    it("do not count for a request without the pages' own header, which no foreign page can send", async () => {
      expect(await statusWith(cookie, {})).to.equal(401);
      await http.expecting(401, "POST", "/v1/lots", {
        headers: { cookie, "content-type": "text/plain" },
        raw: "{}",
      });
    });

    it("do not count where the browser says that another site or port asks", async () => {
      const { host } = new URL(http.url);
      for (const foreign of [
        { "sec-fetch-site": "cross-site" },
        { "sec-fetch-site": "same-site" },
        { "sec-fetch-site": "none" },
        { origin: "https://evil.example" },
        { origin: "null" },
        { origin: "http://127.0.0.1:1" },
        { origin: `https://${host}.evil.example` },
      ])
        expect(await statusWith(cookie, { ...OWN, ...foreign }), JSON.stringify(foreign)).to.equal(
          401,
        );
      const own = { ...OWN, origin: http.url, "sec-fetch-site": "same-origin" };
      expect(await statusWith(cookie, own)).to.equal(200);
    });

    it("get no leave from a preflight", async () => {
      const headers = {
        origin: "https://evil.example",
        "access-control-request-method": "POST",
        "access-control-request-headers": "reelproof-page,content-type",
      };
      for (const path of ["/v1/session", "/v1/lots", "/v1/session/start"]) {
        const response = await fetch(http.url + path, { method: "OPTIONS", headers });
        expect([...response.headers.keys()].join(), path).not.to.include("access-control");
      }
    });

    it("do not sign a browser in as somebody else", async () => {
      const { status } = await http.call("POST", "/v1/session", {
        headers: { ...OWN, origin: "https://evil.example", cookie },
        body: {},
      });
      expect(status).to.equal(401);
    });
  });
});
