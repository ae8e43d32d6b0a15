// Tests what a caller may use of the service: requests, bodies, values, rows; and that nobody uses up another's part.
import { expect } from "chai";
import { DEFAULT_LIMITS, type BudgetLimits } from "../../../server/budgets/budgets.ts";
import { openBudgets } from "../../../server/budgets/shares.ts";
import { type AppOptions, createApps } from "../../../server/http/app.ts";
import { listen, type Listening } from "../../../server/http/listen.ts";
import { ROUTES } from "../../../server/http/routes/table.ts";
import { signedEvent } from "../../support/examples.ts";
import { type Client, clientOf, openTestHttp, type TestHttp } from "../../support/http.ts";
import { recordQueries } from "../../support/queries.ts";
import { sendRaw } from "../../support/raw-http.ts";
import { openTestWatch } from "../../support/watch.ts";

/** Days beyond all in which the prepared world spent something. */
let day = 30_000;

describe("limits", () => {
  let http: TestHttp;
  before(async () => {
    http = await openTestHttp();
  });
  after(() => http.close());

  /** A process with these limits, on a day of its own. */
  const limited = (limits: Partial<BudgetLimits>, options: Partial<AppOptions> = {}) => {
    const now = ++day * 24 * 60 * 60 + 10;
    return http.beside(options, {
      budgets: openBudgets({ ...DEFAULT_LIMITS, ...limits }),
      clock: () => now,
    });
  };
  const wrongKey = (i: number) => `rp_${String(i).padStart(12, "0")}_${"A".repeat(43)}`;
  const fromAddress = (address: string) => ({ headers: { "x-forwarded-for": address } });
  const newLots = (count: number, prefix: string) => ({
    lots: Array.from({ length: count }, (_, i) => ({ lotNumber: `${prefix}-${i}`, quantity: 1 })),
  });

  describe("on requests", () => {
    it("count all keys of a party together", async () => {
      const client = await limited({ requests: 3 });
      const keys = await Promise.all([1, 2, 3, 4].map(() => http.apiKey("maker", "read")));
      for (const key of keys.slice(0, 3)) await client.expecting(200, "GET", "/v1/lots", { key });
      const { status, body, headers } = await client.call("GET", "/v1/lots", { key: keys[3] });
      expect([status, body["code"]]).to.deep.equal([429, "RATE_LIMITED"]);
      expect(body["budget"]).to.include({ name: "requests", limit: 3 });
      expect(body["detail"]).to.contain("RATE_LIMIT");
      expect(Number(headers.get("retry-after"))).to.be.within(1, 60);
      expect(headers.get("ratelimit")).to.match(/^limit=3, remaining=0, reset=\d+$/);
      await client.expecting(200, "GET", "/v1/lots", { key: "ems" });
    });

    it("are shared by processes", async () => {
      const now = ++day * 24 * 60 * 60;
      const open = () =>
        http.beside(
          {},
          { budgets: openBudgets({ ...DEFAULT_LIMITS, requests: 40 }), clock: () => now },
        );
      const clients = [await open(), await open()];
      const replies = await Promise.all(
        Array.from({ length: 80 }, (_, i) =>
          clients[i % 2]!.call("GET", "/v1/lots?limit=1", { key: "maker" }),
        ),
      );
      expect(replies.filter(({ status }) => status === 200).length).to.be.within(36, 40);
    });

    it("count a large body as several", async () => {
      const client = await limited({ requests: 4 });
      const raw = `{"label":"${"x".repeat(800 * 1024)}"}`;
      expect((await client.call("POST", "/v1/scan", { key: "maker", raw })).status).not.to.equal(
        429,
      );
      await client.expecting(429, "GET", "/v1/lots", { key: "maker" });
    });

    it("count invalid keys apart from requests without a key", async () => {
      const client = await limited({ wrongKeys: 3, reads: 2 });
      for (let i = 0; i < 3; i++)
        await client.expecting(401, "GET", "/v1/lots", { key: wrongKey(i) });
      const { status, body } = await client.call("GET", "/v1/lots", { key: wrongKey(3) });
      expect([status, body["code"]]).to.deep.equal([429, "RATE_LIMITED"]);
      expect(body["budget"]).to.include({ name: "wrongKeys" });
      for (let i = 0; i < 2; i++) await client.expecting(200, "GET", "/v1/log/checkpoint");
      await client.expecting(429, "GET", "/v1/log/checkpoint");
    });

    it("ask the database for no key once an address has sent too many invalid ones", async () => {
      let asked = 0;
      const { prisma } = http.ctx;
      const counting = prisma.$extends({
        query: {
          apiKey: {
            findUnique({ args, query }) {
              asked++;
              return query(args);
            },
          },
        },
      }) as unknown as typeof prisma;
      const now = ++day * 24 * 60 * 60;
      const budgets = openBudgets({ ...DEFAULT_LIMITS, wrongKeys: 5 });
      const client = await http.beside({}, { prisma: counting, budgets, clock: () => now });
      for (let i = 0; i < 40; i++) await client.call("GET", "/v1/lots", { key: wrongKey(i) });
      expect(asked).to.equal(5);
    });

    it("serve keys that were good before, whatever else their address sends", async () => {
      const client = await limited({ wrongKeys: 3 });
      await client.expecting(200, "GET", "/v1/lots", { key: "maker" });
      for (let i = 0; i < 5; i++) await client.call("GET", "/v1/lots", { key: wrongKey(i) });
      await client.expecting(200, "GET", "/v1/lots", { key: "maker" });
    });

    it("refuse a key that is revoked while it is remembered", async () => {
      const client = await limited({});
      const { id, key } = await client.expecting<{ id: string; key: string }>(
        201,
        "POST",
        "/v1/api-keys",
        { key: "maker", body: { scope: "read" } },
      );
      await client.expecting(200, "GET", "/v1/lots", { key });
      await client.expecting(204, "DELETE", `/v1/api-keys/${id}`, { key: "maker" });
      await client.expecting(401, "GET", "/v1/lots", { key });
    });

    it("use the address that a trusted proxy reports, and no other", async () => {
      const behind = await limited({ wrongKeys: 20, reads: 20 }, { trustProxy: ["loopback"] });
      for (let i = 0; i < 30; i++) {
        const from = fromAddress("203.0.113.7");
        await behind.call("GET", "/v1/lots", { key: wrongKey(i), ...from });
        await behind.call("GET", "/v1/log/checkpoint", from);
      }
      await behind.expecting(429, "GET", "/v1/log/checkpoint", fromAddress("203.0.113.7"));
      // Only the nearest address is the proxy's word: what stands before it, the client claims.
      await behind.expecting(
        429,
        "GET",
        "/v1/log/checkpoint",
        fromAddress("198.51.100.9, 203.0.113.7"),
      );
      await behind.expecting(200, "GET", "/v1/log/checkpoint", fromAddress("203.0.113.8"));
      const direct = await limited({ reads: 3 });
      for (let i = 0; i < 3; i++)
        await direct.expecting(200, "GET", "/v1/log/checkpoint", fromAddress(`10.0.0.${i}`));
      await direct.expecting(429, "GET", "/v1/log/checkpoint", fromAddress("10.0.0.9"));
    });

    it("count pages, unknown addresses and wrong methods", async () => {
      for (const path of ["/docs", "/verify.html", "/nothing", "/v1/openapi.json"]) {
        const client = await limited({ reads: 1 });
        expect((await fetch(client.url + path)).status, path).not.to.equal(429);
        await client.expecting(429, "GET", path);
      }
    });
  });

  describe("on probes", () => {
    const listenings: Listening[] = [];
    after(() => Promise.all(listenings.map((each) => each.close())));

    it("move them to an address of their own, where nothing else is", async () => {
      const apps = createApps(http.ctx, {
        documentMaxBytes: 1,
        nudge: () => undefined,
        watch: openTestWatch(http.ctx),
        probesElsewhere: true,
      });
      const open = async (app: Parameters<typeof listen>[0]): Promise<Client> => {
        const listening = await listen(app, 0, "127.0.0.1");
        listenings.push(listening);
        return clientOf(`http://127.0.0.1:${listening.address.port}`, http.keys);
      };
      const [app, probes] = [await open(apps.app), await open(apps.probes)];
      for (const { path } of ROUTES.filter(({ unlimited }) => unlimited)) {
        await probes.expecting(200, "GET", path);
        await app.expecting(404, "GET", path);
      }
      await app.expecting(200, "GET", "/v1/openapi.json");
      for (const path of ["/v1/openapi.json", "/docs", "/metrics", "/v1/lots"])
        await probes.expecting(404, "GET", path, { key: "operator" });
    });
  });

  describe("on readings", () => {
    it("count rows up to a bound only, so that they cost the same however much is stored", async () => {
      const queries = recordQueries(http.database);
      for (const path of ["/readyz", "/metrics"]) {
        queries();
        await http.expecting(200, "GET", path, { key: "operator" });
        const counting = queries().filter((text) => /count\(|GROUP BY/i.test(text));
        expect(counting, path).to.have.length(1);
        const counts = counting[0]!.match(/count\(\*\)/gi)!;
        expect(counting[0]!.match(/LIMIT/g), path).to.have.length(counts.length);
        expect(counting[0], path).not.to.contain("GROUP BY");
      }
    });
  });

  describe("on bodies", () => {
    const inflight = (key: string, length: number, start = "") =>
      `POST /v1/scan HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${key}\r\n` +
      `Content-Type: application/json\r\nContent-Length: ${length}\r\n\r\n${start}`;

    it("bound what one caller's requests hold, and give it back", async () => {
      const bodies = { ofOne: 3_000, inAll: 10_000 };
      const client = await limited({}, { bodies });
      const long = { label: "x".repeat(4_000) };
      const { status, body, headers } = await client.call("POST", "/v1/scan", {
        key: "maker",
        body: long,
      });
      expect([status, body["code"], headers.get("retry-after")]).to.deep.equal([429, "BUSY", "5"]);
      const label = { label: "x".repeat(2_000) };
      for (let i = 0; i < 4; i++)
        await client.expecting(200, "POST", "/v1/scan", { key: "maker", body: label });
    });

    it("bound what all requests hold", async () => {
      const client = await limited({}, { bodies: { ofOne: 9_000, inAll: 3_000 } });
      const { status, body } = await client.call("POST", "/v1/scan", {
        key: "maker",
        body: { label: "x".repeat(4_000) },
      });
      expect([status, body["code"]]).to.deep.equal([503, "BUSY"]);
      await client.expecting(200, "POST", "/v1/scan", { key: "maker", body: { label: "x" } });
    });

    it("refuse JSON with more values than its route takes, before it is parsed", async () => {
      const many: Record<string, string> = {
        numbers: `[${"0,".repeat(60_000)}0]`,
        objects: `[${"{},".repeat(60_000)}{}]`,
        texts: `[${'"",'.repeat(60_000)}""]`,
        members: `{${Array.from({ length: 60_000 }, (_, i) => `"${i}":0`).join(",")}}`,
        "not even JSON": "[".repeat(10) + ",".repeat(60_000),
      };
      for (const [what, raw] of Object.entries(many)) {
        const { status, body } = await http.call("POST", "/v1/scan", { key: "maker", raw });
        expect([status, body["code"]], what).to.deep.equal([413, "TOO_LARGE"]);
        expect(body["detail"]).to.contain("32768 values");
      }
    });

    it("are refused where no body belongs", async () => {
      for (const [method, path] of [
        ["GET", "/v1/lots"],
        ["GET", "/healthz"],
        ["DELETE", `/v1/api-keys/${"0".repeat(12)}`],
      ] as const) {
        const key = http.keys.maker;
        const answer = await sendRaw(
          http.url,
          `${method} ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${key}\r\nContent-Length: 2\r\n\r\n{}`,
        );
        expect([answer.status, answer.code], path).to.deep.equal([400, "BAD_REQUEST"]);
      }
    });

    it("are asked for only after the key was looked at", async () => {
      const expectant = (key: string) =>
        inflight(key, 13).replace("Content-Type", "Expect: 100-continue\r\nContent-Type");
      const good = await sendRaw(http.url, expectant(http.keys.maker), '{"label":"x"}');
      expect(good.text).to.match(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 /);
      const bad = await sendRaw(http.url, expectant(wrongKey(1)));
      expect(bad.text).to.match(/^HTTP\/1\.1 401 /);
      const none = await sendRaw(
        http.url,
        "GET /healthz HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n",
      );
      expect(none.text).to.match(/^HTTP\/1\.1 400 /);
    });
  });

  describe("on form", () => {
    const post = (headers: string, body = "", path = "/v1/scan") =>
      sendRaw(
        http.url,
        `POST ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${http.keys.maker}\r\n` +
          `Content-Type: application/json\r\n${headers}\r\n\r\n${body}`,
      );
    const faults: Record<string, () => ReturnType<typeof sendRaw>> = {
      "a chunk whose size is no number": () => post("Transfer-Encoding: chunked", "zz\r\n{}\r\n"),
      "a chunk without its end": () => post("Transfer-Encoding: chunked", "2\r\n{}xx\r\n0\r\n\r\n"),
      "a fault in a later chunk": () =>
        post("Transfer-Encoding: chunked", '9\r\n{"label":\r\n-1\r\n"x"}\r\n0\r\n\r\n'),
      "an unknown transfer coding": () => post("Transfer-Encoding: xchunked", "2\r\n{}\r\n"),
      "two transfer codings": () => post("Transfer-Encoding: gzip, chunked", "0\r\n\r\n"),
      "a length and chunks": () =>
        post("Transfer-Encoding: chunked\r\nContent-Length: 2", "0\r\n\r\n"),
      "two lengths": () => post("Content-Length: 2\r\nContent-Length: 3", "{}"),
      "a length that is no number": () => post("Content-Length: two", "{}"),
      "a header without a name": () => post(": x\r\nContent-Length: 2", "{}"),
      "two Host headers": () => post("Host: y\r\nContent-Length: 2", "{}"),
      "no HTTP": () => sendRaw(http.url, "hello\r\n\r\n"),
    };
    for (const [what, send] of Object.entries(faults))
      it(`answers ${what} with 400 and a code`, async () => {
        const { status, code } = await send();
        expect([status, code]).to.deep.equal([400, "BAD_REQUEST"]);
      });

    it("answers too many bytes of headers with 431 and a code", async () => {
      const { status, code } = await post(`X-Long: ${"x".repeat(20_000)}`);
      expect([status, code]).to.deep.equal([431, "BAD_REQUEST"]);
    });
  });

  describe("on what is stored", () => {
    it("bound the bytes of a day, and count no upload that was refused or known", async () => {
      const client = await limited({ bytes: 5_000 });
      const upload = (text: string, kind = "coc") =>
        client.call("POST", `/v1/documents?kind=${kind}`, {
          key: "maker",
          raw: text.padEnd(2_000, "."),
          headers: { "content-type": "text/plain" },
        });
      const first = `certificate of day ${day}`;
      expect((await upload(first)).status).to.equal(201);
      for (let i = 0; i < 3; i++) expect((await upload(first)).status).to.equal(200);
      for (let i = 0; i < 3; i++) expect((await upload(first, "nothing")).status).to.equal(400);
      expect((await upload(`${first}, the second`)).status).to.equal(201);
      const { status, body } = await upload(`${first}, the third`);
      expect([status, body["code"]]).to.deep.equal([429, "BUDGET_SPENT"]);
      expect(body["budget"]).to.include({ name: "bytes" });
      expect(body["detail"]).to.contain("DAILY_MEBIBYTES");
    });

    it("bound the rows of a day, and count no act that was refused", async () => {
      const client = await limited({ rows: 12 });
      const make = (count: number, prefix: string) =>
        client.call("POST", "/v1/lots", { key: "maker", body: newLots(count, prefix) });
      expect((await make(5, "ROWS")).status).to.equal(201);
      for (let i = 0; i < 3; i++) expect((await make(5, "ROWS")).status).to.equal(409);
      expect((await make(5, "ROWS-MORE")).status).to.equal(201);
      const { status, body } = await make(1, "ROWS-TOO-MANY");
      expect([status, body["code"]]).to.deep.equal([429, "BUDGET_SPENT"]);
      expect(body["budget"]).to.include({ name: "rows" });
      const other = { key: "ems", body: { action: "introduce", ...newLots(1, "OTHER") } };
      await client.expecting(201, "POST", "/v1/lots", other);
    });

    it("bound the events and notices of a day that go to the ledger, and not log-only ones", async () => {
      const client = await limited({ submissions: 2 });
      const make = (prefix: string, settlement: string) =>
        client.call<{ lots: string[] }>("POST", "/v1/lots", {
          key: "maker",
          body: { ...newLots(1, prefix), settlement },
        });
      for (let i = 0; i < 3; i++) expect((await make(`LOG-${i}`, "log")).status).to.equal(201);
      const { status: first, body: made } = await make("GAS-1", "ledger");
      expect(first, JSON.stringify(made)).to.equal(201);
      const recall = { lot: made.lots[0], kind: "recall" };
      await client.expecting(201, "POST", "/v1/notices", { key: "maker", body: recall });
      expect((await make("GAS-2", "ledger")).status).to.equal(429);
      const lot = (await make("LOG-9", "log")).body.lots[0]!;
      const { status, body } = await client.call("POST", `/v1/lots/${lot}/settle`, {
        key: "maker",
        body: {},
      });
      expect([status, body["code"]]).to.deep.equal([429, "BUDGET_SPENT"]);
      const row = await http.ctx.prisma.lot.findUniqueOrThrow({ where: { id: lot } });
      const settlement = { where: { id: row.lastEvent } };
      const { state } = await http.ctx.prisma.settlement.findUniqueOrThrow(settlement);
      expect(state).to.equal("logged");
    });

    it("answer a repeated event as before, though the budget is spent", async () => {
      const client = await limited({ submissions: 1 });
      const event = await signedEvent(http);
      const submit = (body: unknown) =>
        client.call<{ code?: string }>("POST", "/v1/events", { key: "maker", body });
      const first = await submit(event);
      expect(first.status).to.equal(200);
      expect((await submit(await signedEvent(http))).body.code).to.equal("BUDGET_SPENT");
      const again = await submit(event);
      expect([again.status, again.body]).to.deep.equal([200, first.body]);
    });

    it("bound standing API keys and grants", async () => {
      const standing = await http.ctx.prisma.apiKey.count({
        where: { party: http.parties.lab.address, revokedAt: null },
      });
      const client = await limited({ apiKeys: standing + 1, grants: 1 });
      const makeKey = () =>
        client.call<{ id: string; code?: string }>("POST", "/v1/api-keys", {
          key: "lab",
          body: { scope: "read" },
        });
      const made = await makeKey();
      expect(made.status).to.equal(201);
      const refused = await makeKey();
      expect([refused.status, refused.body.code]).to.deep.equal([409, "BUDGET_FULL"]);
      await client.expecting(204, "DELETE", `/v1/api-keys/${made.body.id}`, { key: "lab" });
      expect((await makeKey()).status).to.equal(201);

      const { lots } = await client.expecting<{ lots: string[] }>(201, "POST", "/v1/lots", {
        key: "distributor",
        body: { action: "introduce", ...newLots(1, "GRANT") },
      });
      const grant = () =>
        client.call<{ id: string; code?: string }>("POST", "/v1/grants", {
          key: "distributor",
          body: { label: "an audit", lots, until: 32_503_680_000 },
        });
      const given = await grant();
      expect(given.status).to.equal(201);
      expect((await grant()).body.code).to.equal("BUDGET_FULL");
      await client.expecting(200, "POST", `/v1/grants/${given.body.id}/end`, {
        key: "distributor",
      });
      expect((await grant()).status).to.equal(201);
    });
  });
});
