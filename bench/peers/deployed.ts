// Deploys contracts of other systems on Hardhat's EVM, and reads the gas of their calls from receipts.
import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import {
  Contract,
  ContractFactory,
  type ContractTransactionResponse,
  type InterfaceAbi,
  zeroPadValue,
  toBeHex,
} from "ethers";

/** A compiled contract, as packages give it. */
export interface Compiled {
  abi: InterfaceAbi;
  bytecode: string;
}

/** Deploys a contract. @param owner it deploys, and sends the calls */
export async function deploy(
  { abi, bytecode }: Compiled,
  owner: HardhatEthersSigner,
  ...args: unknown[]
): Promise<Contract> {
  const deployed = await new ContractFactory(abi, bytecode, owner).deploy(...args);
  return new Contract(await (await deployed.waitForDeployment()).getAddress(), abi, owner);
}

/** Sends a call that changes the state. @returns the gas in its receipt, the transaction's 21,000 included */
export async function gasOf(contract: Contract, call: string, ...args: unknown[]): Promise<number> {
  const send = contract.getFunction(call);
  const sent = (await send(...args)) as ContractTransactionResponse;
  return Number((await sent.wait())!.gasUsed);
}

/** The words `first`, `first + 1`, …, none of which another call has used: 32 bytes each, without zero bytes at their start. */
export const words = (first: number, count: number): string[] =>
  Array.from({ length: count }, (_, i) =>
    zeroPadValue(toBeHex(first + i), 32).replace(/^0x0{48}/, `0x${"a7".repeat(24)}`),
  );
