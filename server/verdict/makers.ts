// Finds the manufacturer of a lot's parts and the parties that it authorised, so that facts tell whose word each of them is.
import { parsedBy } from "../../protocol/base/canonical.ts";
import { ACTIONS } from "../../protocol/event/event.ts";
import { roleBits } from "../../protocol/event/roles.ts";
import { Authorisation, STATEMENT_KINDS } from "../../protocol/event/statement.ts";
import {
  coversDay,
  SPEAKING_GRADES,
  type Voucher,
  voucherOf,
} from "../../protocol/verdict/precedence.ts";
import { dayOf } from "../../protocol/verify/dates.ts";
import { isSameName } from "../../protocol/verify/parts.ts";
import type { Context } from "../context.ts";

/** Newest authorisations of a manufacturer that are read. */
const MAX_AUTHORISATIONS = 1_000;
const MAKERS = roleBits(["manufacturer", "assembler"]);

/** An act on a lot: what its party states there is that party's word. */
export interface Signed {
  action: number;
  actor: string;
  /** Unix seconds. */
  time: number | bigint;
}

/** The manufacturer that a lot's record names. */
export interface Maker {
  /** The parties of the ledger that are this manufacturer. None where it keeps no lots on the ledger. */
  parties: readonly string[];
  /** The parties that it authorised for its brand, on any day. */
  authorised: readonly string[];
  /** Whether a lot's record names the same manufacturer. A manufacturer need not name itself. */
  isNamedBy(lot: { manufacturer: string | null; issuer: string }): boolean;
  voucherOf(act: Signed): Voucher;
}

/**
 * Finds the manufacturer that a record names.
 * @param origin the event that made the pieces: where no manufacturer is named, the party that commissioned them is the
 * manufacturer
 */
export async function makerOf(
  { prisma }: Pick<Context, "prisma">,
  manufacturer: string | null,
  origin: Pick<Signed, "action" | "actor"> | undefined,
): Promise<Maker> {
  const parties = await prisma.party.findMany({
    select: { address: true, name: true, roles: true },
  });
  const isUnnamed = manufacturer === null && origin?.action !== ACTIONS.introduce;
  const makers = parties.filter(({ address, name, roles }) =>
    isUnnamed
      ? address === origin?.actor
      : manufacturer !== null && (roles & MAKERS) !== 0 && isSameName(name, manufacturer),
  );
  const name = manufacturer ?? makers[0]?.name;
  const addresses = makers.map(({ address }) => address);
  const authorisations = name === undefined ? [] : await authorisationsBy(prisma, addresses, name);
  return {
    parties: addresses,
    authorised: [...new Set(authorisations.map(({ party }) => party))],
    isNamedBy: (lot) =>
      lot.manufacturer === null
        ? addresses.includes(lot.issuer)
        : name !== undefined && isSameName(lot.manufacturer, name),
    voucherOf: ({ action, actor, time }) =>
      voucherOf({
        action,
        isMaker: addresses.includes(actor),
        isAuthorised: authorisations.some(
          (each) => each.party === actor && coversDay(each, dayOf(Number(time))),
        ),
      }),
  };
}

/** The standing authorisations of a manufacturer for its brand, by which a party speaks for it. */
async function authorisationsBy(
  prisma: Context["prisma"],
  makers: readonly string[],
  brand: string,
): Promise<Authorisation[]> {
  if (makers.length === 0) return [];
  const rows = await prisma.$queryRaw<{ content: string }[]>`
    SELECT content FROM statement
    WHERE kind = ${STATEMENT_KINDS.authorisation} AND issuer = ANY(${[...makers]}) AND NOT EXISTS (
      SELECT 1 FROM statement later
      WHERE later.withdraws = statement.digest AND later.kind = ${STATEMENT_KINDS.withdrawal}
        AND later.issuer = statement.issuer)
    ORDER BY sequence DESC LIMIT ${MAX_AUTHORISATIONS}`;
  return rows.flatMap(({ content }) => {
    const read = parsedBy(Authorisation, content);
    return read && SPEAKING_GRADES.includes(read.grade) && isSameName(read.brand, brand)
      ? [read]
      : [];
  });
}
