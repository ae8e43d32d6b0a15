// Tests the document stores: a directory, and a bucket behind a real HTTP server that computes signatures by itself and
// fails in every way that stores fail. The same cases test what both stores promise.
import { expect } from "chai";
import {
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  truncate,
  utimes,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { directoryStore, removeLeftBehind } from "../../../server/storage/blobs-directory.ts";
import { s3Store } from "../../../server/storage/blobs-s3.ts";
import {
  type DocumentStore,
  hashOf,
  MOST_BYTES,
  StoreError,
} from "../../../server/storage/blobs.ts";
import { type Bucket, KEYS, openBucket, SETTINGS, signatureOf } from "../../support/bucket.ts";

/** The code of the task's StoreError, or "none". */
async function codeOf(task: Promise<unknown>): Promise<string> {
  try {
    await task;
  } catch (error) {
    expect(error).to.be.instanceOf(StoreError);
    return (error as StoreError).code;
  }
  return "none";
}

const bytes = Buffer.from("a certificate of conformity");
const hash = hashOf(bytes);
const other = hashOf(Buffer.from("another"));

interface Under {
  store: DocumentStore;
  /** Replaces a document's bytes behind the store's back. */
  alter(hash: string, bytes: Uint8Array): Promise<void>;
}

function itKeepsDocuments(under: () => Under): void {
  it("returns a stored document, and undefined for a hash that is not stored", async () => {
    const { store } = under();
    expect(await store.has(hash)).to.equal(undefined);
    expect(await store.get(hash)).to.equal(undefined);
    await store.put(hash, bytes);
    expect(Buffer.from((await store.get(hash))!)).to.deep.equal(bytes);
    expect((await store.has(hash))!.size).to.equal(bytes.length);
    expect(await store.get(other)).to.equal(undefined);
  });

  it("accepts the same document again, also twenty times at once", async () => {
    const { store } = under();
    await Promise.all(Array.from({ length: 20 }, () => store.put(hash, bytes)));
    await store.put(hash, bytes);
    expect(hashOf((await store.get(hash))!)).to.equal(hash);
  });

  it("throws DOCUMENT_ALTERED for altered bytes, and restores them when the document is stored again", async () => {
    const { store, alter } = under();
    await store.put(hash, bytes);
    const before = (await store.has(hash))!.mark;
    for (const altered of [
      Buffer.from("A certificate of conformity"),
      bytes.subarray(1),
      Buffer.alloc(0),
    ]) {
      await alter(hash, altered);
      expect(await codeOf(store.get(hash))).to.equal("DOCUMENT_ALTERED");
      expect((await store.has(hash))!.mark).not.to.equal(before);
    }
    await store.put(hash, bytes);
    expect(hashOf((await store.get(hash))!)).to.equal(hash);
  });

  it("stores a document of 5 MiB completely", async () => {
    const { store } = under();
    const large = Buffer.alloc(5 * 1024 * 1024, "reel");
    await store.put(hashOf(large), large);
    expect(hashOf((await store.get(hashOf(large)))!)).to.equal(hashOf(large));
  });

  it("throws for a name that is not a hash", async () => {
    const { store } = under();
    for (const name of [
      "../../etc/passwd",
      "0x",
      hash.slice(2),
      hash.toUpperCase(),
      `${hash}/x`,
      `${hash}\n`,
    ]) {
      for (const task of [
        () => store.put(name, bytes),
        () => store.get(name),
        () => store.has(name),
      ]) {
        const thrown = await task().catch((error: unknown) => error);
        expect(thrown, name).to.be.instanceOf(Error).and.not.instanceOf(StoreError);
      }
    }
  });
}

describe("directoryStore", () => {
  let folder: string;
  let store: DocumentStore;
  const fileOf = (of: string) => join(folder, "documents", of.slice(2, 4), of.slice(2));
  const temporary = () => join(folder, "documents", "tmp");

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "reelproof-documents-"));
    store = directoryStore(join(folder, "documents"));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  itKeepsDocuments(() => ({ store, alter: (of, altered) => writeFile(fileOf(of), altered) }));

  it("names files by the hash, readable only by their owner, and leaves no other file", async () => {
    await store.put(hash, bytes);
    expect(await readdir(join(folder, "documents"))).to.have.members(["tmp", hash.slice(2, 4)]);
    expect(await readdir(join(folder, "documents", hash.slice(2, 4)))).to.deep.equal([
      hash.slice(2),
    ]);
    expect(await readdir(temporary())).to.deep.equal([]);
    expect((await stat(fileOf(hash))).mode & 0o777).to.equal(0o600);
    expect(await readFile(fileOf(hash))).to.deep.equal(bytes);
  });

  it("throws STORE_UNREACHABLE when it cannot write or read, and keeps the stored documents", async () => {
    await store.put(hash, bytes);
    await rm(temporary(), { recursive: true });
    await writeFile(temporary(), "no folder");
    expect(await codeOf(store.put(other, Buffer.from("another")))).to.equal("STORE_UNREACHABLE");
    expect(await store.has(other)).to.equal(undefined);
    expect(hashOf((await store.get(hash))!)).to.equal(hash);
    await rm(join(folder, "documents", other.slice(2, 4)), { recursive: true, force: true });
    await writeFile(join(folder, "documents", other.slice(2, 4)), "no folder either");
    for (const task of [store.get(other), store.has(other)])
      expect(await codeOf(task)).to.equal("STORE_UNREACHABLE");
  });

  it("throws DOCUMENT_ALTERED for a file longer than any document, without reading it", async () => {
    await store.put(hash, bytes);
    await truncate(fileOf(hash), MOST_BYTES + 1);
    expect(await codeOf(store.get(hash))).to.equal("DOCUMENT_ALTERED");
  });

  it("removes half-written files of a crash after an hour", async () => {
    expect(await removeLeftBehind(join(folder, "documents"), Date.now())).to.equal(0);
    await store.put(hash, bytes);
    const now = Date.now();
    const hour = 60 * 60 * 1000;
    for (const [name, age] of [
      ["old", hour],
      ["young", hour - 1000],
    ] as const) {
      await writeFile(join(temporary(), name), "half a docu");
      await utimes(join(temporary(), name), (now - age) / 1000, (now - age) / 1000);
    }
    expect(await removeLeftBehind(join(folder, "documents"), now)).to.equal(1);
    expect(await readdir(temporary())).to.deep.equal(["young"]);
    expect(hashOf((await store.get(hash))!)).to.equal(hash);
  });
});

