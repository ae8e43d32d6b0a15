// Derives the facts of one event, from the states before it and from what its details say. An event's facts depend on earlier
// events of the same lots alone, so events can be read in any order that keeps each lot's own.
import { ACTIONS, type PartialEvent } from "../event/event.ts";
import type { Details, Scalar } from "../event/details.ts";
import type { DetailName } from "../event/detail-fields.ts";
import type { LotState } from "../event/lot.ts";
import { ZERO_HASH } from "../base/values.ts";
import { isInherited } from "../trail/lineage.ts";
import {
  type Facts,
  type Making,
  type Movement,
  type MovementKind,
  type Origin,
  ORIGIN_FIELDS,
  type OriginField,
  type Passage,
  type PassageEnd,
  type Use,
} from "./facts.ts";

/** An event that was recorded or logged. */
export interface Recorded {
  hash: string;
  /** The order of acceptance. */
  sequence: number;
  event: PartialEvent;
  /** What is shown of the details. */
  details: Partial<Details> | undefined;
  /** Unix seconds: when a block or an anchored checkpoint recorded it. */
  known: number;
}

/** What earlier events of the same lots have left. */
export interface Earlier {
  /** The state of a lot before the event; undefined for a new one. */
  stateOf(
    lot: string,
  ): Pick<LotState, "lastEvent" | "holder" | "consignee" | "quantity"> | undefined;
  /** The way that a lot in transit began; undefined if it is not known. */
  passageOf(lot: string): Passage | undefined;
  originOf(lot: string): Origin | undefined;
}

/** How passages ended that an earlier event began. */
export interface Ending extends Pick<
  Passage,
  "end" | "endEvent" | "endSequence" | "ended" | "endedKnown" | "received"
> {
  ship: string;
  lot: string;
}

/** The facts of one event. Its passages are those that it begins. */
export interface Derived extends Facts {
  endings: readonly Ending[];
}

/** Derives the facts of one event. Entries that are withheld, and lots whose earlier state is not known, have none. */
export function deriveFacts(recorded: Recorded, earlier: Earlier): Derived {
  const { event } = recorded;
  const entries = event.entries.flatMap((entry, index) => {
    if ("withheld" in entry && entry.withheld !== undefined) return [];
    const before = entry.previous === ZERO_HASH ? null : earlier.stateOf(entry.lot);
    return before === undefined ? [] : [{ ...entry, index, before }];
  });
  const stated = statedIn(recorded);
  const context = { recorded, earlier, entries, stated };
  return {
    movements: entries.flatMap((entry) => movementsOf(entry, context)),
    passages:
      event.action === ACTIONS.ship ? entries.map((entry) => passageOf(entry, context)) : [],
    endings: endingsOf(context),
    uses: usesOf(context),
    origins: entries.flatMap((entry) => (entry.before === null ? [originOf(entry, context)] : [])),
  };
}

interface EntryBefore {
  lot: string;
  quantity: number;
  index: number;
  /** Null: the event makes the lot. */
  before: Pick<LotState, "lastEvent" | "holder" | "consignee" | "quantity"> | null;
}

interface Deriving {
  recorded: Recorded;
  earlier: Earlier;
  entries: readonly EntryBefore[];
  stated: Stated;
}

/** What an event's details say of one of its entries: the entry's own field, or the shared one. */
interface Stated {
  of(index: number, name: DetailName): Scalar | undefined;
  text(index: number, name: DetailName): string | null;
  number(index: number, name: DetailName): number | null;
}

function statedIn({ details = {} }: Recorded): Stated {
  const { entries = [], ...shared } = details as { entries?: readonly object[] };
  const of = (index: number, name: DetailName) =>
    ({ ...shared, ...entries[index] })[name as never] as Scalar | undefined;
  return {
    of,
    text: (index, name) => {
      const value = of(index, name);
      return typeof value === "string" ? value : null;
    },
    number: (index, name) => {
      const value = of(index, name);
      return typeof value === "number" ? value : null;
    },
  };
}

const MAKINGS: Partial<Record<number, Making>> = {
  [ACTIONS.commission]: "commissioned",
  [ACTIONS.introduce]: "introduced",
  [ACTIONS.split]: "split",
  [ACTIONS.assemble]: "assembled",
};
const NEW_KINDS: Record<Making, MovementKind> = {
  commissioned: "commissioned",
  introduced: "introduced",
  split: "splitIn",
  assembled: "produced",
};
const KINDS: Partial<Record<number, MovementKind>> = {
  [ACTIONS.ship]: "shipped",
  [ACTIONS.refuse]: "refused",
  [ACTIONS.cancel]: "cancelled",
  [ACTIONS.split]: "splitOut",
  [ACTIONS.assemble]: "consumed",
  [ACTIONS.inspect]: "inspected",
  [ACTIONS.hold]: "held",
  [ACTIONS.release]: "released",
  [ACTIONS.scrap]: "scrapped",
};

