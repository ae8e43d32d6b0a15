// Finds lots by what people call them: the lot number, the package id, or the text of the label. Looks only among the lots that
// the caller sees.
import { ACTIONS } from "../../protocol/event/event.ts";
import { readLabel } from "../../protocol/label/label.ts";
import { textsOf } from "../../protocol/label/values.ts";
import type { Candidate } from "../../api/problem.ts";
import { Prisma } from "../../prisma/generated/client.ts";
import { lotRead, seesByGrant } from "../access/grants.ts";
import { lotFor, lotsFor, type Reader, seesLots } from "../access/visibility.ts";
import type { Context } from "../context.ts";
import { lotsWithWords, wordsOf } from "../custody/search.ts";
import { lotViews } from "../custody/views.ts";
import { Refusal } from "../refusal.ts";

const LOT_ID = /^0x[0-9a-f]{64}$/;
/** Lots that one refusal lists. */
const MAX_LISTED = 10;
/** Ids on one label that are looked up. */
const MAX_CODES = 8;

/** A lot as the caller names it. */
export interface LotName {
  text: string;
  /** The field of the request that names it. */
  field: string;
}

/** Who names lots, and whether lots count that grants open to it. */
export interface Namer {
  reader: Reader;
  byGrants: boolean;
  /** The shipment whose lots are named: of several lots with one number, that in it is meant. */
  shipment?: string | undefined;
}

type NamingContext = Pick<Context, "prisma" | "primary" | "clock" | "domain">;

/**
 * The ids of lots, in the order of their names. An id stays as it is, whether the caller sees that lot or not.
 * @throws Refusal NOT_FOUND for the first name that no lot has which the caller sees; AMBIGUOUS_LOT, which lists the lots
 */
export async function lotIds(
  ctx: NamingContext,
  namer: Namer,
  wanted: readonly LotName[],
): Promise<string[]> {
  const names = wanted.map(({ text, field }) => ({ text: text.trim(), field }));
  const numbers = names.flatMap(({ text }) => (LOT_ID.test(text) ? [] : [text]));
  if (numbers.length === 0) return names.map(({ text }) => text);
  const byNumber = await lotsWithNumbers(ctx, namer, numbers);
  const ids: string[] = [];
  for (const { text, field } of names) {
    const lots = LOT_ID.test(text)
      ? [text]
      : (byNumber.get(text) ?? (await lotsOnLabel(ctx, namer, text)));
    const [only, second] = lots.length > 1 ? await inShipment(ctx, namer, lots) : lots;
    if (second !== undefined || (lots.length > 1 && only === undefined))
      throw await ambiguous(ctx, namer, { text, field }, lots);
    ids.push(only ?? (await refuseUnknown(ctx, namer, { text, field })));
  }
  return ids;
}

/**
 * The lots of many names at once, by name without the blanks around it: an id leads to itself, whether the caller sees that lot
 * or not, a lot number or a package id to the lots that the caller sees. Labels are not read.
 */
export async function lotsNamed(
  ctx: NamingContext,
  namer: Namer,
  names: readonly string[],
): Promise<Map<string, string[]>> {
  const texts = names.map((name) => name.trim());
  const numbers = texts.filter((text) => !LOT_ID.test(text));
  const byNumber = await lotsWithNumbers(ctx, namer, numbers);
  return new Map(
    texts.map((text) => [text, LOT_ID.test(text) ? [text] : (byNumber.get(text) ?? [])]),
  );
}

const sees = (ctx: NamingContext, { reader, byGrants }: Namer): Prisma.Sql =>
  byGrants && reader.party !== null && !reader.byGrant
    ? Prisma.sql`(${seesLots(reader)} OR ${seesByGrant(reader.party, ctx.clock())})`
    : seesLots(reader);

/** The visible lots with each lot number or package id, one more than a refusal lists. */
async function lotsWithNumbers(
  ctx: NamingContext,
  namer: Namer,
  numbers: readonly string[],
): Promise<Map<string, string[]>> {
  const rows = await ctx.prisma.$queryRaw<{ text: string; id: string }[]>`
    SELECT asked.text, found.id FROM unnest(${[...new Set(numbers)]}::text[]) AS asked(text) CROSS JOIN LATERAL (
      SELECT lot.id, lot.sequence FROM lot
      WHERE (lot.lot_number = asked.text OR lot.package_id = asked.text) AND ${sees(ctx, namer)}
      ORDER BY lot.sequence, lot.id LIMIT ${MAX_LISTED + 1}) AS found
    ORDER BY found.sequence, found.id`;
  const groups = Map.groupBy(rows, ({ text }) => text);
  return new Map([...groups].map(([text, some]) => [text, some.map(({ id }) => id)]));
}

