// `log audit`: follows an operator's log from outside, checks all of it against the chain, and tells what does not fit.
import { readFile } from "node:fs/promises";
import { setTimeout as wait } from "node:timers/promises";
import { z } from "zod";
import { ledgerReader } from "../protocol/chain.ts";
import { type CheckpointAnchored, checkpointTopics, decodeCheckpointAnchored } from "../protocol/chain/checkpoint.ts";
import { loadWasmRecover } from "../protocol/crypto-wasm.ts";
import { ProtocolError } from "../protocol/errors.ts";
import { toHex } from "../protocol/bytes.ts";
import {
  AUDIT_FINDINGS,
  type AuditChain,
  type AuditFinding,
  auditLog,
  type AuditResult,
  type AuditTrust,
  type LogSource,
} from "../protocol/log/audit.ts";
import { indexPath, TILE_WIDTH, tilePath } from "../protocol/log/tiles.ts";
import { logsOfRange, type Request } from "../protocol/chain/node.ts";
import { originOf, parseOrigin } from "../protocol/log/signed-note.ts";
import { Address, Hash } from "../protocol/values.ts";
import { type AuditedLog, type AuditState, openAuditState } from "./audit-state.ts";
import type { Command } from "./command.ts";
import { connectNode } from "./node.ts";
import { EXIT, FAULTS_EXIT, Problem } from "./outcome.ts";

export interface AuditOptions {
  rpc: string;
  log: string;
  operator: string;
  state: string;
  ledger?: string;
  key?: string;
  note?: string[];
  once?: true;
  every: string;
}

export interface AuditReport extends AuditResult {
  /** Beside those of this run, what earlier runs have found. */
  findings: (AuditFinding & { message: string })[];
}

const DEFAULT_URL = "http://127.0.0.1:3000";
const TIMEOUT_MS = 60_000;
/** Blocks that are read again: the chain may have replaced them. */
const BLOCKS_AGAIN = 200;
const MAX_PAUSE_SECONDS = 86_400;

/** Follows the log, once or for ever. What was found stays found: it is in the state. */
export async function auditOperator(command: Command, options: AuditOptions): Promise<AuditReport> {
  const { operator, contract, ledger } = addressesIn(options);
  const pause = Number(options.every);
  if (!/^\d{1,5}$/.test(options.every) || pause < 1 || pause > MAX_PAUSE_SECONDS)
    throw new Problem("BAD_FIELD", `seconds, 1 to ${MAX_PAUSE_SECONDS}`, { field: "--every", exit: EXIT.usage });
  const others = await Promise.all((options.note ?? []).map((file) => readFile(file, "utf8").catch(unreadable)));
  const request = connectNode(urlIn(options.rpc, "--rpc"));
  const service = serviceAt(command);
  const asked = { operator, contract, ledger, key: options.key, request, service, others, first: true };
  const state = openAuditState(options.state);
  try {
    for (;;) {
      const report = await onePass(command, state, asked).catch((error: unknown) => {
        if (options.once) throw error;
        command.terminal.note(`reelproof: ${String(error)}; it goes on in ${pause} s`);
        return undefined;
      });
      if (options.once && report) return report;
      await wait(pause * 1000);
    }
  } finally {
    state.close();
  }
}

/** The exit code that a report stands for. */
export const exitOfAudit = ({ findings }: AuditReport): number => (findings.length > 0 ? FAULTS_EXIT : EXIT.done);

interface Asked {
  operator: string;
  contract: string;
  ledger: string | undefined;
  key: string | undefined;
  request: Request;
  service: Service;
  others: readonly string[];
  /** Nothing has been told yet; later only what is new is. */
  first: boolean;
}

