// Gathers the facts from outside a lot's trail that rules read. The verdict shows them, so only facts that the reader may know.
import type { Facts } from "../../protocol/verdict/facts.ts";
import { ancestryOf } from "../../protocol/trail/trail.ts";
import type { Context } from "../context.ts";
import { circulation } from "./facts/circulation.ts";
import { documents } from "./facts/documents.ts";
import { issued } from "./facts/issued.ts";
import { lanes } from "./facts/lanes.ts";
import { packages } from "./facts/packages.ts";
import type { About, FactSource } from "./facts/source.ts";
import { siblings } from "./facts/siblings.ts";
import { sightings } from "./facts/sightings.ts";
import { statements } from "./facts/statements.ts";
import { visibleLot } from "../custody/lot-columns.ts";

const SOURCES: readonly FactSource[] = [
  packages,
  sightings,
  issued,
  lanes,
  statements,
  circulation,
  siblings,
  documents,
];

/** Gathers all facts about a lot. Looks them up only by what the reader sees of the lot. */
export async function factsFor(
  ctx: Context,
  { lot: whole, ...asked }: Omit<About, "ancestry">,
): Promise<Facts> {
  const lot = await visibleLot(ctx.prisma, asked.reader, whole);
  const about = { ...asked, lot, ancestry: ancestryOf(lot.id, asked.trail.events) };
  const parts = await Promise.all(SOURCES.map((source) => source(ctx, about)));
  const { party } = asked.reader;
  return Object.assign(
    { source: "this service", ...(party && { reader: party }) },
    ...parts,
  ) as Facts;
}
