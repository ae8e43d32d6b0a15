// Serves the pages where people work: one document for every address of a page, and the files that it loads. All of it is built
// (web/app) and read once. The data come through the API.
import { randomBytes } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Request, type RequestHandler, type Response, Router } from "express";
import { ASSETS, PAGES, SERVICE_WORKER } from "../../../api/pages.ts";
import { Refusal } from "../../refusal.ts";

const BUILT = fileURLToPath(new URL("../../../web/dist/pages/", import.meta.url));

/** What the build writes where a nonce is to stand. */
const NONCE = "{{nonce}}";

const TYPES: Readonly<Record<string, string>> = {
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
};
/** Encodings that the build makes beside each file, the smallest first. */
const ENCODINGS = [
  ["br", ".br"],
  ["gzip", ".gz"],
] as const;

interface Asset {
  type: string;
  plain: Buffer;
  encoded: Map<string, Buffer>;
}

/** The built pages. */
interface Built {
  html: string;
  serviceWorker: string;
  /** By the path under `ASSETS`. */
  assets: Map<string, Asset>;
}

/** The pages' routes, and what answers a browser at a wrong address. */
export interface Pages {
  router: Router;
  /** Shows a browser a page that says there is nothing; passes every other client on. */
  notFound: RequestHandler;
}

export function pages(folder = BUILT): Pages {
  let reading: Promise<Built> | undefined;
  const built = () =>
    (reading ??= readBuilt(folder).catch((cause: unknown) => {
      reading = undefined;
      throw new Refusal(
        "NOT_READY",
        503,
        "The pages are not built. The service's operator has to run npm run build.",
        { cause },
      );
    }));
  const router = Router({ caseSensitive: true });
  for (const path of Object.values(PAGES))
    router.get(path, async (_req, res) => {
      sendPage(res, path, await built());
    });
  router.get(SERVICE_WORKER, async (_req, res) => {
    const { serviceWorker } = await built();
    res.locals["route"] = SERVICE_WORKER;
    res.set("Content-Security-Policy", "default-src 'none'; connect-src 'self'");
    res.set("Cache-Control", "no-cache");
    res.type(TYPES[".js"]!).send(serviceWorker);
  });
  router.get(`${ASSETS}:file`, async (req: Request<{ file: string }>, res, next) => {
    const asset = (await built()).assets.get(req.params.file);
    if (!asset) return next();
    if (VERIFIER.test(req.params.file)) res.set("Content-Security-Policy", VERIFIER_POLICY);
    if (WORKER.test(req.params.file)) res.set("Content-Security-Policy", WORKER_POLICY);
    sendAsset(req, res, asset);
  });
  return {
    router,
    async notFound(req, res, next) {
      const wantsPage =
        ["GET", "HEAD"].includes(req.method) &&
        !req.path.startsWith("/v1/") &&
        req.accepts(["json", "html"]) === "html";
      if (!wantsPage) next();
      else sendPage(res.status(404), "page", await built());
    },
  };
}

async function readBuilt(folder: string): Promise<Built> {
  const assetFolder = join(folder, ASSETS);
  const files = new Map(
    await Promise.all(
      (await readdir(assetFolder)).map(
        async (name) => [name, await readFile(join(assetFolder, name))] as const,
      ),
    ),
  );
  const assets = new Map(
    [...files].flatMap(([name, plain]) => {
      const type = TYPES[extname(name)];
      if (type === undefined) return [];
      const encoded = ENCODINGS.flatMap(([encoding, suffix]) => {
        const bytes = files.get(name + suffix);
        return bytes ? [[encoding, bytes] as const] : [];
      });
      return [[name, { type, plain, encoded: new Map(encoded) }] as const];
    }),
  );
  const text = (name: string) => readFile(join(folder, name), "utf8");
  return { html: await text("index.html"), serviceWorker: await text(SERVICE_WORKER), assets };
}

/**
 * The policy of a page. Scripts come from this service's files alone. Its component library adds a few style elements of its
 * own, which need the nonce; a nonce serves one answer.
 */
const policyWith = (nonce: string) =>
  [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' blob: data:",
    "connect-src 'self'",
    "worker-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join("; ");

/**
 * The verifier runs in a worker, under a policy of its own: it compiles WebAssembly, and asks the node that the reader names. The
 * pages themselves connect to this service alone.
 */
const VERIFIER_POLICY = [
  "default-src 'none'",
  "script-src 'wasm-unsafe-eval'",
  "connect-src http: https:",
].join("; ");
const VERIFIER = /^verifier-worker-[\w-]+\.js$/;

/** A script that runs apart from the page, as a worker. A browser applies the policy of its own answer to it. */
const WORKER = /\.worker-[\w-]+\.js$/;
/** Only a worker compiles WebAssembly, so that the pages themselves stay without any `unsafe`. */
const WORKER_POLICY =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'";

function sendPage(res: Response, route: string, { html }: Built): void {
  const nonce = randomBytes(16).toString("base64");
  res.locals["route"] = route;
  res.set("Content-Security-Policy", policyWith(nonce));
  res.set("Cache-Control", "no-store");
  res.set("Vary", "Accept");
  res.type("html").send(html.replaceAll(NONCE, nonce));
}

function sendAsset(req: Request, res: Response, { type, plain, encoded }: Asset): void {
  const encoding = ENCODINGS.map(([name]) => name).find(
    (name) => encoded.has(name) && req.acceptsEncodings(name) === name,
  );
  res.locals["route"] = ASSETS;
  res.set("Cache-Control", "public, max-age=31536000, immutable");
  res.set("Vary", "Accept-Encoding");
  res.set("Content-Type", type);
  if (encoding !== undefined) res.set("Content-Encoding", encoding);
  res.end(encoding === undefined ? plain : encoded.get(encoding));
}
