// Drafts an event of a party whose key the service keeps: commits to its details, signs it, and accepts it like any other.
import { toHex } from "../../protocol/base/bytes.ts";
import { ZERO_ADDRESS, ZERO_HASH } from "../../protocol/base/values.ts";
import type { Details, EntryDetails } from "../../protocol/event/details.ts";
import { detailsRoot } from "../../protocol/event/disclosure.ts";
import {
  ACTIONS,
  type ActionName,
  type CustodyEvent,
  eventDigest,
} from "../../protocol/event/event.ts";
import { lotId, wordOf } from "../../protocol/event/lot.ts";
import type { Restrictions } from "../../protocol/event/restrict.ts";
import { labelCode, labelCommitment } from "../../protocol/label/commitment.ts";
import type { Lot } from "../../prisma/generated/client.ts";
import { openSigner } from "../chain/keystore.ts";
import type { SettlementMode } from "../config.ts";
import type { Context } from "../context.ts";
import { Refusal } from "../refusal.ts";
import { type Acceptance, acceptEvent } from "./accept.ts";

/** The shared fields of an event's details, without its entries. */
export type SharedDetails = Omit<Details, "entries">;

/** The plain fields of every act. */
export interface ActFields {
  /** When it happened, Unix seconds; now if it is missing. */
  time?: number | undefined;
  details?: SharedDetails | undefined;
  /** Fields that the party restricts. */
  restricted?: Restrictions | undefined;
}

/** A lot that an act makes. */
export interface NewLot {
  lotNumber: string;
  quantity: number;
  details?: EntryDetails | undefined;
}

/** An entry of a draft, with its details. */
export interface Line {
  lot: string;
  previous: string;
  quantity: number;
  details: EntryDetails;
}

/** The line of a lot that the event makes. */
export function newLine(issuer: string, { lotNumber, quantity, details }: NewLot): Line {
  return {
    lot: lotId(issuer, lotNumber),
    previous: ZERO_HASH,
    quantity,
    details: { ...details, lotNumber },
  };
}

/** The line of an existing lot. @param quantity pieces after the event */
export function lineOf(lot: Lot, quantity: bigint, details: EntryDetails = {}): Line {
  const { lastEvent, holder, consignee, held } = lot;
  const previous = wordOf({ lastEvent, holder, consignee, held, quantity: Number(lot.quantity) });
  return { lot: lot.id, previous, quantity: Number(quantity), details };
}

/** The answer to an act. */
export interface ActionResult extends Acceptance {
  /** The lots of the event, in its order. */
  lots: string[];
}

/** An event before it is signed. */
export interface Draft extends ActFields {
  lines: Line[];
  settlement?: SettlementMode | undefined;
  holder?: string;
  consignee?: string;
}

/**
 * Signs a drafted event with the party's key, and accepts it.
 * @param now its time if the draft states none, Unix seconds
 * @throws Refusal BAD_FIELD for a time before the lots' last events; CONFLICT if another request made the very same event;
 * those of `acceptEvent`
 */
export async function signAndAccept(
  ctx: Context,
  party: string,
  action: ActionName,
  draft: Draft,
  now = ctx.clock(),
): Promise<ActionResult> {
  const lines = draft.lines.toSorted((a, b) => (a.lot < b.lot ? -1 : 1));
  const time = draft.time ?? now;
  await checkTime(ctx, lines, time);
  const secret = ctx.random(32);
  const details = detailsOf(
    draft.details,
    lines.map((line, index) => commitLabel(line, secret, index)),
  );
  const event: CustodyEvent = {
    action: ACTIONS[action],
    actor: party,
    holder: draft.holder ?? party,
    consignee: draft.consignee ?? ZERO_ADDRESS,
    entries: lines.map(({ lot, previous, quantity }) => ({ lot, previous, quantity })),
    time,
    details: details ? detailsRoot(details, secret) : ZERO_HASH,
  };
  const sign = await openSigner(ctx.prisma, ctx.keystore, party);
  const signature = sign(eventDigest(ctx.domain, event));
  const accepted = await acceptEvent(ctx, {
    event,
    signature,
    ...(details && { details, secret: toHex(secret) }),
    ...(draft.restricted && { restricted: draft.restricted }),
    ...(draft.settlement && { settlement: draft.settlement }),
  });
  if (isAgainAfterVoid(accepted) && draft.time === undefined)
    return signAndAccept(ctx, party, action, draft, time + 1);
  // Two requests within a second can make the very same event. Each wants its own effect, and only one has it.
  if (accepted.known)
    throw new Refusal(
      "CONFLICT",
      409,
      "Another request did the same at the same time. Read the lot again.",
    );
  return { ...accepted, lots: lines.map(({ lot }) => lot) };
}

/**
 * Whether what was accepted is the very event or notice that was void before: the same act in the same second. A void one
 * never counts again by being given again, so the act takes the next second.
 */
export const isAgainAfterVoid = ({ known, settlement }: Acceptance): boolean =>
  known && settlement === "void";

/** Adds the commitment to the code on the label to a new lot's details, unless its issuer has made one itself. */
function commitLabel(line: Line, secret: Uint8Array, index: number): Line {
  if (line.previous !== ZERO_HASH) return line;
  const commitment = labelCommitment(line.lot, labelCode(secret, index));
  return { ...line, details: { labelCommitment: commitment, ...line.details } };
}

function detailsOf(shared: SharedDetails = {}, lines: Line[]): Details | undefined {
  const entries = lines.map(({ details }) => details);
  const hasEntries = entries.some((entry) => Object.keys(entry).length > 0);
  if (!hasEntries && Object.keys(shared).length === 0) return undefined;
  return { ...shared, ...(hasEntries && { entries }) };
}

/** Refuses a time before the predecessor's: the fault would stay in the trail permanently. */
async function checkTime(ctx: Context, lines: Line[], time: number): Promise<void> {
  const [{ newest }] = await ctx.prisma.$queryRaw<[{ newest: bigint | null }]>`
    SELECT max(event.time) AS newest
    FROM unnest(${lines.map(({ lot }) => lot)}::text[], ${lines.map(({ previous }) => previous)}::text[]) AS line(lot, previous)
    JOIN entry ON entry.lot = line.lot AND entry.word = line.previous
    JOIN event ON event.hash = entry.event`;
  const latest = Number(newest ?? 0);
  if (time < latest) {
    throw new Refusal(
      "BAD_FIELD",
      422,
      `The event cannot be earlier than the last event of its lots, at ${latest}.`,
      { field: "time" },
    );
  }
}
