// Tests the list of detail fields: what each accepts and refuses, and what must never be in the
// list.
import { expect } from "chai";
import { parseWith } from "../../../protocol/base/canonical.ts";
import {
  DETAIL_FIELDS,
  type DetailField,
  type DetailName,
} from "../../../protocol/event/detail-fields.ts";
import { Details } from "../../../protocol/event/details.ts";
import { ACTIONS } from "../../../protocol/event/event.ts";
import { MAX_TEXT_LENGTH } from "../../../protocol/base/limits.ts";
import { refused } from "../../support/refused.ts";

const fields = Object.entries(DETAIL_FIELDS) as [DetailName, DetailField][];

describe("DETAIL_FIELDS", () => {
  it("has every field that a lot record needs", () => {
    const needed = [
      "lotNumber",
      "manufacturer",
      "manufacturerParty",
      "mpn",
      "makerLot",
      "dateCode",
      "dateCodeFormat",
      "countryOfOrigin",
      "fabCountry",
      "assemblyCountry",
      "msl",
      "floorLifeHours",
      "bagSealDate",
      "peakReflowCelsius",
      "packaging",
      "packageId",
      "parentPackageId",
      "rohs",
      "reach",
      "eccn",
      "hts",
      "customerPartNumber",
      "purchaseOrder",
      "salesOrder",
      "invoice",
      "packingList",
      "carrier",
      "asnNumber",
      "trackingNumber",
      "reason",
      "shortfallReason",
      "inspectionResult",
      "inspector",
      "cocHash",
      "foundFrom",
      "recoveredFrom",
      "used",
      "movedTo",
      "movedFrom",
      "claimsLot",
      "workOrder",
      "productName",
      "productRevision",
      "containers",
      "temperatureMinDeciCelsius",
      "humidityMaxPercent",
    ];
    expect(Object.keys(DETAIL_FIELDS)).to.include.members(needed);
  });

  it("has no price and no amount of money", () => {
    const money = /price|cost|amount|value|currency|total|discount|payment|eur|usd|dollar/i;
    expect(Object.keys(DETAIL_FIELDS).filter((name) => money.test(name))).to.deep.equal([]);
    for (const name of [
      "price",
      "unitPrice",
      "extendedPrice",
      "cost",
      "currency",
      "monetaryValue",
      "amount",
      "27Q",
    ]) {
      refused(() => parseWith(Details, { [name]: 1 }), "BAD_FIELD", name);
      refused(
        () => parseWith(Details, { entries: [{ [name]: "1.00 EUR" }] }),
        "BAD_FIELD",
        `entries.0.${name}`,
      );
    }
  });

  it("makes customers and orders private", () => {
    const named = [
      "customerPartNumber",
      "purchaseOrder",
      "purchaseOrderLine",
      "salesOrder",
      "invoice",
      "packingList",
    ] as const;
    for (const name of named) expect(DETAIL_FIELDS[name].visibility, name).to.equal("private");
  });

  for (const [name, { place, visibility, on, about, type }] of fields)
    it(`describes ${name} completely, and refuses malformed values in it`, () => {
      expect(name)
        .to.match(/^[a-z][A-Za-z]+$/)
        .and.to.not.equal("entries");
      expect(place).to.be.oneOf(["shared", "entry", "either"]);
      expect(visibility).to.be.oneOf(["public", "trail", "private"]);
      expect(on).to.be.an("array").that.is.not.empty;
      expect(new Set(on).size, "no action twice").to.equal(on.length);
      expect([...Object.keys(ACTIONS), "notice", "correction"]).to.include.members([...on]);
      expect(about).to.match(/^[A-Z].*\.$/);
      for (const value of [
        null,
        undefined,
        1.5,
        NaN,
        2 ** 53,
        {},
        [],
        "",
        " ",
        "\u0000",
        "x\u202e",
        "e\u0301",
        "\ud800",
      ])
        expect(type.safeParse(value).success, JSON.stringify(value)).to.equal(false);
    });

  it("accepts well-formed values and refuses others", () => {
    const cases: [DetailName, unknown[], unknown[]][] = [
      [
        "countryOfOrigin",
        ["DE", "AA", "MY"],
        ["de", "DEU", "D", "D1", "Germany", "UK", "XX", "QQ", "ZZ", "EU"],
      ],
      ["msl", ["1", "2", "2a", "3", "4", "5", "5a", "6"], ["0", "7", "2A", "3a", 3, "MSL3"]],
      [
        "bagSealDate",
        ["2024-02-29", "1999-12-31"],
        ["2024-13-01", "2023-02-29", "2024-00-10", "24-01-01", "2024-1-1", "20240101"],
      ],
      [
        "eccn",
        ["EAR99", "3A991.a.2", "5A992", "3A001A2C"],
        ["ear99", "EAR 99", "A3991", "3A9911B-"],
      ],
      [
        "hts",
        ["8542.31.0001", "8542310001", "8542", "8542.39.00.01", "85423190", "854231"],
        ["854", "8542,31", ".8542", "HTS8542", "85.411.000.800", "8.541.100.080", "85.42", "8542."],
      ],
      ["manufacturerCage", ["1ABC2"], ["1abc2", "1ABC", "1ABC23"]],
      ["manufacturerDuns", ["123456789"], ["12345678", 123456789]],
      [
        "manufacturerLei",
        ["5493001KJTIIGC8Y1R12"],
        ["5493001KJTIIGC8Y1R1", "5493001kjtiigc8y1r12"],
      ],
      ["peakReflowCelsius", [245, 260], [-1, 1000, "260"]],
      ["humidityMaxPercent", [0, 100], [-1, 101]],
      ["temperatureMinDeciCelsius", [-400, 0, 853], [0.5, "-40"]],
      ["used", [true, false], ["true", 1, 0]],
      ["inspectionResult", ["accepted", "conditional", "rejected"], ["ok", "Accepted"]],
      ["cocHash", [`0x${"ab".repeat(32)}`], ["ab".repeat(32), `0x${"AB".repeat(32)}`]],
    ];
    for (const [name, good, bad] of cases) {
      for (const value of good)
        expect(DETAIL_FIELDS[name].type.safeParse(value).success, `${name} ${value}`).to.equal(
          true,
        );
      for (const value of bad)
        expect(DETAIL_FIELDS[name].type.safeParse(value).success, `${name} ${value}`).to.equal(
          false,
        );
    }
  });

  it(`accepts ${MAX_TEXT_LENGTH} characters of remarks, and no more`, () => {
    expect(parseWith(Details, { remarks: "é".repeat(MAX_TEXT_LENGTH) }).remarks).to.have.length(
      MAX_TEXT_LENGTH,
    );
    refused(
      () => parseWith(Details, { remarks: "é".repeat(MAX_TEXT_LENGTH + 1) }),
      "BAD_TEXT",
      "remarks",
    );
  });

  it("accepts date codes in their declared format, and YYWW without one", () => {
    const cases: [string | undefined, string[], string[]][] = [
      [
        undefined,
        ["2318", "0001", "2353", "1852M", "N/T", "MIXED"],
        ["2354", "231", "20231", "23W18", "231013", "mixed"],
      ],
      ["YYWW", ["2318"], ["2399"]],
      ["YYYYWW", ["202318"], ["2318", "202354"]],
      ["YYMMDD", ["231013"], ["231313", "231032", "2310"]],
      ["YYYYMMDD", ["20231013"], ["20231313"]],
      ["YYYY-MM", ["2023-10"], ["2023-13", "202310"]],
      ["YYYY-MM-DD", ["2023-10-13"], ["2023-10-32"]],
      ["other", ["2245+5", "A7", "13.10.23"], []],
    ];
    for (const [format, good, bad] of cases)
      for (const place of ["dateCode", "dateCodeNewest"]) {
        const of = (code: string) => ({
          [place]: code,
          ...(format === undefined ? {} : { dateCodeFormat: format }),
        });
        for (const code of good) {
          expect(() => parseWith(Details, of(code)), `${format} ${code}`).to.not.throw();
          expect(
            () => parseWith(Details, { entries: [of(code)] }),
            `${format} ${code}`,
          ).to.not.throw();
        }
        for (const code of bad) {
          refused(() => parseWith(Details, of(code)), "BAD_FIELD", "dateCode");
          refused(
            () => parseWith(Details, { entries: [{}, of(code)] }),
            "BAD_FIELD",
            "entries.1.dateCode",
          );
        }
      }
    refused(() => parseWith(Details, { dateCodeFormat: "YYDD" }), "BAD_FIELD", "dateCodeFormat");
  });

  it("applies the shared format to an entry's date code, and an entry's format to the shared date code", () => {
    const shared = { dateCodeFormat: "YYMMDD" };
    expect(() =>
      parseWith(Details, { ...shared, entries: [{ dateCode: "231013" }] }),
    ).to.not.throw();
    refused(
      () => parseWith(Details, { ...shared, entries: [{ dateCode: "2318" }] }),
      "BAD_FIELD",
      "entries.0.dateCode",
    );
    refused(
      () => parseWith(Details, { dateCode: "2318", entries: [shared] }),
      "BAD_FIELD",
      "entries.0.dateCode",
    );
  });
});
