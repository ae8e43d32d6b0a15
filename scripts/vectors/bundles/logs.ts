// Makes vectors of log-only bundles: each with what is trusted and the verdict, on a chain that anchors the log.
import type { BundleJson } from "../../../protocol/trail/bundle.ts";
import { eventDigest } from "../../../protocol/event/event.ts";
import type { LogProof, TrailEvent } from "../../../protocol/trail/trail.ts";
import type { Trust } from "../../../protocol/verdict/trust.ts";
import { bundleFor, openLogBundleWorld } from "../../../test/support/bundles.ts";
import { type Key, enrol, mine, revoke } from "../../../test/support/ledger.ts";
import { anchor, loggedTrail, placeIn, take } from "../../../test/support/logs.ts";
import {
  act,
  commission,
  follow,
  lotOf,
  maker as makerDetails,
  settle,
  sign,
} from "../../../test/support/trails.ts";
import type { Vectors } from "../vector.ts";
import { type Case, vectorsOf } from "./case.ts";

/** The name of the chain's vector. */
export const LOG_CHAIN = "valid/log";

const { world, chain, log, product } = await openLogBundleWorld();
const { ledger, maker, assembler } = world;
world.accept = async (item) => take(log, item);
const logged = (lot: string) => bundleFor(world, lot, loggedTrail(world, [log], lot));

const older = logged(product);
await act(world, assembler, "inspect", { lots: { [product]: 50 } });
const { blockNumber: lastBlock } = await anchor(log);
const bundle = logged(product);

const [, sibling] = await split("TW", 2);
const [parent, child] = await split("TA", 1);
const moved = await commission(world, "TM", 100);
await anchor(log);
const [ofSibling, ofChild, ofMoved] = [sibling, child, moved].map(logged);
await goElsewhere();

const freed = await commission(world, "TH", 100);
await act(world, maker, "hold", { lots: { [freed]: 100 } });
await act(world, maker, "release", { lots: { [freed]: 100 } });
const { blockNumber: freedAt } = await anchor(log);
const ofFreed = logged(freed);

const halved = await commission(world, "TS", 100);
await act(world, maker, "split", {
  lots: { [halved]: 60, [lotOf(maker, "TS/1")]: 40 },
  facts: { [lotOf(maker, "TS/1")]: { lotNumber: "TS/1" } },
});
await anchor(log);
const ofHalved = logged(halved);

// The log takes the second event of this lot before the first.
const late: TrailEvent[] = [];
world.accept = async (item) => void late.unshift(item);
const turned = await commission(world, "TT", 100);
await act(world, maker, "inspect", { lots: { [turned]: 100 } });
world.accept = async (item) => take(log, item);
for (const item of late) {
  take(log, item);
  await anchor(log);
}
const ofTurned = logged(turned);

const key = await enrol(ledger, maker.address);
const before = await commissionWith(key, "TK1");
await anchor(log);
const after = await commissionWith(key, "TK2");
await revoke(ledger, maker, key);
const { blockNumber: afterRevocation } = await anchor(log);
await mine(ledger, 1);

const head = chain.blocks.at(-1)!;
const ledgerAlone: Trust = { ...ledger.domain, finality: 1, now: Number(head.timestamp) + 60 };
const trust: Trust = { ...ledgerAlone, checkpoints: log.contract };

/** Has the maker split a lot into `count` others. Returns the lot and the first of the others. */
async function split(number: string, count: number): Promise<[lot: string, first: string]> {
  const lot = await commission(world, number, 100);
  const numbers = Array.from({ length: count }, (_, i) => `${number}/${i + 1}`);
  const made = numbers.map((lotNumber) => [lotOf(maker, lotNumber), lotNumber] as const);
  await act(world, maker, "split", {
    lots: { [lot]: 100 - 40 * count, ...Object.fromEntries(made.map(([each]) => [each, 40])) },
    facts: Object.fromEntries(made.map(([each, lotNumber]) => [each, { lotNumber }])),
  });
  return [lot, made[0]![0]];
}

/** Makes a lot that the maker commissioned with this key. */
async function commissionWith(own: Key, number: string): Promise<string> {
  const lot = lotOf(maker, number);
  await act(world, maker, "commission", {
    lots: { [lot]: 5 },
    facts: { [lot]: makerDetails(number) },
    key: own,
  });
  return lot;
}

/** Lets the ledger fork from the log for two lots: for one at its split, for the other at its first event. */
async function goElsewhere(): Promise<void> {
  const [made] = loggedTrail(world, [log], parent).events;
  for (const lot of [parent, moved]) world.states.delete(lot);
  await settle(world, made!);
  follow(world, made!);
  const lots = { [parent]: 99, [lotOf(maker, "TA/2")]: 1 };
  await settle(world, await sign(world, maker, "split", { lots }));
  await settle(world, await sign(world, maker, "commission", { lots: { [moved]: 9 } }));
}

