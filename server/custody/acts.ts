// Acts for a party whose key the service keeps. Turns plain fields into an event, signs it, and accepts it like any other.
import { toHex } from "../../protocol/base/bytes.ts";
import type { Details, EntryDetails } from "../../protocol/event/details.ts";
import { detailsRoot } from "../../protocol/event/disclosure.ts";
import {
  ACTIONS,
  type ActionName,
  type CustodyEvent,
  eventDigest,
} from "../../protocol/event/event.ts";
import { labelCode, labelCommitment } from "../../protocol/label/commitment.ts";
import { lotId, wordOf } from "../../protocol/event/lot.ts";
import type { Restrictions } from "../../protocol/event/restrict.ts";
import {
  type Notice,
  NOTICE_KINDS,
  type NoticeKindName,
  noticeDigest,
} from "../../protocol/event/notice.ts";
import { ZERO_ADDRESS, ZERO_HASH } from "../../protocol/base/values.ts";
import type { Lot } from "../../prisma/generated/client.ts";
import { type Acceptance, acceptEvent, acceptNotice } from "./accept.ts";
import type { Context } from "../context.ts";
import { openSigner } from "../chain/keystore.ts";
import { Refusal } from "../refusal.ts";
import { noSuchLot } from "../access/visibility.ts";
import type { SettlementMode } from "../config.ts";

/** The shared fields of an event's details, without its entries. */
export type SharedDetails = Omit<Details, "entries">;

interface Common {
  /** When it happened, Unix seconds; now if it is missing. */
  time?: number | undefined;
  details?: SharedDetails | undefined;
  /** Fields that the party restricts. */
  restricted?: Restrictions | undefined;
}
export interface NewLot {
  lotNumber: string;
  quantity: number;
  details?: EntryDetails | undefined;
}
export interface OldLot {
  lot: string;
  details?: EntryDetails | undefined;
}
export interface CountedLot extends OldLot {
  quantity: number;
}

export interface MakeLots extends Common {
  lots: NewLot[];
  /** Where they settle; the service's default if it is missing. */
  settlement?: SettlementMode | undefined;
}
export interface Ship extends Common {
  consignee: string;
  lots: OldLot[];
}
export interface AnswerShipment extends Common {
  /** The hash of the ship event. */
  shipment: string;
  /** The lots received and their quantities; without it, all lots in full. */
  lots?: (OldLot & { quantity?: number | undefined })[] | undefined;
}
export interface Split extends Common {
  lot: string;
  children: NewLot[];
}
export interface Assemble extends Common {
  /** Pieces used up of each lot. */
  inputs: CountedLot[];
  products: NewLot[];
}
export interface Remark extends Common {
  lots: OldLot[];
}
export interface Scrap extends Common {
  /** Pieces scrapped of each lot. */
  lots: CountedLot[];
}
export interface GiveNotice extends Omit<Common, "restricted"> {
  lot: string;
  kind: NoticeKindName;
  /** The notice that a withdrawal withdraws. */
  withdraws?: string | undefined;
}

/** The answer to an act. */
export interface ActionResult extends Acceptance {
  /** The lots of the event, in its order. */
  lots: string[];
}

/** Makes lots: by their maker (commission), or by a party that states their source (introduce). */
export function makeLots(
  ctx: Context,
  party: string,
  action: "commission" | "introduce",
  act: MakeLots,
): Promise<ActionResult> {
  return signAndAccept(ctx, party, action, {
    ...act,
    lines: act.lots.map((lot) => newLine(party, lot)),
  });
}

/** Ships lots to a consignee. They stay with the shipper until they are received. */
export async function ship(ctx: Context, party: string, act: Ship): Promise<ActionResult> {
  const lots = await visibleLots(ctx, party, act.lots);
  const lines = act.lots.map(({ lot, details }) =>
    lineOf(lots.get(lot)!, lots.get(lot)!.quantity, details),
  );
  return signAndAccept(ctx, party, "ship", { ...act, lines, consignee: act.consignee });
}

