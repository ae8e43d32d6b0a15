// Prints the cost of an event in both settlement modes, in gas from receipts and in money at example prices, beside other
// systems. Options: `--gas-prices` in gwei, separated by commas; `--eth-price` in dollars; `--json`.
import { argv } from "node:process";
import { ROLES } from "../protocol/event/roles.ts";
import { admit, createWorld } from "../test/contracts/support/world.ts";
import { measureActions } from "./actions.ts";
import { type AnchoringGas, CHECKPOINTS, measureAnchoring } from "./anchoring.ts";
import { printRow, rounded } from "./numbers.ts";
import type { Peer } from "./peers/peer.ts";
import { measurePeers, printPeers, ROOT_PEERS } from "./peers/peers.ts";

const LOTS = [1, 10, 100] as const;
/** The other systems were measured with 250. */
const EVENTS_PER_CHECKPOINT = [1, 100, 250, 1_000, 10_000] as const;
const LEDGER_ACTIONS = ["commission", "ship", "receive"] as const;

// Example prices to compare the two modes, not market prices.
const gasPrices = option("--gas-prices", "1,0.01").map(Number);
const ethPrice = Number(option("--eth-price", "3000")[0]);
if (![...gasPrices, ethPrice].every((price) => price > 0))
  throw new Error("--gas-prices and --eth-price must be above zero.");
const ASSUMPTION =
  `Example prices, not market prices: one ether at ${ethPrice} dollars, gas at ${gasPrices.join(" and ")} gwei ` +
  "(1 as on a main net, 0.01 as on a layer 2, without its data fee)";

function option(name: string, usual: string): string[] {
  const at = argv.indexOf(name);
  return (at < 0 ? usual : (argv[at + 1] ?? "")).split(",");
}

/** Converts gas to dollars, at each example gas price. */
const dollars = (gas: number) =>
  gasPrices.map((gwei) => Number(((gas * gwei * ethPrice) / 1e9).toPrecision(3)));
const priced = (gas: number) => ({ gas: rounded(gas), dollars: dollars(gas) });

/** Measures the cost of one event by its number of lots, and of each of its lots. */
async function measureLedger() {
  const world = await createWorld();
  const peers = await measurePeers(world.owner, world.outsider);
  const maker = await admit(world, ROLES.manufacturer);
  const ems = await admit(world, ROLES.assembler);
  const table: Record<
    string,
    Record<number, { event: ReturnType<typeof priced>; lot: ReturnType<typeof priced> }>
  > = {};
  for (const lots of LOTS) {
    const gas = await measureActions(world, maker, ems, lots);
    for (const action of LEDGER_ACTIONS)
      (table[action] ??= {})[lots] = {
        event: priced(gas[action]!),
        lot: priced(gas[action]! / lots),
      };
  }
  await world.connection.close();
  return { table, peers };
}

type Log = Record<string, Record<number, AnchoringGas>>;

function print(
  ledger: Awaited<ReturnType<typeof measureLedger>>["table"],
  log: Log,
  peers: readonly Peer[],
): void {
  printRow(
    "Ledger: gas per event with one signature (the chain enforces holder and quantity)",
    LOTS.map((lots) => (lots === 1 ? "1 lot" : `${lots} lots`)),
  );
  for (const [action, cells] of Object.entries(ledger)) {
    const each = LOTS.map((lots) => cells[lots]!);
    printRow(
      `  ${action}`,
      each.map(({ event }) => Math.round(event.gas)),
    );
    printRow(
      "    per lot",
      each.map(({ lot }) => Math.round(lot.gas)),
    );
    for (const [i, gwei] of gasPrices.entries())
      printRow(
        `    per lot, dollars at ${gwei} gwei`,
        each.map(({ lot }) => String(lot.dollars[i])),
      );
  }
  printRow(
    "\nLog: gas per event, by events per checkpoint (the chain enforces append-only)",
    EVENTS_PER_CHECKPOINT.map((events) => events),
  );
  for (const [stretch, cells] of Object.entries(log)) {
    const each = EVENTS_PER_CHECKPOINT.map((events) => cells[events]!);
    printRow(
      `  ${stretch}`,
      each.map(({ gasPerEvent }) => rounded(gasPerEvent)),
    );
    printRow(
      "    per checkpoint",
      each.map(({ gasPerCheckpoint }) => Math.round(gasPerCheckpoint)),
    );
    for (const [i, gwei] of gasPrices.entries())
      printRow(
        `    dollars at ${gwei} gwei`,
        each.map(({ gasPerEvent }) => String(dollars(gasPerEvent)[i])),
      );
  }
  printPeers("\nOther systems, per lot or their nearest equivalent", peers);
  printPeers("\nOther systems with one root for many events, per event", ROOT_PEERS);
  console.log(`\n* whether the chain itself refuses a sender that is not the holder
The systems with one root for many events were measured once on the same kind of EVM, the others in this run.
Log: ${CHECKPOINTS} consecutive checkpoints for each number of events. An event may have up to 250 lots. Notices and keys are on the ledger.
${ASSUMPTION}.`);
}

const { table: ledger, peers } = await measureLedger();
const log = await measureAnchoring(EVENTS_PER_CHECKPOINT);
if (argv.includes("--json")) {
  const withMoney = ([events, gas]: [string, AnchoringGas]) => [
    events,
    { ...gas, dollarsPerEvent: dollars(gas.gasPerEvent) },
  ];
  const logPriced = Object.entries(log).map(([stretch, cells]) => [
    stretch,
    Object.fromEntries(Object.entries(cells).map(withMoney)),
  ]);
  const others = {
    perEvent: peers,
    oneRoot: ROOT_PEERS,
    oneRootMeasured: "once, on the same kind of EVM, not in this run",
  };
  const money = { assumption: ASSUMPTION, gasPricesGwei: gasPrices, ethPriceDollars: ethPrice };
  console.log(JSON.stringify({ ledger, log: Object.fromEntries(logPriced), peers: others, money }));
} else print(ledger, log, peers);
