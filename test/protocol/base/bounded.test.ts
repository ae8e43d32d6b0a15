// Tests the bounds on answers of somebody else: an endless body is left as soon as it is too long.
import { expect } from "chai";
import { AnswerTooLarge, readBytes, readJsonText } from "../../../protocol/base/bounded.ts";

/** Chunks without an end, and how many bytes of them were taken. */
function endless(chunk: Uint8Array) {
  const source = {
    taken: 0,
    isLeft: false,
    body: (async function* () {})() as AsyncGenerator<Uint8Array>,
  };
  source.body = (async function* () {
    try {
      for (;;) {
        source.taken += chunk.length;
        await Promise.resolve();
        yield chunk;
      }
    } finally {
      source.isLeft = true;
    }
  })();
  return source;
}

const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  );

async function* chunked(text: string, size: number) {
  const bytes = new TextEncoder().encode(text);
  for (let at = 0; at < bytes.length; at += size) {
    await Promise.resolve();
    yield bytes.subarray(at, at + size);
  }
}

describe("readBytes", () => {
  it("leaves an endless body after one chunk too many", async () => {
    const source = endless(new Uint8Array(1_000));
    const error = await failure(readBytes(source.body, 10_500));
    expect(error).to.be.an.instanceOf(AnswerTooLarge);
    expect([source.taken, source.isLeft]).to.deep.equal([11_000, true]);
  });

  it("reads a body up to the bound, whole, and tells of every chunk", async () => {
    let chunks = 0;
    const bytes = await readBytes(chunked("0123456789", 3), 10, () => void chunks++);
    expect([new TextDecoder().decode(bytes), chunks]).to.deep.equal(["0123456789", 4]);
    expect(await readBytes(null, 0)).to.have.length(0);
  });
});

describe("readJsonText", () => {
  it("refuses more values than asked for, but not text that looks like them", async () => {
    const read = (text: string) => failure(readJsonText(chunked(text, 7), 1_000, undefined, 10));
    expect(await read(`[${"0,".repeat(8)}0]`)).to.equal(undefined);
    expect(await read(`[${"0,".repeat(12)}0]`)).to.be.an.instanceOf(AnswerTooLarge);
    expect(await read(`{${"[],".repeat(8)}`)).to.be.an.instanceOf(AnswerTooLarge);
    expect(await read(JSON.stringify([",,,,,,,,[[[[[[{{{{:::::", '\\"[,,,,,,,,,,,,"']))).to.equal(
      undefined,
    );
  });

  it("keeps characters whole across chunks", async () => {
    expect(await readJsonText(chunked('"µ批\u{1f4a1}"', 1), 100)).to.equal('"µ批\u{1f4a1}"');
  });
});
