// Makes bundles of steps 6 and 7 with corrections: which count, what they change, and what came before them.
import { withhold } from "../../../protocol/event/disclosure.ts";
import type { Party } from "../../../test/support/ledger.ts";
import { act, deliver, lotOf } from "../../../test/support/trails.ts";
import {
  assembler,
  broker,
  bundleOfLot,
  changed,
  distributor,
  lastBlock,
  ledger,
  lotWith,
  maker,
  noticeBy,
  type StagedCases,
  take,
  withNotices,
  withUnrecorded,
  world,
} from "./stage.ts";

const REASON = "typing error at registration";
const FACTS = { dateCode: "2613", reason: REASON };

/** Makes the cases, on the common stage. They change it, so the files take their turns. */
export async function correctionCases(): Promise<StagedCases> {
  const corrected = async (lot: string, facts: object = FACTS, by: Party = maker) => {
    const notice = await noticeBy(by, "correction", lot, { facts });
    await take(notice);
    return notice;
  };
  const whole = (lot: string) => ({ [lot]: 100 });
  const ship = (lot: string, facts?: object) =>
    act(world, maker, "ship", {
      lots: whole(lot),
      consignee: distributor.address,
      ...(facts && { facts: { [lot]: facts } }),
    });
  const remark = (lot: string, by: Party, action: "inspect" | "hold", shared?: object) =>
    act(world, by, action, { lots: whole(lot), ...(shared && { shared }) });

  const plain = await lotWith("C1");
  const first = await corrected(plain);
  const correctedAt = lastBlock();
  const second = await corrected(plain, { dateCode: "2614", reason: REASON });
  // Shipments that the ledger has not recorded, up to 15 minutes behind the block of the last correction, and a second later.
  const { time: correctedTime } = await ledger.reader.head();
  const shippedLater = async (seconds: number) => {
    const bundle = await withUnrecorded(plain, {
      party: maker,
      action: "ship",
      lots: whole(plain),
      consignee: distributor.address,
      alter: (event) => (event.time = correctedTime + seconds),
    });
    bundle.trail.notices = withNotices(plain, first, second).trail.notices;
    return bundle;
  };
  const within = await shippedLater(900);
  const beyond = await shippedLater(901);

  const end = await noticeBy(maker, "withdrawal", plain, { withdraws: second.digest });

  const unrecorded = await lotWith("C2");
  const pending = await noticeBy(maker, "correction", unrecorded, { facts: FACTS });
  const others = await noticeBy(broker, "correction", unrecorded, { facts: FACTS });

  const withdrawn = await lotWith("C3");
  const old = await corrected(withdrawn);
  const oldEnd = await noticeBy(maker, "withdrawal", withdrawn, { withdraws: old.digest });
  await take(oldEnd);

  // Each of these lots meets something before its correction.
  const sent = await lotWith("C4");
  await ship(sent);
  const afterHandover = await corrected(sent);

  const calledBack = await lotWith("C5");
  await ship(calledBack);
  await act(world, maker, "cancel", { lots: whole(calledBack) });
  const afterCancel = await corrected(calledBack);

  const disputed = await lotWith("C6");
  await deliver(world, maker, distributor, [disputed]);
  await remark(disputed, distributor, "inspect", { inspectionResult: "rejected" });
  const afterDispute = await corrected(disputed);

  const accepted = await lotWith("C18");
  await deliver(world, maker, distributor, [accepted]);
  await remark(accepted, distributor, "hold");
  const beforeAccepted = await corrected(accepted);
  await act(world, distributor, "release", {
    lots: whole(accepted),
    shared: { inspectionResult: "accepted" },
  });

  const ownHold = await lotWith("C7");
  await remark(ownHold, maker, "hold");
  const afterOwnHold = await corrected(ownHold);

  const recalled = await lotWith("C8");
  const recall = await noticeBy(maker, "recall", recalled);
  await take(recall);
  const afterRecall = await corrected(recalled);

  const suspected = await lotWith("C9");
  const suspicion = await noticeBy(broker, "suspicion", suspected);
  await take(suspicion);
  const afterSuspicion = await corrected(suspected);

  // Later statements: of the old value, before and after the correction, and of the new one.
  const repeated = await lotWith("C10");
  await ship(repeated, { dateCode: "2631" });
  const afterRepeat = await corrected(repeated);
  const contradicted = await lotWith("C11");
  const beforeOld = await corrected(contradicted);
  await ship(contradicted, { dateCode: "2631" });
  const followed = await lotWith("C12");
  const beforeNew = await corrected(followed);
  await ship(followed, { dateCode: "2613" });
  const withFormat = await lotWith("C13");
  const ofFormat = await corrected(withFormat, {
    dateCode: "202613",
    dateCodeFormat: "YYYYWW",
    reason: REASON,
  });
  await ship(withFormat, { dateCode: "202613", dateCodeFormat: "YYYYWW" });

  // Splits of a corrected lot: one that repeats the old value, and one whose issuer corrects what it does not state.
  const parent = await lotWith("C14");
  await deliver(world, maker, distributor, [parent]);
  const [repeating, silent] = [lotOf(distributor, "C14/1"), lotOf(distributor, "C14/2")];
  await act(world, distributor, "split", {
    lots: { [parent]: 80, [repeating]: 10, [silent]: 10 },
    facts: {
      [repeating]: { lotNumber: "C14/1", dateCode: "2631" },
      [silent]: { lotNumber: "C14/2" },
    },
  });
  const ofParent = await corrected(parent);
  const ofOthers = await corrected(silent, FACTS, distributor);
  await act(world, distributor, "ship", {
    lots: { [repeating]: 10 },
    consignee: assembler.address,
    facts: { [repeating]: { dateCode: "2613" } },
  });

  // A product of a lot whose part number was corrected to that of the product.
  const part = await lotWith("C15");
  await deliver(world, maker, assembler, [part]);
  const product = lotOf(assembler, "C16");
  await act(world, assembler, "assemble", {
    lots: { [part]: 0, [product]: 1 },
    facts: { [product]: { lotNumber: "C16", mpn: "LH-CTRL-9" } },
  });
  const toProduct = await corrected(part, { mpn: "lh-ctrl-9", reason: REASON });

  const many = await lotWith("C17");
  const several = await noticeBy(maker, "correction", many, {
    facts: FACTS,
    time: 1_700_000_000,
  });

  const taken = await lotWith("C19");
  const beforeSale = await corrected(taken);
  await ship(taken);
  const takenBack = await noticeBy(maker, "withdrawal", taken, { withdraws: beforeSale.digest });
  await take(takenBack);

  return {
    "corrected-before-shipment-dated-ahead": {
      about:
        "An unrecorded shipment may be earlier than its time by 15 minutes, so the lot may have been handed over before.",
      bundle: within,
    },
    "corrected-before-later-shipment": {
      about: "An unrecorded shipment of more than 15 minutes later was not before the correction.",
      bundle: beyond,
    },
    corrected: {
      about: "A date code was corrected before the lot was handed over, twice.",
      bundle: withNotices(plain, first, second),
    },
    "corrected-not-final": {
      about: "A correction does not count while its block is not final.",
      bundle: withNotices(plain, first, second),
      open: correctedAt,
    },
    "corrected-no-node": {
      about: "Without a node no correction counts.",
      bundle: withNotices(plain, first, second),
      node: false,
    },
    "correction-not-recorded": {
      about: "A correction that the ledger has not taken does not count.",
      bundle: withNotices(unrecorded, pending),
    },
    "correction-by-another-party": {
      about:
        "A correction by another party than the issuer does not count, not even as one that waits.",
      bundle: withNotices(unrecorded, others),
    },
    "correction-withdrawn": {
      about: "A correction that was withdrawn before the lot was handed over changes nothing.",
      bundle: withNotices(withdrawn, old, oldEnd),
    },
    "correction-withdrawn-after-handover": {
      about: "Its withdrawal changes the fact again, after the lot had been shipped.",
      bundle: withNotices(taken, beforeSale, takenBack),
    },
    "correction-withdrawal-not-recorded": {
      about: "It counts until the ledger has taken the withdrawal.",
      bundle: withNotices(plain, first, second, end),
    },
    "correction-details-wrong": {
      about: "What a correction states was altered: it does not count.",
      bundle: changed(withNotices(sent, afterHandover), ({ trail }) => {
        trail.notices[0]!.details!.open[0]!.value = "2640";
      }),
    },
    "correction-details-not-shown": {
      about: "What a correction states is not shown, so the first value may be wrong.",
      bundle: withNotices(sent, { ...afterHandover, details: null }),
    },
    "correction-withheld": {
      about: "A correction withholds the corrected value, which identifies the parts.",
      bundle: changed(withNotices(sent, afterHandover), ({ trail: { notices } }) => {
        const item = notices[0]!;
        item.details = withhold(item.details!, ([name]) => name !== "dateCode");
      }),
    },
    "corrected-after-handover": {
      about: "The lot had been shipped before.",
      bundle: withNotices(sent, afterHandover),
    },
    "corrected-after-cancellation": {
      about: "The shipment was cancelled: the lot was not handed over.",
      bundle: withNotices(calledBack, afterCancel),
    },
    "corrected-after-dispute": {
      about: "A holder had rejected the lot before.",
      bundle: withNotices(disputed, afterDispute),
    },
    "corrected-and-accepted": {
      about: "A holder had put it on hold, and released it after the correction, accepted.",
      bundle: withNotices(accepted, beforeAccepted),
    },
    "corrected-after-own-hold": {
      about: "What the issuer does itself is no dispute.",
      bundle: withNotices(ownHold, afterOwnHold),
    },
    "corrected-after-recall": {
      about: "The issuer had recalled the lot before.",
      bundle: withNotices(recalled, recall, afterRecall),
    },
    "corrected-under-suspicion": {
      about: "Another party had reported a suspicion before.",
      bundle: withNotices(suspected, suspicion, afterSuspicion),
    },
    "corrected-after-repetition": {
      about: "An earlier event repeats the value that was corrected.",
      bundle: withNotices(repeated, afterRepeat),
    },
    "corrected-and-contradicted": {
      about: "A later event states the value that was corrected.",
      bundle: withNotices(contradicted, beforeOld),
    },
    "corrected-and-followed": {
      about: "A later event states the corrected value.",
      bundle: withNotices(followed, beforeNew),
    },
    "corrected-with-format": {
      about: "Date code and format are corrected together.",
      bundle: withNotices(withFormat, ofFormat),
    },
    "corrected-parent": {
      about:
        "A split repeats the value that was corrected later, and is corrected with it: a later event states the corrected one.",
      bundle: withNotices(repeating, ofParent),
    },
    "correction-of-others-fact": {
      about: "A party corrects what it did not state of the lot that it split off.",
      bundle: withNotices(silent, ofParent, ofOthers),
    },
    "corrected-part-is-product": {
      about: "By a correction the part has the part number of the product that was made of it.",
      bundle: withNotices(product, toProduct),
    },
    "corrections-left-out": {
      about: "There are more corrections than a verifier reads.",
      bundle: withNotices(many, { ...several, signature: null }),
      repeat: { list: "notices", count: 201 },
    },
    "correction-missing": {
      about: "The trail lacks a correction that is recorded. What it states is not known.",
      bundle: bundleOfLot(sent),
    },
  };
}
