// Tests documents over HTTP: which are accepted, who can read them, what names them, and which facts the rules get.
import { expect } from "chai";
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { ACTIONS } from "../../../protocol/event/event.ts";
import { MEDIA_TYPE_NAMES, MEDIA_TYPES, type MediaType } from "../../../protocol/event/document.ts";
import * as acts from "../../../server/custody/acts.ts";
import { documentFor } from "../../../server/documents/documents.ts";
import {
  type DocumentFacts,
  documentsOf,
  MAX_OTHER_LOTS,
} from "../../../server/documents/facts.ts";
import { type DocumentStore, hashOf, StoreError } from "../../../server/storage/blobs.ts";
import { formatFault, fsck } from "../../../server/fsck/fsck.ts";
import { Refusal } from "../../../server/refusal.ts";
import type { Reader } from "../../../server/access/visibility.ts";
import type { Verdict } from "../../../protocol/verdict/verdict.ts";
import { openTestHttp, TEST_DOCUMENT_MAX_BYTES, type TestHttp } from "../../support/http.ts";

interface View {
  hash: string;
  owner: { address: string };
  mediaType: string;
  size: number;
  kind: string;
  name: string | null;
  claims: Record<string, unknown>;
  uploadedAt: string;
}
interface Info {
  said: View[];
  namedBy: {
    event?: string;
    notice?: string;
    by: { address: string };
    field: string;
    lots: string[];
  }[];
  more: boolean;
}

const UNSET = { name: null, issuer: null, issuedOn: null, claims: {} };

