// Makes bundles of steps 5 and 7, as far as notices go: which a trail must have, and which count.
import { commission, lotOf, act } from "../../../test/support/trails.ts";
import {
  type StagedCases,
  assembler,
  broker,
  bundleOfLot,
  changed,
  distributor,
  lastBlock,
  lotWith,
  maker,
  noticeBy,
  take,
  withNotices,
  world,
} from "./stage.ts";

/** Makes the cases, on the common stage. They change it, so the files take their turns. */
export async function noticeCases(): Promise<StagedCases> {
  const FACTS = { reason: "marking looks wrong" };

  // Nothing is recorded about this lot.
  const base = await lotWith("N1");
  const suspicion = await noticeBy(broker, "suspicion", base);
  const recall = await noticeBy(maker, "recall", base);
  const withdrawal = await noticeBy(broker, "withdrawal", base, { withdraws: suspicion.digest });
  const wrong = await noticeBy(broker, "suspicion", base, { key: maker.key });
  const unsigned = { ...recall, signature: null };
  const withFacts = await noticeBy(broker, "suspicion", base, { facts: FACTS });

  // A suspicion is recorded about this one, and a withdrawal of it about the next.
  const suspected = await lotWith("N2");
  const recorded = await noticeBy(broker, "suspicion", suspected, { facts: FACTS });
  await take(recorded);
  const recordedAt = lastBlock();
  const notWithdrawn = await noticeBy(broker, "withdrawal", suspected, {
    withdraws: recorded.digest,
  });
  const other = await noticeBy(distributor, "suspicion", suspected);
  await take(other);

  const cleared = await lotWith("N3");
  const old = await noticeBy(broker, "suspicion", cleared);
  await take(old);
  const end = await noticeBy(broker, "withdrawal", cleared, { withdraws: old.digest });
  await take(end);
  const endedAt = lastBlock();
  const again = await noticeBy(broker, "withdrawal", cleared, {
    withdraws: old.digest,
    time: end.notice.time + 1,
  });

  const recalled = await lotWith("N4");
  const ofMaker = await noticeBy(maker, "recall", recalled);
  await take(ofMaker);

  // An introduced lot that claims to be of the lot that was recalled.
  const claiming = lotOf(distributor, "N5");
  await act(world, distributor, "introduce", {
    lots: { [claiming]: 5 },
    facts: {
      [claiming]: {
        lotNumber: "N5",
        mpn: "NG74LVC1G08-Q",
        manufacturer: "Northgate Semiconductor",
        claimsLot: recalled,
      },
    },
  });
  const elsewhere = await commission(world, "N6", 5);

  return {
    "suspicion-recorded": {
      about: "Two parties suspect the lot.",
      bundle: withNotices(suspected, recorded, other),
    },
    "recall-recorded": {
      about: "Its issuer recalled the lot.",
      bundle: withNotices(recalled, ofMaker),
    },
    "recall-of-the-lot-claimed": {
      about: "Notices about the lot that an introduced lot claims to be of count, too.",
      bundle: withNotices(claiming, ofMaker),
    },
    "recall-of-the-lot-claimed-missing": {
      about: "They must be there.",
      bundle: bundleOfLot(claiming),
    },
    "notices-in-another-order": {
      about: "The trail's notices are in another order than the ledger's. None is asked.",
      bundle: withNotices(suspected, other, recorded),
    },
    "suspicion-not-recorded": {
      about: "A suspicion counts although the ledger has not taken it.",
      bundle: withNotices(base, suspicion),
    },
    "recall-not-recorded": {
      about: "A recall counts although the ledger has not taken it.",
      bundle: withNotices(base, recall),
    },
    "recall-not-recorded-no-node": {
      about: "Without a node it counts if its signature has the form.",
      bundle: withNotices(base, recall),
      node: false,
    },
    "recall-without-signature": {
      about: "A recall that the ledger has not taken does not count without its signature.",
      bundle: withNotices(base, unsigned),
    },
    "recall-by-another-party": {
      about:
        "A recall by another party than the issuer does not count, and is INCOMPLETE: anyone can add one.",
      bundle: withNotices(base, await noticeBy(broker, "recall", base)),
    },
    "suspicion-recorded-signature-wrong": {
      about:
        "The ledger has taken it, so it counts; but its signature is judged as that of an event.",
      bundle: withNotices(suspected, { ...recorded, signature: wrong.signature }, other),
    },
    "suspicion-recorded-signature-missing": {
      about: "The ledger has taken it, so it counts; its signature is missing.",
      bundle: withNotices(suspected, { ...recorded, signature: null }, other),
    },
    "suspicion-not-recorded-signature-wrong": {
      about: "What the ledger has not taken makes no lot FAIL: anyone can add it.",
      bundle: withNotices(base, wrong),
    },
    "suspicion-not-recorded-details-wrong": {
      about: "Nor do its details. It counts: they are not its signature.",
      bundle: changed(withNotices(base, withFacts), ({ trail }) => {
        trail.notices[0]!.details!.open[0]!.value = "nothing is wrong";
      }),
    },
    "suspicion-recorded-details-wrong": {
      about: "The details of a notice that the ledger has taken were altered.",
      bundle: changed(withNotices(suspected, recorded, other), ({ trail }) => {
        trail.notices[0]!.details!.open[0]!.value = "nothing is wrong";
      }),
    },
    "suspicion-details-not-shown": {
      about: "A notice need not show its details.",
      bundle: withNotices(suspected, { ...recorded, details: null }, other),
    },
    "suspicion-too-far-ahead": {
      about: "A notice that the ledger has not taken is later than the time now.",
      bundle: withNotices(
        base,
        await noticeBy(broker, "suspicion", base, { time: suspicion.notice.time + 1_000_000 }),
      ),
    },
    "suspicion-reader-clock-behind": {
      about: "The reader's clock is behind: the newest block's time counts, which is later.",
      bundle: withNotices(base, suspicion),
      behind: 1_000_000,
    },
    withdrawn: { about: "A suspicion that was withdrawn.", bundle: withNotices(cleared, old, end) },
    "withdrawn-not-final": {
      about: "The suspicion counts until the withdrawal is final.",
      bundle: withNotices(cleared, old, end),
      open: endedAt,
    },
    "withdrawn-no-node": {
      about: "Without a node no withdrawal counts.",
      bundle: withNotices(cleared, old, end),
      node: false,
    },
    "withdrawal-not-recorded": {
      about: "A withdrawal that the ledger has not taken does not count.",
      bundle: withNotices(suspected, recorded, other, notWithdrawn),
    },
    "withdrawn-twice": {
      about: "A second withdrawal, which the ledger has not taken, withdraws nothing that stands.",
      bundle: withNotices(cleared, old, end, again),
    },
    "withdrawal-before-its-suspicion": {
      about:
        "Neither is recorded, so the trail's order counts: the withdrawal comes before its suspicion.",
      bundle: withNotices(base, withdrawal, suspicion),
    },
    "withdrawal-before-its-suspicion-no-node": {
      about: "It is asked without a node as well.",
      bundle: withNotices(base, withdrawal, suspicion),
      node: false,
    },
    "notice-twice": {
      about: "A notice stands twice.",
      bundle: withNotices(recalled, ofMaker, { ...ofMaker, signature: null }),
    },
    "notice-extra": {
      about: "A notice is about another lot. It is judged no further.",
      bundle: withNotices(base, await noticeBy(broker, "suspicion", elsewhere, { key: maker.key })),
    },
    "notice-missing": {
      about: "The trail lacks a notice that is recorded; it counts all the same.",
      bundle: bundleOfLot(recalled),
    },
    "notice-missing-not-final": {
      about: "It is INCOMPLETE while the block of its record is not final.",
      bundle: bundleOfLot(suspected),
      open: recordedAt,
    },
    "notice-altered": {
      about: "A notice differs from the recorded one in its time.",
      bundle: changed(withNotices(recalled, ofMaker), ({ trail }) => {
        trail.notices[0]!.notice.time += 1;
      }),
    },
    "notice-hint-wrong": {
      about: "The notice was recorded in another block than the trail says.",
      bundle: changed(withNotices(recalled, ofMaker), ({ trail }) => {
        trail.notices[0]!.settled = { transaction: `0x${"99".repeat(32)}`, block: 1 };
      }),
    },
    "too-many-notices": {
      about: "More notices than a verifier reads, and none of them is signed.",
      bundle: withNotices(base, {
        ...(await noticeBy(assembler, "suspicion", base, { time: 1_700_000_000 })),
        signature: null,
      }),
      repeat: { list: "notices", count: 10_001 },
    },
  };
}
