// Finds the ledger that this service works with. Deploys it on the embedded chain at the first start, checks it at every start.
import { readFile } from "node:fs/promises";
import { abiSlots, toHex } from "../../protocol/base/bytes.ts";
import type { Domain } from "../../protocol/event/event.ts";
import type { PrismaClient } from "../../prisma/generated/client.ts";
import { embeddedCheckpointLog } from "./accounts.ts";
import { sendFrom } from "./calls.ts";
import { ConfigError } from "../config.ts";
import type { Request } from "./node.ts";

/** The ledger that a database belongs to. */
export interface LedgerRecord {
  chainId: number;
  address: string;
  genesis: string;
  deployedBlock: number;
}

async function bytecodeOf(name: string): Promise<string> {
  const artifact = new URL(`../../artifacts/contracts/${name}.sol/${name}.json`, import.meta.url);
  return (JSON.parse(await readFile(artifact, "utf8")) as { bytecode: string }).bytecode;
}

/** Deploys a ledger. @returns its address and the block that holds it */
export async function deployLedger(
  request: Request,
  chainId: number,
  privateKey: string,
  owner: string,
) {
  const data = (await bytecodeOf("CustodyLedger")) + toHex(abiSlots([owner])).slice(2);
  const { block, contract } = await sendFrom(request, chainId, privateKey, { to: undefined, data });
  return { address: contract!, deployedBlock: block };
}

/** The chain and the ledger that signatures are for. @throws ConfigError if there is no contract */
export async function domainOf(request: Request, ledger: string): Promise<Domain> {
  const chainId = Number(await request("eth_chainId"));
  if (await hasCode(request, ledger)) return { chainId, ledger };
  throw new ConfigError(
    "LEDGER_ADDRESS",
    `There is no contract at ${ledger} on chain ${chainId}. Check the address and CHAIN_RPC_URL.`,
  );
}

/**
 * Finds the ledger of an external chain.
 * @throws ConfigError if there is no contract, or the database belongs to another ledger
 */
export async function findLedger(
  prisma: PrismaClient,
  request: Request,
  { ledger, fromBlock }: { ledger: string; fromBlock: number },
): Promise<LedgerRecord> {
  const { chainId } = await domainOf(request, ledger);
  const current = {
    chainId,
    address: ledger,
    genesis: await genesisOf(request),
    deployedBlock: fromBlock,
  };
  const stored = await prisma.ledger.findUnique({ where: { id: 1 } });
  if (
    stored &&
    (stored.chainId !== chainId || stored.address !== ledger || stored.genesis !== current.genesis)
  ) {
    throw new ConfigError(
      "LEDGER_ADDRESS",
      `The database belongs to ledger ${stored.address} on chain ${stored.chainId}. Use that ledger, or another database.`,
    );
  }
  if (!stored) await prisma.ledger.create({ data: current });
  return stored ?? current;
}

/**
 * Finds the ledger of the embedded chain. Deploys it if the chain does not have it: at the first start, or after the chain
 * lost its state. The same account deploys it in its first transaction, so it has the same address each time.
 * @throws ConfigError if the database belongs to another ledger
 */
export async function ensureLedger(
  prisma: PrismaClient,
  request: Request,
  ownerKey: string,
  owner: string,
): Promise<LedgerRecord> {
  const chainId = Number(await request("eth_chainId"));
  const genesis = await genesisOf(request);
  const stored = await prisma.ledger.findUnique({ where: { id: 1 } });
  if (stored && (await hasCode(request, stored.address)))
    return withGenesis(prisma, stored, genesis);
  const deployed = { chainId, genesis, ...(await deployLedger(request, chainId, ownerKey, owner)) };
  if (stored && stored.address !== deployed.address) {
    throw new ConfigError(
      "DATABASE_URL",
      `The database belongs to ledger ${stored.address} on another chain. Use another database, or set the chain that it belongs to.`,
    );
  }
  await prisma.ledger.upsert({ where: { id: 1 }, create: deployed, update: deployed });
  return deployed;
}

/**
 * Finds the ledger that a service deployed on the embedded chain earlier. Nothing is deployed.
 * @throws ConfigError if no service has been started yet
 */
export async function findEmbeddedLedger(
  prisma: PrismaClient,
  request: Request,
): Promise<LedgerRecord> {
  const stored = await prisma.ledger.findUnique({ where: { id: 1 } });
  if (!stored)
    throw new ConfigError(
      "DATA_DIR",
      "No service has been started on it yet. Start one first, with npm start.",
    );
  return withGenesis(prisma, stored, await genesisOf(request));
}

/** Stores the genesis: the embedded chain may begin with another block 0 at each start. */
async function withGenesis(
  prisma: PrismaClient,
  stored: LedgerRecord,
  genesis: string,
): Promise<LedgerRecord> {
  if (stored.genesis !== genesis)
    await prisma.ledger.update({ where: { id: 1 }, data: { genesis } });
  return { ...stored, genesis };
}

/**
 * Checks that an external chain has the checkpoint contract.
 * @throws ConfigError if there is no contract
 */
export async function findCheckpointLog(request: Request, contract: string): Promise<void> {
  if (!(await hasCode(request, contract)))
    throw new ConfigError(
      "LOG_ADDRESS",
      `There is no contract at ${contract} on this chain. Check the address and CHAIN_RPC_URL.`,
    );
}

/**
 * Deploys the checkpoint contract on the embedded chain if the chain does not have it.
 * @param privateKey of an account that does nothing else, so that the contract has the same address each time
 */
export async function ensureCheckpointLog(
  request: Request,
  chainId: number,
  privateKey: string,
): Promise<void> {
  if (await hasCode(request, embeddedCheckpointLog(privateKey))) return;
  await sendFrom(request, chainId, privateKey, {
    to: undefined,
    data: await bytecodeOf("CheckpointLog"),
  });
}

async function hasCode(request: Request, address: string): Promise<boolean> {
  return (await request("eth_getCode", [address, "latest"])) !== "0x";
}

async function genesisOf(request: Request): Promise<string> {
  return ((await request("eth_getBlockByNumber", ["0x0", false])) as { hash: string }).hash;
}
