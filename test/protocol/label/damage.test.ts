// Reads labels that scanners, keyboards and computers changed on the way, and several codes in one input: each is read right or
// refused with the true reason.
import { expect } from "chai";
import { readLabel } from "../../../protocol/label/label.ts";

type Row = readonly [input: string | readonly string[], expected: string];

/** `{GS}` and the like for the characters themselves. */
const CONTROLS: Readonly<Record<string, string>> = {
  "{GS}": "\x1d",
  "{RS}": "\x1e",
  "{EOT}": "\x04",
  "{STX}": "\x02",
  "{ETX}": "\x03",
  "{CRLF}": "\r\n",
  "{TAB}": "\t",
};
const withControls = (text: string) =>
  text.replaceAll(/\{(?:GS|RS|EOT|STX|ETX|CRLF|TAB)\}/g, (name) => CONTROLS[name]!);

/** A reading in one line: the refusal; or some of the record's values, and what its codes contradict each other in. */
function summary(input: string | readonly string[]): string {
  const reading = readLabel(
    typeof input === "string" ? withControls(input) : input.map(withControls),
  );
  if (reading.status === "refused") return reading.refusal;
  const { record, conflicts, codes } = reading;
  const values = (
    [
      "packageId",
      "mpn",
      "gtin",
      "makerLot",
      "serialNumber",
      "quantity",
      "expiryDate",
      "lot",
    ] as const
  ).flatMap((name) => record[name] ?? []);
  const date = record.dateCode?.raw;
  return [
    ...values,
    ...(date === undefined ? [] : [`date ${date}`]),
    ...codes.flatMap((code) => (code.status === "refused" ? [code.refusal] : [])),
    ...conflicts.map(({ kind }) => `${kind} differs`),
  ].join(" ");
}

function table(rows: readonly Row[]): void {
  for (const [input, expected] of rows)
    it(`reads ${JSON.stringify(input)} as ${expected}`, () => {
      expect(summary(input)).to.equal(expected);
    });
}

const GTIN = "09506000134352";
const LINK = `https://rp.example/lots/0x${"ab".repeat(32)}?chain=31337&ledger=0x${"cd".repeat(20)}`;
const LABEL = "[)>{RS}06{GS}1PRX-4711-AB{GS}Q250{GS}1TLOT1{RS}{EOT}";
const OTHER = "[)>{RS}06{GS}1PRX-9999-ZZ{GS}Q100{GS}1TLOT2{RS}{EOT}";
const READ = "RX-4711-AB LOT1 250";

describe("readLabel, on GS1 codes whose separators were lost or replaced", () => {
  const lot = `]d201${GTIN}10LOT7788A`;
  const whole = `${GTIN} LOT7788A 2026-12-31`;
  table([
    ...[
      "|",
      "]",
      "~",
      "^",
      "@",
      "↔",
      "\uf70b",
      "¬",
      "||",
      "^]",
      "[GS]",
      "<GS>",
      "\\x1d",
      "\\035",
      "^029",
      "&#29;",
    ].map((gs): Row => [`${lot}${gs}17261231`, whole]),
    [`01${GTIN}10LOT7788A|17261231`, whole],
    // A character of lot codes as they are printed, or two different ones.
    ...["#", " ", "$", "é"].map((gs): Row => [
      `${lot}${gs}17261231`,
      gs === "é" ? "KEYBOARD_LAYOUT" : "SEPARATORS_LOST",
    ]),
    [`${lot}|17261231]21S1`, "SEPARATORS_LOST"],
    [`(01)${GTIN}(10)LOT7788A]17261231`, "SEPARATORS_LOST"],
    [`(01)${GTIN}(10)LÖT7788A`, "KEYBOARD_LAYOUT"],
    // Another element could be hidden in the last one.
    ...[
      "17261231",
      "21SER1",
      "11251231",
      "12251231",
      "13251231",
      "15251231",
      "16251231",
      "2012",
      "22ABC",
      "235X",
      "240X",
      "251X",
      "254X",
      "37100",
      "400X",
      "401X",
      "420DE",
      "422276",
      "4307DE",
      "7021X",
      "7240X",
      "8005001234",
      "800826010112",
      "8012X",
      "90X",
      "91X",
      "99X",
      "3100001234",
      "4109506000134352",
    ].flatMap((hidden): Row[] => [
      [`01${GTIN}10LOTA${hidden}`, "SEPARATORS_LOST"],
      [`]d201${GTIN}10LOTA${hidden}`, "SEPARATORS_LOST"],
    ]),
    [`]C101${GTIN}10AB12321SER1`, "SEPARATORS_LOST"],
    [`01${GTIN}21S1099AB`, "SEPARATORS_LOST"],
    [`]d201${GTIN}3010021SER1`, "SEPARATORS_LOST"],
    // Nothing else fits.
    [`01${GTIN}1125123110LOT5511`, `${GTIN} LOT5511 date 251231`],
    [`01${GTIN}10A1005`, `${GTIN} A1005`],
    [`]d201${GTIN}10LOT17261399`, `${GTIN} LOT17261399`],
    [`]d201${GTIN}10LOT9{GS}17261231`, `${GTIN} LOT9 2026-12-31`],
  ]);
});

