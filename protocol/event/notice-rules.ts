// Judges a notice by the rules of the ledger. contracts/CustodyLedger.sol has the same rules; a differential test compares the
// two.
import { MAX_TIME_AHEAD_SECONDS } from "../base/limits.ts";
import { ZERO_HASH } from "../base/values.ts";
import { issuerOf } from "./lot.ts";
import { type Notice, NOTICE_KINDS } from "./notice.ts";
import type { Context } from "./transition.ts";
import type { Violation } from "./violation.ts";

/** The ledger at the block that judges the notice. */
export interface NoticeContext extends Pick<Context, "now" | "party" | "key"> {
  /** The recall, suspicion or correction with this digest; undefined unless it was taken and stands. */
  standing(digest: string): Pick<Notice, "lot" | "issuer"> | undefined;
  /** The digest of the issuer's suspicion about the lot that stands; undefined if there is none. */
  suspicion(lot: string, issuer: string): string | undefined;
  /** Whether a notice was taken, whatever became of it. */
  isTaken(digest: string): boolean;
}

/** A notice with its digest and its signer (undefined: the signature is malformed, so nobody signed). */
export interface GivenNotice {
  notice: Notice;
  digest: string;
  signer: string | undefined;
}

/** A rule that a notice breaks: one that events have too, or one for notices alone. */
export type NoticeViolation =
  | Violation
  | { name: "NothingToWithdraw" | "SuspicionStands" | "NoticeAlreadyTaken"; args: [string] };

/** The first rule, in the ledger's order, that a notice breaks; undefined if the ledger would take it. */
export function noticeViolation(
  context: NoticeContext,
  { notice, digest, signer }: GivenNotice,
): NoticeViolation | undefined {
  const { lot, kind, issuer, time, withdraws } = notice;
  const latest = context.now + MAX_TIME_AHEAD_SECONDS;
  const party = context.party(issuer);
  if (time > latest) return { name: "TimeTooFarAhead", args: [time, latest] };
  if (!party || party.roles === 0) return { name: "PartyNotAdmitted", args: [issuer] };
  if (party.suspended) return { name: "PartyIsSuspended", args: [issuer] };
  if (isOfIssuer(kind) && issuerOf(lot) !== issuer)
    return { name: "NotIssuer", args: [lot, issuer] };
  if (!mayWithdraw(context, notice)) return { name: "NothingToWithdraw", args: [withdraws] };
  const earlier =
    kind === NOTICE_KINDS.suspicion ? (context.suspicion(lot, issuer) ?? digest) : digest;
  if (earlier !== digest) return { name: "SuspicionStands", args: [earlier] };
  if (signer === undefined) return { name: "BadSignature", args: [] };
  const key = context.key(signer);
  if (key?.party !== issuer) return { name: "KeyNotOfParty", args: [signer, issuer] };
  if (key.revoked) return { name: "KeyIsRevoked", args: [signer] };
  if (context.isTaken(digest)) return { name: "NoticeAlreadyTaken", args: [digest] };
  return undefined;
}

/** Whether only the lot's issuer may give notices of this kind. */
export const isOfIssuer = (kind: Notice["kind"]): boolean =>
  kind === NOTICE_KINDS.recall || kind === NOTICE_KINDS.correction;

/** Whether a notice names what it may: a withdrawal a standing notice of its issuer about its lot, any other nothing. */
function mayWithdraw(
  { standing }: NoticeContext,
  { lot, kind, issuer, withdraws }: Notice,
): boolean {
  if (kind !== NOTICE_KINDS.withdrawal) return withdraws === ZERO_HASH;
  const named = standing(withdraws);
  return named?.lot === lot && named.issuer === issuer;
}
