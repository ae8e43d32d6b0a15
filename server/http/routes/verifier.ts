// Serves the page that verifies bundles. A reader can use it here, or save it and open it from disk.
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { Router } from "express";
import { Refusal } from "../../refusal.ts";

const PAGE = fileURLToPath(new URL("../../../web/dist/verify.html", import.meta.url));
const PATH = "/verify.html";

/**
 * Runs the page as from disk: under the policy that it contains, and in a sandbox of its own origin, so that it cannot act
 * in this service's name. The sandbox allows forms because the page listens for submits. Its policy lets none be sent.
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
        "The page is not built. The service's operator has to run npm run build.",
        { cause },
      );
    });
    const policy =
      /<meta http-equiv="Content-Security-Policy" content="([^"]+)"/.exec(html)?.[1] ??
      "default-src 'none'";
    res.set("Content-Security-Policy", `${policy}; ${APART}`);
    res.removeHeader("Origin-Agent-Cluster"); // a page without an origin has no agent cluster to ask for
    res.set("Content-Disposition", 'inline; filename="reelproof-verifier.html"');
    res.set("Cache-Control", "no-cache");
    res.type("html").send(html);
  });
  return router;
}
