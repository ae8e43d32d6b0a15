// Tests that a request with an Idempotency-Key acts once, and gets one answer.
import { expect } from "chai";
import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { connectApi } from "../../../cli/service/api.ts";
import { ActionResult } from "../../../api/settlement.ts";
import { isRepeatable, KEPT_SECONDS } from "../../../server/http/once.ts";
import { ROUTES } from "../../../server/http/routes/table.ts";
import { exampleOf, newLot, newShipment } from "../../support/examples.ts";
import { type KeyName, openTestHttp, type TestHttp } from "../../support/http.ts";

describe("a request with an Idempotency-Key", () => {
  let http: TestHttp;
  let now: number;
  before(async () => {
    now = Math.floor(Date.now() / 1000);
    http = await openTestHttp({ clock: () => now });
  });
  after(() => http.close());

  const post = (path: string, body: unknown, id: string, key: KeyName = "maker") =>
    http.call("POST", path, { key, body, headers: { "idempotency-key": id } });
  const events = () => http.ctx.prisma.event.count();

  it("acts once, and gives the same status and body again", async () => {
    const { lot } = await newLot(http);
    const id = randomUUID();
    const before = await events();
    const first = await post(`/v1/lots/${lot}/inspection`, {}, id);
    const second = await post(`/v1/lots/${lot}/inspection`, {}, id);
    expect(first.status).to.equal(201);
    expect([second.status, second.body]).to.deep.equal([first.status, first.body]);
    expect(await events()).to.equal(before + 1);
    const other = await post(`/v1/lots/${lot}/inspection`, {}, randomUUID());
    expect(other.body).not.to.deep.equal(first.body);
  });

  it("acts once where it comes several times at once", async () => {
    const { lot } = await newLot(http);
    const id = randomUUID();
    const before = await events();
    const replies = await Promise.all(
      Array.from({ length: 4 }, () => post(`/v1/lots/${lot}/scrap`, { quantity: 1 }, id)),
    );
    expect(new Set(replies.map(({ body }) => JSON.stringify(body)))).to.have.length(1);
    expect(replies.map(({ status }) => status)).to.deep.equal([201, 201, 201, 201]);
    expect(await events()).to.equal(before + 1);
  });

  it("is refused with another body or path, and is another's own", async () => {
    const { lot } = await newLot(http);
    const id = randomUUID();
    await post(`/v1/lots/${lot}/inspection`, {}, id);
    for (const [path, body] of [
      ["inspection", { details: { remarks: "other" } }],
      ["hold", {}],
    ] as const) {
      const { status, body: problem } = await post(`/v1/lots/${lot}/${path}`, body, id);
      expect([status, problem["code"]]).to.deep.equal([422, "IDEMPOTENCY_KEY_REUSED"]);
    }
    const own = await newLot(http, "ems");
    expect((await post(`/v1/lots/${own.lot}/hold`, {}, id, "ems")).status).to.equal(201);
  });

  it("frees its key where it was refused", async () => {
    const { lot } = await newLot(http);
    const id = randomUUID();
    const path = `/v1/lots/${lot}/release`;
    expect((await post(path, {}, id)).status).to.equal(422);
    await post(`/v1/lots/${lot}/hold`, {}, randomUUID());
    expect((await post(path, {}, id)).status).to.equal(201);
  });

  it("has its answer where the process ended before it answered", async () => {
    const { shipment, lot } = await newShipment(http);
    const id = randomUUID();
    const path = `/v1/shipments/${shipment}/receipt`;
    const body = { lots: [{ lot, quantity: 99 }] };
    const dying = await http.beside({
      nudge: () => {
        throw new Error("the process ends");
      },
    });
    const headers = { "idempotency-key": id };
    const lost = await dying.call("POST", path, { key: http.keys.distributor, body, headers });
    expect(lost.status).to.equal(500);
    const again = await post(path, body, id, "distributor");
    expect([again.status, again.body["lots"]]).to.deep.equal([201, [lot]]);
    const { lastEvent } = await http.ctx.prisma.lot.findUniqueOrThrow({ where: { id: lot } });
    expect(again.body["hash"]).to.equal(lastEvent);
  });

  it("is taken over where the process ended before it acted", async () => {
    const { lot } = await newLot(http);
    const [id, other] = [randomUUID(), randomUUID()];
    await post(`/v1/lots/${lot}/inspection`, {}, id);
    await http.ctx.prisma.keptAnswer.updateMany({ data: { status: null, body: null } });
    const waiting = post(`/v1/lots/${lot}/inspection`, {}, id);
    now += 60;
    expect((await waiting).status).to.equal(201);
    expect((await post(`/v1/lots/${lot}/inspection`, {}, other)).status).to.equal(201);
  });

  it("rolls its act back where another try took the key over", async () => {
    const { lot } = await newLot(http);
    const before = await events();
    const { ctx } = http;
    const taken = async () =>
      void (await ctx.prisma.keptAnswer.updateMany({ data: { token: "other" } }));
    const prisma = new Proxy(ctx.prisma, {
      get(target, name) {
        const value: unknown = Reflect.get(target, name);
        if (name !== "$transaction") return value;
        const transaction = value as (...args: unknown[]) => unknown;
        return async (...args: unknown[]) => {
          await taken();
          return transaction.apply(target, args);
        };
      },
    });
    const lost = await http.beside({}, { prisma });
    const { status } = await lost.call("POST", `/v1/lots/${lot}/inspection`, {
      key: http.keys.maker,
      body: {},
      headers: { "idempotency-key": randomUUID() },
    });
    expect(status).to.equal(409);
    expect(await events()).to.equal(before);
    await ctx.prisma.keptAnswer.deleteMany();
  });

  it("acts anew after a day", async () => {
    const { lot } = await newLot(http);
    const id = randomUUID();
    const first = await post(`/v1/lots/${lot}/inspection`, {}, id);
    now += KEPT_SECONDS;
    const second = await post(`/v1/lots/${lot}/inspection`, {}, id);
    expect(second.status).to.equal(201);
    expect(second.body["hash"]).not.to.equal(first.body["hash"]);
    expect(await http.ctx.prisma.keptAnswer.count()).to.equal(1);
  });

  it("keeps the whole answer of a correction with its notice", async () => {
    const { lot } = await newLot(http);
    const id = randomUUID();
    const body = { details: { mpn: "TM-2", reason: "typing error" } };
    const first = await post(`/v1/lots/${lot}/correction`, body, id);
    expect(first.body["changes"]).to.have.length(1);
    const second = await post(`/v1/lots/${lot}/correction`, body, id);
    expect(second.body).to.deep.equal(first.body);
  });

  it("is refused where the answer has a secret, and stores neither keys nor secrets", async () => {
    for (const route of ROUTES.filter((one) => one.isSecret && isRepeatable(one))) {
      const { path, body } = await exampleOf(http, route);
      const key = route.access?.who === "operator" ? "operator" : "maker";
      const reply = await post(path, body, randomUUID(), key);
      expect([reply.status, reply.body["field"]]).to.deep.equal([400, "idempotency-key"]);
    }
    const { lot } = await newLot(http);
    expect((await post(`/v1/lots/${lot}/hold`, {}, "x".repeat(256))).status).to.equal(400);
    const id = randomUUID();
    await post(`/v1/lots/${lot}/hold`, {}, id);
    expect(JSON.stringify(await rows())).not.to.contain(id);
  });
  const rows = () =>
    http.ctx.prisma.keptAnswer.findMany({ omit: { madeAt: true, leasedUntil: true } });

  it("is what the command line sends, which repeats it after a lost answer", async () => {
    const { lot } = await newLot(http);
    const before = await events();
    let posts = 0;
    const proxy = createServer((req, res) => {
      void (async () => {
        const chunks: Uint8Array[] = [];
        for await (const chunk of req) chunks.push(chunk as Uint8Array);
        const { authorization, "content-type": type } = req.headers;
        const answer = await fetch(http.url + req.url!, {
          method: req.method!,
          headers: {
            authorization: authorization!,
            "content-type": type!,
            "idempotency-key": String(req.headers["idempotency-key"]),
          },
          body: Buffer.concat(chunks),
        });
        const text = await answer.text();
        if (++posts === 1) req.socket.destroy();
        else res.writeHead(answer.status, { "content-type": "application/json" }).end(text);
      })();
    });
    await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
    const url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    const api = connectApi(url, http.keys.maker);
    const { lots } = await api.act(`/v1/lots/${lot}/hold`, ActionResult, {});
    proxy.close();
    expect([lots, posts, await events()]).to.deep.equal([[lot], 2, before + 1]);
  });
});
