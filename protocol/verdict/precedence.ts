// Decides whose word about a manufacturer's parts counts against whom. Anyone can make a lot and name any manufacturer, so a
// claim by others must not decide the verdict on a lot whose origin is vouched for by a better word.
import { ACTIONS } from "../event/event.ts";
import type { Authorisation } from "../event/statement.ts";

/**
 * Who vouches for what an event states about parts, the strongest word first: their manufacturer; a party that the
 * manufacturer has authorised for its brand; any other party.
 */
export const VOUCHERS = ["maker", "authorised", "other"] as const;
export type Voucher = (typeof VOUCHERS)[number];

/** An act that states something about parts, and how its party stands to the manufacturer that it names. */
export interface Act {
  action: number;
  /** Whether the party is the manufacturer itself. */
  isMaker: boolean;
  /** Whether the manufacturer had authorised the party for its brand on the day of the act. */
  isAuthorised: boolean;
}

/** Who vouches for what an act states. What a manufacturer introduces, it may have bought back: that is not its commission. */
export function voucherOf({ action, isMaker, isAuthorised }: Act): Voucher {
  if (isMaker && action !== ACTIONS.introduce) return "maker";
  return isMaker || isAuthorised ? "authorised" : "other";
}

/** The grades of an authorisation by which a party speaks for the manufacturer. An approved party speaks for itself. */
export const SPEAKING_GRADES: readonly Authorisation["grade"][] = ["authorised", "aftermarket"];

/** Whether an authorisation covers a day (`YYYY-MM-DD`). */
export const coversDay = ({ from, to }: Pick<Authorisation, "from" | "to">, day: string): boolean =>
  from <= day && (to === undefined || day <= to);

/** The strongest of some vouchers. */
export const strongest = (first: Voucher, ...others: Voucher[]): Voucher =>
  VOUCHERS.find((voucher) => [first, ...others].includes(voucher)) ?? first;

/** How a claim about another lot counts in a verdict: in full, or as a remark that makes no verdict worse. */
export type Weight = "full" | "remark";

/**
 * How a claim about another lot that contradicts a lot counts in the verdict on it: in full if its word is as strong as the
 * lot's own, or stronger. So two equal words tell on both lots, and of two unequal ones the weaker tells on its own lot alone.
 */
export const weightOn = (own: Voucher, other: Voucher): Weight =>
  VOUCHERS.indexOf(other) <= VOUCHERS.indexOf(own) ? "full" : "remark";

/** Those whose claims count in full in the verdict on a lot. */
export const weighingOn = (own: Voucher): Voucher[] =>
  VOUCHERS.filter((other) => weightOn(own, other) === "full");