/** The visible lots that a label names by a link or a package id. Its other codes lead to more than one package. */
async function lotsOnLabel(ctx: NamingContext, namer: Namer, text: string): Promise<string[]> {
  const label = readLabel(text);
  if (label.status === "refused") return [];
  const { chainId, ledger } = ctx.domain;
  const linked = textsOf(label, "lot");
  const isOurs =
    textsOf(label, "chainId").join() === String(chainId) &&
    textsOf(label, "ledger").join() === ledger;
  if (linked.length > 0) return isOurs ? linked : [];
  const codes = textsOf(label, "packageId", "licencePlate").slice(0, MAX_CODES);
  if (codes.length === 0) return [];
  return [...new Set([...(await lotsWithNumbers(ctx, namer, codes)).values()].flat())];
}

/** Those of some lots that are in the shipment, if the caller is a party to it; all of them without a shipment. */
async function inShipment(
  { prisma }: NamingContext,
  { reader: { party }, shipment }: Namer,
  lots: readonly string[],
): Promise<readonly string[]> {
  if (shipment === undefined || party === null) return lots;
  const entries = await prisma.entry.findMany({
    where: {
      event: shipment,
      lot: { in: [...lots] },
      of: { action: ACTIONS.ship, OR: [{ actor: party }, { consignee: party }] },
    },
    select: { lot: true },
  });
  return entries.map(({ lot }) => lot);
}

async function ambiguous(
  ctx: NamingContext,
  namer: Namer,
  { text, field }: LotName,
  lots: readonly string[],
): Promise<Refusal> {
  const candidates: Candidate[] = [];
  for (const id of lots.slice(0, MAX_LISTED)) {
    // What a grant shows is recorded, here too.
    const { lot, reader } = namer.byGrants
      ? await lotRead(ctx, namer.reader, id, "lot")
      : { lot: await lotFor(ctx.prisma, namer.reader, id), reader: namer.reader };
    const [view] = await lotViews(ctx.prisma, [lot], reader);
    const { lotNumber, mpn, quantity, issuer, holder } = view!;
    candidates.push({ lot: id, lotNumber, mpn, quantity, issuer, holder });
  }
  const count = lots.length > MAX_LISTED ? `More than ${MAX_LISTED}` : String(lots.length);
  const why = `${count} lots that you see are called ${shown(text)}. Give the id of the one that you mean.`;
  return new Refusal("AMBIGUOUS_LOT", 409, why, { field, candidates });
}

async function refuseUnknown(
  { prisma }: NamingContext,
  { reader }: Namer,
  { text, field }: LotName,
): Promise<never> {
  const near = await nearNumbers(prisma, reader, text);
  const hint = near.length === 0 ? "" : ` You see ${near.join(", ")}: capitals and blanks count.`;
  const why = `There is no lot ${shown(text)}, or you may not see it.${hint}`;
  throw new Refusal("NOT_FOUND", 404, why, { field });
}

const plain = (number: string) => number.toUpperCase().replaceAll(/\s/g, "");

/** The numbers of the reader's lots that differ from a text in capitals and blanks alone. */
async function nearNumbers(prisma: Context["prisma"], reader: Reader, text: string) {
  const words = wordsOf(text);
  if (words.length === 0 || !isPrintable(text)) return [];
  const list = { where: lotsFor(reader), take: MAX_LISTED };
  const { rows } = await lotsWithWords(prisma, list, words);
  return rows.flatMap(({ lotNumber }) =>
    lotNumber !== null && plain(lotNumber) === plain(text) ? [lotNumber] : [],
  );
}

const MAX_SHOWN = 128;
const isPrintable = (text: string) => /^[\x20-\x7e]*$/.test(text) && text.length <= MAX_SHOWN;

/** A name as a message repeats it: a label is too long, and has characters that nobody sees. */
const shown = (text: string) => (isPrintable(text) ? text : "with this label");
