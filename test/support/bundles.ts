// Makes a bundle from a ledger on paper: a product whose trail has every kind of content, with
// entries and fields of others withheld.
import { type BundleJson, bundleOf, withholdEntries } from "../../protocol/trail/bundle.ts";
import { type Trail, lotsOfTrail } from "../../protocol/trail/trail.ts";
import type { Trust } from "../../protocol/verdict/trust.ts";
import { deployCheckpoints } from "./ledger.ts";
import { type TestLog, anchor, loggedTrail, openLog, take } from "./logs.ts";
import { type PaperChain, openPaperLedger } from "./paper-ledger.ts";
import {
  type World,
  act,
  commission,
  deliver,
  giveNotice,
  lotOf,
  openWorld,
  trailFor,
  trustIn,
} from "./trails.ts";

export interface BundleWorld {
  world: World;
  chain: PaperChain;
  bundle: BundleJson;
  trust: Trust;
  /** The product, the reel in it, and a lot that was shipped with the reel. */
  product: string;
  reel: string;
  stranger: string;
}

const DOCUMENT = {
  hash: `0x${"d0".repeat(32)}`,
  kind: "coc",
  mediaType: "application/pdf",
  size: 4_096,
} as const;

/** The bundle of a lot for a reader who knows only the lots of the trail. */
export function bundleFor(
  world: World,
  lot: string,
  trail: Trail = trailFor(world, lot),
): BundleJson {
  const lots = new Set(lotsOfTrail(lot, trail.events));
  const events = trail.events.map((item) => ({
    ...item,
    event: withholdEntries(item.event, (each) => lots.has(each)),
  }));
  const made = { at: 1_795_100_000, by: "Harbour Components" };
  return bundleOf(structuredClone({ ...trail, events }), { documents: [], made });
}

/** The same as a log-only bundle, whose log is anchored after every third event. */
export interface LogBundleWorld extends BundleWorld {
  log: TestLog;
}

/** A bundle of events that a ledger recorded. */
export async function openBundleWorld(): Promise<BundleWorld> {
  const ledger = openPaperLedger();
  const world = await openWorld(ledger);
  const lots = await live(world);
  return {
    world,
    chain: ledger.chain,
    bundle: withDocument(bundleFor(world, lots.product)),
    ...lots,
    trust: await trustIn(world),
  };
}

/** A bundle of events that a log has and no ledger recorded. */
export async function openLogBundleWorld(): Promise<LogBundleWorld> {
  const ledger = openPaperLedger();
  const world = await openWorld(ledger);
  const log = openLog(ledger, await deployCheckpoints(ledger, "0x"));
  world.accept = async (item) => {
    take(log, item);
    if (log.digests.length % 3 === 0) await anchor(log);
  };
  const lots = await live(world);
  await anchor(log);
  const bundle = withDocument(
    bundleFor(world, lots.product, loggedTrail(world, [log], lots.product)),
  );
  const trust = await trustIn(world, { checkpoints: log.contract });
  return { world, chain: ledger.chain, log, bundle, ...lots, trust };
}

function withDocument(bundle: BundleJson): BundleJson {
  bundle.documents.push({ ...DOCUMENT });
  return bundle;
}

/** A maker's reel travels beside a stranger's, is split, and goes into a product, about which there is a suspicion. */
async function live(world: World): Promise<Pick<BundleWorld, "product" | "reel" | "stranger">> {
  const { maker, distributor, assembler, broker } = world;
  const reel = await commission(world, "T1", 1_000);
  const other = await commission(world, "T2", 500, "NG-LDO33");
  const stranger = await commission(world, "T3", 70);
  await deliver(world, maker, distributor, [reel, stranger]);
  const cut = lotOf(distributor, "T4");
  await act(world, distributor, "split", {
    lots: { [reel]: 700, [cut]: 300 },
    facts: { [cut]: { lotNumber: "T4" } },
  });
  await deliver(world, distributor, assembler, [cut]);
  await deliver(world, maker, assembler, [other]);
  const product = lotOf(assembler, "TP");
  await act(world, assembler, "assemble", {
    lots: { [cut]: 0, [other]: 400, [product]: 50 },
    facts: { [product]: { lotNumber: "TP", mpn: "LH-CTRL-7", cocHash: DOCUMENT.hash } },
  });
  await giveNotice(world, broker, { lot: reel, kind: "suspicion" });
  return { product, reel, stranger };
}
