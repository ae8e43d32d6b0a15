// `verify BUNDLE.json`: the verdict on a bundle, with nothing of a service: what is trusted comes from the command line.
import { stat, readFile } from "node:fs/promises";
import { parseBundle } from "../../protocol/trail/bundle.ts";
import { type BundleClaim, claimOf } from "../../protocol/trail/bundle-claim.ts";
import { type LedgerReader, ledgerReader } from "../../protocol/chain/chain.ts";
import { loadWasmKeccak, loadWasmRecover } from "../../protocol/base/crypto-wasm.ts";
import { useKeccak } from "../../protocol/base/crypto.ts";
import { lineOfCustody } from "../../protocol/trail/custody.ts";
import { ProtocolError } from "../../protocol/base/errors.ts";
import { eventDigest } from "../../protocol/event/event.ts";
import { MAX_BUNDLE_BYTES } from "../../protocol/base/limits.ts";
import { type Block, type Request, ask } from "../../protocol/chain/node.ts";
import { HexNumber } from "../../protocol/chain/ledger-log.ts";
import { roleNames } from "../../protocol/event/roles.ts";
import { Trail } from "../../protocol/trail/trail.ts";
import { Address } from "../../protocol/base/values.ts";
import type { Verdict } from "../../protocol/verdict/verdict.ts";
import type { VerdictInput, Trust } from "../../protocol/verdict/trust.ts";
import { verifyBundle } from "../../protocol/verify/bundle.ts";
import { blockAt } from "../offline/block-at.ts";
import type { Command } from "../service/command.ts";
import { followedLogs } from "../offline/followed-log.ts";
import { connectNode } from "../offline/node.ts";
import { EXIT, Problem } from "../output/outcome.ts";
import { readPolicy } from "./policy.ts";

import { type CustodyStep, showVerdict, verifyLot } from "./verify.ts";

/** Blocks that must stand on a block, unless the caller says otherwise. */
export const DEFAULT_FINALITY = 12;

/** What the caller trusts, and how the node is asked: for bundles alone. */
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

/**
 * Verifies what the caller names: a bundle where it is a file or "-", else a lot by the service.
 * @throws Problem BAD_FILE, BAD_OPTION, LEDGER_NOT_SAID, and those of `verifyLot`
 */
export async function verifyNamed(command: Command, named: string, options: BundleOptions) {
  if (named === "-" || (await isFile(named))) return verifyFile(command, named, options);
  const [stray] = (Object.keys(options) as (keyof BundleOptions)[]).filter((name) =>
    OPTIONS.includes(name),
  );
  if (stray === undefined && !/[\\/]|\.json$/i.test(named)) return verifyLot(command, named);
  throw new Problem("BAD_FILE", `there is no file ${named}`, { field: "lot", exit: EXIT.usage });
}

const OPTIONS: readonly (keyof BundleOptions)[] = [
  ...([
    "rpc",
    "ledger",
    "checkpoints",
    "trustBundleLedger",
    "chain",
    "finality",
    "fromBlock",
    "at",
    "policy",
    "followed",
  ] as const),
];

const isFile = (name: string) =>
  stat(name).then(
    (found) => found.isFile(),
    () => false,
  );

async function verifyFile(command: Command, file: string, options: BundleOptions) {
  const input = await readInput(command, file);
  const claim = claimOf(input);
  const node = options.rpc === undefined ? undefined : nodeAt(options.rpc);
  const request = node && connectNode(node);
  const { trust, reader } = await trustOf(claim, options, request);
  if (node) trust.node = node.origin;
  useKeccak(await loadWasmKeccak());
  const recover = await loadWasmRecover();
  const { trail } = (input ?? {}) as { trail?: unknown };
  const { note } = command.terminal;
  const logs = followedLogs(options.followed ?? [], { trail, trust, recover, note });
  const given: VerdictInput =
    logs.length === 0 ? {} : { facts: { source: "logs that you followed", logs } };
  const verdict = await verifyBundle(input, trust, reader, recover, given);
  const custody = custodyIn(input, verdict);
  command.terminal.note(madeLine(claim));
  showVerdict(verdict.lot ?? "not known", verdict, custody, command.terminal);
  return { ...verdict, custody, bundle: claim };
}

async function readInput({ readInput }: Command, file: string): Promise<unknown> {
  const bad = (why: string, cause?: unknown) =>
    new Problem("BAD_FILE", `${file === "-" ? "the input" : file}: ${why}`, {
      field: "file",
      exit: EXIT.usage,
      cause,
    });
  const text = await (file === "-" ? readInput(MAX_BUNDLE_BYTES) : readFile(file)).catch(
    (cause: unknown) => {
      throw cause instanceof Problem ? cause : bad("cannot be read", cause);
    },
  );
  try {
    return parseBundle(text);
  } catch (cause) {
    if (cause instanceof ProtocolError) throw bad(`${cause.message} (${cause.code})`, cause);
    throw cause;
  }
}

