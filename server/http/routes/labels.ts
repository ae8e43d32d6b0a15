// Prints lots' labels: whole labels as PDF, ZPL and images, and their symbols alone.
import { z } from "zod";
import { Hash } from "../../../protocol/base/values.ts";
import { lotFor, type Reader } from "../../access/visibility.ts";
import { spend } from "../../budgets/spend.ts";
import { visibleLot } from "../../custody/lot-columns.ts";
import { deliveryFor } from "../../labels/content.ts";
import { labelFor, unprintable } from "../../labels/lot-label.ts";
import { type Dpi, readSheet, readSize, SHEETS } from "../../labels/print/media.ts";
import {
  LABEL_TYPES,
  type LabelledLot,
  printImage,
  printRoll,
  ROLL_FORMATS,
} from "../../labels/print/print.ts";
import { type SymbolName, symbolPng, symbolSvg } from "../../labels/symbols.ts";
import { Refusal } from "../../refusal.ts";
import type { Db } from "../../storage/db.ts";
import { budgetsOf } from "../guards.ts";
import { LotName } from "../lot-names.ts";
import { checkOrigin, warnOfLoopback } from "./origin.ts";
import { route } from "./route.ts";

const SYMBOLS = { datamatrix: "DataMatrix", pdf417: "PDF417", qr: "QR" } as const satisfies Record<
  string,
  SymbolName
>;
/** Lots of one request: two shipments as large as an event can be. */
const MAX_LABEL_LOTS = 500;
const MAX_COPIES = 99;
/** Labels of one file: lots times copies. */
const MAX_LABELS = 2_000;
/** Places of the fullest sheet. */
const MAX_PLACES = 1_600;

const sizeText = z
  .string()
  .max(20)
  .default("102x76")
  .meta({
    description:
      "Width and height in millimetres. A PDF's pages and an image have exactly this size.",
    examples: ["102x76", "102x152"],
  });
const dpi =
  "The printer's dots per inch. A module's side is a whole number of dots, so that no symbol is blurred.";
const link =
  "The QR code with the link to the lot's page. For the lot's issuer and holder it includes the code that proves the label.";
const linear = "Linear codes (Code 128) of the fields that EIGP 114 lists for them.";
const LINKS =
  "Links begin with the service's PUBLIC_URL; where none is set, with the host name of this request.";
const FACTS =
  "the lot's facts as text and in a Data Matrix (format 06 of ISO/IEC 15434), and a QR code that links to the lot's page";

const read = { scope: "read", who: "anyone" } as const;

const Query = z.strictObject({
  format: z.enum(["pdf", "zpl", "png", "svg"]).default("pdf"),
  size: sizeText,
  dpi: z.enum(["203", "300", "600"]).default("203").meta({ description: dpi }),
  link: z.enum(["true", "false"]).default("true").meta({ description: link }),
  linear: z.enum(["true", "false"]).default("false").meta({ description: linear }),
});

const Roll = z
  .strictObject({
    lots: z.array(LotName).min(1).max(MAX_LABEL_LOTS).exactOptional().meta({
      description: "The lots, in the order of the labels. Default: all lots of the shipment.",
    }),
    shipment: Hash.exactOptional().meta({
      description:
        "A shipment from or to the caller. Its labels have the customer's part number and purchase order, where it states them.",
    }),
    format: z.enum(ROLL_FORMATS).default("pdf"),
    size: sizeText,
    sheet: z
      .string()
      .max(60)
      .exactOptional()
      .meta({
        description: `Prints a PDF on sheets, and decides the size. ${Object.keys(SHEETS).join(", ")}; or page, columns and rows, label and gap in millimetres, in the middle of the page.`,
        examples: ["a4-2x4", "A4:3x7:63.5x38.1:2.5x0"],
      }),
    start: z.int().min(1).max(MAX_PLACES).default(1).meta({
      description: "The first place to print on the first sheet, counted row by row from 1.",
    }),
    dpi: z
      .union([z.literal(203), z.literal(300), z.literal(600)])
      .default(203)
      .meta({ description: dpi }),
    copies: z.int().min(1).max(MAX_COPIES).default(1),
    link: z.boolean().default(true).meta({ description: link }),
    linear: z.boolean().default(false).meta({ description: linear }),
  })
  .superRefine(({ lots, shipment, format, sheet, start }, issue) => {
    const refuse = (path: string, message: string) =>
      issue.addIssue({ code: "custom", path: [path], message });
    if (!lots && shipment === undefined) refuse("lots", "name lots, or a shipment");
    if (sheet !== undefined && format !== "pdf") refuse("sheet", "only a PDF has sheets");
    if (sheet === undefined && start !== 1) refuse("start", "only sheets have places");
  });

/** A lot as its label shows it to the reader: a party that handed it on prints it as it was then. */
async function seenLot(db: Db, reader: Reader, id: string) {
  return visibleLot(db, reader, await lotFor(db, reader, id));
}

