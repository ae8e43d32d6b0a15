// Prints the gas of the ledger's actions per lot, of notices, and of checkpoints, beside other systems. From receipts, with the base of
// 21,000.
import { ROLES } from "../protocol/event/roles.ts";
import { admit, createWorld } from "../test/contracts/support/world.ts";
import { measureActions } from "./actions.ts";
import { measureCheckpoints, printCheckpoints } from "./checkpoints.ts";
import { measureNotices } from "./notices.ts";
import { printRow } from "./numbers.ts";
import type { Peer } from "./peers/peer.ts";
import { measurePeers, printPeers } from "./peers/peers.ts";

const SIZES = [1, 10, 25, 100] as const;

type Table = Record<string, Record<number, number>>;

const LABELS: Record<string, string> = {
  commission: "commission",
  ship: "ship",
  receive: "receive",
  split: "split, per new lot from one lot",
  assemble: "assemble, per lot used for one product",
  shipUnlike: "ship, each lot with another last event",
  suspicion: "suspicion, per notice",
  withdrawal: "withdrawal, per notice",
};

/** Prints two tables: the gas of the ledger, and that of other systems on the same EVM. */
function print(table: Table, peers: readonly Peer[]): void {
  printRow(
    "Gas per lot, one signature, holder and quantity enforced",
    SIZES.map((size) => (size === 1 ? "1 lot" : `${size} lots`)),
  );
  for (const [name, label] of Object.entries(LABELS))
    printRow(
      `  ${label}`,
      SIZES.map((size) => table[name]![size]!),
    );
  printPeers("\nOther systems, per lot or their nearest equivalent", peers);
  console.log("\n* whether the chain itself refuses a sender that is not the holder");
}

const world = await createWorld();
const maker = await admit(world, ROLES.manufacturer);
const ems = await admit(world, ROLES.assembler);
const table: Table = {};
for (const size of SIZES) {
  const measured = {
    ...(await measureActions(world, maker, ems, size)),
    ...(await measureNotices(world, ems, size)),
  };
  for (const [name, gas] of Object.entries(measured))
    (table[name] ??= {})[size] = Math.round(gas / size);
}

const checkpoints = await measureCheckpoints();
const peers = await measurePeers(world.owner, world.outsider);

if (process.argv.includes("--json")) {
  const { shipUnlike: _, ...printed } = table;
  console.log(JSON.stringify({ ...printed, checkpoints, peers }));
} else {
  print(table, peers);
  printCheckpoints(checkpoints);
}
await world.connection.close();