async function onePass({ terminal }: Command, state: AuditState, asked: Asked): Promise<AuditReport> {
  const { request, service, others, contract, operator } = asked;
  const log = await pinned(state, asked);
  const { domain } = parseOrigin(log.origin)!;
  const trust: AuditTrust = { domain, operator, key: log.key };
  const reader = ledgerReader({ request, ...domain });
  const { number: head } = await reader.head();
  const chain: AuditChain = {
    anchored: () => anchoredUpTo(state, request, { contract, operator, head }),
    partyFacts: (party) => reader.partyFacts([party], head),
  };
  const result = await auditLog({
    ...{ source: service.source, chain, memory: state.memory, trust, others },
    recover: await loadWasmRecover(),
    onProgress: (done, of) => terminal.progress("following the log", done, of),
  });
  const fresh = state.addFindings(result.findings);
  for (const finding of fresh) terminal.line(findingLine(finding));
  const { followed, anchored, events, withheld } = result;
  const isNew = fresh.length > 0 || events + withheld > 0 || asked.first;
  asked.first = false;
  if (isNew)
    terminal.line(
      `followed to ${followed.size} events, ${anchored} of them anchored; ${events} new ones checked, ` +
        `${withheld} shown by their digests alone; ${state.findings().length} findings`,
    );
  return { ...result, findings: state.findings().map((one) => ({ ...one, message: AUDIT_FINDINGS[one.code] })) };
}

const findingLine = ({ code, ...rest }: AuditFinding) => `${code} ${JSON.stringify(rest)}: ${AUDIT_FINDINGS[code]}`;

/** The log that is followed: as the first run found it, and as the caller says. */
async function pinned(
  state: AuditState,
  { operator, contract, ledger, key, service, request }: Asked,
): Promise<AuditedLog> {
  const known = state.log();
  const told = known ?? (await service.told());
  const named = parseOrigin(told.origin);
  const wrong = (field: string, why: string) => new Problem("ANOTHER_LOG", why, { field });
  if (named?.operator !== operator) throw wrong("--operator", `the log is ${told.origin}`);
  if (ledger !== undefined && named.domain.ledger !== ledger) throw wrong("--ledger", `the log is ${told.origin}`);
  if (key !== undefined && told.key !== key) throw wrong("--key", "the log's key is another");
  if (known && known.contract !== contract) throw wrong("--log", `the state is of the contract ${known.contract}`);
  const chainId = Number(await request("eth_chainId", []));
  if (named.domain.chainId !== chainId)
    throw wrong("--rpc", `the node is on chain ${chainId}, the log on ${named.domain.chainId}`);
  const log = { origin: originOf(named.domain, operator), key: told.key, contract };
  if (!known) state.setLog(log);
  return log;
}

/** What the operator anchored, read again where the chain may have changed. */
async function anchoredUpTo(
  state: AuditState,
  request: Request,
  { contract, operator, head }: { contract: string; operator: string; head: number },
): Promise<CheckpointAnchored[]> {
  const from = Math.max(0, Math.min(state.anchored().upTo, head) - BLOCKS_AGAIN);
  const filter = { address: contract, topics: checkpointTopics(operator) };
  const logs = (await logsOfRange(request, { from, to: head }, filter)).map(decodeCheckpointAnchored);
  state.setAnchored(from, head, logs);
  return state.anchored().logs;
}

/* THE SERVICE */

interface Service {
  source: LogSource;
  told(): Promise<Pick<AuditedLog, "origin" | "key">>;
}

const Told = z.object({ origin: z.string(), key: z.string() });
const Consistency = z.object({ proof: z.array(z.string()) });
const Entries = z.object({
  items: z.array(z.object({ event: Hash, bytes: z.string().nullable(), signature: z.string().nullable() })),
});

