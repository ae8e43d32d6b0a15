// Lists the gas that other systems take for one handover or their nearest equivalent. From receipts, with the base of
// 21,000, measured once on the same kind of EVM (Hardhat's, osaka), not in the run that prints them.
import { printRow } from "./numbers.ts";

/** One operation of another system. */
export interface Peer {
  name: string;
  /** The gas of one event alone in its transaction. */
  single: number;
  /** The gas per event in its best batch, and the batch's size. Null if it has no batches. */
  batch: { gas: number; of: number } | null;
  /** Whether the chain itself refuses a sender that is not the holder. */
  holder: "yes" | "no" | "usually";
}

/** Systems that move or record one thing at a time. */
export const PEERS: readonly Peer[] = [
  {
    name: "ERC-721 transfer, sender pays, no signature, no quantity, no data",
    single: 42_754,
    batch: { gas: 12_199, of: 50 },
    holder: "yes",
  },
  {
    name: "ERC-1155 transfer, sender pays, no signature, no data",
    single: 52_336,
    batch: { gas: 25_193, of: 50 },
    holder: "yes",
  },
  { name: "TradeTrust transferHolder", single: 60_745, batch: null, holder: "yes" },
  { name: "TradeTrust mint", single: 291_924, batch: null, holder: "yes" },
  {
    name: "OpenAttestation DocumentStore 3 issue",
    single: 47_886,
    batch: { gas: 24_698, of: 50 },
    holder: "no",
  },
  { name: "EAS timestamp(hash)", single: 45_869, batch: { gas: 25_000, of: 50 }, holder: "no" },
  {
    name: "EAS attestByDelegation",
    single: 216_376,
    batch: { gas: 175_398, of: 50 },
    holder: "no",
  },
  {
    name: "a tutorial contract (strings in storage), move",
    single: 151_566,
    batch: null,
    holder: "usually",
  },
];

/** Systems that put one root on the chain for many events: the nearest equivalent of a checkpoint. */
export const ROOT_PEERS: readonly Peer[] = [
  {
    name: "OriginTrail DKG 8.1 publish",
    single: 439_976,
    batch: { gas: 2_671, of: 250 },
    holder: "no",
  },
  {
    name: "one root per batch in an own slot, overwritten",
    single: 27_408,
    batch: { gas: 110, of: 250 },
    holder: "no",
  },
];

/** Prints one table. */
export function printPeers(title: string, peers: readonly Peer[]): void {
  printRow(title, ["single", "best batch", "holder *"]);
  for (const { name, single, batch, holder } of peers)
    printRow(`  ${name}`, [
      single,
      batch ? `${batch.gas.toLocaleString("en")} (${batch.of})` : "no batch",
      holder,
    ]);
}
