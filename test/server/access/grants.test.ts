// Tests grants: what a link or a named party can read with one, for how long, and who sees the reads.
import { expect } from "chai";
import { createHash } from "node:crypto";
import type { Disclosure } from "../../../protocol/event/disclosure.ts";
import { labelText } from "../../../protocol/label/write.ts";
import type { Verdict } from "../../../protocol/verdict/verdict.ts";
import * as acts from "../../../server/custody/acts.ts";
import { addDocument } from "../../../server/documents/documents.ts";
import { hashOf } from "../../../server/storage/blobs.ts";
import { formatFault, fsck } from "../../../server/fsck/fsck.ts";
import { ROUTES } from "../../../server/http/routes/table.ts";
import type { EventView } from "../../../api/events.ts";
import { isOpenTo } from "../../../server/access/visibility.ts";
import { type Client, openTestHttp, type TestHttp } from "../../support/http.ts";

interface Made {
  id: string;
  token: string | null;
  from: number;
  until: number;
  endedAt: number | null;
}
interface Read {
  at: number;
  what: string;
  lot: string;
  document: string | null;
}
type Page<T> = { items: T[]; next: string | null };

/** Field values of one lot, named after the readers who may see them. */
const PUBLIC = "MPN-GRANTED";
const TRAIL = "REASON-OF-THE-MAKER";
const PRIVATE = "CPN-OF-THE-MAKER";
const RESTRICTED = "REMARK-FOR-THE-MAKER-ALONE";
const OF_SHIPMENT = "PO-OF-THE-SHIPMENT";
const OF_DISTRIBUTOR = "INSPECTOR-AT-THE-DISTRIBUTOR";
const ALL = [PUBLIC, TRAIL, PRIVATE, RESTRICTED, OF_SHIPMENT, OF_DISTRIBUTOR];