export const labels = [
  route({
    method: "get",
    path: "/v1/lots/:lot/label",
    tag: "Labels",
    summary: "Print a lot's label",
    about: `A product label as ECIA EIGP 114 describes it: ${FACTS}. ${LINKS}`,
    access: read,
    params: z.object({ lot: LotName }),
    lots: ["params.lot"],
    query: Query,
    answers: { 200: Object.values(LABEL_TYPES) },
    async handle({ ctx }, { params, query: { format, ...query }, caller, origin }) {
      const lot = await seenLot(ctx.prisma, caller, params.lot);
      const options = {
        size: readSize(query.size),
        dpi: Number(query.dpi) as Dpi,
        link: query.link === "true",
        linear: query.linear === "true",
      };
      checkOrigin(origin);
      if (options.link) warnOfLoopback(origin, ctx.log);
      const label = await labelFor(ctx, caller, lot, { origin, link: options.link });
      const roll = { ...options, copies: 1, created: new Date(1_000 * ctx.clock()) };
      const body =
        format === "png" || format === "svg"
          ? printImage({ lot, label }, format, options)
          : await printRoll([{ lot, label }], { ...roll, format });
      const filename = `${lot.id}-label.${format}`;
      return { status: 200, type: LABEL_TYPES[format], filename, body };
    },
  }),
  route({
    method: "post",
    path: "/v1/labels",
    tag: "Labels",
    summary: "Print the labels of many lots into one file",
    about: `Product labels as ECIA EIGP 114 describes them, each with ${FACTS}. ${LINKS}\n\nUp to ${MAX_LABEL_LOTS} lots. Each counts as a request against the caller's limit. If one label cannot be printed, none is: the refusal names the lot and the field.`,
    access: read,
    body: Roll,
    bodyBytes: 4 * 1024 * 1024,
    lots: ["body.lots.*"],
    answers: { 200: ROLL_FORMATS.map((format) => LABEL_TYPES[format]) },
    async handle({ ctx }, { body, caller, origin }) {
      const { format, copies, link, shipment } = body;
      const size = readSize(body.size);
      const sheet = body.sheet === undefined ? undefined : readSheet(body.sheet);
      if (sheet && body.start > sheet.columns * sheet.rows)
        throw new Refusal("BAD_FIELD", 400, "The sheet has no such place.", { field: "start" });
      checkOrigin(origin);
      const { prisma } = ctx;
      const delivery =
        shipment === undefined ? undefined : await deliveryFor(prisma, caller, shipment);
      const lots = body.lots ?? delivery!.lots;
      if (lots.length * copies > MAX_LABELS)
        throw new Refusal("BAD_FIELD", 400, `A file has ${MAX_LABELS} labels at most.`, {
          field: "copies",
        });
      const stranger = delivery && lots.findIndex((lot) => !delivery.lots.includes(lot));
      if (stranger !== undefined && stranger >= 0)
        throw new Refusal("BAD_FIELD", 422, "This lot is not in the shipment.", {
          field: `lots.${stranger}`,
        });
      await spend(ctx, budgetsOf(caller), { requests: lots.length - 1 });
      if (link) warnOfLoopback(origin, ctx.log);
      async function* labelled(): AsyncGenerator<LabelledLot> {
        for (const id of lots) {
          const lot = await seenLot(prisma, caller, id);
          yield { lot, label: await labelFor(ctx, caller, lot, { origin, link, delivery }) };
        }
      }
      const file = await printRoll(labelled(), {
        ...body,
        size,
        sheet,
        copies,
        first: body.start - 1,
        created: new Date(1_000 * ctx.clock()),
      });
      return {
        status: 200,
        type: LABEL_TYPES[format],
        filename: `labels.${format}`,
        body: file,
      };
    },
  }),
  route({
    method: "get",
    path: "/v1/lots/:lot/symbols/:symbol",
    tag: "Labels",
    summary: "Get one symbol of a lot's label as an image",
    about: `For labels of your own design. Data Matrix and PDF417 contain the lot's facts in format 06 of ISO/IEC 15434. The QR code contains a link to the lot's page; for the lot's issuer and holder it includes the code that proves the label. ${LINKS}`,
    access: read,
    params: z.object({ lot: LotName, symbol: z.enum(["datamatrix", "pdf417", "qr"]) }),
    lots: ["params.lot"],
    query: z.strictObject({ format: z.enum(["svg", "png"]).default("svg") }),
    answers: { 200: [LABEL_TYPES.svg, LABEL_TYPES.png] },
    async handle({ ctx }, { params, query: { format }, caller, origin }) {
      const lot = await seenLot(ctx.prisma, caller, params.lot);
      checkOrigin(origin);
      const { symbol } = params;
      const link = symbol === "qr";
      if (link) warnOfLoopback(origin, ctx.log);
      const label = await labelFor(ctx, caller, lot, { origin, link });
      const name = SYMBOLS[symbol];
      const filename = `${lot.id}-${symbol}.${format}`;
      try {
        const body = format === "svg" ? symbolSvg(name, label) : await symbolPng(name, label);
        return { status: 200, type: LABEL_TYPES[format], filename, body };
      } catch (error) {
        throw unprintable(error, lot);
      }
    },
  }),
];
