// Stores events and notices: rows, entries, new lots. Checks nothing: the callers have judged or followed them.
import { canonicalize, parseCanonical } from "../../protocol/base/canonical.ts";
import { ZERO_HASH } from "../../protocol/base/values.ts";
import type { Details } from "../../protocol/event/details.ts";
import { actionName, CustodyEvent } from "../../protocol/event/event.ts";
import { issuerOf, type LotState, wordOf } from "../../protocol/event/lot.ts";
import type { Notice } from "../../protocol/event/notice.ts";
import type { Restrictions } from "../../protocol/event/restrict.ts";
import { restrictionsOf, visibleDetails } from "../access/visibility.ts";
import { readByParts } from "../storage/chunks.ts";
import type { Db } from "../storage/db.ts";
import { relistNew, type SearchColumns, searchColumns } from "./listing.ts";
import { relistCorrected } from "./corrections.ts";
import { extendInterests, projectLots } from "./states.ts";

/** The lots that an event makes. */
export const newLotsOf = ({ entries }: CustodyEvent): string[] =>
  entries.filter(({ previous }) => previous === ZERO_HASH).map(({ lot }) => lot);

/** An event with everything that is stored with it. */
export interface EventParts {
  event: CustodyEvent;
  hash: string;
  signature: string | undefined;
  details: Details | undefined;
  secret: string | undefined;
  restricted?: Restrictions | undefined;
}

/** Stores an event with its entries, and moves its lots. `states` are those after it, one per entry. */
export async function insertEvent(
  tx: Db,
  parts: EventParts,
  states: readonly LotState[],
): Promise<void> {
  const { event, hash, signature, details, secret, restricted } = parts;
  const { entries, action, actor, holder, consignee, time } = event;
  const { sequence } = await tx.event.create({
    data: {
      hash,
      bytes: canonicalize(event),
      signature: signature ?? null,
      details: details ? canonicalize(details) : null,
      secret: secret ?? null,
      restricted: restrictionsText(restricted),
      action,
      actor,
      holder,
      consignee,
      time,
    },
  });
  await tx.unlogged.create({ data: { sequence, event: hash } });
  await tx.entry.createMany({
    data: entries.map(({ lot, previous, quantity }, index) => {
      const state = states[index]!;
      return { event: hash, lot, index, previous, quantity, held: state.held, word: wordOf(state) };
    }),
  });
  await insertNewLots(tx, [{ ...parts, states, sequence }]);
  const lots = entries.map(({ lot }) => lot);
  await projectLots(tx, lots);
  await extendInterests(tx, lots, [hash]);
}

/** The stored form of restrictions: null if nothing is restricted. */
export const restrictionsText = (restricted: Restrictions | undefined): string | null =>
  restricted && Object.keys(restricted).length > 0 ? canonicalize(restricted) : null;

/** An event that makes lots, as its row has it. */
interface Making extends Pick<EventParts, "event" | "hash" | "details" | "restricted"> {
  states: readonly LotState[];
  sequence: bigint;
}

/** The lot that an event splits. */
const parentOf = ({ event }: Pick<Making, "event">): string[] =>
  actionName(event.action) === "split"
    ? event.entries
        .flatMap(({ lot, previous }) => (previous === ZERO_HASH ? [] : [lot]))
        .slice(0, 1)
    : [];

/** Inserts the lots that events make, each event after those that made its parents. */
async function insertNewLots(tx: Db, events: readonly Making[]): Promise<void> {
  const parents = await readByParts([...new Set(events.flatMap(parentOf))], (some) =>
    tx.lot.findMany({ where: { id: { in: some } } }),
  );
  const columns = new Map<string, SearchColumns>(parents.map((row) => [row.id, row]));
  const created = events.flatMap((making) => {
    const { event, hash, details, restricted, states, sequence } = making;
    const parent = columns.get(parentOf(making)[0] ?? "") ?? null;
    return event.entries.flatMap(({ lot, previous }, i) => {
      if (previous !== ZERO_HASH) return [];
      const searched = searchColumns(details, i, parent, restricted);
      columns.set(lot, searched);
      return [
        { id: lot, issuer: issuerOf(lot), origin: hash, sequence, ...states[i]!, ...searched },
      ];
    });
  });
  if (created.length === 0) return;
  await tx.lot.createMany({ data: created, skipDuplicates: true });
  await relistNew(tx, created);
}

/**
 * Restores the lots that events made and that were removed when these became void. The caller projects their states.
 * @param hashes of events that make lots
 */
export async function restoreLots(tx: Db, hashes: readonly string[]): Promise<void> {
  const rows = await readByParts(hashes, (some) =>
    tx.event.findMany({
      where: { hash: { in: some }, entries: { some: { previous: ZERO_HASH } } },
      include: { entries: { orderBy: { index: "asc" } } },
    }),
  );
  const makings = rows
    .sort((a, b) => Number(a.sequence - b.sequence))
    .map((row): Making => {
      const event = CustodyEvent.parse(parseCanonical(row.bytes));
      const { holder, consignee } = event;
      const states = row.entries.map(({ quantity, held }) => ({
        lastEvent: row.hash,
        holder,
        consignee,
        quantity: Number(quantity),
        held,
      }));
      const details = visibleDetails(row, () => true)?.details;
      const { hash, sequence } = row;
      return { event, hash, details, restricted: restrictionsOf(row), states, sequence };
    });
  await insertNewLots(tx, makings);
}

/** Stores a notice. */
export async function insertNotice(
  tx: Db,
  notice: Notice,
  digest: string,
  parts: {
    signature?: string | undefined;
    details?: Details | undefined;
    secret?: string | undefined;
  },
): Promise<void> {
  const { lot, kind, issuer, withdraws, time } = notice;
  await tx.notice.create({
    data: {
      digest,
      lot,
      kind,
      issuer,
      withdraws,
      time,
      bytes: canonicalize(notice),
      signature: parts.signature ?? null,
      details: parts.details ? canonicalize(parts.details) : null,
      secret: parts.secret ?? null,
    },
  });
  await relistCorrected(tx, [digest]);
}
