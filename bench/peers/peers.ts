// Measures the gas that other systems take for one handover or their nearest equivalent, with their own contracts from the npm
// registry, deployed on the EVM that the ledger is measured on.
import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { printRow } from "../numbers.ts";
import { measureEas } from "./eas.ts";
import { measureDocumentStore } from "./open-attestation.ts";
import type { Peer } from "./peer.ts";
import { measureTokens } from "./tokens.ts";
import { measureTradeTrust } from "./trade-trust.ts";

/** Measures systems that move or record one thing at a time. @param accounts two with ether */
export async function measurePeers(
  owner: HardhatEthersSigner,
  consignee: HardhatEthersSigner,
): Promise<Peer[]> {
  return [
    ...(await measureTokens(owner, consignee)),
    ...(await measureTradeTrust(owner, consignee)),
    ...(await measureDocumentStore(owner)),
    ...(await measureEas(owner, consignee)),
  ];
}

/**
 * Systems that put one root on the chain for many events: the nearest equivalent of a checkpoint. Measured once on the same
 * kind of EVM, not in the run that prints them: their contracts are not in the registry.
 */
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
