// The commands, their arguments and options, and how each ends.
import { Command as Program, CommanderError, Option } from "commander";
import {
  DOCUMENT_KINDS,
  MEDIA_TYPE_NAMES,
  WHAT_A_HASH_PROVES,
} from "../protocol/event/document.ts";
import { GRADES, STATEMENT_KINDS } from "../protocol/event/statement.ts";
import * as administration from "./commands/administration.ts";
import { type CommonOptions, type Environment, isDirect, openCaller } from "./service/caller.ts";
import { fetchBundle } from "./commands/bundle.ts";
import type { Command } from "./service/command.ts";
import * as custody from "./commands/custody.ts";
import { addFile, getFile, listFiles } from "./commands/document.ts";
import { exitOfReport, fsckAll } from "./commands/fsck.ts";
import { importBundle } from "./commands/import.ts";
import {
  type EquivocationOptions,
  checkFile,
  exitOfEquivocation,
} from "./commands/equivocation.ts";
import { type AuditOptions, auditOperator, exitOfAudit } from "./commands/log-audit.ts";
import { EXIT, Problem, problemJson, problemLine, VERDICT_EXIT } from "./output/outcome.ts";
import { setPolicy, showPolicy } from "./commands/policy.ts";
import { faultLines, FaultyList, register } from "./commands/register.ts";
import { exitOfScan, scanLabel } from "./commands/scan.ts";
import { settle } from "./commands/settle.ts";
import {
  authorise,
  authoriseAll,
  importAlerts,
  listStatements,
  withdrawStatement,
} from "./commands/statements.ts";
import { type Input, openTerminal, type Stream, type Terminal } from "./output/terminal.ts";
import { writeVerifier } from "./commands/verifier.ts";
import { DEFAULT_FINALITY, verifyNamed } from "./commands/verify-bundle.ts";

const EXIT_CODES = `
Exit codes:
  0  done            1  refused, or an error in what was given
  2  wrong usage     3  service or node unreachable
  verify: 0 PASS, 10 WARN, 11 INCOMPLETE, 12 FAIL, 13 HOLD
  scan:   the same where the label names one lot, else 1
  fsck:   0 clean, 12 faults found, 3 cannot be checked
  log audit --once: 0 nothing found, 12 findings, 3 cannot be checked
  equivocation: 0 proven, 11 the keys were not checked, 12 it proves none`;

const ENVIRONMENT = `
Environment:
  REELPROOF_URL      the service, where --url does not say it
  REELPROOF_API_KEY  the API key, where --api-key does not say it
  DATA_DIR           the service's folder, whose api-keys.json --as picks from (./data)
  DATABASE_URL       where no API key is given, api-key and fsck go to this database, without a service
  OWNER_KEY          party: the ledger owner's private key, where the service does not have it
  ACCOUNT_KEY        key: the private key of the party's account, where the service does not have it
  PARTY_KEY          key enrol: the private key that is enrolled`;

/**
 * Runs one command line.
 * @param args without the program's name
 * @returns the exit code
 */
export async function run(
  args: readonly string[],
  given: Environment,
  stdout: Stream,
  stderr: Stream,
  stdin: Input = NO_INPUT,
): Promise<number> {
  const env = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== "")); // VAR= is as good as unset
  let exit: number = EXIT.done;
  const json = args.includes("--json");
  const terminal = openTerminal(stdout, stderr, {
    quiet: json,
    colours: env["NO_COLOR"] === undefined,
  });
  const writeJson = (result: unknown) => stdout.write(`${JSON.stringify(result, undefined, 2)}\n`);

  /** A command's action: its result is told as JSON where that is wanted, and decides the exit code. */
  const act =
    <A extends unknown[], R>(
      task: (command: Command, ...args: A) => Promise<R>,
      exitOf: (result: R) => number = () => EXIT.done,
    ) =>
    async (...parsed: unknown[]): Promise<void> => {
      const program = parsed.at(-1) as Program;
      const command = commandOf(program.optsWithGlobals<CommonOptions>(), env, terminal, stdin);
      const result = await task(command, ...(parsed.slice(0, -1) as A));
      if (json) writeJson(result);
      exit = exitOf(result);
    };

  try {
    await programOf(act, stdout, stderr).parseAsync([...args], { from: "user" });
  } catch (error) {
    exit = told(error, terminal, json ? writeJson : undefined);
  }
  return exit;
}

const NO_INPUT: Input = (async function* () {})();
/** More than all codes of a label have. */
const MAX_INPUT_BYTES = 1024 * 1024;

