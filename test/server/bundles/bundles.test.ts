// Tests bundles over HTTP: what the file and the zip contain for each reader, and imports by a second service on the chain.
import { expect } from "chai";
import { headOf, headText } from "../../../protocol/verdict/head.ts";
import { strFromU8, unzipSync } from "fflate";
import { createHash } from "node:crypto";
import { rm, writeFile } from "node:fs/promises";
import { request as rawRequest } from "node:http";
import { join } from "node:path";
import type { BundleJson } from "../../../protocol/trail/bundle.ts";
import { lotLink } from "../../../protocol/label/link.ts";
import { verifyBundle } from "../../../protocol/verify/bundle.ts";
import type { Verdict } from "../../../protocol/verdict/verdict.ts";
import * as acts from "../../../server/custody/acts.ts";
import { makeApiKey } from "../../../server/access/admin.ts";
import { addDocument } from "../../../server/documents/documents.ts";
import { hashOf } from "../../../server/storage/blobs.ts";
import { followOnce } from "../../../server/settlement/follow.ts";
import { formatFault, fsck } from "../../../server/fsck/fsck.ts";
import { linkSvg } from "../../../server/labels/symbols.ts";
import { NodeError } from "../../../protocol/chain/json-rpc.ts";
import { newGrant } from "../../support/examples.ts";
import { type Client, openTestHttp, type TestHttp } from "../../support/http.ts";
import { openTestService, type TestService } from "../../support/service.ts";

type PartyName = keyof TestHttp["parties"];
type Imported = { lot: string; verdict: Verdict; events: number; notices: number };

const PART = `<script>alert("1")</script>`;
const REMARK = `'"><img src=https://elsewhere.example/x onerror=alert(2)>&amp;`;
const RESTRICTED = "<b>for the maker alone</b>";
const PRIVATE = "PO-OF-THE-SHIPMENT";
const OF_MAKER = "CPN-OF-THE-MAKER";
const ESCAPED_PART = "&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;";

