// Makes bundles of step 7, as far as events go: holds and releases, closed lots, shortfalls and introduced origins.
import { act, lotOf } from "../../../test/support/trails.ts";
import {
  type Extra,
  type StagedCases,
  assembler,
  bundleOfLot,
  changed,
  distributor,
  lastBlock,
  lotWith,
  maker,
  withUnrecorded,
  world,
} from "./stage.ts";

/** Makes the cases, on the common stage. They change it, so the files take their turns. */
export async function holdCases(): Promise<StagedCases> {
  const move = async (action: "hold" | "release" | "inspect", lot: string, pieces = 100) => {
    await act(world, maker, action, { lots: { [lot]: pieces } });
    return lastBlock();
  };
  const unsigned = (copy: ReturnType<typeof bundleOfLot>) =>
    changed(copy, ({ trail }) => void (trail.events.at(-1)!.signature = null));

  const base = await lotWith("H1");
  const hold: Extra = { party: maker, action: "hold", lots: { [base]: 100 } };

  const held = await lotWith("H2");
  const heldAt = await move("hold", held);
  const release: Extra = { party: maker, action: "release", lots: { [held]: 100 } };

  const released = await lotWith("H3");
  await move("hold", released);
  const releasedAt = await move("release", released);

  /** Splits a lot of 100 pieces, and returns the part of 40. */
  async function splitOff(lot: string, number: string): Promise<string> {
    const part = lotOf(maker, number);
    await act(world, maker, "split", {
      lots: { [lot]: 60, [part]: 40 },
      facts: { [part]: { lotNumber: number } },
    });
    return part;
  }

  const parent = await lotWith("H4");
  const before = await splitOff(parent, "H4/1");
  const heldParent = await lotWith("H5");
  await move("hold", heldParent);
  const after = await splitOff(heldParent, "H5/1");
  const freed = await lotWith("H6");
  await move("hold", freed);
  const freedAt = await move("release", freed);
  const ofFreed = await splitOff(freed, "H6/1");

  const shipped = await lotWith("H7");
  await act(world, maker, "ship", { lots: { [shipped]: 100 }, consignee: distributor.address });
  await act(world, distributor, "receive", { lots: { [shipped]: 98 } });
  const part = lotOf(distributor, "H7/1");
  const counted = await lotWith("H10");
  await act(world, maker, "ship", { lots: { [counted]: 100 }, consignee: distributor.address });
  await act(world, distributor, "receive", { lots: { [counted]: 98 } });
  await act(world, distributor, "split", {
    lots: { [shipped]: 58, [part]: 40 },
    facts: { [part]: { lotNumber: "H7/1" } },
  });

  const closed = await lotWith("H8");
  await act(world, maker, "scrap", { lots: { [closed]: 0 } });

  const introduced = lotOf(assembler, "H9");
  const found = lotOf(assembler, "H11");
  const product = lotOf(assembler, "HP");
  for (const [lot, lotNumber] of [
    [introduced, "H9"],
    [found, "H11"],
  ] as const)
    await act(world, assembler, "introduce", {
      lots: { [lot]: 5 },
      facts: { [lot]: { lotNumber, mpn: "NG-9", manufacturer: "Northgate Semiconductor" } },
    });
  await act(world, assembler, "assemble", {
    lots: { [introduced]: 0, [product]: 1 },
    facts: { [product]: { lotNumber: "HP", mpn: "LH-10" } },
  });

  // The parent goes on hold after the split, so the part is not on hold.
  await act(world, maker, "hold", { lots: { [parent]: 60 } });
  const heldOfParent = bundleOfLot(parent).trail.events.at(-1)!;

  return {
    "lot-held": { about: "The lot is on hold.", bundle: bundleOfLot(held) },
    "hold-not-final": {
      about: "A hold counts as soon as the trail shows it: its block is not final.",
      bundle: bundleOfLot(held),
      open: heldAt,
    },
    "hold-not-recorded": {
      about: "A hold counts as soon as the trail shows it: the ledger has not recorded it.",
      bundle: await withUnrecorded(base, hold),
    },
    "hold-no-node": {
      about: "A hold counts without a node.",
      bundle: bundleOfLot(held),
      node: false,
    },
    released: {
      about: "The hold was released, and the release is final.",
      bundle: bundleOfLot(released),
    },
    "release-not-final": {
      about: "A release counts only when it is final.",
      bundle: bundleOfLot(released),
      open: releasedAt,
    },
    "release-not-recorded": {
      about: "A release that the ledger has not recorded does not count.",
      bundle: await withUnrecorded(held, release),
    },
    "hold-and-release-not-recorded": {
      about: "Neither is recorded: the hold counts, and the release does not.",
      bundle: await withUnrecorded(base, hold, { ...hold, action: "release" }),
    },
    "release-no-node": {
      about: "Without a node no release counts.",
      bundle: bundleOfLot(released),
      node: false,
    },
    "release-recorded-signature-missing": {
      about: "The ledger has recorded the release, so it counts without its signature.",
      bundle: unsigned(bundleOfLot(released)),
    },
    "release-not-recorded-signature-missing": {
      about: "A release that is neither recorded nor signed does not count.",
      bundle: unsigned(await withUnrecorded(held, release)),
    },
    "ancestor-on-hold": {
      about: "The lot's ancestor is on hold since after the split. That is no hold of the lot.",
      bundle: changed(
        bundleOfLot(before),
        ({ trail: { events } }) => void events.push(heldOfParent),
      ),
    },
    "split-from-a-lot-on-hold": {
      about: "What is split off a lot on hold is on hold.",
      bundle: bundleOfLot(after),
    },
    "split-after-a-release": {
      about: "The lot was split off after the release of its parent.",
      bundle: bundleOfLot(ofFreed),
    },
    "split-after-a-release-not-final": {
      about: "That release is not final, so the part is on hold as well.",
      bundle: bundleOfLot(ofFreed),
      open: freedAt,
    },
    "received-short": {
      about: "Fewer pieces were received than shipped.",
      bundle: bundleOfLot(counted),
    },
    "received-short-by-an-ancestor": {
      about: "An ancestor was received short: that is reported of any lot of the trail.",
      bundle: bundleOfLot(part),
    },
    "lot-closed": { about: "The lot has no pieces left.", bundle: bundleOfLot(closed) },
    introduced: { about: "The lot was introduced.", bundle: bundleOfLot(found) },
    "ancestor-introduced": {
      about: "An ancestor was introduced: that is reported of any lot of the trail.",
      bundle: bundleOfLot(product),
    },
  };
}