async function readAll(stdin: Input, terminal: Terminal, most = MAX_INPUT_BYTES): Promise<string> {
  if (stdin.isTTY && most === MAX_INPUT_BYTES)
    terminal.note("scan the label, then end the input (Ctrl-D on a line of its own)");
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of stdin) {
    const data = typeof chunk === "string" ? Buffer.from(chunk) : chunk;
    bytes += data.length;
    if (bytes > most)
      throw new Problem("TOO_LARGE", `the input has more than ${most} bytes`, { exit: EXIT.usage });
    chunks.push(data);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function commandOf(
  options: CommonOptions,
  env: Environment,
  terminal: Terminal,
  stdin: Input,
): Command {
  let opened: Command["caller"] | undefined;
  let longest = 0; // of requests that wait at the same time, one says so
  return {
    ...{ terminal, options, env, direct: isDirect(options, env) },
    local: (options.url ?? env["REELPROOF_URL"]) === undefined,
    readInput: (most) => readAll(stdin, terminal, most),
    get caller() {
      return (opened ??= openCaller(options, env, (seconds) => {
        if (seconds > longest)
          terminal.note(`the service takes no more requests for ${seconds} s: waiting`);
        longest = Math.max(longest, seconds);
      }));
    },
  };
}

/** Says why a command failed. @returns the exit code */
function told(
  error: unknown,
  terminal: Terminal,
  writeJson: ((result: unknown) => void) | undefined,
): number {
  if (error instanceof CommanderError) {
    // Commander has said it already; help and version are no failures.
    if (error.exitCode !== 0) writeJson?.({ error: { code: "USAGE", message: error.message } });
    return error.exitCode === 0 ? EXIT.done : EXIT.usage;
  }
  const problem =
    error instanceof Problem ? error : new Problem("INTERNAL", String(error), { cause: error });
  const faults = problem instanceof FaultyList ? problem.faults : undefined;
  writeJson?.({ ...problemJson(problem), ...(faults && { faults }) });
  if (faults) for (const line of faultLines(faults, terminal)) terminal.line(line);
  for (const { row, column, code, message } of problem.rows ?? [])
    terminal.line(`row ${row}${column === undefined ? "" : `, ${column}`}: ${code}: ${message}`);
  terminal.note(`reelproof: ${problemLine(problem)}`);
  return problem.exit;
}

type Act = <A extends unknown[], R>(
  task: (command: Command, ...args: A) => Promise<R>,
  exitOf?: (result: R) => number,
) => (...given: unknown[]) => Promise<void>;

const collect = (value: string, before: string[] | undefined) => [...(before ?? []), value];

function programOf(act: Act, stdout: Stream, stderr: Stream): Program {
  const program = new Program("reelproof")
    .description("Provenance of lots of electronic components: register, hand over, verify.")
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void stdout.write(text),
      writeErr: (text) => void stderr.write(text),
      outputError: (text, write) =>
        write(
          `${text
            .trim()
            .replace(/^error: /, "reelproof: USAGE: ")
            .replaceAll(/\s*\n\s*/g, " ")}\n`,
        ),
      getOutHelpWidth: () => stdout.columns ?? 100,
      getErrHelpWidth: () => stderr.columns ?? 100,
      getOutHasColors: () => stdout.isTTY ?? false,
      getErrHasColors: () => stderr.isTTY ?? false,
    })
    .configureHelp({ showGlobalOptions: true })
    .option("--url <url>", "the service (default: REELPROOF_URL, or http://127.0.0.1:3000)")
    .option("--api-key <key>", "the API key (default: REELPROOF_API_KEY)")
    .option(
      "--as <party>",
      "use this party's API key of the sample: the beginning of its name or address",
    )
    .option("--json", "write the result as JSON, and nothing else, on stdout")
    .addHelpText("after", `${EXIT_CODES}\n${ENVIRONMENT}`);
  addCustody(program, act);
  addDocuments(program, act);
  addStatements(program, act);
  addChecks(program, act);
  addLog(program, act);
  addPolicy(program, act);
  addAdministration(program, act);
  return program;
}