function movementsOf(entry: EntryBefore, { recorded, earlier, stated }: Deriving): Movement[] {
  const { hash, sequence, event, known } = recorded;
  const { lot, quantity, before, index } = entry;
  const ownSite = stated.text(index, "site");
  const base = { event: hash, sequence, happened: event.time, known, lot };
  const of = (
    party: string,
    kind: MovementKind,
    pieces: number,
    other: string | null = null,
    site = ownSite,
  ): Movement => ({ ...base, party, other, kind, pieces, site });
  const { action, actor, consignee } = event;
  if (before === null) {
    const making = MAKINGS[action];
    return making === undefined ? [] : [of(actor, NEW_KINDS[making], quantity)];
  }
  if (action === ACTIONS.receive) {
    const missing = before.quantity - quantity;
    const isReturn = earlier.passageOf(lot)?.isReturn ?? false;
    return [
      of(before.holder, "handedOver", -quantity, actor, null),
      ...(missing > 0 ? [of(before.holder, "short", -missing, actor, null)] : []),
      of(actor, isReturn ? "returnedIn" : "received", quantity, before.holder),
    ];
  }
  const kind = KINDS[action];
  if (kind === undefined) return [];
  const other =
    action === ACTIONS.ship
      ? consignee
      : action === ACTIONS.refuse
        ? actor
        : action === ACTIONS.cancel
          ? before.consignee
          : null;
  // A refusal names the refuser's site, and the pieces are the sender's.
  const site = action === ACTIONS.refuse ? null : ownSite;
  return [of(before.holder, kind, quantity - before.quantity, other, site)];
}

function passageOf({ lot, quantity, index }: EntryBefore, { recorded, stated }: Deriving): Passage {
  const { hash, sequence, event, known } = recorded;
  const text = (name: DetailName) => stated.text(index, name);
  return {
    ship: hash,
    sequence,
    lot,
    from: event.actor,
    to: event.consignee,
    sent: quantity,
    left: event.time,
    leftKnown: known,
    expected: stated.number(index, "expectedTime"),
    carrier: text("carrier"),
    service: text("carrierService"),
    mode: text("transportMode"),
    fromCountry: text("shipFromCountry"),
    toCountry: text("shipToCountry"),
    toSite: text("toSite"),
    isReturn:
      text("reason")?.toLowerCase() === "return" ||
      stated.of(index, "returnAuthorisation") !== undefined,
    end: null,
    endEvent: null,
    endSequence: null,
    ended: null,
    endedKnown: null,
    received: null,
  };
}

const ENDS: Partial<Record<number, PassageEnd>> = {
  [ACTIONS.receive]: "received",
  [ACTIONS.refuse]: "refused",
  [ACTIONS.cancel]: "cancelled",
};

function endingsOf({ recorded, entries }: Deriving): Ending[] {
  const { hash, sequence, event, known } = recorded;
  const end = ENDS[event.action];
  if (end === undefined) return [];
  // Nothing else can happen to a lot in transit, so its last event shipped it.
  return entries.flatMap(({ lot, quantity, before }) =>
    before === null
      ? []
      : [
          {
            ship: before.lastEvent,
            lot,
            end,
            endEvent: hash,
            endSequence: sequence,
            ended: event.time,
            endedKnown: known,
            received: end === "received" ? quantity : 0,
          },
        ],
  );
}

function usesOf({ recorded, entries, stated }: Deriving): Use[] {
  const { hash, sequence, event, known } = recorded;
  if (event.action !== ACTIONS.assemble) return [];
  const products = entries.filter(({ before }) => before === null);
  return entries.flatMap(({ lot, quantity, before, index }) => {
    if (before === null || before.quantity === quantity) return [];
    const text = (name: DetailName) => stated.text(index, name);
    return products.map((product): Use => ({
      event: hash,
      sequence,
      happened: event.time,
      known,
      party: event.actor,
      input: lot,
      product: product.lot,
      pieces: before.quantity - quantity,
      lost: stated.number(index, "lostPieces"),
      units: product.quantity,
      products: products.length,
      workOrder: text("workOrder"),
      line: text("productionLine"),
      site: text("site"),
      bomRevision: text("bomRevision"),
      substituteFor: text("substituteFor"),
    }));
  });
}

function originOf(
  { lot, quantity, index }: EntryBefore,
  { recorded, earlier, stated }: Deriving,
): Origin {
  const { hash, sequence, event, known } = recorded;
  const making = MAKINGS[event.action]!;
  const source = event.entries.find(
    ({ previous, withheld }) => withheld === undefined && previous !== ZERO_HASH,
  );
  const parent = making === "split" ? (source?.lot ?? null) : null;
  const inherited = parent === null ? undefined : earlier.originOf(parent);
  const fields: Partial<Record<OriginField, string>> = {};
  for (const name of ORIGIN_FIELDS) {
    const value = stated.of(index, name);
    const theirs = isInherited(name) ? inherited?.fields[name] : undefined;
    if (value !== undefined) fields[name] = String(value);
    else if (theirs !== undefined) fields[name] = theirs;
  }
  return {
    lot,
    event: hash,
    sequence,
    happened: event.time,
    known,
    issuer: event.actor,
    making,
    parent,
    lotNumber: stated.text(index, "lotNumber"),
    pieces: quantity,
    fields,
  };
}