describe("documents", () => {
  let http: TestHttp;
  let serial = 0;
  const fresh = (text = "paper") => `${text} ${++serial}`;

  before(async () => {
    http = await openTestHttp();
  });
  after(async () => {
    await http.settle();
    expect((await fsck(http.ctx)).faults.map(formatFault)).to.deep.equal([]);
    await http.close();
  });

  const upload = (
    raw: string | Uint8Array,
    { query = "kind=coc", type = "text/plain", key = "maker", headers = {} } = {},
  ) =>
    http.call<View & { code: string; field: string }>("POST", `/v1/documents?${query}`, {
      key,
      raw: Uint8Array.from(Buffer.from(raw)),
      headers: { "content-type": type, ...headers },
    });
  const info = (hash: string, key: string) =>
    http.expecting<Info>(200, "GET", `/v1/documents/${hash}`, { key });
  /** The statuses that a caller gets for the metadata and for the bytes. */
  const statuses = async (hash: string, key: string) =>
    Promise.all(
      ["", "/content"].map(
        async (part) => (await http.call("GET", `/v1/documents/${hash}${part}`, { key })).status,
      ),
    );
  const party = (name: keyof TestHttp["parties"]) => http.parties[name].address;
  const fileOf = (hash: string) => join(http.folder, "documents", hash.slice(2, 4), hash.slice(2));
  const storedFiles = async () => {
    const names = await readdir(join(http.folder, "documents"), { recursive: true });
    return names.filter((name) => name.length > 10);
  };
  const newLotNaming = async (
    details: object,
    name: keyof TestHttp["parties"] = "maker",
    count = 1,
  ) => {
    const lots = Array.from({ length: count }, () => ({
      lotNumber: fresh("DOC"),
      quantity: 10,
      details,
    }));
    return acts.makeLots(http.ctx, party(name), name === "maker" ? "commission" : "introduce", {
      lots,
    });
  };

  describe("on upload", () => {
    it("are stored once by their hash, with each party's own description", async () => {
      const text = fresh();
      const query =
        "kind=test-report&name=Report+%C3%A9&issuer=Test+Lab&issuedOn=2026-08-31&manufacturer=M&mpn=MPN&makerLot=L&dateCode=2631&quantity=9007199254740991&purchaseOrder=PO-1&certificateNumber=C-1";
      const first = await upload(text, { query });
      const hash = hashOf(Buffer.from(text));
      expect(first.status).to.equal(201);
      const { owner, uploadedAt, ...description } = first.body;
      expect(description).to.deep.equal({
        hash,
        mediaType: "text/plain",
        size: text.length,
        kind: "test-report",
        name: "Report é",
        issuer: "Test Lab",
        issuedOn: "2026-08-31",
        claims: {
          manufacturer: "M",
          mpn: "MPN",
          makerLot: "L",
          dateCode: "2631",
          quantity: Number.MAX_SAFE_INTEGER,
          purchaseOrder: "PO-1",
          certificateNumber: "C-1",
        },
      });
      expect(owner.address).to.equal(party("maker"));
      expect(Date.parse(uploadedAt)).to.be.closeTo(Date.now(), 60_000);

      const again = await upload(text, { query });
      expect([again.status, again.body]).to.deep.equal([200, first.body]);
      const theirs = await upload(text, { key: "distributor" });
      expect(theirs.status).to.equal(201);
      expect(theirs.body).to.deep.include({ hash, kind: "coc", ...UNSET });
      expect((await storedFiles()).filter((name) => name.includes(hash.slice(2)))).to.have.length(
        1,
      );
      expect(await http.ctx.prisma.document.count({ where: { hash } })).to.equal(2);
      // A party does not see the description by another party that happens to have the same file.
      expect((await info(hash, "maker")).said.map((one) => one.owner.address)).to.deep.equal([
        party("maker"),
      ]);
      expect((await info(hash, "distributor")).said[0]!.owner.address).to.equal(
        party("distributor"),
      );
    });

    it("are refused with CONFLICT when the party described them differently before", async () => {
      const text = fresh();
      const { body: first } = await upload(text, { query: "kind=coc&mpn=A" });
      const others: [string, string, string?][] = [
        ["kind=photo&mpn=A", "kind"],
        ["kind=coc&mpn=B", "claims"],
        ["kind=coc", "claims"],
        ["kind=coc&mpn=A&name=x", "name"],
        ["kind=coc&mpn=A&issuer=x", "issuer"],
        ["kind=coc&mpn=A&issuedOn=2026-01-01", "issuedOn"],
        ["kind=coc&mpn=A", "mediaType", "text/csv"],
      ];
      for (const [query, field, type = "text/plain"] of others) {
        const { status, body } = await upload(text, { query, type });
        expect([status, body.code, body.field], query).to.deep.equal([409, "CONFLICT", field]);
      }
      expect((await info(first.hash, "maker")).said).to.deep.equal([first]);
    });

    it("are created once by twenty concurrent uploads", async () => {
      const text = fresh();
      const replies = await Promise.all(Array.from({ length: 20 }, () => upload(text)));
      expect(replies.filter(({ status }) => status === 201)).to.have.length(1);
      expect(replies.filter(({ status }) => status === 200)).to.have.length(19);
      for (const { body } of replies) expect(body).to.deep.equal(replies[0]!.body);
    });

    it("are refused when empty or larger than the limit", async () => {
      const empty = await upload("");
      expect([empty.status, empty.body.code, empty.body.field]).to.deep.equal([
        400,
        "BAD_FIELD",
        "body",
      ]);
      expect((await upload(fresh().padEnd(TEST_DOCUMENT_MAX_BYTES, "x"))).status).to.equal(201);
      const before = await storedFiles();
      const long = fresh().padEnd(TEST_DOCUMENT_MAX_BYTES + 1, "x");
      const { status, body } = await upload(long);
      expect([status, body.code]).to.deep.equal([413, "BODY_TOO_LARGE"]);
      // A body without a Content-Length is counted as it arrives.
      const chunks = new ReadableStream({
        pull(controller) {
          controller.enqueue(Buffer.alloc(16 * 1024, "y"));
        },
      });
      const response = await fetch(`${http.url}/v1/documents?kind=coc`, {
        method: "POST",
        body: chunks,
        duplex: "half",
        headers: { authorization: `Bearer ${http.keys.maker}`, "content-type": "text/plain" },
      } as RequestInit);
      expect(response.status).to.equal(413);
      expect(((await response.json()) as { code: string }).code).to.equal("BODY_TOO_LARGE");
      expect(await storedFiles()).to.deep.equal(before);
    });

    it("are not stored when the upload breaks off", async () => {
      const before = [await storedFiles(), await http.ctx.prisma.document.count()];
      const { hostname, port } = new URL(http.url);
      const socket = connect(Number(port), hostname);
      socket.write(
        `POST /v1/documents?kind=coc HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${http.keys.maker}\r\n` +
          "content-type: text/plain\r\ncontent-length: 1000\r\n\r\nhalf a docu",
      );
      await new Promise<void>((resolve) => socket.on("connect", resolve));
      socket.end();
      const text = await new Promise<string>((resolve) => {
        let all = "";
        socket
          .on("data", (chunk: Buffer) => (all += chunk.toString()))
          .on("close", () => resolve(all));
      });
      expect(text === "" || text.startsWith("HTTP/1.1 400"), text).to.equal(true);
      expect([await storedFiles(), await http.ctx.prisma.document.count()]).to.deep.equal(before);
    });

    it("are refused with an unlisted media type, or with bytes that do not fit it", async () => {
      const samples: Record<MediaType, Buffer> = {
        "application/pdf": Buffer.from("%PDF-1.7\n"),
        "image/jpeg": Buffer.from([0xff, 0xd8, 0xff, 0xe0]),
        "image/png": Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
        "image/tiff": Buffer.from([0x49, 0x49, 0x2a, 0x00]),
        "text/csv": Buffer.from("mpn,quantity\nÉ,1\n"),
        "text/plain": Buffer.from("words"),
        "application/json": Buffer.from(' \r\n\t{"a":1}'),
      };
      expect(Object.keys(samples)).to.have.members(MEDIA_TYPE_NAMES);
      const isText = (type: string) => /^text\//.test(type);
      for (const type of MEDIA_TYPE_NAMES) {
        for (const of of MEDIA_TYPE_NAMES) {
          // JSON is text as well, and text may have any of the text types.
          const fits =
            of === type ||
            (isText(type) && (isText(of) || of === "application/json" || of === "application/pdf"));
          expect(MEDIA_TYPES[type].fits(samples[of]), `${of} as ${type}`).to.equal(fits);
        }
        const { status } = await upload(samples[type], { type, key: "lab" });
        expect(status, type).to.equal(201);
        expect(
          (await upload(samples[type].subarray(1, 3), { type, key: "lab" })).status,
          `part of ${type}`,
        ).to.equal(isText(type) ? 201 : 422);
      }
      const wrong: [string | Uint8Array, string][] = [
        ["<html><script>alert(1)</script>", "application/pdf"],
        [`x${samples["application/pdf"].toString()}`, "application/pdf"],
        [Uint8Array.of(0x61, 0x00, 0x62), "text/plain"],
        [Uint8Array.of(0x61, 0xff), "text/csv"],
        [Uint8Array.of(0x22, 0xc0, 0xaf), "text/plain"],
        ['"only a text"', "application/json"],
      ];
      for (const [raw, type] of wrong) {
        const { status, body } = await upload(raw, { type });
        expect([status, body.code, body.field], type).to.deep.equal([
          422,
          "MEDIA_TYPE_MISMATCH",
          "content-type",
        ]);
      }
      const types = [
        "text/html",
        "image/svg+xml",
        "application/xml",
        "application/zip",
        "application/octet-stream",
      ];
      for (const type of [
        ...types,
        "",
        "text/plain; charset=latin1",
        "text/plain; x=y",
        "__proto__",
        "TEXT/ PLAIN",
      ]) {
        const { status, body } = await upload("words", { type });
        expect([status, body.code], type).to.deep.equal([415, "UNSUPPORTED_MEDIA_TYPE"]);
      }
      const zipped = await upload("words", { headers: { "content-encoding": "gzip" } });
      expect([zipped.status, zipped.body.code]).to.deep.equal([415, "UNSUPPORTED_MEDIA_TYPE"]);
      const named = await upload(fresh(), { type: 'TEXT/Plain; charset="UTF-8"' });
      expect([named.status, named.body.mediaType]).to.deep.equal([201, "text/plain"]);
    });

    it("are refused with a malformed description, with the field named", async () => {
      const wrong: Record<string, string> = {
        "": "kind",
        "kind=proof": "kind",
        "kind=coc&kind=coc": "kind",
        "kind=coc&name=": "name",
        "kind=coc&name=..%2F..%2Fetc%2Fpasswd": "name",
        "kind=coc&name=a%5Cb": "name",
        "kind=coc&name=a%00b": "name",
        "kind=coc&name=a%0Ab": "name",
        "kind=coc&name=a%E2%80%AEb": "name",
        [`kind=coc&name=${"x".repeat(129)}`]: "name",
        "kind=coc&issuer=+x": "issuer",
        "kind=coc&issuedOn=2026-02-30": "issuedOn",
        "kind=coc&issuedOn=31.08.2026": "issuedOn",
        "kind=coc&quantity=-1": "quantity",
        "kind=coc&quantity=1e3": "quantity",
        "kind=coc&quantity=01": "quantity",
        "kind=coc&quantity=9007199254740992": "quantity",
        "kind=coc&quantity=": "quantity",
        [`kind=coc&mpn=${"x".repeat(65)}`]: "mpn",
        "kind=coc&price=3": "price",
        "kind=coc&claims=%7B%7D": "claims",
        "kind=coc&owner=0x00": "owner",
        "kind=coc&__proto__=1": "__proto__",
      };
      for (const [query, field] of Object.entries(wrong)) {
        const { status, body } = await upload(fresh(), { query });
        expect([status, body.field], query).to.deep.equal([400, field]);
        expect(body.code, query).to.be.oneOf(["BAD_FIELD", "BAD_TEXT"]);
      }
      const query = `kind=other&name=${"x".repeat(128)}&mpn=${"x".repeat(64)}&quantity=0`;
      expect((await upload(fresh(), { query })).status).to.equal(201);
    });

    it("are accepted when a crash left their bytes without a row", async () => {
      const text = fresh();
      const hash = hashOf(Buffer.from(text));
      await http.ctx.documents.put(hash, Buffer.from(text));
      expect(await statuses(hash, "maker")).to.deep.equal([404, 404]);
      expect(await documentsOf(http.ctx, [hash])).to.deep.equal([
        {
          hash,
          owner: null,
          kind: null,
          issuer: null,
          issuedOn: null,
          claims: {},
          present: false,
          altered: false,
          alsoNamedBy: [],
        },
      ]);
      expect((await upload(text)).status).to.equal(201);
      expect(await statuses(hash, "maker")).to.deep.equal([200, 200]);
    });

    it("leave no row and answer 503 when the store fails", async () => {
      const put = (hash: string) =>
        Promise.reject(new StoreError("STORE_UNREACHABLE", hash, "full"));
      const full = await http.beside({}, { documents: { ...http.ctx.documents, put } });
      const text = fresh();
      const options = {
        key: "maker",
        raw: Uint8Array.from(Buffer.from(text)),
        headers: { "content-type": "text/plain" },
      };
      const { status, body, headers } = await full.call("POST", "/v1/documents?kind=coc", options);
      expect([status, body["code"], headers.get("retry-after")]).to.deep.equal([
        503,
        "NOT_READY",
        "5",
      ]);
      expect(
        await http.ctx.prisma.document.count({ where: { hash: hashOf(Buffer.from(text)) } }),
      ).to.equal(0);
    });
  });

  describe("on download", () => {
    it("are sent as an attachment named by their hash, never displayed", async () => {
      const { body: first } = await upload("%PDF-1.7 <script>alert(1)</script>", {
        type: "application/pdf",
        query: "kind=coc&name=evil%22%3B.html",
      });
      const response = await fetch(`${http.url}/v1/documents/${first.hash}/content`, {
        headers: { authorization: `Bearer ${http.keys.maker}` },
      });
      expect(response.status).to.equal(200);
      const header = (name: string) => response.headers.get(name);
      expect(header("content-disposition")).to.equal(
        `attachment; filename="${first.hash.slice(2)}.pdf"`,
      );
      expect(header("content-type")).to.equal("application/pdf");
      expect(header("x-content-type-options")).to.equal("nosniff");
      expect(header("content-security-policy")).to.equal("sandbox; default-src 'none'");
      expect(header("cache-control")).to.equal("no-store");
      expect(hashOf(Buffer.from(await response.arrayBuffer()))).to.equal(first.hash);
    });

    it("are not sent when altered or missing, until they are uploaded again", async () => {
      const text = fresh();
      const { body: first } = await upload(text);
      const path = `/v1/documents/${first.hash}/content`;
      const refusal = async () => {
        const { status, body } = await http.call("GET", path, { key: "maker" });
        return [status, body["code"], body["field"]];
      };
      await writeFile(fileOf(first.hash), text.toUpperCase());
      expect(await refusal()).to.deep.equal([500, "DOCUMENT_ALTERED", "hash"]);
      expect((await documentsOf(http.ctx, [first.hash]))[0]).to.include({
        present: true,
        altered: true,
      });
      await rm(fileOf(first.hash));
      expect(await refusal()).to.deep.equal([500, "DOCUMENT_MISSING", "hash"]);
      expect((await documentsOf(http.ctx, [first.hash]))[0]).to.include({
        present: false,
        altered: false,
      });
      expect((await upload(text)).status).to.equal(200);
      expect(await readFile(fileOf(first.hash), "utf8")).to.equal(text);
      expect((await http.call("GET", path, { key: "maker" })).status).to.equal(200);
      expect((await documentsOf(http.ctx, [first.hash]))[0]).to.include({
        present: true,
        altered: false,
      });
    });

    it("are listed for their owner in pages and by kind", async () => {
      type Page = { items: View[]; next: string | null };
      const mine: string[] = [];
      for (let i = 0; i < 5; i++) {
        const query = i % 2 ? "kind=photo" : "kind=datasheet";
        mine.push((await upload(fresh(), { query, key: "ems" })).body.hash);
      }
      const seen: string[] = [];
      for (let cursor = ""; ;) {
        const page = await http.expecting<Page>(200, "GET", `/v1/documents?limit=2${cursor}`, {
          key: "ems",
        });
        seen.push(...page.items.map(({ hash }) => hash));
        if (page.next === null) break;
        cursor = `&cursor=${page.next}`;
      }
      expect(seen).to.deep.equal(mine);
      const photos = await http.expecting<Page>(200, "GET", "/v1/documents?kind=photo", {
        key: "ems",
      });
      expect(photos.items.map(({ hash }) => hash)).to.deep.equal([mine[1], mine[3]]);
      const all = await http.expecting<Page>(200, "GET", "/v1/documents?limit=200", {
        key: "operator",
      });
      expect(all.items).to.have.length(await http.ctx.prisma.document.count());
    });
  });

  describe("read by others", () => {
    it("open by an event that names them: a certificate to the trail, a packing list to the event's parties", async () => {
      const { hash: coc } = (await upload(fresh(), { query: "kind=coc&mpn=MPN" })).body;
      const { hash: packing } = (await upload(fresh(), { query: "kind=packing-list" })).body;
      const { hash: unnamed } = (await upload(fresh())).body;
      const made = await newLotNaming({ cocHash: coc });
      const lots = made.lots.map((lot) => ({ lot }));
      expect(await statuses(coc, "distributor")).to.deep.equal([404, 404]);
      const sent = await acts.ship(http.ctx, party("maker"), {
        consignee: party("distributor"),
        lots,
        details: { packingListHash: packing },
      });
      for (const hash of [coc, packing])
        expect(await statuses(hash, "distributor")).to.deep.equal([200, 200]);
      await acts.receive(http.ctx, party("distributor"), { shipment: sent.hash });
      await acts.ship(http.ctx, party("distributor"), { consignee: party("ems"), lots });
      expect(await statuses(coc, "ems")).to.deep.equal([200, 200]);
      expect(await statuses(packing, "ems")).to.deep.equal([404, 404]);
      for (const hash of [coc, packing])
        expect(await statuses(hash, "lab")).to.deep.equal([404, 404]);
      for (const hash of [coc, packing, unnamed])
        expect(await statuses(hash, "operator")).to.deep.equal([200, 200]);
      expect(await statuses(unnamed, "distributor")).to.deep.equal([404, 404]);
      const { namedBy, said, more } = await info(coc, "ems");
      expect(namedBy.map((one) => ({ ...one, by: one.by.address }))).to.deep.equal([
        { event: made.hash, by: party("maker"), field: "cocHash", lots: made.lots },
      ]);
      expect(said[0]!.claims).to.deep.equal({ mpn: "MPN" });
      expect(more).to.equal(false);
      expect((await info(packing, "distributor")).namedBy).to.have.length(1);
    });

    it("open only to readers who see the lot that names them", async () => {
      const { hash: first } = (await upload(fresh())).body;
      const { hash: second } = (await upload(fresh())).body;
      const { hash: both } = (await upload(fresh())).body;
      const lots = [first, second].map((cocHash) => ({
        lotNumber: fresh("TWO"),
        quantity: 1,
        details: { cocHash },
      }));
      const made = await acts.makeLots(http.ctx, party("maker"), "commission", {
        lots,
        details: { photoHash: both },
      });
      const { namedBy: naming } = await info(first, "maker");
      const lot = naming[0]!.lots[0]!;
      await acts.ship(http.ctx, party("maker"), {
        consignee: party("distributor"),
        lots: [{ lot }],
      });
      expect(await statuses(first, "distributor")).to.deep.equal([200, 200]);
      expect(await statuses(second, "distributor")).to.deep.equal([404, 404]);
      const { namedBy } = await info(both, "distributor");
      expect(namedBy).to.have.length(1);
      expect(namedBy[0]).to.include({ event: made.hash, field: "photoHash" });
      expect(namedBy[0]!.lots).to.deep.equal([lot]);
      expect((await info(both, "maker")).namedBy[0]!.lots).to.have.members(made.lots);
    });

    it("open by a notice that names them, to readers who see its lot", async () => {
      const { hash } = (await upload(fresh(), { query: "kind=alert" })).body;
      const made = await newLotNaming({});
      await acts.ship(http.ctx, party("maker"), {
        consignee: party("distributor"),
        lots: made.lots.map((lot) => ({ lot })),
      });
      expect(await statuses(hash, "distributor")).to.deep.equal([404, 404]);
      const notice = await acts.giveNotice(http.ctx, party("maker"), {
        lot: made.lots[0]!,
        kind: "recall",
        details: { documentHash: hash },
      });
      expect(await statuses(hash, "distributor")).to.deep.equal([200, 200]);
      expect(await statuses(hash, "lab")).to.deep.equal([404, 404]);
      expect((await info(hash, "distributor")).namedBy[0]).to.deep.include({
        notice: notice.hash,
        field: "documentHash",
        lots: made.lots,
      });
    });

    it("do not open to a party that names them itself", async () => {
      const { hash } = (await upload(fresh(), { key: "distributor" })).body;
      await newLotNaming({ cocHash: hash }, "ems");
      expect(await statuses(hash, "ems")).to.deep.equal([404, 404]);
      await newLotNaming({ cocHash: hash }, "maker");
      expect(await statuses(hash, "ems")).to.deep.equal([404, 404]);
    });

    it("open by the word of a party that may read them, not by that of an accomplice", async () => {
      const { ctx } = http;
      const { hash } = (await upload(fresh())).body;
      const { lots } = await newLotNaming({ cocHash: hash }, "distributor");
      const named = lots.map((lot) => ({ lot }));
      const { hash: shipment } = await acts.ship(ctx, party("distributor"), {
        consignee: party("ems"),
        lots: named,
      });
      await acts.receive(ctx, party("ems"), { shipment });
      // Each names it to the other, and still neither may read it.
      await acts.remark(ctx, party("ems"), "inspect", {
        lots: named,
        details: { testReportHash: hash },
      });
      for (const key of ["distributor", "ems"]) {
        expect(await statuses(hash, key)).to.deep.equal([404, 404]);
        const ofLot = `/v1/documents/${hash}/content?lot=${lots[0]!}`;
        expect((await http.call("GET", ofLot, { key })).status).to.equal(404);
        const path = `/v1/lots/${lots[0]!}`;
        const bundle = await http.expecting(200, "GET", `${path}/bundle`, { key });
        expect(bundle["documents"]).to.deep.equal([]);
        const { given } = await http.expecting<Verdict>(200, "GET", `${path}/verdict`, { key });
        expect(given.facts!.documents).to.deep.equal([]);
      }
      const { lots: shown } = await newLotNaming({ cocHash: hash });
      await acts.ship(ctx, party("maker"), {
        consignee: party("distributor"),
        lots: [{ lot: shown[0]! }],
      });
      for (const key of ["distributor", "ems"])
        expect(await statuses(hash, key)).to.deep.equal([200, 200]);
    });

    it("open by a grant as far as the granter can read them, and no further", async () => {
      const { prisma } = http.ctx;
      const maker = party("maker");
      const { hash: coc } = (await upload(fresh())).body;
      const { hash: photo } = (await upload(fresh())).body;
      const { hash: foreign } = (await upload(fresh(), { key: "distributor" })).body;
      const made = await newLotNaming({ cocHash: coc, photoHash: foreign });
      const elsewhere = await newLotNaming({ photoHash: photo });
      const grant = { id: "g", granter: maker, upTo: "trail", fields: [] } as const;
      const reads = async (reader: Reader, hash: string) =>
        documentFor(prisma, reader, hash).then(
          () => true,
          (error: unknown) => !(error instanceof Refusal && error.code === "NOT_FOUND"),
        );
      for (const reader of [{ party: party("lab") }, { party: null, byGrant: true }] as const) {
        const granted: Reader = { ...reader, grants: [{ ...grant, lots: made.lots }] };
        expect(await reads(granted, coc)).to.equal(true);
        expect(await reads(granted, photo), "a document of a lot that was not granted").to.equal(
          false,
        );
        expect(
          await reads(granted, foreign),
          "a document that only the granter itself names",
        ).to.equal(false);
        expect(await reads({ ...reader, grants: [] }, coc)).to.equal(false);
      }
      const restricted: Reader = {
        party: null,
        byGrant: true,
        grants: [{ ...grant, upTo: "public", lots: elsewhere.lots }],
      };
      expect(await reads(restricted, photo), "a document beyond the granted level").to.equal(false);
      expect(await reads({ party: maker }, coc)).to.equal(true);
      expect(await reads({ party: maker, byGrant: true, grants: [] }, coc)).to.equal(false);
    });

    it("are not named by the same hash in other fields or texts", async () => {
      const { hash } = (await upload(fresh())).body;
      const made = await newLotNaming({ claimsLot: hash }, "ems");
      await newLotNaming({ remarks: `"cocHash":"${hash}"` }, "ems");
      expect((await info(hash, "operator")).namedBy).to.deep.equal([]);
      expect(made.lots).to.have.length(1);
      expect((await documentsOf(http.ctx, [hash]))[0]!.alsoNamedBy).to.deep.equal([]);
    });

    it("keep their readers, and are sent as plain text, when rows were altered", async () => {
      const { hash } = (await upload(fresh())).body;
      const made = await newLotNaming({ cocHash: hash });
      const { prisma } = http.ctx;
      const event = await prisma.event.findUniqueOrThrow({ where: { hash: made.hash } });
      const row = await prisma.document.findFirstOrThrow({ where: { hash } });
      for (const details of [
        `{"cocHash":"${hash}"`,
        `{"entries":[{"cocHash":"${hash}"},{},{}]}`,
        `"cocHash":"${hash}"`,
      ]) {
        await prisma.event.update({ where: { hash: made.hash }, data: { details } });
        for (const key of ["maker", "lab", "operator"]) {
          const [status] = await statuses(hash, key);
          expect(status).to.equal(key === "lab" ? 404 : 200);
        }
        await documentsOf(http.ctx, [hash]);
      }
      await prisma.event.update({ where: { hash: made.hash }, data: event });
      const where = { hash_owner: { hash, owner: row.owner } };
      for (const data of [{ claims: "{" }, { claims: '{"x":1}' }, { mediaType: "text/html" }]) {
        await prisma.document.update({ where, data });
        const response = await fetch(`${http.url}/v1/documents/${hash}/content`, {
          headers: { authorization: `Bearer ${http.keys.maker}` },
        });
        expect(response.status).to.equal(200);
        expect(response.headers.get("content-type")).to.match(/^text\/plain/);
        expect((await documentsOf(http.ctx, [hash]))[0]!.claims).to.deep.equal({});
        await prisma.document.update({ where, data: row });
      }
    });
  });

  describe("as facts for the rules", () => {
    it("are reported in the order of the hashes, once each, with their descriptions", async () => {
      const { hash } = (
        await upload(fresh(), { query: "kind=coc&issuer=Lab&issuedOn=2026-01-02&quantity=5" })
      ).body;
      await upload("nobody else", { key: "lab" });
      const absent = hashOf(Buffer.from(fresh()));
      expect(await documentsOf(http.ctx, [])).to.deep.equal([]);
      const facts = await documentsOf(http.ctx, [absent, hash, absent]);
      const bare = { present: false, altered: false, alsoNamedBy: [] };
      expect(facts).to.deep.equal([
        {
          hash: absent,
          owner: null,
          kind: null,
          issuer: null,
          issuedOn: null,
          claims: {},
          ...bare,
        },
        {
          hash,
          owner: party("maker"),
          kind: "coc",
          issuer: "Lab",
          issuedOn: "2026-01-02",
          claims: { quantity: 5 },
          ...bare,
          present: true,
        },
      ]);
    });

    it("name other lots with the same document, uploaded or not, up to a limit", async () => {
      const hash = hashOf(Buffer.from(fresh()));
      const first = await newLotNaming({ cocHash: hash });
      const named = async (besides: string[]) =>
        (await documentsOf(http.ctx, [hash], besides))[0]!.alsoNamedBy.map(({ lot }) => lot);
      expect(await named([])).to.deep.equal(first.lots);
      expect(await named(first.lots)).to.deep.equal([]);
      const second = await newLotNaming({ testReportHash: hash }, "ems", 3);
      expect(await named(first.lots)).to.have.members(second.lots);
      expect(await named(second.lots)).to.deep.equal(first.lots);
      // Many events about the lot itself do not hide the others.
      for (let i = 0; i < 3; i++) {
        const details = { photoHash: hash, remarks: fresh() };
        await acts.remark(http.ctx, party("maker"), "inspect", {
          lots: [{ lot: first.lots[0]! }],
          details,
        });
      }
      expect(await named([])).to.have.members([...first.lots, ...second.lots]);
      await newLotNaming({ cocHash: hash }, "ems", MAX_OTHER_LOTS);
      expect(await named(first.lots))
        .to.have.length(MAX_OTHER_LOTS)
        .and.not.include(first.lots[0]);
    });

    it("are hashed again only after their file changed", async () => {
      const { hash } = (await upload(fresh())).body;
      let reads = 0;
      const documents: DocumentStore = {
        ...http.ctx.documents,
        get: (of) => {
          reads++;
          return http.ctx.documents.get(of);
        },
      };
      const ctx = { ...http.ctx, documents };
      for (let i = 0; i < 3; i++)
        expect((await documentsOf(ctx, [hash]))[0]!.altered).to.equal(false);
      expect(reads).to.equal(1);
      const text = await readFile(fileOf(hash));
      await writeFile(fileOf(hash), Buffer.alloc(text.length, "x"));
      for (let i = 0; i < 2; i++)
        expect((await documentsOf(ctx, [hash]))[0]!.altered).to.equal(true);
      expect(reads).to.equal(2);
      await writeFile(fileOf(hash), text);
      expect((await documentsOf(ctx, [hash]))[0]!.altered).to.equal(false);
    });

    it("have present: null when the store fails or is too slow", async () => {
      const hashes = [(await upload(fresh())).body.hash, (await upload(fresh())).body.hash];
      let asked = 0;
      const down = (hash: string) => {
        asked++;
        return Promise.reject(new StoreError("STORE_UNREACHABLE", hash, "down"));
      };
      const silent = () => new Promise<undefined>(() => undefined);
      for (const has of [down, silent]) {
        const ctx = { ...http.ctx, documents: { ...http.ctx.documents, has } };
        for (const one of await documentsOf(ctx, hashes, [], 1)) {
          expect(one).to.include({ present: null, altered: null, kind: "coc" });
        }
      }
      expect(asked).to.be.at.most(hashes.length);
    });

    it("are found through the database index", async () => {
      const { rows } = await http.database.pool.query<{ "QUERY PLAN": string }>(
        `EXPLAIN SELECT hash FROM event WHERE document_hashes(details, disclosure) && ARRAY[$1]
         AND (details LIKE '%Hash"%' OR disclosure LIKE '%Hash"%')`.replace("$1", "'0x00'"),
      );
      expect(rows.map((row) => row["QUERY PLAN"]).join("\n")).to.contain("event_documents");
    });

    it("are found in disclosures from another service", async () => {
      const { hash } = (await upload(fresh())).body;
      const made = await newLotNaming({ cocHash: hash, mpn: "MPN" });
      const { prisma } = http.ctx;
      const event = await prisma.event.findUniqueOrThrow({ where: { hash: made.hash } });
      expect(event.action).to.equal(ACTIONS.commission);
      const view = await http.expecting<{ disclosure: unknown }>(
        200,
        "GET",
        `/v1/events/${made.hash}`,
        {
          key: "maker",
        },
      );
      const data = { details: null, secret: null, disclosure: JSON.stringify(view.disclosure) };
      await prisma.event.update({ where: { hash: made.hash }, data });
      expect((await info(hash, "maker")).namedBy[0]!.lots).to.deep.equal(made.lots);
      const [{ alsoNamedBy }] = (await documentsOf(http.ctx, [hash])) as [DocumentFacts];
      expect(alsoNamedBy).to.deep.equal(made.lots.map((lot) => ({ lot, by: party("maker") })));
      await prisma.event.update({ where: { hash: made.hash }, data: event });
    });
  });
});