function addCustody(program: Program, act: Act): void {
  program
    .command("register")
    .description(
      "register the packages of a packing list (CSV) as lots, each once, however often it is run",
    )
    .argument(
      "<file>",
      "CSV with the columns manufacturer, mpn, quantity, package_id; lot_code, date_code and others",
    )
    .addOption(
      new Option(
        "--action <action>",
        "commission: your own lots. introduce: lots from elsewhere (default: by your role)",
      ).choices(["commission", "introduce"]),
    )
    .option("--party <party>", "whose API key this is, where the key itself may not ask")
    .addOption(
      new Option(
        "--settlement <where>",
        "ledger: the chain enforces every rule, and customers and quantities are in open transactions. log: private, " +
          "and not proven to be the latest or the only trail (default: as the service is set)",
      ).choices(["ledger", "log"]),
    )
    .option("--dry-run", "say what would be registered, and register nothing")
    .action(act(register));
  program
    .command("ship")
    .description("ship lots to a party, which then has to receive them")
    .argument("[lots...]", "lots, by id or lot number")
    .requiredOption("--to <party>", "the consignee: the beginning of its name or address")
    .option("--file <file>", "a packing list, or a file with one lot per line")
    .option("--carrier <name>", "who carries it")
    .option("--service <name>", "the carrier's service")
    .option("--tracking <number>", "the carrier's number")
    .option("--asn <number>", "the advance ship notice")
    .option("--packing-list <number>", "the packing list's number")
    .option("--delivery-note <number>", "the delivery note's number")
    .option("--reason <text>", "why, for example: return")
    .action(act(custody.ship));
  program
    .command("receive")
    .description("receive a shipment")
    .argument("<shipment>", "its hash, the beginning of it, or the number of a lot in it")
    .option(
      "--short <lot=pieces>",
      "what was counted of a lot, where it is less than was shipped",
      collect,
    )
    .option("--only <lot>", "receive this lot and leave the rest in transit", collect)
    .option("--reason <text>", "why pieces are missing")
    .action(act(custody.receive));
  program
    .command("split")
    .description("split new lots off a lot")
    .argument("<lot>", "by id or lot number")
    .argument("<children...>", "LOTNUMBER=PIECES for each new lot")
    .action(act(custody.split));
  program
    .command("settle")
    .description(
      "settle a lot that lives by the log on the ledger, with all that shares an event with it, for good",
    )
    .argument("<lot>", "by id or lot number")
    .action(act(settle));
}

function addDocuments(program: Program, act: Act): void {
  const document = program
    .command("document")
    .description(`certificates, packing lists, test reports: ${WHAT_A_HASH_PROVES}`);
  document
    .command("add")
    .description("upload a file, once; events name it by its hash")
    .argument("<file>")
    .addOption(
      new Option("--kind <kind>", "what it is")
        .choices(Object.keys(DOCUMENT_KINDS))
        .makeOptionMandatory(),
    )
    .addOption(
      new Option("--type <type>", "its media type (default: by the file's ending)").choices(
        MEDIA_TYPE_NAMES,
      ),
    )
    .option("--name <text>", "a label for people (default: the file's name)")
    .option("--issuer <name>", "who issued it")
    .option("--issued-on <day>", "when, as YYYY-MM-DD")
    .option("--manufacturer <name>", "what was read off the paper: the maker")
    .option("--mpn <number>", "… the maker's part number")
    .option("--maker-lot <code>", "… the maker's lot")
    .option("--date-code <code>", "… the date code")
    .option("--quantity <pieces>", "… the pieces")
    .option("--purchase-order <number>", "… the purchase order")
    .option("--certificate-number <number>", "… the certificate's own number")
    .action(act(addFile));
  document
    .command("get")
    .description(
      "fetch a document that you uploaded, or that an event you see names, and check its hash",
    )
    .argument("<hash>", "SHA-256 of its bytes")
    .requiredOption("--out <file>", "the file to make; it must not be there yet")
    .action(act(getFile));
  document.command("list").description("your documents").action(act(listFiles));
}

function addStatements(program: Program, act: Act): void {
  program
    .command("authorise")
    .description("say that a party may sell a brand of yours, from the first day to the last")
    .argument("<party>", "the beginning of its name or address")
    .requiredOption("--brand <brand>", "as your parts' records call it, or their manufacturer")
    .requiredOption("--from <day>", "the first day, as YYYY-MM-DD")
    .option("--to <day>", "the last day; without it, until you withdraw it")
    .addOption(
      new Option("--grade <grade>", "how close it stands to the brand")
        .choices(GRADES)
        .default("authorised"),
    )
    .action(act(authorise));
  const alert = program.command("alert").description("alerts on parts, which verdicts then go by");
  alert
    .command("import")
    .description("import a list of alerts, all of it or nothing; known ones are not stated again")
    .argument(
      "<file>",
      "CSV (or .json) with source, reference, kind, mpn and, where it has them, manufacturer, makerLots, dateCodeFrom, dateCodeTo",
    )
    .option("--source <name>", "where the alerts are from that name no source")
    .action(act(importAlerts));
  const statement = program
    .command("statement")
    .description("signed statements: authorisations, alerts, withdrawals");
  statement
    .command("list")
    .description("authorisations of all, and your own alerts")
    .addOption(new Option("--kind <kind>", "only these").choices(Object.keys(STATEMENT_KINDS)))
    .action(act(listStatements));
  statement
    .command("import")
    .description("import a list of authorisations, all of it or nothing")
    .argument("<file>", "CSV (or .json) with party (its address), brand, grade, from, to")
    .action(act(authoriseAll));
  statement
    .command("withdraw")
    .description("withdraw a statement of yours, for good")
    .argument("<statement>", "its digest")
    .action(act(withdrawStatement));
}

