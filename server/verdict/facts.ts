// Facts from outside a lot's trail, as this service knows them: what rules beside the trail may read. They are gathered as
// the reader may know them, for the verdict shows them.
import type { Facts } from "../../protocol/verdict/facts.ts";
import type { LabelReading } from "../../protocol/label/reading.ts";
import type { Policy } from "../../protocol/verdict/policy.ts";
import type { Trail } from "../../protocol/trail/trail.ts";
import type { Lot } from "../../prisma/generated/client.ts";
import type { Context } from "../context.ts";
import { circulation } from "./facts/circulation.ts";
import { documents } from "./facts/documents.ts";
import { issued } from "./facts/issued.ts";
import { lanes } from "./facts/lanes.ts";
import { packages } from "./facts/packages.ts";
import { siblings } from "./facts/siblings.ts";
import { sightings } from "./facts/sightings.ts";
import { statements } from "./facts/statements.ts";
import { lotShown } from "../custody/lot-columns.ts";
import type { Reader } from "../access/visibility.ts";

/** What the facts are to be about, and for whom. */
export interface About {
  lot: Lot;
  reader: Reader;
  /** As it was read from the package; null where none was. */
  label: LabelReading | null;
  /** As the reader sees it, altered rows included: its form is checked, nothing else. */
  trail: Trail;
  /** By which the verdict judges: it says whose alerts count. */
  policy: Policy;
}

/** One kind of facts. Each is a bounded number of indexed queries: a person waits for the verdict. */
export type FactSource = (ctx: Context, about: About) => Promise<Partial<Facts>>;

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

/** Everything that the service can tell the rules about a lot, looked up by no more of it than the reader sees. */
export async function factsFor(ctx: Context, { lot: whole, ...about }: About): Promise<Facts> {
  const lot = await lotShown(ctx.prisma, about.reader, whole);
  const parts = await Promise.all(SOURCES.map((source) => source(ctx, { lot, ...about })));
  const { party } = about.reader;
  return Object.assign(
    { source: "this service", ...(party && { reader: party }) },
    ...parts,
  ) as Facts;
}
