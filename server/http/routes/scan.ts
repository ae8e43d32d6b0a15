// Scans labels: finds and verifies the lot that a label names.
import { z } from "zod";
import { Expected } from "../../../protocol/label/expected.ts";
import { Text } from "../../../protocol/base/text.ts";
import { ScanView, SightingList } from "../../../api/scan.ts";
import { lotFor } from "../../access/visibility.ts";
import { scan } from "../../labels/scan.ts";
import { dropSightings, ownPlaces } from "../../verdict/sightings.ts";
import { LotName } from "../lot-names.ts";
import { partyOf, route } from "./route.ts";

/** The longest accepted codes, as JSON. */
const MAX_SCAN_BYTES = 1024 * 1024;

/** Characters of a place's name. */
const MAX_PLACE_LENGTH = 64;
/** Characters of a session's name. */
const MAX_SESSION_LENGTH = 64;

const ofLot = z.object({ lot: LotName });

export const Label = z.union([z.string(), z.array(z.string())]).meta({
  description:
    "The text of one code, with its control characters, or the texts of all codes of one label.",
});
export const place = Text(1, MAX_PLACE_LENGTH).optional().meta({
  description:
    "Where it is scanned, in the caller's own words: a site, a dock. Kept only with a key of scope `write`.",
});
export const session = Text(1, MAX_SESSION_LENGTH).optional().meta({
  description:
    "A name that the scans of one delivery or one round share, such as the delivery note's number. A package that the party scanned in it before, within a day and with whichever scanner, gets a warning (V12). Kept only with a key of scope `write`.",
});

export const scans = [
  route({
    method: "post",
    path: "/v1/scan",
    inStandby: true,
    tag: "Labels",
    summary: "Find and verify the lot that a label names",
    about:
      "Reads the text of a label and finds the lot by its link, else by the package id, else by the manufacturer's lot. A part number alone does not name a lot. A label is only a claim by its printer: differences from the record are marked. A label that names no single lot that the caller may see is judged alone: by the order, by its own form and dates, and by the alerts that count for the caller. That verdict is never PASS. With a key of scope `write`, the service records that the party scanned the label of a lot that it sees. Others learn the times of its scans, but neither the party nor the places.",
    access: { scope: "read", who: "anyone" },
    body: z.strictObject({
      label: Label,
      place,
      session,
      expected: Expected.optional().meta({
        description: "The line of the order or packing list to compare with.",
      }),
    }),
    bodyBytes: MAX_SCAN_BYTES,
    answers: { 200: ScanView },
    async handle({ ctx }, { body, caller }) {
      const isKept = caller.scope !== "read";
      return { status: 200, body: await scan(ctx, caller, { ...body, isKept }) };
    },
  }),
  route({
    method: "get",
    path: "/v1/lots/:lot/sightings",
    tag: "Labels",
    summary: "List the places at which the caller scanned a lot's label",
    about:
      "The caller's own only, the newest first. Others learn neither the party nor the places.",
    access: { scope: "read", who: "party" },
    params: ofLot,
    lots: ["params.lot"],
    answers: { 200: SightingList },
    async handle({ ctx: { prisma } }, { params, caller }) {
      const { id } = await lotFor(prisma, caller, params.lot);
      const places = await ownPlaces(prisma, id, partyOf(caller));
      const items = places.map(({ place, first, last }) => ({ place, first, last }));
      return { status: 200, body: { items } };
    },
  }),
  route({
    method: "delete",
    path: "/v1/lots/:lot/sightings",
    tag: "Labels",
    summary: "Take back the scans of a lot's label by the caller",
    about: "All of them, or those at one place. From then on they count in no verdict.",
    access: { scope: "write", who: "party" },
    params: ofLot,
    lots: ["params.lot"],
    query: z.strictObject({
      place: z.string().max(MAX_PLACE_LENGTH).optional().meta({
        description: "The place as the scan named it; empty for scans that named none.",
      }),
    }),
    answers: { 204: null },
    async handle({ ctx: { prisma } }, { params, query, caller }) {
      const { id } = await lotFor(prisma, caller, params.lot);
      await dropSightings(prisma, id, partyOf(caller), query.place);
      return { status: 204 };
    },
  }),
];
