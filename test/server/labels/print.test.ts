// Tests printed labels: scanners read every symbol back from every format, sizes are exact, and no text is lost.
import bwip from "bwip-js/node";
import { expect } from "chai";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { inflateSync } from "node:zlib";
import { prepareZXingModule, readBarcodes } from "zxing-wasm/reader";
import type { Lot } from "../../../prisma/generated/client.ts";
import { lotLink } from "../../../protocol/label/link.ts";
import { labelText, type LabelContent } from "../../../protocol/label/write.ts";
import type { Drawing, SymbolMark } from "../../../server/labels/print/drawing.ts";
import { dotsOf } from "../../../server/labels/print/drawing.ts";
import { printedFields } from "../../../server/labels/print/fields.ts";
import { layOut, type LayoutOptions } from "../../../server/labels/print/layout.ts";
import { placeOn, readSheet, readSize, SHEETS } from "../../../server/labels/print/media.ts";
import { qrCodeOf } from "../../../server/labels/print/modules.ts";
import { openPdf } from "../../../server/labels/print/pdf.ts";
import { writePng } from "../../../server/labels/print/png.ts";
import { printRoll } from "../../../server/labels/print/print.ts";
import { type Raster, rasterOf } from "../../../server/labels/print/raster.ts";
import { writeSvg } from "../../../server/labels/print/svg.ts";
import { writeZpl } from "../../../server/labels/print/zpl.ts";
import { Refusal } from "../../../server/refusal.ts";
import type { LotLabel } from "../../../server/labels/symbols.ts";
import { Random, SEED } from "../../support/random.ts";
import { refused } from "../../support/refused.ts";

const typical: LabelContent = {
  lotNumber: "HS26-112706",
  mpn: "HCAN1042VDRQ1",
  quantity: 2500,
  manufacturer: "Halden Semiconductor AS",
  makerLot: "4G1435WC.58",
  dateCode: "2622",
  countryOfOrigin: "NO",
  msl: "3",
};
const label = (content: Partial<LabelContent> = {}): LotLabel => ({
  content: { ...typical, ...content },
  origin: "https://reelproof.example",
  link: {
    lot: `0x${"ab".repeat(32)}`,
    chainId: 31337,
    ledger: `0x${"cd".repeat(20)}`,
    code: "ABCDEFGHIJKLMNOPQRSTUVWX",
  },
});
const options = (size: string, more: Partial<LayoutOptions> = {}): LayoutOptions => ({
  size: readSize(size),
  dpi: 203,
  link: true,
  linear: false,
  ...more,
});
/** bwip-js passes options of one kind of symbol on, which its types do not know. */
const QR_LEVEL = { eclevel: "M" } as object;
const textsOf = ({ content, origin, link }: LotLabel) =>
  [labelText(content), lotLink(origin, link)].sort();

/** What a scanner reads of black and white dots. */
async function scanned({ width, height, bytesPerRow, bits }: Raster): Promise<string[]> {
  const data = new Uint8ClampedArray(4 * width * height).fill(255);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      if (bits[y * bytesPerRow + (x >> 3)]! & (0x80 >> (x & 7)))
        data.fill(0, 4 * (y * width + x), 4 * (y * width + x) + 3);
  const codes = await readBarcodes(
    { data, width, height, colorSpace: "srgb" },
    {
      textMode: "Plain",
      formats: ["DataMatrix", "QRCode", "Code128"],
    },
  );
  return codes.map(({ text }) => text).sort();
}

const blank = (drawing: Drawing): Raster => rasterOf({ ...drawing, marks: [] });

function put(into: Raster, from: Raster, left: number, top: number): void {
  for (let y = 0; y < from.height; y++)
    for (let x = 0; x < from.width; x++)
      if (from.bits[y * from.bytesPerRow + (x >> 3)]! & (0x80 >> (x & 7)))
        into.bits[(top + y) * into.bytesPerRow + ((left + x) >> 3)]! |= 0x80 >> ((left + x) & 7);
}

