// Writes our own labels, and reads them back.
import { expect } from "chai";
import { lotLink } from "../../../protocol/label/link.ts";
import { labelText, type LabelContent } from "../../../protocol/label/write.ts";
import { readLabel } from "../../../protocol/label/label.ts";
import { refused } from "../../support/refused.ts";

const least: LabelContent = { lotNumber: "RP-2024-000017", mpn: "RX-4711-AB", quantity: 2500 };
const full: LabelContent = {
  ...least,
  manufacturer: "Example Semi",
  partRevision: "C",
  makerLot: "LOT7788A",
  dateCode: "2443",
  countryOfOrigin: "MY",
  expiryDate: "2026-12-31",
  msl: "2a",
  environmentalCategory: "e3",
  parentPackageId: "CTN-000123",
};

function read(content: LabelContent) {
  const reading = readLabel(labelText(content));
  if (reading.status === "refused") throw new Error(reading.refusal);
  expect(reading.dialect).to.deep.equal({ name: "format-06", guess: false });
  expect(reading.codes[0]).to.deep.include({ mended: [], dropped: [] });
  return reading;
}

describe("labelText", () => {
  it("writes format 06 with the identifiers of EIGP 114", () => {
    expect(labelText(full)).to.equal(
      "[)>\x1e06\x1d3SRP-2024-000017\x1d4SCTN-000123\x1d1PRX-4711-AB\x1d2PC\x1dQ2500\x1d1TLOT7788A\x1d10D2443" +
        "\x1d14D20261231\x1d4LMY\x1d13E2a\x1dEe3\x1d1VExample Semi\x1e\x04",
    );
  });

  it("writes labels that readLabel reads back in full", () => {
    const { lotNumber, dateCode, ...same } = full;
    expect(read(full).record).to.deep.equal({
      ...same,
      packageId: lotNumber,
      dateCode: {
        raw: dateCode,
        readings: [{ format: "YYWW", from: "2024-10-21", to: "2024-10-27" }],
        certainty: "certain",
        mixed: false,
      },
    });
    expect(read(least).record).to.deep.equal({
      packageId: "RP-2024-000017",
      mpn: "RX-4711-AB",
      quantity: 2500,
    });
    expect(read({ ...least, quantity: 0, countryOfOrigin: "AA" }).record).to.deep.include({
      quantity: 0,
      countryOfOrigin: "mixed",
    });
  });

  it("writes no private field", () => {
    expect(read(full).fields.filter(({ visibility }) => visibility === "private")).to.deep.equal(
      [],
    );
  });

  it("writes each format of date code with that format's identifier", () => {
    const dates: [Partial<LabelContent>, di: string, raw: string, format: string | undefined][] = [
      [{ dateCode: "2443" }, "10D", "2443", "YYWW"],
      [{ dateCode: "N/T" }, "10D", "N/T", undefined],
      [{ dateCode: "202443", dateCodeFormat: "YYYYWW" }, "11D", "202443", "YYYYWW"],
      [{ dateCode: "241023", dateCodeFormat: "YYMMDD" }, "D", "241023", "YYMMDD"],
      [{ dateCode: "20241023", dateCodeFormat: "YYYYMMDD" }, "12D", "20241023", "YYYYMMDD"],
      [{ dateCode: "2024-10", dateCodeFormat: "YYYY-MM" }, "9D", "2024-10", "YYYY-MM"],
      [{ dateCode: "2024-10-23", dateCodeFormat: "YYYY-MM-DD" }, "9D", "2024-10-23", "YYYY-MM-DD"],
      [{ dateCode: "K4", dateCodeFormat: "other" }, "9D", "K4", undefined],
      [{ dateCode: "2401", dateCodeNewest: "2410" }, "13D", "24012410", "YYWWYYWW"],
      [{ dateCode: "2401", dateCodeNewest: "2401" }, "10D", "2401", "YYWW"],
      [
        { dateCode: "240101", dateCodeNewest: "240301", dateCodeFormat: "YYMMDD" },
        "10D",
        "MIXED",
        undefined,
      ],
    ];
    for (const [date, di, raw, format] of dates) {
      const field = read({ ...least, ...date }).fields.find(({ kind }) => kind === "dateCode");
      expect(field, raw).to.deep.include({ di, raw });
      expect((field?.value as { readings: { format: string }[] }).readings[0]?.format).to.equal(
        format,
      );
    }
  });

  it("leaves out a manufacturer's name that format 06 cannot hold", () => {
    const { fields } = read({ ...least, manufacturer: "Müller" });
    expect(fields.map(({ di }) => di)).to.deep.equal(["3S", "1P", "Q"]);
  });

  it("has the customer's part number and order where they are given", () => {
    const content = { customerPartNumber: "C-1", purchaseOrder: "PO-1", purchaseOrderLine: "10" };
    const { fields } = read({ ...least, ...content });
    const customers = fields.filter(({ kind }) => Object.hasOwn(content, kind));
    expect(customers.map(({ di, raw }) => di + raw)).to.have.members(["PC-1", "KPO-1", "4K10"]);
  });

  it("refuses invalid values and characters outside format 06", () => {
    const bad: [Partial<Record<keyof LabelContent, unknown>>, "BAD_FIELD" | "BAD_TEXT", string][] =
      [
        [{ lotNumber: "" }, "BAD_TEXT", "lotNumber"],
        [{ lotNumber: "A\x1dQ9" }, "BAD_TEXT", "lotNumber"],
        [{ mpn: "\x1e\x04" }, "BAD_TEXT", "mpn"],
        [{ lotNumber: "Würth-1" }, "BAD_TEXT", "lotNumber"],
        [{ quantity: -1 }, "BAD_FIELD", "quantity"],
        [{ quantity: 0.5 }, "BAD_FIELD", "quantity"],
        [{ countryOfOrigin: "mixed" }, "BAD_FIELD", "countryOfOrigin"],
        [{ msl: "7" }, "BAD_FIELD", "msl"],
        [{ invoice: "IN-1" } as object, "BAD_FIELD", "invoice"],
      ];
    for (const [part, code, field] of bad)
      refused(() => labelText({ ...least, ...part } as LabelContent), code, field);
  });
});

describe("lotLink", () => {
  const link = { lot: `0x${"ab".repeat(32)}`, chainId: 31337, ledger: `0x${"cd".repeat(20)}` };

  it("names chain and ledger, and is read back by readLabel", () => {
    for (const origin of [
      "https://reelproof.example",
      "https://reelproof.example/",
      "http://localhost:3000/rp",
    ]) {
      const text = lotLink(origin, link);
      expect(text).to.equal(
        `${origin.replace(/\/$/, "")}/lots/${link.lot}?chain=31337&ledger=${link.ledger}`,
      );
      const reading = readLabel(text);
      expect(reading.status === "read" && reading.record).to.deep.equal(link);
    }
  });

  it("refuses an invalid lot, chain, ledger or origin", () => {
    refused(() => lotLink("https://a.example", { ...link, lot: "0xab" }), "BAD_FIELD", "lot");
    refused(() => lotLink("https://a.example", { ...link, ledger: "main" }), "BAD_FIELD", "ledger");
    refused(() => lotLink("https://a.example", { ...link, chainId: 1.5 }), "BAD_FIELD", "chainId");
    refused(() => lotLink("javascript:alert(1)//", link), "BAD_FIELD", "origin");
  });
});