describe("readLabel, on what GS1 refuses", () => {
  table([
    ["]d2423276", ""],
    ...["2761", "27612", "2761234"].map((data): Row => [`]d2423${data}`, "GS1_MALFORMED"]),
    ["]d2800309506000134352A", ""],
    ["]d2800309506000134353A", "GS1_MALFORMED"],
    ...["8111A", "80011", "7007991399", "7230A", "17261301", "11260230"].map((text): Row => [
      `{GS}${text}`,
      "GS1_MALFORMED",
    ]),
    ["(10)12345\\(11)991225", "12345(11)991225"],
    ["(10)12345\\(", "12345("],
    ["(10)12345\\(11\\)991225(21)S", "SEPARATORS_LOST"],
    ["(10)AB(C)", "AB(C)"],
    // An identifier that is not listed, with a separator behind it.
    [`]d201${GTIN}7021FS1{GS}10LOT1`, `${GTIN} LOT1`],
    [`]d201${GTIN}7299FS1{GS}10LOT1`, `${GTIN} LOT1`],
    [`]d201${GTIN}{GS}05XYZ`, "GS1_MALFORMED"],
    [`https://id.gs1.org/01/${GTIN}/10/ABC/`, `${GTIN} ABC`],
    [`https://id.gs1.org/v1/00/01/${GTIN}/10/ABC`, `${GTIN} ABC`],
    [`https://id.gs1.org/8010/p/01/${GTIN}`, GTIN],
    [`https://id.gs1.org/01/${GTIN}?7021=FS1&7299=A`, GTIN],
    [`https://id.gs1.org/01/${GTIN}/22/A/10/B/21/C`, `${GTIN} B C`],
    [`https://id.gs1.org/01/${GTIN}/21/C/10/B`, "LINK_UNKNOWN"],
    [`https://id.gs1.org/01/${GTIN}/10/ABC?10=ZZZ`, "LINK_MALFORMED"],
    [`https://id.gs1.org/01/${GTIN}/10/ABC?17=261231&17=261231`, "LINK_MALFORMED"],
    ...["10", "21", "22"].map((ai): Row => [
      `https://id.gs1.org/01/${GTIN}?${ai}=A`,
      "LINK_MALFORMED",
    ]),
    [`https://id.gs1.org/01/${GTIN}?99=A+B`, "LINK_MALFORMED"],
    [`HtTp://id.gs1.org/01/${GTIN}`, "LINK_UNKNOWN"],
    [`HTTPS://ID.GS1.ORG/01/${GTIN}`, GTIN],
    [`http://[::1]/01/${GTIN}`, "LINK_UNKNOWN"],
    [`http://user@host/01/${GTIN}`, "LINK_UNKNOWN"],
    ...["A%00B", "A%20B", "A%0AB", "%C3%96"].map((data): Row => [
      `https://id.gs1.org/01/${GTIN}/10/${data}`,
      "LINK_UNKNOWN",
    ]),
    [`https://id.gs1.org/01/${GTIN}/99/A`, "LINK_UNKNOWN"],
  ]);
});

