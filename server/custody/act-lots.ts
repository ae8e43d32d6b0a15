// Finds the lots that an act names, as far as its party may see them.
import { ACTIONS } from "../../protocol/event/event.ts";
import type { Lot } from "../../prisma/generated/client.ts";
import { atEnd, sightOf } from "../access/sight.ts";
import { noSuchLot } from "../access/visibility.ts";
import type { Context } from "../context.ts";
import { Refusal } from "../refusal.ts";
import { statesOnTheWay } from "./held.ts";

interface NamedLot {
  lot: string;
}

/**
 * Finds lots that a party may see, by their ids.
 * @throws Refusal NOT_FOUND for the first that it may not, as if it did not exist; BAD_FIELD for a lot that is named twice
 */
export async function visibleLots(
  ctx: Context,
  party: string,
  wanted: readonly NamedLot[],
): Promise<Map<string, Lot>> {
  const ids = wanted.map(({ lot }) => lot);
  const rows = await ctx.prisma.lot.findMany({
    where: { id: { in: ids }, interests: { some: { party } } },
  });
  const sight = await sightOf(ctx.prisma, { party }, ids);
  const lots = new Map(rows.map((lot) => [lot.id, atEnd(sight, lot)]));
  ids.forEach((id, i) => {
    const lot = lots.get(id);
    if (!lot) throw noSuchLot(id, `lots.${i}.lot`);
    if (ids.indexOf(id) !== i) {
      const why = `Lot ${lot.lotNumber ?? id} is named twice. Name each lot once.`;
      throw new Refusal("BAD_FIELD", 422, why, { field: `lots.${i}.lot` });
    }
  });
  return lots;
}

/**
 * Finds the lots that are still on their way with a shipment: all of them, or those named. A held answer does not count.
 * @throws Refusal NOT_FOUND for a shipment of others, or a lot that is not in it; CONFLICT if it was already answered
 */
export async function shippedLots(
  ctx: Context,
  party: string,
  { shipment, lots: named }: { shipment: string; lots?: readonly NamedLot[] | undefined },
): Promise<Lot[]> {
  // Everything is in the condition: for a shipment of others the database is asked no more than for none.
  const event = await ctx.prisma.event.findFirst({
    where: {
      hash: shipment,
      action: ACTIONS.ship,
      OR: [{ actor: party }, { consignee: party }],
    },
    include: { entries: true },
  });
  if (!event) {
    throw new Refusal("NOT_FOUND", 404, "There is no such shipment.", { field: "shipment" });
  }
  const ids = event.entries.map(({ lot }) => lot);
  named?.forEach(({ lot }, i) => {
    if (!ids.includes(lot))
      throw new Refusal("NOT_FOUND", 404, `Lot ${lot} is not in this shipment.`, {
        field: `lots.${i}.lot`,
      });
  });
  const states = await statesOnTheWay(ctx.prisma, shipment, ids);
  const rows = await ctx.prisma.lot.findMany({ where: { id: { in: [...states.keys()] } } });
  const lots = rows.map((lot) => ({ ...lot, lastEvent: shipment, ...states.get(lot.id) }));
  const onTheWay = named ? lots.filter(({ id }) => named.some(({ lot }) => lot === id)) : lots;
  if (onTheWay.length < (named?.length ?? 1)) {
    throw new Refusal("CONFLICT", 409, "The shipment was already received, refused or cancelled.", {
      field: "shipment",
    });
  }
  return onTheWay;
}
