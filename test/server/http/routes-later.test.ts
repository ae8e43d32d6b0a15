// Tests that a party that handed a lot on is told nothing of its later life but what the ledger published: every route is asked
// as every kind of reader, before and after, on the ledger and log-only.
import { randomBytes } from "node:crypto";
import { expect } from "chai";
import { toHex } from "../../../protocol/base/bytes.ts";
import { addressOfPrivateKey } from "../../../protocol/base/crypto.ts";
import type { EventView } from "../../../api/events.ts";
import { admitParty, makeApiKey, makeKey } from "../../../server/access/admin.ts";
import { makeGrant } from "../../../server/access/grants.ts";
import { keepKey, openSigner } from "../../../server/chain/keystore.ts";
import * as acts from "../../../server/custody/acts.ts";
import { correctLot } from "../../../server/custody/correct.ts";
import { addDocument } from "../../../server/documents/documents.ts";
import { ROUTES } from "../../../server/http/routes/table.ts";
import { wordOf } from "../../../protocol/event/lot.ts";
import { hashOf } from "../../../server/storage/blobs.ts";
import { keepSighting } from "../../../server/verdict/sightings.ts";
import { nameOf } from "../../support/examples.ts";
import { type Client, openTestHttp, type PartyName, type TestHttp } from "../../support/http.ts";
import { anchorLog } from "../../support/log-only.ts";
import { type Asked, type Asker, PLACES } from "../../support/places.ts";
import { SIGHT } from "../../support/sight-table.ts";

const MODES = ["ledger", "log"] as const;
type Mode = (typeof MODES)[number];

/** Requests that change what others see, or that are answered by the secret that they make. */
const CHANGING = [
  "post /v1/notices",
  "post /v1/grants",
  "post /v1/bundles",
  "delete /v1/lots/:lot/sightings",
];
/** What a lot's issuer may do, also while others hold the lot. */
const BY_ISSUER = ["post /v1/lots/:lot/correction"];

/** Requests that read, though they have a body. */
const READING = [
  "post /v1/lots/:lot/verdict",
  "post /v1/scan",
  "post /v1/scans",
  "post /v1/verdicts",
];
const reads = (name: string) => name.startsWith("get ") || READING.includes(name);

/** Filters that only the later life of a lot meets. */
const LATER_FILTERS = [
  "/v1/lots?held=true",
  "/v1/lots?q=ISSUER-MPN",
  "/v1/lots?mpn=ISSUER-MPN",
  "/v1/lots?mpn=FIRST-MPN",
  "/v1/lots?inTransit=true",
  "/v1/notices?limit=200",
];