describe("grants", () => {
  let http: TestHttp;
  /** The same service with a clock that the test sets. */
  let later: Client;
  let now: number;
  let lot: string;
  let other: string;
  let coc: string;
  let packing: string;
  let unnamed: string;
  let shipment: string;

  const party = (name: keyof TestHttp["parties"]) => http.parties[name].address;
  const upload = async (
    text: string,
    kind: "coc" | "packing-list",
    owner: "maker" | "distributor" = "maker",
  ) => {
    const bytes = Buffer.from(text);
    const hash = hashOf(bytes);
    await addDocument(
      http.ctx,
      party(owner),
      { hash, bytes, mediaType: "text/plain" },
      { kind, claims: {} },
    );
    return hash;
  };

  before(async () => {
    http = await openTestHttp();
    now = http.ctx.clock();
    later = await http.beside({}, { clock: () => now });
    const { ctx } = http;
    coc = await upload("certificate", "coc");
    packing = await upload("packing list", "packing-list");
    unnamed = await upload("another paper", "coc");
    const part = (lotNumber: string) => ({
      lotNumber,
      quantity: 100,
      details: {
        mpn: PUBLIC,
        makerLot: "L",
        dateCode: "2601",
        customerPartNumber: PRIVATE,
        cocHash: coc,
      },
    });
    const made = await acts.makeLots(ctx, party("maker"), "commission", {
      lots: [part("G-1")],
      details: { manufacturer: "M", reason: TRAIL, remarks: RESTRICTED },
      restricted: { remarks: "private" },
    });
    lot = made.lots[0]!;
    other = (await acts.makeLots(ctx, party("maker"), "commission", { lots: [part("G-2")] }))
      .lots[0]!;
    const sent = await acts.ship(ctx, party("maker"), {
      consignee: party("distributor"),
      lots: [{ lot }, { lot: other }],
      details: { purchaseOrder: OF_SHIPMENT, packingListHash: packing },
    });
    shipment = sent.hash;
    await acts.receive(ctx, party("distributor"), {
      shipment,
      details: { inspector: OF_DISTRIBUTOR },
    });
    await http.settle();
  });
  after(async () => {
    await http.settle();
    expect((await fsck(http.ctx)).faults.map(formatFault)).to.deep.equal([]);
    await http.close();
  });

  const grant = (body: object = {}, key: keyof TestHttp["parties"] = "maker") =>
    http.expecting<Made>(201, "POST", "/v1/grants", {
      key,
      body: { label: "an audit", lots: [lot], until: http.ctx.clock() + 3_600, ...body },
    });
  const link = async (body: object = {}) => (await grant(body)).token!;
  /** Every readable view of a lot in one text. */
  const everything = async (key: string, of = lot) => {
    const replies = await Promise.all(
      ["", "/trail", "/verdict", "/bundle"].map((part) =>
        http.call("GET", `/v1/lots/${of}${part}`, { key }),
      ),
    );
    for (const { status, body } of replies) expect(status, JSON.stringify(body)).to.equal(200);
    return JSON.stringify(replies.map(({ body }) => body));
  };
  const valuesIn = (text: string) => ALL.filter((value) => text.includes(value));
  const statuses = (key: string, of = lot, client: Client = http) =>
    Promise.all(
      ["", "/trail", "/trail?direction=down", "/verdict", "/bundle", "/bundle?format=zip"].map(
        async (part) => (await client.call("GET", `/v1/lots/${of}${part}`, { key })).status,
      ),
    );
  const every = (status: number) => Array.from({ length: 6 }, () => status);
  const reads = async (id: string, key = "maker") =>
    (await http.expecting<Page<Read>>(200, "GET", `/v1/grants/${id}/reads`, { key })).items;
  const content = async (hash: string, key: string, of?: string) => {
    const query = of === undefined ? "" : `?lot=${of}`;
    return (await http.call("GET", `/v1/documents/${hash}/content${query}`, { key })).status;
  };
  const refusal = async (body: object, key: keyof TestHttp["parties"] = "maker") => {
    const wanted = { label: "an audit", lots: [lot], until: http.ctx.clock() + 3_600, ...body };
    const reply = await http.call("POST", "/v1/grants", { key, body: wanted });
    return [reply.status, reply.body["code"], reply.body["field"]];
  };

  describe("by a link", () => {
    it("open fields up to the granted level, by default the trail", async () => {
      expect(valuesIn(await everything(await link({ upTo: "public" })))).to.deep.equal([PUBLIC]);
      expect(valuesIn(await everything(await link()))).to.deep.equal([PUBLIC, TRAIL]);
      const whole = await everything(await link({ upTo: "private" }));
      // The maker cannot grant the distributor's own field.
      expect(valuesIn(whole)).to.deep.equal([PUBLIC, TRAIL, PRIVATE, RESTRICTED, OF_SHIPMENT]);
    });

    it("open additional fields by name, but only the granter's", async () => {
      const one = await everything(await link({ upTo: "public", fields: ["purchaseOrder"] }));
      expect(valuesIn(one)).to.deep.equal([PUBLIC, OF_SHIPMENT]);
      const two = await everything(
        await link({ upTo: "public", fields: ["remarks", "inspector"] }),
      );
      expect(valuesIn(two)).to.deep.equal([PUBLIC, RESTRICTED]);
    });

    it("reveal nothing about other lots in the same event", async () => {
      const token = await link({ upTo: "private" });
      expect(await everything(token))
        .not.to.contain(other)
        .and.not.to.contain("G-2");
      expect(await statuses(token, other)).to.deep.equal(every(404));
    });

    it("name the parties, whose names are public on the ledger", async () => {
      expect(await everything(await link()))
        .to.contain("Test maker")
        .and.to.contain("Test distributor");
    });

    it("open documents that an open field of the lot names", async () => {
      const token = await link();
      expect(await content(coc, token, lot)).to.equal(200);
      expect(await content(coc, token), "without a lot the read could not be recorded").to.equal(
        400,
      );
      expect(await content(coc, token, other)).to.equal(404);
      expect(await content(packing, token, lot)).to.equal(404);
      expect(await content(unnamed, token, lot)).to.equal(404);
      expect(await content(coc, await link({ upTo: "public" }), lot)).to.equal(404);
      expect(await content(packing, await link({ fields: ["packingListHash"] }), lot)).to.equal(
        200,
      );
    });

    it("are refused on every other route, and none of theirs writes", async () => {
      const token = await link({ upTo: "private" });
      const closed = ROUTES.filter(({ access }) => access && !access.links);
      expect(closed.length).to.be.above(30);
      for (const { method, path } of closed) {
        const to = path.replace(":lot", lot).replace(/[:*]\w+/g, "x");
        const reply = await http.call(method.toUpperCase(), to, {
          key: token,
          ...(method === "post" && { body: {} }),
        });
        expect([reply.status, reply.body["code"]], `${method} ${to}`).to.deep.equal([
          403,
          "FORBIDDEN",
        ]);
      }
      const open = ROUTES.filter(({ access }) => access?.links).map(
        ({ method, path }) => `${method} ${path}`,
      );
      expect(open.filter((name) => !name.startsWith("get "))).to.deep.equal([]);
    });

    it("open only with the whole token, whose hash alone is stored", async () => {
      const { id, token } = await grant();
      const secret = token!.split("_").slice(2).join("_");
      const row = await http.ctx.prisma.grant.findUniqueOrThrow({ where: { id } });
      expect(JSON.stringify(row)).not.to.contain(secret);
      expect(row.hash).to.equal(createHash("sha256").update(secret).digest("hex"));
      const turned = secret[0] === "A" ? "B" : "A";
      const { id: elsewhere } = await grant();
      const named = await grant({ grantee: party("lab") });
      expect(named.token).to.equal(null);
      const wrong = [
        `rpg_${id}_${turned}${secret.slice(1)}`,
        `rpg_${id}_`,
        `rpg_${id}`,
        `rpg_${id}_${row.hash!.slice(0, 43)}`,
        `rpg_${elsewhere}_${secret}`,
        `rpg_${"0".repeat(12)}_${secret}`,
        `${token!}x`,
        secret,
        `rpg_${named.id}_${secret}`,
      ];
      for (const key of wrong)
        expect(
          (await http.call("GET", `/v1/lots/${lot}`, { key })).status,
          key.replace(secret, "…"),
        ).to.equal(401);
      expect((await http.call("GET", `/v1/lots/${lot}`, { key: token! })).status).to.equal(200);
      await http.expecting(200, "POST", `/v1/grants/${named.id}/end`, { key: "maker", body: {} });
      const listed = await http.expecting<Page<object>>(200, "GET", "/v1/grants?limit=200", {
        key: "maker",
      });
      expect(JSON.stringify(listed)).not.to.contain(secret).and.not.to.contain(row.hash);
    });
  });

  describe("to a named party", () => {
    const trailOf = async (key: string) =>
      (await http.expecting<Page<EventView>>(200, "GET", `/v1/lots/${lot}/trail`, { key })).items;

    it("open what a link opens, and nothing more", async () => {
      expect(await statuses("lab")).to.deep.equal(every(404));
      const { id } = await grant({ grantee: party("lab"), upTo: "public" });
      expect(await statuses("lab")).to.deep.equal(every(200));
      // As a party it would see the trail, but it sees this lot only by the grant.
      expect(valuesIn(await everything("lab"))).to.deep.equal([PUBLIC]);
      expect(await statuses("lab", other)).to.deep.equal(every(404));
      expect(await statuses("ems")).to.deep.equal(every(404));
      await http.expecting(200, "POST", `/v1/grants/${id}/end`, { key: "maker", body: {} });
      expect(await statuses("lab")).to.deep.equal(every(404));
    });

    it("give a disclosure with the withheld fields, which still proves the event's root", async () => {
      const { id } = await grant({ grantee: party("lab"), fields: ["purchaseOrder"] });
      const ship = (await trailOf("lab")).find(({ hash }) => hash === shipment)!;
      const { open, withheld } = ship.disclosure as Disclosure;
      expect(open.map(({ path }) => path.join("."))).to.deep.equal(["purchaseOrder"]);
      expect(withheld.map(({ path }) => path.join("."))).to.deep.equal(["packingListHash"]);
      await http.expecting(200, "POST", `/v1/grants/${id}/end`, { key: "maker", body: {} });
    });

    it("do not list the lot, open its events or documents elsewhere, or allow acts on it", async () => {
      const { id } = await grant({ grantee: party("lab"), upTo: "private" });
      for (const path of ["/v1/lots", "/v1/shipments?state=all", "/v1/notices"])
        expect(
          await http.expecting<Page<unknown>>(200, "GET", path, { key: "lab" }),
        ).to.deep.include({ items: [] });
      const hidden: [string, string, object?][] = [
        ["GET", `/v1/events/${shipment}`],
        ["GET", `/v1/documents/${coc}`],
        ["GET", `/v1/documents/${coc}/content`],
        ["GET", `/v1/documents/${unnamed}/content?lot=${lot}`],
        ["POST", "/v1/shipments", { consignee: party("ems"), lots: [{ lot }] }],
        ["POST", `/v1/lots/${lot}/split`, { children: [{ lotNumber: "S", quantity: 1 }] }],
        [
          "POST",
          "/v1/grants",
          { label: "x", lots: [lot], until: http.ctx.clock() + 60, grantee: party("ems") },
        ],
      ];
      for (const [method, path, body] of hidden) {
        const reply = await http.call(method, path, { key: "lab", ...(body && { body }) });
        expect([reply.status, reply.body["code"]], path).to.deep.equal([404, "NOT_FOUND"]);
      }
      expect(await content(coc, "lab", lot)).to.equal(200);
      const judged = await http.expecting<Verdict>(200, "POST", `/v1/lots/${lot}/verdict`, {
        key: "lab",
        body: { expected: { mpn: PUBLIC, quantity: 100 } },
      });
      expect(judged.lot).to.equal(lot);
      await http.expecting(200, "POST", `/v1/grants/${id}/end`, { key: "maker", body: {} });
    });

    it("add fields to those that a party of the lot sees itself, and remove none", async () => {
      expect(valuesIn(await everything("distributor"))).to.deep.equal([
        PUBLIC,
        TRAIL,
        OF_SHIPMENT,
        OF_DISTRIBUTOR,
      ]);
      const { id } = await grant({
        grantee: party("distributor"),
        upTo: "public",
        fields: ["customerPartNumber"],
      });
      expect(valuesIn(await everything("distributor"))).to.deep.equal([
        PUBLIC,
        TRAIL,
        PRIVATE,
        OF_SHIPMENT,
        OF_DISTRIBUTOR,
      ]);
      await http.expecting(200, "POST", `/v1/grants/${id}/end`, { key: "maker", body: {} });
      expect(valuesIn(await everything("distributor"))).to.deep.equal([
        PUBLIC,
        TRAIL,
        OF_SHIPMENT,
        OF_DISTRIBUTOR,
      ]);
    });

    it("decide each field by the granter's view if the party sees the lot only by the grant", () => {
      const event = {
        actor: party("maker"),
        holder: party("maker"),
        consignee: party("lab"),
        restricted: null,
      };
      const granted = {
        id: "g",
        granter: party("maker"),
        lots: [lot],
        upTo: "public",
        fields: [],
      } as const;
      const byGrant = isOpenTo(
        { party: party("lab"), grants: [granted], byGrant: true },
        event,
        new Set(),
      );
      const asParty = isOpenTo({ party: party("lab"), grants: [granted] }, event, new Set());
      expect([
        byGrant(["manufacturer"]),
        byGrant(["reason"]),
        byGrant(["purchaseOrder"]),
      ]).to.deep.equal([true, false, false]);
      expect([asParty(["reason"]), asParty(["purchaseOrder"])]).to.deep.equal([true, true]);
    });
  });

  describe("validity", () => {
    it("starts at from and ends before until", async () => {
      const [from, until] = [http.ctx.clock() + 100, http.ctx.clock() + 200];
      const { token } = await grant({ from, until });
      await grant({ from, until, grantee: party("lab") });
      for (const [at, isOpen] of [
        ...([
          [from - 1, false],
          [from, true],
        ] as const),
        ...([
          [until - 1, true],
          [until, false],
        ] as const),
      ] as const) {
        now = at;
        expect(await statuses(token!, lot, later), `link at ${at - from}`).to.deep.equal(
          every(isOpen ? 200 : 401),
        );
        expect(await statuses("lab", lot, later), `key at ${at - from}`).to.deep.equal(
          every(isOpen ? 200 : 404),
        );
      }
      expect(valuesIn(await everything("maker"))).to.include(PRIVATE);
    });

    it("says to the holder of its token, and to nobody else, on which day it ended or begins", async () => {
      const from = http.ctx.clock() + 1_000;
      const until = from + 86_400;
      const { token } = await grant({ from, until });
      const detailAt = async (at: number, key: string) => {
        now = at;
        const problem = await later.expecting(401, "GET", `/v1/lots/${lot}`, { key });
        return String(problem["detail"]);
      };
      const day = (seconds: number) => new Date(seconds * 1000).toISOString().slice(0, 10);
      expect(await detailAt(until, token!)).to.include(`ended on ${day(until)}`);
      expect(await detailAt(from - 1, token!)).to.include(`begins on ${day(from)}`);
      const wrong = token!.slice(0, -1) + (token!.endsWith("A") ? "B" : "A");
      const unknown = `rpg_${"0".repeat(12)}_${"A".repeat(43)}`;
      expect(await detailAt(until, wrong)).to.equal(await detailAt(until, unknown));
      expect(await detailAt(until, wrong)).not.to.include("ended");
    });

    it("ends when the granter ends the grant, once", async () => {
      const { id, token } = await grant();
      expect((await http.call("GET", `/v1/lots/${lot}`, { key: token! })).status).to.equal(200);
      for (const key of ["lab", "distributor"])
        await http.expecting(404, "POST", `/v1/grants/${id}/end`, { key, body: {} });
      expect((await http.call("GET", `/v1/lots/${lot}`, { key: token! })).status).to.equal(200);
      const ended = await http.expecting<Made>(200, "POST", `/v1/grants/${id}/end`, {
        key: "maker",
        body: {},
      });
      expect(ended.endedAt).to.be.closeTo(http.ctx.clock(), 60);
      expect(await statuses(token!)).to.deep.equal(every(401));
      now = ended.endedAt! + 1_000;
      const again = await later.expecting<Made>(200, "POST", `/v1/grants/${id}/end`, {
        key: "maker",
        body: {},
      });
      expect(again).to.deep.equal(ended);
    });

    it("ends for a lot that the granter sees no longer, whatever comes later", async () => {
      const { ctx } = http;
      const lots = ["G-GONE", "G-KEPT"].map((lotNumber) => ({ lotNumber, quantity: 1 }));
      const made = await acts.makeLots(ctx, party("maker"), "commission", { lots });
      const [gone, kept] = made.lots as [string, string];
      const ship = (id: string) =>
        acts.ship(ctx, party("maker"), { consignee: party("ems"), lots: [{ lot: id }] });
      const { hash: shipment } = await ship(gone);
      await ship(kept);
      const { id, token } = await grant({ lots: [gone] }, "ems");
      const both = await grant({ lots: [gone, kept] }, "ems");
      expect(await statuses(token!, gone)).to.deep.equal(every(200));

      await acts.sendBack(ctx, party("maker"), "cancel", { shipment });
      for (const again of [false, true]) {
        if (again) await ship(gone);
        expect(await statuses(token!, gone)).to.deep.equal(every(401));
        expect(await statuses(both.token!, gone)).to.deep.equal(every(404));
        expect(await statuses(both.token!, kept)).to.deep.equal(every(200));
      }
      const { items } = await http.expecting<Page<Made & { lots: string[] }>>(
        200,
        "GET",
        "/v1/grants?limit=200",
        { key: "ems" },
      );
      const lotsAndEnd = (of: string) => {
        const { lots: left, endedAt } = items.find((one) => one.id === of)!;
        return [left, endedAt === null];
      };
      expect(lotsAndEnd(id)).to.deep.equal([[], false]);
      expect(lotsAndEnd(both.id)).to.deep.equal([[kept], true]);
    });

    it("is suspended while the granter does not see the lot", async () => {
      const interest = { party: party("maker"), lot };
      const { token } = await grant();
      await grant({ grantee: party("lab"), until: http.ctx.clock() + 3_600 });
      const rows = await http.ctx.prisma.interest.findMany({ where: interest });
      expect(rows).not.to.deep.equal([]);
      await http.ctx.prisma.interest.deleteMany({ where: interest });
      expect(await statuses(token!)).to.deep.equal(every(404));
      expect(await statuses("lab")).to.deep.equal(every(404));
      await http.ctx.prisma.interest.createMany({ data: rows });
      expect(await statuses(token!)).to.deep.equal(every(200));
      const standing = { grantee: party("lab"), endedAt: null };
      await http.ctx.prisma.grant.updateMany({ where: standing, data: { endedAt: new Date() } });
    });
  });

  describe("POST /v1/grants", () => {
    it("refuses lots that the granter does not see", async () => {
      expect(await refusal({}, "lab")).to.deep.equal([404, "NOT_FOUND", "lots.0"]);
      expect(await refusal({ lots: [lot, `0x${"00".repeat(32)}`] })).to.deep.equal([
        404,
        "NOT_FOUND",
        "lots.1",
      ]);
      expect(await http.ctx.prisma.grant.count({ where: { granter: party("lab") } })).to.equal(0);
    });

    it("refuses an unknown grantee, the granter itself, and a period without future time", async () => {
      expect(await refusal({ grantee: `0x${"77".repeat(20)}` })).to.deep.equal([
        404,
        "NOT_FOUND",
        "grantee",
      ]);
      expect(await refusal({ grantee: party("maker") })).to.deep.equal([
        422,
        "BAD_FIELD",
        "grantee",
      ]);
      now = http.ctx.clock();
      const made = async (times: object) => {
        const body = { label: "an audit", lots: [lot], ...times };
        const reply = await later.call("POST", "/v1/grants", { key: "maker", body });
        return [reply.status, reply.body["field"]];
      };
      expect(await made({ until: now })).to.deep.equal([422, "until"]);
      expect(await made({ until: now + 1 })).to.deep.equal([201, undefined]);
      expect(await made({ from: now + 50, until: now + 50 })).to.deep.equal([422, "until"]);
      expect(await made({ from: now + 50, until: now + 51 })).to.deep.equal([201, undefined]);
    });

    it("refuses too many lots, unknown fields, an empty label and a time out of range", async () => {
      const ids = (count: number) =>
        Array.from({ length: count }, (_, i) => `0x${i.toString(16).padStart(64, "0")}`);
      const codes = async (body: object) => (await refusal(body)).slice(0, 2);
      expect(await codes({ lots: [] })).to.deep.equal([400, "BAD_FIELD"]);
      expect(await codes({ lots: ids(1_001) })).to.deep.equal([413, "TOO_LARGE"]);
      expect(await codes({ lots: ids(1_000) })).to.deep.equal([404, "NOT_FOUND"]);
      expect(await codes({ fields: ["price"] })).to.deep.equal([400, "BAD_FIELD"]);
      expect(await codes({ upTo: "all" })).to.deep.equal([400, "BAD_FIELD"]);
      expect(await codes({ label: "" })).to.deep.equal([400, "BAD_TEXT"]);
      expect(await codes({ until: 32_503_680_001 })).to.deep.equal([400, "BAD_FIELD"]);
      expect((await grant({ until: 32_503_680_000 })).until).to.equal(32_503_680_000);
    });

    it("answers 403 to a read key and to the operator", async () => {
      const body = { label: "x", lots: [lot], until: http.ctx.clock() + 60 };
      for (const key of [await http.apiKey("maker", "read"), "operator"])
        await http.expecting(403, "POST", "/v1/grants", { key, body });
    });

    it("makes grants that granter and grantee can list in pages", async () => {
      const label = "for the list";
      const made: string[] = [];
      for (let i = 0; i < 5; i++) made.push((await grant({ label, grantee: party("ems") })).id);
      const listed = async (direction: string, key: string, shown: string | null = label) => {
        const seen: { id: string; label: string | null }[] = [];
        for (let cursor = ""; ;) {
          const path = `/v1/grants?direction=${direction}&limit=2${cursor}`;
          const page = await http.expecting<Page<{ id: string; label: string | null }>>(
            200,
            "GET",
            path,
            {
              key,
            },
          );
          seen.push(...page.items);
          if (page.next === null)
            return seen
              .filter((one) => one.label === shown && made.includes(one.id))
              .map(({ id }) => id);
          cursor = `&cursor=${page.next}`;
        }
      };
      expect(await listed("given", "maker"))
        .to.have.members(made)
        .and.to.have.length(5);
      // The label is the granter's own note.
      expect(await listed("received", "ems", null))
        .to.have.members(made)
        .and.to.have.length(5);
      for (const [direction, key] of [
        ["given", "ems"],
        ["received", "maker"],
        ["received", "lab"],
      ] as const)
        expect(await listed(direction, key)).to.deep.equal([]);
      const where = { label };
      await http.ctx.prisma.grant.updateMany({ where, data: { endedAt: new Date() } });
    });
  });

  describe("reads", () => {
    it("are recorded with part and time, for the granter alone", async () => {
      const { id, token } = await grant();
      now = http.ctx.clock() + 5;
      const at = (n: number) => now + n;
      const parts: [string, string, string | null][] = [
        [`/v1/lots/${lot}`, "lot", null],
        [`/v1/lots/${lot}/trail`, "trail", null],
        [`/v1/lots/${lot}/trail?direction=down`, "trail", null],
        [`/v1/lots/${lot}/verdict`, "verdict", null],
        [`/v1/lots/${lot}/bundle`, "bundle", null],
        [`/v1/lots/${lot}/bundle?format=zip`, "bundle", null],
        [`/v1/documents/${coc}/content?lot=${lot}`, "document", coc],
      ];
      const start = now;
      for (const [path] of parts) {
        await later.expecting(200, "GET", path, { key: token! });
        now++;
      }
      now = start;
      expect(await reads(id)).to.deep.equal(
        parts.map(([, what, document], i) => ({ at: at(i), what, lot, document })),
      );
      await http.call("GET", `/v1/lots/${other}`, { key: token! });
      await http.call("GET", "/v1/lots", { key: token! });
      await http.call("GET", `/v1/lots/${lot}`, { key: "distributor" });
      expect(await reads(id)).to.have.length(parts.length);
      for (const key of ["distributor", "lab"])
        await http.expecting(404, "GET", `/v1/grants/${id}/reads`, { key });
      await http.expecting(403, "GET", `/v1/grants/${id}/reads`, { key: token! });
      const seen: Read[] = [];
      for (let cursor = ""; ;) {
        const path = `/v1/grants/${id}/reads?limit=3${cursor}`;
        const page = await http.expecting<Page<Read>>(200, "GET", path, { key: "maker" });
        seen.push(...page.items);
        if (page.next === null) break;
        cursor = `&cursor=${page.next}`;
      }
      expect(seen).to.deep.equal(await reads(id));
    });

    it("are recorded under each grant that opened the lot to the party", async () => {
      const first = await grant({ grantee: party("lab") });
      const second = await grant({ grantee: party("lab"), upTo: "public" }, "distributor");
      await http.expecting(200, "GET", `/v1/lots/${lot}/verdict`, { key: "lab" });
      for (const [{ id }, key] of [
        [first, "maker"],
        [second, "distributor"],
      ] as const) {
        expect((await reads(id, key)).map(({ what }) => what)).to.deep.equal(["verdict"]);
        await http.expecting(404, "GET", `/v1/grants/${id}/reads`, { key: "lab" });
        await http.expecting(200, "POST", `/v1/grants/${id}/end`, { key, body: {} });
      }
      await http.expecting(404, "GET", `/v1/grants/${second.id}/reads`, { key: "maker" });
    });

    it("are refused when they cannot be recorded", async () => {
      const { id, token } = await grant();
      const { grantRead } = http.ctx.prisma;
      const fails = new Proxy(http.ctx.prisma, {
        get: (prisma, name) =>
          name === "grantRead"
            ? { ...grantRead, createMany: () => Promise.reject(new Error("no room")) }
            : (Reflect.get(prisma, name) as unknown),
      });
      const full = await http.beside({}, { prisma: fails });
      expect(await statuses(token!, lot, full)).to.deep.equal(every(500));
      expect(await reads(id)).to.deep.equal([]);
    });
  });

  describe("in verdicts", () => {
    it("hide withheld values in findings and comparisons", async () => {
      const { ctx } = http;
      const lots = [
        {
          lotNumber: "G-3",
          quantity: 10,
          details: {
            mpn: "HIDDEN-MPN",
            makerLot: "HIDDEN-LOT",
            dateCode: "2601",
            packageId: "HIDDEN-ID",
          },
        },
      ];
      const made = await acts.makeLots(ctx, party("maker"), "commission", {
        lots,
        details: { manufacturer: "HIDDEN-MAKER" },
        restricted: {
          mpn: "private",
          makerLot: "private",
          manufacturer: "trail",
          packageId: "private",
        },
      });
      const hidden = made.lots[0]!;
      const sent = await acts.ship(ctx, party("maker"), {
        consignee: party("distributor"),
        lots: [{ lot: hidden }],
      });
      // Contradicts the origin without repeating its values. The maker sees the receipt, and nothing after it.
      const details = { mpn: "READ-ON-THE-REEL" };
      await acts.receive(ctx, party("distributor"), {
        shipment: sent.hash,
        lots: [{ lot: hidden, details }],
      });
      await http.settle();
      const judged = (key: string, expected?: object) =>
        expected
          ? http.expecting<Verdict>(200, "POST", `/v1/lots/${hidden}/verdict`, {
              key,
              body: { expected },
            })
          : http.expecting<Verdict>(200, "GET", `/v1/lots/${hidden}/verdict`, { key });
      const mine = await judged("maker");
      expect(mine.identity).to.include({
        mpn: "HIDDEN-MPN",
        manufacturer: "HIDDEN-MAKER",
        makerLot: "HIDDEN-LOT",
      });
      expect(JSON.stringify(mine.findings)).to.contain("HIDDEN-MPN");
      const theirs = await judged("distributor");
      expect(theirs.identity).to.include({
        mpn: null,
        makerLot: null,
        manufacturer: "HIDDEN-MAKER",
      });
      // Reporting a contradiction would let a reader test guesses.
      const codes = ({ findings }: Verdict) => findings.map(({ code }) => code);
      expect(codes(mine))
        .to.include("IDENTITY_CONTRADICTED")
        .and.not.to.include("IDENTITY_WITHHELD");
      expect(codes(theirs))
        .to.include("IDENTITY_WITHHELD")
        .and.not.to.include("IDENTITY_CONTRADICTED");
      for (const value of ["HIDDEN-MPN", "HIDDEN-LOT", "HIDDEN-ID"])
        expect(JSON.stringify(theirs)).not.to.contain(value);
      const compared = await judged("distributor", {
        mpn: "ORDERED",
        makerLot: "HIDDEN-LOT",
        quantity: 10,
      });
      for (const value of ["HIDDEN-MPN", "HIDDEN-ID"])
        expect(JSON.stringify(compared)).not.to.contain(value);
      const label = labelText({
        lotNumber: "G-3",
        mpn: "HIDDEN-MPN",
        quantity: 10,
        makerLot: "OTHER",
      });
      const scanned = await http.expecting<{ verdict: Verdict; comparison: Verdict["comparison"] }>(
        ...([200, "POST", "/v1/scan", { key: "distributor", body: { label } }] as const),
      );
      for (const comparison of [
        compared.comparison!,
        scanned.verdict.comparison!,
        scanned.comparison!,
      ]) {
        const rows = comparison.filter(({ field }) => ["mpn", "makerLot"].includes(field));
        expect(rows).to.have.length(2);
        for (const row of rows)
          expect(row).to.include({ recorded: null, agrees: null, recordedAsExpected: null });
        expect(comparison.find(({ field }) => field === "quantity")!.recorded).to.equal(10);
      }
      expect(JSON.stringify(scanned)).not.to.contain("HIDDEN-LOT").and.not.to.contain("HIDDEN-ID");

      const listed = async (key: string, query: string) =>
        (await http.expecting<Page<{ lot: string }>>(200, "GET", `/v1/lots?${query}`, { key }))
          .items;
      const one = await http.expecting(200, "GET", `/v1/lots/${hidden}`, { key: "distributor" });
      expect(one).to.include({
        mpn: null,
        makerLot: null,
        manufacturer: "HIDDEN-MAKER",
        dateCode: "2601",
      });
      expect(await listed("distributor", "q=g-3")).to.have.length(1);
      for (const query of ["mpn=HIDDEN-MPN", "q=hidden-mpn", "q=hidden-lot"])
        expect(await listed("distributor", query), query).to.have.length(0);

      const { token } = await grant({ lots: [hidden], upTo: "public" });
      const viewed = await http.expecting(200, "GET", `/v1/lots/${hidden}`, { key: token! });
      expect(viewed).to.include({
        mpn: null,
        makerLot: null,
        manufacturer: null,
        dateCode: "2601",
      });
      const verdict = await judged(token!);
      expect(verdict.identity).to.include({
        mpn: null,
        makerLot: null,
        manufacturer: null,
        dateCode: "2601",
      });
      for (const value of ["HIDDEN-MPN", "HIDDEN-LOT", "HIDDEN-ID", "HIDDEN-MAKER"])
        expect(JSON.stringify(verdict)).not.to.contain(value);
      const opened = await grant({ lots: [hidden], upTo: "public", fields: ["mpn"] });
      expect((await judged(opened.token!)).identity).to.include({
        mpn: "HIDDEN-MPN",
        makerLot: null,
      });
    });
  });
});
