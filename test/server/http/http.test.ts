// Tests what all routes share: headers, request logs, limits, health, metrics, the OpenAPI document and lists.
import { expect } from "chai";
import { request as httpRequest } from "node:http";
import { connect } from "node:net";
import { Writable } from "node:stream";
import { PrismaPg } from "@prisma/adapter-pg";
import pg from "pg";
import { pino } from "pino";
import { LotNumber } from "../../../protocol/event/lot.ts";
import { PrismaClient } from "../../../prisma/generated/client.ts";
import * as acts from "../../../server/custody/acts.ts";
import { DEFAULT_LIMITS } from "../../../server/budgets/budgets.ts";
import { openBudgets } from "../../../server/budgets/shares.ts";
import { readConfig } from "../../../server/config.ts";
import { listen } from "../../../server/http/listen.ts";
import { operationId } from "../../../server/http/openapi.ts";
import { refusalOf } from "../../../server/http/problem.ts";
import { ROUTES } from "../../../server/http/routes/table.ts";
import { newLot, signedEvent } from "../../support/examples.ts";
import { openTestHttp, type TestHttp } from "../../support/http.ts";
import { createMetrics } from "../../../server/http/metrics.ts";
import { openTestWatch } from "../../support/watch.ts";
import { openTestDatabase } from "../../support/database.ts";

interface Page<T> {
  items: T[];
  next: string | null;
}