/** Makes the product's bundle with another log proof for its first event. */
function placed(change: (logged: LogProof, digest: string) => Partial<LogProof>): BundleJson {
  const copy = structuredClone(bundle);
  const [item] = loggedTrail(world, [log], product).events;
  copy.trail.events[0]!.logged = {
    ...item!.logged!,
    ...change(item!.logged!, eventDigest(ledger.domain, item!.event)),
  };
  return copy;
}

/** The same without the last event's signature. */
function unsigned(whole: BundleJson): BundleJson {
  const copy = structuredClone(whole);
  copy.trail.events.at(-1)!.signature = null;
  return copy;
}

const cases: Record<string, Case> = {
  "log-product": {
    about:
      "No event is on the ledger, and each is in a log: WARN at best, for nobody can know that it is the latest.",
    bundle,
  },
  "log-older": {
    about: "The newest event is left out, and nothing on the chain tells.",
    bundle: older,
  },
  "log-not-final": {
    about: "The checkpoint that has the last event is not final yet.",
    bundle,
    trust: { ...trust, finality: Number(head.number) - lastBlock + 1 },
  },
  "log-key-revoked-after": {
    about: "The key was revoked after the first checkpoint that has the event.",
    bundle: logged(before),
  },
  "log-contract-not-trusted": {
    about:
      "The reader names no checkpoint contract, so the one that the bundle names does not count.",
    bundle,
    trust: ledgerAlone,
  },
  "log-size-not-anchored": {
    about: "The log was never anchored at this size.",
    bundle: placed(() => ({ size: 1_000 })),
  },
  "log-checkpoint-not-first": {
    about: "The proof leads to a checkpoint, and an earlier one has the event already.",
    bundle: placed((_, digest) => placeIn(log, digest, log.sizes[1])!),
  },
  "log-entry-withheld": {
    about:
      "An entry is withheld in the split that made the lot, and no record on the ledger has it.",
    bundle: ofSibling,
  },
  "log-settled-elsewhere-not-final": {
    about:
      "The ledger has the lot by another first event than the log, and that block is not final yet.",
    bundle: ofMoved,
    trust: { ...trust, finality: Number(head.number) },
  },
  "log-split-aside-withheld": {
    about:
      "An entry is withheld in a logged split that made no lot of the trail: nobody has added it up.",
    bundle: ofHalved,
  },
  "log-in-another-order": {
    about: "The later event was anchored before the earlier. Of logs no order is asked.",
    bundle: ofTurned,
  },
  "log-released": {
    about: "The release is logged, signed and final.",
    bundle: ofFreed,
  },
  "log-release-not-final": {
    about: "The checkpoint that has the release is not final.",
    bundle: ofFreed,
    trust: { ...trust, finality: Number(head.number) - freedAt + 1 },
  },
  "log-release-signature-missing": {
    about: "A log also takes what nobody signed: a release counts only with its signature.",
    bundle: unsigned(ofFreed),
  },
  "log-key-revoked-before-not-final": {
    about: "A broken rule stays FAIL where the checkpoint is not final.",
    bundle: logged(after),
    trust: { ...trust, finality: Number(head.number) - afterRevocation + 1 },
  },
  "log-proof-altered": {
    about: "A hash of the proof is another.",
    bundle: placed(({ proof: [, ...rest] }) => ({ proof: [`0x${"cd".repeat(32)}`, ...rest] })),
  },
  "log-other-contract": {
    about: "The bundle names another checkpoint contract than the one that the reader trusts.",
    bundle: { ...bundle, trail: { ...bundle.trail, checkpoints: `0x${"5e".repeat(20)}` } },
  },
  "log-key-revoked-before": {
    about: "The key was revoked before the first checkpoint that has the event.",
    bundle: logged(after),
  },
  "log-settled-elsewhere": {
    about: "The ledger has the lot, by another first event than the log.",
    bundle: ofMoved,
  },
  "log-ancestor-settled-elsewhere": {
    about: "The ledger has the lot's ancestor, and split it into another lot.",
    bundle: ofChild,
  },
};

/** Makes the bundles, each with its verdict. */
export const logBundles: Vectors = await vectorsOf(
  { chain, file: `chains/${LOG_CHAIN}.json`, trust },
  cases,
);

/** Makes the chain that their node reads. */
export const logChain = chain;

/** The log itself, and what a reader of these bundles trusts, for vectors of readers who have followed it. */
export const followedLog = log;
export const logTrust: Trust = trust;
