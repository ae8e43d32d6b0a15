// Gas per lot of the ledger's actions, and per checkpoint: from receipts, the 21,000 base included, with what peers take
// beside it.
// Each lot's id is fresh and random, the sender is no party, and the ledger's words are compared with protocol/.
import { randomBytes } from "node:crypto";

import { toHex } from "../protocol/bytes.ts";
import { ACTIONS } from "../protocol/event.ts";
import { ROLES } from "../protocol/roles.ts";
import { type Party, type World, act, admit, createWorld, lotsThatDiffer } from "../test/contracts/support/world.ts";
import { measureCheckpoints, printCheckpoints } from "./checkpoints.ts";

const SIZES = [1, 10, 25, 100] as const;

/** What others take for one lot changing hands, or the nearest thing they have; measured on the same EVM. */
const PEERS = [
  ["ERC-721 transfer, sender pays, no signature, no quantity, no data", 42_754, "12,199 (50)", "yes"],
  ["ERC-1155 transfer, sender pays, no signature, no data", 52_336, "25,193 (50)", "yes"],
  ["TradeTrust transferHolder", 60_745, "no batch", "yes"],
  ["TradeTrust mint", 291_924, "no batch", "yes"],
  ["OpenAttestation DocumentStore 3 issue", 47_886, "24,698 (50)", "no"],
  ["EAS timestamp(hash)", 45_869, "25,000 (50)", "no"],
  ["EAS attestByDelegation", 216_376, "175,398 (50)", "no"],
  ["a tutorial contract (strings in storage), move", 151_566, "no batch", "usually"],
] as const;

type Lot = { lot: string; quantity: number };
type Table = Record<string, Record<number, number>>;

/** Reels as they come: fresh ids of an issuer, some thousands of pieces each. */
function newLots(issuer: string, count: number, quantity = 4_000): Lot[] {
  return Array.from({ length: count }, (_, i) => ({
    lot: issuer + toHex(randomBytes(12)).slice(2),
    quantity: quantity - (i % 7),
  }));
}

/** Each action on `size` lots; gas divided by them. */
async function measure(world: World, maker: Party, ems: Party, size: number): Promise<Record<string, number>> {
  const gas: Record<string, number> = {};
  const run = async (name: string, action: keyof typeof ACTIONS, actor: Party, entries: Lot[], consignee?: Party) => {
    const details = toHex(randomBytes(32));
    const to = consignee ? { consignee: consignee.address } : {};
    const { receipt } = await act(
      world,
      { action: ACTIONS[action], actor: actor.address, entries, details, ...to },
      actor.key,
    );
    const differing = await lotsThatDiffer(
      world,
      entries.map(({ lot }) => lot),
    );
    if (differing.length > 0)
      throw new Error(`${name}: the ledger's words are not those of protocol/: ${differing.join()}`);
    gas[name] = Math.round(Number(receipt.gasUsed) / size);
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

  // The dear case: no two lots have their last event in common.
  for (const input of inputs)
    await act(world, { action: ACTIONS.inspect, actor: ems.address, entries: [input] }, ems.key);
  await run("shipUnlike", "ship", ems, inputs, maker);
  return gas;
}

const LABELS: Record<string, string> = {
  commission: "commission",
  ship: "ship",
  receive: "receive",
  split: "split, per new lot, all from one",
  assemble: "assemble, per lot used, all into one",
  shipUnlike: "ship, each lot last moved by another event",
};

/** Two tables that stand under each other: what was measured now, and what others take. */
function print(table: Table): void {
  const number = (value: number) => value.toLocaleString("en");
  const row = (label: string, cells: readonly string[]) =>
    console.log(label.padEnd(70) + cells.map((cell) => cell.padStart(15)).join(""));
  row(
    "Gas per lot; holder and quantity enforced; one signature",
    SIZES.map((size) => (size === 1 ? "1 lot" : `${size} lots`)),
  );
  for (const [name, label] of Object.entries(LABELS))
    row(
      `  ${label}`,
      SIZES.map((size) => number(table[name]![size]!)),
    );
  row("\nOthers, per lot or the nearest thing they have", ["single", "best batch", "holder *"]);
  for (const [label, single, batch, enforced] of PEERS) row(`  ${label}`, [number(single), batch, enforced]);
  console.log("\n* whether the chain itself refuses who does not hold the thing");
}

const world = await createWorld();
const maker = await admit(world, ROLES.manufacturer);
const ems = await admit(world, ROLES.assembler);
const table: Table = {};
for (const size of SIZES)
  for (const [name, gas] of Object.entries(await measure(world, maker, ems, size))) (table[name] ??= {})[size] = gas;

const checkpoints = await measureCheckpoints();

if (process.argv.includes("--json")) {
  const { commission, ship, receive, split, assemble } = table;
  console.log(JSON.stringify({ commission, ship, receive, split, assemble, checkpoints }));
} else {
  print(table);
  printCheckpoints(checkpoints);
}
await world.connection.close();
