// Bundles: a lot's trail as the caller may see it as one file, and imports of other services' bundles.
import { z } from "zod";
import { Bundle } from "../../../protocol/trail/bundle.ts";
import { lotLink } from "../../../protocol/label/link.ts";
import { MAX_BUNDLE_BYTES } from "../../../protocol/base/limits.ts";
import { Hash } from "../../../protocol/base/values.ts";
import { ImportedBundle } from "../../../api/bundles.ts";
import { bundleFor, zipOf } from "../../bundles/bundles.ts";
import { lotRead } from "../../access/grants.ts";
import { importBundle } from "../../bundles/imports.ts";
import { linkSvg } from "../../labels/symbols.ts";
import { verdictOf } from "../../verdict/verdict.ts";
import { route } from "./route.ts";
import { checkOrigin } from "./origin.ts";

/** A host as browsers write it, and no longer than a name can be. */

export const bundles = [
  route({
    method: "get",
    path: "/v1/lots/:lot/bundle",
    tag: "Lots",
    summary: "A lot's trail with its proofs, as one file",
    about:
      "As far as the caller may see it: other fields are withheld by their hashes, entries of other lots by theirs, so " +
      "that what is shown still verifies, anywhere, with any node. zip: with the documents that the caller may read, " +
      "and a page for people that prints, with the verdict and a QR code back to the lot. Ask for it under the name by " +
      "which phones reach the service.",
    access: { scope: "read", who: "anyone", links: true },
    params: z.object({ lot: Hash }),
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
    summary: "Import a bundle from another company's service",
    about:
      "Verified against this service's own node before anything is stored. A bundle with anything in it that is FAIL is " +
      "refused with its verdict, and so is one that leaves out what others did with the lot since; one that is " +
      "INCOMPLETE because fields are withheld is taken. What is known here already gains what it lacks.",
    access: { scope: "write", who: "anyone" },
    body: Bundle.meta({ id: "Bundle" }),
    bodyUnchecked: true,
    bodyBytes: MAX_BUNDLE_BYTES,
    answers: { 200: ImportedBundle },
    async handle({ ctx, nudge }, { body, caller }) {
      const imported = await importBundle(ctx, caller, body);
      nudge();
      return { status: 200, body: imported };
    },
  }),
];