function addLog(program: Program, act: Act): void {
  program
    .command("log")
    .description("the append-only log of an operator's events")
    .command("audit")
    .description(
      "follow an operator's log from outside, and check all of it against the chain: needs no API key",
    )
    .requiredOption("--rpc <url>", "the chain's node: one that you trust")
    .requiredOption("--log <address>", "the contract that keeps the log's checkpoints")
    .requiredOption("--operator <address>", "whose log it is")
    .requiredOption("--state <file>", "where the audit keeps its place; made where it is not there")
    .option("--ledger <address>", "the ledger of its events (default: what the log says at first)")
    .option("--key <key>", "the verifier key of its notes (default: what the log says at first)")
    .option(
      "--note <file>",
      "a checkpoint's note that somebody else was shown; may be given again",
      collect,
    )
    .option(
      "--evidence <folder>",
      "write a file for each word that one party spent twice: see `equivocation`",
    )
    .option(
      "--finality <blocks>",
      "how many must stand on a block before it counts as final",
      String(DEFAULT_FINALITY),
    )
    .option("--all", "tell again what earlier runs have found")
    .option("--once", "end when the newest checkpoint is reached")
    .option("--every <seconds>", "between two looks", "60")
    .addHelpText("after", EXIT_CODES)
    .action(
      act(
        (command: Command, options: AuditOptions) => auditOperator(command, options),
        exitOfAudit,
      ),
    );
  program
    .command("equivocation")
    .description("check a file that says that a party signed two events over one word of a lot")
    .argument("<file>", "as `log audit --evidence` writes it, or - for stdin")
    .option(
      "--rpc <url>",
      "the node to ask whose the keys are (default: none, and it stays unchecked)",
    )
    .option("--ledger <address>", "the ledger that you trust; --rpc needs it")
    .addHelpText("after", EXIT_CODES)
    .action(
      act(
        (command: Command, file: string, options: EquivocationOptions) =>
          checkFile(command, file, options),
        exitOfEquivocation,
      ),
    );
}

function addChecks(program: Program, act: Act): void {
  program
    .command("verify")
    .description(
      "verify a lot by the service, or a bundle by itself, against the chain: the exit code is the verdict",
    )
    .argument("<lot>", "by id or lot number; or a bundle's file, or - for one on stdin")
    .option("--rpc <url>", "bundle: the node to ask (default: none, and the verdict is INCOMPLETE)")
    .option(
      "--ledger <address>",
      "bundle: the ledger that you trust, from elsewhere than the bundle",
    )
    .option("--checkpoints <address>", "bundle: the contract that you trust to anchor logs")
    .option(
      "--trust-bundle-ledger",
      "bundle: take its word for ledger and checkpoints, at best for a WARN",
    )
    .option("--chain <id>", "bundle: the chain's id (default: the node's)")
    .option(
      "--finality <blocks>",
      `bundle: how many must stand on a block (default: ${DEFAULT_FINALITY})`,
    )
    .option(
      "--from-block <number>",
      "bundle: the ledger's first block, so that no older logs are asked for",
    )
    .option(
      "--at <block>",
      "bundle: as of a block's number, hash or moment (the node must have kept its state)",
    )
    .option("--policy <file>", "bundle: how it is judged, as `policy` shows it")
    .option(
      "--followed <state>",
      "bundle: a log that you followed by `log audit`; may be given again",
      collect,
    )
    .addHelpText("after", EXIT_CODES)
    .action(act(verifyNamed, ({ verdict }) => VERDICT_EXIT[verdict]));
  program
    .command("bundle")
    .description("fetch a lot's bundle, to be verified elsewhere")
    .argument("<lot>", "by id or lot number")
    .requiredOption("--out <file>", "the file to make; it must not be there yet")
    .action(act(fetchBundle));
  program
    .command("verifier")
    .description(
      "write the page that verifies bundles in a browser, with nothing else of ours, into a file",
    )
    .requiredOption("--out <file>", "the file to make; it must not be there yet")
    .action(act(writeVerifier));
  program
    .command("scan")
    .description(
      "find the lot that a label names, set label, record and order side by side, and verify the lot",
    )
    .argument(
      "[text...]",
      "what each of the label's codes says, with \\x1d, ␝ or {GS} for separators (default: stdin)",
    )
    .option("--place <name>", "where it is scanned, as you call it: a site, a dock")
    .option(
      "--expected <file>",
      "what was ordered, as JSON: manufacturer, mpn, makerLot, dateCode, quantity, countryOfOrigin",
    )
    .option("--expected-manufacturer <name>", "the ordered maker")
    .option("--expected-mpn <mpn>", "the ordered part number")
    .option("--expected-lot <code>", "the maker's lot that the packing list names")
    .option("--expected-date-code <code>", "the date code that the packing list names")
    .option("--expected-quantity <pieces>", "the pieces that the packing list names")
    .option("--expected-country <code>", "the country of origin that the packing list names")
    .addHelpText("after", EXIT_CODES)
    .action(act(scanLabel, exitOfScan));
  program
    .command("import")
    .description(
      "take up a bundle of another company's service: verified before anything is stored",
    )
    .argument("<file>", "the bundle, as JSON")
    .action(act(importBundle));
  program
    .command("fsck")
    .description("check every row of the service's database, and all of it against the chain")
    .addHelpText("after", EXIT_CODES)
    .action(act(fsckAll, exitOfReport));
}

