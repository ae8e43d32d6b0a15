// Tests scans of labels over HTTP: which lot a label names, which fields differ from the record, and labels as images.
import { expect } from "chai";
import { readFileSync } from "node:fs";
import { request } from "node:http";
import { fileURLToPath } from "node:url";
import { prepareZXingModule, readBarcodes } from "zxing-wasm/reader";
import { pino } from "pino";
import { run } from "../../../cli/program.ts";
import { lotLink } from "../../../protocol/label/link.ts";
import { labelText, type LabelContent } from "../../../protocol/label/write.ts";
import * as acts from "../../../server/custody/acts.ts";
import type { ScanView } from "../../../api/scan.ts";
import { keepInSession, MAX_SCANS_OF_PARTY } from "../../../server/verdict/sessions.ts";
import { type KeyName, openTestHttp, type TestHttp } from "../../support/http.ts";

const GS = "\x1d";
const format06 = (...elements: string[]) =>
  `[)>\x1e06${elements.map((each) => GS + each).join("")}\x1e\x04`;

/** The fields of a lot's label and record unless a test changes them. */
const PART = {
  manufacturer: "Test maker",
  mpn: "RX-4711/AB",
  makerLot: "LOT7788A",
  dateCode: "2443",
  countryOfOrigin: "MY",
  msl: "3" as const,
};
const QUANTITY = 2500;
const HELD = "ALERT_COUNTERFEIT";

