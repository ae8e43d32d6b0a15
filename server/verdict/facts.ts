// Gathers the facts from outside a lot's trail that rules read. The verdict shows them, so only facts that the reader may know.
import type { Facts } from "../../protocol/verdict/facts.ts";
import { ACTIONS } from "../../protocol/event/event.ts";
import { lineageOf } from "../../protocol/trail/lineage.ts";
import { ancestryOf, type Creation, type TrailEvent } from "../../protocol/trail/trail.ts";
import type { Context } from "../context.ts";
import { circulation } from "./facts/circulation.ts";
import { documents } from "./facts/documents.ts";
import { issued } from "./facts/issued.ts";
import { lanes } from "./facts/lanes.ts";
import { packages } from "./facts/packages.ts";
import type { About, FactSource, Telling } from "./facts/source.ts";
import { siblings } from "./facts/siblings.ts";
import { sightings } from "./facts/sightings.ts";
import { statements } from "./facts/statements.ts";
import { makerOf } from "./makers.ts";
import { sightOf } from "../access/sight.ts";
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
  { lot: whole, ...asked }: Omit<About, "ancestry" | "maker" | "tells" | "isOver">,
): Promise<Facts> {
  const lot = await visibleLot(ctx.prisma, asked.reader, whole);
  const isOver = (await sightOf(ctx.prisma, asked.reader, [lot.id])).endOf(lot.id) !== undefined;
  const ancestry = ancestryOf(lot.id, asked.trail.events);
  const origin = originOf(lot.id, ancestry);
  const maker = await makerOf(ctx, lot.manufacturer, origin?.by.event);
  const known = { ...asked, lot, ancestry, maker };
  // Other lots and their counts can follow from what became of a lot that the reader handed on.
  const tells = isOver ? { pieces: false, packages: false } : await tellsOf(ctx, known, origin);
  const about: About = { ...known, tells, isOver };
  const parts = await Promise.all(SOURCES.map((source) => source(ctx, about)));
  const { party } = asked.reader;
  return Object.assign(
    {
      source: "this service",
      ...(party && { reader: party }),
      makerOnLedger: maker.parties.length > 0,
    },
    ...parts,
  ) as Facts;
}

type Known = Pick<About, "lot" | "reader" | "ancestry" | "maker">;
type Origin = Creation<TrailEvent> & { lot: string };

/** The entry that made the pieces, back through splits. */
function originOf(id: string, { creations }: About["ancestry"]): Origin | undefined {
  const { lot, creation } = [...lineageOf(id, creations)].at(-1)!;
  return creation && creation.by.event.action !== ACTIONS.split ? { ...creation, lot } : undefined;
}

/** What may be told of others' lots. See `Telling`. The operator may know everything. */
async function tellsOf(
  { prisma }: Context,
  { lot, reader, ancestry, maker }: Known,
  origin: Origin | undefined,
): Promise<Telling> {
  if (reader.party === null && !reader.byGrant) return { pieces: true, packages: true };
  // A link's reader sees with its granter's eyes, and may be the granter.
  const readers = [reader.party, ...(reader.grants ?? []).map(({ granter }) => granter)];
  const mayTell = (by: TrailEvent | undefined) =>
    by !== undefined && !readers.includes(by.event.actor) && maker.voucherOf(by.event) !== "other";
  const packages = mayTell(ancestry.creations.get(lot.id)?.by);
  if (!mayTell(origin?.by)) return { pieces: false, packages };
  // A split may state other parts than its origin. Then its party chose what the facts would tell about.
  const first = await prisma.lot.findUnique({ where: { id: origin!.lot } });
  const isOrigins = IDENTITY.every((name) => lot[name] === null || lot[name] === first?.[name]);
  return { pieces: isOrigins, packages: packages && isOrigins };
}

const IDENTITY = ["manufacturer", "mpn", "makerLot"] as const;
