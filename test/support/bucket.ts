// Serves an S3 bucket over real HTTP. It checks every request's signature with its own code, and
// fails on demand.
import { createHash, createHmac } from "node:crypto";
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";

export const KEYS = {
  accessKeyId: "AKTESTONLY",
  secretAccessKey: "a/secret+of+tests/and=of+nothing/else",
};
export const SETTINGS = { bucket: "papers", region: "us-east-1" };

/** A status, or a fault on the way. */
export type BucketFault = number | "cut" | "cut half way" | "wrong bytes" | "endless" | "silence";

export interface Bucket {
  url: string;
  /** All requests, also refused ones. */
  requests: { method: string; path: string; headers: IncomingHttpHeaders }[];
  /** Why requests were refused: codes of S3. */
  refused: string[];
  /** The next requests fail in these ways, one each. */
  fail(...faults: BucketFault[]): void;
  /** How many faults are left to come. */
  readonly faults: number;
  /** Expectations beyond the usual. */
  expects(more: { region?: string; prefix?: string }): void;
  /** Writes an object without any check. */
  put(key: string, bytes: Buffer): void;
  close(): Promise<void>;
}

interface Stored {
  bytes: Buffer;
  etag: string;
}

export async function openBucket(): Promise<Bucket> {
  const objects = new Map<string, Stored>();
  const faults: BucketFault[] = [];
  const requests: Bucket["requests"] = [];
  const refused: string[] = [];
  let writes = 0;
  let expected = { region: SETTINGS.region, prefix: "" };
  const put = (key: string, bytes: Buffer) =>
    void objects.set(key, { bytes, etag: `"${++writes}"` });

  const refuse = (res: ServerResponse, status: number, code: string) => {
    refused.push(code);
    res.writeHead(status, { "content-type": "application/xml" });
    res.end(`<?xml version="1.0"?><Error><Code>${code}</Code><Message>no</Message></Error>`);
  };

  const server = createServer((req, res) => {
    void answer(req, res);
  });
  async function answer(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const { method = "", headers } = req;
    const [path = "", query = ""] = (req.url ?? "").split("?");
    requests.push({ method, path, headers });
    const fault = faults.shift();
    if (fault === "silence") return;
    if (fault === "cut") return void req.socket.destroy();
    const body = await bodyOf(req);
    if (typeof fault === "number") {
      res.setHeader("location", `http://${headers.host ?? ""}/redirected`);
      return refuse(res, fault, fault === 503 ? "SlowDown" : "InternalError");
    }
    const why = whyUnsigned({ method, path, query, headers, body }, expected.region);
    if (why) return refuse(res, 403, why);
    const [, prefix, bucket, key = ""] = /^(.*)\/([^/]+)\/([^/]+\/[^/]+)$/.exec(path) ?? [];
    if (prefix !== expected.prefix || bucket !== SETTINGS.bucket)
      return refuse(res, 404, "NoSuchBucket");
    if (method === "PUT") {
      if (fault !== "cut half way") put(key, body);
      else return void req.socket.destroy();
      return void res.writeHead(200).end();
    }
    const found = objects.get(key);
    if (!found) return refuse(res, 404, "NoSuchKey");
    send(res, req, found, fault);
  }
  function send(
    res: ServerResponse,
    req: IncomingMessage,
    { bytes, etag }: Stored,
    fault?: BucketFault,
  ): void {
    if (fault === "endless") {
      res.writeHead(200, { etag });
      const chunk = Buffer.alloc(1024 * 1024);
      const more = () => {
        while (!res.destroyed && res.write(chunk));
      };
      res.on("drain", more);
      return more();
    }
    res.writeHead(200, {
      etag,
      "content-length": bytes.length,
      "last-modified": new Date(0).toUTCString(),
    });
    if (fault === "cut half way")
      return void res.write(bytes.subarray(1), () => req.socket.destroy());
    if (req.method === "HEAD") return void res.end();
    res.end(fault === "wrong bytes" ? Buffer.alloc(bytes.length, "x") : bytes);
  }

  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    refused,
    put,
    fail: (...more) => void faults.push(...more),
    get faults() {
      return faults.length;
    },
    expects: (more) => void (expected = { ...expected, ...more }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

async function bodyOf(req: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of req as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

const MOST_MINUTES_APART = 15;

/** The reason to refuse a request; undefined if its signature and the hash of its body are right. */
function whyUnsigned(
  { body, ...request }: Omit<Signed, "signedHeaders"> & { body: Buffer },
  region: string,
): string | undefined {
  const { headers } = request;
  const form =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/s3\/aws4_request, SignedHeaders=([a-z0-9;-]+), Signature=([0-9a-f]{64})$/;
  const [, id, day, of, signedHeaders, signature] = form.exec(headers.authorization ?? "") ?? [];
  const date = String(headers["x-amz-date"]);
  if (id === undefined || signedHeaders === undefined) return "AuthorizationHeaderMalformed";
  if (id !== KEYS.accessKeyId) return "InvalidAccessKeyId";
  if (of !== region || day !== date.slice(0, 8)) return "AuthorizationHeaderMalformed";
  const sentAt = Date.parse(date.replace(/^(....)(..)(..)T(..)(..)(..)Z$/, "$1-$2-$3T$4:$5:$6Z"));
  if (!(Math.abs(Date.now() - sentAt) < MOST_MINUTES_APART * 60_000)) return "RequestTimeTooSkewed";
  for (const needed of ["host", "x-amz-content-sha256", "x-amz-date"])
    if (!signedHeaders.split(";").includes(needed)) return "AccessDenied";
  const expected = signatureOf(
    { ...request, signedHeaders },
    { secretAccessKey: KEYS.secretAccessKey, region },
  );
  if (signature !== expected) return "SignatureDoesNotMatch";
  return headers["x-amz-content-sha256"] === sha256(body) ? undefined : "XAmzContentSHA256Mismatch";
}

interface Signed {
  method: string;
  path: string;
  query: string;
  headers: IncomingHttpHeaders;
  signedHeaders: string;
}

const sha256 = (data: string | Buffer) => createHash("sha256").update(data).digest("hex");
const hmac = (key: string | Buffer, text: string) =>
  createHmac("sha256", key).update(text).digest();

/** The signature of a request to S3 by AWS's Signature Version 4, computed from its definition. */
export function signatureOf(
  { method, path, query, headers, signedHeaders }: Signed,
  { secretAccessKey, region }: { secretAccessKey: string; region: string },
): string {
  const lines = signedHeaders.split(";").map((name) => `${name}:${String(headers[name]).trim()}\n`);
  const hash = String(headers["x-amz-content-sha256"]);
  const canonical = [method, path, query, lines.join(""), signedHeaders, hash].join("\n");
  const date = String(headers["x-amz-date"]);
  const day = date.slice(0, 8);
  const toSign = [
    "AWS4-HMAC-SHA256",
    date,
    `${day}/${region}/s3/aws4_request`,
    sha256(canonical),
  ].join("\n");
  const key = [day, region, "s3", "aws4_request"].reduce<string | Buffer>(
    hmac,
    `AWS4${secretAccessKey}`,
  );
  return hmac(key as Buffer, toSign).toString("hex");
}
