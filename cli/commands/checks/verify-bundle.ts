// `verify` of a bundle: gives the verdict without a service. The command line says what to trust.
import type { Command as Program } from "commander";
import { parseBundle } from "../../../protocol/trail/bundle.ts";
import { type BundleClaim, claimOf } from "../../../protocol/trail/bundle-claim.ts";
import { type LedgerReader, ledgerReader } from "../../../protocol/chain/reader.ts";
import { loadWasmKeccak, loadWasmRecover } from "../../../protocol/base/crypto-wasm.ts";
import { useKeccak } from "../../../protocol/base/crypto.ts";
import { MAX_BUNDLE_BYTES } from "../../../protocol/base/limits.ts";
import { type Block, type Request, ask } from "../../../protocol/chain/node.ts";
import { HexNumber } from "../../../protocol/chain/ledger-log.ts";
import type { VerdictInput, Trust } from "../../../protocol/verdict/trust.ts";
import { verifyBundle } from "../../../protocol/verify/bundle.ts";
import { parseContent, readFileOrInput } from "../../input/files.ts";
import { readAddress, readNodeUrl, readWholeNumber } from "../../input/options.ts";
import { readPolicy } from "../../input/policy.ts";
import { blockAt } from "../../offline/block-at.ts";
import { followedLogs } from "../../offline/followed-log.ts";
import { connectNode } from "../../offline/node.ts";
import { Problem, usageProblem } from "../../output/outcome.ts";
import { showVerdict } from "../../output/verdict.ts";
import { collect, type Command } from "../../service/command.ts";

/** Confirmations that make a block final, unless the caller says otherwise. */
export const DEFAULT_FINALITY = 12;

/** What the caller trusts, and how the node is asked. */
export interface BundleOptions {
  rpc?: string;
  ledger?: string;
  checkpoints?: string;
  trustBundleLedger?: boolean;
  chain?: string;
  finality?: string;
  fromBlock?: string;
  at?: string;
  policy?: string;
  followed?: string[];
}

export const addBundleOptions = (program: Program): Program =>
  program
    .option(
      "--rpc <url>",
      "bundle: the node to ask (default: REELPROOF_RPC_URL; without one the verdict is INCOMPLETE)",
    )
    .option(
      "--ledger <address>",
      "bundle: the ledger you trust, from a source other than the bundle",
    )
    .option("--checkpoints <address>", "bundle: the checkpoint contract you trust")
    .option(
      "--trust-bundle-ledger",
      "bundle: trust the ledger and checkpoint contract that it names; the verdict is WARN at best",
    )
    .option("--chain <id>", "bundle: the chain's id (default: the node's)")
    .option(
      "--finality <blocks>",
      `bundle: confirmations that make a block final (default: ${DEFAULT_FINALITY})`,
    )
    .option(
      "--from-block <number>",
      "bundle: the ledger's first block; older ones are not searched",
    )
    .option(
      "--at <block>",
      "bundle: verify as of a block's number, hash or time (the node must have kept its state)",
    )
    .option("--policy <file>", "bundle: the policy to judge by, as JSON")
    .option(
      "--followed <state>",
      "bundle: the state of a log that you followed with `log audit`; repeatable",
      collect,
    );

/** @throws Problem CANNOT_READ, BAD_FILE, BAD_OPTION, LEDGER_NOT_SAID */
export async function verifyBundleFile(command: Command, file: string, options: BundleOptions) {
  const { terminal, env } = command;
  const content = await readFileOrInput(command, file, "LOT", MAX_BUNDLE_BYTES);
  const input: unknown = parseContent(content, parseBundle, file, "LOT");
  const claim = claimOf(input);
  const node = readNodeUrl(options.rpc, env);
  const request = node && connectNode(node);
  const { trust, reader } = await readTrust(claim, options, request);
  if (node) trust.node = node.origin;
  useKeccak(await loadWasmKeccak());
  const recover = await loadWasmRecover();
  const { trail } = (input ?? {}) as { trail?: unknown };
  const { note } = terminal;
  const logs = followedLogs(options.followed ?? [], { trail, trust, recover, note });
  const given: VerdictInput =
    logs.length === 0 ? {} : { facts: { source: "logs that you followed", logs } };
  const verdict = await verifyBundle(input, trust, reader, recover, given);
  note(originLine(claim));
  showVerdict(verdict, verdict.lot ?? "not known", terminal);
  return { ...verdict, bundle: claim };
}