describe("readLabel, on separators that the text itself shows", () => {
  const with3 = (rs: string, gs: string, end: string) =>
    `[)>${rs}06${gs}3SFLDG01${gs}1PVSMBJ24CA-E3/5B${gs}Q3200${end}`;
  const whole = "FLDG01 VSMBJ24CA-E3/5B 3200";
  table([
    ...(
      [
        ["▲", "↔", "▲♦"],
        ["", "↔", "♦"],
        ["\uf70c", "\uf70b", "\uf70c"],
        ["^030", "^029", "^030^004"],
        ["\\036", "\\035", "\\036\\004"],
        ["<0x1E>", "<0x1D>", "<0x1E><0x04>"],
        ["&#30;", "&#29;", "&#30;&#4;"],
        ["%1E", "%1D", "%1E%04"],
        ["_x001E_", "_x001D_", "_x001E_"],
        ["\ufffd", "\ufffd", "\ufffd"],
        ["{1e}", "{1d}", "{1e}"],
        ["~d030", "~d029", ""],
        ["]", "]", ""],
        ["|", "|", "||"],
        ["!", "!", "!"],
        ["¤", "§", "¤"],
        ["<30>", "<29>", "<30>"],
        ["{RS}", "{RS}", "{RS}{EOT}"],
      ] as const
    ).map(([rs, gs, end]): Row => [with3(rs, gs, end), whole]),
    // Characters that part numbers have.
    ...["#", ";", ",", "-", "/", ".", " ", "+", "F8", "GS", "é"].map((gs): Row => [
      with3("", gs, ""),
      "SEPARATORS_LOST",
    ]),
    ["[)>{RS}06{GS}1PABC-1{GS}13Z000000▲", "ABC-1"],
    ["0[)>{RS}06{GS}1PABC-1{GS}Q10{RS}{EOT}", "ABC-1 10"],
    ["[)>␞06␝K#77194␠A␝1PABC␠1␝Q10␞␄", "ABC 1 10"],
    ["[)>{RS}12{GS}SER 123{RS}{EOT}", "UNKNOWN_FORMAT"],
  ]);
});

describe("readLabel, on keyboard layouts", () => {
  const headers = [
    "ü=:06",
    "Ü=:06",
    "å=:06",
    "è=:06",
    "`=:06",
    "+=:06",
    "´=:06",
    "ğ=:06",
    "š=:06",
    "ż=:06",
    "^0/à§",
    "^0/à-",
    "ú0:éž",
    "őÖ:ö6",
    "@>06",
    "@~>06",
    "^).06",
    "х)Ю06",
    "¨':06",
  ];
  table([
    ...headers.map((header): Row => [`${header}1PRX4711`, "KEYBOARD_LAYOUT"]),
    ...[
      "httpsÖ--rp.example-lots",
      "httpsç//rp.example",
      "httpÑ--rp.example",
      "000026https//rp.example",
      "https;&&rp",
    ].map((link): Row => [link, "KEYBOARD_LAYOUT"]),
    ["3SPWD1{CRLF}1PELT67CßT2V1ß5{CRLF}1TH0912ß3B", "KEYBOARD_LAYOUT"],
    [["3SPWD1", "1PELT67CßT2V1", "1TH0912"], "KEYBOARD_LAYOUT"],
    [["3SPWD1", "10D26§4"], "KEYBOARD_LAYOUT"],
    ["[)>{RS}06{GS}1PELT67CßT2V1{GS}Q10{RS}{EOT}", "KEYBOARD_LAYOUT"],
    ["[)>{RS}06{GS}1PELT-1{GS}10D26ž4{GS}Q10{RS}{EOT}", "KEYBOARD_LAYOUT"],
    ["[)>{RS}06{GS}1ΠELT-1{GS}Ψ10{RS}{EOT}", "KEYBOARD_LAYOUT"],
    // A name may have its letters.
    ["[)>{RS}06{GS}1PELT-1{GS}Q10{GS}1VWürth{RS}{EOT}", "ELT-1 10"],
  ]);
});

