// Tests the label rules (V09 to V16, V20) over HTTP on the sample, with correct and with wrong labels.
import { expect } from "chai";
import { readFileSync } from "node:fs";
import { labelCode } from "../../protocol/label/commitment.ts";
import { lotLink } from "../../protocol/label/link.ts";
import { labelText, type LabelContent } from "../../protocol/label/write.ts";
import { fromHex } from "../../protocol/base/bytes.ts";
import type { Expected } from "../../protocol/label/expected.ts";
import type { PolicyDocument } from "../../protocol/verdict/policy.ts";
import type { RuleId, Verdict } from "../../protocol/verdict/verdict.ts";
import { labelCodeFor } from "../../server/labels/code.ts";
import type { ScanView } from "../../api/scan.ts";
import { openSampleService, type SampleService } from "../support/sample-service.ts";

interface Highlight {
  name: string;
  lot: string;
}
const HIGHLIGHTS = JSON.parse(
  readFileSync(new URL("../../sample/highlights.json", import.meta.url), "utf8"),
) as Highlight[];
const PARTIES = JSON.parse(
  readFileSync(new URL("../../sample/parties.json", import.meta.url), "utf8"),
) as { alias: string }[];
const highlight = (name: string) => HIGHLIGHTS.find((each) => each.name === name)!.lot;

const FRESH = highlight("fresh");
const BOUGHT = highlight("returned");

const format06 = (...elements: string[]) =>
  `[)>\x1e06${elements.map((each) => `\x1d${each}`).join("")}\x1e\x04`;