describe("the later life of a lot", () => {
  let http: TestHttp;
  let client: Client;
  let now: number;
  const keys: Record<string, string> = {};
  const lots = {} as Record<Mode, string>;
  const children = {} as Record<Mode, string>;
  const products = {} as Record<Mode, string>;
  const documents = {} as Record<Mode, string>;
  /** Events after the handover, and those up to it. */
  const later: Record<Mode, string[]> = { ledger: [], log: [] };
  const earlier: Record<Mode, string[]> = { ledger: [], log: [] };

  const notices: Record<Mode, string[]> = { ledger: [], log: [] };

  const addresses: Record<string, string> = {};
  const party = (name: string) => addresses[name]!;

  /** A further party, with keys. */
  async function admit(name: string): Promise<void> {
    const { ctx, ownerKey } = http;
    const secret = randomBytes(32);
    const address = addressOfPrivateKey(secret);
    await ctx.request("anvil_setBalance", [address, "0x56bc75e2d63100000"]);
    await keepKey(ctx.prisma, ctx.keystore, address, "account", secret);
    await admitParty(ctx, ownerKey, { address, roles: ["distributor"], name: `Test ${name}` });
    await makeKey(ctx, toHex(secret));
    addresses[name] = address;
    keys[name] = (await makeApiKey(ctx, { party: address, scope: "admin" })).text;
  }

  const ship = async (from: string, to: string, lot: string, details = {}) => {
    const { hash } = await acts.ship(http.ctx, party(from), {
      consignee: party(to),
      lots: [{ lot }],
      details,
    });
    return hash;
  };
  const handOver = async (from: string, to: string, lot: string, details = {}, receipt = {}) => {
    const shipment = await ship(from, to, lot, details);
    const { hash } = await acts.receive(http.ctx, party(to), { shipment, details: receipt });
    return [shipment, hash];
  };
  const upload = async (owner: string, text: string) => {
    const bytes = Buffer.from(text);
    const hash = hashOf(bytes);
    await addDocument(
      http.ctx,
      party(owner),
      { hash, bytes, mediaType: "text/plain" },
      { kind: "test-report", name: text, claims: {} },
    );
    return hash;
  };

  /** From the manufacturer by the distributor to the EMS: here the distributor's view ends. */
  async function begin(mode: Mode): Promise<void> {
    const { ctx } = http;
    const made = await acts.makeLots(ctx, party("maker"), "commission", {
      lots: [{ lotNumber: `LIFE-${mode}`, quantity: 1_000, details: { mpn: "FIRST-MPN" } }],
      details: { manufacturer: "Test maker", makerLot: `ML-${mode}`, dateCode: "2601" },
      settlement: mode,
    });
    const lot = made.lots[0]!;
    lots[mode] = lot;
    const first = await handOver("maker", "distributor", lot, { carrier: "EARLY-CARRIER" });
    const second = await handOver(
      "distributor",
      "ems",
      lot,
      { carrier: "HANDOVER-CARRIER" },
      { remarks: "HANDOVER-RECEIPT" },
    );
    earlier[mode].push(made.hash, ...first, ...second);
  }

  /** What the EMS and those after it do, each with an unmistakable word. */
  async function goOn(mode: Mode): Promise<void> {
    const { ctx } = http;
    const lot = lots[mode];
    const keep = ({ hash }: { hash: string }) => later[mode].push(hash);
    documents[mode] = await upload("ems", `LATER-DOCUMENT-${mode}`);
    keep(
      await acts.remark(ctx, party("ems"), "inspect", {
        lots: [{ lot }],
        details: { remarks: "LATER-BEFORE-SPLIT", testReportHash: documents[mode] },
      }),
    );
    const split = await acts.split(ctx, party("ems"), {
      lot,
      children: [{ lotNumber: `LATER-CHILD-${mode}`, quantity: 100 }],
      details: { remarks: "LATER-SPLIT" },
    });
    keep(split);
    children[mode] = split.lots.find((id) => id !== lot)!;
    later[mode].push(...(await handOver("ems", "customer", children[mode])));
    const assembled = await acts.assemble(ctx, party("ems"), {
      inputs: [{ lot, quantity: 300 }],
      products: [
        { lotNumber: `LATER-PRODUCT-${mode}`, quantity: 100, details: { mpn: "LATER-P" } },
      ],
      details: { workOrder: "LATER-AFTER-ORDER" },
    });
    keep(assembled);
    products[mode] = assembled.lots.find((id) => id !== lot)!;
    const hold = { lots: [{ lot }], details: { reason: "LATER-AFTER-HOLD" } };
    keep(await acts.remark(ctx, party("ems"), "hold", hold));
    const release = { lots: [{ lot }], details: { reason: "LATER-AFTER-RELEASE" } };
    keep(await acts.remark(ctx, party("ems"), "release", release));
    keep(
      await acts.scrap(ctx, party("ems"), {
        lots: [{ lot, quantity: 7 }],
        details: { remarks: "LATER-AFTER-SCRAP" },
      }),
    );
    const details = { carrier: "LATER-AFTER-CARRIER" };
    later[mode].push(
      ...(await handOver("ems", "lab", lot, details, { remarks: "LATER-AFTER-RECEIPT" })),
    );
    const sighting = { lot, party: party("lab"), place: "LATER-AFTER-PLACE", time: now - 60 };
    await keepSighting(ctx.prisma, sighting);
    keep(
      await acts.remark(ctx, party("lab"), "hold", {
        lots: [{ lot }],
        details: { remarks: "LATER-AFTER-LAST" },
      }),
    );
  }

  interface Answered {
    route: string;
    path: string;
    status: number;
    text: string;
  }

  async function send(method: string, one: Asked, key: string | undefined): Promise<Answered> {
    const { path, body } = one;
    const response = await fetch(client.url + path, {
      method: method.toUpperCase(),
      headers: {
        ...(key !== undefined && { authorization: `Bearer ${key}` }),
        ...(body !== undefined && { "content-type": "application/json" }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const bytes = Buffer.from(await response.arrayBuffer());
    const requestId = response.headers.get("x-request-id")!;
    // A zip's parts are compressed: its page and bundle are asked for as JSON, and its size tells nothing here.
    const isZip = response.headers.get("content-type") === "application/zip";
    const text = isZip ? "a zip" : bytes.toString().replaceAll(requestId, "REQUEST");
    return { route: "", path, status: response.status, text };
  }

  /** Asks every route that shows something of lots, events, documents or lists, as one reader. */
  async function answersTo(
    reader: string,
    modes: readonly Mode[],
    wants: (name: string) => boolean = reads,
  ): Promise<Answered[]> {
    const signer = addresses[reader] ?? party("distributor");
    const sign = await openSigner(http.ctx.prisma, http.ctx.keystore, signer);
    const asker: Asker = { http, party: signer, other: party("lab"), sign, now };
    const answered: Answered[] = [];
    for (const route of ROUTES) {
      const name = nameOf(route);
      if (!wants(name)) continue;
      if (CHANGING.includes(name) || (reader === "maker" && BY_ISSUER.includes(name))) continue;
      // The log grows with every event, for everyone.
      if (name.startsWith("get /v1/log/") && name !== "get /v1/log/entries") continue;
      const asks: Asked[] = [];
      for (const place of [PLACES[name] ?? []].flat()) {
        if ("paths" in place) asks.push(...place.paths.map((path) => ({ path })));
        if (!("subject" in place)) continue;
        for (const mode of modes) {
          const ids: Partial<Record<typeof place.subject, string[]>> = {
            lot: [lots[mode]],
            // An act on a shipment is answered by what became of it: the last that the reader knows, and two later ones.
            event: reads(name)
              ? [...earlier[mode], ...later[mode]]
              : [...earlier[mode].slice(-2), ...later[mode].slice(-3, -1)],
            notice: notices[mode],
            document: [documents[mode] ?? hashOf(Buffer.from("none"))],
          };
          for (const id of ids[place.subject] ?? [])
            asks.push(...place.ask(asker, { id, word: seenWords[mode]!, bundle: null }));
        }
      }
      if (name === "get /v1/lots") asks.push(...LATER_FILTERS.map((path) => ({ path })));
      if (name === "get /v1/log/entries") asks.push({ path: "/v1/log/entries?from=0&to=3" });
      for (const one of asks)
        answered.push({ ...(await send(route.method, one, keys[reader])), route: name });
    }
    return answered;
  }

  /** A party that held the lots tries every act on them. */
  const wantedOf = (reader: string) => (reader === "distributor" ? () => true : reads);

  /** Where two texts begin to differ. */
  function differing(one: string, two: string): [string, string] {
    let at = 0;
    while (at < one.length && one[at] === two[at]) at++;
    return [one.slice(at - 100, at + 200), two.slice(at - 100, at + 200)];
  }

  /** The words of the lots at the handover: all that a party that handed them on knows. */
  const seenWords: Partial<Record<Mode, string>> = {};

  /** Who handed the lots on, sees through one who did, or never had them. */
  const PAST = ["distributor", "maker", "link", "stranger", "nobody"] as const;
  const first: Record<string, Answered[]> = {};

  before(async function () {
    this.timeout(240_000);
    http = await openTestHttp();
    const { ctx } = http;
    now = ctx.clock() + 600;
    client = await http.beside({}, { clock: () => now });
    for (const [name, { address }] of Object.entries(http.parties)) {
      addresses[name] = address;
      keys[name] = http.keys[name as PartyName];
    }
    keys["operator"] = http.keys.operator;
    await admit("customer");
    await admit("stranger");
    await http.settle();
    for (const mode of MODES) await begin(mode);
    const link = (granter: string) =>
      makeGrant(ctx, party(granter), {
        grantee: null,
        label: "an audit",
        lots: MODES.map((mode) => lots[mode]),
        upTo: "trail",
        fields: ["inspector"],
        from: now - 600,
        until: now + 3_600,
      });
    keys["link"] = (await link("distributor")).token!;
    await anchorLog(http);
    for (const mode of MODES) {
      const lot = await ctx.prisma.lot.findUniqueOrThrow({ where: { id: lots[mode] } });
      seenWords[mode] = wordOf({ ...lot, quantity: Number(lot.quantity) });
    }
    // What the first requests store is there before and after: scans, and shares of budgets.
    for (const reader of PAST) {
      await answersTo(reader, MODES, (name) => READING.includes(name));
      first[reader] = await answersTo(reader, MODES, wantedOf(reader));
    }
    for (const mode of MODES) await goOn(mode);
    keys["holderLink"] = (await link("lab")).token!;
  });
  after(() => http.close());

  it("has a row for every route and no other", () => {
    expect(Object.keys(SIGHT)).to.have.members(ROUTES.map(nameOf));
  });

  for (const reader of PAST)
    it(`changes no answer to ${reader}, byte for byte, until the ledger records it`, async () => {
      // The events that came later did not exist before: they are asked for below.
      const known = { ledger: later.ledger.splice(0), log: later.log.splice(0) };
      const answers = await answersTo(reader, MODES, wantedOf(reader)).finally(() => {
        for (const mode of MODES) later[mode].push(...known[mode]);
      });
      expect(answers).to.have.length(first[reader]!.length);
      for (const [i, { route, path, status, text }] of answers.entries())
        if (route.includes("/documents/")) expect(status, path).to.be.oneOf([400, 401, 403, 404]);
        else if (text !== first[reader]![i]!.text) {
          const [now, then] = differing(text, first[reader]![i]!.text);
          expect(now, `${route} ${path}`).to.equal(then);
        }
    });

  describe("once it is recorded, with notices", () => {
    const all: Record<string, Answered[]> = {};
    const texts = (reader: string) => all[reader]!.map(({ text }) => text).join("\n");
    const get = async (reader: string, path: string) =>
      http.expecting<Record<string, unknown>>(200, "GET", path, { key: keys[reader] });

    before(async function () {
      this.timeout(240_000);
      const { ctx } = http;
      await anchorLog(http);
      for (const mode of MODES) {
        const lot = lots[mode];
        const maker = party("maker");
        const recall = await acts.giveNotice(ctx, maker, {
          lot,
          kind: "recall",
          details: { reason: "ISSUER-RECALL" },
        });
        notices[mode].push(recall.hash);
        const details = { mpn: "ISSUER-MPN", reason: "ISSUER-CORRECTION" };
        await correctLot(ctx, maker, { lot, details });
        await acts.giveNotice(ctx, party("lab"), {
          lot,
          kind: "suspicion",
          details: { reason: "LATER-SUSPICION" },
        });
      }
      const unsettled = await answersTo("distributor", ["log"]);
      expect(unsettled.map(({ text }) => text).join()).not.to.match(/ISSUER-|LATER-/);
      await http.settle();
      for (const reader of [...PAST, "operator", "lab", "ems", "customer", "holderLink"])
        all[reader] = await answersTo(reader, MODES);
    });

    it("asks every route that shows lots, events, documents or lists", () => {
      const kinds = ["all", "past"];
      const shows = Object.entries(SIGHT).filter(
        ([name, { past }]) => kinds.includes(past) && name !== "get /v1/live", // a stream: live.test.ts reads it
      );
      const asked = new Set(all["operator"]!.map(({ route }) => route));
      expect([...asked]).to.include.members(shows.map(([name]) => name).filter(reads));
    });

    for (const reader of PAST)
      it(`tells ${reader} no later detail, document, place or correction`, () => {
        for (const { route, path, text } of all[reader]!) {
          expect(text, `${route} ${path}`).not.to.match(/LATER-/);
          if (reader !== "maker") expect(text, `${route} ${path}`).not.to.match(/ISSUER-/);
        }
      });

    for (const reader of PAST)
      it(`tells ${reader} of no later event or lot of a log-only lot`, () => {
        const ids = [...later.log, children.log, products.log];
        for (const { route, path, text } of all[reader]!) {
          if (route.startsWith("get /v1/log/") || later.log.some((id) => path.includes(id)))
            continue;
          for (const id of ids) expect(text.includes(id), `${route} ${path} has ${id}`).to.be.false;
        }
      });

    it("tells the holder and the operator all of it", () => {
      for (const reader of ["lab", "operator"])
        for (const word of [
          "LATER-BEFORE-SPLIT",
          "LATER-SPLIT",
          "LATER-AFTER-ORDER",
          "LATER-AFTER-HOLD",
          "LATER-AFTER-SCRAP",
          "LATER-AFTER-CARRIER",
          "LATER-AFTER-RECEIPT",
          "LATER-AFTER-LAST",
          "LATER-SUSPICION",
          "ISSUER-MPN",
          "LATER-DOCUMENT",
          "ISSUER-RECALL",
        ])
          expect(texts(reader), `${reader}: ${word}`).to.include(word);
      expect(texts("holderLink")).to.include("LATER-AFTER-LAST");
    });

    it("tells a party in between up to its own handover", () => {
      expect(texts("ems")).to.include("LATER-AFTER-RECEIPT").and.include("LATER-AFTER-ORDER");
      for (const word of ["LATER-AFTER-LAST", "LATER-AFTER-PLACE", "LATER-SUSPICION"])
        expect(texts("ems")).not.to.include(word);
    });

    for (const mode of MODES)
      it(`tells the holder of a split ${mode} lot its past, and nothing after the split`, async () => {
        const parts = [];
        for (const path of ["/trail", "/verdict", "/bundle"])
          parts.push(JSON.stringify(await get("customer", `/v1/lots/${children[mode]}${path}`)));
        const text = parts.join();
        for (const word of ["EARLY-CARRIER", "HANDOVER-RECEIPT", "LATER-BEFORE-SPLIT"])
          expect(text).to.include(word);
        expect(text).not.to.include("LATER-AFTER");
        expect(texts("customer")).not.to.include("LATER-AFTER");
        await http.expecting(404, "GET", `/v1/lots/${lots[mode]}`, { key: keys["customer"] });
      });

    it("shows the custody that the ledger published, without details", async () => {
      const lot = await get("distributor", `/v1/lots/${lots.ledger}`);
      expect(lot["holder"]).to.include({ address: party("lab") });
      expect(lot).to.include({ held: true, quantity: 593, mpn: "FIRST-MPN" });
      const { items } = (await get("distributor", `/v1/lots/${lots.ledger}/trail`)) as {
        items: EventView[];
      };
      const after = items.slice(5);
      expect(after.map(({ action }) => action)).to.deep.equal([
        "inspect",
        "split",
        "assemble",
        "hold",
        "release",
        "scrap",
        "ship",
        "receive",
        "hold",
      ]);
      for (const { details, disclosure, entries } of after) {
        expect(details).to.deep.equal({});
        expect(disclosure).to.equal(null);
        for (const entry of entries) expect(entry.details).to.deep.equal({});
      }
      expect(items[4]!.details).to.include({ remarks: "HANDOVER-RECEIPT" });
      const verdict = await get("distributor", `/v1/lots/${lots.ledger}/verdict`);
      expect(verdict["verdict"]).to.equal("HOLD");
    });

    it("says to whom handed the lot on how far it sees it, and why later details are missing", async () => {
      type Findings = { findings: { code: string; event?: string; message: string }[] };
      const lot = `/v1/lots/${lots.ledger}`;
      const { findings } = (await get("distributor", `${lot}/verdict`)) as unknown as Findings;
      const missing = findings.filter(({ code }) => code === "DETAILS_MISSING");
      expect(missing).not.to.deep.equal([]);
      for (const { event, message } of missing)
        if (later.ledger.includes(event!)) expect(message).to.match(/^You had handed the lot on/);
        else expect(message).to.match(/^The event has details/);
      for (const mode of MODES) {
        const { seenTo, state } = await get("distributor", `/v1/lots/${lots[mode]}`);
        expect(seenTo).to.equal((state as { lastEvent: string }).lastEvent);
        expect((await get("lab", `/v1/lots/${lots[mode]}`))["seenTo"]).to.equal(null);
      }
    });

    it("ends a log-only lot at the handover", async () => {
      const lot = await get("distributor", `/v1/lots/${lots.log}`);
      expect(lot["holder"]).to.include({ address: party("ems") });
      expect(lot).to.include({ held: false, quantity: 1_000, mpn: "FIRST-MPN" });
      const { items } = (await get("distributor", `/v1/lots/${lots.log}/trail`)) as {
        items: EventView[];
      };
      expect(items.map(({ hash }) => hash)).to.deep.equal(earlier.log);
      const down = await get("distributor", `/v1/lots/${lots.log}/trail?direction=down`);
      expect(down).to.deep.include({ items: [], withheld: 0, truncated: false });
    });

    describe("when the lot comes back", () => {
      const back = {} as Record<Mode, string>;
      const sees = async (mode: Mode) =>
        JSON.stringify(await get("distributor", `/v1/lots/${lots[mode]}/trail`));

      before(async () => {
        for (const mode of MODES) {
          const release = { lots: [{ lot: lots[mode] }], details: { reason: "LATER-RELEASED" } };
          await acts.remark(http.ctx, party("lab"), "release", release);
          back[mode] = await ship("lab", "distributor", lots[mode], { reason: "return" });
        }
      });

      for (const mode of MODES)
        it(`shows a ${mode} lot in whole while it is on its way back, and no longer once refused`, async () => {
          expect(await sees(mode)).to.include("LATER-AFTER-LAST");
          await acts.sendBack(http.ctx, party("distributor"), "refuse", { shipment: back[mode] });
          expect(await sees(mode)).not.to.include("LATER-");
        });
    });
  });
});
