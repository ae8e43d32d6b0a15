// `log audit`: follows an operator's log from outside, checks all of it against the chain, and tells what does not fit.
import { readFile } from "node:fs/promises";
import { setTimeout as wait } from "node:timers/promises";
import { ledgerReader } from "../../protocol/chain/chain.ts";
import {
  type CheckpointAnchored,
  checkpointTopics,
  decodeCheckpointAnchored,
} from "../../protocol/chain/checkpoint.ts";
import { loadWasmKeccak, loadWasmRecover } from "../../protocol/base/crypto-wasm.ts";
import { useKeccak } from "../../protocol/base/crypto.ts";
import { ProtocolError } from "../../protocol/base/errors.ts";
import {
  type AuditChain,
  auditLog,
  type AuditResult,
  type AuditTrust,
} from "../../protocol/audit/audit.ts";
import { AUDIT_FINDINGS, type AuditFinding } from "../../protocol/audit/findings.ts";
import { logsOfRange, type Request } from "../../protocol/chain/node.ts";
import { originOf, parseOrigin } from "../../protocol/log/signed-note.ts";
import { Address } from "../../protocol/base/values.ts";
import { type AuditedLog, type AuditState, openAuditState } from "../offline/audit-state.ts";
import type { Command } from "../service/command.ts";
import { keepEvidence } from "../offline/evidence.ts";
import { type Service, serviceAt } from "../offline/log-source.ts";
import { connectNode } from "../offline/node.ts";
import { EXIT, FAULTS_EXIT, Problem, problemJson, problemLine } from "../output/outcome.ts";
import type { Terminal } from "../output/terminal.ts";

export interface AuditOptions {
  rpc: string;
  log: string;
  operator: string;
  state: string;
  ledger?: string;
  key?: string;
  note?: string[];
  evidence?: string;
  finality: string;
  all?: true;
  once?: true;
  every: string;
}

type ToldFinding = AuditFinding & { message: string };

export interface AuditReport extends AuditResult {
  /** Of the only run all that was ever found; where runs follow each other, what has not been told. */
  findings: ToldFinding[];
  /** How much was ever found. */
  known: number;
}

const DEFAULT_URL = "http://127.0.0.1:3000";
/** Blocks that are read again, or more where more must stand on a final one: the chain may have replaced them. */
const BLOCKS_AGAIN = 200;
const MAX_FINALITY = 1_000_000;
const MAX_PAUSE_SECONDS = 86_400;

/** Follows the log, once or for ever. What was found stays found, and is told once: both are in the state. */
export async function auditOperator(command: Command, options: AuditOptions): Promise<AuditReport> {
  const asked = await askedIn(command, options);
  useKeccak(await loadWasmKeccak());
  const state = openAuditState(options.state);
  try {
    for (;;) {
      const report = await onePass(command.terminal, state, asked).catch(async (error: unknown) => {
        const problem = problemOf(error);
        if (options.once && command.options.json) throw problem; // what was found waits for a run that ends
        const findings = await tell(command.terminal, state, asked).catch(() => []); // they are told by a later run
        if (options.once) throw problem;
        command.terminal.note(`reelproof: ${problemLine(problem)}; it goes on in ${asked.pause} s`);
        command.terminal.record({ ...problemJson(problem), findings });
        return undefined;
      });
      if (options.once && report) return report;
      if (report) command.terminal.record(report);
      await wait(asked.pause * 1000);
    }
  } finally {
    state.close();
  }
}

/** The exit code that a report stands for. */
export const exitOfAudit = ({ known }: AuditReport): number =>
  known > 0 ? FAULTS_EXIT : EXIT.done;

interface Asked {
  operator: string;
  contract: string;
  ledger: string | undefined;
  key: string | undefined;
  request: Request;
  service: Service;
  others: readonly string[];
  /** A folder for the files that prove equivocation. */
  evidence: string | undefined;
  /** Blocks that must stand on a final one. */
  finality: number;
  /** Seconds between two runs. */
  pause: number;
  /** The only run: its report has all findings. */
  once: boolean;
  /** No run has ended yet; of later ones only what is new is told. */
  first: boolean;
  /** What was told before is told again, once. */
  all: boolean;
}

