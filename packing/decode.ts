// Decodes a list's bytes, and recognises files that are not CSV at all.

/** What other files begin with. */
const OTHERS: readonly [start: RegExp, name: string][] = [
  [/^PK\x03\x04/, "an Excel workbook (.xlsx) or another zip file"],
  [/^\xd0\xcf\x11\xe0/, "an old Excel workbook (.xls)"],
  [/^%PDF/, "a PDF"],
  [/^\x1f\x8b/, "a compressed file"],
  [/^\{\\rtf/, "a text document (RTF)"],
  [/^\s*<(!doctype|html|\?xml|table)/i, "a web page or XML"],
];
const START_BYTES = 512;

/** Why the bytes are not CSV in UTF-8 or UTF-16 with its mark; undefined if nothing shows it. */
export function notCsv(
  bytes: Uint8Array,
): { code: "NOT_CSV" | "BAD_ENCODING"; message: string } | undefined {
  const start = String.fromCharCode(...bytes.subarray(0, START_BYTES));
  const name = OTHERS.find(([pattern]) => pattern.test(start.replace(/^\xef\xbb\xbf/, "")))?.[1];
  if (name !== undefined)
    return { code: "NOT_CSV", message: `The file is ${name}. Save the list as CSV UTF-8.` };
  if (utf16Of(bytes) || !start.includes("\0")) return undefined;
  const message =
    "The file is in UTF-16 without its mark, or not a text. Save the list as CSV UTF-8.";
  return { code: "BAD_ENCODING", message };
}

const utf16Of = ([first, second]: Uint8Array) =>
  first === 0xff && second === 0xfe
    ? "utf-16le"
    : first === 0xfe && second === 0xff
      ? "utf-16be"
      : undefined;

/** Decodes the bytes. What is not UTF-8 becomes U+FFFD, which no cell may contain. */
export const decode = (bytes: Uint8Array): string =>
  new TextDecoder(utf16Of(bytes) ?? "utf-8").decode(bytes);
