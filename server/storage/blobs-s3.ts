// Keeps documents in any store that speaks S3 (MinIO, Garage, R2, …), with path-style addresses and signatures of version 4.
import { setTimeout as sleep } from "node:timers/promises";
import { AwsV4Signer } from "aws4fetch";
import {
  checked,
  type DocumentStore,
  MOST_BYTES,
  placeOf,
  StoreError,
  tooLong,
  unreachable,
} from "./blobs.ts";
import { abortAfter } from "./time-limit.ts";

/** The bucket, without its secrets. */
export interface S3Settings {
  /** http(s)://host:port, with a path if the store has one. */
  endpoint: string;
  bucket: string;
  region: string;
}
/** The access key of the bucket. */
export interface S3Keys {
  accessKeyId: string;
  secretAccessKey: string;
}

interface Patience {
  /** Attempts if the store answers 5xx or 429, or breaks off. Every request here may be repeated. */
  attempts: number;
  /** Milliseconds for one attempt to transfer bytes, and for one HEAD request. */
  transferMs: number;
  lookMs: number;
  wait: (ms: number) => Promise<unknown>;
}
const PATIENCE: Patience = { attempts: 3, transferMs: 30_000, lookMs: 2_000, wait: sleep };
const FIRST_PAUSE_MS = 200;

/** The store in a bucket. The keys must allow put, get and list: without list, S3 answers "forbidden" for a missing file. */
export function s3Store(
  settings: S3Settings,
  keys: S3Keys,
  patience: Partial<Patience> = {},
): DocumentStore {
  const { attempts, transferMs, lookMs, wait } = { ...PATIENCE, ...patience };
  const base = `${settings.endpoint.replace(/\/+$/, "")}/${settings.bucket}`;

  /** Sends a request until the store answers for the document, and reads the answer. */
  async function ask<T>(
    hash: string,
    {
      method,
      body,
      timeoutMs,
    }: { method: string; body?: Uint8Array<ArrayBuffer>; timeoutMs: number },
    read: (response: Response) => Promise<T>,
  ): Promise<T> {
    const { shard, name } = placeOf(hash);
    for (let attempt = 1; ; attempt++) {
      try {
        // Signed again for each attempt: a signature is valid for some minutes only. The store compares bytes and hash, too.
        const headers = { "x-amz-content-sha256": body ? name : EMPTY_SHA256 };
        const url = `${base}/${shard}/${name}`;
        const signer = new AwsV4Signer({
          ...keys,
          url,
          method,
          headers,
          service: "s3",
          region: settings.region,
        });
        const signed = await signer.sign();
        const signal = abortAfter(timeoutMs);
        const init = { method, headers: signed.headers, redirect: "manual", signal } as const;
        return await read(await fetch(signed.url, body ? { ...init, body } : init));
      } catch (error) {
        if (error instanceof StoreError) throw error;
        if (attempt === attempts || error instanceof Final) throw unreachable(hash, error);
        await wait(FIRST_PAUSE_MS * 2 ** (attempt - 1));
      }
    }
  }

  async function get(hash: string): Promise<Uint8Array | undefined> {
    return ask(hash, { method: "GET", timeoutMs: transferMs }, async (response) => {
      if (response.status === 200) return checked(hash, await readAll(hash, response));
      const text = await errorText(response);
      // A missing bucket also answers 404: then every document would seem to be missing.
      if (response.status === 404 && /<Code>NoSuchKey<\/Code>/.test(text)) return undefined;
      throw failure(response, text);
    });
  }

  return {
    get,
    async put(hash, bytes) {
      const body = Uint8Array.from(bytes);
      await ask(hash, { method: "PUT", body, timeoutMs: transferMs }, async (response) => {
        const text = await errorText(response);
        if (response.status !== 200) throw failure(response, text);
      });
    },
    async has(hash) {
      const kept = await ask(hash, { method: "HEAD", timeoutMs: lookMs }, async (response) => {
        await response.body?.cancel();
        if (response.status === 404) return undefined;
        if (response.status !== 200) throw failure(response, "");
        const { headers } = response;
        const size = Number(headers.get("content-length"));
        return { size, mark: [headers.get("etag"), headers.get("last-modified"), size].join(" ") };
      });
      // HEAD does not distinguish a missing document from a missing bucket; GET does.
      const bytes = kept === undefined ? await get(hash) : undefined;
      return bytes ? { size: bytes.length, mark: "" } : kept;
    },
  };
}

const EMPTY_SHA256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/** A failure that another attempt does not fix: a wrong key, a missing bucket, a redirect. */
class Final extends Error {}

function failure({ status }: Response, text: string): Error {
  const [, code = ""] = /<Code>([A-Za-z]{1,64})<\/Code>/.exec(text) ?? [];
  const Kind = status >= 500 || status === 429 ? Error : Final;
  return new Kind(`the document store answered ${status} ${code}`.trimEnd());
}

const MAX_ERROR_BYTES = 16 * 1024;

/** The text of an error answer; empty if it is too long. */
async function errorText(response: Response): Promise<string> {
  const bytes = await readUpTo(response, MAX_ERROR_BYTES);
  return bytes ? Buffer.from(bytes).toString() : "";
}

async function readAll(hash: string, response: Response): Promise<Uint8Array> {
  const bytes = await readUpTo(response, MOST_BYTES);
  if (!bytes) throw tooLong(hash);
  return bytes;
}

/** A body up to a bound; undefined if it is longer. @throws if it breaks off */
async function readUpTo(response: Response, most: number): Promise<Uint8Array | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += (chunk as Uint8Array).length;
    if (size > most) return undefined;
    chunks.push(chunk as Uint8Array);
  }
  return Buffer.concat(chunks, size);
}
