// Makes vectors of bundles: each with what is trusted and the verdict, and the simulated chain that its node reads.
import type { BundleJson } from "../../protocol/trail/bundle.ts";
import type { Trust } from "../../protocol/verdict/trust.ts";
import { bundleFor, openBundleWorld } from "../../test/support/bundles.ts";
import { mine } from "../../test/support/ledger.ts";
import { act } from "../../test/support/trails.ts";
import type { Vectors } from "./vector.ts";
import { type Case, vectorsOf } from "./bundles/case.ts";
import { correctionCases } from "./bundles/corrections.ts";
import { formCases } from "./bundles/form.ts";
import { holdCases } from "./bundles/holds.ts";
import { identityCases } from "./bundles/identity.ts";
import { LOG_CHAIN, logBundles, logChain } from "./bundles/logs.ts";
import { noticeCases } from "./bundles/notices.ts";
import { recordCases } from "./bundles/records.ts";
import { replayCases } from "./bundles/replay.ts";
import { type StagedCase, ledger } from "./bundles/stage.ts";

const CHAIN = "valid/paper";
const made = await openBundleWorld();
const { world, product } = made;
const old = bundleFor(world, product);
await act(world, world.assembler, "inspect", { lots: { [product]: 50 } });
const bundle = bundleFor(world, product);
const head = made.chain.blocks.at(-1)!;
const trust: Trust = { ...world.ledger.domain, finality: 1, now: Number(head.timestamp) + 60 };

function changed(change: (bundle: BundleJson) => void): BundleJson {
  const copy = structuredClone(bundle);
  change(copy);
  return copy;
}
const withheldIn = ({ trail }: BundleJson) =>
  trail.events.flatMap(({ event: { entries } }) =>
    entries.flatMap((entry, index) =>
      typeof entry === "string" ? [{ entries, index, hash: entry }] : [],
    ),
  )[0]!;

const cases: Record<string, Case> = {
  product: {
    about:
      "A product, what it was made of, and another lot's entries withheld; its last event is not final yet.",
    bundle,
  },
  "product-final": {
    about: "The same for a reader who waits for no block.",
    bundle,
    trust: { ...trust, finality: 0 },
  },
  "no-node": {
    about: "Without a node nothing is compared with the chain.",
    bundle,
    node: false,
  },
  "hints-missing": {
    about: "Where something was settled need not be said.",
    bundle: changed(({ trail }) => trail.events.forEach((item) => delete item.settled)),
    trust: { ...trust, finality: 0 },
  },
  "time-altered": {
    about: "One event's time is a second later than what was signed.",
    bundle: changed(({ trail }) => void (trail.events[1]!.event.time += 1)),
  },
  "withheld-entry-altered": {
    about: "The hash that stands for an entry is another.",
    bundle: changed((copy) => {
      const { entries, index, hash } = withheldIn(copy);
      entries[index] = `${hash.slice(0, -1)}${hash.endsWith("0") ? "1" : "0"}`;
    }),
  },
  "signature-of-another-event": {
    about: "An event stands with the signature of another.",
    bundle: changed(({ trail }) => void (trail.events[0]!.signature = trail.events[1]!.signature)),
  },
  "old-shown-as-current": {
    about: "The newest event is left out.",
    bundle: old,
    trust: { ...trust, finality: 0 },
  },
  "other-ledger": {
    about: "The reader trusts another ledger.",
    bundle,
    trust: { ...trust, ledger: `0x${"ab".repeat(20)}` },
  },
  "other-version": {
    about: "A version that there is not.",
    bundle: { ...bundle, version: 2 },
  },
  "member-too-many": {
    about: "A member that bundles do not have.",
    bundle: { ...bundle, note: "" },
  },
};

const STEPS_CHAIN = "valid/steps";
const stepCases = {
  ...(await formCases()),
  ...(await replayCases()),
  ...(await recordCases()),
  ...(await noticeCases()),
  ...(await identityCases()),
  ...(await holdCases()),
  ...(await correctionCases()),
};
await mine(ledger, 1);
const lastOfSteps = ledger.chain.blocks.at(-1)!;
const stepsTrust: Trust = { ...ledger.domain, finality: 1, now: Number(lastOfSteps.timestamp) };

function settled({ open, behind = 0, trust: more, ...each }: StagedCase): Case {
  const finality = open === undefined ? stepsTrust.finality : Number(lastOfSteps.number) - open + 1;
  return { ...each, trust: { ...stepsTrust, finality, now: stepsTrust.now - behind, ...more } };
}
const steps = Object.entries(stepCases).map(([name, each]) => [name, settled(each)] as const);

const vectors: Vectors = {
  ...(await vectorsOf({ chain: made.chain, file: `chains/${CHAIN}.json`, trust }, cases)),
  ...(await vectorsOf(
    { chain: ledger.chain, file: `chains/${STEPS_CHAIN}.json`, trust: stepsTrust },
    Object.fromEntries(steps),
  )),
  ...logBundles,
};

/** Makes the bundles, each with its verdict. */
export const bundleVectors = (): Vectors => vectors;

/** Makes the chains that their nodes read. */
export const chainVectors = (): Vectors => ({
  [CHAIN]: {
    about:
      "Blocks, the ledger's logs, and its words for lots from which block on: all that a node is asked for.",
    ...made.chain,
  },
  [STEPS_CHAIN]: {
    about: "Many lots, of which each bundle needs a few: those of the steps of a verification.",
    ...ledger.chain,
  },
  [LOG_CHAIN]: {
    about:
      "The same with a checkpoint contract: its logs stand among the ledger's, by its own address.",
    ...logChain,
  },
});
