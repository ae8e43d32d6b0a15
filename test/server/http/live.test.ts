// Tests live streams: that each reader learns of what it may see and of nothing else, resumes where it left, and is cut off with
// its session.
import { expect } from "chai";
import type { LiveChange } from "../../../api/live.ts";
import { revokeApiKey } from "../../../server/access/admin.ts";
import * as acts from "../../../server/custody/acts.ts";
import { appendOnce } from "../../../server/log/append.ts";
import { messagesIn } from "../../../web/app/data/server-sent.ts";
import { newLot, newShipment } from "../../support/examples.ts";
import { openTestHttp, type TestHttp } from "../../support/http.ts";

describe("live streams", () => {
  let http: TestHttp;

  before(async () => {
    http = await openTestHttp();
  });
  after(() => http.close());

  const log = async () => {
    while (await appendOnce(http.ctx));
  };
  /** Opens a stream. @returns its messages as they come */
  async function follow(key: string, query = "", headers: Record<string, string> = {}) {
    const end = new AbortController();
    const response = await fetch(`${http.url}/v1/live${query}`, {
      headers: { authorization: `Bearer ${http.keys[key as "maker"] ?? key}`, ...headers },
      signal: end.signal,
    });
    expect([response.status, response.headers.get("content-type")]).to.deep.equal([
      200,
      "text/event-stream; charset=utf-8",
    ]);
    const messages = messagesIn(response.body!);
    return {
      async next() {
        const { value } = await messages.next();
        return value && { ...value, data: JSON.parse(value.data) as Partial<LiveChange> };
      },
      close: () => end.abort(),
    };
  }
  /** Everything that is new after a cursor. */
  async function since(key: string, cursor: string, headers?: Record<string, string>) {
    const query = headers ? "?follow=false" : `?follow=false&after=${cursor}`;
    const stream = await follow(key, query, headers);
    const found: { data: Partial<LiveChange>; id: string | undefined }[] = [];
    for (let one = await stream.next(); one; one = await stream.next()) found.push(one);
    return found;
  }
  const cursorOf = async (key: string) => (await since(key, "", {}))[0]!.id!;
  const eventsIn = (found: { data: Partial<LiveChange> }[]) =>
    found.flatMap(({ data }) => (data.kind === "event" ? [data.id] : []));

  it("say an event to the parties that see it, with the lots that each sees", async () => {
    await log();
    const streams = await Promise.all(["maker", "distributor", "operator"].map((k) => follow(k)));
    for (const stream of streams) expect((await stream.next())!.event).to.equal("open");
    const { shipment, lot } = await newShipment(http);
    await log();
    const [maker, distributor, operator] = streams;
    // The maker and the operator see the lot made, and then shipped.
    const told = [await maker!.next(), await maker!.next()].map((one) => one!.data);
    expect(told.map(({ kind }) => kind)).to.deep.equal(["event", "event"]);
    const shipped = { kind: "event", id: shipment, lots: [lot] };
    expect(told[1]).to.deep.equal(shipped);
    expect([await operator!.next(), await operator!.next()].map((one) => one!.data)).to.deep.equal(
      told,
    );
    // To the distributor the lot is on its way: it sees its beginning, too.
    expect([(await distributor!.next())!.data, (await distributor!.next())!.data]).to.deep.equal(
      told,
    );
    for (const stream of streams) stream.close();
  });

  it("say nothing of what a reader may not see", async () => {
    await log();
    const cursor = await cursorOf("lab");
    await newShipment(http);
    await newLot(http, "ems");
    await log();
    expect((await since("lab", cursor)).map(({ data }) => data)).to.deep.equal([{}]);
  });

  it("say nothing of the later life of a lot to whom handed it on", async () => {
    const { ctx, parties } = http;
    const { shipment, lot } = await newShipment(http);
    await acts.receive(ctx, parties.distributor.address, { shipment, details: {} });
    await log();
    const [maker, distributor] = [await cursorOf("maker"), await cursorOf("distributor")];
    const by = parties.distributor.address;
    const { hash } = await acts.remark(ctx, by, "hold", { lots: [{ lot }], details: {} });
    await log();
    expect(eventsIn(await since("distributor", distributor))).to.deep.equal([hash]);
    expect((await since("maker", maker)).map(({ data }) => data)).to.deep.equal([{}]);
  });

  it("go on after a cursor, by the query or by Last-Event-ID, and repeat nothing", async () => {
    await log();
    const cursor = await cursorOf("maker");
    const { event: first } = await newLot(http);
    await log();
    const [, message] = await since("maker", cursor);
    expect(eventsIn([message!])).to.deep.equal([first]);
    const { event: second } = await newLot(http);
    await log();
    expect(eventsIn(await since("maker", message!.id!))).to.deep.equal([second]);
    expect(eventsIn(await since("maker", "", { "last-event-id": cursor }))).to.deep.equal([
      first,
      second,
    ]);
    await http.expecting(400, "GET", `/v1/live?follow=false&after=${cursor}`, {
      key: "distributor",
    });
  });

  it("say a notice to those who see the lot", async () => {
    const { lot } = await newLot(http);
    const [maker, lab] = [await cursorOf("maker"), await cursorOf("lab")];
    const { maker: issuer } = http.parties;
    const { hash } = await acts.giveNotice(http.ctx, issuer.address, { lot, kind: "recall" });
    const seen = (await since("maker", maker)).map(({ data }) => data);
    expect(seen).to.deep.include({ kind: "notice", id: hash, lots: [lot] });
    expect((await since("lab", lab)).map(({ data }) => data)).to.deep.equal([{}]);
  });

  it("end with their API key, before they say anything more", async () => {
    const key = await http.apiKey("maker", "read");
    const stream = await follow(key);
    await stream.next();
    await revokeApiKey(http.ctx, key.split("_")[1]!);
    await newLot(http);
    await log();
    expect(await stream.next()).to.equal(undefined);
  });

  it("are at most twenty of one API key", async () => {
    const key = await http.apiKey("maker", "read");
    const streams = await Promise.all(Array.from({ length: 20 }, () => follow(key)));
    await http.expecting(429, "GET", "/v1/live", { key });
    for (const stream of streams) stream.close();
  });
});
