// Serves bundles, each a lot's trail as one file, as far as the caller may see it. Imports bundles of other operators.
import { z } from "zod";
import { Bundle } from "../../../protocol/trail/bundle.ts";
import { lotLink } from "../../../protocol/label/link.ts";
import { MAX_BUNDLE_BYTES } from "../../../protocol/base/limits.ts";
import { ImportedBundle } from "../../../api/bundles.ts";
import { bundleFor, zipOf } from "../../bundles/bundles.ts";
import { lotRead } from "../../access/grants.ts";
import { importBundle } from "../../bundles/imports.ts";
import { linkSvg } from "../../labels/symbols.ts";
import { verdictOf } from "../../verdict/verdict.ts";
import { LotName } from "../lot-names.ts";
import { route } from "./route.ts";
import { checkOrigin, warnOfLoopback } from "./origin.ts";

export const bundles = [
  route({
    method: "get",
    path: "/v1/lots/:lot/bundle",
    tag: "Lots",
    summary: "Download a lot's bundle: its trail with proofs, as one file",
    about:
      "Fields that the caller may not see and entries of other lots are replaced by their hashes, so the rest can still be " +
      "verified anywhere, with any node. zip: also contains the documents that the caller may read, and a printable page " +
      "with the verdict and a QR code to the lot. Its links begin with the service's PUBLIC_URL; where none is set, " +
      "with the host name of this request.",
    access: { scope: "read", who: "anyone", links: true },
    params: z.object({ lot: LotName }),
    lots: ["params.lot"],
    query: z.strictObject({ format: z.enum(["json", "zip"]).default("json") }),
    answers: { 200: ["application/json", "application/zip"] },
    async handle({ ctx }, { params, query: { format }, caller, origin }) {
      checkOrigin(origin);
      const { lot, reader } = await lotRead(ctx, caller, params.lot, "bundle");
      const bundle = await bundleFor(ctx, reader, lot.id);
      if (format === "json") {
        const file = { filename: `${lot.id}.json`, type: "application/json" };
        return { status: 200, ...file, body: JSON.stringify(bundle) };
      }
      const verdict = await verdictOf(ctx, lot.id, { reader });
      warnOfLoopback(origin, ctx.log);
      const link = { lot: lot.id, ...ctx.domain };
      const symbol = linkSvg(origin, link);
      const body = await zipOf(ctx, reader, {
        bundle,
        verdict,
        link: lotLink(origin, link),
        symbol,
      });
      return { status: 200, type: "application/zip", filename: `${lot.id}.zip`, saved: true, body };
    },
  }),
  route({
    method: "post",
    path: "/v1/bundles",
    tag: "Lots",
    summary: "Import a bundle from another operator",
    about:
      "It is verified against this service's own node before anything is stored. A bundle with a FAIL finding is refused " +
      "with its verdict, and so is one that leaves out later events of the lot. One that is INCOMPLETE because fields are " +
      "withheld is accepted. Events that the service already has gain the fields that they lack.",
    access: { scope: "write", who: "anyone" },
    body: Bundle.meta({ id: "Bundle" }),
    bodyUnread: true,
    bodyBytes: MAX_BUNDLE_BYTES,
    answers: { 200: ImportedBundle },
    async handle({ ctx, nudge }, { body, caller }) {
      const imported = await importBundle(ctx, caller, body);
      nudge();
      return { status: 200, body: imported };
    },
  }),
];
