// Measures TradeTrust's token registry: a title is minted with its escrow, and its holder hands it on.
import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import * as contracts from "@tradetrust-tt/token-registry/contracts";
import { Contract } from "ethers";
import { type Compiled, deploy, gasOf, words } from "./deployed.ts";
import type { Peer } from "./peer.ts";

const {
  TitleEscrowFactory__factory: EscrowFactory,
  TradeTrustToken__factory: Registry,
  TitleEscrow__factory: Escrow,
} = contracts as unknown as Record<
  "TitleEscrowFactory__factory" | "TradeTrustToken__factory" | "TitleEscrow__factory",
  Compiled
>;
const NO_REMARK = "0x";

/**
 * Measures the second title of a registry, and its second handover: the first ones also pay for slots that are filled for the
 * first time.
 */
export async function measureTradeTrust(
  owner: HardhatEthersSigner,
  consignee: HardhatEthersSigner,
): Promise<Peer[]> {
  const factory = await deploy(EscrowFactory, owner);
  const registry = await deploy(Registry, owner, "Lots", "LOT", await factory.getAddress());
  const [first, second] = words(1, 2);
  const mint = (lot: string) =>
    gasOf(registry, "mint", owner.address, owner.address, lot, NO_REMARK);
  await mint(first!);
  const minted = await mint(second!);
  const address = (await registry.getFunction("ownerOf")(second)) as string;
  const escrow = new Contract(address, Escrow.abi, owner);
  await gasOf(escrow, "transferHolder", consignee.address, NO_REMARK);
  const theirs = escrow.connect(consignee) as Contract;
  const handedOn = await gasOf(theirs, "transferHolder", owner.address, NO_REMARK);
  return [
    { name: "TradeTrust transferHolder", single: handedOn, batch: null, holder: "yes" },
    { name: "TradeTrust mint", single: minted, batch: null, holder: "yes" },
  ];
}
