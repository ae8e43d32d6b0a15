// `log audit`: follows an operator's log from outside, checks all of it against the chain, and reports what is wrong.
import { setTimeout as wait } from "node:timers/promises";
import { ledgerReader } from "../../../protocol/chain/reader.ts";
import {
  type CheckpointAnchored,
  checkpointTopics,
  decodeCheckpointAnchored,
} from "../../../protocol/chain/checkpoint.ts";
import { loadWasmKeccak, loadWasmRecover } from "../../../protocol/base/crypto-wasm.ts";
import { useKeccak } from "../../../protocol/base/crypto.ts";
import { ProtocolError } from "../../../protocol/base/errors.ts";
import {
  type AuditChain,
  auditLog,
  type AuditResult,
  type AuditTrust,
} from "../../../protocol/audit/audit.ts";
import { AUDIT_FINDINGS, type AuditFinding } from "../../../protocol/audit/findings.ts";
import { logsOfRange, type Request } from "../../../protocol/chain/node.ts";
import { originOf, parseOrigin } from "../../../protocol/log/signed-note.ts";
import { readInputFile } from "../../input/files.ts";
import { readAddress, readNodeUrl, readUrl, readWholeNumber } from "../../input/options.ts";
import { type AuditedLog, type AuditState, openAuditState } from "../../offline/audit-state.ts";
import { keepEvidence } from "../../offline/evidence.ts";
import { type LogService, logServiceAt } from "../../offline/log-source.ts";
import { connectNode } from "../../offline/node.ts";
import { EXIT_CODES_HELP } from "../../output/help.ts";
import {
  EXIT,
  FAULTS_EXIT,
  Problem,
  problemJson,
  problemLine,
  usageProblem,
} from "../../output/outcome.ts";
import type { Terminal } from "../../output/terminal.ts";
import { apiKeyOption, serviceUrl } from "../../service/caller.ts";
import { type AddCommand, collect, type Command } from "../../service/command.ts";
import { DEFAULT_FINALITY } from "./verify-bundle.ts";

export const logAudit: AddCommand = (program, act) =>
  program
    .command("log")
    .description("the append-only log of an operator's events")
    .command("audit")
    .description(
      "follow an operator's log and check all of it against the chain, without an API key",
    )
    .option("--rpc <url>", "a node of the chain that you trust (default: REELPROOF_RPC_URL)")
    .requiredOption("--log <address>", "the checkpoint contract")
    .requiredOption("--operator <address>", "the operator of the log")
    .requiredOption("--state <file>", "where the audit keeps its position; created if missing")
    .option(
      "--ledger <address>",
      "the ledger of its events (default: the one that the log first names)",
    )
    .option(
      "--key <key>",
      "the verifier key of its notes (default: the one that the log first names)",
    )
    .option("--note <file>", "a checkpoint's note that somebody else received; repeatable", collect)
    .option(
      "--evidence <folder>",
      "write a file for each word that one party spent twice: see `equivocation`",
    )
    .option(
      "--finality <blocks>",
      "confirmations that make a block final",
      String(DEFAULT_FINALITY),
    )
    .option("--all", "report again what earlier runs found")
    .option("--once", "stop at the newest checkpoint")
    .option("--every <seconds>", "the pause between two passes", "60")
    .addHelpText("after", EXIT_CODES_HELP)
    .action(act(auditOperator, ({ known }) => (known > 0 ? FAULTS_EXIT : EXIT.done)));

interface AuditOptions {
  rpc?: string;
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

type FindingReport = AuditFinding & { message: string };

export interface AuditReport extends AuditResult {
  /** With --once all findings ever made, else those not reported before. */
  findings: FindingReport[];
  /** Number of findings ever made. */
  known: number;
}

/** Blocks that are always read again: the chain may have replaced them. */
const BLOCKS_AGAIN = 200;
const MAX_FINALITY = 1_000_000;
const MAX_PAUSE_SECONDS = 86_400;

/** Follows the log, once or without end. The state keeps every finding, and whether it was reported. */
async function auditOperator(command: Command, options: AuditOptions): Promise<AuditReport> {
  const audit = await readAudit(command, options);
  useKeccak(await loadWasmKeccak());
  const state = openAuditState(options.state);
  try {
    for (;;) {
      const report = await onePass(command.terminal, state, audit).catch(async (error: unknown) => {
        const problem = problemOf(error);
        if (options.once && command.options.json) throw problem; // a later run reports what was found
        const findings = await reportFindings(command.terminal, state, audit).catch(() => []);
        if (options.once) throw problem;
        command.terminal.note(
          `reelproof: ${problemLine(problem)}; the next pass is in ${audit.pause} s`,
        );
        command.terminal.record({ ...problemJson(problem), findings });
        return undefined;
      });
      // It is without end only for somebody who reads.
      if ((options.once || !command.terminal.hasReader()) && report) return report;
      if (report) command.terminal.record(report);
      await wait(audit.pause * 1000);
    }
  } finally {
    state.close();
  }
}

/** What one run of the command audits, and how. */
interface Audit {
  operator: string;
  contract: string;
  ledger: string | undefined;
  key: string | undefined;
  request: Request;
  service: LogService;
  /** Notes that others received. */
  notes: readonly string[];
  /** A folder for the files that prove equivocation. */
  evidence: string | undefined;
  /** Confirmations that make a block final. */
  finality: number;
  /** Seconds between two passes. */
  pause: number;
  /** There is one pass, and its report has all findings. */
  once: boolean;
  /** No pass has ended yet. Later ones report only what is new. */
  first: boolean;
  /** The next report repeats all earlier findings. */
  all: boolean;
}

async function onePass(terminal: Terminal, state: AuditState, audit: Audit): Promise<AuditReport> {
  const { request, service, notes, contract, operator, finality } = audit;
  const log = await pinLog(state, audit);
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
    source: service.source,
    chain,
    memory: state.memory,
    trust,
    others: notes,
    recover: await loadWasmRecover(),
    onProgress: (done, of) => terminal.progress("following the log", done, of),
  });
  const fresh = await reportFindings(terminal, state, audit);
  const known = state.memory.findings();
  const { followed, anchored, events, withheld, inAll } = result;
  if (audit.first || fresh.length > 0 || events + withheld > 0)
    terminal.line(
      `followed to ${followed.size} events, ${anchored} of them anchored; ${events} new events checked, ` +
        `${withheld} with their digest alone (${inAll.withheld} in total); ${known.length} findings`,
    );
  audit.first = false;
  return { ...result, findings: audit.once ? known.map(withMessage) : fresh, known: known.length };
}

