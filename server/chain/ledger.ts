// The ledger that this service stands on: deployed on the embedded chain at the first start, checked at every start.
import { readFile } from "node:fs/promises";
import { abiSlots, toHex } from "../../protocol/base/bytes.ts";
import type { PrismaClient } from "../../prisma/generated/client.ts";
import { embeddedCheckpointLog } from "./accounts.ts";
import { sendFrom } from "./calls.ts";
import { ConfigError } from "../config.ts";
import type { Request } from "./node.ts";

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

/**
 * The ledger of an external chain.
 * @throws ConfigError where there is no contract, or the database belongs to another ledger
 */
export async function findLedger(
  prisma: PrismaClient,
  request: Request,
  { ledger, fromBlock }: { ledger: string; fromBlock: number },
): Promise<LedgerRecord> {
  const chainId = Number(await request("eth_chainId"));
  if (!(await hasCode(request, ledger))) {
    throw new ConfigError(
      "LEDGER_ADDRESS",
      `there is no contract at ${ledger} on chain ${chainId}`,
    );
  }
  const found = {
    chainId,
    address: ledger,
    genesis: await genesisOf(request),
    deployedBlock: fromBlock,
  };
  const known = await prisma.ledger.findUnique({ where: { id: 1 } });
  if (
    known &&
    (known.chainId !== chainId || known.address !== ledger || known.genesis !== found.genesis)
  ) {
    throw new ConfigError(
      "LEDGER_ADDRESS",
      `the database belongs to ledger ${known.address} on chain ${known.chainId}`,
    );
  }
  if (!known) await prisma.ledger.create({ data: found });
  return known ?? found;
}

/**
 * The ledger of the embedded chain, deployed where the chain does not have it: at the first start, or after the chain
 * forgot. The same account deploys it first thing, so that it has the same address each time.
 * @throws ConfigError where the database belongs to another ledger
 */
export async function ensureLedger(
  prisma: PrismaClient,
  request: Request,
  ownerKey: string,
  owner: string,
): Promise<LedgerRecord> {
  const chainId = Number(await request("eth_chainId"));
  const genesis = await genesisOf(request);
  const known = await prisma.ledger.findUnique({ where: { id: 1 } });
  if (known && (await hasCode(request, known.address))) return withGenesis(prisma, known, genesis);
  const deployed = { chainId, genesis, ...(await deployLedger(request, chainId, ownerKey, owner)) };
  if (known && known.address !== deployed.address) {
    throw new ConfigError(
      "DATABASE_URL",
      `the database belongs to ledger ${known.address} on another chain`,
    );
  }
  await prisma.ledger.upsert({ where: { id: 1 }, create: deployed, update: deployed });
  return deployed;
}

/**
 * The ledger that a service deployed on the embedded chain earlier. Nothing is deployed.
 * @throws ConfigError where no service has been started yet
 */
export async function findEmbeddedLedger(
  prisma: PrismaClient,
  request: Request,
): Promise<LedgerRecord> {
  const known = await prisma.ledger.findUnique({ where: { id: 1 } });
  if (!known) throw new ConfigError("DATA_DIR", "no service has been started on it yet");
  return withGenesis(prisma, known, await genesisOf(request));
}

/** The embedded chain may begin with another block 0 each time it is started. */
async function withGenesis(
  prisma: PrismaClient,
  known: LedgerRecord,
  genesis: string,
): Promise<LedgerRecord> {
  if (known.genesis !== genesis)
    await prisma.ledger.update({ where: { id: 1 }, data: { genesis } });
  return { ...known, genesis };
}

/**
 * The contract of the log's checkpoints on an external chain.
 * @throws ConfigError where there is no contract
 */
export async function findCheckpointLog(request: Request, contract: string): Promise<void> {
  if (!(await hasCode(request, contract)))
    throw new ConfigError("LOG_ADDRESS", `there is no contract at ${contract} on this chain`);
}

/**
 * The contract of the log's checkpoints on the embedded chain, deployed where the chain does not have it.
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