describe("HTTP service", () => {
  let http: TestHttp;
  const logged: string[] = [];

  before(async () => {
    const stream = new Writable({
      write(chunk, _encoding, done) {
        logged.push(String(chunk));
        done();
      },
    });
    http = await openTestHttp({ log: pino({ level: "trace" }, stream) });
  });
  after(() => http.close());

  describe("security.txt", () => {
    const PATH = "/.well-known/security.txt";

    it("names whom to tell about a weakness, and holds for less than a year", async () => {
      const securityContact = "mailto:security@example.com";
      const clock = () => Date.UTC(2026, 10, 24) / 1000;
      const { url } = await http.beside({ securityContact }, { clock });
      const response = await fetch(url + PATH);
      expect(response.headers.get("content-type")).to.equal("text/plain; charset=utf-8");
      expect(await response.text()).to.equal(
        "Contact: mailto:security@example.com\nExpires: 2027-02-22T00:00:00.000Z\nPreferred-Languages: en\n",
      );
    });

    it("is not there where nobody is named", async () => {
      await http.expecting(404, "GET", PATH);
    });
  });

  describe("headers", () => {
    it("hide the server software and let a browser run nothing", async () => {
      const { headers } = await http.call("GET", "/v1/lots", { key: "maker" });
      expect(headers.get("x-powered-by")).to.equal(null);
      expect(headers.get("content-security-policy")).to.equal(
        "default-src 'none';frame-ancestors 'none';base-uri 'none';form-action 'none'",
      );
      expect(headers.get("x-content-type-options")).to.equal("nosniff");
      expect(headers.get("cache-control")).to.equal("no-store");
    });

    it("demand TLS of a browser only behind a proxy that ends it, and of no other host", async () => {
      const header = async ({ call }: Pick<typeof http, "call">) =>
        (await call("GET", "/healthz")).headers.get("strict-transport-security");
      expect(await header(http)).to.equal(null);
      expect(await header(await http.beside({ behindTls: true }))).to.equal("max-age=31536000");
    });

    it("carry a new request ID, whatever ID the caller sends", async () => {
      const ids = await Promise.all(
        [1, 2].map(async () => {
          const { headers } = await http.call("GET", "/healthz", {
            headers: { "x-request-id": "mine" },
          });
          return headers.get("x-request-id");
        }),
      );
      expect(new Set([...ids, "mine", null])).to.have.property("size", 4);
    });

    it("answer HEAD like GET", async () => {
      const { status, body } = await http.call("GET", "/healthz");
      expect([status, body]).to.deep.equal([200, { alive: true }]);
      expect((await fetch(`${http.url}/healthz`, { method: "HEAD" })).status).to.equal(200);
    });

    it("accept an API key only as a Bearer token in Authorization", async () => {
      await http.expecting(401, "GET", `/v1/lots?api_key=${http.keys.maker}`);
      await http.expecting(200, "GET", "/v1/lots", {
        headers: { authorization: `bearer  ${http.keys.maker}` },
      });
      for (const authorization of [
        http.keys.maker,
        `Basic ${http.keys.maker}`,
        `Bearer ${http.keys.maker} x`,
      ]) {
        await http.expecting(401, "GET", "/v1/lots", { headers: { authorization } });
      }
    });
  });

  describe("request log", () => {
    it("has each request's ID, path and status, and no secret", async () => {
      const sent = await signedEvent(http);
      const body = { ...sent, details: { ...sent.details, purchaseOrder: "CANARY-PO" } };
      logged.length = 0;
      const { headers } = await http.call("POST", "/v1/events?x=CANARY-QUERY", {
        key: "maker",
        body,
      });
      await http.call("POST", "/v1/events", { key: "maker", body });
      await http.call("GET", "/v1/lots", { key: "rp_000000000000_CANARY" });
      const made = await http.expecting(201, "POST", "/v1/api-keys", {
        key: "maker",
        body: { scope: "read" },
      });
      const broken = await http.beside(
        {},
        { request: () => Promise.reject(new Error("CANARY-CAUSE")) },
      );
      await http.settle();
      await broken.call("POST", "/v1/parties", {
        key: "operator",
        body: { address: `0x${"5".repeat(40)}`, name: "X", roles: ["laboratory"] },
      });
      const text = logged.join("");
      const lines = logged.map(
        (line) => JSON.parse(line) as { req?: Record<string, unknown>; res?: unknown },
      );
      const line = lines.find(({ req }) => req?.["id"] === headers.get("x-request-id"));
      expect(line).to.deep.include({ res: { statusCode: 400 } });
      expect(line?.req).to.include({ method: "POST", path: "/v1/events" });
      expect(text).to.contain("CANARY-CAUSE");
      for (const secret of [
        http.keys.maker,
        String(made["key"]),
        "CANARY-PO",
        "CANARY-QUERY",
        sent.secret!,
      ]) {
        expect(text).not.to.contain(secret);
      }
      expect(text.toLowerCase()).not.to.contain("bearer");
    });

    it("finds the request that an error names, at the default level, with the client's address behind a proxy", async () => {
      const { logLevel } = readConfig({}).config;
      const lines: string[] = [];
      const log = pino({ level: logLevel }, { write: (line) => void lines.push(line) });
      const behind = await http.beside({ trustProxy: ["loopback"] }, { log });
      const headers = { "x-forwarded-for": "192.0.2.7" };
      const refused = await behind.expecting(401, "GET", "/v1/lots", { headers });
      await behind.expecting(200, "GET", "/healthz");
      const requests = lines.map((line) => JSON.parse(line) as { req: Record<string, unknown> });
      expect(requests.map(({ req }) => req)).to.deep.equal([
        { id: refused["requestId"], method: "GET", remoteAddress: "192.0.2.7", path: "/v1/lots" },
      ]);
    });
  });

  describe("limits", () => {
    it("count requests per party, and per address without a valid key", async () => {
      const limits = { ...DEFAULT_LIMITS, requests: 3, reads: 1, wrongKeys: 3 };
      const later = http.ctx.clock() + 10 * 24 * 60 * 60; // a minute in which nothing was spent, and which does not end
      const parts = { budgets: openBudgets(limits), clock: () => later };
      const limited = await http.beside({}, parts);
      for (let i = 0; i < 3; i++) await limited.expecting(200, "GET", "/v1/lots", { key: "maker" });
      const { status, body, headers } = await limited.call("GET", "/v1/lots", { key: "maker" });
      expect([status, body["code"]]).to.deep.equal([429, "RATE_LIMITED"]);
      expect(Number(headers.get("retry-after"))).to.be.within(1, 60);
      await limited.expecting(200, "GET", "/v1/lots", { key: "ems" });
      const wrong = (i: number) => ({
        key: `rp_00000000000${i}_${"A".repeat(43)}`,
        headers: { "x-forwarded-for": `10.0.0.${i}` },
      });
      for (let i = 0; i < 3; i++) await limited.expecting(401, "GET", "/v1/lots", wrong(i));
      await limited.expecting(429, "GET", "/v1/lots", wrong(9));
      await limited.expecting(401, "GET", "/v1/lots");
      await limited.expecting(429, "GET", "/v1/lots", {
        headers: { "x-forwarded-for": "10.0.0.9" },
      });
      await limited.expecting(200, "GET", "/healthz");
      await limited.expecting(200, "GET", "/readyz");
    });

    it("answer 401 and 403 before they read the body", async () => {
      const raw = "x".repeat(300 * 1024);
      await http.expecting(401, "POST", "/v1/lots", { raw });
      await http.expecting(403, "POST", "/v1/lots", { key: "operator", raw });
      await http.expecting(413, "POST", "/v1/lots", { key: "maker", raw });
    });

    it("answer 413 to a large body without a Content-Length", async () => {
      const { hostname, port } = new URL(http.url);
      const status = await new Promise<number>((resolve, reject) => {
        const headers = {
          authorization: `Bearer ${http.keys.maker}`,
          "content-type": "application/json",
          "transfer-encoding": "chunked",
        };
        const sending = httpRequest(
          { hostname, port, method: "POST", path: "/v1/lots", headers },
          (response) => {
            response.resume();
            resolve(response.statusCode!);
          },
        );
        sending.once("error", reject);
        for (let i = 0; i < 5; i++) sending.write("x".repeat(64 * 1024));
        sending.end();
      });
      expect(status).to.equal(413);
    });

    it("answer 408 to a client that is too slow with its headers or body", async () => {
      const limits = {
        headersTimeoutMs: 50,
        requestTimeoutMs: 100,
        checkEveryMs: 20,
        closeTimeoutMs: 1_000,
      };
      const slow = await listen((_req, res) => res.end(), 0, "127.0.0.1", limits);
      const answerTo = (text: string) =>
        new Promise<string>((resolve, reject) => {
          const socket = connect(slow.address.port, "127.0.0.1", () => socket.write(text));
          let answer = "";
          socket.on("data", (chunk) => (answer += String(chunk)));
          socket.once("close", () => resolve(answer)).once("error", reject);
        });
      expect(await answerTo("GET / HTTP/1.1\r\nHost: x\r\n")).to.match(/^HTTP\/1.1 408 /);
      expect(
        await answerTo("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"),
      ).to.match(/408/);
      await slow.close();
    });

    it("refuse new connections on close, and answer the pending requests", async () => {
      const held = Promise.withResolvers<string>();
      const arrived = Promise.withResolvers<string>();
      const server = await listen(
        (_req, res) => {
          arrived.resolve("");
          void held.promise.then(() => res.end("done"));
        },
        0,
        "127.0.0.1",
      );
      const url = `http://127.0.0.1:${server.address.port}`;
      const answer = fetch(url).then((response) => response.text());
      await arrived.promise;
      const closed = server.close();
      const refused = await fetch(url).then(
        () => false,
        () => true,
      );
      held.resolve("");
      expect([await answer, refused]).to.deep.equal(["done", true]);
      await closed;
    });
  });

  describe("health and metrics", () => {
    it("report ready with the follower's lag when database and chain answer", async () => {
      await http.settle();
      const ready = await http.expecting(200, "GET", "/readyz");
      const head = Number(await http.chain.request("eth_blockNumber"));
      expect(ready).to.deep.equal({
        ready: true,
        database: true,
        chain: true,
        head,
        lag: 0,
        stuckAt: null,
        messages: "ok",
        held: 0,
      });
      await http.chain.request("anvil_mine", ["0x3"]);
      expect(await http.expecting(200, "GET", "/readyz")).to.include({ head, lag: 3 });
      await http.settle();
    });

    it("answer two hundred probes at once from one reading", async () => {
      let asked = 0;
      const request: typeof http.ctx.request = (method, params) => {
        asked++;
        return http.ctx.request(method, params);
      };
      const metrics = createMetrics({ ...http.ctx, request }, () => null, openTestWatch(http.ctx));
      const probes = await Promise.all(Array.from({ length: 200 }, () => metrics.probe()));
      expect(new Set(probes)).to.have.property("size", 1);
      expect(asked).to.equal(1);
      await metrics.probe();
      expect(asked).to.equal(2);
    });

    it("name the block that the follower cannot apply, and stay ready", async () => {
      const stuck = await http.beside({ stuckAt: () => 7 });
      expect(await stuck.expecting(200, "GET", "/readyz")).to.include({ ready: true, stuckAt: 7 });
      expect(await stuck.expecting(200, "GET", "/metrics", { key: "operator" })).to.contain(
        "reelproof_follower_stuck 1\n",
      );
    });

    it("report not ready, but alive, without the chain or the database", async () => {
      const chainless = await http.beside({}, { request: () => Promise.reject(new Error("away")) });
      expect(await chainless.expecting(503, "GET", "/readyz")).to.include({
        ready: false,
        chain: false,
        database: true,
      });
      const { prisma, close } = await openTestDatabase();
      await close();
      const homeless = await http.beside({}, { prisma });
      expect(await homeless.expecting(503, "GET", "/readyz")).to.include({
        ready: false,
        chain: true,
        database: false,
      });
      await homeless.expecting(200, "GET", "/healthz");
    });

    it("report settlements, requests, lag and log events at /metrics", async () => {
      await newLot(http);
      await http.call("GET", "/v1/lots/nothing", { key: "maker" });
      const read = () => http.expecting<string>(200, "GET", "/metrics", { key: "operator" });
      const before = await read();
      expect(before).to.match(/reelproof_settlements\{state="queued"\} [1-9]/);
      expect(before).to.match(/_count\{method="GET",route="\/v1\/lots\/:lot",status="404"\} 1\n/);
      expect(before).not.to.contain("nothing");
      await http.settle();
      const after = await read();
      expect(after).to.contain('reelproof_settlements{state="queued"} 0\n');
      expect(after)
        .to.contain("reelproof_follower_lag_blocks 0\n")
        .and.to.contain("reelproof_chain_up 1\n");
      expect(after).to.match(/reelproof_follower_head_block [1-9]/);
      expect(after).to.match(/reelproof_relayer_open_attempts \d/);
      expect(after).to.match(/reelproof_log_events\{which="waiting"\} [1-9]/);
      const chainless = await http.beside({}, { request: () => Promise.reject(new Error("away")) });
      const away = await chainless.expecting<string>(200, "GET", "/metrics", { key: "operator" });
      expect(away)
        .to.contain("reelproof_chain_up 0\n")
        .and.to.contain("reelproof_follower_lag_blocks Nan\n");
    });
  });

  describe("OpenAPI document", () => {
    type Json = Record<string, unknown>;
    interface Document {
      openapi: string;
      info: Json;
      paths: Record<string, Record<string, Operation>>;
      components: { schemas: Record<string, Json>; securitySchemes: Json };
    }
    interface Operation {
      operationId: string;
      summary: string;
      security: Json[];
      parameters?: { name: string; in: string; required?: boolean; schema: Json }[];
      requestBody?: { required: boolean; content: Record<string, { schema: Json }> };
      responses: Record<
        string,
        { description: string; content?: Record<string, { schema: Json }> }
      >;
    }
    let document: Document;
    before(async () => {
      document = await http.expecting<Document>(200, "GET", "/v1/openapi.json");
    });

    it("has every route and no other, with its security, parameters, body and answers", () => {
      expect(document.openapi).to.match(/^3\.1\.\d$/);
      expect(document.info).to.include.keys("title", "version");
      const described = Object.entries(document.paths).flatMap(([path, item]) =>
        Object.keys(item).map((method) => `${method} ${path}`),
      );
      const inBraces = (path: string) => path.replace(/[:*](\w+)/g, "{$1}");
      expect(described).to.have.members(
        ROUTES.map(({ method, path }) => `${method} ${inBraces(path)}`),
      );
      for (const { method, path, access, body, uploads, query, answers } of ROUTES) {
        const operation = document.paths[inBraces(path)]![method]!;
        expect(operation.operationId).to.equal(operationId(method, path));
        expect(operation.security).to.deep.equal(access ? [{ apiKey: [] }] : []);
        const names = (place: string) =>
          (operation.parameters ?? []).filter((one) => one.in === place).map(({ name }) => name);
        expect(names("path")).to.have.members(
          [...path.matchAll(/[:*](\w+)/g)].map(([, name]) => name!),
        );
        expect(names("query")).to.have.members(Object.keys(query?.shape ?? {}));
        for (const one of operation.parameters ?? [])
          if (one.in === "path") expect(one.required).to.equal(true);
        const types = body ? ["application/json"] : (uploads ?? []);
        expect(Object.keys(operation.requestBody?.content ?? {})).to.have.members([...types]);
        const statuses = Object.keys(operation.responses);
        expect(statuses).to.include.members([...Object.keys(answers), "default"]);
        for (const status of statuses.filter((one) => !(one in answers) && one !== "default")) {
          expect(status, path).to.match(/^[45]\d\d$/);
          expect(operation.responses[status]!.content).to.have.keys("application/problem+json");
        }
        expect(operation.responses["default"]!.content).to.have.keys("application/problem+json");
      }
      const ids = Object.values(document.paths).flatMap((item) =>
        Object.values(item).map((one) => one.operationId),
      );
      expect(new Set(ids).size).to.equal(ids.length);
    });

    it("resolves every reference, declares every required field, and uses only JSON types", () => {
      const types = ["string", "number", "integer", "boolean", "object", "array", "null"];
      let references = 0;
      const walk = (node: unknown, where: string): void => {
        if (Array.isArray(node)) node.forEach((member, i) => walk(member, `${where}/${i}`));
        if (typeof node !== "object" || node === null || Array.isArray(node)) return;
        const { $ref, type, required, properties } = node as Json;
        if (typeof $ref === "string") {
          references++;
          const path = $ref.replace(/^#\//, "").split("/");
          const target = path.reduce<unknown>(
            (at, name) => (at as Json | undefined)?.[name],
            document,
          );
          expect(target, `${where}: ${$ref}`).to.be.an("object");
        }
        if (type !== undefined && !/(\/properties|\/securitySchemes\/\w+)$/.test(where)) {
          for (const one of [type].flat()) expect(types, where).to.include(one);
        }
        if (Array.isArray(required) && !where.endsWith("/properties"))
          expect(properties, where).to.include.keys(required as string[]);
        for (const [name, member] of Object.entries(node)) walk(member, `${where}/${name}`);
      };
      walk(document, "#");
      expect(references).to.be.greaterThan(50);
      expect(document.components.schemas).to.include.keys(
        "Problem",
        "Verdict",
        "SignedEvent",
        "Lot",
      );
    });

    it("is displayed on a page that runs only its own files", async () => {
      const page = await fetch(`${http.url}/docs`);
      const html = await page.text();
      expect(page.headers.get("content-security-policy"))
        .to.contain("script-src 'self'")
        .and.not.to.contain("unsafe");
      expect(html).not.to.match(/<script(?![^>]* src=)|<style| on\w+=|style=/);
      const files = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, file]) => file!);
      expect(files).to.have.length(4);
      for (const file of files) {
        const { status } = await fetch(http.url + file);
        expect([file, status]).to.deep.equal([file, 200]);
      }
      for (const file of ["/docs/index.js", "/docs/..%2fpackage.json", "/docs/swagger-ui.js"])
        await http.expecting(404, "GET", file);
    });
  });

  describe("lists", () => {
    it("page through lots in the order of their creation while new lots are added", async () => {
      const ems = http.parties.ems.address;
      let serial = 0;
      const add = (count: number) =>
        acts.makeLots(http.ctx, ems, "introduce", {
          lots: Array.from({ length: count }, () => ({
            lotNumber: `PAGE-${++serial}`,
            quantity: 1,
          })),
        });
      for (let i = 0; i < 5; i++) await add(5);
      const seen: string[] = [];
      for (let path: string | null = "/v1/lots?limit=7"; path !== null;) {
        const { items, next }: Page<{ lot: string }> = await http.expecting(200, "GET", path, {
          key: "ems",
        });
        expect(items.length).to.be.within(1, 7);
        seen.push(...items.map(({ lot }) => lot));
        if (seen.length < 20) await add(3);
        path = next && `/v1/lots?limit=7&cursor=${next}`;
      }
      expect(seen).to.have.length(serial);
      expect(new Set(seen).size).to.equal(serial);
      const stored = await http.ctx.prisma.lot.findMany({
        where: { interests: { some: { party: ems } } },
        orderBy: [{ sequence: "asc" }, { id: "asc" }],
      });
      expect(seen).to.deep.equal(stored.map(({ id }) => id));
    });

    it("find lots by field and by text", async () => {
      const { maker, distributor } = http.parties;
      const lot = (lotNumber: string, mpn: string, dateCode: string) => ({
        lotNumber,
        quantity: 1,
        details: {
          mpn,
          dateCode,
          manufacturer: "Ørsted Semi",
          partDescription: "100% tested_part",
        },
      });
      const lots = [
        lot("FIND-1", "F-1", "2501"),
        lot("FIND-2", "F-2", "2501"),
        lot("FIND-3", "F-2", "2502"),
      ];
      await acts.makeLots(http.ctx, maker.address, "commission", { lots });
      const find = async (query: Record<string, string>) => {
        const path = `/v1/lots?${new URLSearchParams(query).toString()}`;
        const { items } = await http.expecting<Page<{ lotNumber: string }>>(200, "GET", path, {
          key: "maker",
        });
        return items.map(({ lotNumber }) => lotNumber).sort();
      };
      expect(await find({ mpn: "F-2" })).to.deep.equal(["FIND-2", "FIND-3"]);
      expect(await find({ mpn: "F-2", dateCode: "2502" })).to.deep.equal(["FIND-3"]);
      expect(await find({ mpn: "f-2" })).to.deep.equal([]);
      expect(await find({ lotNumber: "FIND-1" })).to.deep.equal(["FIND-1"]);
      expect(await find({ q: "øRSTED find-2" })).to.deep.equal(["FIND-2"]);
      expect(await find({ q: "100% tested_part" })).to.have.length(3);
      expect(await find({ q: "100%tested" })).to.deep.equal([]);
      expect(await find({ q: "tested%part" })).to.deep.equal([]);
      expect(await find({ q: "find_1" })).to.deep.equal([]);
      expect(await find({ q: "find\\_1" })).to.deep.equal([]);
      expect(await find({ lotNumber: "FIND-1", holder: maker.address })).to.deep.equal(["FIND-1"]);
      expect(await find({ lotNumber: "FIND-1", holder: distributor.address })).to.deep.equal([]);
    });

    it("return hostile text unchanged", async () => {
      for (const lotNumber of [
        "<img src=x onerror=alert(1)>",
        "'; DROP TABLE lot; --",
        '=HYPERLINK("x")',
        "${7*7}",
      ]) {
        expect(LotNumber.safeParse(lotNumber).success).to.equal(true);
        const body = { lots: [{ lotNumber, quantity: 1 }] };
        const { lots } = await http.expecting<{ lots: string[] }>(201, "POST", "/v1/lots", {
          key: "maker",
          body,
        });
        const lot = await http.expecting(200, "GET", `/v1/lots/${lots[0]!}`, { key: "maker" });
        expect(lot["lotNumber"]).to.equal(lotNumber);
      }
    });
  });

  it("answers a repeated signed event as it did the first time", async () => {
    const event = await signedEvent(http);
    const submit = (key: string) =>
      http.expecting<{ results: { hash: string }[] }>(200, "POST", "/v1/events", {
        key,
        body: event,
      });
    const first = await submit("maker");
    expect(await submit("maker")).to.deep.equal(first);
    expect(await submit("operator")).to.deep.equal(first);
    const all = await Promise.all(Array.from({ length: 5 }, () => submit("maker")));
    for (const one of all) expect(one).to.deep.equal(first);
    const { hash } = first.results[0]!;
    expect(await http.ctx.prisma.settlement.count({ where: { id: hash } })).to.equal(1);
    expect(await http.expecting(200, "GET", `/v1/events/${hash}`, { key: "maker" })).to.include({
      settlement: "queued",
    });
    await http.settle();
    const settled = await http.expecting(200, "GET", `/v1/events/${hash}`, { key: "maker" });
    expect(settled).to.include({ settlement: "final", action: "commission" });
    expect(settled["settled"]).to.include.keys("block", "transaction");
  });

  it("answers 503 NOT_READY with Retry-After when the database is away", async () => {
    const pool = new pg.Pool({ connectionString: "postgresql://nobody@127.0.0.1:1/nowhere" });
    const prisma = new PrismaClient({ adapter: new PrismaPg(pool) });
    const homeless = await http.beside({}, { prisma });
    const { status, body, headers } = await homeless.call("GET", "/v1/lots", { key: "maker" });
    expect([status, body["code"], headers.get("retry-after")]).to.deep.equal([
      503,
      "NOT_READY",
      "5",
    ]);
    const asked = await homeless.call("GET", "/v1/status", { key: "operator" });
    expect([asked.status, asked.body["code"]]).to.deep.equal([503, "NOT_READY"]);
    expect(asked.body["detail"])
      .to.match(/^The database does not answer/)
      .and.match(/The chain's node answers; its newest block is \d+\./)
      .and.match(/Messages about the service are delivered\./);
    const failures = await Promise.allSettled([
      prisma.$queryRaw`SELECT 1`,
      prisma.$transaction((tx) => tx.lot.count()),
    ]);
    for (const failure of failures) {
      const { code } = refusalOf((failure as PromiseRejectedResult).reason);
      expect(code).to.equal("NOT_READY");
    }
    await pool.end();
  });

  it("answers an unexpected error as INTERNAL without its message", () => {
    const refusal = refusalOf(new TypeError("x is not a function"));
    expect([refusal.status, refusal.code]).to.deep.equal([500, "INTERNAL"]);
    expect(refusal.message).not.to.contain("function");
  });
});
