// Makes bundles of steps 4 and 5, as far as events go: what the ledger recorded, and where.
import { entryHash } from "../../../protocol/event/event.ts";
import { toHex } from "../../../protocol/base/bytes.ts";
import type { Entry } from "../../../protocol/event/event.ts";
import type { BundleJson } from "../../../protocol/trail/bundle.ts";
import { act, lotOf } from "../../../test/support/trails.ts";
import {
  type Extra,
  type StagedCases,
  bundleOfLot,
  changed,
  lastBlock,
  lotWith,
  maker,
  withUnrecorded,
  world,
} from "./stage.ts";

/** Makes the cases, on the common stage. They change it, so the files take their turns. */
export async function recordCases(): Promise<StagedCases> {
  const inspection = (lot: string, more: Partial<Extra> = {}): Extra => ({
    party: maker,
    action: "inspect",
    lots: { [lot]: 100 },
    ...more,
  });

  // A lot that the ledger moved on by another event than the trail's.
  const forked = await lotWith("L1");
  const elsewhere = await withUnrecorded(forked, inspection(forked, { late: 1 }));
  const twoElsewhere = await withUnrecorded(
    forked,
    inspection(forked, { late: 1 }),
    inspection(forked, { late: 2 }),
  );
  const older = bundleOfLot(forked);
  await act(world, maker, "inspect", { lots: { [forked]: 100 } });
  const forkedAt = lastBlock();
  const lastAltered = changed(bundleOfLot(forked), ({ trail }) => {
    trail.events.at(-1)!.event.time += 1;
  });

  // A lot whose first event is another on the ledger.
  const remade = lotOf(maker, "L2");
  const first = await withUnrecorded(remade, {
    party: maker,
    action: "commission",
    lots: { [remade]: 70 },
    facts: { [remade]: { lotNumber: "L2", mpn: "NG-2" } },
  });
  await lotWith("L2");

  // A lot that was split off on paper, from a parent that the ledger moved on.
  const parent = await lotWith("L3");
  const child = lotOf(maker, "L3/1");
  const facts = { [child]: { lotNumber: "L3/1" } };
  const split = {
    party: maker,
    action: "split",
    lots: { [parent]: 60, [child]: 40 },
    facts,
  } as const;
  const splitElsewhere = await withUnrecorded(child, split);
  await act(world, maker, "inspect", { lots: { [parent]: 100 } });

  // Two lots in one event that is not recorded; the one outside of the trail was moved on.
  const mine = await lotWith("L4");
  const outside = await lotWith("L5");
  const both = { ...inspection(mine), lots: { [mine]: 100, [outside]: 100 } };
  const outsideTaken = await withUnrecorded(mine, both);
  await act(world, maker, "inspect", { lots: { [outside]: 100 } });

  const base = await lotWith("L6");
  const bundle = bundleOfLot(base);
  const unrecorded = await withUnrecorded(base, inspection(base));

  // Entries that are withheld: of the lot, of what it was made of, and of a split that is not recorded.
  const whole = await lotWith("L7");
  const part = lotOf(maker, "L7/1");
  await act(world, maker, "split", {
    lots: { [whole]: 60, [part]: 40 },
    facts: { [part]: { lotNumber: "L7/1" } },
  });
  await act(world, maker, "inspect", { lots: { [whole]: 60, [part]: 40 } });
  const inspectedTogether = bundleOfLot(part);
  const source = await lotWith("L10");
  const splitLast = lotOf(maker, "L10/1");
  await act(world, maker, "split", {
    lots: { [source]: 60, [splitLast]: 40 },
    facts: { [splitLast]: { lotNumber: "L10/1" } },
  });
  const withheldIn = (copy: BundleJson, lot: string) =>
    changed(copy, ({ trail: { events } }) => {
      const { entries } = events.at(-1)!.event;
      const at = entries.findIndex((entry) => (entry as Entry).lot === lot);
      entries[at] = toHex(entryHash(entries[at] as Entry));
    });
  const reel = await lotWith("L8");
  const [cut, rest] = [lotOf(maker, "L8/1"), lotOf(maker, "L8/2")];
  const cutting: Extra = {
    party: maker,
    action: "split",
    lots: { [reel]: 50, [cut]: 30, [rest]: 20 },
    facts: { [cut]: { lotNumber: "L8/1" }, [rest]: { lotNumber: "L8/2" } },
  };
  const splitUnrecorded = await withUnrecorded(reel, cutting);

  const late = await lotWith("L9", {}, { late: -31 * 24 * 60 * 60 });

  return {
    "not-recorded": { about: "An event is not settled yet.", bundle: unrecorded },
    "not-final": {
      about: "Too few blocks stand on that of the record.",
      bundle: bundleOfLot(forked),
      open: forkedAt,
    },
    "no-node-of-one-lot": { about: "Nothing is compared with the chain.", bundle, node: false },
    "node-silent": { about: "The node does not answer.", bundle, node: "silent" },
    "node-of-another-chain": {
      about: "The node is on another chain than the one that the reader trusts.",
      bundle: { ...bundle, trail: { ...bundle.trail, chainId: 1 } },
      trust: { chainId: 1 },
    },
    "head-stale": {
      about: "The newest block is older than the reader's policy allows.",
      bundle,
      behind: -10_000,
      trust: { policy: { maxHeadAgeSeconds: 3_600 } },
    },
    "head-of-the-age-allowed": {
      about: "The newest block is as old as the reader's policy allows.",
      bundle,
      behind: -3_600,
      trust: { policy: { maxHeadAgeSeconds: 3_600 } },
    },
    "another-event-recorded": {
      about: "The ledger recorded another event for the lot after the same word.",
      bundle: elsewhere,
    },
    "another-event-recorded-not-final": {
      about: "It is INCOMPLETE while the block of that record is not final.",
      bundle: elsewhere,
      open: forkedAt,
    },
    "another-event-recorded-with-hint": {
      about: "A hint at another record changes nothing: the place decides.",
      bundle: changed(elsewhere, ({ trail }) => {
        trail.events.at(-1)!.settled = { transaction: `0x${"99".repeat(32)}`, block: 1 };
      }),
    },
    "two-events-beside-the-record": {
      about: "Only the first of two unrecorded events has a record in its place.",
      bundle: twoElsewhere,
    },
    "last-event-altered": {
      about:
        "The last event was altered: its record stands in its place, and no word is reported besides.",
      bundle: lastAltered,
    },
    "first-event-of-another-content": {
      about: "The ledger made the lot by another event.",
      bundle: first,
    },
    "split-of-a-lot-that-moved-on": {
      about: "The lot has no word, and another record moved its parent on.",
      bundle: splitElsewhere,
    },
    "place-of-an-outside-lot-taken": {
      about: "Only the places of the trail's lots are asked.",
      bundle: outsideTaken,
    },
    "later-event-missing": {
      about: "The ledger moved the lot on, by an event that the trail lacks.",
      bundle: older,
    },
    "later-event-missing-not-final": {
      about: "It is INCOMPLETE while the block of that record is not final.",
      bundle: older,
      open: forkedAt,
    },
    "hint-wrong": {
      about: "The record is in another block than the trail says.",
      bundle: changed(bundle, ({ trail: { events } }) => void (events[0]!.settled!.block += 1)),
    },
    "hint-of-an-unrecorded-event": {
      about: "Of what is not recorded the hint is not compared.",
      bundle: changed(unrecorded, ({ trail }) => {
        trail.events.at(-1)!.settled = { transaction: `0x${"99".repeat(32)}`, block: 1 };
      }),
    },
    "entry-of-the-lot-withheld": {
      about:
        "The record names the lot at the place of a withheld entry, so its last word is not compared.",
      bundle: withheldIn(inspectedTogether, part),
    },
    "entry-of-the-parent-withheld": {
      about:
        "The record names, at the place of a withheld entry, the lot that the trail's was split from.",
      bundle: changed(
        withheldIn(bundleOfLot(splitLast), source),
        ({ trail }) => void trail.events.shift(),
      ),
    },
    "entry-withheld-in-an-unrecorded-split": {
      about: "Nobody has added up the pieces of a split with a withheld entry.",
      bundle: withheldIn(splitUnrecorded, rest),
    },
    "entry-withheld-no-node": {
      about: "Without a node nobody is known to have added up a split with a withheld entry.",
      bundle: bundleOfLot(source),
      node: false,
    },
    "settled-late": {
      about: "The event was recorded 31 days after the time that it states.",
      bundle: bundleOfLot(late),
    },
    "settled-late-by-policy": {
      about: "The reader's policy allows more days.",
      bundle: bundleOfLot(late),
      trust: { policy: { lateAfterSeconds: 32 * 24 * 60 * 60 } },
    },
  };
}
