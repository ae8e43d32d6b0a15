// Rebuilds every state and every signed struct from the EVM logs alone.
import { expect } from "chai";
import type { Result } from "ethers";
import { ACTIONS, type CustodyEvent, actionName, eventDigest } from "../../protocol/event/event.ts";
import { type LotState, wordOf } from "../../protocol/event/lot.ts";
import { unpackLine } from "../../protocol/event/submission.ts";
import { ZERO_HASH } from "../../protocol/base/values.ts";
import {
  type Scene,
  createScene,
  freshLot,
  happens,
  lotInTransit,
  lotsOf,
} from "./support/scene.ts";
import { fieldsOf } from "./support/world.ts";

/** A log of the ledger that records an event, decoded. */
interface Recorded extends Omit<CustodyEvent, "entries"> {
  digest: string;
  lots: string[];
  lines: bigint[];
}

describe("the ledger's logs", () => {
  let scene: Scene;

  before(async () => {
    scene = await createScene();
    await aLotsLife(scene);
  });

  after(() => scene.world.connection.close());

  const recorded = async (): Promise<Recorded[]> => {
    const { ledger } = scene.world;
    const logs = await ledger.queryFilter(ledger.filters.EventRecorded());
    return logs.map(({ args }) => fieldsOf(args as unknown as Result) as unknown as Recorded);
  };

  it("contain every lot's state", async () => {
    const states = new Map<string, LotState>();
    for (const log of await recorded()) replay(states, log);
    expect(states.size).to.be.at.least(8);
    expect(Object.fromEntries(states)).to.deep.equal(Object.fromEntries(scene.world.states));
    for (const [lot, state] of states)
      expect(await scene.world.ledger.wordOf(lot)).to.equal(wordOf(state));
  });

  it("contain the signed struct of every event", async () => {
    const states = new Map<string, LotState>();
    const actions = new Set<string | undefined>();
    for (const log of await recorded()) {
      const { digest, lots, lines, ...shared } = log;
      const entries = lots.map((lot, i) => {
        const before = states.get(lot);
        return {
          lot,
          previous: before ? wordOf(before) : ZERO_HASH,
          quantity: unpackLine(lines[i]!).quantity,
        };
      });
      expect(eventDigest(scene.world.domain, { ...shared, entries })).to.equal(digest);
      replay(states, log);
      actions.add(actionName(shared.action));
    }
    expect([...actions]).to.have.members(Object.keys(ACTIONS));
  });

  it("contain each lot's quantity before an event, and whether the lot is new", async () => {
    const states = new Map<string, LotState>();
    for (const log of await recorded()) {
      log.lots.forEach((lot, i) => {
        const { quantityBefore, origin } = unpackLine(log.lines[i]!);
        expect([quantityBefore, origin > 0]).to.deep.equal([
          states.get(lot)?.quantity ?? 0,
          states.has(lot),
        ]);
      });
      replay(states, log);
    }
  });
});

/** Applies a log to the states before. A reader needs to know nothing beyond the rule for `held`. */
function replay(
  states: Map<string, LotState>,
  { digest, action, holder, consignee, lots, lines }: Recorded,
): void {
  const parent = lots.map((lot) => states.get(lot)).find((state) => state !== undefined);
  lots.forEach((lot, i) => {
    const before = states.get(lot) ?? (action === ACTIONS.split ? parent : undefined);
    const held = action === ACTIONS.hold || (action !== ACTIONS.release && (before?.held ?? false));
    const { quantity } = unpackLine(lines[i]!);
    states.set(lot, { lastEvent: digest, holder, consignee, quantity, held });
  });
}

/** Events of every action, some on many lots. */
async function aLotsLife(scene: Scene): Promise<void> {
  const { maker, distributor, ems } = scene;
  const details = `0x${"d".repeat(64)}`;
  const lot = freshLot(scene, maker);
  await happens(scene, "commission", maker, [{ lot, quantity: 100 }], { details });
  await happens(scene, "ship", maker, [{ lot, quantity: 100 }], {
    consignee: distributor.address,
    details,
  });
  await happens(scene, "receive", distributor, [{ lot, quantity: 99 }]);
  await happens(scene, "hold", distributor, [{ lot, quantity: 99 }]);
  const child = freshLot(scene, distributor);
  await happens(scene, "split", distributor, [
    { lot, quantity: 0 },
    { lot: child, quantity: 99 },
  ]);
  await happens(scene, "inspect", distributor, [{ lot: child, quantity: 99 }]);
  await happens(scene, "release", distributor, [{ lot: child, quantity: 99 }]);
  await happens(scene, "scrap", distributor, [{ lot: child, quantity: 90 }]);

  const refused = await lotInTransit(scene, distributor, ems);
  const cancelled = await lotInTransit(scene, distributor, ems);
  await happens(scene, "refuse", ems, [{ lot: refused, quantity: 100 }], {
    holder: distributor.address,
  });
  await happens(scene, "cancel", distributor, [{ lot: cancelled, quantity: 100 }]);

  const inputs = await lotsOf(scene, ems, 10, 20, 30);
  await happens(scene, "assemble", ems, [
    ...inputs.map((input) => ({ lot: input, quantity: 5 })),
    { lot: freshLot(scene, ems), quantity: 4 },
  ]);
  await happens(scene, "ship", ems, [{ lot: inputs[0]!, quantity: 5 }], {
    consignee: maker.address,
  });
}
