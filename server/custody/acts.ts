// Acts for a party whose key the service keeps. Turns plain fields into a signed event, and accepts it like any other.
import { toHex } from "../../protocol/base/bytes.ts";
import { ZERO_HASH } from "../../protocol/base/values.ts";
import type { EntryDetails } from "../../protocol/event/details.ts";
import { detailsRoot } from "../../protocol/event/disclosure.ts";
import {
  type Notice,
  NOTICE_KINDS,
  type NoticeKindName,
  noticeDigest,
} from "../../protocol/event/notice.ts";
import type { Lot } from "../../prisma/generated/client.ts";
import { openSigner } from "../chain/keystore.ts";
import type { SettlementMode } from "../config.ts";
import type { Context } from "../context.ts";
import { Refusal } from "../refusal.ts";
import { type Acceptance, acceptNotice } from "./accept.ts";
import { shippedLots, visibleLots } from "./act-lots.ts";
import {
  type ActFields,
  type ActionResult,
  type Line,
  lineOf,
  newLine,
  type NewLot,
  signAndAccept,
  isAgainAfterVoid,
} from "./draft.ts";

export interface OldLot {
  lot: string;
  details?: EntryDetails | undefined;
}
export interface CountedLot extends OldLot {
  quantity: number;
}

export interface MakeLots extends ActFields {
  lots: NewLot[];
  /** Where they settle; the service's default if it is missing. */
  settlement?: SettlementMode | undefined;
}
export interface Ship extends ActFields {
  consignee: string;
  lots: OldLot[];
}
export interface AnswerShipment extends ActFields {
  /** The hash of the ship event. */
  shipment: string;
  /** The lots received and their quantities; without it, all lots in full. */
  lots?: (OldLot & { quantity?: number | undefined })[] | undefined;
}
export interface Split extends ActFields {
  lot: string;
  children: NewLot[];
}
export interface Assemble extends ActFields {
  /** Pieces used up of each lot. */
  inputs: CountedLot[];
  products: NewLot[];
}
export interface Remark extends ActFields {
  lots: OldLot[];
}
export interface Scrap extends ActFields {
  /** Pieces scrapped of each lot. */
  lots: CountedLot[];
}
export interface GiveNotice extends Omit<ActFields, "restricted"> {
  lot: string;
  kind: NoticeKindName;
  /** The notice that a withdrawal withdraws. */
  withdraws?: string | undefined;
}

/** Makes lots: by their manufacturer (commission), or by a party that states their source (introduce). */
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
  const lines = await wholeLines(ctx, party, act.lots);
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
  const lines = lots.map((lot) => {
    const { quantity = Number(lot.quantity), details } = counted.get(lot.id) ?? {};
    checkCount(lot, quantity, act.lots?.findIndex((one) => one.lot === lot.id) ?? 0);
    return lineOf(lot, BigInt(quantity), details);
  });
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
  const lines = await wholeLines(ctx, party, act.lots);
  return signAndAccept(ctx, party, action, { ...act, lines });
}

/** Recalls or suspects a lot, or withdraws a notice. */
export async function giveNotice(
  ctx: Context,
  party: string,
  act: GiveNotice,
  now = ctx.clock(),
): Promise<Acceptance> {
  const secret = ctx.random(32);
  const details = act.details && Object.keys(act.details).length > 0 ? act.details : undefined;
  const notice: Notice = {
    lot: act.lot,
    kind: NOTICE_KINDS[act.kind],
    issuer: party,
    time: act.time ?? now,
    withdraws: act.withdraws ?? ZERO_HASH,
    details: details ? detailsRoot(details, secret) : ZERO_HASH,
  };
  const sign = await openSigner(ctx.prisma, ctx.keystore, party);
  const signature = sign(noticeDigest(ctx.domain, notice));
  const accepted = await acceptNotice(ctx, {
    notice,
    signature,
    ...(details && { details, secret: toHex(secret) }),
  });
  return isAgainAfterVoid(accepted) && act.time === undefined
    ? giveNotice(ctx, party, act, now + 1)
    : accepted;
}

/** The lines of lots that keep all their pieces. */
async function wholeLines(ctx: Context, party: string, named: OldLot[]): Promise<Line[]> {
  const lots = await visibleLots(ctx, party, named);
  return named.map(({ lot, details }) => lineOf(lots.get(lot)!, lots.get(lot)!.quantity, details));
}

/** The lines of lots that some pieces are taken from. @param field of the request, for a refusal */
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

const countOf = (quantity: number | bigint) => quantity.toLocaleString("en-US");
const called = ({ id, lotNumber }: Lot) => lotNumber ?? id;

/** Refuses a count that the ledger would refuse, with what to do instead. @param index of the lot in the request */
function checkCount(lot: Lot, count: number, index: number): void {
  if (count >= 1 && BigInt(count) <= lot.quantity) return;
  const shipped = countOf(lot.quantity);
  const instead =
    count < 1
      ? "If it is missing, leave it in transit and tell the shipper."
      : `Receive ${shipped}, and register the surplus as a lot of its own that was found in this one (foundFrom).`;
  const why = `${called(lot)} was shipped with ${shipped} pieces; enter 1 to ${shipped}. ${instead}`;
  const field = `lots.${index}.quantity`;
  throw new Refusal("QUANTITY_NOT_ALLOWED", 422, why, { field });
}

function quantityRefusal(lot: Lot, taken: bigint, field: string): Refusal {
  const message = `${called(lot)} has ${countOf(lot.quantity)} pieces; ${countOf(taken)} cannot be taken from it.`;
  return new Refusal("QUANTITY_NOT_ALLOWED", 422, message, { field });
}
