// Answers what a party holds, and whether it adds up with what it held before: a statement per part, like a bank's.
import {
  type Facts,
  type Movement,
  type MovementKind,
  type Origin,
  type Part,
  partKey,
  partOf,
} from "./facts.ts";

/** Which statement is asked for. */
export interface StockAsk {
  party: string;
  /** Unix seconds: the opening is before this moment. */
  from: number;
  /** Unix seconds: the closing is after this moment. */
  to: number;
  /** Lots with a recall or an alert by which the reader holds them. */
  recalled: ReadonlySet<string>;
  /** Only this part number. */
  mpn?: string;
  /** Only pieces that lie at this site, as far as sites are said. */
  site?: string;
}

/** A lot that the party holds. */
export interface StockLot {
  lot: string;
  lotNumber: string | null;
  pieces: number;
  /** Why its pieces are not free; null: they are. */
  not: "held" | "sent" | "recalled" | null;
  /** Where they lie, as last said; null: not said. */
  site: string | null;
  dateCode: string | null;
  /** Unix seconds at which the party got or made it. */
  since: number;
}

/** The statement of one part. All counts are pieces. */
export interface PartStock {
  /** Null: the manufacturer or the part number is not shown. Such pieces may be of several parts, so they are only listed. */
  part: Part | null;
  opening: number;
  in: Partial<Record<MovementKind, number>>;
  out: Partial<Record<MovementKind, number>>;
  closing: number;
  free: number;
  /** On hold. */
  held: number;
  /** Sent, and not received yet: still the sender's. */
  sent: number;
  /** Recalled, and neither held nor sent. */
  recalled: number;
  /** On the way to the party: not in the closing. */
  coming: number;
  /** The oldest receipt of what it holds, Unix seconds; null: it holds nothing. */
  oldest: number | null;
  lots: StockLot[];
  /** Events of which the statement is made. */
  because: string[];
}

interface Standing {
  pieces: number;
  held: boolean;
  site: string | null;
  since: number;
}

/**
 * Makes the statement of a party, part by part in the order of manufacturer and part number. Of each, opening + in + out =
 * closing (what goes out is negative), and closing = free + held + sent + recalled, to zero pieces.
 */
export function stockStatement(facts: Facts, ask: StockAsk): PartStock[] {
  const { party, from, to, mpn, site } = ask;
  const origins = new Map(facts.origins.map((origin) => [origin.lot, origin]));
  const own = facts.movements.filter((each) => each.party === party && each.happened <= to);
  const standings = standingsOf(own, origins);
  const sent = new Set(
    facts.passages
      .filter(
        ({ from: sender, left, ended }) =>
          sender === party && left <= to && (ended ?? Infinity) > to,
      )
      .map(({ lot }) => lot),
  );
  const groups = new Map<string, PartStock>();
  const groupOf = (lot: string): PartStock => {
    const origin = origins.get(lot);
    const part = origin ? partOf(origin) : null;
    const key = part ? partKey(part) : "";
    let group = groups.get(key);
    if (!group) groups.set(key, (group = emptyStock(part)));
    return group;
  };
  for (const movement of own) {
    if (movement.pieces === 0) continue;
    const group = groupOf(movement.lot);
    group.because.push(movement.event);
    group.closing += movement.pieces;
    if (movement.happened < from) group.opening += movement.pieces;
    else {
      const side = movement.pieces > 0 ? group.in : group.out;
      side[movement.kind] = (side[movement.kind] ?? 0) + movement.pieces;
    }
  }
  for (const [lot, standing] of standings) {
    if (standing.pieces === 0) continue;
    addLot(groupOf(lot), lot, standing, { origin: origins.get(lot), sent, recalled: ask.recalled });
  }
  for (const { lot, to: consignee, sent: pieces, left, ended, end } of facts.passages)
    if (consignee === party && left <= to && (end === null || (ended ?? Infinity) > to))
      groupOf(lot).coming += pieces;
  return [...groups.values()]
    .filter(({ part }) => mpn === undefined || part?.mpn === mpn)
    .filter(({ lots }) => site === undefined || lots.some((lot) => lot.site === site))
    .map((group) => ({ ...group, because: [...new Set(group.because)] }))
    .sort((a, b) => compare(keyOf(a), keyOf(b)));
}

const keyOf = ({ part }: PartStock) => (part ? partKey(part) : "\uffff");
const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

const emptyStock = (part: Part | null): PartStock => ({
  part,
  opening: 0,
  in: {},
  out: {},
  closing: 0,
  free: 0,
  held: 0,
  sent: 0,
  recalled: 0,
  coming: 0,
  oldest: null,
  lots: [],
  because: [],
});

/** Follows a party's movements to where each lot stands. A lot that is split off keeps its parent's hold. */
function standingsOf(
  own: readonly Movement[],
  origins: ReadonlyMap<string, Origin>,
): Map<string, Standing> {
  const standings = new Map<string, Standing>();
  for (const { lot, kind, pieces, site, happened } of own) {
    const before = standings.get(lot);
    const parent = origins.get(lot)?.parent;
    const from = before ?? (kind === "splitIn" && parent ? standings.get(parent) : undefined);
    const isNew = before === undefined || before.pieces === 0;
    standings.set(lot, {
      pieces: (before?.pieces ?? 0) + pieces,
      held: kind === "held" || (kind !== "released" && (from?.held ?? false)),
      site: site ?? from?.site ?? null,
      since: isNew && pieces > 0 ? happened : (before?.since ?? happened),
    });
  }
  return standings;
}

function addLot(
  group: PartStock,
  lot: string,
  { pieces, held, site, since }: Standing,
  {
    origin,
    sent,
    recalled,
  }: { origin: Origin | undefined; sent: ReadonlySet<string>; recalled: ReadonlySet<string> },
): void {
  const not = sent.has(lot) ? "sent" : held ? "held" : recalled.has(lot) ? "recalled" : null;
  group[not ?? "free"] += pieces;
  group.oldest = Math.min(group.oldest ?? since, since);
  const { lotNumber = null, fields } = origin ?? { fields: {} };
  group.lots.push({ lot, lotNumber, pieces, not, site, dateCode: fields.dateCode ?? null, since });
}