/** Receives a shipment or some lots of it, with the counted quantities. */
export async function receive(
  ctx: Context,
  party: string,
  act: AnswerShipment,
): Promise<ActionResult> {
  const lots = await shippedLots(ctx, party, act);
  const counted = new Map(act.lots?.map((lot) => [lot.lot, lot]));
  const lines = lots.map((lot) =>
    lineOf(
      lot,
      BigInt(counted.get(lot.id)?.quantity ?? lot.quantity),
      counted.get(lot.id)?.details,
    ),
  );
  return signAndAccept(ctx, party, "receive", { ...act, lines });
}

/** Sends a shipment back to where it came from: by the consignee (refuse) or by the shipper (cancel). */
export async function sendBack(
  ctx: Context,
  party: string,
  action: "refuse" | "cancel",
  act: AnswerShipment,
): Promise<ActionResult> {
  const lots = await shippedLots(ctx, party, act);
  const lines = lots.map((lot) =>
    lineOf(lot, lot.quantity, act.lots?.find((one) => one.lot === lot.id)?.details),
  );
  return signAndAccept(ctx, party, action, { ...act, lines, holder: lots[0]!.holder });
}

/** Splits new lots off a lot. The rest stays in it. */
export async function split(ctx: Context, party: string, act: Split): Promise<ActionResult> {
  const parent = (await visibleLots(ctx, party, [{ lot: act.lot }])).get(act.lot)!;
  const taken = act.children.reduce((sum, { quantity }) => sum + BigInt(quantity), 0n);
  if (taken > parent.quantity) throw quantityRefusal(parent, taken, "children");
  const lines = [
    lineOf(parent, parent.quantity - taken),
    ...act.children.map((child) => newLine(party, child)),
  ];
  return signAndAccept(ctx, party, "split", { ...act, lines });
}

/** Uses pieces of lots in products, which become lots of the assembler. */
export async function assemble(ctx: Context, party: string, act: Assemble): Promise<ActionResult> {
  const inputs = await usedLines(ctx, party, act.inputs, "inputs");
  return signAndAccept(ctx, party, "assemble", {
    ...act,
    lines: [...inputs, ...act.products.map((lot) => newLine(party, lot))],
  });
}

/** Scraps pieces of lots. A lot without pieces is closed. */
export async function scrap(ctx: Context, party: string, act: Scrap): Promise<ActionResult> {
  return signAndAccept(ctx, party, "scrap", {
    ...act,
    lines: await usedLines(ctx, party, act.lots, "lots"),
  });
}

/** States something about lots without moving them: an inspection, a hold, a release. */
export async function remark(
  ctx: Context,
  party: string,
  action: "inspect" | "hold" | "release",
  act: Remark,
): Promise<ActionResult> {
  const lots = await visibleLots(ctx, party, act.lots);
  const lines = act.lots.map(({ lot, details }) =>
    lineOf(lots.get(lot)!, lots.get(lot)!.quantity, details),
  );
  return signAndAccept(ctx, party, action, { ...act, lines });
}

/** Recalls or suspects a lot, or withdraws a notice. */
export async function giveNotice(
  ctx: Context,
  party: string,
  act: GiveNotice,
): Promise<Acceptance> {
  const secret = ctx.random(32);
  const details = act.details && Object.keys(act.details).length > 0 ? act.details : undefined;
  const notice: Notice = {
    lot: act.lot,
    kind: NOTICE_KINDS[act.kind],
    issuer: party,
    time: act.time ?? ctx.clock(),
    withdraws: act.withdraws ?? ZERO_HASH,
    details: details ? detailsRoot(details, secret) : ZERO_HASH,
  };
  const sign = await openSigner(ctx.prisma, ctx.keystore, party);
  const signature = sign(noticeDigest(ctx.domain, notice));
  return acceptNotice(ctx, {
    notice,
    signature,
    ...(details && { details, secret: toHex(secret) }),
  });
}

interface Line {
  lot: string;
  previous: string;
  quantity: number;
  details: EntryDetails;
}

function newLine(issuer: string, { lotNumber, quantity, details }: NewLot): Line {
  return {
    lot: lotId(issuer, lotNumber),
    previous: ZERO_HASH,
    quantity,
    details: { ...details, lotNumber },
  };
}