describe("readLabel, on several codes in one input", () => {
  const both = `${READ} mpn differs makerLot differs quantity differs`;
  table([
    ...["{CRLF}", "{TAB}", "", "{CRLF}]d1", " "].map((between): Row => [
      LABEL + between + OTHER,
      both,
    ]),
    [LABEL + LABEL, READ],
    [`${LABEL}{CRLF}${LABEL}`, READ],
    [`${LABEL}{CRLF}1TLOT2`, `${READ} makerLot differs`],
    [`${LABEL}1TLOT2`, `${READ} makerLot differs`],
    [`1TLOT2{CRLF}${LABEL}`, "RX-4711-AB LOT1 250 makerLot differs"],
    [`1TLOT2${LABEL}`, "RX-4711-AB LOT1 250 makerLot differs"],
    ["[)>^06]1PRX-4711-AB]Q250]1TLOT1{CRLF}1TLOT2", `${READ} makerLot differs`],
    ["[)>06|1PRX-4711-AB|Q250|1TLOT1{CRLF}[)>06|1PRX-4711-AB|Q250|1TLOT1", READ],
    [`${LABEL}{CRLF}${LINK}`, `${READ} 0x${"ab".repeat(32)}`],
    [`${LABEL}${LINK}`, `${READ} 0x${"ab".repeat(32)}`],
    [`${LABEL}{CRLF}RX-9999`, `${READ} NO_IDENTIFIER`],
    [`${LABEL}{CRLF}[)>06KPO-14K0071PRX`, `${READ} SEPARATORS_LOST`],
    ["[)>{RS}06{GS}1PRX-4711-AB{GS}Q250{GS}1TLOT1{RS}V{CRLF}", READ],
    ["1PRX-4711-AB{CRLF}Q250{CRLF}1TLOT1", READ],
    ["1PRX-4711-AB{TAB}Q250{TAB}1TLOT1{CRLF}", READ],
    ["1PRX-4711-AB{CRLF}Q250{CRLF}DIOTEC", "RX-4711-AB 250 NO_IDENTIFIER"],
    [`${LINK}{CRLF}${LINK}`, `0x${"ab".repeat(32)}`],
    [`${LINK}${LINK}`, `0x${"ab".repeat(32)}`],
    [`${LINK} 1TLOT2`, `LOT2 0x${"ab".repeat(32)}`],
    [`01${GTIN}10LOT1{CRLF}01${GTIN}10LOT2`, `${GTIN} LOT1 makerLot differs`],
    // Distributors' codes without identifiers: a key that comes twice belongs to another label.
    ["{pc:C1,pm:RX1,qty:1}{pc:C2,pm:RX2,qty:2}", "RX1 1 mpn differs quantity differs"],
    ["{pc:C1,pm:RX1,qty:1,pm:RX2}", "NO_IDENTIFIER"],
    ["QTY:5 PN:A MPN:RX1 QTY:7 PN:B MPN:RX2", "NO_IDENTIFIER"],
    ["QTY:5 PN:A MPN:RX1{CRLF}QTY:7 PN:B MPN:RX2", "RX1 5 mpn differs quantity differs"],
    // A linear code, several times or in a frame.
    ["1PRX-4711-AB1PRX-4711-AB", "RX-4711-AB"],
    ["Q250Q250Q250", "250"],
    ...[
      "{STX}1PRX-4711-AB{ETX}",
      "{GS}1PRX-4711-AB",
      "*1PRX-4711-AB*",
      "(1P)RX-4711-AB",
      "[1P]RX-4711-AB",
    ].map((text): Row => [text, "RX-4711-AB"]),
    // Several fields in one linear code.
    ["1PRX-4711-AB Q250", "SEPARATORS_LOST"],
    ["1PCC3735BPN5-25-30P46-XCT-NDQ25", "SEPARATORS_LOST"],
    ["1PABC4530PABC-ND", "SEPARATORS_LOST"],
    ["30P296-RX4711-NDQ25", "SEPARATORS_LOST"],
    [["1PRX4711", "30P296-RX4711-ND"], "RX4711"],
    ["1PRX4711ADRQ311K0731242494LMX1VTI", "SEPARATORS_LOST"],
    ["10D2443Q10", "NO_IDENTIFIER"],
    ["1PSN74LVC1T45DBVR", "SN74LVC1T45DBVR"],
    ["1PRC0603FR-0710KL", "RC0603FR-0710KL"],
  ]);

  it("reads an escape of a character set in front and inside, and a mark in front of a link", () => {
    const label = "[)>{RS}06{GS}3SFLDG01{GS}1PRX-1{GS}Q10{RS}{EOT}";
    for (const text of [
      `\\000026${label}`,
      `]d4\\000026${label}`,
      label.replace("1P", "\\0000261P"),
    ])
      expect(summary(text), text).to.equal("FLDG01 RX-1 10");
    for (const text of [`\\000026${LINK}`, `]Q2\\000026${LINK}`, `\ufeff${LINK}`, ` ${LINK}{TAB}`])
      expect(summary(text), text).to.equal(`0x${"ab".repeat(32)}`);
    expect(summary("[)>{RS}06{GS}1P\\000026A\\\\B{GS}Q1{RS}{EOT}")).to.equal("A\\B 1");
    expect(summary(`000026${label}`)).to.equal("KEYBOARD_LAYOUT");
  });

  it("refuses an array with holes without an exception", () => {
    expect(summary(new Array<string>(3).fill("", 0, 0) as string[])).to.equal("NOT_TEXT");
  });
});

