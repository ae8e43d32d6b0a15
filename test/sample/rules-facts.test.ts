// Tests the rules that read facts from outside a trail (V04, V07, V19, V25, V26) over HTTP on the sample: each on a sound
// lot, on a faulty one, and where it is not evaluable.
import { expect } from "chai";
import { readFileSync } from "node:fs";
import { toHex, utf8 } from "../../protocol/base/bytes.ts";
import { sha256 } from "../../protocol/base/crypto.ts";
import type { PolicyDocument } from "../../protocol/verdict/policy.ts";
import type { Verdict } from "../../protocol/verdict/verdict.ts";
import { type DocumentStore, StoreError } from "../../server/storage/blobs.ts";
import { openSampleService, type SampleService } from "../support/sample-service.ts";
import { KNOWN, MPNS } from "./named.ts";

const CERTIFICATE = readFileSync(
  new URL("../../sample/certificate-corvane.txt", import.meta.url),
  "utf8",
);

const FRESH = "halden/HS26-431420";
const DISTRIBUTED = "halden/HS26-112706";
const PRODUCT = "monclara/MTR3-26-0820";

describe("fact rules on the sample", () => {
  let sample: SampleService;

  before(async () => {
    sample = await openSampleService();
  });
  after(() => sample.close());

  async function ask(
    ref: string,
    { key = "operator", policy }: { key?: string; policy?: PolicyDocument } = {},
  ) {
    const path = `/v1/lots/${sample.lot(ref)}/verdict`;
    const verdict = policy
      ? await sample.expecting<Verdict>(200, "post", path, { key, body: { policy } })
      : await sample.expecting<Verdict>(200, "get", path, { key });
    const of = (id: string) => verdict.findings.filter(({ rule }) => rule === id);
    return {
      verdict,
      of,
      rule: (id: string) => {
        const { result, reason } = verdict.rules.find(({ rule }) => rule === id)!;
        return [result, ...(reason ? [reason.code] : of(id).map(({ code }) => code))];
      },
    };
  }

  describe("V04 authorised link", () => {
    it("passes a lot held only by its maker's authorised distributors", async () => {
      const { rule, verdict } = await ask(DISTRIBUTED);
      expect(rule("V04")).to.deep.equal(["pass"]);
      expect(verdict.given.facts!.statements).to.have.length(1);
    });

    it("warns of an ended authorisation, with its statement and last day", async () => {
      const { of } = await ask(KNOWN.late);
      const [finding] = of("V04");
      expect(finding).to.include({
        code: "AUTHORISATION_ENDED",
        verdict: "WARN",
        expected: "2026-08-31",
      });
      expect(finding).to.include({ found: "2026-09-02", field: "time" });
      const list = "/v1/statements?kind=authorisation&limit=200";
      type Listed = { items: { statement: string; content: { party: string } }[] };
      const { items } = await sample.expecting<Listed>(200, "get", list, { key: "aldervik" });
      const named = items.find(({ statement }) => statement === finding!.statement);
      expect(named!.content.party).to.equal(sample.party("larkhill"));
    });

    it("warns of an unauthorised distributor unless the reader's policy approves it", async () => {
      expect((await ask(KNOWN.surplus)).rule("V04")).to.deep.equal([
        "warn",
        "DISTRIBUTOR_NOT_AUTHORISED",
      ]);
      const approved = await ask(KNOWN.surplus, {
        policy: { approvedSuppliers: [sample.party("larkhill")] },
      });
      expect(approved.rule("V04")).to.deep.equal(["info", "DISTRIBUTOR_APPROVED"]);
    });

    it("is not evaluable from the trail alone, without facts; nor are V07, V19 and V26", async () => {
      const { verify } = await import("../../protocol/verify/verify.ts");
      const { loadTrail } = await import("../../server/custody/trails.ts");
      const { ctx } = sample.service;
      const trail = await loadTrail(ctx.prisma, ctx, sample.lot(DISTRIBUTED));
      const trust = { ...ctx.domain, finality: ctx.finality, now: ctx.clock() };
      const verdict = await verify(trail, trust, ctx.reader, ctx.recover);
      const reasons = ["V04", "V07", "V19", "V26"].map(
        (id) => verdict.rules.find(({ rule }) => rule === id)!.reason?.code,
      );
      const unknown = [
        "AUTHORISATIONS_NOT_KNOWN",
        "CIRCULATION_NOT_KNOWN",
        "SIBLINGS_NOT_KNOWN",
        "ALERTS_NOT_KNOWN",
      ];
      expect(reasons).to.deep.equal(unknown);
    });
  });

  describe("V07 lot over-issue", () => {
    it("passes when all pieces come from the maker", async () => {
      const { rule, verdict } = await ask(FRESH);
      expect(rule("V07")).to.deep.equal(["pass"]);
      expect(verdict.given.facts!.circulation).to.deep.equal({
        commissioned: 1500,
        open: { maker: 1500, authorised: 0, other: 0 },
        complete: ["maker", "authorised", "other"],
      });
    });

    it("fails a broker's lot when more pieces circulate than the maker commissioned, and remarks on the maker's", async () => {
      const found = { expected: 1500, found: 3900 };
      const [told] = (await ask(KNOWN.surplus)).of("V07");
      expect(told).to.include({ code: "MORE_THAN_COMMISSIONED", verdict: "FAIL", ...found });
      const [remark] = (await ask(KNOWN.certified)).of("V07");
      const code = "MORE_CLAIMED_THAN_COMMISSIONED";
      expect(remark).to.include({ code, verdict: "INFO", ...found });
    });

    it("is INCOMPLETE for the broker itself, and tells it nothing of the maker's lots", async () => {
      const { rule, verdict } = await ask(KNOWN.surplus, { key: "larkhill" });
      expect(rule("V07")).to.deep.equal(["not evaluable", "CIRCULATION_NOT_COUNTED"]);
      expect(verdict.given.facts).not.to.have.property("circulation");
    });

    it("passes an assembled product, and counts split lots once", async () => {
      expect((await ask(PRODUCT)).rule("V07")).to.deep.equal(["pass"]);
      expect((await ask("mizuhara/MZ6F86884804")).rule("V07")).to.deep.equal(["pass"]);
    });

    it("is not evaluable with introduced lots only, or without a maker's lot", async () => {
      expect((await ask(KNOWN.otherNumber)).rule("V07")).to.deep.equal([
        "not evaluable",
        "NONE_COMMISSIONED",
      ]);
      expect((await ask(KNOWN.bare)).rule("V07")).to.deep.equal([
        "not evaluable",
        "MAKER_LOT_NOT_RECORDED",
      ]);
    });
  });

  describe("V19 lot pairing", () => {
    it("passes when other lots of the maker's lot agree", async () => {
      const { rule, verdict } = await ask("halden/HS26-630239");
      expect(rule("V19")).to.deep.equal(["pass"]);
      expect(verdict.given.facts!.siblings!.claims).to.have.length(1);
    });

    it("fails a broker's lot that sells the maker's lot under another part number, and remarks on the maker's", async () => {
      const [finding] = (await ask(KNOWN.otherNumber)).of("V19");
      expect(finding).to.include({
        code: "LOT_OF_OTHER_MPN",
        verdict: "FAIL",
        expected: "CV43045-0812",
      });
      expect(finding!.found).to.equal(MPNS.powerHeader);
      const { rule, of } = await ask(KNOWN.renumbered);
      expect(rule("V19")).to.deep.equal(["info", "LOT_CLAIMED_OTHERWISE"]);
      expect(of("V19")[0]).to.include({ expected: MPNS.powerHeader, found: "CV43045-0812" });
    });

    it("warns of a broker's lot that has another date code or country than the maker's", async () => {
      const { rule, of } = await ask(KNOWN.otherDate);
      expect(rule("V19")).to.deep.equal(["warn", "LOT_OF_OTHER_DATE", "LOT_OF_OTHER_COUNTRY"]);
      expect(of("V19")[0]).to.include({ expected: "2611", found: "2634" });
      expect(of("V19")[1]).to.include({ expected: "CN", found: "DE" });
      const otherwise = "LOT_CLAIMED_OTHERWISE";
      expect((await ask(KNOWN.redated)).rule("V19")).to.deep.equal(["info", otherwise, otherwise]);
    });

    it("is not evaluable without a maker's lot", async () => {
      expect((await ask(KNOWN.bare)).rule("V19")).to.deep.equal([
        "not evaluable",
        "PAIRING_NOT_RECORDED",
      ]);
    });
  });

  describe("V25 documents", () => {
    const hash = toHex(sha256(utf8(CERTIFICATE)));
    const upload = (key: string, claims: Record<string, string>) =>
      sample.call(
        "post",
        `/v1/documents?${new URLSearchParams({ kind: "coc", ...claims }).toString()}`,
        {
          key,
          raw: CERTIFICATE,
          headers: { "content-type": "text/plain" },
        },
      );
    const claims = {
      manufacturer: "Corvane Interconnect GmbH",
      mpn: MPNS.ffc,
      makerLot: "0004188202",
    };

    it("passes when no event names a document", async () => {
      expect((await ask(FRESH)).rule("V25")).to.deep.equal(["pass"]);
    });

    it("is not evaluable before the certificate is uploaded", async () => {
      expect((await ask(KNOWN.certified)).rule("V25")).to.deep.equal([
        "not evaluable",
        "DOCUMENT_NOT_HERE",
      ]);
    });

    it("warns of a test report that is not by a laboratory", async () => {
      const [finding] = (await ask(KNOWN.late)).of("V25");
      expect(finding).to.include({ code: "REPORT_NOT_BY_LABORATORY", verdict: "WARN" });
      expect(finding!.found).to.equal(sample.party("larkhill"));
    });

    it("compares the uploaded certificate with the lot, and reports its use for other maker's lots", async () => {
      const { status } = await upload("corvane", { ...claims, dateCode: "2634", quantity: "1500" });
      expect(status).to.equal(201);
      const { of, verdict } = await ask(KNOWN.certified);
      expect(of("V25").map(({ code }) => code)).to.deep.equal(["COC_CLAIMED_FOR_OTHER_LOTS"]);
      expect(verdict.given.facts!.documents).to.deep.include({
        hash,
        present: true,
        altered: false,
        otherMakerLots: { maker: 0, authorised: 0, other: 1 },
        claims: { ...claims, dateCode: "2634", quantity: 1500 },
      });
      const other = (await ask(KNOWN.otherNumber)).of("V25");
      expect(other.map(({ code }) => code)).to.include("COC_OF_OTHER_LOTS");
      const differing = other
        .filter(({ code }) => code === "COC_DIFFERS")
        .map(({ field }) => field);
      expect(differing).to.deep.equal(["mpn", "makerLot", "dateCode", "quantity"]);
    });

    it("fails when the file stored under the hash is another", async () => {
      const { ctx } = sample.service;
      const { documents } = ctx;
      ctx.documents = {
        put: (of, bytes) => documents.put(of, bytes),
        has: (of) => documents.has(of),
        get: (of) => Promise.reject(new StoreError("DOCUMENT_ALTERED", of, "altered")),
      } satisfies DocumentStore;
      try {
        const [finding] = (await ask(KNOWN.certified)).of("V25");
        expect(finding).to.include({
          code: "DOCUMENT_NOT_AS_NAMED",
          verdict: "FAIL",
          expected: hash,
        });
      } finally {
        ctx.documents = documents;
      }
    });
  });

  describe("V26 alerts", () => {
    it("passes when no alert counts for the reader", async () => {
      const { rule, verdict } = await ask(KNOWN.certified);
      expect(rule("V26")).to.deep.equal(["pass"]);
      expect(verdict.given.facts!.statements).to.deep.equal([]);
    });

    it("holds on an alert by an issuer that the reader's policy names", async () => {
      const { verdict, of } = await ask(KNOWN.certified, {
        policy: { alertIssuers: [sample.party("dravatronik")] },
      });
      expect(verdict.verdict).to.equal("HOLD");
      expect(of("V26")[0]).to.include({ code: "ALERT_COUNTERFEIT", verdict: "HOLD", field: "mpn" });
      expect(of("V26")[0]!.lot).to.equal(sample.lot(KNOWN.certified));
    });

    it("warns of an alert that may concern the lot", async () => {
      const { rule } = await ask(KNOWN.bare, {
        policy: { alertIssuers: [sample.party("dravatronik")] },
      });
      expect(rule("V26")).to.deep.equal(["warn", "ALERT_MAY_APPLY"]);
    });

    it("reports the maker's change notice to every reader as info", async () => {
      const { rule, of } = await ask(KNOWN.late, { key: "larkhill" });
      expect(rule("V26")).to.deep.equal(["info", "CHANGE_NOTICE"]);
      expect(of("V26")[0]!.verdict).to.equal("INFO");
    });

    it("holds on the reader's own alert until the reader withdraws it", async () => {
      const mpn = MPNS.opamp;
      const list = ["source,reference,kind,mpn", `ITX,ITX-26-99001,stolen,${mpn}`].join("\r\n");
      const { statements } = await sample.expecting<{ statements: { statement: string }[] }>(
        201,
        "post",
        "/v1/alerts",
        {
          key: "halden",
          raw: list,
          headers: { "content-type": "text/csv" },
        },
      );
      const [{ statement }] = statements as [{ statement: string }];
      expect((await ask(FRESH, { key: "halden" })).rule("V26")).to.deep.equal([
        "hold",
        "ALERT_STOLEN",
      ]);
      await sample.expecting(201, "post", `/v1/statements/${statement}/withdraw`, {
        key: "halden",
      });
      expect((await ask(FRESH, { key: "halden" })).rule("V26")).to.deep.equal(["pass"]);
    });

    it("warns of an alert altered in the database, and does not count it", async () => {
      const { prisma } = sample.service.ctx;
      const row = await prisma.statement.findFirstOrThrow({
        where: { mpn: MPNS.usbC.toUpperCase() },
      });
      const content = row.content!.replace('"change"', '"recall"');
      await prisma.statement.update({ where: { digest: row.digest }, data: { content } });
      try {
        const { of } = await ask(KNOWN.late);
        expect(of("V26").map(({ code }) => code)).to.deep.equal(["ALERT_UNSOUND"]);
        expect(of("V26")[0]).to.include({
          statement: row.digest,
          field: "statement.content",
          verdict: "WARN",
        });
      } finally {
        await prisma.statement.update({
          where: { digest: row.digest },
          data: { content: row.content },
        });
      }
    });
  });
});