function lineOf(lot: Lot, quantity: bigint, details: EntryDetails = {}): Line {
  const { lastEvent, holder, consignee, held } = lot;
  const previous = wordOf({ lastEvent, holder, consignee, held, quantity: Number(lot.quantity) });
  return { lot: lot.id, previous, quantity: Number(quantity), details };
}

async function usedLines(
  ctx: Context,
  party: string,
  inputs: CountedLot[],
  field: string,
): Promise<Line[]> {
  const lots = await visibleLots(ctx, party, inputs);
  return inputs.map(({ lot, quantity, details }) => {
    const before = lots.get(lot)!;
    if (BigInt(quantity) > before.quantity) throw quantityRefusal(before, BigInt(quantity), field);
    return lineOf(before, before.quantity - BigInt(quantity), details);
  });
}

function quantityRefusal({ id, quantity }: Lot, taken: bigint, field: string): Refusal {
  const message = `Lot ${id} has ${quantity} pieces. ${taken} cannot be taken from it.`;
  return new Refusal("QUANTITY_NOT_ALLOWED", 422, message, { field });
}

/** Finds lots that a party may see. @throws Refusal NOT_FOUND for the first that it may not, as if it did not exist */
async function visibleLots(
  ctx: Context,
  party: string,
  wanted: OldLot[],
): Promise<Map<string, Lot>> {
  const ids = wanted.map(({ lot }) => lot);
  const rows = await ctx.prisma.lot.findMany({
    where: { id: { in: ids }, interests: { some: { party } } },
  });
  const lots = new Map(rows.map((lot) => [lot.id, lot]));
  ids.forEach((id, i) => {
    if (!lots.has(id)) throw noSuchLot(id, `lots.${i}.lot`);
    if (ids.indexOf(id) !== i)
      throw new Refusal("BAD_FIELD", 422, `Lot ${id} is named twice. Name each lot once.`, {
        field: `lots.${i}.lot`,
      });
  });
  return lots;
}

/** Finds the lots that are still on their way with a shipment: all of them, or those named. */
async function shippedLots(
  ctx: Context,
  party: string,
  { shipment, lots: named }: AnswerShipment,
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
  const lots = await ctx.prisma.lot.findMany({ where: { id: { in: ids }, lastEvent: shipment } });
  const onTheWay = named ? lots.filter(({ id }) => named.some(({ lot }) => lot === id)) : lots;
  if (onTheWay.length < (named?.length ?? 1)) {
    throw new Refusal("CONFLICT", 409, "The shipment was already received, refused or cancelled.", {
      field: "shipment",
    });
  }
  return onTheWay;
}

interface Draft extends Common {
  lines: Line[];
  settlement?: SettlementMode | undefined;
  holder?: string;
  consignee?: string;
}

async function signAndAccept(
  ctx: Context,
  party: string,
  action: ActionName,
  draft: Draft,
): Promise<ActionResult> {
  const lines = draft.lines.toSorted((a, b) => (a.lot < b.lot ? -1 : 1));
  const time = draft.time ?? ctx.clock();
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
  // Two requests within a second can make the very same event. Each wants its own effect, and only one has it.
  if (accepted.known)
    throw new Refusal(
      "CONFLICT",
      409,
      "Another request did the same at the same time. Read the lot again.",
    );
  return { ...accepted, lots: lines.map(({ lot }) => lot) };
}

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
  const lots = await ctx.prisma.lot.findMany({
    where: { id: { in: lines.map(({ lot }) => lot) } },
    select: { lastEvent: true },
  });
  const newest = await ctx.prisma.event.aggregate({
    where: { hash: { in: lots.map(({ lastEvent }) => lastEvent) } },
    _max: { time: true },
  });
  const latest = Number(newest._max.time ?? 0);
  if (time < latest) {
    throw new Refusal(
      "BAD_FIELD",
      422,
      `The event cannot be earlier than the last event of its lots, at ${latest}.`,
      {
        field: "time",
      },
    );
  }
}
