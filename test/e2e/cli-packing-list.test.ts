// Reads packing lists as warehouse systems and spreadsheets write them. Tests the rows, and the
// place of each fault.
import { expect } from "chai";
import { readFileSync } from "node:fs";
import { type OriginAction, readLotNames, readPackingList } from "../../cli/packing-list/read.ts";

const HEADER = "manufacturer,mpn,lot_code,date_code,quantity,country_of_origin,msl,package_id";
const ROW = "Vellore Devices,VSMBJ24CA,0007187692,2614,3200,IN,1,PKG-1";

const read = (text: string | Uint8Array, action: OriginAction = "introduce") =>
  readPackingList(typeof text === "string" ? Buffer.from(text) : text, action);
const rowsOf = (text: string | Uint8Array, action?: OriginAction) => {
  const { rows, faults } = read(text, action);
  expect(faults).to.deep.equal([]);
  return rows;
};
/** Faults as [line, column, code]. */
const faultsOf = (text: string | Uint8Array, action?: OriginAction) =>
  read(text, action).faults.map(({ line, column, code }) => [line, column, code]);

describe("readPackingList", () => {
  it("returns lots with every cell as its exact text", () => {
    expect(rowsOf(`${HEADER}\n${ROW}\n`)).to.deep.equal([
      {
        line: 2,
        lotNumber: "PKG-1",
        quantity: 3200,
        details: {
          manufacturer: "Vellore Devices",
          mpn: "VSMBJ24CA",
          makerLot: "0007187692",
          dateCode: "2614",
          countryOfOrigin: "IN",
          msl: "1",
        },
      },
    ]);
    for (const lot of [
      "1E10",
      "0007187692",
      "26E1044",
      "0712",
      "TRUE",
      "1/2",
      "=1+1",
      "03-04",
      "1.50",
    ]) {
      expect(rowsOf(`${HEADER}\n${ROW.replace("0007187692", lot)}`)[0]!.details.makerLot).to.equal(
        lot,
      );
    }
    expect(rowsOf(`${HEADER}\n${ROW.replace("PKG-1", "00071E9")}`)[0]!.lotNumber).to.equal(
      "00071E9",
    );
    expect(rowsOf(`${HEADER}\n${ROW.replace("3200", "0003200")}`)[0]!.quantity).to.equal(3200);
  });

  it("reads the sample's packing lists", () => {
    for (const [name, packages] of [
      ["packing-list-pellworth.csv", 4],
      ["packing-list-new-stock.csv", 12],
    ] as const) {
      const rows = rowsOf(readFileSync(new URL(`../../sample/${name}`, import.meta.url)));
      expect(rows).to.have.length(packages);
      expect(rows[0]!.details.makerLot).to.match(/^000719?/);
    }
  });

  describe("readPackingList, on file formats", () => {
    const [expected] = rowsOf(`${HEADER}\n${ROW}`);
    const quoted = ROW.split(",").map((cell) => `"${cell}"`);
    const utf16 = (text: string, mark: string) => Buffer.from(`${mark}${text}`, "utf16le");
    const forms: Record<string, string | Uint8Array> = {
      "a byte order mark": `\ufeff${HEADER}\n${ROW}\n`,
      "Windows line ends": `${HEADER}\r\n${ROW}\r\n`,
      "carriage returns as line ends": `${HEADER}\r${ROW}\r`,
      "no line end at the end": `${HEADER}\n${ROW}`,
      semicolons: `${HEADER}\n${ROW}\n`.replaceAll(",", ";"),
      tabs: `${HEADER}\n${ROW}\n`.replaceAll(",", "\t"),
      "UTF-16 with tabs, as Excel's Unicode text": utf16(
        `${HEADER}\n${ROW}\n`.replaceAll(",", "\t"),
        "\ufeff",
      ),
      "big-endian UTF-16": utf16(`${HEADER}\n${ROW}\n`, "\ufeff").swap16(),
      "quotes around every cell": `"${HEADER.replaceAll(",", '","')}"\n${quoted.join(",")}\n`,
      "white space around cells": `${HEADER.replaceAll(",", " , ")}\n${ROW.replaceAll(",", "  ,\t")}\n`,
      "rows without anything below": `${HEADER}\n${ROW}\n,,,,,,,\n\n  \n`,
      "empty cells beyond the header": `${HEADER}\n${ROW},,\n`,
    };
    for (const [name, form] of Object.entries(forms)) {
      it(`reads a list with ${name}`, () => expect(rowsOf(form)).to.deep.equal([expected]));
    }
    it("reads a list whose first line names the delimiter", () => {
      expect(rowsOf(`sep=;\n${HEADER}\n${ROW}\n`.replaceAll(",", ";"))).to.deep.equal([
        { ...expected, line: 3 },
      ]);
    });
    it("reads delimiters and quotation marks in a quoted cell", () => {
      const rows = rowsOf(
        `${HEADER}\n${ROW.replace("Vellore Devices", '"Vellore, ""the"" maker"')}\n`,
      );
      expect(rows[0]!.details.manufacturer).to.equal('Vellore, "the" maker');
    });
    it("normalises decomposed letters to NFC", () => {
      const rows = rowsOf(`${HEADER}\n${ROW.replace("Vellore", "Vello\u0308re")}\n`);
      expect(rows[0]!.details.manufacturer).to.equal("Vellöre Devices");
    });
  });

  describe("readPackingList, on headers", () => {
    const named = (header: string) =>
      Object.keys(rowsOf(`${header},package_id,qty,maker,mpn\nx,P,1,M,N\n`)[0]!.details);
    it("reads Digi-Key's headers, and lists those that it ignores", () => {
      const header =
        "ProductNumber,Description,ECCN,CustomerPartNumber,HTSUS,ManufacturerProductNumber,Manufacturer," +
        "CountryOfOrigin,LotQuantity,DateCode,LotCode,PackageId,OrderedQuantity,QuantityShipped";
      const { rows, ignored, faults } = read(
        `${header}\n296-1-ND,Regulator,EAR99,C-1,8542.39.0001,HLV73333PDBVR,Halden,PH,250,2619,4G9.64,R1,300,250\n`,
      );
      expect(faults).to.deep.equal([]);
      expect(rows).to.deep.equal([
        {
          line: 2,
          lotNumber: "R1",
          quantity: 250,
          details: {
            supplierReference: "296-1-ND",
            partDescription: "Regulator",
            eccn: "EAR99",
            customerPartNumber: "C-1",
            hts: "8542.39.0001",
            mpn: "HLV73333PDBVR",
            manufacturer: "Halden",
            countryOfOrigin: "PH",
            dateCode: "2619",
            makerLot: "4G9.64",
          },
        },
      ]);
      expect(ignored).to.deep.equal(["OrderedQuantity", "QuantityShipped"]);
    });
    it("ignores case and punctuation in headers", () => {
      for (const header of ["Lot Code", "LOT_CODE", "lot-code", "LotCode", "Mfr. Lot", "Batch #"]) {
        expect(named(header), header).to.include("makerLot");
      }
    });
    it("reads any detail field by its own name, as a number or a boolean", () => {
      const [row] = rowsOf(
        `${HEADER},peak_reflow_celsius,esdProtected,used\n${ROW},260,yes,false\n`,
      );
      expect(row!.details).to.include({ peakReflowCelsius: 260, esdProtected: true, used: false });
    });
    it("ignores a field that the action does not allow", () => {
      const list = `${HEADER},used\n${ROW},yes\n`;
      expect(rowsOf(list, "introduce")[0]!.details.used).to.be.true;
      expect(read(list, "commission").ignored).to.deep.equal(["used"]);
      expect(rowsOf(list, "commission")[0]!.details).not.to.have.property("used");
    });
  });

  const bad: [
    name: string,
    text: string | Uint8Array,
    expected: (number | string | undefined)[][],
  ][] = [
    ["an empty file", "", [[1, undefined, "EMPTY_FILE"]]],
    ["white space only", "\n  \n\n", [[1, undefined, "EMPTY_FILE"]]],
    ["a header without rows", `${HEADER}\n`, [[2, undefined, "EMPTY_FILE"]]],
    [
      "missing columns",
      "mpn,date_code\nX,2614\n",
      ["manufacturer", "quantity", "package_id"].map(() => [1, undefined, "MISSING_COLUMN"]),
    ],
    ["an ambiguous column", `${HEADER},Lot Number\n${ROW},7\n`, [[1, 9, "AMBIGUOUS_COLUMN"]]],
    ["two columns with one meaning", `${HEADER},Qty\n${ROW},7\n`, [[1, 9, "TWO_COLUMNS"]]],
    [
      "empty cells in required columns",
      `${HEADER}\n,VSMBJ24CA,,,3200,,,\n`,
      [
        [2, 1, "MISSING_VALUE"],
        [2, 8, "MISSING_VALUE"],
      ],
    ],
    ...["0", "-5", "3.2", "3,200", "3.200", "3200 pcs", "1e3", "0x10", "9007199254740992", "٣"].map(
      (quantity): (typeof bad)[number] => [
        `the quantity ${quantity}`,
        `${HEADER}\n${ROW.replace("3200", `"${quantity}"`)}\n`,
        [[2, 5, "BAD_QUANTITY"]],
      ],
    ),
    ["a country's name", `${HEADER}\n${ROW.replace("IN", "India")}\n`, [[2, 6, "BAD_FIELD"]]],
    ["a country in lower case", `${HEADER}\n${ROW.replace("IN", "in")}\n`, [[2, 6, "BAD_FIELD"]]],
    [
      "an MSL that does not exist",
      `${HEADER}\n${ROW.replace("IN,1,", "IN,7,")}\n`,
      [[2, 7, "BAD_FIELD"]],
    ],
    [
      "a date code that does not exist",
      `${HEADER}\n${ROW.replace("2614", "2699")}\n`,
      [[2, 4, "BAD_FIELD"]],
    ],
    [
      "a code that a spreadsheet turned into a number",
      `${HEADER}\n${ROW.replace("0007187692", "7.19E+06")}\n`,
      [[2, 3, "SPREADSHEET_NUMBER"]],
    ],
    [
      "a lot number beyond 64 characters",
      `${HEADER}\n${ROW.replace("PKG-1", "P".repeat(65))}\n`,
      [[2, 8, "BAD_TEXT"]],
    ],
    [
      "a control character",
      `${HEADER}\n${ROW.replace("PKG-1", "PKG\u0007")}\n`,
      [[2, 8, "BAD_TEXT"]],
    ],
    [
      "an invisible character",
      `${HEADER}\n${ROW.replace("VSMBJ", "VS\u200bMBJ")}\n`,
      [[2, 2, "BAD_TEXT"]],
    ],
    [
      "a line end in a cell",
      `${HEADER}\n${ROW.replace("VSMBJ24CA", '"VSM\nBJ"')}\n`,
      [[2, 2, "BAD_TEXT"]],
    ],
    [
      "letters in another encoding",
      Buffer.from(`${HEADER}\n${ROW.replace("Vellore", "Müller")}\n`, "latin1"),
      [[2, 1, "BAD_ENCODING"]],
    ],
    [
      "a quotation mark inside a cell",
      `${HEADER}\n${ROW.replace("VSMBJ", 'VS"MBJ')}\n`,
      [[2, 2, "BAD_QUOTE"]],
    ],
    [
      "text after a closing quotation mark",
      `${HEADER}\n${ROW.replace("VSMBJ24CA", '"VSMBJ"24')}\n`,
      [[2, 2, "BAD_QUOTE"]],
    ],
    [
      "a quotation mark that is not closed",
      `${HEADER}\n${ROW}\nA,"B,1,2614,5,IN,1,P\n${ROW}\n`,
      [[3, 2, "BAD_QUOTE"]],
    ],
    ["too few cells", `${HEADER}\nA,B,1,2614,5,IN,1\n`, [[2, 8, "CELL_COUNT"]]],
    ["too many cells", `${HEADER}\n${ROW},surplus\n`, [[2, 9, "CELL_COUNT"]]],
    ["a package twice", `${HEADER}\n${ROW}\n\n${ROW}\n`, [[4, 8, "DUPLICATE"]]],
  ];
  describe("readPackingList, on faults", () => {
    for (const [name, text, expected] of bad)
      it(`refuses ${name}`, () => expect(faultsOf(text)).to.deep.equal(expected));
  });

  it("reports every fault of every row, in order, with the cell's text", () => {
    const { rows, faults } = read(
      [
        HEADER,
        ROW,
        "Vellore Devices,,1.0E+12,26144,none,in,9,PKG-2",
        ROW.replace("PKG-1", "PKG-3"),
        "",
        '"Vellore\nDevices",VSMBJ24CA,1,2614,5,IN,1,PKG-3',
        "Vellore Devices,VSMBJ24CA,1,2614,5,IN,1",
        ROW.replace("3200", "0").replace("PKG-1", "PKG-2"),
      ].join("\n"),
    );
    expect(rows.map(({ lotNumber }) => lotNumber)).to.deep.equal(["PKG-1", "PKG-3"]);
    expect(
      faults.map(({ line, column, field, code, value }) => [line, column, field, code, value]),
    ).to.deep.equal([
      [3, 2, "mpn", "MISSING_VALUE", ""],
      [3, 3, "lot_code", "SPREADSHEET_NUMBER", "1.0E+12"],
      [3, 4, "date_code", "BAD_FIELD", "26144"],
      [3, 5, "quantity", "BAD_QUANTITY", "none"],
      [3, 6, "country_of_origin", "BAD_FIELD", "in"],
      [3, 7, "msl", "BAD_FIELD", "9"],
      [6, 1, "manufacturer", "BAD_TEXT", "Vellore\nDevices"],
      [6, 8, "package_id", "DUPLICATE", "PKG-3"],
      [8, 8, undefined, "CELL_COUNT", undefined],
      [9, 5, "quantity", "BAD_QUANTITY", "0"],
      [9, 8, "package_id", "DUPLICATE", "PKG-2"],
    ]);
  });

  it("lists lot numbers for a shipment, also from a file with one lot per line", () => {
    expect(
      readLotNames(Buffer.from(`${HEADER}\n${ROW}\n${ROW.replace("PKG-1", "PKG-2")}\n`)),
    ).to.deep.equal(["PKG-1", "PKG-2"]);
    expect(readLotNames(Buffer.from("\ufeffPKG-1\r\n\r\n PKG 2, left \r\nPKG-3"))).to.deep.equal([
      "PKG-1",
      "PKG 2, left",
      "PKG-3",
    ]);
  });
});