function nodeAt(text: string): URL {
  const url = URL.parse(text);
  if (url && ["http:", "https:"].includes(url.protocol)) return url;
  throw new Problem("BAD_OPTION", `${text} is no address of a node`, {
    field: "--rpc",
    exit: EXIT.usage,
  });
}

/** What is trusted, by the command line; where it leaves something open, said by whom it is filled in. */
async function trustOf(claim: BundleClaim, options: BundleOptions, request: Request | undefined) {
  const chainId =
    wholeNumber("--chain", options.chain) ?? (await chainOf(request)) ?? claim.chainId ?? 0;
  const trust: Trust = {
    chainId,
    ...ledgerOf(claim, options),
    ...checkpointsOf(claim, options),
    finality: wholeNumber("--finality", options.finality) ?? DEFAULT_FINALITY,
    now: Math.floor(Date.now() / 1000),
    ...(options.policy !== undefined && { policy: await readPolicy(options.policy) }),
  };
  const fromBlock = wholeNumber("--from-block", options.fromBlock);
  if (options.at !== undefined && !request)
    throw new Problem("BAD_OPTION", "--at needs a node to ask: --rpc", {
      field: "--at",
      exit: EXIT.usage,
    });
  if (!request) return { trust, reader: null };
  const reader = ledgerReader({ request, chainId, ledger: trust.ledger, fromBlock });
  if (options.at === undefined) return { trust, reader };
  return judgedAt(reader, trust, () => blockAt(request, options.at!));
}

/** Judges as of a block: what was known by its time. A node that does not say which it is makes the verdict INCOMPLETE. */
async function judgedAt(reader: LedgerReader, trust: Trust, find: () => Promise<Block>) {
  try {
    const { hash, time } = await find();
    return { trust: { ...trust, at: hash, now: time }, reader };
  } catch (error) {
    if (error instanceof Problem) throw error;
    return { trust, reader: { ...reader, head: () => Promise.reject(error as Error) } };
  }
}

function ledgerOf(
  { ledger }: BundleClaim,
  options: BundleOptions,
): Pick<Trust, "ledger" | "ledgerOfBundle"> {
  const usage = (code: string, why: string) =>
    new Problem(code, why, { field: "--ledger", exit: EXIT.usage });
  const given = options.ledger?.toLowerCase();
  if (given !== undefined) {
    if (options.trustBundleLedger)
      throw usage("BAD_OPTION", "--ledger and --trust-bundle-ledger exclude each other");
    if (!Address.safeParse(given).success)
      throw usage("BAD_OPTION", `${options.ledger!} is no address`);
    return { ledger: given };
  }
  if (options.trustBundleLedger && ledger !== null) return { ledger, ledgerOfBundle: true };
  throw usage(
    "LEDGER_NOT_SAID",
    ledger === null
      ? "say which ledger you trust: --ledger ADDRESS; the bundle names none"
      : `say which ledger you trust: --ledger ADDRESS. The bundle says ${ledger}, and whoever made it up may have made up the ` +
          "ledger, too: compare it with what you have from elsewhere, or take the bundle's word with --trust-bundle-ledger",
  );
}

/** The contract of checkpoints; a bundle's own counts only where its ledger does. */
function checkpointsOf(claim: BundleClaim, options: BundleOptions): Pick<Trust, "checkpoints"> {
  const given =
    options.checkpoints?.toLowerCase() ?? (options.trustBundleLedger && claim.checkpoints);
  if (!given) return {};
  if (Address.safeParse(given).success) return { checkpoints: given };
  const where = { field: "--checkpoints", exit: EXIT.usage };
  throw new Problem("BAD_OPTION", `${given} is no address`, where);
}

/** The chain of the node that the caller trusts to ask; undefined where it does not say. */
function chainOf(request: Request | undefined): Promise<number | undefined> {
  const asked = request ? ask(request, "eth_chainId", [], HexNumber) : Promise.resolve(undefined);
  return asked.catch(() => undefined);
}

function wholeNumber(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const number = /^\d{1,16}$/.test(text) ? Number(text) : NaN;
  if (Number.isSafeInteger(number)) return number;
  throw new Problem("BAD_OPTION", `${text} is no whole number`, {
    field: option,
    exit: EXIT.usage,
  });
}

/** The hands that the lot went through, as the bundle's events say. */
function custodyIn(input: unknown, { lot, parties, trusted }: Verdict): CustodyStep[] {
  const { data: trail } = Trail.safeParse((input as { trail?: unknown } | null)?.trail);
  if (!trail || lot === null) return [];
  const events = trail.events.map(({ event }) => ({ event, digest: eventDigest(trusted, event) }));
  return lineOfCustody(lot, events).map((step) => {
    const standing = parties.find(({ party }) => party === step.party);
    return {
      ...step,
      name: standing?.name ?? null,
      roles: standing ? roleNames(standing.roles) : [],
    };
  });
}

function madeLine({ made, events }: BundleClaim): string {
  const by = made
    ? `made by ${made.by} at ${new Date(made.at * 1000).toISOString()}`
    : "of unknown make";
  return `a bundle of ${events ?? "no"} events, ${by}: these are its own words, and nothing of it is taken on faith`;
}
