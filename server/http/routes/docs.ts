// Serves the API's documentation: Swagger UI from its package, under a policy that allows no inline script.
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Router } from "express";
import helmet from "helmet";

const own = fileURLToPath(new URL("docs", import.meta.url));
const ui = dirname(createRequire(import.meta.url).resolve("swagger-ui-dist/package.json"));

/** The files that are served, by path. Nothing else in these folders is served. */
const FILES = {
  "/docs": join(own, "index.html"),
  "/docs/start.js": join(own, "start.js"),
  "/docs/swagger-ui.css": join(ui, "swagger-ui.css"),
  "/docs/swagger-ui-bundle.js": join(ui, "swagger-ui-bundle.js"),
  "/docs/favicon-32x32.png": join(ui, "favicon-32x32.png"),
};

export function docs(): Router {
  const router = Router();
  const policy = helmet.contentSecurityPolicy({
    useDefaults: false,
    directives: {
      defaultSrc: ["'none'"],
      scriptSrc: ["'self'"],
      styleSrc: ["'self'"],
      imgSrc: ["'self'", "data:"],
      connectSrc: ["'self'"],
      baseUri: ["'none'"],
      formAction: ["'none'"],
      frameAncestors: ["'none'"],
    },
  });
  for (const [path, file] of Object.entries(FILES)) {
    router.get(path, policy, (_req, res, next) => {
      res.locals["route"] = "/docs";
      res.sendFile(file, { maxAge: "1h" }, (error) => {
        if (error) next(error);
      });
    });
  }
  return router;
}
