// Measures the gas of the ledger's actions, one event per transaction: from receipts, with the base of 21,000.
// Each lot id is new and random, the sender is not a party, and the ledger's words are compared with those of protocol/.
import { randomBytes } from "node:crypto";

import { toHex } from "../protocol/base/bytes.ts";
import { ACTIONS } from "../protocol/event/event.ts";
import { type Party, type World, act, lotsThatDiffer } from "../test/contracts/support/world.ts";

type Lot = { lot: string; quantity: number };

/** Makes typical reels: new ids of an issuer, with some thousands of pieces each. */
function newLots(issuer: string, count: number, quantity = 4_000): Lot[] {
  return Array.from({ length: count }, (_, i) => ({
    lot: issuer + toHex(randomBytes(12)).slice(2),
    quantity: quantity - (i % 7),
  }));
}

/** Measures the gas of one event of each action, on `size` lots. */
export async function measureActions(
  world: World,
  maker: Party,
  ems: Party,
  size: number,
): Promise<Record<string, number>> {
  const gas: Record<string, number> = {};
  const run = async (
    name: string,
    action: keyof typeof ACTIONS,
    actor: Party,
    entries: Lot[],
    consignee?: Party,
  ) => {
    const details = toHex(randomBytes(32));
    const recipient = consignee ? { consignee: consignee.address } : {};
    const { receipt } = await act(
      world,
      { action: ACTIONS[action], actor: actor.address, entries, details, ...recipient },
      actor.key,
    );
    const differing = await lotsThatDiffer(
      world,
      entries.map(({ lot }) => lot),
    );
    if (differing.length > 0)
      throw new Error(
        `${name}: the ledger's words differ from those of protocol/ for ${differing.join()}.`,
      );
    gas[name] = Number(receipt.gasUsed);
  };

  const lots = newLots(maker.address, size);
  await run("commission", "commission", maker, lots);
  await run("ship", "ship", maker, lots, ems);
  await run("receive", "receive", ems, lots);

  const parent = newLots(ems.address, 1, 1_000 * size);
  await run("introduce", "introduce", ems, parent);
  const children = newLots(ems.address, size, 900);
  const left = parent[0]!.quantity - children.reduce((sum, { quantity }) => sum + quantity, 0);
  await run("split", "split", ems, [{ ...parent[0]!, quantity: left }, ...children]);

  const inputs = lots.map(({ lot, quantity }) => ({ lot, quantity: quantity - 500 }));
  await run("assemble", "assemble", ems, [...inputs, ...newLots(ems.address, 1, 500)]);

  // The expensive case: no two lots have the same last event.
  for (const input of inputs)
    await act(world, { action: ACTIONS.inspect, actor: ems.address, entries: [input] }, ems.key);
  await run("shipUnlike", "ship", ems, inputs, maker);
  return gas;
}
