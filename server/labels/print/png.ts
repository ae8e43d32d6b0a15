// Writes a label as PNG, one dot of the printer to a pixel.
import { crc32, deflateSync } from "node:zlib";
import type { Drawing } from "./drawing.ts";
import { rasterOf } from "./raster.ts";

const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);

/** A label as PNG (ISO/IEC 15948): black and white, with its resolution. */
export function writePng(drawing: Drawing): Uint8Array {
  const { width, height, bytesPerRow, bits } = rasterOf(drawing);
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([1, 0, 0, 0, 0], 8); // one bit of grey, no filter, not interlaced
  const dotsPerMetre = Math.round(drawing.dotsPerMm * 1000);
  const resolution = Buffer.alloc(9);
  resolution.writeUInt32BE(dotsPerMetre, 0);
  resolution.writeUInt32BE(dotsPerMetre, 4);
  resolution[8] = 1; // metres
  const rows = Buffer.alloc((bytesPerRow + 1) * height);
  for (let row = 0; row < height; row++)
    for (let i = 0; i < bytesPerRow; i++)
      rows[row * (bytesPerRow + 1) + 1 + i] = ~bits[row * bytesPerRow + i]! & 0xff;
  return Buffer.concat([
    SIGNATURE,
    chunk("IHDR", header),
    chunk("pHYs", resolution),
    chunk("IDAT", deflateSync(rows)),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

function chunk(name: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(name, "latin1"), data]);
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, check]);
}