/** A graphic of ^GFA, with the counts that shorten it written out. */
function graphicOf(total: number, bytesPerRow: number, data: string): Raster {
  const rows: string[] = [];
  let row = "";
  let count = 0;
  const end = () => {
    rows.push(row.padEnd(2 * bytesPerRow, "0"));
    row = "";
  };
  for (const sign of data) {
    if (sign === ":") rows.push(rows.at(-1)!);
    else if (sign === ",") end();
    else if (/[g-z]/.test(sign)) count += 20 * (sign.charCodeAt(0) - 102);
    else if (/[G-Y]/.test(sign)) count += sign.charCodeAt(0) - 70;
    else {
      row += sign.repeat(Math.max(1, count));
      count = 0;
      if (row.length === 2 * bytesPerRow) end();
    }
  }
  const bits = Uint8Array.from(Buffer.from(rows.join(""), "hex"));
  expect([bits.length, total]).to.deep.equal([total, bytesPerRow * rows.length]);
  return { width: 8 * bytesPerRow, height: rows.length, bytesPerRow, bits };
}

/** Reads ZPL as a printer does: commands begin with ^ or ~ anywhere. */
function readZpl(zpl: string) {
  const commands = Array.from(zpl.matchAll(/[\^~]([A-Z][A-Z0-9])([^^~]*)/g), ([, name, rest]) => ({
    name: name!,
    rest: rest!.replace(/\n$/, ""),
  }));
  const texts: string[] = [];
  const graphics: { raster: Raster; x: number; y: number }[] = [];
  let at = [0, 0];
  for (const { name, rest } of commands) {
    if (name === "FO") at = rest.split(",").map(Number);
    else if (name === "FD")
      texts.push(
        rest.replaceAll(/_([0-9A-F]{2})/g, (_, hex: string) =>
          String.fromCharCode(parseInt(hex, 16)),
        ),
      );
    else if (name === "GF") {
      const [, a, total, bytesPerRow, data] = /^A,(\d+),(\d+),(\d+),(.*)$/.exec(rest)!;
      expect(a).to.equal(total);
      const raster = graphicOf(Number(total), Number(bytesPerRow), data!);
      graphics.push({ raster, x: at[0]!, y: at[1]! });
    }
  }
  return { names: commands.map(({ name }) => name), commands, texts, graphics };
}

/** The streams of a PDF, and its pages' sizes in points. */
function readPdf(bytes: Uint8Array) {
  const text = Buffer.from(bytes).toString("latin1");
  const boxes = Array.from(text.matchAll(/\/MediaBox \[([^\]]+)\]/g), ([, box]) =>
    box!.split(" ").map(Number),
  );
  const streams = Array.from(
    text.matchAll(/\bstream\r?\n([\s\S]*?)\r?\nendstream/g),
    ([, data]) => {
      try {
        return inflateSync(Buffer.from(data!, "latin1")).toString("latin1");
      } catch {
        return "";
      }
    },
  );
  return { text, boxes, pages: streams.filter((each) => / re\n/.test(each)) };
}

/** The rectangles of a page, in dots of the label that it shows. */
function rectanglesOf(page: string, drawing: Drawing): Raster {
  const raster = blank(drawing);
  const rectangles = page.matchAll(/^(\d+) (\d+) (\d+) (\d+) re$/gm);
  for (const [, ...numbers] of rectangles) {
    const [x, y, width, height] = numbers.map(Number) as [number, number, number, number];
    for (let row = y; row < y + height; row++)
      for (let column = x; column < x + width; column++)
        raster.bits[row * raster.bytesPerRow + (column >> 3)]! |= 0x80 >> (column & 7);
  }
  return raster;
}

const symbolsOf = ({ marks }: Drawing) => marks.filter((mark) => mark.kind === "symbol");
const linesOf = ({ marks }: Drawing) =>
  marks.flatMap((mark) => (mark.kind === "text" ? mark.text : []));

async function pdfOf(drawings: Drawing[], more: Partial<Parameters<typeof openPdf>[0]> = {}) {
  const pdf = openPdf({ created: new Date(0), ...more });
  for (const each of drawings) pdf.add(each);
  return pdf.end();
}