describe("readLabel, on keys and values that look like others", () => {
  const label = (...fields: string[]) => `[)>{RS}06{GS}${fields.join("{GS}")}{RS}{EOT}`;
  table([
    [
      label("LT3S08", "PN4236748-4", "RVG", "QT1584", "PO5335", "BT59388D", "BX3", "DC26055"),
      "4236748-4 59388D 1584 date 26055",
    ],
    [label("PN4236748-4", "LT59388D", "QT1584", "DC2605"), "UNKNOWN_KEYS"],
    [label("PN:4236748-4", "LOT:59388D", "QTY:1584"), "UNKNOWN_KEYS"],
    [label("PART NUMBER ABC", "LOT NO 1", "QTY 100"), "UNKNOWN_KEYS"],
    [label("0PN1", "1MPFS65K479", "2DT2420", "3QT500", "4LTQB65"), "FS65K479 QB65 500 date 2420"],
    [label("0PN1", "1XXFS65K479", "2DT2420", "3ZT500", "4LTQB65"), "UNKNOWN_KEYS"],
    [
      "X978286481{GS}1TVE356081{GS}9D2038{GS}Q3000{GS}1PSP001604368{GS}13D{GS}50PARISURC",
      "ARISURC VE356081 3000 date 2038",
    ],
    [label("1PSP001604368", "Q3000"), "3000"],
    [label("1PPN4711", "PPN1", "KPO1", "Q10", "4LCN"), "PN4711 10"],
    [label("1TLOT-9", "9DK7Z"), "LOT-9 date K7Z"],
    [label("1PABC", "10DK7"), "ABC date K7"],
    ["Distributor=Mouser{GS}MPN=RC0603", "NO_IDENTIFIER"],
    ["Post{GS}Serial", "NO_IDENTIFIER"],
    ["Part Desk{GS}Quality{GS}Kit 2", "NO_IDENTIFIER"],
    [label("1PABC", "9D", "10D2443"), "ABC date 2443"],
    [label("1PABC", "9D", "16D20240101"), "ABC date 20240101"],
    [label("1PABC", "9DXX", "10D2443"), "ABC date 2443"],
    [[label("1PABC", "9D"), "9D2443"], "ABC date 2443"],
    [label("1PABC", "9D", "1T1"), "ABC 1"],
    ...[
      "100NAR500",
      "100NAR001",
      "3.000",
      "2.500",
      "1.000",
      "1,000",
      "0x9C4",
      "2.5e3",
      "3.000.000",
    ].map((data): Row => [label("1PABC", `Q${data}`), "ABC"]),
    [label("1PABC", "Q100NAR000"), "ABC 100"],
    [label("1PABC", "Q100.00"), "ABC 100"],
    ["3N1RK73B1JTTD103J 5000", "RK73B1JTTD103J 5000"],
    ["3N2000001   LOT77", "LOT77"],
    ["*3N1RK73B1JTTD103J 5000*", "RK73B1JTTD103J 5000"],
    ["(3N1)RK73B1JTTD103J 5000", "RK73B1JTTD103J 5000"],
    ["3N1RK73B1JTTD103J", "NO_IDENTIFIER"],
  ]);

  it("takes 1V for a maker's name only where no company is identified, and 11K for Mouser's only without packages", () => {
    const read = (...fields: string[]) => {
      const reading = readLabel(withControls(label(...fields)));
      return reading.status === "read" ? [reading.dialect.name, reading.record.manufacturer] : [];
    };
    expect(read("1PABC", "Q10", "18VLENOK", "1VNKS")).to.deep.equal(["format-06", undefined]);
    expect(read("1PABC", "Q10", "1VNKS")).to.deep.equal(["format-06", "NKS"]);
    expect(read("3S1", "1PABC", "Q10", "11K444", "1Vmfg")).to.deep.equal(["format-06", "mfg"]);
    expect(read("1PABC", "Q10", "11K444", "1Vmfg")).to.deep.equal(["mouser", "mfg"]);
  });

  it("says that an envelope without a header is a guess", () => {
    const reading = readLabel("1PRX-4711\x1dQ10");
    expect(reading.status === "read" && reading.dialect).to.deep.equal({
      name: "format-06",
      guess: true,
    });
  });
});
