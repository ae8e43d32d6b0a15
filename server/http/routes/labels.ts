// Serves a lot's label as an image, for printing.
import { z } from "zod";
import { ProtocolError } from "../../../protocol/base/errors.ts";
import type { Lot } from "../../../prisma/generated/client.ts";
import type { Db } from "../../storage/db.ts";
import { labelCodeFor } from "../../labels/code.ts";
import { type LotLabel, type SymbolName, symbolPng, symbolSvg } from "../../labels/symbols.ts";
import { factsOf } from "../../labels/facts.ts";
import { Refusal } from "../../refusal.ts";
import { lotFor, type Reader } from "../../access/visibility.ts";
import { LotName } from "../lot-names.ts";
import { route } from "./route.ts";
import { checkOrigin, warnOfLoopback } from "./origin.ts";

const SYMBOLS = { datamatrix: "DataMatrix", pdf417: "PDF417", qr: "QR" } as const satisfies Record<
  string,
  SymbolName
>;
const MEDIA_TYPES = { svg: "image/svg+xml", png: "image/png" } as const;

export const labelImages = [
  route({
    method: "get",
    path: "/v1/lots/:lot/label",
    tag: "Labels",
    summary: "Get a lot's label as an image",
    about:
      "Data Matrix and PDF417 contain the lot's number, part, quantity, manufacturer's lot and date in format 06 of ISO/IEC 15434. The QR code contains a link to the lot's page; for the lot's issuer and holder it includes the code that proves the label. The link begins with the service's PUBLIC_URL; where none is set, with the host name of this request.",
    access: { scope: "read", who: "anyone" },
    params: z.object({ lot: LotName }),
    lots: ["params.lot"],
    query: z.strictObject({
      symbol: z.enum(["datamatrix", "pdf417", "qr"]).default("datamatrix"),
      format: z.enum(["svg", "png"]).default("svg"),
    }),
    answers: { 200: Object.values(MEDIA_TYPES) },
    async handle(
      { ctx: { prisma, domain, log } },
      { params, query: { symbol, format }, caller, origin },
    ) {
      const lot = await lotFor(prisma, caller, params.lot);
      checkOrigin(origin);
      const { chainId, ledger } = domain;
      const content = await contentOf(prisma, caller, lot);
      if (symbol === "qr") warnOfLoopback(origin, log);
      const code = symbol === "qr" ? await labelCodeFor(prisma, caller, lot) : undefined;
      const link = { lot: lot.id, chainId, ledger, ...(code !== undefined && { code }) };
      const label = { content, origin, link };
      const type = MEDIA_TYPES[format];
      return {
        status: 200,
        type,
        filename: `${lot.id}-${symbol}.${format}`,
        body: await draw(symbol, format, label),
      };
    },
  }),
];

async function draw(
  symbol: keyof typeof SYMBOLS,
  format: keyof typeof MEDIA_TYPES,
  label: LotLabel,
) {
  try {
    return format === "svg"
      ? symbolSvg(SYMBOLS[symbol], label)
      : await symbolPng(SYMBOLS[symbol], label);
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    // The request is valid, but the lot's record cannot be written on a label.
    const { code, field, message } = error;
    throw new Refusal(
      code,
      422,
      `The lot's ${field ?? "record"} cannot be printed on a label: ${message}`,
      {
        field,
        cause: error,
      },
    );
  }
}

/** The lot's record as fields of a label. The link needs none of them. */
async function contentOf(db: Db, reader: Reader, lot: Lot): Promise<LotLabel["content"]> {
  const facts = await factsOf(db, reader, lot);
  const columns = Object.entries({
    lotNumber: lot.lotNumber,
    mpn: lot.mpn,
    manufacturer: lot.manufacturer,
    makerLot: lot.makerLot,
    dateCode: lot.dateCode,
  }).filter(([, value]) => value !== null);
  return {
    ...facts,
    lotNumber: "",
    mpn: "",
    ...Object.fromEntries(columns),
    quantity: Number(lot.quantity),
  };
}