const random = new Random(SEED);
const SIGNS = [..."ABCDEFGHIJKLMNPQRSTUVWXYZ0123456789-/.#+_^~\\&,:"];
const word = (most: number) =>
  Array.from({ length: random.int(1, most) }, () => random.pick(SIGNS)).join("");

/** Expects a refusal of a label. */
function refusedLabel(content: Partial<LabelContent>, size: string, code: string, field: string) {
  let thrown: unknown;
  try {
    layOut(label(content), options(size, { link: size !== "50x25" }));
  } catch (error) {
    thrown = error;
  }
  expect(thrown, size).to.be.instanceOf(Refusal).and.include({ code, field, status: 422 });
  return (thrown as Refusal).message;
}

describe("printed labels", () => {
  before(async () => {
    const path = fileURLToPath(import.meta.resolve("zxing-wasm/reader/zxing_reader.wasm"));
    const wasmBinary = Uint8Array.from(readFileSync(path)).buffer;
    await prepareZXingModule({ overrides: { wasmBinary }, fireImmediately: true });
  });

  it("scan to the lot's facts and link in PDF, ZPL and dots, for lots of many kinds", async () => {
    for (let i = 0; i < 8; i++) {
      const each = label({
        lotNumber: word(24),
        mpn: word(30),
        quantity: random.int(0, 999_999),
        makerLot: word(20),
        dateCode: random.pick(["2443", "2601", "N/T"]),
        ...(random.chance(0.5) && { expiryDate: "2028-12-31", partRevision: word(3) }),
        ...(random.chance(0.3) && { customerPartNumber: word(20), purchaseOrder: word(15) }),
      });
      const size = random.pick(["102x76", "99.1x67.7", "102x152"]);
      const layout = options(size, { dpi: random.pick([203, 300, 600] as const) });
      const drawing = layOut(each, layout);
      const name = JSON.stringify(each.content);
      expect(await scanned(rasterOf(drawing)), name).to.deep.equal(textsOf(each));

      const zpl = blank(drawing);
      for (const { raster, x, y } of readZpl(writeZpl(drawing)).graphics) put(zpl, raster, x, y);
      expect(await scanned(zpl), name).to.deep.equal(textsOf(each));

      const [page] = readPdf(await pdfOf([drawing])).pages;
      expect(await scanned(rectanglesOf(page!, drawing)), name).to.deep.equal(textsOf(each));
    }
  });

  it("have the QR code that a second encoder draws", () => {
    const random = new Random(SEED);
    for (let i = 0; i < 20; i++) {
      const { origin, link } = label();
      const text = lotLink(origin, {
        ...link,
        chainId: random.int(1, 2 ** 31),
        lot: random.hex(32),
      });
      const [second] = bwip.raw({ bcid: "qrcode", text, ...QR_LEVEL }) as unknown as [
        { pixs: number[]; pixx: number; pixy: number },
      ];
      const { columns, rows, dark } = qrCodeOf(text);
      expect([columns, rows, ...dark]).to.deep.equal([second.pixx, second.pixy, ...second.pixs]);
    }
  });

  it("let others run after each label", async () => {
    let turns = 0;
    let isOver = false;
    const takeTurn = () => {
      turns++;
      if (!isOver) setImmediate(takeTurn);
    };
    const lot = { lotNumber: "HS26-112706" } as Lot;
    function* labels() {
      for (let i = 0; i < 6; i++) {
        expect(turns, "turns of others").to.be.at.least(i);
        yield { lot, label: label() };
      }
    }
    setImmediate(takeTurn);
    const roll = { format: "pdf", copies: 1, created: new Date(0), ...options("102x76") } as const;
    await printRoll(labels(), roll);
    isOver = true;
  });

  it("have modules of whole dots, no smaller than EIGP 114 asks, with white around them", () => {
    for (const dpi of [203, 300, 600] as const)
      for (const size of ["102x76", "70x40", "150x38", "58x100"]) {
        const drawing = layOut(label(), options(size, { dpi }));
        const { width, height } = dotsOf(drawing);
        const [code, qr] = symbolsOf(drawing) as [SymbolMark, SymbolMark];
        expect(code.width / drawing.dotsPerMm, size).to.be.at.least(0.3708);
        expect(qr.width / drawing.dotsPerMm, size).to.be.at.least(0.33);
        const ink = rasterOf(drawing);
        for (const [symbol, quiet] of [
          [code, 1],
          [qr, 4],
        ] as const) {
          expect(
            [symbol.x, symbol.y, symbol.width, symbol.height].every(Number.isInteger),
          ).to.equal(true);
          const zone = quiet * symbol.width;
          const right = symbol.x + symbol.modules.columns * symbol.width;
          const bottom = symbol.y + symbol.modules.rows * symbol.height;
          expect(symbol.x - zone >= 0 && symbol.y - zone >= 0, size).to.equal(true);
          expect(right + zone <= width && bottom + zone <= height, size).to.equal(true);
          for (let y = symbol.y - zone; y < bottom + zone; y++)
            for (let x = symbol.x - zone; x < right + zone; x++) {
              if (x >= symbol.x && x < right && y >= symbol.y && y < bottom) continue;
              const black = ink.bits[y * ink.bytesPerRow + (x >> 3)]! & (0x80 >> (x & 7));
              if (black) throw new Error(`${size} at ${dpi}: ink in a quiet zone at ${x}, ${y}`);
            }
        }
      }
  });

  it("have the exact size in millimetres in every format", async () => {
    const drawing = layOut(label(), options("102x76"));
    const [[left, top, right, bottom]] = readPdf(await pdfOf([drawing])).boxes as [number[]];
    expect([left, top]).to.deep.equal([0, 0]);
    expect(right).to.be.closeTo((102 * 72) / 25.4, 0.001);
    expect(bottom).to.be.closeTo((76 * 72) / 25.4, 0.001);
    expect(writeSvg(drawing)).to.contain('width="102mm" height="76mm" viewBox="0 0 816 608"');
    expect(writeZpl(drawing, 3)).to.contain("^PW816\n^LL608\n").and.contain("^PQ3\n");
    const png = Buffer.from(writePng(drawing));
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).to.deep.equal([816, 608]);
    expect(png.readUInt32BE(png.indexOf("pHYs") + 4)).to.equal(8000);
    const codes = await readBarcodes(new Blob([Uint8Array.from(png)]), { textMode: "Plain" });
    expect(codes.map(({ text }) => text).sort()).to.deep.equal(textsOf(label()));
  });

  it("show every field whole, on several lines where it is long", () => {
    const each = label({
      mpn: "MZR0402FR-0710KL-EXTRA-LONG-PART-NUMBER-WITH-MANY-SUFFIXES/TR-X",
      manufacturer: "Würth Elektronik eiSos GmbH & Co. KG, µΩ division",
      partRevision: "C2",
    });
    for (const size of ["102x76", "60x90", "80x30"]) {
      const drawing = layOut(each, options(size, { link: size !== "80x30" }));
      const text = linesOf(drawing).join("");
      for (const field of printedFields(each.content)) expect(text, size).to.contain(field.text);
      const { width, height } = dotsOf(drawing);
      for (const mark of drawing.marks)
        if (mark.kind === "text")
          expect(mark.x >= 0 && mark.x < width && mark.baseline < height, mark.text).to.equal(true);
      expect(
        Math.min(...drawing.marks.map((mark) => (mark.kind === "text" ? mark.size : 99))),
      ).to.be.at.least(1.49 * drawing.dotsPerMm);
    }
  });

  it("have linear codes where they are asked for", async () => {
    const each = label();
    const codes = await scanned(rasterOf(layOut(each, options("102x152", { linear: true }))));
    const linear = ["1PHCAN1042VDRQ1", "Q2500", "10D2622", "1T4G1435WC.58", "4LNO"];
    expect(codes).to.deep.equal([...linear, ...textsOf(each)].sort());
  });

  it("are refused with the field's name where a text has no room or the typeface no sign for it", () => {
    const long = { mpn: "M".repeat(64), makerLot: "W".repeat(64) };
    refusedLabel(long, "50x25", "LABEL_DOES_NOT_FIT", "makerLot");
    refusedLabel({}, "20x20", "LABEL_DOES_NOT_FIT", "size");
    for (const manufacturer of ["中电 Semi", "e\u0489", "שלום"])
      refusedLabel({ manufacturer }, "102x76", "CHARACTER_NOT_PRINTABLE", "manufacturer");
    const why = refusedLabel(
      { manufacturer: "中" },
      "102x76",
      "CHARACTER_NOT_PRINTABLE",
      "manufacturer",
    );
    expect(why).to.contain("中 (U+4E2D)");
  });

  it("leave no command of a hostile part number to a ZPL printer", () => {
    const mpn = "A^XZ^XA^FO0,0~JR_5E\\&{}|`";
    const each = label({ mpn, manufacturer: "Müller^XZ & Söhne~HS" });
    const { names, texts, commands } = readZpl(writeZpl(layOut(each, options("102x76"))));
    const allowed = [
      "XA",
      "CI",
      "PW",
      "LL",
      "LH",
      "FO",
      "FT",
      "A0",
      "FH",
      "FD",
      "FS",
      "GF",
      "GB",
      "PQ",
      "XZ",
    ];
    expect(allowed).to.include.members(names);
    expect(names.filter((name) => name === "XA" || name === "XZ")).to.deep.equal(["XA", "XZ"]);
    expect(texts).to.include(mpn);
    // A name with letters that font 0 may lack is a graphic.
    expect(texts.join("")).not.to.contain("hne");
    expect(commands.filter(({ name }) => name === "GF")).to.have.length(3);
  });
});