/** Reads what is trusted from the command line. What it leaves open comes from the node, then from the bundle. */
async function readTrust(claim: BundleClaim, options: BundleOptions, request: Request | undefined) {
  const { chain, finality, fromBlock, at, policy } = options;
  const chainId =
    (chain === undefined ? await chainOf(request) : readWholeNumber(chain, "--chain")) ??
    claim.chainId ??
    0;
  const trust: Trust = {
    chainId,
    ...readLedger(claim, options),
    ...readCheckpoints(claim, options),
    finality: finality === undefined ? DEFAULT_FINALITY : readWholeNumber(finality, "--finality"),
    now: Math.floor(Date.now() / 1000),
    ...(policy !== undefined && { policy: await readPolicy(policy, "--policy") }),
  };
  const firstBlock =
    fromBlock === undefined ? undefined : readWholeNumber(fromBlock, "--from-block");
  if (at !== undefined && !request)
    throw usageProblem("BAD_OPTION", "--at needs a node to ask: give --rpc.", "--at");
  if (!request) return { trust, reader: null };
  const reader = ledgerReader({ request, chainId, ledger: trust.ledger, fromBlock: firstBlock });
  if (at === undefined) return { trust, reader };
  return trustAt(reader, trust, () => blockAt(request, at));
}

/** Judges by what was known at a block's time. If the node does not have the block, the verdict is INCOMPLETE. */
async function trustAt(reader: LedgerReader, trust: Trust, find: () => Promise<Block>) {
  try {
    const { hash, time } = await find();
    return { trust: { ...trust, at: hash, now: time }, reader };
  } catch (error) {
    if (error instanceof Problem) throw error;
    return { trust, reader: { ...reader, head: () => Promise.reject(error as Error) } };
  }
}

function readLedger(
  { ledger }: BundleClaim,
  options: BundleOptions,
): Pick<Trust, "ledger" | "ledgerOfBundle"> {
  const field = "--ledger";
  if (options.ledger !== undefined) {
    if (!options.trustBundleLedger) return { ledger: readAddress(options.ledger, field) };
    const why = "Give either --ledger or --trust-bundle-ledger.";
    throw usageProblem("BAD_OPTION", why, field);
  }
  if (options.trustBundleLedger && ledger !== null) return { ledger, ledgerOfBundle: true };
  const claimed =
    ledger === null
      ? "The bundle names none."
      : `The bundle names ${ledger}, but a forged bundle would name a forged ledger: compare the address with one ` +
        "from another source, or accept it with --trust-bundle-ledger.";
  const why = `Say which ledger you trust: --ledger ADDRESS. ${claimed}`;
  throw usageProblem("LEDGER_NOT_SAID", why, field);
}

/** The checkpoint contract. The bundle's own is trusted only together with its ledger. */
function readCheckpoints(claim: BundleClaim, options: BundleOptions): Pick<Trust, "checkpoints"> {
  const address = options.checkpoints ?? (options.trustBundleLedger && claim.checkpoints);
  return address ? { checkpoints: readAddress(address, "--checkpoints") } : {};
}

/** The chain that the node is on; undefined where it does not answer. */
function chainOf(request: Request | undefined): Promise<number | undefined> {
  if (!request) return Promise.resolve(undefined);
  return ask(request, "eth_chainId", [], HexNumber).catch(() => undefined);
}

function originLine({ made, events }: BundleClaim): string {
  const origin = made
    ? `made by ${made.by} at ${new Date(made.at * 1000).toISOString()}`
    : "of unknown origin";
  return `A bundle of ${events ?? "no"} events, ${origin}. This is the bundle's own claim; the verdict does not rely on it.`;
}
