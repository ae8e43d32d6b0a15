// `equivocation FILE`: whether a file proves that one party signed two events over one word of a lot.
import { readFile } from "node:fs/promises";
import { parseJson } from "../../protocol/base/canonical.ts";
import { ledgerReader } from "../../protocol/chain/chain.ts";
import { HexNumber } from "../../protocol/chain/ledger-log.ts";
import { ask } from "../../protocol/chain/node.ts";
import { loadWasmRecover } from "../../protocol/base/crypto-wasm.ts";
import {
  checkEquivocation,
  Equivocation,
  type EquivocationEvent,
  type EquivocationReport,
} from "../../protocol/audit/equivocation.ts";
import { ProtocolError } from "../../protocol/base/errors.ts";
import { actionName, type Domain } from "../../protocol/event/event.ts";
import { MAX_JSON_BYTES } from "../../protocol/base/limits.ts";
import { Address, ZERO_ADDRESS } from "../../protocol/base/values.ts";
import type { Command } from "../service/command.ts";
import { connectNode } from "../offline/node.ts";
import { EXIT, FAULTS_EXIT, Problem, VERDICT_EXIT } from "../output/outcome.ts";
import { moment, type Terminal } from "../output/terminal.ts";

export interface EquivocationOptions {
  rpc?: string;
  ledger?: string;
}

const SAID = {
  PROVEN: "PROVEN: the party signed both events",
  UNCHECKED: "UNCHECKED: one lot's word is spent twice, and whose the keys are was not checked",
  NONE: "NONE: this proves no equivocation",
} as const;

/** The exit code that a report stands for. */
export const exitOfEquivocation = ({ standing }: EquivocationReport): number =>
  ({ PROVEN: EXIT.done, UNCHECKED: VERDICT_EXIT.INCOMPLETE, NONE: FAULTS_EXIT })[standing];

/**
 * Checks the file and says what it proves.
 * @throws Problem BAD_FILE, BAD_OPTION, LEDGER_NOT_SAID, CHAIN_UNREACHABLE
 */
export async function checkFile(
  command: Command,
  file: string,
  options: EquivocationOptions,
): Promise<EquivocationReport> {
  const input = await readInput(command, file);
  const { trust, reader } = await trusted(input, options);
  const report = await checkEquivocation(input, trust, reader, await loadWasmRecover());
  show(report, command.terminal);
  return report;
}

async function readInput({ readInput }: Command, file: string): Promise<unknown> {
  const name = file === "-" ? "the input" : file;
  const bad = (why: string, cause: unknown) =>
    new Problem("BAD_FILE", `${name}: ${why}`, { field: "file", exit: EXIT.usage, cause });
  const text = await (file === "-" ? readInput(MAX_JSON_BYTES) : readFile(file)).catch(
    (cause: unknown) => {
      throw cause instanceof Problem ? cause : bad("cannot be read", cause);
    },
  );
  try {
    return parseJson(text);
  } catch (cause) {
    if (cause instanceof ProtocolError) throw bad(`${cause.message} (${cause.code})`, cause);
    throw cause;
  }
}

/** The ledger that the caller trusts; without a node and without a word of the caller's, the file's own. */
async function trusted(input: unknown, { rpc, ledger }: EquivocationOptions) {
  const bad = (field: string, why: string) =>
    new Problem("BAD_OPTION", why, { field, exit: EXIT.usage });
  const given = ledger?.toLowerCase();
  if (given !== undefined && !Address.safeParse(given).success)
    throw bad("--ledger", `${ledger!} is no address`);
  const stated = statedIn(input);
  if (rpc === undefined)
    return { trust: { ...stated, ...(given !== undefined && { ledger: given }) }, reader: null };
  if (given === undefined) {
    const why =
      "say which ledger you trust: --ledger ADDRESS; whoever made the file may have made the ledger, too";
    throw new Problem("LEDGER_NOT_SAID", why, { field: "--ledger", exit: EXIT.usage });
  }
  const url = URL.parse(rpc);
  if (!url || !/^https?:$/.test(url.protocol)) throw bad("--rpc", `${rpc} is no address of a node`);
  const request = connectNode(url);
  const chainId = await ask(request, "eth_chainId", [], HexNumber).catch((cause: unknown) => {
    throw new Problem("CHAIN_UNREACHABLE", "the node does not say which chain it is on", {
      exit: EXIT.unreachable,
      cause,
    });
  });
  const trust = { chainId, ledger: given };
  return { trust, reader: ledgerReader({ request, ...trust }) };
}

/** What the file says that it is about; of one that says nothing of the kind nothing is asked. */
function statedIn(input: unknown): Domain {
  const { data } = Equivocation.safeParse(input);
  return { chainId: data?.chainId ?? 0, ledger: data?.ledger ?? ZERO_ADDRESS };
}

function show({ standing, about, events, findings }: EquivocationReport, terminal: Terminal): void {
  const colour = { PROVEN: "green", UNCHECKED: "yellow", NONE: "red" } as const;
  terminal.line(terminal.style(["bold", colour[standing]], SAID[standing]));
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
