// Serves the page that verifies bundles. It can be used here, or saved and opened from disk.
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { Router } from "express";
import { Refusal } from "../../refusal.ts";

const PAGE = fileURLToPath(new URL("../../../web/dist/verify.html", import.meta.url));
const PATH = "/verify.html";

/**
 * Shown here it runs as it does from disk: by the policy that stands in it, and apart from this address, so that it can
 * do nothing in its name. Its form goes nowhere, by the policy; without leave for forms it would not even be heard.
 */
const APART =
  "frame-ancestors 'none'; sandbox allow-scripts allow-forms allow-downloads allow-modals";

export function verifier(page = PAGE): Router {
  const router = Router();
  router.get(PATH, async (_req, res) => {
    res.locals["route"] = PATH;
    const html = await readFile(page, "utf8").catch((cause: unknown) => {
      throw new Refusal(
        "NOT_READY",
        503,
        "The page is not built. The service's operator has to run npm run build:web.",
        { cause },
      );
    });
    const policy =
      /<meta http-equiv="Content-Security-Policy" content="([^"]+)"/.exec(html)?.[1] ??
      "default-src 'none'";
    res.set("Content-Security-Policy", `${policy}; ${APART}`);
    res.removeHeader("Origin-Agent-Cluster"); // a page of no origin has no other to be kept from
    res.set("Content-Disposition", 'inline; filename="reelproof-verifier.html"');
    res.set("Cache-Control", "no-cache");
    res.type("html").send(html);
  });
  return router;
}
