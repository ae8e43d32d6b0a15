// Puts the ids of lots in place of the names by which a request calls them, before its handler runs.
import { z } from "zod";
import type { Caller } from "../access/admin.ts";
import type { Context } from "../context.ts";
import { lotIds, type LotName as Named } from "../labels/lot-names.ts";
import type { Route } from "./routes/route.ts";

/** More than a label's two-dimensional code holds. */
const MAX_NAME_LENGTH = 4_096;

/** A lot in a request. Handlers get its id. */
export const LotName = z
  .string()
  .min(1)
  .max(MAX_NAME_LENGTH)
  .refine((text) => !text.includes("\0"), "has a character that no lot number has (NUL)")
  .meta({
    id: "LotName",
    description:
      "The lot's id, or its lot number, its package id, or the text of its label, among the lots that the caller sees. Several such lots: 409 AMBIGUOUS_LOT lists them.",
  });

/** What a request has, as its schemas or its JSON made it. */
export interface Parsed {
  params: object;
  query: object;
  body?: unknown;
}

/**
 * Puts ids in place of names, in the objects themselves: they are of this request alone.
 * @throws Refusal NOT_FOUND, AMBIGUOUS_LOT
 */
export async function putLotIds(
  ctx: Context,
  { lots = [], access }: Pick<Route, "lots" | "access">,
  caller: Caller,
  parsed: Parsed,
): Promise<void> {
  const places = lots.flatMap((path) => placesAt(parsed, path.split("."), []));
  if (places.length === 0) return;
  const { event: shipment } = parsed.params as { event?: string };
  const namer = { reader: caller, byGrants: access?.links === true, shipment };
  const ids = await lotIds(
    ctx,
    namer,
    places.map(({ name }) => name),
  );
  places.forEach(({ put }, i) => put(ids[i]!));
}

interface Place {
  name: Named;
  put(id: string): void;
}

/** The texts at a path in which * stands for each item of a list. What has another form is for the schema to refuse. */
function placesAt(value: unknown, path: readonly string[], above: readonly string[]): Place[] {
  const [key, ...rest] = path;
  if (typeof value !== "object" || value === null || key === undefined) return [];
  if (key === "*")
    return Array.isArray(value)
      ? value
          .keys()
          .flatMap((i) => placesAt(value, [String(i), ...rest], above))
          .toArray()
      : [];
  if (!Object.hasOwn(value, key)) return [];
  const holder = value as Record<string, unknown>;
  const next = holder[key];
  const here = [...above, key];
  if (rest.length > 0) return placesAt(next, rest, here);
  const text = LotName.safeParse(next).data;
  if (text === undefined) return [];
  const name = { text, field: here.slice(1).join(".") };
  return [{ name, put: (id) => (holder[key] = id) }];
}
