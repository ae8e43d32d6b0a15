// Corrects facts that a party stated wrongly of its own lot. Signs and gives the correction, a notice that the ledger records.
import { CORRECTABLE, type DetailName } from "../../protocol/event/detail-fields.ts";
import {
  checkNoticeDetails,
  type Details,
  entryDetail,
  type EntryDetails,
} from "../../protocol/event/details.ts";
import { ProtocolError } from "../../protocol/base/errors.ts";
import { ACTIONS } from "../../protocol/event/event.ts";
import { issuerOf } from "../../protocol/event/lot.ts";
import { NOTICE_KINDS } from "../../protocol/event/notice.ts";
import type { Context } from "../context.ts";
import { Refusal } from "../refusal.ts";
import type { Db } from "../storage/db.ts";
import { lotFor, restrictionsOf, visibleDetails } from "../access/visibility.ts";
import type { Change } from "../../api/corrections.ts";
import type { Acceptance } from "./accept.ts";
import { giveNotice } from "./acts.ts";
import { correctedFacts } from "./corrected-facts.ts";
import type { SharedDetails } from "./draft.ts";
import { refuseForeseenCorrection } from "./foreseen.ts";

/** A correction by plain fields. */
export interface Correct {
  lot: string;
  /** The facts as they should be, and the reason. */
  details: SharedDetails;
  time?: number | undefined;
}

/**
 * Compares a correction with what the lot states now, before anything is signed.
 * @returns the facts that it changes
 * @throws Refusal NOT_FOUND, NOT_ISSUER, BAD_FIELD, NOT_STATED_HERE, FIELD_RESTRICTED, NOTHING_TO_CORRECT
 */
export async function changesOf(
  ctx: Context,
  party: string,
  { lot, details }: Correct,
): Promise<Change[]> {
  const row = await lotFor(ctx.prisma, { party }, lot);
  if (issuerOf(lot) !== party) {
    const why = "Only the party that issued a lot corrects its facts. Ask the lot's issuer.";
    throw new Refusal("NOT_ISSUER", 422, why, { field: "lot" });
  }
  checkForm(details);
  const event = await ctx.prisma.event.findUniqueOrThrow({
    where: { hash: row.origin },
    include: { entries: { where: { lot } } },
  });
  const stated = visibleDetails(event, () => true)?.details;
  const index = event.entries[0]!.index;
  const corrected = (await correctedFacts(ctx.prisma, [lot])).get(lot);
  const restricted = restrictionsOf(event);
  const changes = correctedNames(details).flatMap((name): Change[] => {
    const first = stated && entryDetail(stated, index, name as keyof EntryDetails);
    if (event.action === ACTIONS.split && first === undefined) throw notStated(name);
    if (restricted?.[name] !== undefined) throw isRestricted(name);
    const before = (corrected?.has(name) ? corrected.get(name) : first) ?? null;
    const after = (details as EntryDetails)[name as keyof EntryDetails]!;
    return before === after ? [] : [{ name, before, after }];
  });
  if (changes.length === 0) {
    const why =
      "The lot already states these facts. Give the value that should replace the present one.";
    throw new Refusal("NOTHING_TO_CORRECT", 422, why, { field: "details" });
  }
  refuseForeseenCorrection(details, ctx.clock());
  return changes;
}

/** Corrects facts of a lot. @throws Refusal as `changesOf`, and those of a notice */
export async function correctLot(
  ctx: Context,
  party: string,
  act: Correct,
): Promise<Acceptance & { changes: Change[] }> {
  const changes = await changesOf(ctx, party, act);
  const { lot, details, time } = act;
  const { keepAnswer } = ctx;
  const keeping = {
    ...ctx,
    ...(keepAnswer && {
      keepAnswer: (tx: Db, answer: object) => keepAnswer(tx, { ...answer, changes }),
    }),
  };
  const accepted = await giveNotice(keeping, party, { lot, kind: "correction", details, time });
  return { ...accepted, changes };
}

const correctedNames = (details: SharedDetails): DetailName[] =>
  CORRECTABLE.filter((name) => (details as EntryDetails)[name as keyof EntryDetails] !== undefined);

function checkForm(details: SharedDetails): void {
  try {
    checkNoticeDetails(details as Details, NOTICE_KINDS.correction);
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    const field = ["details", error.field].filter(Boolean).join(".");
    throw new Refusal("BAD_FIELD", 400, error.message, { field });
  }
}

function notStated(name: DetailName): Refusal {
  const why =
    "The lot was split off, and the split does not state this fact. Ask the issuer of the lot that it was split from to correct it.";
  return new Refusal("NOT_STATED_HERE", 422, why, { field: `details.${name}` });
}

function isRestricted(name: DetailName): Refusal {
  const why =
    "The event that made the lot restricts who sees this fact, and a correction is seen by everybody who sees the lot.";
  return new Refusal("FIELD_RESTRICTED", 422, why, { field: `details.${name}` });
}
