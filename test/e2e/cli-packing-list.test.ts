// Reads packing lists as warehouse systems and spreadsheets write them. Tests the rows, and the
// place of each fault.
import { expect } from "chai";
import { readFileSync } from "node:fs";
import { type OriginAction, readLotNames, readPackingList } from "../../packing/read.ts";

const HEADER = "manufacturer,mpn,lot_code,date_code,quantity,country_of_origin,msl,package_id";
const ROW = "Vellore Devices,VSMBJ24CA,0007187692,2614,3200,IN,1,PKG-1";

const read = (text: string | Uint8Array, action: OriginAction = "introduce") =>
  readPackingList(
    typeof text === "string" ? Buffer.from(text) : text,
    action,
    Math.floor(Date.now() / 1000),
  );
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
    for (const lot of ["1E10", "0007187692", "26E1044", "0712", "TRUE", "1/2", "03-04", "1.50"]) {
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

  describe("readPackingList, on what spreadsheets and people write", () => {
    const NOW = Date.parse("2026-11-30T12:00:00Z") / 1000;
    const readAt = (text: string | Uint8Array) =>
      readPackingList(typeof text === "string" ? Buffer.from(text) : text, "introduce", NOW);
    /** One row with some cells changed, each in quotes. */
    const rowWith = (cells: Record<string, string>) => {
      const row: Record<string, string> = {
        manufacturer: "Vellore Devices",
        mpn: "VSMBJ24CA",
        lot_code: "L1",
        date_code: "2614",
        quantity: "3200",
        country_of_origin: "IN",
        msl: "1",
        package_id: "PKG-1",
        ...cells,
      };
      const quoted = Object.values(row).map((cell) => `"${cell.replaceAll('"', '""')}"`);
      return readAt(`${Object.keys(row).join(",")}\n${quoted.join(",")}\n`);
    };
    const placed = (faults: { line: number; field: string | undefined; code: string }[]) =>
      faults.map(({ line, field, code }) => `${line} ${field} ${code}`);

    /** A column, the code of its fault, and cells. */
    const refused: [column: string, code: string, cells: string[]][] = [
      [
        "mpn",
        "SPREADSHEET_NUMBER",
        ["1E+11", "5E+12", "1e+11", "+1E+11", "-1E+11", "2.01E+03", "2.01E 03"],
      ],
      ["lot_code", "SPREADSHEET_NUMBER", ["1,0E+11", "1.0E-05", "L7001; 1E+11"]],
      [
        "lot_code",
        "SPREADSHEET_ERROR",
        ["#N/A", "#NAME?", "#REF!", "#VALUE!", "#DIV/0!", "#NUM!", "#BEZUG!", "#¡REF!", "Err:502"],
      ],
      ["package_id", "SPREADSHEET_ERROR", ["########", "PKG-#REF!"]],
      ["manufacturer", "SPREADSHEET_ERROR", ["#N/A"]],
      ["part_description", "SPREADSHEET_ERROR", ["#REF!"]],
      [
        "lot_code",
        "SPREADSHEET_FORMULA",
        ['="0503E000"', "=A1", "=1+1", '=HYPERLINK("x")', "+SUM(A1)", "@SUM(A1)"],
      ],
      ["mpn", "TEXT_GUARD", ["'-5V-REG", "'+5V", "'0502E000", "’0502E000", '"0502E000"']],
      ["mpn", "SPREADSHEET_DATE", ["2026-10-06 00:00:00", "06.10.2026 0:00", "10/6/2026 12:00 AM"]],
      ["lot_code", "SPREADSHEET_DATE", ["12:30", "06-Oct-2026 00:00"]],
      [
        "mpn",
        "BAD_TEXT",
        ["VS–1", "VS\u20111", "VS\u22121", "VS\u00a01", "VS\u20091", "VS  1", "VS\u0410", "ＶＳ1"],
      ],
      ["lot_code", "BAD_TEXT", ["L\u20131", "Л1"]],
      ["package_id", "BAD_TEXT", ["PKG\u20131", "PKG\u0391"]],
      ["manufacturer", "BAD_ENCODING", ["MÃ¼ller", "A&amp;B"]],
      [
        "lot_code",
        "PLACEHOLDER",
        ["N/A", "-", "?", "*", "TBD", "various", "ALL", "(none)", "L1|N/A"],
      ],
      ["mpn", "PLACEHOLDER", ["unknown", "n.a.", "T.B.D", "see label"]],
      ["manufacturer", "PLACEHOLDER", ["--", "unbekannt"]],
      ["date_code", "PLACEHOLDER", ["n/a", "-"]],
      ["date_code", "DATE_CODE_IN_FUTURE", ["4826", "2752", "2653", "2650"]],
      ["date_code", "DATE_CODE_NONEXISTENT", ["2553", "2600"]],
      ["date_code", "BAD_FIELD", ["202614", "512", "46204", "2655", "261", "26W14"]],
      ["country_of_origin", "BAD_FIELD", ["UK", "QQ", "EU", "India", "in"]],
      ["country_of_origin", "PLACEHOLDER", ["XX"]],
      ["msl", "BAD_FIELD", ["0", "7", "3A", "MSL 9"]],
      ["quantity", "BAD_QUANTITY", ["3,200", "3.200", "50 %", "2 reels"]],
      ["uom", "BAD_UNIT", ["REEL", "M", "K", "ST", "BOX"]],
      ["no_of_reels", "SEVERAL_PACKAGES", ["2"]],
      ["bag_seal_date", "BAD_FIELD", ["2026-12-24", "06.10.2026"]],
      ["date_code_newest", "BAD_FIELD", ["2613"]],
      ["hts", "BAD_FIELD", ["85.411.000.800"]],
    ];
    for (const [column, code, cells] of refused)
      for (const cell of cells)
        it(`refuses ${JSON.stringify(cell)} as ${column}`, () => {
          const { faults, rows } = rowWith({ [column]: cell });
          expect(placed(faults)).to.deep.equal([`2 ${column} ${code}`]);
          expect(rows).to.deep.equal([]);
          expect(faults[0]!.message).not.to.match(/Invalid|expected (string|number)/);
        });
    it("refuses a date code after the day on which the dry pack was sealed", () => {
      const { faults } = rowWith({ date_code: "2614", bag_seal_date: "2026-01-02" });
      expect(placed(faults)).to.deep.equal(["2 date_code DATE_CODE_AFTER_SEAL"]);
    });

    const asked: [column: string, code: string, cells: string[]][] = [
      [
        "lot_code",
        "DOUBTFUL_VALUE",
        ["TRUE", "10-Jun", "Mar-12", "03.Dez", "1/2", "12 %", "1.234.567"],
      ],
      ["lot_code", "DOUBTFUL_VALUE", ["7187692.0", "NA", "Lot: L1", "2026-10-06"]],
      ["mpn", "WILDCARD", ["VSMB*", "VSMB2?", "VSMBxx"]],
      ["mpn", "SEVERAL_VALUES", ["VSMB24; VSMB25", "VSMB24/VSMB25", "VSMB24 VSMB25"]],
      ["package_id", "SEVERAL_VALUES", ["R7001, R7002"]],
      ["lot_code", "RANGE", ["L7001-L7010", "L7001 to L7010", "L7001..L7010", "L7001-7010"]],
      ["lot_code", "LOTS_MIXED_UNDECLARED", ["L7001; L7002"]],
      ["lot_code", "DOUBTFUL_VALUE", ["Mixed", "see CoC", "(1T)L1", "1.23E11", "1E 11", "1 of 3"]],
      ["date_code", "DOUBTFUL_VALUE", ["1523"]],
      ["manufacturer", "SEVERAL_VALUES", ["Vellore; Elstow"]],
      ["manufacturer", "DOUBTFUL_VALUE", ["12", "TRUE", "V\u0435llore"]],
      ["uom", "BAD_UNIT", [""]],
      ["Shipped Qty", "TWO_QUANTITIES", ["3000"]],
    ];
    for (const [column, code, cells] of asked)
      for (const cell of cells)
        it(`asks about ${JSON.stringify(cell)} as ${column}`, () => {
          const { faults, doubts, rows } = rowWith({ [column]: cell });
          expect([faults, placed(doubts)]).to.deep.equal([[], [`2 ${column} ${code}`]]);
          expect(rows).to.have.length(1);
        });

    /** Cells that are taken, and what is kept of them. */
    const kept: [cells: Record<string, string>, details: Record<string, unknown>][] = [
      ...["26E1121", "10E12", "FAC3/L2/SN-9854", "0x1234", "A#1", "-5", "L 2"].map(
        (cell): (typeof kept)[number] => [{ lot_code: cell }, { makerLot: cell }],
      ),
      [{ lot_code: "L7001; L7002", date_code: "MIXED" }, { makerLot: "L7001; L7002" }],
      [{ lot_code: "L7001|L7002", date_code: "2614M" }, { makerLot: "L7001; L7002" }],
      [
        { lot_code: "L7003, L7004", date_code_newest: "2616" },
        { makerLot: "L7003; L7004", dateCodeNewest: "2616" },
      ],
      [{ lot_code: "L7005/L7006", date_code: "MIXED" }, { makerLot: "L7005/L7006" }],
      [{ mpn: "74HC00D,653" }, { mpn: "74HC00D,653" }],
      [{ lot_code: "L7001;" }, { makerLot: "L7001" }],
      ...["2614; 2616", "2616/2614", "2614-2616", "2614, 2615, 2616", "2614 to 2616"].map(
        (cell): (typeof kept)[number] => [
          { date_code: cell },
          { dateCode: "2614", dateCodeNewest: "2616" },
        ],
      ),
      [{ country_of_origin: "IN, PH" }, { countryOfOrigin: "AA" }],
      [{ country_of_origin: "CN; CHN," }, { countryOfOrigin: "CN" }],
      [{ country_of_origin: "KOR" }, { countryOfOrigin: "KR" }],
      [{ msl: "2A" }, { msl: "2a" }],
      [{ msl: "MSL 3" }, { msl: "3" }],
      [{ uom: "PCS" }, { mpn: "VSMBJ24CA" }],
      [{ manufacturer: "Müller & Söhne" }, { manufacturer: "Müller & Söhne" }],
    ];
    for (const [cells, details] of kept)
      it(`keeps ${JSON.stringify(details)} of ${JSON.stringify(cells)}`, () => {
        const { faults, doubts, rows } = rowWith(cells);
        expect([faults, doubts]).to.deep.equal([[], []]);
        expect(rows[0]!.details).to.include(details);
      });

    it("says how it read what may be several", () => {
      const noted = (cells: Record<string, string>) =>
        rowWith(cells).notes.filter(({ line }) => line === 2);
      expect(noted({ lot_code: "L7001; L7002" })[0]!.message).to.match(/2 lots: L7001; L7002/);
      expect(noted({ lot_code: "L7005/L7006" })[0]!.message).to.match(/one lot code/);
      expect(noted({ date_code: "2614/2616" })[0]!.message).to.match(/2614 and 2616/);
      expect(noted({ country_of_origin: "IN, PH" })[0]!.message).to.match(/AA/);
    });
    it("suggests the year and week of a code that may be week and year", () => {
      expect(rowWith({ date_code: "4826" }).faults[0]!.message).to.match(/write 2648/);
      expect(rowWith({ date_code: "2752" }).faults[0]!.message).not.to.match(/week before/);
    });
    it("asks about packages that differ in capitals alone", () => {
      const { doubts, faults } = readAt(
        `${HEADER}\n${ROW}\n${ROW.replace("PKG-1", "pkg-1")}\n${ROW.replace("PKG-1", "PKG-2")}`,
      );
      expect(faults).to.deep.equal([]);
      expect(placed(doubts)).to.deep.equal(["3 package_id CASE_TWIN"]);
    });
    it("says how a package of several lots is written, where two rows mean one", () => {
      const other = ROW.replace("0007187692", "0007187693");
      const [fault] = readAt(`${HEADER}\n${ROW}\n${other}`).faults;
      expect(fault!.message).to.match(/"0007187692; 0007187693", quantity 6400/);
      expect(readAt(`${HEADER}\n${ROW}\n${ROW}`).faults[0]!.message).not.to.match(/several lots/);
    });
    it("names files that are not CSV", () => {
      const codes = ["PK\x03\x04", "%PDF-1.7", "<!DOCTYPE html>", "\x1f\x8b"].map(
        (start) => readAt(Buffer.from(`${start}…`, "latin1")).faults[0]!.code,
      );
      expect(codes).to.deep.equal(Array(4).fill("NOT_CSV"));
      const unmarked = readAt(Buffer.from(`${HEADER}\n${ROW}`, "utf16le"));
      expect(unmarked.faults.map(({ code }) => code)).to.deep.equal(["BAD_ENCODING"]);
    });

    /** A list, its faults and doubts, and what is kept of its first row. */
    const lists: [
      name: string,
      text: string,
      problems: string[],
      kept?: Record<string, unknown>,
    ][] = [
      [
        "Mouser's order",
        "Mouser #,Mfr. #,Manufacturer,Customer #,Description,RoHS,Order Qty.,Price (USD),Ext.: (USD),Package ID\n" +
          "621-X,VSMBJ24CA,Vellore Devices,,TVS,Yes,3200,0.1,320,FLD-H3",
        ["1 Order Qty. ORDERED_QUANTITY"],
        { quantity: 3200, mpn: "VSMBJ24CA", supplierReference: "621-X" },
      ],
      [
        "Digi-Key's order",
        "PART NUMBER,MANUFACTURER PART NUMBER,MANUFACTURER,QUANTITY,PACKAGE ID\nX-ND,VSMBJ24CA,Vellore,5,P1",
        [],
        { mpn: "VSMBJ24CA" },
      ],
      [
        "LCSC's order",
        "LCSC Part Number,Manufacture Part Number,Manufacturer,Package,Order Qty.,Date Code / Lot No.,Customer NO.,Package ID\n" +
          "C1,VSM,Vellore,SMB,100,2614,X,P1",
        ["1 Order Qty. ORDERED_QUANTITY", "1 Date Code / Lot No. COMBINED_COLUMN"],
      ],
      [
        "a German list with titles above and a sum below",
        'Packliste Nr. 4711\nMuster GmbH;30.11.2026\n\n"Hersteller";"Hersteller-Teilenummer";"Menge";"Chargennummer";"Ursprungsland";"Rollennummer";"Datumscode"\n' +
          "Vellore;VSMBJ24CA;3200;L1;IN;R1;2614\nSumme;;3200;;;;",
        ["6 undefined NOT_A_PACKAGE"],
        { quantity: 3200, makerLot: "L1", dateCode: "2614", countryOfOrigin: "IN" },
      ],
      [
        "a header in quotes over several lines",
        '"manufacturer";"mpn\n(1P)";"Qty\n(pcs)";"package_id"\nVellore;VSM;5;P1',
        [],
        { quantity: 5, mpn: "VSM" },
      ],
      [
        "units and formats in the titles",
        "manufacturer,mpn,Qty (pcs),Date Code (YYYYWW),reel_no,carton_no\nVellore,VSM,5,202614,R1,C1",
        [],
        { quantity: 5, dateCode: "202614", dateCodeFormat: "YYYYWW", parentPackageId: "C1" },
      ],
      [
        "ordered beside shipped",
        "manufacturer,mpn,Ordered Qty,Shipped Qty,package_id\nVellore,VSM,500,300,R1",
        [],
        { quantity: 300 },
      ],
      [
        "a unit under a title of its own",
        "manufacturer,mpn,Qty,Sales Unit,package_id\nVellore,VSM,5,REEL,P1",
        ["2 Sales Unit BAD_UNIT"],
      ],
      [
        "a price of each piece",
        "manufacturer,mpn,Qty,Unit Price,package_id\nVellore,VSM,5,0.10,P1",
        [],
        { quantity: 5 },
      ],
      [
        "a part number in the place of the maker",
        "Mfr. #,MPN,Qty,package_id\nVellore,VSM,5,P1",
        ["1 manufacturer MISSING_COLUMN", "1 MPN TWO_COLUMNS"],
      ],
      [
        "titles that may mean two columns",
        "manufacturer,PN,Qty (reels),Lot,Date Code (WWYY),MPN (old),package_id\nVellore,VSM,5,L,1426,X,P1",
        [
          "1 mpn MISSING_COLUMN",
          "1 quantity MISSING_COLUMN",
          "1 PN AMBIGUOUS_COLUMN",
          "1 Qty (reels) BAD_UNIT",
          "1 Lot AMBIGUOUS_COLUMN",
          "1 Date Code (WWYY) AMBIGUOUS_COLUMN",
          "1 MPN (old) AMBIGUOUS_COLUMN",
        ],
      ],
      [
        "French titles",
        "Fabricant;Référence fabricant;Quantité;Pays d'origine;Code date;package_id\nVellore;VSM;5;IN;2614;P1",
        [],
        { mpn: "VSM", quantity: 5, dateCode: "2614" },
      ],
      [
        "Chinese titles",
        "制造商,制造商型号,数量(pcs),原产地,包装号\nVellore,VSM,5,CN,P1",
        [],
        { mpn: "VSM", quantity: 5, countryOfOrigin: "CN" },
      ],
    ];
    for (const [name, text, problems, first] of lists)
      it(`reads or refuses by its columns a list with ${name}`, () => {
        const { rows, faults, doubts } = readAt(text);
        const found = placed([...faults, ...doubts]);
        expect(found).to.have.members(problems).and.have.length(problems.length);
        const [row] = rows;
        if (first) expect({ quantity: row!.quantity, ...row!.details }).to.include(first);
      });
    it("names the line that it took for the header, with what it found there", () => {
      const { faults, headerLine } = readAt("My list\n\nmaker,mpn,shelf\nV,M,3");
      expect(headerLine).to.equal(3);
      expect(faults[0]!.line).to.equal(3);
      expect(faults[0]!.message).to.match(/Line 3 was read as the header: maker, mpn, shelf/);
    });
  });

  it("lists lot numbers for a shipment, also from a file with one lot per line", () => {
    expect(
      readLotNames(Buffer.from(`${HEADER}\n${ROW}\n${ROW.replace("PKG-1", "PKG-2")}\n`)),
    ).to.deep.equal({ names: ["PKG-1", "PKG-2"] });
    expect(readLotNames(Buffer.from("\ufeffPKG-1\r\n\r\n PKG 2, left \r\nPKG-3"))).to.deep.equal({
      names: ["PKG-1", "PKG 2, left", "PKG-3"],
    });
  });
});
