// Reads the codes in pictures, apart from the page: it alone compiles WebAssembly, under a policy of its own.
import { prepareZXingModule, type ReadResult, readBarcodes } from "zxing-wasm/reader";
import wasm from "zxing-wasm/reader/zxing_reader.wasm?url";
import type { CodeInPicture, ReadAnswer, ReadRequest } from "./messages.ts";

// Without this, the library would fetch its program from another host.
prepareZXingModule({ overrides: { locateFile: () => wasm } });

/** Codes on one label: 2D codes, linear ones beside them, and a neighbour's. */
const MOST_CODES = 32;

addEventListener("message", ({ data }: MessageEvent<ReadRequest>) => {
  void read(data).then((answer) => postMessage(answer));
});

async function read({ id, picture, isThorough }: ReadRequest): Promise<ReadAnswer> {
  const { width, height } = picture;
  try {
    const canvas = new OffscreenCanvas(width, height).getContext("2d", {
      willReadFrequently: true,
    })!;
    canvas.drawImage(picture, 0, 0);
    picture.close();
    const found = await readBarcodes(canvas.getImageData(0, 0, width, height), {
      // The default replaces control characters with pictures, and they separate a label's fields.
      textMode: "Plain",
      tryHarder: isThorough,
      maxNumberOfSymbols: MOST_CODES,
    });
    return { id, codes: found.filter(({ isValid }) => isValid).map(codeOf), width, height };
  } catch (error) {
    return { id, failure: String(error) };
  }
}

function codeOf({ text, format, position }: ReadResult): CodeInPicture {
  const { topLeft, topRight, bottomRight, bottomLeft } = position;
  return { text, format: String(format), corners: [topLeft, topRight, bottomRight, bottomLeft] };
}