describe("sheets", () => {
  it("hold their labels in the middle of the page", () => {
    for (const name of Object.keys(SHEETS)) {
      const sheet = readSheet(name);
      const first = placeOn(sheet, 0);
      const last = placeOn(sheet, sheet.columns * sheet.rows - 1);
      expect(first.left, name).to.be.closeTo(
        sheet.page.widthMm - last.left - sheet.label.widthMm,
        1e-9,
      );
      expect(first.top, name).to.be.closeTo(
        sheet.page.heightMm - last.top - sheet.label.heightMm,
        1e-9,
      );
    }
    expect(placeOn(readSheet("a4-2x4"), 3).left).to.be.closeTo(106.25, 1e-9);
    expect(placeOn(readSheet("a4-2x4"), 3).top).to.be.closeTo(80.8, 1e-9);
  });

  it("begin at the place asked for, and go on with the next page", async () => {
    const drawing = layOut(label(), options("99.1x67.7"));
    const sheet = readSheet("a4-2x4");
    const { boxes, pages } = readPdf(await pdfOf([drawing, drawing, drawing], { sheet, first: 6 }));
    expect(boxes).to.have.length(2);
    for (const [, , width, height] of boxes) {
      expect(width).to.be.closeTo((210 * 72) / 25.4, 0.001);
      expect(height).to.be.closeTo((297 * 72) / 25.4, 0.001);
    }
    const symbols = (page: string) => page.match(/^f$/gm)!.length;
    expect(pages.map(symbols)).to.deep.equal([2 * symbols(pages[1]!), symbols(pages[1]!)]);
  });

  it("are refused where the labels do not fit on the page, or the form is another", () => {
    for (const text of [
      "a4-9x9",
      "A4",
      "A4:2x4",
      "A4:3x4:99.1x67.7",
      "A4:0x4:50x50",
      "999x999:1x1:50x50",
      "A4:2x4:99x67:1x1:1",
    ])
      refused(() => readSheet(text), "BAD_FIELD", "sheet");
    for (const text of ["5x5", "102", "102x", "x76", "1000x50", "102x76x1", "-5x50"])
      refused(() => readSize(text), "BAD_FIELD", "size");
  });
});
