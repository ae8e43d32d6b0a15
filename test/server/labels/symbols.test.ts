// Tests label symbols as images: a scanner reads back the written text, to the byte.
import { expect } from "chai";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { prepareZXingModule, readBarcodes } from "zxing-wasm/reader";
import type { LabelContent } from "../../../protocol/label/write.ts";
import { readLabel } from "../../../protocol/label/label.ts";
import {
  type LotLabel,
  SYMBOL_NAMES,
  type SymbolName,
  symbolPng,
  symbolSvg,
  symbolText,
} from "../../../server/labels/symbols.ts";

const FORMATS: Record<SymbolName, string> = {
  DataMatrix: "DataMatrix",
  PDF417: "PDF417",
  QR: "QRCode",
};

const label = (content: Partial<LabelContent> = {}): LotLabel => ({
  content: {
    lotNumber: "RP-2024-000017",
    mpn: "RX-4711/AB#1^029",
    quantity: 2500,
    makerLot: "LOT7788A",
    dateCode: "2443",
    countryOfOrigin: "MY",
    msl: "3",
    manufacturer: "Example Semi",
    ...content,
  },
  origin: "https://reelproof.example",
  link: { lot: `0x${"ab".repeat(32)}`, chainId: 31337, ledger: `0x${"cd".repeat(20)}` },
});
/** Every field as long as it may be. */
const longest = label({
  lotNumber: "~".repeat(64),
  mpn: "M".repeat(64),
  quantity: Number.MAX_SAFE_INTEGER,
  makerLot: "l".repeat(64),
  dateCode: "9".repeat(32),
  dateCodeFormat: "other",
  manufacturer: "m".repeat(128),
  partRevision: "r".repeat(64),
  expiryDate: "2026-12-31",
  environmentalCategory: "e".repeat(64),
  parentPackageId: "p".repeat(64),
});

type Image = Parameters<typeof readBarcodes>[0];
async function scanned(image: Image) {
  // "Plain" keeps control characters: the default replaces them with pictures.
  const codes = await readBarcodes(image, { textMode: "Plain" });
  return codes.map(({ format, text }) => ({ format: String(format), text }));
}

/** Draws the polygons of an SVG, all with right angles: a pixel is dark if an odd number of edges lie above it. */
function drawn(svg: string): Image {
  const [width, height] = /viewBox="0 0 (\d+) (\d+)"/.exec(svg)!.slice(1).map(Number) as [
    number,
    number,
  ];
  const dark = new Uint8Array(width * height);
  for (const [, path] of svg.matchAll(/<path d="([^"]+)"/g))
    for (const polygon of path!.split("M").slice(1)) {
      const points = [...polygon.matchAll(/(-?[\d.]+) (-?[\d.]+)/g)].map(
        ([, x, y]) => [Number(x), Number(y)] as const,
      );
      points.forEach(([x, y], i) => {
        const [nextX, nextY] = points[(i + 1) % points.length]!;
        if (y !== nextY) return;
        for (let column = Math.min(x, nextX); column < Math.max(x, nextX); column++)
          for (let row = y; row < height; row++) dark[row * width + column]! ^= 1;
      });
    }
  const data = new Uint8ClampedArray(4 * width * height).fill(255);
  dark.forEach((is, i) => is && data.fill(0, 4 * i, 4 * i + 3));
  return { data, width, height, colorSpace: "srgb" };
}

describe("label symbols", () => {
  before(async () => {
    const path = fileURLToPath(import.meta.resolve("zxing-wasm/reader/zxing_reader.wasm"));
    await prepareZXingModule({
      overrides: { wasmBinary: Uint8Array.from(readFileSync(path)).buffer },
      fireImmediately: true,
    });
  });

  for (const [name, each] of Object.entries({
    "a typical label": label(),
    "the longest label": longest,
  }))
    for (const symbol of SYMBOL_NAMES) {
      it(`scan to the written text: ${symbol} of ${name} as PNG`, async () => {
        const codes = await scanned(await symbolPng(symbol, each));
        expect(codes).to.deep.equal([{ format: FORMATS[symbol], text: symbolText(symbol, each) }]);
      });

      it(`scan to the written text: ${symbol} of ${name} as SVG`, async () => {
        const svg = symbolSvg(symbol, each);
        expect(svg).to.match(
          /^<svg viewBox="0 0 \d+ \d+" xmlns="http:\/\/www\.w3\.org\/2000\/svg">/,
        );
        const codes = await scanned(drawn(svg));
        expect(codes).to.deep.equal([{ format: FORMATS[symbol], text: symbolText(symbol, each) }]);
      });
    }

  it("agree on the lot when all three are in one photo", async () => {
    const texts = await Promise.all(
      SYMBOL_NAMES.map(async (symbol) => scanned(await symbolPng(symbol, label()))),
    );
    const reading = readLabel(texts.flat().map(({ text }) => text));
    if (reading.status === "refused") throw new Error(reading.refusal);
    const { content, link } = label();
    expect(reading.conflicts).to.deep.equal([]);
    expect(reading.record).to.deep.include({
      ...link,
      packageId: content.lotNumber,
      mpn: content.mpn,
      quantity: content.quantity,
      makerLot: content.makerLot,
      countryOfOrigin: content.countryOfOrigin,
      msl: content.msl,
      manufacturer: content.manufacturer,
    });
    expect(reading.record.dateCode?.readings).to.deep.equal([
      { format: "YYWW", from: "2024-10-21", to: "2024-10-27" },
    ]);
  });
});