describe("label scans", () => {
  let http: TestHttp;
  let serial = 0;

  before(async () => {
    http = await openTestHttp();
  });
  after(() => http.close());

  /** Commissions a lot of a new maker's lot, so that no other test has it. */
  async function newLot(more: object = {}, without: keyof typeof PART | null = null) {
    const lotNumber = `RP-2024-${++serial}`;
    const details = { ...PART, makerLot: `LOT-${serial}`, ...more };
    if (without) Reflect.deleteProperty(details, without);
    const lots = [{ lotNumber, quantity: QUANTITY, details }];
    const made = await acts.makeLots(http.ctx, http.parties.maker.address, "commission", { lots });
    const content: LabelContent = { ...details, lotNumber, quantity: QUANTITY };
    return { lot: made.lots[0]!, lotNumber, makerLot: details.makerLot, content };
  }
  const scan = (label: unknown, key: KeyName = "maker") =>
    http.expecting<ScanView>(200, "POST", "/v1/scan", { key, body: { label } });
  const codesOf = ({ verdict }: Pick<ScanView, "verdict">) =>
    verdict!.findings.map(({ code }) => code);
  const lotsOf = ({ candidates }: ScanView) => candidates.map(({ lot }) => lot);
  const differing = ({ comparison }: ScanView) =>
    comparison!.filter(({ agrees }) => agrees === false).map(({ field }) => field);
  const linkTo = (lot: string, more: { chainId?: number; ledger?: string } = {}) =>
    lotLink("https://elsewhere.example/sub", { lot, ...http.ctx.domain, ...more });

  describe("POST /v1/scan: lot", () => {
    it("finds the lot by our own label, with every field agreeing, INCOMPLETE until settled", async () => {
      const { lot, content } = await newLot();
      const before = await scan(labelText(content));
      expect([lotsOf(before), before.why, before.message]).to.deep.equal([[lot], null, null]);
      expect(before.comparison!.map(({ agrees }) => agrees)).to.deep.equal(Array(8).fill(true));
      expect([before.verdict!.verdict, before.verdict!.lot]).to.deep.equal(["INCOMPLETE", lot]);
      await http.settle();
      expect((await scan(labelText(content))).verdict!.verdict).to.equal("PASS");
    });

    it("finds a package of several maker's lots by each of them, and codes in capitals", async () => {
      const lots = [`L70${serial}A`, `L70${serial}B`] as const;
      const mixed = await newLot({
        makerLot: lots.join(", "),
        dateCode: "MIXED",
        mpn: "RXmega328P",
      });
      const label = (...fields: string[]) =>
        format06(...fields, "1PRXMEGA328P", "10DMIXED", "Q2500");
      for (const fields of [
        [`1T${lots[0]}`],
        [`1T${lots[1]}`, `1T${lots[0]}`],
        [`1T${lots[1].toLowerCase()}`],
      ]) {
        const scanned = await scan(label(...fields));
        expect([lotsOf(scanned), differing(scanned)], fields.join()).to.deep.equal([
          [mixed.lot],
          [],
        ]);
      }
      const other = await scan(label(`3S${mixed.lotNumber}`, `1T${lots[0]}`, "1TL7999"));
      expect(differing(other)).to.deep.equal(["makerLot"]);
      expect((await scan(label("1TL7999"))).why).to.equal("NOT_KNOWN");
    });

    it("names both lots when one input holds two labels, and judges the labels alone", async () => {
      const [one, other] = [await newLot(), await newLot()];
      const both = await scan(`${labelText(one.content)}\r\n${labelText(other.content)}`);
      expect([both.why, lotsOf(both)]).to.deep.equal(["SEVERAL_LOTS", [one.lot, other.lot]]);
      expect([both.verdict!.verdict, both.verdict!.lot]).to.deep.equal(["FAIL", null]);
      expect(codesOf(both)).to.include.members(["LABEL_CONTRADICTS_ITSELF", "LOT_NOT_SINGLE"]);
    });

    it("finds the lot by its link under any host, and not by a link of another chain or ledger", async () => {
      const { lot } = await newLot();
      expect(lotsOf(await scan(linkTo(lot)))).to.deep.equal([lot]);
      for (const foreign of [
        linkTo(lot, { chainId: http.ctx.domain.chainId + 1 }),
        linkTo(lot, { ledger: `0x${"cd".repeat(20)}` }),
        linkTo(lot).split("?")[0],
      ]) {
        const scanned = await scan(foreign);
        expect([
          scanned.why,
          scanned.candidates,
          scanned.verdict,
          scanned.comparison,
        ]).to.deep.equal(["OTHER_LEDGER", [], null, null]);
        const more = await scan([foreign, format06("1PRX-1", "10D2655")]);
        expect([more.why, more.candidates, more.verdict!.verdict]).to.deep.equal([
          "OTHER_LEDGER",
          [],
          "FAIL",
        ]);
        expect(codesOf(more)).to.include.members(["LOT_OF_OTHER_LEDGER", "DATE_CODE_NONEXISTENT"]);
      }
    });

    it("finds the lot by the link when the printed fields name another", async () => {
      const [linked, printed] = [await newLot(), await newLot()];
      const scanned = await scan([labelText(printed.content), linkTo(linked.lot)]);
      expect(lotsOf(scanned)).to.deep.equal([linked.lot]);
      expect(differing(scanned)).to.deep.equal(["packageId", "makerLot"]);
    });

    it("finds the lot by the maker's lot, narrowed by the MPN if several match", async () => {
      const makerLot = "SHARED-1";
      const [one, other] = [await newLot({ makerLot }), await newLot({ makerLot, mpn: "RX-4712" })];
      expect(lotsOf(await scan(format06("1PRX-4712", `1T${makerLot}`)))).to.deep.equal([other.lot]);
      const both = await scan(format06(`1T${makerLot}`, "Q2500"));
      expect(lotsOf(both)).to.have.members([one.lot, other.lot]);
      expect([both.why, both.verdict!.verdict, both.more]).to.deep.equal([
        "SEVERAL_LOTS",
        "INCOMPLETE",
        false,
      ]);
      expect(codesOf(both)[0]).to.equal("LOT_NOT_SINGLE");
    });

    it("finds the lot by the package ID in its details, alone and among others of one maker's lot", async () => {
      const makerLot = "SHARED-2";
      await newLot({ makerLot });
      const { lot } = await newLot({ makerLot, packageId: "REEL_77%" });
      expect(lotsOf(await scan(format06("3SREEL_77%", `1T${makerLot}`)))).to.deep.equal([lot]);
      expect(lotsOf(await scan(format06("3SREEL_77%", "Q1")))).to.deep.equal([lot]);
      expect((await scan(format06("3SREELX77%", "Q1"))).why).to.equal("NOT_KNOWN");
    });

    it("finds the lot by a package id that another keyboard layout mistyped, and does not compare it", async () => {
      const { lot, lotNumber, content } = await newLot();
      const other = await newLot({ packageId: "PKG-7/A" });
      await http.settle();
      const mistyped = async (sign: string) => {
        const codes = [`3S${lotNumber}`, "1PRX-4711/AB", `1T${content.makerLot!}`];
        return scan(
          codes.map((code) =>
            code.replaceAll("/", "\0").replaceAll("-", sign).replaceAll("\0", "-"),
          ),
        );
      };
      for (const sign of ["'", "+"]) {
        const scanned = await mistyped(sign);
        expect([lotsOf(scanned), differing(scanned), scanned.verdict!.verdict]).to.deep.equal([
          [lot],
          [],
          "INCOMPLETE",
        ]);
        expect(codesOf(scanned)).to.deep.equal(Array(3).fill("LABEL_KEYBOARD_LAYOUT"));
      }
      expect(lotsOf(await scan(["3SPKG/7&A"]))).to.deep.equal([other.lot]);
      // One of several lots of a maker's lot.
      const makerLot = "SHARED3";
      const [, second] = [await newLot({ makerLot }), await newLot({ makerLot })];
      const linear = [`3S${second.lotNumber.replaceAll("-", "'")}`, `1T${makerLot}`];
      expect(lotsOf(await scan(linear))).to.deep.equal([second.lot]);
      expect((await scan(["3SPKG'7/A"])).why).to.equal("NOT_KNOWN");
    });

    it("answers at most twenty candidates and reports that there are more", async () => {
      const lots = Array.from({ length: 21 }, (_, i) => ({
        lotNumber: `MANY-${i}`,
        quantity: 5,
        details: { ...PART, makerLot: "MANY" },
      }));
      await acts.makeLots(http.ctx, http.parties.maker.address, "commission", { lots });
      const scanned = await scan(format06("1TMANY", "Q5"));
      expect([scanned.candidates.length, scanned.more, scanned.why]).to.deep.equal([
        20,
        true,
        "SEVERAL_LOTS",
      ]);
    });

    it("answers NOT_KNOWN to a party that may not see the lot", async () => {
      const { lot, content } = await newLot();
      // Until the ledger has the lot, the answer is that to a lot that nobody made.
      const early = await scan(linkTo(lot), "ems");
      expect([early.why, early.candidates]).to.deep.equal(["NOT_KNOWN", []]);
      expect([early.verdict!.verdict, early.verdict!.lot]).to.deep.equal(["FAIL", lot]);
      expect(codesOf(early)).to.deep.equal(["LOT_NOT_ISSUED", "LOT_NOT_KNOWN"]);
      await http.settle();
      for (const label of [
        labelText(content),
        linkTo(lot),
        format06(`1T${content.makerLot!}`, "Q1"),
      ]) {
        const scanned = await scan(label, "ems");
        expect([scanned.why, scanned.candidates, scanned.verdict!.verdict]).to.deep.equal([
          "NOT_KNOWN",
          [],
          "INCOMPLETE",
        ]);
        expect(codesOf(scanned)).to.include("LOT_NOT_KNOWN").and.not.include("LOT_NOT_ISSUED");
        expect(lotsOf(await scan(label, "operator"))).to.deep.equal([lot]);
      }
    });

    it("judges an unregistered label by itself: order, dates, and alerts by their audience", async () => {
      const label = format06("1PRX-UNREG", "1TU7001", "Q250", "10D7502", "4LMY", "1VUnknown Ltd.");
      const scanned = await http.expecting<ScanView>(200, "POST", "/v1/scan", {
        key: "ems",
        body: { label, expected: { mpn: "RX-UNREG", makerLot: "U7002" } },
      });
      expect([scanned.why, scanned.verdict!.verdict]).to.deep.equal(["NOT_KNOWN", "FAIL"]);
      expect(codesOf(scanned)).to.include.members(["LOT_NOT_KNOWN", "ORDER_MAKER_LOT_DIFFERS"]);
      expect(scanned.comparison).to.deep.equal(scanned.verdict!.comparison);

      const alert = { source: "ITX", reference: "U-1", kind: "counterfeit", mpn: "rx-unreg" };
      const alerts = (key: KeyName, audience = "none", status = 201) =>
        http.expecting(status, "POST", `/v1/alerts?audience=${audience}`, { key, body: [alert] });
      const heldFor = async (key: KeyName) => {
        const { verdict } = await scan(label, key);
        expect(verdict!.verdict).to.equal(
          codesOf({ verdict }).includes(HELD) ? "HOLD" : "INCOMPLETE",
        );
        return verdict!.verdict === "HOLD";
      };
      await alerts("ems");
      expect(await heldFor("ems")).to.equal(true);
      for (const key of ["maker", "distributor", "operator"] as const)
        expect(await heldFor(key), key).to.equal(false);
      // One that others share counts for a party whose policy names the issuer.
      const alertIssuers = [http.parties.ems.address];
      const policy = (key: KeyName) =>
        http.expecting(200, "POST", "/v1/policy", { key, body: { alertIssuers } });
      await policy("distributor");
      expect(await heldFor("distributor")).to.equal(false);
      await alerts("ems", http.parties.distributor.address, 200);
      expect(await heldFor("distributor")).to.equal(true);
      expect(await heldFor("maker")).to.equal(false);
      await http.expecting(200, "POST", "/v1/policy", { key: "distributor", body: {} });
    });

    it("answers no candidate when the label has no lot or is refused", async () => {
      const { content } = await newLot();
      const bag = await scan(
        format06(
          "K4500123",
          "14K001",
          `1P${content.mpn}`,
          "Q250",
          "11K0099887",
          "4LMY",
          "1VExample",
        ),
      );
      expect([bag.why, bag.reading.status, bag.candidates]).to.deep.equal([
        "NO_LOT_ON_LABEL",
        "read",
        [],
      ]);
      expect([bag.verdict!.verdict, codesOf(bag)[0]]).to.deep.equal([
        "INCOMPLETE",
        "LOT_NOT_NAMED",
      ]);
      const bare = await scan(format06("K4500123", "Q250"));
      expect([bare.why, bare.verdict]).to.deep.equal(["NO_LOT_ON_LABEL", null]);
      const run = await scan(
        "[)>06K4500123" + `1P${content.mpn}` + "Q250" + `1T${content.makerLot!}`,
      );
      expect(run).to.deep.include({ why: "LABEL_REFUSED", candidates: [], verdict: null });
      expect(run.reading).to.deep.include({ status: "refused", refusal: "SEPARATORS_LOST" });
      expect(run.message).to.equal(run.reading.status === "refused" && run.reading.message);
    });
  });

  describe("POST /v1/scan: comparison", () => {
    it("marks each field that differs and still names the lot", async () => {
      const { lot, content } = await newLot();
      const cases: [Partial<LabelContent>, string[]][] = [
        [{ mpn: "RX-4711/AC" }, ["mpn"]],
        [{ dateCode: "2444" }, ["dateCode"]],
        [{ quantity: 2499 }, ["quantity"]],
        [{ countryOfOrigin: "CN", msl: "2a" }, ["countryOfOrigin", "msl"]],
        [{ makerLot: "LOT-X", manufacturer: "Another" }, ["manufacturer", "makerLot"]],
        [{ manufacturer: "TEST  MAKER", dateCode: "20241023", dateCodeFormat: "YYYYMMDD" }, []],
        [{ dateCode: "20241031", dateCodeFormat: "YYYYMMDD" }, ["dateCode"]],
        [{ dateCode: "2443", dateCodeNewest: "2450" }, []],
      ];
      for (const [changed, fields] of cases) {
        const scanned = await scan(labelText({ ...content, ...changed }));
        expect(lotsOf(scanned), fields.join()).to.deep.equal([lot]);
        expect(differing(scanned)).to.deep.equal(fields);
      }
      const [mpn] = (await scan(labelText({ ...content, mpn: "FAKE" }))).comparison!.filter(
        (one) => one.field === "mpn",
      );
      expect(mpn).to.deep.equal({
        field: "mpn",
        scanned: "FAKE",
        recorded: PART.mpn,
        expected: null,
        agrees: false,
        scannedAsExpected: null,
        recordedAsExpected: null,
      });
    });

    it("answers agrees: null for a field that label or record lacks", async () => {
      const { makerLot } = await newLot({}, "msl");
      const { comparison } = await scan(format06(`1T${makerLot}`, "13E3"));
      const agrees = Object.fromEntries(comparison!.map((one) => [one.field, one.agrees]));
      expect(agrees).to.deep.equal({
        packageId: null,
        manufacturer: null,
        mpn: null,
        makerLot: true,
        dateCode: null,
        quantity: null,
        countryOfOrigin: null,
        msl: null,
      });
    });

    it("marks a field as differing when the label has two values for it", async () => {
      const { content } = await newLot();
      const scanned = await scan([labelText(content), "1PRX-FAKE"]);
      expect(differing(scanned)).to.deep.equal(["mpn"]);
      expect(scanned.comparison!.find(({ field }) => field === "mpn")!.scanned).to.equal(
        `${PART.mpn}, RX-FAKE`,
      );
    });

    it("compares date codes in a maker's own format and mixed date codes as far as possible", async () => {
      const own = await newLot({ dateCode: "K7Z", dateCodeFormat: "other" });
      const dateOf = async (label: string) =>
        (await scan(label)).comparison!.find(({ field }) => field === "dateCode")!.agrees;
      expect(await dateOf(format06(`1T${own.makerLot}`, "9DK7Z"))).to.equal(true);
      expect(await dateOf(format06(`1T${own.makerLot}`, "9D2443"))).to.equal(null);
      const span = await newLot({ dateCode: "2443", dateCodeNewest: "2450" });
      for (const [di, agrees] of Object.entries({
        "10D2446": true,
        "10D2451": false,
        "10DMIXED": true,
        "10DN/T": null,
      }))
        expect(await dateOf(format06(`1T${span.makerLot}`, di)), di).to.equal(agrees);
      const single = await newLot();
      expect(await dateOf(format06(`1T${single.makerLot}`, "10DMIXED"))).to.equal(false);
    });

    it("compares the label of a split-off lot with the details of its parent", async () => {
      const { lot, content } = await newLot();
      const children = [{ lotNumber: `CHILD-${++serial}`, quantity: 100 }];
      await acts.split(http.ctx, http.parties.maker.address, { lot, children });
      const scanned = await scan(
        labelText({ ...content, lotNumber: children[0]!.lotNumber, quantity: 100 }),
      );
      expect(scanned.comparison!.map(({ agrees }) => agrees)).to.deep.equal(Array(8).fill(true));
    });
  });

  it("lists a party's own scans, and takes them back", async () => {
    const { lot, content } = await newLot();
    const path = `/v1/lots/${lot}/sightings`;
    const places = async () => {
      type Listed = { items: { place: string }[] };
      const { items } = await http.expecting<Listed>(200, "GET", path, { key: "maker" });
      return items.map(({ place }) => place).sort();
    };
    expect(await places()).to.deep.equal([]);
    for (const place of ["dock 1", "dock 2", undefined])
      await http.expecting(200, "POST", "/v1/scan", {
        key: "maker",
        body: { label: labelText(content), ...(place !== undefined && { place }) },
      });
    expect(await places()).to.deep.equal(["", "dock 1", "dock 2"]);
    await http.expecting(404, "DELETE", path, { key: "ems" });
    const read = await http.apiKey("maker", "read");
    await http.expecting(403, "DELETE", path, { key: read });
    await http.expecting(204, "DELETE", `${path}?place=dock%201`, { key: "maker" });
    expect(await places()).to.deep.equal(["", "dock 2"]);
    await http.expecting(204, "DELETE", path, { key: "maker" });
    expect(await places()).to.deep.equal([]);
  });

  describe("POST /v1/scan: session", () => {
    const inSession = async (
      label: string | string[],
      session: string,
      { key = "maker", place }: { key?: string; place?: string } = {},
    ) => {
      const body = { label, session, ...(place !== undefined && { place }) };
      const view = await http.expecting<ScanView>(200, "POST", "/v1/scan", { key, body });
      const { result, reason } = view.verdict!.rules.find(({ rule }) => rule === "V12")!;
      return reason?.code ?? result;
    };

    it("warns of a package that another scanner of the party scanned before, by any of its codes", async () => {
      const [{ lot, content }, other] = [await newLot(), await newLot()];
      const label = labelText(content);
      expect(await inSession(label, "DN-1", { place: "dock 1" })).to.equal("pass");
      expect(await inSession(labelText(other.content), "DN-1")).to.equal("pass");
      const again = await scan(label);
      expect(codesOf(again)).not.to.include("SCANNED_TWICE_IN_SESSION");
      const second = await http.apiKey("maker", "write");
      expect(await inSession(label, "DN-1", { key: second, place: "dock 2" })).to.equal("warn");
      expect(await inSession(linkTo(lot), "DN-1")).to.equal("warn");
      expect(await inSession(label, "DN-2")).to.equal("pass");
    });

    it("counts labels that are not registered, and each party's scans for itself", async () => {
      const label = format06("3SNOBODY-1", "1PRX-NEW", "Q100");
      // Where a package was scanned is not known without its lot, so the rule never passes.
      const FIRST = "SIGHTINGS_NOT_KNOWN";
      expect(await inSession(label, "DN-3")).to.equal(FIRST);
      expect(await inSession(label.toLowerCase().replace("3s", "3S"), "DN-3")).to.equal("warn");
      expect(await inSession(format06("3SNOBODY-2", "1PRX-NEW"), "DN-3")).to.equal(FIRST);
      expect(await inSession(format06("3SNOBODY-1", "1PRX-OTHER"), "DN-3")).to.equal(FIRST);
      expect(await inSession(label, "DN-3", { key: "ems" })).to.equal(FIRST);
    });

    it("does not count a label that names no single package, or a scan that is not kept", async () => {
      const { makerLot, content } = await newLot();
      const bare = format06(`1P${PART.mpn}`, `1T${makerLot}`, "Q2500");
      // Two packages of the maker's lot, each with a number of its sender's.
      for (const label of [bare, bare])
        expect(await inSession(label, "DN-4")).to.equal("PACKAGE_NOT_NAMED");
      for (const number of ["SENDER-1", "SENDER-2"])
        expect(await inSession([bare, `3S${number}`], "DN-4")).to.equal("pass");
      expect(await inSession([bare, "3SSENDER-1"], "DN-4")).to.equal("warn");
      const read = await http.apiKey("maker", "read");
      for (const key of [read, read, "operator"])
        expect(await inSession(labelText(content), "DN-4", { key })).to.equal("SESSION_NOT_KEPT");
      expect(await inSession(labelText(content), "DN-4")).to.equal("pass");
    });

    it("forgets a scan after a day, and keeps no more than a bound for a party", async () => {
      const { prisma, clock } = http.ctx;
      const party = http.parties.lab.address;
      const keep = (name: string, time: number) =>
        keepInSession(prisma, { party, session: "dock", names: [name], time });
      const now = clock();
      expect(await keep("a", now)).to.deep.equal({ scannedBefore: null });
      expect(await keep("a", now + 86_400)).to.deep.equal({ scannedBefore: now });
      expect(await keep("a", now + 86_401)).to.deep.equal({ scannedBefore: null });
      await prisma.$executeRaw`
        INSERT INTO session_scan SELECT ${party}, 'full', n::text, ${now + 86_401}::bigint
        FROM generate_series(1, ${MAX_SCANS_OF_PARTY}::int) AS n`;
      expect(await keep("b", now + 86_402)).to.deep.equal({ notCounted: "not kept" });
      expect(await keep("a", now + 86_402)).to.deep.equal({ scannedBefore: now + 86_401 });
    });
  });

  it("answers hostile labels without a failure, and 400 to a label that is not text", async () => {
    const hostile = [
      "",
      "\0",
      "%",
      "_",
      "\\",
      "'; DROP TABLE lot; --",
      "1T%",
      "[)>",
      "\u202e",
      "x".repeat(9_000),
      "Q".repeat(8_000),
      "https://x.example/lots/0x",
      linkTo(`0x${"0".repeat(64)}`),
      "https://x.example/lots/%ff?chain=%&ledger",
      format06("3S%_\\", "1T'; --", "1P\ufffd"),
      format06("1T" + "\u0000"),
      format06(`Q${"9".repeat(40)}`),
      [],
      [""],
      Array(32).fill("1T%"),
      Array(33).fill("1Tx"),
      Array(32).fill(format06("3S1", "J2", "1T3")),
    ];
    for (const label of hostile) {
      const scanned = await scan(label);
      expect(scanned.why, JSON.stringify(label).slice(0, 80)).to.be.oneOf([
        "LABEL_REFUSED",
        "NO_LOT_ON_LABEL",
        "NOT_KNOWN",
      ]);
    }
    for (const label of [null, 1, {}, [1], [["1T"]], undefined]) {
      const { status } = await http.call("POST", "/v1/scan", { key: "maker", body: { label } });
      expect(status, JSON.stringify(label)).to.equal(400);
    }
  });

  describe("GET /v1/lots/{lot}/symbols/{symbol}", () => {
    before(async () => {
      const path = fileURLToPath(import.meta.resolve("zxing-wasm/reader/zxing_reader.wasm"));
      const wasmBinary = Uint8Array.from(readFileSync(path)).buffer;
      await prepareZXingModule({ overrides: { wasmBinary }, fireImmediately: true });
    });

    const image = async (path: string) => {
      const response = await fetch(http.url + path, {
        headers: { authorization: `Bearer ${http.keys.maker}` },
      });
      expect(response.status).to.equal(200);
      return response;
    };

    it("answers PNGs that scan to the record, to the byte, and lead back to the lot", async () => {
      const { lot, content } = await newLot();
      const texts = [];
      for (const symbol of ["datamatrix", "pdf417", "qr"]) {
        const response = await image(`/v1/lots/${lot}/symbols/${symbol}?format=png`);
        expect(response.headers.get("content-type")).to.equal("image/png");
        expect(response.headers.get("content-disposition")).to.equal(
          `inline; filename="${lot}-${symbol}.png"`,
        );
        expect(response.headers.get("x-content-type-options")).to.equal("nosniff");
        const [code] = await readBarcodes(await response.blob(), { textMode: "Plain" });
        texts.push(code!.text);
      }
      const { chainId, ledger } = http.ctx.domain;
      expect(texts).to.deep.equal([
        labelText(content),
        labelText(content),
        `${http.url}/lots/${lot}?chain=${chainId}&ledger=${ledger}&code=${texts[2]?.split("code=")[1]}`,
      ]);
      expect(texts[2]).to.match(/&code=[A-Z2-7]{24}$/);
      const scanned = await scan(texts);
      expect([lotsOf(scanned), differing(scanned)]).to.deep.equal([[lot], []]);
      expect(scanned.verdict!.rules.find(({ rule }) => rule === "V11")!.result).to.equal("pass");
    });

    it("answers an SVG by default", async () => {
      const { lot } = await newLot();
      const response = await image(`/v1/lots/${lot}/symbols/datamatrix`);
      expect(response.headers.get("content-type")).to.match(/^image\/svg\+xml/);
      expect(await response.text()).to.match(/^<svg /);
    });

    it("refuses a symbol for a field that no label can carry, but still answers the link's QR code", async () => {
      const { lot } = await newLot({ mpn: "Ω-100" });
      const symbols = `/v1/lots/${lot}/symbols`;
      const refused = await http.expecting(422, "GET", `${symbols}/datamatrix`, { key: "maker" });
      expect([refused["code"], refused["field"]]).to.deep.equal(["BAD_TEXT", "mpn"]);
      await http.expecting(200, "GET", `${symbols}/qr`, { key: "maker" });
      await http.expecting(404, "GET", `${symbols}/datamatrix`, { key: "ems" });
      const unnamed = await newLot({}, "mpn");
      const path = `/v1/lots/${unnamed.lot}/symbols/datamatrix`;
      const bare = await http.expecting(422, "GET", path, { key: "maker" });
      expect(bare["field"]).to.equal("mpn");
    });

    it("links to PUBLIC_URL, and without it to the request's host, with a warning if only this machine has that", async () => {
      const { lot } = await newLot();
      const lines: string[] = [];
      const log = pino({ level: "warn" }, { write: (line) => void lines.push(line) });
      const publicUrl = "https://parts.example";
      const read = async (client: { url: string }) => {
        const headers = { authorization: `Bearer ${http.keys.maker}` };
        const png = await fetch(`${client.url}/v1/lots/${lot}/symbols/qr?format=png`, {
          headers,
        });
        const [code] = await readBarcodes(await png.blob(), { textMode: "Plain" });
        return new URL(code!.text);
      };
      const link = await read(await http.beside({ publicUrl }, { log }));
      expect(link.origin).to.equal(publicUrl);
      expect(link.pathname).to.equal(`/lots/${lot}`);
      expect(lines).to.deep.equal([]);
      const local = await http.beside({}, { log });
      expect((await read(local)).origin).to.equal(local.url);
      expect(lines).to.have.length(1);
      expect(lines[0]).to.contain("PUBLIC_URL").and.contain(local.url);
    });

    it("answers 400 to an invalid Host header", async () => {
      const { lot } = await newLot();
      for (const host of ["x".repeat(4_000), 'a"b', "a/b", "a?b=", "a b", "<svg>"]) {
        const status = await new Promise((resolve, reject) => {
          const headers = { host, authorization: `Bearer ${http.keys.maker}` };
          request(`${http.url}/v1/lots/${lot}/symbols/qr`, { headers }, (answer) => {
            answer.resume();
            resolve(answer.statusCode);
          })
            .on("error", reject)
            .end();
        });
        expect(status, host.slice(0, 20)).to.equal(400);
      }
    });
  });

  describe("reelproof scan", () => {
    class Written {
      text = "";
      write(text: string): void {
        this.text += text;
      }
    }
    async function command(args: string[], input?: string) {
      const [stdout, stderr] = [new Written(), new Written()];
      const env = { REELPROOF_URL: http.url, REELPROOF_API_KEY: http.keys.maker };
      async function* stdin() {
        if (input !== undefined) yield input;
      }
      const code = await run(["scan", ...args], env, stdout, stderr, stdin());
      return { code, stdout: stdout.text, stderr: stderr.text };
    }

    it("exits with the verdict's code and marks the fields that differ", async () => {
      const { lot, content } = await newLot();
      await http.settle();
      const typed = labelText({ ...content, mpn: "FAKE" })
        .replaceAll(GS, "{GS}")
        .replaceAll("\x1e", "{RS}")
        .replace("\x04", "{EOT}");
      const result = await command([typed]);
      expect([result.code, result.stderr]).to.deep.equal([12, ""]);
      expect(result.stdout)
        .to.contain(lot)
        .and.match(/^FAIL: /m);
      expect(result.stdout.match(/^.*DIFFERS$/gm)).to.have.length(1);
      expect(result.stdout).to.match(/ FAIL +LABEL_MPN_DIFFERS /);
      expect(result.stdout).to.match(/^ *mpn +FAKE +RX-4711\/AB +DIFFERS$/m);
    });

    it("reads the label from standard input and prints JSON with --json", async () => {
      const { lot, content } = await newLot();
      const { code, stdout } = await command(["--json"], `${labelText(content)}\n`);
      const scanned = JSON.parse(stdout) as ScanView;
      expect([code, lotsOf(scanned)]).to.deep.equal([11, [lot]]);
    });

    it("exits with the verdict's code if the label names no lot but a part, and shows label and order", async () => {
      const part = ["1PRX-4711/AB", "Q100"];
      const { code, stdout } = await command(part);
      expect(code).to.equal(11);
      expect(stdout)
        .to.contain("NO_LOT_ON_LABEL")
        .and.match(/^INCOMPLETE: /m);
      expect(stdout)
        .to.match(/ INCOMPLETE +LOT_NOT_NAMED /)
        .and.match(/not evaluable: \d+ of the \d+ rules; --json says why/);
      const ordered = await command([...part, "--expected-quantity", "99"]);
      expect(ordered.stdout).to.match(/^ *field +scanned +expected *$/m);
      expect(ordered.stdout).to.match(/^ *quantity +100 +99 +DIFFERS$/m);
      expect(ordered.stdout).to.match(/ WARN +ORDER_QUANTITY_DIFFERS +label\.quantity /);
      expect((await command([...part, "--expected-mpn", "RX-4712/AB"])).code).to.equal(12);
      const unknown = await command(["3SUNKNOWN-1"]);
      expect(unknown.code).to.equal(11);
      expect(unknown.stdout).to.match(/^lot +not registered, as far as you can see$/m);
    });

    it("judges several labels one by one in one session, sums them up, and exits with the worst", async () => {
      const [one, other] = [await newLot(), await newLot()];
      await http.settle();
      const [first, second] = [labelText(one.content), labelText(other.content)];
      const fine = await command([], `${first}\n${second}\n`);
      expect([fine.code, fine.stderr]).to.deep.equal([0, ""]);
      expect(fine.stdout).to.match(new RegExp(`^ *1 +PASS +${one.lotNumber}$`, "m"));
      expect(fine.stdout).to.match(new RegExp(`^ *2 +PASS +${other.lotNumber}$`, "m"));
      expect((await command([], `${first}\n${second}\n`)).code).to.equal(0); // another run
      for (const input of [`${first}\n${first}\n`, `${first}${first}`]) {
        const twice = await command(["--details"], input);
        expect(twice.code).to.equal(10);
        expect(twice.stdout)
          .to.match(/^ *1 +PASS /m)
          .and.match(/^ *2 +WARN .*same session/m);
        expect(twice.stdout)
          .to.match(/ WARN +SCANNED_TWICE_IN_SESSION +2/)
          .and.match(new RegExp(`^twice +1: ${one.lotNumber}$`, "m"));
      }
      const json = await command(["--json"], `${first}\n1T${one.makerLot}\n${second}`);
      const { labels } = JSON.parse(json.stdout) as { labels: ScanView[] };
      expect(labels.map(lotsOf)).to.deep.equal([[one.lot], [other.lot]]);
    });

    it("shares a session between runs by its name, and reads each line as a label on demand", async () => {
      const { lot, content } = await newLot();
      await http.settle();
      const session = ["--session", "DN-9"];
      expect((await command([...session, labelText(content)])).code).to.equal(0);
      expect((await command([...session, labelText(content)])).code).to.equal(10);
      const lines = [linkTo(lot), "1PRX-4711/AB", "Q100"].join("\r\n");
      const { code, stdout } = await command(["--each-line", "--json"], `${lines}\r\n`);
      const { labels } = JSON.parse(stdout) as { labels: ScanView[] };
      expect(labels.map(({ why }) => why)).to.deep.equal([
        null,
        "NO_LOT_ON_LABEL",
        "NO_LOT_ON_LABEL",
      ]);
      expect(code).to.equal(1); // the last line is no label of a part
    });

    it("exits with 1 if the label cannot be read or says nothing of a part, and with 2 without a label", async () => {
      expect((await command(["Q100"])).code).to.equal(1);
      expect((await command(["TPS54331DR"])).code).to.equal(1);
      expect((await command([], "\n")).code).to.equal(2);
      expect((await command([])).code).to.equal(2);
      expect((await command([], "x".repeat(1024 * 1024 + 1))).stderr).to.contain("TOO_LARGE");
    });
  });
});
