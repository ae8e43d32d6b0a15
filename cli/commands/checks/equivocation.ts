// `equivocation`: checks a file that claims that one party signed two events over one word of a lot.
import { parseJson } from "../../../protocol/base/canonical.ts";
import { ledgerReader } from "../../../protocol/chain/reader.ts";
import { HexNumber } from "../../../protocol/chain/ledger-log.ts";
import { ask } from "../../../protocol/chain/node.ts";
import { loadWasmRecover } from "../../../protocol/base/crypto-wasm.ts";
import {
  checkEquivocation,
  Equivocation,
  type EquivocationEvent,
  type EquivocationReport,
} from "../../../protocol/audit/equivocation.ts";
import { actionName, type Domain } from "../../../protocol/event/event.ts";
import { MAX_JSON_BYTES } from "../../../protocol/base/limits.ts";
import { ZERO_ADDRESS } from "../../../protocol/base/values.ts";
import { parseContent, readFileOrInput } from "../../input/files.ts";
import { readAddress, readNodeUrl } from "../../input/options.ts";
import { connectNode } from "../../offline/node.ts";
import { EXIT_CODES_HELP } from "../../output/help.ts";
import { EXIT, FAULTS_EXIT, Problem, usageProblem, VERDICT_EXIT } from "../../output/outcome.ts";
import { moment, type Terminal } from "../../output/terminal.ts";
import type { AddCommand, Command } from "../../service/command.ts";

export const equivocation: AddCommand = (program, act) =>
  program
    .command("equivocation")
    .description("check a file that claims that a party signed two events over one word of a lot")
    .argument("<file>", "as `log audit --evidence` writes it, or - for stdin")
    .option(
      "--rpc <url>",
      "the node to ask whose the keys are (default: REELPROOF_RPC_URL; without one the keys are not checked)",
    )
    .option("--ledger <address>", "the ledger you trust; needed with --rpc")
    .addHelpText("after", EXIT_CODES_HELP)
    .action(act(checkFile, ({ standing }) => EXITS[standing]));

interface EquivocationOptions {
  rpc?: string;
  ledger?: string;
}

const EXITS = { PROVEN: EXIT.done, UNCHECKED: VERDICT_EXIT.INCOMPLETE, NONE: FAULTS_EXIT } as const;
const COLOURS = { PROVEN: "green", UNCHECKED: "yellow", NONE: "red" } as const;
const MEANINGS = {
  PROVEN: "PROVEN: the party signed both events",
  UNCHECKED:
    "UNCHECKED: two events follow one word of the lot, but the signers' keys were not checked",
  NONE: "NONE: the file does not prove an equivocation",
} as const;

/** @throws Problem CANNOT_READ, BAD_FILE, BAD_OPTION, LEDGER_NOT_SAID, CHAIN_UNREACHABLE */
async function checkFile(
  command: Command,
  file: string,
  options: EquivocationOptions,
): Promise<EquivocationReport> {
  const content = await readFileOrInput(command, file, "FILE", MAX_JSON_BYTES);
  const input: unknown = parseContent(content, parseJson, file, "FILE");
  const { trust, reader } = await readTrust(input, readNodeUrl(options.rpc, command.env), options);
  const report = await checkEquivocation(input, trust, reader, await loadWasmRecover());
  showReport(report, command.terminal);
  return report;
}

/** The ledger that the caller trusts. Without a node and without --ledger, it is the one that the file names. */
async function readTrust(input: unknown, node: URL | undefined, { ledger }: EquivocationOptions) {
  const trusted = ledger === undefined ? undefined : readAddress(ledger, "--ledger");
  const claim = domainIn(input);
  if (node === undefined)
    return { trust: { ...claim, ...(trusted !== undefined && { ledger: trusted }) }, reader: null };
  if (trusted === undefined) {
    const why =
      "Say which ledger you trust: --ledger ADDRESS. A forged file would name a forged ledger.";
    throw usageProblem("LEDGER_NOT_SAID", why, "--ledger");
  }
  const request = connectNode(node);
  const chainId = await ask(request, "eth_chainId", [], HexNumber).catch((cause: unknown) => {
    const why = "The node does not say which chain it is on. Ask another node.";
    throw new Problem("CHAIN_UNREACHABLE", why, { exit: EXIT.unreachable, cause });
  });
  const trust = { chainId, ledger: trusted };
  return { trust, reader: ledgerReader({ request, ...trust }) };
}

/** The ledger that the file names. Zero where it names none: then nothing is asked of a node. */
function domainIn(input: unknown): Domain {
  const { data } = Equivocation.safeParse(input);
  return { chainId: data?.chainId ?? 0, ledger: data?.ledger ?? ZERO_ADDRESS };
}

function showReport(
  { standing, about, events, findings }: EquivocationReport,
  terminal: Terminal,
): void {
  terminal.line(terminal.style(["bold", COLOURS[standing]], MEANINGS[standing]));
  if (about) {
    terminal.line(`  lot     ${about.lot}`);
    terminal.line(`  word    ${about.previous}`);
    terminal.line(`  ledger  ${about.ledger} on chain ${about.chainId}`);
    if (about.party !== null) terminal.line(`  party   ${about.party}`);
  }
  for (const each of events) showEvent(each, terminal);
  for (const { code, event, message } of findings)
    terminal.line(`  ${code}  ${message}${event === undefined ? "" : ` (${event})`}`);
}

function showEvent(
  { digest, event, signer, loggedIn }: EquivocationEvent,
  terminal: Terminal,
): void {
  const to = event.consignee === ZERO_ADDRESS ? "" : ` to ${event.consignee}`;
  terminal.line(`  event   ${digest}`);
  terminal.line(
    `          ${actionName(event.action) ?? event.action} at ${moment(event.time)} UTC${to}`,
  );
  terminal.line(`          signed by key ${signer ?? "none"}`);
  if (loggedIn)
    terminal.line(`          in the log of ${loggedIn.operator} by block ${loggedIn.block}`);
}