describe("bundles", () => {
  let http: TestHttp;
  let lot: string;
  let neighbour: string;
  let coc: string;
  let packing: string;

  const party = (name: PartyName) => http.parties[name].address;
  const upload = async (text: string, kind: "coc" | "packing-list") => {
    const bytes = Buffer.from(text);
    const hash = hashOf(bytes);
    await addDocument(
      http.ctx,
      party("maker"),
      { hash, bytes, mediaType: "text/plain" },
      { kind, claims: {} },
    );
    return hash;
  };
  const fileOf = (hash: string) => join(http.folder, "documents", hash.slice(2, 4), hash.slice(2));

  /** The maker ships two lots to the distributor, who sends one of them on to the EMS. */
  before(async () => {
    http = await openTestHttp();
    const { ctx } = http;
    coc = await upload("<i>certificate</i>", "coc");
    packing = await upload("packing list", "packing-list");
    const part = (lotNumber: string) => ({
      lotNumber,
      quantity: 100,
      details: {
        mpn: "MPN-1",
        makerLot: "L",
        dateCode: "2601",
        partDescription: PART,
        customerPartNumber: OF_MAKER,
      },
    });
    const made = await acts.makeLots(ctx, party("maker"), "commission", {
      lots: [part(`<u>B-1`), part("B-2")],
      restricted: { remarks: "private" },
      details: { manufacturer: "M", cocHash: coc, reason: REMARK, remarks: RESTRICTED },
    });
    const sent = await acts.ship(ctx, party("maker"), {
      consignee: party("distributor"),
      lots: made.lots.map((each) => ({ lot: each })),
      details: { purchaseOrder: PRIVATE, packingListHash: packing },
    });
    lot = made.lots[0]!;
    neighbour = made.lots[1]!;
    await acts.receive(ctx, party("distributor"), { shipment: sent.hash });
    await acts.ship(ctx, party("distributor"), { consignee: party("ems"), lots: [{ lot }] });
    await http.settle();
  });
  after(async () => {
    expect((await fsck(http.ctx)).faults.map(formatFault)).to.deep.equal([]);
    await http.close();
  });

  const bundleFor = (key: string, of = lot) =>
    http.expecting<BundleJson>(200, "GET", `/v1/lots/${of}/bundle`, { key });
  const judged = (bundle: BundleJson) => {
    const { chainId, ledger } = http.ctx.domain;
    return verifyBundle(
      bundle,
      { chainId, ledger, finality: 0, now: http.ctx.clock() },
      http.ctx.reader,
    );
  };
  const gravest = async (bundle: BundleJson) => {
    const { verdict, findings } = await judged(bundle);
    return [
      verdict,
      findings.filter(({ verdict: grave }) => grave === "FAIL").map(({ code }) => code),
    ] as const;
  };
  const zipFor = async (key: string, of = lot) => {
    const response = await fetch(`${http.url}/v1/lots/${of}/bundle?format=zip`, {
      headers: { authorization: `Bearer ${key in http.keys ? http.keys[key as PartyName] : key}` },
    });
    expect(response.status).to.equal(200);
    const files = unzipSync(new Uint8Array(await response.arrayBuffer()));
    const bundle = JSON.parse(strFromU8(files["bundle.json"]!)) as BundleJson;
    return { response, files, bundle, page: strFromU8(files["lot.html"]!) };
  };

  describe("GET /v1/lots/{lot}/bundle", () => {
    it("answers a bundle that verifies with only a node, to each party that may read the lot", async () => {
      for (const key of ["maker", "distributor", "ems", "operator"]) {
        const bundle = await bundleFor(key);
        const [verdict, failing] = await gravest(bundle);
        expect(failing, key).to.deep.equal([]);
        expect(verdict, key).to.be.oneOf(["PASS", "WARN", "INCOMPLETE"]);
        expect(bundle.trail).to.include({ lot, ...http.ctx.domain });
        expect(bundle.trail.events).to.have.length(4);
      }
      await http.expecting(404, "GET", `/v1/lots/${lot}/bundle`, { key: "lab" });
    });

    it("answers a bundle that verifies as FAIL once a field is altered", async () => {
      const bundle = await bundleFor("distributor");
      const altered = structuredClone(bundle);
      const open = altered.trail.events[0]!.details!.open.find(
        ({ path }) => path.at(-1) === "mpn",
      )!;
      open.value = "ANOTHER";
      expect((await gravest(altered))[0]).to.equal("FAIL");
      expect((await gravest(bundle))[0]).not.to.equal("FAIL");
    });

    it("includes only the fields and documents that the reader may see", async () => {
      const texts = new Map<string, string>();
      for (const key of ["maker", "distributor", "ems"])
        texts.set(key, JSON.stringify(await bundleFor(key)));
      const visibleTo = (key: string) =>
        [RESTRICTED, OF_MAKER, PRIVATE, neighbour, "B-2"].filter((value) =>
          texts.get(key)!.includes(JSON.stringify(value).slice(1, -1)),
        );
      // The trail decides which entries of an event are visible, not the reader.
      expect(visibleTo("maker")).to.deep.equal([RESTRICTED, OF_MAKER, PRIVATE]);
      expect(visibleTo("distributor")).to.deep.equal([PRIVATE]);
      expect(visibleTo("ems")).to.deep.equal([]);
      const listed = async (key: string) =>
        (await bundleFor(key)).documents.map(({ hash }) => hash);
      expect(await listed("maker")).to.deep.equal([coc, packing]);
      expect(await listed("distributor")).to.deep.equal([coc, packing]);
      expect(await listed("ems")).to.deep.equal([coc]);
    });

    it("answers 400 to an invalid Host header", async () => {
      const status = (host: string) =>
        new Promise<number | undefined>((resolve, reject) => {
          const headers = { host, authorization: `Bearer ${http.keys.maker}` };
          rawRequest(`${http.url}/v1/lots/${lot}/bundle?format=zip`, { headers }, (response) => {
            response.resume();
            resolve(response.statusCode);
          })
            .on("error", reject)
            .end();
        });
      for (const host of ["reelproof.example", "reelproof.example:8443", "[::1]:3000"])
        expect(await status(host), host).to.equal(200);
      for (const host of [
        "a/b",
        'x"><script>',
        "a b",
        "user@host",
        "host?x",
        "host:123456",
        `${"a".repeat(254)}`,
      ])
        expect(await status(host), host).to.equal(400);
      expect(await status("a".repeat(253))).to.equal(200);
    });
  });

  describe("GET /v1/lots/{lot}/bundle?format=zip", () => {
    it("contains the bundle, the documents named by their hashes, and the page", async () => {
      const { files, bundle, response } = await zipFor("distributor");
      const names = [coc, packing].map((hash) => `documents/${hash.slice(2)}.txt`);
      expect(Object.keys(files)).to.have.members(["bundle.json", "lot.html", ...names]);
      for (const name of names) expect(hashOf(files[name]!)).to.equal(`0x${name.slice(10, 74)}`);
      expect((await gravest(bundle))[1]).to.deep.equal([]);
      expect({ ...bundle, made: null }).to.deep.equal({
        ...(await bundleFor("distributor")),
        made: null,
      });
      expect(response.headers.get("content-type")).to.equal("application/zip");
      expect(response.headers.get("content-disposition")).to.equal(
        `attachment; filename="${lot}.zip"`,
      );
      const { files: ofEms } = await zipFor("ems");
      expect(Object.keys(ofEms)).to.have.members(["bundle.json", "lot.html", names[0]]);
    });

    it("contains a self-contained page: no script, no external resource, all text escaped", async () => {
      for (const key of ["maker", "distributor", "ems"]) {
        const { page } = await zipFor(key);
        expect(page).to.contain(ESCAPED_PART).and.to.contain("&#39;&quot;&gt;&lt;img src=");
        expect(page).to.contain("&amp;amp;");
        // Every tag is one of the page's own, and its attributes load nothing.
        const tags = page.match(/<[a-z!/][^>]*>/gi)!;
        const allowed =
          /^<\/?(html|head|meta|title|style|body|header|div|svg|path|rect|g|h1|h2|h3|p|a|code|b|ul|li|table|thead|tbody|tr|th|td|section|article|bdi)\b/i;
        for (const tag of tags.filter((one) => one !== "<!doctype html>")) {
          expect(tag).to.match(allowed);
          expect(tag).not.to.match(
            /\s(src|srcset|on\w+|action|data|background|poster|xlink:href)\s*=/i,
          );
        }
        expect(page).not.to.match(/@import|url\(/i);
        const links = [...page.matchAll(/href="([^"]*)"/g)].map(([, to]) => to!);
        const target = lotLink(http.url, { lot, ...http.ctx.domain }).replaceAll("&", "&amp;");
        expect(links.filter((to) => !/^documents\/[0-9a-f]{64}\.txt$/.test(to))).to.deep.equal([
          target,
        ]);
      }
    });

    it("contains a page under a policy that allows its own style, and nothing else", async () => {
      const { page } = await zipFor("ems");
      const [, policy = ""] = /<meta http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(
        page,
      )!;
      const [, style = ""] = /<style>([^]*?)<\/style>/.exec(page)!;
      const hash = createHash("sha256").update(style).digest("base64");
      expect(policy.replaceAll("&#39;", "'").split("; ")).to.have.members([
        "default-src 'none'",
        `style-src 'sha256-${hash}'`,
        "base-uri 'none'",
        "form-action 'none'",
      ]);
      expect(page.indexOf("<style>")).to.be.greaterThan(page.indexOf(policy));
      expect(page).not.to.match(/\sstyle=/i); // the policy would not apply it
    });

    it("contains a page with the verdict, the parties, the withheld fields, and the link as a code", async () => {
      const { page, files } = await zipFor("ems");
      const verdict = await http.expecting<Verdict>(200, "GET", `/v1/lots/${lot}/verdict`, {
        key: "ems",
      });
      expect(page).to.contain(`<h2>${headText(headOf(verdict))}</h2>`);
      for (const { code } of verdict.findings) expect(page).to.contain(code);
      expect(page).to.contain(linkSvg(http.url, { lot, ...http.ctx.domain }));
      for (const name of Object.keys(files).filter((one) => one.startsWith("documents/")))
        expect(page).to.contain(`href="${name}"`);
      for (const withheld of ["purchaseOrder", "remarks", "entries of 1 other lots"])
        expect(page).to.contain(withheld);
      for (const hidden of [PRIVATE, OF_MAKER, "for the maker alone", neighbour])
        expect(page).not.to.contain(hidden);
      expect(page).to.contain("Test maker").and.to.contain("Test distributor");
      expect((await zipFor("maker")).page)
        .to.contain("&lt;b&gt;for the maker alone&lt;/b&gt;")
        .and.contain("&lt;u&gt;B-1");
    });

    it("leaves out a document that the store has lost or altered, and still lists its hash", async () => {
      const name = `documents/${coc.slice(2)}.txt`;
      for (const spoil of [() => rm(fileOf(coc)), () => writeFile(fileOf(coc), "something else")]) {
        await spoil();
        const { files, page, bundle } = await zipFor("ems");
        expect(Object.keys(files)).to.have.members(["bundle.json", "lot.html"]);
        expect(page).not.to.contain(`href="${name}"`);
        expect(bundle.documents.map(({ hash }) => hash)).to.deep.equal([coc]);
      }
      await upload("<i>certificate</i>", "coc");
      expect((await zipFor("ems")).files).to.have.property(name);
    });

    it("contains what a grant's link opens, and no more", async () => {
      const opens = async (more: object) => {
        const { token } = await newGrant(http, { lots: [lot], ...more });
        const { files, bundle, page } = await zipFor(token!);
        expect((await gravest(bundle))[1]).to.deep.equal([]);
        return { text: JSON.stringify(bundle) + page, names: Object.keys(files) };
      };
      const trail = await opens({});
      expect(trail.names)
        .to.include(`documents/${coc.slice(2)}.txt`)
        .and.to.have.length(3);
      expect(trail.text).not.to.contain(PRIVATE);
      const outside = await opens({ upTo: "public" });
      expect(outside.names).to.have.members(["bundle.json", "lot.html"]);
      expect(outside.text).not.to.contain("elsewhere.example");
      const named = await opens({ upTo: "private" });
      expect(named.text).to.contain(PRIVATE).and.to.contain("Test maker");
      expect(named.names).to.have.length(4);
    });
  });

  describe("POST /v1/bundles", () => {
    let other: TestService;
    let there: Client;
    const keys: Record<string, string> = {};

    before(async () => {
      other = await openTestService({ beside: http });
      await other.settle();
      there = await http.beside({}, other.ctx);
      for (const name of ["maker", "distributor", "ems", "lab"] as const)
        keys[name] = (await makeApiKey(other.ctx, { party: party(name), scope: "write" })).text;
    });
    after(async () => {
      await other.settle();
      expect((await fsck(other.ctx)).faults.map(formatFault)).to.deep.equal([]);
      await other.close();
    });

    const take = (name: string, bundle: unknown) =>
      there.call<Imported & { code: string; field?: string }>("POST", "/v1/bundles", {
        key: keys[name],
        body: bundle,
      });
    const lotFor = (name: string, of = lot) =>
      there.expecting(200, "GET", `/v1/lots/${of}`, { key: keys[name] });
    const rows = async () => {
      const { prisma } = other.ctx;
      const events = await prisma.event.findMany({ orderBy: { sequence: "asc" } });
      const notices = await prisma.notice.findMany({ orderBy: { sequence: "asc" } });
      const lots = await prisma.lot.findMany({ orderBy: { sequence: "asc" } });
      return [events, notices, lots];
    };
    const untouched = async (act: () => Promise<unknown>) => {
      const before = await rows();
      await act();
      expect(await rows()).to.deep.equal(before);
    };

    it("refuses an altered or incomplete bundle and stores nothing", async () => {
      const bundle = await bundleFor("ems");
      const altered = (change: (events: BundleJson["trail"]["events"]) => void) => {
        const copy = structuredClone(bundle);
        change(copy.trail.events);
        return copy;
      };
      const fieldOf = (events: BundleJson["trail"]["events"]) => events[0]!.details!.open[0]!;
      const cases: [string, BundleJson][] = [
        ["the last event", altered((events) => void events.pop())],
        ["an event between", altered((events) => void events.splice(2, 1))],
        ["a time", altered((events) => void (events[1]!.event.time += 1))],
        ["a salt", altered((events) => void (fieldOf(events).salt = `0x${"0".repeat(32)}`))],
        ["a signature", altered((events) => void (events[1]!.signature = events[0]!.signature))],
      ];
      await untouched(async () => {
        for (const [what, tampered] of cases) {
          const { status, body } = await take("ems", tampered);
          expect([status, body.code, body.field], what).to.deep.equal([
            422,
            "BUNDLE_REFUSED",
            "trail",
          ]);
        }
        for (const junk of [{}, [], { ...bundle, trail: 5 }, { ...bundle, version: 99 }])
          expect((await take("ems", junk)).status).to.be.oneOf([400, 422]);
        expect(
          (await take("lab", bundle)).status,
          "a party that the lot does not concern",
        ).to.equal(404);
      });
    });

    it("answers 503 and stores nothing when the chain does not answer", async () => {
      const bundle = await bundleFor("ems");
      const down = () =>
        Promise.reject(new NodeError("eth_call", { code: -32000, message: "down" }));
      const reader = { ...other.ctx.reader, head: down };
      const cut = await http.beside({}, { ...other.ctx, reader });
      await untouched(async () => {
        const { status, body } = await cut.call("POST", "/v1/bundles", {
          key: keys["ems"],
          body: bundle,
        });
        expect([status, body["code"]]).to.deep.equal([503, "NOT_READY"]);
      });
    });

    it("adds the fields of a fuller bundle to a partial one, and changes nothing on a repeat", async () => {
      expect(await lotFor("ems")).to.include({ mpn: null, lotNumber: null });
      const { status, body } = await take("ems", await bundleFor("ems"));
      expect(status, JSON.stringify(body)).to.equal(200);
      expect(body).to.include({ lot, events: 4, notices: 0 });
      expect(await lotFor("ems")).to.include({ mpn: "MPN-1", lotNumber: "<u>B-1" });
      await untouched(async () => {
        expect((await take("ems", await bundleFor("ems"))).body).to.include({
          events: 0,
          notices: 0,
        });
      });
      const more = await take("distributor", await bundleFor("distributor"));
      expect(more.body.events).to.be.above(0);
      await untouched(async () => {
        expect((await take("ems", await bundleFor("ems"))).body).to.include({ events: 0 });
      });
    });

    it("keeps the restrictions that the authors set", async () => {
      const { status } = await take("maker", await bundleFor("maker"));
      expect(status).to.equal(200);
      const text = async (name: string) => {
        const replies = await Promise.all(
          ["", "/trail", "/verdict", "/bundle"].map((part) =>
            there.expecting(200, "GET", `/v1/lots/${lot}${part}`, { key: keys[name] }),
          ),
        );
        return JSON.stringify(replies);
      };
      expect(await text("maker"))
        .to.contain("for the maker alone")
        .and.to.contain(OF_MAKER);
      for (const name of ["distributor", "ems"])
        expect(await text(name))
          .not.to.contain("for the maker alone")
          .and.not.to.contain(OF_MAKER);
      expect(await text("distributor")).to.contain(PRIVATE);
      expect(await text("ems")).not.to.contain(PRIVATE);
    });

    it("refuses a bundle with unsettled events, and one that the ledger has moved past", async () => {
      const { ctx } = http;
      const made = await acts.makeLots(ctx, party("maker"), "commission", {
        lots: [{ lotNumber: "B-3", quantity: 10, details: { mpn: "MPN-3" } }],
      });
      const young = made.lots[0]!;
      await http.settle();
      while (await followOnce(other.ctx));
      await acts.ship(ctx, party("maker"), { consignee: party("ems"), lots: [{ lot: young }] });
      const early = await bundleFor("maker", young);
      await untouched(async () => {
        const { status, body } = await take("maker", early);
        expect([status, body.code]).to.deep.equal([409, "NOT_SETTLED"]);
      });
      await http.settle();
      expect((await take("maker", await bundleFor("maker", young))).body).to.include({ events: 2 });
      const stale = await bundleFor("ems", young);
      const { lastEvent: shipment } = await ctx.prisma.lot.findUniqueOrThrow({
        where: { id: young },
      });
      await acts.sendBack(ctx, party("maker"), "cancel", { shipment });
      await http.settle();
      while (await followOnce(other.ctx));
      await untouched(async () => {
        const { status, body } = await take("maker", stale);
        expect([status, body.code]).to.deep.equal([422, "BUNDLE_REFUSED"]);
        expect(body.verdict.findings.map(({ code }) => code)).to.include("LATER_EVENT_MISSING");
      });
      expect((await take("maker", await bundleFor("maker", young))).status).to.equal(200);
    });

    it("imports notices with their details", async () => {
      const why = "die cracks, says the maker";
      await acts.giveNotice(http.ctx, party("maker"), {
        lot: neighbour,
        kind: "recall",
        details: { reason: why },
      });
      await http.settle();
      const bundle = await bundleFor("distributor", neighbour);
      expect(bundle.trail.notices).to.have.length(1);
      // The other service has not followed that far: the import follows first.
      const { status, body } = await take("distributor", bundle);
      expect(status).to.equal(200);
      expect(body).to.include({ notices: 1 });
      expect(body.verdict.verdict).to.equal("HOLD");
      const taken = await there.expecting<BundleJson>(200, "GET", `/v1/lots/${neighbour}/bundle`, {
        key: keys["distributor"],
      });
      expect(JSON.stringify(taken.trail.notices)).to.contain(why);
      expect((await take("distributor", bundle)).body).to.include({ events: 0, notices: 0 });
    });
  });
});