const withMessage = (finding: AuditFinding): FindingReport => ({
  ...finding,
  message: AUDIT_FINDINGS[finding.code],
});

/** Reports the findings that were not reported before, after writing their evidence. */
async function reportFindings(
  terminal: Terminal,
  state: AuditState,
  audit: Audit,
): Promise<FindingReport[]> {
  const { memory } = state;
  const [known, fresh] = [memory.findings(), memory.unreportedFindings()];
  if (audit.evidence !== undefined)
    await keepEvidence(audit.evidence, state, audit.first ? known : fresh);
  const reports = (audit.all ? known : fresh).map(withMessage);
  for (const { code, message, ...rest } of reports)
    terminal.line(`${code} ${JSON.stringify(rest)}: ${message}`);
  memory.markReported();
  memory.commit();
  audit.all = false;
  return reports;
}

/** Checks that the log is the one of the first pass and of the caller's options. @throws Problem ANOTHER_LOG */
async function pinLog(
  state: AuditState,
  { operator, contract, ledger, key, service, request }: Audit,
): Promise<AuditedLog> {
  const known = state.log();
  const claimed = known ?? (await service.identity());
  const origin = parseOrigin(claimed.origin);
  const refused = (field: string, why: string) => new Problem("ANOTHER_LOG", why, { field });
  const theLogIs = `The log is ${claimed.origin}.`;
  if (origin?.operator !== operator) throw refused("--operator", theLogIs);
  if (ledger !== undefined && origin.domain.ledger !== ledger) throw refused("--ledger", theLogIs);
  if (key !== undefined && claimed.key !== key) throw refused("--key", "The log has another key.");
  if (known && known.contract !== contract)
    throw refused("--log", `The state belongs to the checkpoint contract ${known.contract}.`);
  const chainId = Number(await request("eth_chainId", []));
  if (origin.domain.chainId !== chainId) {
    const why = `The node is on chain ${chainId}, the log on chain ${origin.domain.chainId}.`;
    throw refused("--rpc", why);
  }
  const log = { origin: originOf(origin.domain, operator), key: claimed.key, contract };
  if (!known) state.setLog(log);
  return log;
}

/** The checkpoints that the operator anchored. Blocks that may have changed are read again. */
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

async function readAudit({ options: common, env }: Command, options: AuditOptions): Promise<Audit> {
  const { operator, log, ledger, key, note = [], evidence, finality, every } = options;
  const node = readNodeUrl(options.rpc, env);
  if (!node) throw usageProblem("NO_NODE", "Name a node of the chain that you trust.", "--rpc");
  return {
    operator: readAddress(operator, "--operator"),
    contract: readAddress(log, "--log"),
    ledger: ledger === undefined ? undefined : readAddress(ledger, "--ledger"),
    key,
    request: connectNode(node),
    service: logServiceAt(readUrl(serviceUrl(common, env), "--url"), apiKeyOption(common, env)),
    notes: await Promise.all(note.map(readNote)),
    evidence,
    finality: readWholeNumber(finality, "--finality", { max: MAX_FINALITY }),
    pause: readWholeNumber(every, "--every", { min: 1, max: MAX_PAUSE_SECONDS }),
    once: options.once ?? false,
    first: true,
    all: options.all ?? false,
  };
}

const readNote = async (file: string) =>
  new TextDecoder().decode(await readInputFile(file, "--note"));

/** An error of a pass, as the command fails with it or reports it and continues. */
function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof ProtocolError && error.code.startsWith("CHAIN_"))
    return new Problem(error.code, error.message, { exit: EXIT.unreachable, cause: error });
  return new Problem("INTERNAL", String(error), { cause: error });
}
