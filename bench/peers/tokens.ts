// Measures OpenZeppelin's ERC-721 and ERC-1155: a token, or as many as a lot has pieces, goes to another holder.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import solc from "solc";
import { type Compiled, deploy, gasOf, words } from "./deployed.ts";
import type { Peer } from "./peer.ts";

const MANY = 50;
const PIECES = 4_000;

interface Output {
  errors?: { severity: string; formattedMessage: string }[];
  contracts: Record<
    string,
    Record<string, { abi: Compiled["abi"]; evm: { bytecode: { object: string } } }>
  >;
}

/** Compiles Tokens.sol with the settings of the ledger's own contracts. */
function compileTokens(): Record<"LotTokens" | "PieceTokens", Compiled> {
  const name = "Tokens.sol";
  const content = readFileSync(new URL(name, import.meta.url), "utf8");
  const input = {
    language: "Solidity",
    sources: { [name]: { content } },
    settings: {
      evmVersion: "osaka",
      viaIR: true,
      optimizer: { enabled: true, runs: 10_000 },
      outputSelection: { "*": { "*": ["abi", "evm.bytecode.object"] } },
    },
  };
  const read = (path: string) => ({
    contents: readFileSync(fileURLToPath(import.meta.resolve(path)), "utf8"),
  });
  const output = JSON.parse(solc.compile(JSON.stringify(input), { import: read })) as Output;
  const fault = output.errors?.find(({ severity }) => severity === "error");
  if (fault) throw new Error(fault.formattedMessage);
  const compiled = (contract: string): Compiled => {
    const { abi, evm } = output.contracts[name]![contract]!;
    return { abi, bytecode: `0x${evm.bytecode.object}` };
  };
  return { LotTokens: compiled("LotTokens"), PieceTokens: compiled("PieceTokens") };
}

/** Measures both: single, and 50 in one call. Those who receive already have tokens, as a company would. */
export async function measureTokens(
  owner: HardhatEthersSigner,
  consignee: HardhatEthersSigner,
): Promise<Peer[]> {
  const { LotTokens, PieceTokens } = compileTokens();
  const lots = await deploy(LotTokens, owner);
  await gasOf(lots, "mint", owner.address, words(1, MANY + 3));
  await gasOf(lots, "mint", consignee.address, words(1_000, 1));
  const one = await gasOf(
    lots,
    "transferFrom",
    owner.address,
    consignee.address,
    words(MANY + 1, 1)[0],
  );
  const all = await gasOf(lots, "sendAll", consignee.address, words(1, MANY));

  const pieces = await deploy(PieceTokens, owner);
  const minted = words(1, MANY + 1);
  await gasOf(
    pieces,
    "mint",
    owner.address,
    minted,
    minted.map(() => PIECES),
  );
  const parties = [owner.address, consignee.address];
  const onePiece = await gasOf(pieces, "safeTransferFrom", ...parties, minted[MANY], PIECES, "0x");
  const sent = minted.slice(0, MANY);
  const quantities = sent.map(() => PIECES);
  const allPieces = await gasOf(
    pieces,
    "safeBatchTransferFrom",
    ...parties,
    sent,
    quantities,
    "0x",
  );
  return [
    {
      name: "ERC-721 transfer, sender pays, no signature, no quantity, no data",
      single: one,
      batch: { gas: Math.round(all / MANY), of: MANY },
      holder: "yes",
    },
    {
      name: "ERC-1155 transfer, sender pays, no signature, no data",
      single: onePiece,
      batch: { gas: Math.round(allPieces / MANY), of: MANY },
      holder: "yes",
    },
  ];
}