describe("label rules on the sample", () => {
  let sample: SampleService;

  before(async () => {
    sample = await openSampleService();
  });
  after(() => sample.close());

  interface More {
    key?: string;
    place?: string;
    session?: string;
    expected?: Expected;
  }
  const scanned = (label: string | string[], { key = "operator", ...more }: More = {}) =>
    sample.expecting<ScanView>(200, "post", "/v1/scan", { key, body: { label, ...more } });
  const asked = (
    ref: string,
    body: { policy?: PolicyDocument; expected?: Expected } = {},
    key = "operator",
  ) => sample.expecting<Verdict>(200, "post", `/v1/lots/${sample.lot(ref)}/verdict`, { key, body });

  const rowOf = (ref: string) =>
    sample.service.ctx.prisma.lot.findUniqueOrThrow({ where: { id: sample.lot(ref) } });
  /** The content of our own label for a lot. */
  async function contentOf(ref: string, more: Partial<LabelContent> = {}): Promise<LabelContent> {
    const { lotNumber, mpn, manufacturer, makerLot, dateCode, quantity } = await rowOf(ref);
    const recorded = Object.entries({ manufacturer, makerLot, dateCode }).filter(
      ([, value]) => value !== null,
    );
    return {
      lotNumber: lotNumber!,
      mpn: mpn!,
      quantity: Number(quantity),
      ...Object.fromEntries(recorded),
      ...more,
    };
  }
  const linkTo = (lot: string, code?: string) =>
    lotLink(sample.url, { lot, ...sample.service.ctx.domain, ...(code !== undefined && { code }) });

  /** A rule's result in a verdict: the result, the reason if it is not evaluable, and the codes of its findings. */
  function ruleResult(verdict: Verdict | null, rule: RuleId) {
    const { result, reason } = verdict!.rules.find((each) => each.rule === rule)!;
    const codes = verdict!.findings.filter((each) => each.rule === rule).map(({ code }) => code);
    return [result, reason?.code ?? null, ...codes];
  }
  const of = async (rule: RuleId, label: string | string[], more: More = {}) =>
    ruleResult((await scanned(label, more)).verdict, rule);

  describe("V09 package id reuse", () => {
    it("passes for a package ID that is used once", async () => {
      expect(ruleResult(await asked(FRESH), "V09")).to.deep.equal(["pass", null]);
    });

    it("fails a broker's lot with the maker's package ID, and tells nothing of the other to a reader who may not see it", async () => {
      const copied = await asked(highlight("copied"));
      expect(ruleResult(copied, "V09")).to.deep.equal(["fail", null, "PACKAGE_ID_TWICE"]);
      const mayNot = await asked(highlight("copied"), {}, "larkhill");
      expect(ruleResult(mayNot, "V09")).to.deep.equal([
        "not evaluable",
        "PACKAGES_NOT_COMPARED",
        "PACKAGES_NOT_COMPARED",
      ]);
      const otherLot = (verdict: Verdict) =>
        verdict.findings.find(({ code }) => code === "PACKAGE_ID_TWICE")?.found;
      const real = await sample.service.ctx.prisma.lot.findFirstOrThrow({
        where: { lotNumber: (await rowOf(highlight("copied"))).packageId },
      });
      expect([otherLot(copied), otherLot(mayNot)]).to.deep.equal([real.id, undefined]);
      expect(JSON.stringify(mayNot)).not.to.contain(real.id);
      expect(ruleResult(await asked(`halden/${real.lotNumber}`), "V09")).to.deep.equal([
        "info",
        null,
        "PACKAGE_ID_CLAIMED",
      ]);
    });

    it("fails on a scan after the lot was closed, and on the reader's own where the lot's holder is not", async () => {
      const closed = linkTo(sample.lot(highlight("scrapped")));
      expect(await of("V09", closed)).to.deep.equal(["fail", null, "SEEN_AFTER_CLOSED"]);
      const link = linkTo(sample.lot(BOUGHT));
      expect(await of("V09", link, { key: "halden" })).to.deep.equal(["pass", null]);
      expect(await of("V09", link, { key: "ostermark", place: "Erfurt, rack 7" })).to.deep.equal([
        "pass",
        null,
      ]);
      expect(await of("V09", link, { key: "halden", place: "Horten, dock" })).to.deep.equal([
        "fail",
        null,
        "SEEN_ELSEWHERE",
      ]);
      const verdict = await asked(BOUGHT, {}, "ostermark");
      expect(ruleResult(verdict, "V09")).to.deep.equal(["info", null, "SEEN_BY_OTHERS"]);
      expect(JSON.stringify(verdict)).not.to.contain("Horten");
    });

    it("counts no scan by a stranger to the lot, and tells the stranger nothing", async () => {
      const ref = highlight("inTransit");
      const stranger = await scanned(linkTo(sample.lot(ref)), {
        key: "saebyeok",
        place: "Cheongju",
      });
      expect([stranger.why, stranger.verdict!.verdict]).to.deep.equal(["NOT_KNOWN", "INCOMPLETE"]);
      const verdict = await asked(ref, {}, "mizuhara");
      expect(verdict.given.facts!.sightings).to.deep.equal([]);
    });
  });

  describe("V10 package id not issued", () => {
    it("passes for the lot's own number and for a link to it", async () => {
      const own = labelText(await contentOf(FRESH));
      expect(await of("V10", own)).to.deep.equal(["pass", null]);
      expect(await of("V10", linkTo(sample.lot(FRESH)))).to.deep.equal(["pass", null]);
    });

    it("fails on a link to a lot that was never issued", async () => {
      const lot = `${sample.party("halden")}${"5e".repeat(12)}`;
      const { why, verdict, candidates } = await scanned(linkTo(lot), { key: "dravatronik" });
      expect([why, candidates, verdict!.verdict, verdict!.lot]).to.deep.equal([
        "NOT_KNOWN",
        [],
        "FAIL",
        lot,
      ]);
      expect(ruleResult(verdict, "V10")).to.deep.equal(["fail", null, "LOT_NOT_ISSUED"]);
    });

    it("fails on an ID that a maker on the ledger never issued, and warns if the maker is not on the ledger", async () => {
      const label = (ref: string) => [linkTo(sample.lot(ref)), format06("3SHS26-000000", "Q1")];
      expect(await of("V10", label(FRESH))).to.deep.equal(["fail", null, "PACKAGE_ID_NOT_ISSUED"]);
      const imported = await sample.service.ctx.prisma.lot.findFirstOrThrow({
        where: { manufacturer: "Elstow Optoelectronics Ltd.", quantity: { gt: 0 } },
      });
      const theirs = [linkTo(imported.id), format06("3SEL-000000", "Q1")];
      expect(await of("V10", theirs)).to.deep.equal(["warn", null, "PACKAGE_ID_ISSUER_UNKNOWN"]);
    });

    it("passes for an ID of another lot by the maker, which V14 reports instead", async () => {
      const other = (await rowOf(BOUGHT)).lotNumber!;
      const { verdict } = await scanned([linkTo(sample.lot(FRESH)), format06(`3S${other}`, "Q1")]);
      expect(ruleResult(verdict, "V10")).to.deep.equal(["pass", null]);
      expect(ruleResult(verdict, "V14")).to.include("LABEL_PACKAGE_ID_DIFFERS");
    });

    it("is not evaluable without a package ID", async () => {
      const { makerLot } = await contentOf(FRESH);
      expect(await of("V10", format06(`1T${makerLot!}`, "Q1"))).to.include(
        "PACKAGE_ID_NOT_ON_LABEL",
      );
    });
  });

  describe("V11 label proof", () => {
    const codeOf = async (ref: string, alias: string) =>
      labelCodeFor(sample.service.ctx.prisma, { party: sample.party(alias) }, await rowOf(ref));

    it("passes for the code of the lot's own label, and keeps the code out of the verdict", async () => {
      const code = (await codeOf(BOUGHT, "ostermark"))!;
      const { reading, verdict } = await scanned(linkTo(sample.lot(BOUGHT), code), {
        key: "ostermark",
      });
      expect(ruleResult(verdict, "V11")).to.deep.equal(["pass", null]);
      expect(JSON.stringify(reading)).to.contain(code);
      expect(JSON.stringify(verdict)).not.to.contain(code);
      const lower = linkTo(sample.lot(BOUGHT), code).replace(code, code.toLowerCase());
      const again = await scanned(lower, { key: "ostermark" });
      expect(ruleResult(again.verdict, "V11")).to.deep.equal(["pass", null]);
      expect(JSON.stringify(again.verdict).toUpperCase()).not.to.contain(code);
    });

    it("fails on the code of another lot's label", async () => {
      const code = (await codeOf(FRESH, "halden"))!;
      const { verdict } = await scanned(linkTo(sample.lot(BOUGHT), code));
      expect(ruleResult(verdict, "V11")).to.deep.equal(["fail", null, "LABEL_CODE_WRONG"]);
      expect(JSON.stringify(verdict)).not.to.contain(code);
    });

    it("is not evaluable when the label has no code", async () => {
      expect(await of("V11", linkTo(sample.lot(BOUGHT)))).to.include("LABEL_HAS_NO_CODE");
    });

    it("gives the label's code only to the lot's issuer and holder", async () => {
      const event = await sample.service.ctx.prisma.event.findUniqueOrThrow({
        where: { hash: (await rowOf(BOUGHT)).origin },
        include: { entries: { where: { lot: sample.lot(BOUGHT) } } },
      });
      const code = labelCode(fromHex(event.secret!), event.entries[0]!.index);
      const codes = ["ostermark", "halden", "dravatronik"].map((alias) => codeOf(BOUGHT, alias));
      expect(await Promise.all(codes)).to.deep.equal([code, code, undefined]);
      const { prisma } = sample.service.ctx;
      expect(await labelCodeFor(prisma, { party: null }, await rowOf(BOUGHT))).to.equal(undefined);
    });
  });

  describe("V12 scan pattern", () => {
    it("passes at any number of the holder's places, and warns of the same label twice in a session", async () => {
      const ref = highlight("short");
      const label = linkTo(sample.lot(ref));
      const { holder } = await rowOf(ref);
      const key = PARTIES.find(({ alias }) => sample.party(alias) === holder)!.alias;
      const scan = (place?: string) => of("V12", label, { key, ...(place && { place }) });
      expect(await scan()).to.deep.equal(["pass", null]);
      for (const place of ["dock 1", "dock 1", "dock 2", "line 4", "MRB cage", "dock 1"])
        expect(await scan(place)).to.deep.equal(["pass", null]);
      const inSession = (session: string) => of("V12", label, { key, place: "dock 1", session });
      expect(await inSession("delivery 7")).to.deep.equal(["pass", null]);
      expect(await inSession("delivery 7")).to.deep.equal([
        "warn",
        null,
        "SCANNED_TWICE_IN_SESSION",
      ]);
      expect(await inSession("delivery 8")).to.deep.equal(["pass", null]);
      expect(await scan("dock 1")).to.deep.equal(["pass", null]);
    });

    it("answers 400 to a scan with a place that is too long or empty", async () => {
      const label = linkTo(sample.lot(FRESH));
      for (const [place, status] of [
        ["x".repeat(64), 200],
        ["x".repeat(65), 400],
        ["", 400],
      ] as const) {
        const body = { label, place };
        const reply = await sample.call("POST", "/v1/scan", { key: "operator", body });
        expect(reply.status, place).to.equal(status);
      }
    });
  });

  describe("V13 label syntax", () => {
    it("passes for our own label with every field of a product label", async () => {
      const label = labelText(await contentOf(FRESH, { countryOfOrigin: "NO" }));
      expect(await of("V13", label)).to.deep.equal(["pass", null]);
    });

    it("reports repaired and missing fields as info", async () => {
      const typed = labelText(await contentOf(FRESH)).replaceAll("\x1d", "]");
      expect(await of("V13", typed)).to.deep.equal([
        "info",
        null,
        "LABEL_MENDED",
        "LABEL_FIELD_MISSING",
      ]);
      const clean = await scanned(labelText(await contentOf(FRESH, { countryOfOrigin: "TH" })));
      expect((await scanned(typed)).verdict!.verdict).to.equal(clean.verdict!.verdict);
    });

    it("is not evaluable without a label, and gives no verdict on a label without separators", async () => {
      expect(ruleResult(await asked(FRESH), "V13")).to.include("LABEL_NOT_SCANNED");
      const lost = await scanned(labelText(await contentOf(FRESH)).replaceAll("\x1d", ""));
      expect([lost.why, lost.verdict]).to.deep.equal(["LABEL_REFUSED", null]);
    });
  });

  describe("V14 label vs record", () => {
    it("passes when label and record agree", async () => {
      expect(await of("V14", labelText(await contentOf(FRESH)))).to.deep.equal(["pass", null]);
    });

    it("fails on a different part, lot or package, and warns of other differences", async () => {
      const [one, other] = await Promise.all([contentOf(FRESH), contentOf(BOUGHT)]);
      const fail = await scanned([linkTo(sample.lot(FRESH)), labelText(other)]);
      expect(ruleResult(fail.verdict, "V14")).to.include.members([
        "fail",
        "LABEL_PACKAGE_ID_DIFFERS",
        "LABEL_MPN_DIFFERS",
      ]);
      expect(ruleResult(fail.verdict, "V14")).to.include("LABEL_MAKER_LOT_DIFFERS");
      const warn = labelText({
        ...one,
        quantity: one.quantity - 1,
        dateCode: "2531",
        countryOfOrigin: "CN",
        msl: "6",
      });
      expect(await of("V14", warn)).to.have.members([
        "warn",
        null,
        "LABEL_DATE_DIFFERS",
        "LABEL_QUANTITY_DIFFERS",
        "LABEL_COUNTRY_DIFFERS",
        "LABEL_MSL_DIFFERS",
      ]);
    });

    it("is not evaluable for a link alone", async () => {
      expect(await of("V14", linkTo(sample.lot(FRESH)))).to.include("LABEL_SAYS_TOO_LITTLE");
    });

    it("compares label and record with the order", async () => {
      const content = await contentOf(FRESH);
      const { comparison, verdict } = await scanned(labelText(content), {
        expected: { mpn: content.mpn, quantity: content.quantity + 1 },
      });
      const rows = Object.fromEntries(comparison!.map(({ field, ...row }) => [field, row]));
      expect(rows["mpn"]).to.deep.include({
        expected: content.mpn,
        scannedAsExpected: true,
        recordedAsExpected: true,
      });
      expect(rows["quantity"]).to.deep.include({
        agrees: true,
        scannedAsExpected: false,
        recordedAsExpected: false,
      });
      expect(verdict!.given.expected).to.deep.equal({
        mpn: content.mpn,
        quantity: content.quantity + 1,
      });
    });
  });

  describe("V15 label self-consistency", () => {
    it("passes when the label's codes agree, fails when they differ, and is not evaluable for one code", async () => {
      const content = await contentOf(FRESH);
      const label = labelText(content);
      expect(await of("V15", [label, `1T${content.makerLot!}`])).to.deep.equal(["pass", null]);
      expect(await of("V15", [label, "1TPASTED-OVER"])).to.deep.equal([
        "fail",
        null,
        "LABEL_CONTRADICTS_ITSELF",
      ]);
      expect(await of("V15", label)).to.include("LABEL_CODES_NOT_COMPARED");
    });
  });

  describe("V16 exact part number", () => {
    const judge = async (expected?: Expected, catalogue?: string[]) => {
      const policy = catalogue && { policy: { catalogue: catalogue.map((mpn) => ({ mpn })) } };
      return ruleResult(await asked(FRESH, { ...(expected && { expected }), ...policy }), "V16");
    };

    it("passes for the ordered part, fails on another, and warns of a part that is not in the catalogue", async () => {
      const { mpn } = await contentOf(FRESH);
      const typo = mpn.includes("0") ? mpn.replace("0", "O") : mpn.replace("1", "I");
      expect(typo).not.to.equal(mpn);
      expect(await judge({ mpn })).to.deep.equal(["pass", null]);
      expect(await judge({ mpn: typo })).to.deep.equal(["fail", null, "MPN_LOOKALIKE"]);
      expect(await judge({ mpn: `${mpn}-X` })).to.deep.equal(["fail", null, "MPN_SUFFIX_DIFFERS"]);
      expect(await judge({ mpn: "TPS54331DR" })).to.deep.equal([
        "fail",
        null,
        "MPN_NOT_AS_ORDERED",
      ]);
      expect(await judge(undefined, [mpn])).to.deep.equal(["pass", null]);
      expect(await judge(undefined, [typo])).to.deep.equal(["fail", null, "MPN_LOOKALIKE"]);
      expect(await judge(undefined, ["TPS54331DR"])).to.deep.equal([
        "warn",
        null,
        "MPN_NOT_IN_CATALOGUE",
      ]);
    });

    it("is not evaluable without an order or a catalogue", async () => {
      expect(await judge()).to.include("MPN_NOT_EXPECTED");
    });
  });

  describe("V20 undeclared mix", () => {
    it("passes for one lot and for a declared mix, and warns of an undeclared mix", async () => {
      const { lotNumber, makerLot, mpn } = await contentOf(FRESH);
      const label = (...more: string[]) =>
        format06(`3S${lotNumber}`, `1P${mpn}`, `1T${makerLot!}`, ...more);
      expect(await of("V20", label("10D2630"))).to.deep.equal(["pass", null]);
      expect(await of("V20", label("10D2630", "1TSECOND-1"))).to.deep.equal([
        "warn",
        null,
        "LOTS_MIXED_UNDECLARED",
      ]);
      expect(await of("V20", label("10DMIXED", "1TSECOND-1"))).to.deep.equal(["pass", null]);
      expect(await of("V20", label("10D2630", "10D2634"))).to.deep.equal([
        "warn",
        null,
        "DATES_MIXED_UNDECLARED",
      ]);
    });

    it("is not evaluable without a maker's lot and a date code", async () => {
      expect(ruleResult(await asked(highlight("product")), "V20")).to.include("MIX_NOT_KNOWN");
    });
  });
});