async function onePass(terminal: Terminal, state: AuditState, asked: Asked): Promise<AuditReport> {
  const { request, service, others, contract, operator, finality } = asked;
  const log = await pinned(state, asked);
  const { domain } = parseOrigin(log.origin)!;
  const trust: AuditTrust = { domain, operator, key: log.key };
  const reader = ledgerReader({ request, ...domain });
  const chain: AuditChain = {
    async anchored() {
      const { number: head } = await reader.head();
      const logs = await anchoredUpTo(state, request, { contract, operator, head, finality });
      return { logs, finalBlock: head - finality };
    },
    partyFacts: async (party) => reader.partyFacts([party], (await reader.head()).number),
  };
  const result = await auditLog({
    ...{ source: service.source, chain, memory: state.memory, trust, others },
    recover: await loadWasmRecover(),
    onProgress: (done, of) => terminal.progress("following the log", done, of),
  });
  const fresh = await tell(terminal, state, asked);
  const known = state.memory.findings();
  const { followed, anchored, events, withheld, inAll } = result;
  if (asked.first || fresh.length > 0 || events + withheld > 0)
    terminal.line(
      `followed to ${followed.size} events, ${anchored} of them anchored; ${events} new ones checked, ` +
        `${withheld} shown by their digests alone (in all ${inAll.withheld}); ${known.length} findings`,
    );
  asked.first = false;
  return { ...result, findings: asked.once ? known.map(withMessage) : fresh, known: known.length };
}

const withMessage = (finding: AuditFinding): ToldFinding => ({
  ...finding,
  message: AUDIT_FINDINGS[finding.code],
});

/** Tells what was found and not told before, once its evidence is kept. */
async function tell(terminal: Terminal, state: AuditState, asked: Asked): Promise<ToldFinding[]> {
  const { memory } = state;
  const [known, fresh] = [memory.findings(), memory.untold()];
  if (asked.evidence !== undefined)
    await keepEvidence(asked.evidence, state, asked.first ? known : fresh);
  const told = (asked.all ? known : fresh).map(withMessage);
  for (const { code, message, ...rest } of told)
    terminal.line(`${code} ${JSON.stringify(rest)}: ${message}`);
  memory.setTold();
  memory.commit();
  asked.all = false;
  return told;
}

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
  if (ledger !== undefined && named.domain.ledger !== ledger)
    throw wrong("--ledger", `the log is ${told.origin}`);
  if (key !== undefined && told.key !== key) throw wrong("--key", "the log's key is another");
  if (known && known.contract !== contract)
    throw wrong("--log", `the state is of the contract ${known.contract}`);
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
  {
    contract,
    operator,
    head,
    finality,
  }: { contract: string; operator: string; head: number; finality: number },
): Promise<CheckpointAnchored[]> {
  const from = Math.max(
    0,
    Math.min(state.anchored().upTo, head) - Math.max(BLOCKS_AGAIN, finality),
  );
  const filter = { address: contract, topics: checkpointTopics(operator) };
  const logs = (await logsOfRange(request, { from, to: head }, filter)).map(
    decodeCheckpointAnchored,
  );
  state.setAnchored(from, head, logs);
  return state.anchored().logs;
}

/* WHAT WAS GIVEN */

async function askedIn({ options: common, env }: Command, options: AuditOptions): Promise<Asked> {
  const base = urlIn(common.url ?? env["REELPROOF_URL"] ?? DEFAULT_URL, "--url");
  return {
    ...addressesIn(options),
    ...{
      key: options.key,
      evidence: options.evidence,
      once: options.once ?? false,
      all: options.all ?? false,
    },
    pause: numberIn(options.every, "--every", { least: 1, most: MAX_PAUSE_SECONDS }),
    finality: numberIn(options.finality, "--finality", { least: 0, most: MAX_FINALITY }),
    request: connectNode(urlIn(options.rpc, "--rpc")),
    service: serviceAt(base, common.apiKey ?? env["REELPROOF_API_KEY"]),
    others: await Promise.all(
      (options.note ?? []).map((file) => readFile(file, "utf8").catch(unreadable)),
    ),
    first: true,
  };
}

function numberIn(
  text: string,
  field: string,
  { least, most }: { least: number; most: number },
): number {
  const number = Number(text);
  if (/^\d{1,9}$/.test(text) && number >= least && number <= most) return number;
  throw new Problem("BAD_FIELD", `a number, ${least} to ${most}`, { field, exit: EXIT.usage });
}

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
  throw new Problem("CANNOT_READ", "a note cannot be read", {
    field: "--note",
    exit: EXIT.usage,
    cause,
  });
}

/** What went wrong, as the command ends with it or says it and goes on. */
function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof ProtocolError && error.code.startsWith("CHAIN_"))
    return new Problem(error.code, error.message, { exit: EXIT.unreachable, cause: error });
  return new Problem("INTERNAL", String(error), { cause: error });
}