function addPolicy(program: Program, act: Act): void {
  const policy = program.command("policy").description("how verdicts are judged that you ask for");
  policy
    .command("show")
    .description("every setting, those that you have set in bold")
    .action(act(showPolicy));
  policy
    .command("set")
    .description(
      "set your policy, in the place of what was set before: what it leaves out is as in the default",
    )
    .argument("<file>", "JSON")
    .action(act(setPolicy));
}

function addAdministration(program: Program, act: Act): void {
  const party = program.command("party").description("parties of the ledger");
  party.command("list").description("all parties").action(act(administration.listParties));
  party
    .command("admit")
    .description(
      "admit a party, or set its name and roles anew (by the operator, or with OWNER_KEY)",
    )
    .argument("<address>", "the party's account")
    .argument("<name>")
    .requiredOption(
      "--role <role>",
      "manufacturer, distributor, assembler or laboratory; may be given again",
      collect,
    )
    .option("--identity <hash>", "a hash of who it is")
    .action(act(administration.admit));
  party
    .command("suspend")
    .description("suspend a party: it can sign no more events")
    .argument("<party>", "the beginning of its name or address")
    .action(act((command, named: string) => administration.setStanding(command, named, true)));
  party
    .command("reinstate")
    .description("lift a party's suspension")
    .argument("<party>", "the beginning of its name or address")
    .action(act((command, named: string) => administration.setStanding(command, named, false)));

  const key = program.command("key").description("signing keys of parties");
  const ofParty = "whose: the beginning of its name or address";
  key
    .command("list")
    .description("keys and their standing")
    .option("--party <party>", ofParty)
    .action(act(administration.listKeys));
  key
    .command("make")
    .description(
      "make a signing key that the service keeps (or, with ACCOUNT_KEY, in its database)",
    )
    .option("--party <party>", ofParty)
    .action(act(administration.makeSigningKey));
  key
    .command("enrol")
    .description(
      "enrol a key of your own, which the service never sees (with ACCOUNT_KEY and PARTY_KEY)",
    )
    .action(act(administration.enrolOwnKey));
  key
    .command("revoke")
    .description("revoke a signing key, for good")
    .argument("<key>", "its address")
    .action(act(administration.revokeSigningKey));

  const apiKey = program.command("api-key").description("API keys of the service");
  apiKey
    .command("list")
    .description("API keys, the revoked ones too")
    .action(act(administration.listApiKeys));
  apiKey
    .command("make")
    .description("make an API key; the first one in the database itself, with DATABASE_URL")
    .option("--party <party>", ofParty)
    .option("--operator", "a key of the service's operator")
    .requiredOption("--scope <scope>", "read, write or admin")
    .option("--label <text>", "what it is for")
    .action(act(administration.makeApiKey));
  apiKey
    .command("revoke")
    .description("revoke an API key at once")
    .argument("<id>", "its id, or the key itself")
    .action(act(administration.revokeApiKey));
}
