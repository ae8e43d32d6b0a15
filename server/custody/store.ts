// Stores events and notices: rows, entries, new lots. Checks nothing: the callers have judged or followed them.
import { canonicalize, parseCanonical } from "../../protocol/base/canonical.ts";
import { ZERO_HASH } from "../../protocol/base/values.ts";
import type { Details } from "../../protocol/event/details.ts";
import { actionName, CustodyEvent } from "../../protocol/event/event.ts";
import { issuerOf, type LotState, wordOf } from "../../protocol/event/lot.ts";
import type { Notice } from "../../protocol/event/notice.ts";
import type { Restrictions } from "../../protocol/event/restrict.ts";
import { restrictionsOf, visibleDetails } from "../access/visibility.ts";
import type { Db } from "../storage/db.ts";
import { searchColumns } from "./listing.ts";
import { projectInterests, projectLots } from "./states.ts";

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
  await insertNewLots(tx, parts, states, sequence);
  const lots = entries.map(({ lot }) => lot);
  await projectLots(tx, lots);
  await projectInterests(tx, lots);
}

/** The stored form of restrictions: null if nothing is restricted. */
export const restrictionsText = (restricted: Restrictions | undefined): string | null =>
  restricted && Object.keys(restricted).length > 0 ? canonicalize(restricted) : null;

async function insertNewLots(
  tx: Db,
  {
    event,
    hash,
    details,
    restricted,
  }: Pick<EventParts, "event" | "hash" | "details" | "restricted">,
  states: readonly LotState[],
  sequence: bigint,
) {
  const parentLot =
    actionName(event.action) === "split"
      ? event.entries.find(({ previous }) => previous !== ZERO_HASH)
      : undefined;
  const parent = parentLot ? await tx.lot.findUnique({ where: { id: parentLot.lot } }) : null;
  const created = event.entries.flatMap(({ lot, previous }, i) =>
    previous === ZERO_HASH
      ? [
          {
            id: lot,
            issuer: issuerOf(lot),
            origin: hash,
            sequence,
            ...states[i]!,
            ...searchColumns(details, i, parent, restricted),
          },
        ]
      : [],
  );
  if (created.length > 0) await tx.lot.createMany({ data: created, skipDuplicates: true });
}

/** Restores the lots that an event made and that were removed when it became void. The caller projects their states. */
export async function restoreLots(tx: Db, hash: string): Promise<void> {
  const row = await tx.event.findUniqueOrThrow({
    where: { hash },
    include: { entries: { orderBy: { index: "asc" } } },
  });
  const event = CustodyEvent.parse(parseCanonical(row.bytes));
  const details = visibleDetails(row, () => true)?.details;
  const { holder, consignee } = event;
  const states = row.entries.map(({ quantity, held }) => ({
    lastEvent: hash,
    holder,
    consignee,
    quantity: Number(quantity),
    held,
  }));
  await insertNewLots(
    tx,
    { event, hash, details, restricted: restrictionsOf(row) },
    states,
    row.sequence,
  );
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
}