describe("s3Store", () => {
  let bucket: Bucket;
  let store: DocumentStore;
  const waits: number[] = [];
  const patience = { wait: (ms: number) => Promise.resolve(waits.push(ms)) };

  beforeEach(async () => {
    waits.length = 0;
    bucket = await openBucket();
    store = s3Store({ ...SETTINGS, endpoint: bucket.url }, KEYS, patience);
  });
  afterEach(() => bucket.close());

  const keyOf = (of: string) => `${of.slice(2, 4)}/${of.slice(2)}`;
  itKeepsDocuments(() => ({
    store,
    alter: (of, altered) => Promise.resolve(bucket.put(keyOf(of), Buffer.from(altered))),
  }));

  it("computes the signature of AWS's published example", () => {
    // "GET Object" of AWS's page on signing requests to S3 with the Authorization header.
    const signature = signatureOf(
      {
        method: "GET",
        path: "/test.txt",
        query: "",
        headers: {
          host: "examplebucket.s3.amazonaws.com",
          range: "bytes=0-9",
          "x-amz-content-sha256":
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
          "x-amz-date": "20130524T000000Z",
        },
        signedHeaders: "host;range;x-amz-content-sha256;x-amz-date",
      },
      { secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", region: "us-east-1" },
    );
    expect(signature).to.equal("f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41");
  });

  it("signs every request with its bytes, and uses the hash as the path", async () => {
    await store.put(hash, bytes);
    await store.get(hash);
    await store.has(hash);
    expect(bucket.requests.map(({ method, path }) => `${method} ${path}`)).to.deep.equal(
      ["PUT", "GET", "HEAD"].map((method) => `${method} /${SETTINGS.bucket}/${keyOf(hash)}`),
    );
    expect(bucket.refused).to.deep.equal([]);
    for (const { headers } of bucket.requests)
      expect(headers["x-amz-content-sha256"]).to.match(/^[0-9a-f]{64}$/);
    expect(bucket.requests[0]!.headers["x-amz-content-sha256"]).to.equal(hash.slice(2));
  });

  it("works below a path, and signs for the configured region", async () => {
    const below = { ...SETTINGS, region: "garage", endpoint: `${bucket.url}/storage/v1/s3/` };
    bucket.expects({ region: "garage", prefix: "/storage/v1/s3" });
    const there = s3Store(below, KEYS, patience);
    await there.put(hash, bytes);
    expect(hashOf((await there.get(hash))!)).to.equal(hash);
    expect(bucket.refused).to.deep.equal([]);
  });

  it("retries when the store answers 500, 503 or 429, or breaks the connection", async () => {
    for (const fault of [500, 503, 429, "cut", "cut half way"] as const) {
      for (const task of [
        () => store.put(hash, bytes),
        () => store.get(hash),
        () => store.has(hash),
      ]) {
        bucket.fail(fault, fault);
        waits.length = 0;
        await task();
        expect(waits, String(fault)).to.deep.equal([200, 400]);
        expect(bucket.faults, "faults left").to.equal(0);
      }
      expect(hashOf((await store.get(hash))!)).to.equal(hash);
    }
  });

  it("gives up after three attempts without storing half a document", async () => {
    for (const fault of [500, "cut", "cut half way"] as const) {
      bucket.fail(fault, fault, fault);
      expect(await codeOf(store.put(other, Buffer.from("another"))), String(fault)).to.equal(
        "STORE_UNREACHABLE",
      );
      expect(bucket.faults).to.equal(0);
      expect(await store.get(other)).to.equal(undefined);
    }
  });

  it("does not retry after a wrong key, region or bucket, or a redirect", async () => {
    const strangers = {
      secret: s3Store(
        { ...SETTINGS, endpoint: bucket.url },
        { ...KEYS, secretAccessKey: "wrong" },
        patience,
      ),
      id: s3Store(
        { ...SETTINGS, endpoint: bucket.url },
        { ...KEYS, accessKeyId: "NOBODY" },
        patience,
      ),
      region: s3Store({ ...SETTINGS, endpoint: bucket.url, region: "elsewhere" }, KEYS, patience),
      bucket: s3Store({ ...SETTINGS, endpoint: bucket.url, bucket: "elsewhere" }, KEYS, patience),
    };
    for (const [what, stranger] of Object.entries(strangers)) {
      for (const task of [
        () => stranger.put(hash, bytes),
        () => stranger.get(hash),
        () => stranger.has(hash),
      ])
        expect(await codeOf(task()), what).to.equal("STORE_UNREACHABLE");
    }
    bucket.fail(307);
    expect(await codeOf(store.get(hash))).to.equal("STORE_UNREACHABLE");
    expect(waits).to.deep.equal([]);
    expect(bucket.requests.some(({ path }) => path.startsWith("/redirected"))).to.equal(false);
  });

  it("throws DOCUMENT_ALTERED for wrong bytes and for endless ones", async () => {
    await store.put(hash, bytes);
    bucket.fail("wrong bytes");
    expect(await codeOf(store.get(hash))).to.equal("DOCUMENT_ALTERED");
    bucket.fail("endless");
    expect(await codeOf(store.get(hash))).to.equal("DOCUMENT_ALTERED");
    expect(hashOf((await store.get(hash))!)).to.equal(hash);
  }).timeout(20_000);

  it("throws STORE_UNREACHABLE when the store is silent or down", async () => {
    const hasty = s3Store({ ...SETTINGS, endpoint: bucket.url }, KEYS, {
      ...patience,
      transferMs: 30,
      lookMs: 30,
    });
    bucket.fail("silence", "silence", "silence");
    expect(await codeOf(hasty.has(hash))).to.equal("STORE_UNREACHABLE");
    await bucket.close();
    expect(await codeOf(hasty.get(hash))).to.equal("STORE_UNREACHABLE");
  });
});
