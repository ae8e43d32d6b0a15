// Lots and parties as people name them: found through the service.
import { z } from "zod";
import type { Api } from "./api.ts";
import { pickParty } from "./caller.ts";
import { EXIT, Problem } from "../output/outcome.ts";

const Hex32 = /^0x[0-9a-f]{64}$/i;
const Named = z.looseObject({ address: z.string(), name: z.string().nullable() });

/** A lot of a listing. */
export const LotSeen = z.looseObject({
  lot: z.string(),
  lotNumber: z.string().nullable(),
  mpn: z.string().nullable(),
  quantity: z.number(),
  issuer: Named,
  holder: Named,
});
export type LotSeen = z.infer<typeof LotSeen>;

export const PartySeen = z.looseObject({
  address: z.string(),
  name: z.string(),
  roles: z.array(z.string()),
  suspended: z.boolean(),
});
export type PartySeen = z.infer<typeof PartySeen>;

/** What an action that the service signed answers. */
export const Acted = z.looseObject({
  hash: z.string(),
  settlement: z.string(),
  lots: z.array(z.string()),
});
export type Acted = z.infer<typeof Acted>;

/** Lots that one number may mean, before a person has to say which. */
const MAX_NAMED = 10;

/**
 * The id of the lot that a person means by an id or a lot number.
 * @throws Problem NOT_FOUND, AMBIGUOUS_LOT naming them
 */
export async function resolveLot(api: Api, text: string, field = "LOT"): Promise<string> {
  const wanted = text.trim().normalize("NFC");
  if (Hex32.test(wanted)) return wanted.toLowerCase();
  const page = z.looseObject({ items: z.array(LotSeen) });
  const { items } = await api.get("/v1/lots", page, { lotNumber: wanted, limit: MAX_NAMED });
  if (items.length === 1) return items[0]!.lot;
  if (items.length === 0)
    throw new Problem("NOT_FOUND", `you see no lot with the number ${wanted}`, { field });
  const named = items
    .map(({ lot, issuer }) => `${lot} of ${issuer.name ?? issuer.address}`)
    .join("; ");
  throw new Problem(
    "AMBIGUOUS_LOT",
    `${items.length} lots have the number ${wanted}, give the id: ${named}`,
    {
      field,
    },
  );
}

/** All parties of the ledger. */
export async function allParties(api: Api): Promise<PartySeen[]> {
  const parties: PartySeen[] = [];
  for await (const items of api.pages("/v1/parties", PartySeen)) parties.push(...items);
  return parties;
}

/** The party that a person means by the beginning of its name or address. */
export async function resolveParty(api: Api, text: string, field: string): Promise<PartySeen> {
  return pickParty(text, await allParties(api), ({ address }) => address, field);
}

/**
 * Reads `NAME=PIECES`. The name may have a = itself.
 * @throws Problem BAD_ARGUMENT
 */
export function readCount(text: string, field: string): { name: string; quantity: number } {
  const at = text.lastIndexOf("=");
  const name = text.slice(0, at).trim().normalize("NFC");
  const digits = text.slice(at + 1);
  if (
    at < 1 ||
    name === "" ||
    !/^\d{1,16}$/.test(digits) ||
    !Number.isSafeInteger(Number(digits))
  ) {
    throw new Problem("BAD_ARGUMENT", `${text} is not of the form NAME=PIECES`, {
      field,
      exit: EXIT.usage,
    });
  }
  return { name, quantity: Number(digits) };
}

/** Runs a task for each item, some at a time. @returns the results in the items' order */
export async function inParallel<T, R>(
  items: readonly T[],
  atOnce: number,
  task: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const worker = async () => {
    while (next < items.length) {
      const index = next++;
      results[index] = await task(items[index]!);
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, worker));
  return results;
}
