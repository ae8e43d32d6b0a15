// Bounds what is read of an answer of somebody else: its bytes while they arrive, and its values before JSON is parsed.

/** The answer is longer than its reader takes. What came is dropped. */
export class AnswerTooLarge extends Error {
  constructor(what: string) {
    super(`it has more than ${what}`);
    this.name = "AnswerTooLarge";
  }
}

/** A body that arrives in chunks, as that of a fetch response. */
export type Chunks = AsyncIterable<Uint8Array> | null;

/**
 * Reads a body as bytes.
 * @param onChunk is called at each chunk
 * @throws AnswerTooLarge as soon as more than `maxBytes` have arrived; the body's own error if it breaks off
 */
export async function readBytes(
  body: Chunks,
  maxBytes: number,
  onChunk: () => void = () => undefined,
): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  // Leaving this loop early also cancels the body.
  for await (const chunk of body ?? []) {
    onChunk();
    size += chunk.length;
    if (size > maxBytes) throw new AnswerTooLarge(`${maxBytes} bytes`);
    chunks.push(chunk);
  }
  const whole = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}

/** Values in one answer. A full block's logs have less than half as many. Each costs many times its text in memory. */
const MAX_VALUES = 4_000_000;

/**
 * Reads a body as the text of JSON, without parsing it.
 * @throws AnswerTooLarge also if it has more values than a reader should make objects of
 */
export async function readJsonText(
  body: Chunks,
  maxBytes: number,
  onChunk?: () => void,
  maxValues = MAX_VALUES,
): Promise<string> {
  const text = new TextDecoder().decode(await readBytes(body, maxBytes, onChunk));
  if (hasMoreValues(text, maxValues)) throw new AnswerTooLarge(`${maxValues} values`);
  return text;
}

/** Whether JSON has more values than this: each but the first stands behind a comma, a colon or an opening bracket. */
function hasMoreValues(text: string, most: number): boolean {
  if (text.length <= most) return false;
  let values = 0;
  let isInText = false;
  for (let i = 0; i < text.length && values <= most; i++) {
    const char = text.charCodeAt(i);
    if (char === QUOTE) isInText = !isInText;
    else if (isInText) i += char === BACKSLASH ? 1 : 0;
    else if (SEPARATORS.has(char)) values++;
  }
  return values > most;
}

const [QUOTE, BACKSLASH] = [0x22, 0x5c];
const SEPARATORS: ReadonlySet<number> = new Set([..."[{,:"].map((char) => char.charCodeAt(0)));
