// Tests log-only lots over HTTP: their life, verdicts and bundles, and settling them on the ledger afterwards.
import { expect } from "chai";
import type { BundleJson } from "../../../protocol/trail/bundle.ts";
import { ledgerReader } from "../../../protocol/chain/reader.ts";
import { ACTIONS, eventDigest } from "../../../protocol/event/event.ts";
import { ZERO_HASH } from "../../../protocol/base/values.ts";
import type { Verdict } from "../../../protocol/verdict/verdict.ts";
import { verifyBundle } from "../../../protocol/verify/bundle.ts";
import { makeKey, revokeKey } from "../../../server/access/admin.ts";
import { formatFault, fsck } from "../../../server/fsck/fsck.ts";
import { openSigner } from "../../../server/chain/keystore.ts";
import { loggedOf } from "../../../server/log/places.ts";
import { verdictOf } from "../../../server/verdict/verdict.ts";
import { signedEvent } from "../../support/examples.ts";
import { openTestHttp, type KeyName, type TestHttp } from "../../support/http.ts";
import { anchorLog } from "../../support/log-only.ts";
import { codes } from "../../support/verdicts.ts";

interface Acted {
  hash: string;
  settlement: string;
  lots: string[];
}

describe("log-only lots", () => {
  let service: TestHttp;
  let serial = 0;

  before(async () => {
    service = await openTestHttp();
  });
  after(() => service.close());
  afterEach(async () => {
    expect((await fsck(service.ctx)).faults.map(formatFault)).to.deep.equal([]);
  });

  const act = (key: KeyName, path: string, body: object) =>
    service.expecting<Acted>(201, "POST", path, { key, body });
  const number = () => `LOG-${++serial}`;
  const lotOf = (lotNumber: string) => ({
    lotNumber,
    quantity: 100,
    details: { manufacturer: "Test maker", mpn: "TM-1", makerLot: "L1", dateCode: "2601" },
  });
  /** Commissions lots, each with its own number. */
  const make = async (settlement: "ledger" | "log" | undefined, count = 1) => {
    const lots = Array.from({ length: count }, () => lotOf(number()));
    return act("maker", "/v1/lots", { lots, ...(settlement && { settlement }) });
  };
  const ship = (
    lots: string[],
    from: KeyName = "maker",
    to: "distributor" | "ems" | "lab" = "distributor",
  ) =>
    act(from, "/v1/shipments", {
      consignee: service.parties[to].address,
      lots: lots.map((lot) => ({ lot })),
    });
  const receive = (hash: string, by: KeyName = "distributor") =>
    act(by, `/v1/shipments/${hash}/receipt`, {});
  const stateOf = async (hash: string) =>
    (await service.ctx.prisma.settlement.findUniqueOrThrow({ where: { id: hash } })).state;
  const wordsOnLedger = async (lots: string[]) => {
    const head = await service.ctx.reader.head();
    return (await service.ctx.reader.words(lots, head.hash)).map(({ word }) => word);
  };
  const wordOfLot = async (lot: string) =>
    (await service.expecting<{ word: string }>(200, "GET", `/v1/lots/${lot}`, { key: "operator" }))
      .word;
  const verdict = (lot: string, key: KeyName) =>
    service.expecting<Verdict>(200, "GET", `/v1/lots/${lot}/verdict`, { key });
  /** An auditor's verdict: uses a node and the bundle, and nothing else from the service. */
  const audited = async (lot: string, key: KeyName) => {
    const bundle = await service.expecting<BundleJson>(200, "GET", `/v1/lots/${lot}/bundle`, {
      key,
    });
    const { domain, request, merkleLog } = service.ctx;
    const trust = {
      ...domain,
      checkpoints: merkleLog.contract!,
      finality: 0,
      now: service.ctx.clock(),
    };
    const reader = ledgerReader({ request, ...domain });
    return { bundle, verdict: await verifyBundle(bundle, trust, reader) };
  };

  /** Commissions, ships, receives, splits and inspects a log-only lot. */
  async function life() {
    const { lots, hash: made, settlement } = await make("log");
    const [lot] = lots as [string];
    expect(settlement).to.equal("logged");
    const shipment = await ship([lot]);
    const receipt = await receive(shipment.hash);
    const childNumber = number();
    const split = await act("distributor", `/v1/lots/${lot}/split`, {
      children: [{ lotNumber: childNumber, quantity: 40 }],
    });
    const child = split.lots.find((each) => each !== lot)!;
    const inspected = await act("distributor", `/v1/lots/${child}/inspection`, {
      details: { reason: "AQL" },
    });
    return { lot, child, events: [made, shipment.hash, receipt.hash, split.hash, inspected.hash] };
  }

  it("are shipped, received, split and inspected without any record on the ledger", async () => {
    const { lot, child, events } = await life();
    await service.settle();
    for (const event of events) expect(await stateOf(event)).to.equal("logged");
    expect(await wordsOnLedger([lot, child])).to.deep.equal([ZERO_HASH, ZERO_HASH]);
    const waiting = await verdict(child, "distributor");
    expect(waiting.verdict).to.equal("INCOMPLETE");

    await anchorLog(service);
    const settled = await verdict(child, "distributor");
    expect(settled.verdict, JSON.stringify(settled.findings)).to.be.oneOf(["WARN", "PASS"]);
    expect(codes(settled)).not.to.include("LATEST_UNPROVEN");
    const alone = await verdictOf(service.ctx, child);
    expect([alone.verdict, codes(alone).includes("LATEST_UNPROVEN")]).to.deep.equal(["WARN", true]);
    const outsider = await audited(child, "distributor");
    expect(outsider.bundle.trail.checkpoints).to.equal(service.ctx.merkleLog.contract);
    expect(outsider.bundle.trail.events.every(({ logged }) => logged !== undefined)).to.equal(true);
    expect([
      outsider.verdict.verdict,
      codes(outsider.verdict).includes("LATEST_UNPROVEN"),
    ]).to.deep.equal(["WARN", true]);
  });

  it("prove their events by the first anchored checkpoint that contains them", async () => {
    const { lots, hash: made } = await make("log");
    const place = () =>
      service.expecting<{ logged: unknown; settlement: string }>(
        200,
        "GET",
        `/v1/lots/${lots[0]!}`,
        { key: "maker" },
      );
    expect(await place()).to.deep.include({ settlement: "logged", logged: null });
    await anchorLog(service);
    const { size, block } = await service.ctx.prisma.anchoring.findFirstOrThrow({
      orderBy: { size: "desc" },
    });
    await make("log", 3);
    await anchorLog(service);
    const { bundle } = await audited(lots[0]!, "maker");
    const { logged } = bundle.trail.events[0]!;
    expect(logged!.size).to.equal(Number(size));
    const { proof: _proof, ...at } = logged!;
    expect((await place()).logged).to.deep.equal({ ...at, block });
    const event = await service.expecting(200, "GET", `/v1/events/${made}`, { key: "maker" });
    expect([event["settlement"], event["logged"]]).to.deep.equal(["logged", { ...at, block }]);
  });

  it("settle together with every connected event, and then verify as PASS like other lots", async () => {
    const first = await life();
    await anchorLog(service);
    const [other] = (await make("log")).lots as [string];
    const answer = await service.expecting(200, "POST", `/v1/lots/${first.child}/settle`, {
      key: "distributor",
      body: {},
    });
    expect(answer).to.deep.equal({ lot: first.child, lots: 2, queued: first.events.length });
    const again = await service.expecting(200, "POST", `/v1/lots/${first.lot}/settle`, {
      key: "distributor",
      body: {},
    });
    expect(again).to.deep.include({ queued: 0 });
    await service.settle();
    for (const event of first.events) expect(await stateOf(event)).to.equal("final");
    expect(await wordsOnLedger([first.lot, first.child, other])).to.deep.equal([
      await wordOfLot(first.lot),
      await wordOfLot(first.child),
      ZERO_HASH,
    ]);
    const { verdict: after } = await audited(first.child, "distributor");
    expect(after.verdict, JSON.stringify(after.findings)).to.equal("PASS");
    expect((await verdictOf(service.ctx, first.child)).verdict).to.equal("PASS");
  });

  it("are refused in one event with lots that settle on the ledger", async () => {
    const { lots: byLog } = await make("log");
    const { lots: byLedger } = await make("ledger");
    await service.settle();
    const lots = [...byLog, ...byLedger].map((lot) => ({ lot }));
    const consignee = service.parties.distributor.address;
    const mixed = await service.expecting(422, "POST", "/v1/shipments", {
      key: "maker",
      body: { consignee, lots },
    });
    expect([mixed["code"], mixed["field"]]).to.deep.equal(["SETTLEMENT_MIXED", "entries.1"]);
    expect(await stateOf((await ship(byLog)).hash)).to.equal("logged");
    expect(await stateOf((await ship(byLedger)).hash)).to.equal("queued");
    await service.settle();
  });

  it("accept a signed event with their settlement, and refuse one with another", async () => {
    const body = { ...(await signedEvent(service)), settlement: "log" };
    const submit = (signed: object) =>
      service.call("POST", "/v1/events", { key: "maker", body: signed });
    const { results } = (await submit(body)).body as { results: Acted[] };
    expect(results.map(({ settlement }) => settlement)).to.deep.equal(["logged"]);
    const { ctx, parties } = service;
    const { lot } = body.event.entries[0]!;
    const { word } = await ctx.prisma.entry.findFirstOrThrow({ where: { lot } });
    const { quantity } = body.event.entries[0]!;
    const event = {
      ...body.event,
      action: ACTIONS.hold,
      time: ctx.clock(),
      details: ZERO_HASH,
      entries: [{ lot, previous: word, quantity }],
    };
    const sign = await openSigner(ctx.prisma, ctx.keystore, parties.maker.address);
    const signed = { event, signature: sign(eventDigest(ctx.domain, event)) };
    const otherwise = await submit({ ...signed, settlement: "ledger" });
    expect([otherwise.status, otherwise.body["code"], otherwise.body["field"]]).to.deep.equal([
      422,
      "SETTLEMENT_DIFFERS",
      "settlement",
    ]);
    expect(
      await stateOf(((await submit(signed)).body as { results: Acted[] }).results[0]!.hash),
    ).to.equal("logged");
  });

  it("prove a trail of 99 events with three queries", async () => {
    const { lots } = await make("log");
    const [lot] = lots as [string];
    for (let i = 0; i < 49; i++) {
      await act("maker", `/v1/lots/${lot}/hold`, {});
      await act("maker", `/v1/lots/${lot}/release`, {});
    }
    await anchorLog(service);
    let queries = 0;
    const counting = new Proxy(service.ctx.prisma, {
      get(target, name, receiver) {
        if (name === "$queryRaw" || name === "foreignLeaf") queries++;
        return Reflect.get(target, name, receiver) as unknown;
      },
    });
    const rows = await service.ctx.prisma.event.findMany({
      where: { entries: { some: { lot } } },
      include: { settlement: true },
    });
    const proven = await loggedOf(counting, service.ctx.merkleLog, rows);
    expect([proven.size, queries]).to.deep.equal([99, 3]);
    expect((await verdictOf(service.ctx, lot)).verdict).to.equal("WARN");
  });

  it("are refused when the service does not anchor its log, and made by default with SETTLEMENT=log", async () => {
    const { ctx, keys } = service;
    const unanchored = await service.beside(
      {},
      { merkleLog: { ...ctx.merkleLog, contract: undefined } },
    );
    const body = { lots: [lotOf(number())], settlement: "log" };
    const refused = await unanchored.expecting(422, "POST", "/v1/lots", { key: keys.maker, body });
    expect([refused["code"], refused["field"]]).to.deep.equal(["LOG_NOT_ANCHORED", "settlement"]);
    const byDefault = await service.beside({}, { settlement: "log" });
    const made = await byDefault.expecting<Acted>(201, "POST", "/v1/lots", {
      key: keys.maker,
      body: { lots: [lotOf(number())] },
    });
    expect(made.settlement).to.equal("logged");
  });

  it("are settled only by their issuer, their holder or the operator", async () => {
    const { lots } = await make("log");
    const { hash } = await ship(lots);
    const settle = (key: KeyName) =>
      service.call("POST", `/v1/lots/${lots[0]!}/settle`, { key, body: {} });
    expect((await settle("lab")).status).to.equal(404);
    const consignee = await settle("distributor");
    expect([consignee.status, consignee.body["code"]]).to.deep.equal([403, "FORBIDDEN"]);
    expect(await stateOf(hash)).to.equal("logged");
    expect((await settle("operator")).body).to.deep.include({ queued: 2 });
    await service.settle();
    expect(await stateOf(hash)).to.equal("final");
  });

  it("are counted only as far as the caller sees them when they settle", async () => {
    const { lots } = await make("log", 2);
    const [seen, unseen] = lots as [string, string];
    const { hash: shipment } = await ship([seen]);
    await act("distributor", `/v1/shipments/${shipment}/receipt`, {});
    const { hash: inspection } = await act("maker", `/v1/lots/${unseen}/inspection`, {});
    const path = `/v1/lots/${seen}/settle`;
    expect(
      await service.expecting(200, "POST", path, { key: "distributor", body: {} }),
    ).to.deep.equal({ lot: seen, lots: 1, queued: 3 });
    expect(await stateOf(inspection)).to.equal("queued");
    await service.settle();
  });

  it("are held with their descendants when the signing key was revoked before they settle", async () => {
    const { ctx, parties } = service;
    const { lots, hash: made } = await make("log");
    await anchorLog(service);
    const [old] = await ctx.prisma.key.findMany({
      where: { party: parties.maker.address, revokedAt: null },
    });
    await makeKey(ctx, parties.maker.accountKey);
    await revokeKey(ctx, parties.maker.accountKey, old!.address);
    await service.settle();
    const { hash } = await ship(lots);
    await service.expecting(200, "POST", `/v1/lots/${lots[0]!}/settle`, { key: "maker", body: {} });
    await service.settle();
    const path = "/v1/settlements?state=held&limit=200";
    const { items } = await service.expecting<{
      items: { id: string; reason: { name: string } }[];
    }>(200, "GET", path, {
      key: "operator",
    });
    const reasons = new Map(items.map(({ id, reason }) => [id, reason.name]));
    expect([reasons.get(made), reasons.get(hash)]).to.deep.equal([
      "KeyIsRevoked",
      "PredecessorHeld",
    ]);
  });
});
