// Makes what is printed on a lot's label: its record, and the link to its page with the code that only some may print.
import { ProtocolError } from "../../protocol/base/errors.ts";
import type { Lot } from "../../prisma/generated/client.ts";
import type { Reader } from "../access/visibility.ts";
import type { Context } from "../context.ts";
import { Refusal } from "../refusal.ts";
import { labelCodeFor } from "./code.ts";
import { contentOf, type Delivery } from "./content.ts";
import type { LotLabel } from "./symbols.ts";

/**
 * The label of a lot that the reader sees.
 * @param link whether the link is printed. Without it the label's secret code is not computed.
 * @param delivery the shipment for which the label is printed: it has the customer's part number and order
 */
export async function labelFor(
  { prisma, domain: { chainId, ledger } }: Pick<Context, "prisma" | "domain">,
  reader: Reader,
  lot: Lot,
  { origin, link, delivery }: { origin: string; link: boolean; delivery?: Delivery | undefined },
): Promise<LotLabel> {
  const code = link ? await labelCodeFor(prisma, reader, lot) : undefined;
  return {
    content: { ...(await contentOf(prisma, reader, lot)), ...delivery?.fieldsOf(lot.id) },
    origin,
    link: { lot: lot.id, chainId, ledger, ...(code !== undefined && { code }) },
  };
}

/**
 * The error of a label that cannot be printed, with its lot.
 * @returns any other error as it is
 */
export function unprintable(error: unknown, { lotNumber, id }: Pick<Lot, "lotNumber" | "id">) {
  const name = lotNumber ?? id;
  if (error instanceof Refusal && error.status === 422) {
    const { code, field, message } = error;
    return new Refusal(code, 422, `Lot ${name}: ${message}`, { field, cause: error });
  }
  if (!(error instanceof ProtocolError)) return error;
  // The request is valid, but the lot's record cannot be written on a label.
  const { code, field, message } = error;
  const why = `The ${field ?? "record"} of lot ${name} cannot be printed on a label: ${message}`;
  return new Refusal(code, 422, why, { field, cause: error });
}
