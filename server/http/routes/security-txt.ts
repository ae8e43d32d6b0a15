// Serves security.txt (RFC 9116): whom to tell about a weakness. There is none unless the operator has named somebody.
import { Router } from "express";

const PATH = "/.well-known/security.txt";
/** The file says until when it holds. It is made for each request, so it never is out of date. */
const HOLDS_DAYS = 90;
const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * @param contact a mailto:, https: or tel: URI
 * @param clock Unix seconds
 */
export function securityTxt(contact: string | undefined, clock: () => number): Router {
  const router = Router();
  if (contact === undefined) return router;
  router.get(PATH, (_req, res) => {
    res.locals["route"] = PATH;
    const expires = new Date(clock() * 1000 + HOLDS_DAYS * DAY_MS).toISOString();
    res.set("Cache-Control", "public, max-age=3600");
    res
      .type("text/plain")
      .send(`Contact: ${contact}\nExpires: ${expires}\nPreferred-Languages: en\n`);
  });
  return router;
}
