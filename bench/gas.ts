// Prints the gas per lot of the ledger's actions, and per checkpoint, beside other systems: from receipts, with the
// 21,000 base.
import { ROLES } from "../protocol/event/roles.ts";
import { admit, createWorld } from "../test/contracts/support/world.ts";
import { measureActions } from "./actions.ts";
import { measureCheckpoints, printCheckpoints } from "./checkpoints.ts";
import { printRow } from "./numbers.ts";
import { PEERS, printPeers } from "./peers.ts";

const SIZES = [1, 10, 25, 100] as const;

type Table = Record<string, Record<number, number>>;

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
  printRow(
    "Gas per lot; holder and quantity enforced; one signature",
    SIZES.map((size) => (size === 1 ? "1 lot" : `${size} lots`)),
  );
  for (const [name, label] of Object.entries(LABELS))
    printRow(
      `  ${label}`,
      SIZES.map((size) => table[name]![size]!),
    );
  printPeers("\nOthers, per lot or the nearest thing they have", PEERS);
  console.log("\n* whether the chain itself refuses who does not hold the thing");
}

const world = await createWorld();
const maker = await admit(world, ROLES.manufacturer);
const ems = await admit(world, ROLES.assembler);
const table: Table = {};
for (const size of SIZES)
  for (const [name, gas] of Object.entries(await measureActions(world, maker, ems, size)))
    (table[name] ??= {})[size] = Math.round(gas / size);

const checkpoints = await measureCheckpoints();

if (process.argv.includes("--json")) {
  const { commission, ship, receive, split, assemble } = table;
  console.log(JSON.stringify({ commission, ship, receive, split, assemble, checkpoints }));
} else {
  print(table);
  printCheckpoints(checkpoints);
}
await world.connection.close();