/** What is public needs no API key; with one, events are read as far as its bearer may see them. */
function serviceAt({ options, env }: Command): Service {
  const base = urlIn(options.url ?? env["REELPROOF_URL"] ?? DEFAULT_URL, "--url");
  const apiKey = options.apiKey ?? env["REELPROOF_API_KEY"];
  const bytes = async (path: string, key?: string): Promise<Uint8Array> => {
    const headers = key === undefined ? {} : { authorization: `Bearer ${key}` };
    for (;;) {
      const response = await fetch(new URL(path, base), {
        ...{ headers, redirect: "error", signal: AbortSignal.timeout(TIMEOUT_MS) },
      }).catch((cause: unknown) => {
        throw new Problem("SERVICE_UNREACHABLE", `nobody answers at ${base.origin}`, { exit: EXIT.unreachable, cause });
      });
      if (response.status === 429) {
        await wait(1000 * Math.min(60, Number(response.headers.get("retry-after") ?? 1) || 1));
        continue;
      }
      if (!response.ok) {
        const why = `${path} answered ${response.status}`;
        throw new Problem("LOG_UNREADABLE", why, { status: response.status, exit: EXIT.unreachable });
      }
      return new Uint8Array(await response.arrayBuffer());
    }
  };
  const text = async (path: string) => new TextDecoder().decode(await bytes(path));
  const json = async <S extends z.ZodType>(path: string, form: S, key?: string): Promise<z.infer<S>> => {
    const parsed = form.safeParse(JSON.parse(new TextDecoder().decode(await bytes(path, key))));
    if (parsed.success) return parsed.data;
    throw new Problem("LOG_UNREADABLE", `${path} answered something else`, {
      exit: EXIT.unreachable,
      cause: parsed.error,
    });
  };
  return {
    told: () => json("/v1/log/checkpoint?format=json", Told),
    source: {
      note: () => text("/v1/log/checkpoint?format=note"),
      tile: (id, width) => bytes(`/v1/log/${tilePath(id, width)}`),
      async digests(index, width) {
        const partial = width === TILE_WIDTH ? "" : `.p/${width}`;
        return digestsIn(await bytes(`/v1/log/tile/entries/${indexPath(index)}${partial}`));
      },
      async events(from, to) {
        if (apiKey === undefined) return undefined;
        return (await json(`/v1/log/entries?from=${from}&to=${to}`, Entries, apiKey)).items;
      },
      consistency: async (from, to) =>
        (await json(`/v1/log/proof/consistency?from=${from}&to=${to}`, Consistency)).proof,
    },
  };
}

/** The entries of a bundle, each with its length before it; what is none of 32 bytes is left as it is, and fits nothing. */
function digestsIn(bundle: Uint8Array): string[] {
  const found: string[] = [];
  for (let at = 0; at < bundle.length;) {
    const length = bundle[at]! * 256 + (bundle[at + 1] ?? 0);
    found.push(toHex(bundle.subarray(at + 2, at + 2 + length)));
    at += 2 + length;
  }
  return found;
}

/* WHAT WAS GIVEN */

function addressesIn({ operator, log, ledger }: AuditOptions) {
  const address = (text: string, field: string) => {
    const lower = text.toLowerCase();
    if (Address.safeParse(lower).success) return lower;
    throw new Problem("BAD_FIELD", "an address: 0x and 40 hex digits", { field, exit: EXIT.usage });
  };
  return {
    operator: address(operator, "--operator"),
    contract: address(log, "--log"),
    ledger: ledger === undefined ? undefined : address(ledger, "--ledger"),
  };
}

function urlIn(text: string, field: string): URL {
  const url = URL.parse(text);
  if (url && /^https?:$/.test(url.protocol)) return url;
  throw new Problem("BAD_FIELD", "an http(s) URL", { field, exit: EXIT.usage });
}

function unreadable(cause: unknown): never {
  throw new Problem("CANNOT_READ", "a note cannot be read", { field: "--note", exit: EXIT.usage, cause });
}

/** Errors of the chain's node, as commands end with them. */
export function explainAudit(error: unknown): never {
  if (error instanceof ProtocolError && error.code.startsWith("CHAIN_"))
    throw new Problem(error.code, error.message, { exit: EXIT.unreachable, cause: error });
  throw error;
}
