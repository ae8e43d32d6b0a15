// `status`: says in words what is wrong with the service, for the operator and for monitors, which read the exit code.
import { type OpenCondition, StatusView, TestDelivery } from "../../../api/status.ts";
import { EXIT_CODES_HELP } from "../../output/help.ts";
import { EXIT, FAULTS_EXIT, Problem, VERDICT_EXIT } from "../../output/outcome.ts";
import { countOf, moment, type Terminal } from "../../output/terminal.ts";
import type { AddCommand, Command } from "../../service/command.ts";

export const status: AddCommand = (program, act) =>
  program
    .command("status")
    .description("say what is wrong with the service, and what to do (operator)")
    .option("--send-test", "send a test message to ALERT_URL instead, and say whether it arrived")
    .addHelpText("after", EXIT_CODES_HELP)
    .action(act(showStatus, exitOf));

type Result = StatusView | TestDelivery;

function exitOf(result: Result): number {
  if ("delivered" in result) return result.delivered ? EXIT.done : EXIT.refused;
  const { conditions } = result;
  if (conditions.some(({ severity }) => severity === "critical")) return FAULTS_EXIT;
  return conditions.length === 0 ? EXIT.done : VERDICT_EXIT.WARN;
}

async function showStatus(
  { caller, terminal }: Command,
  { sendTest = false }: { sendTest?: boolean },
): Promise<Result> {
  if (sendTest) return test(caller.api, terminal);
  const view = await caller.api.get("/v1/status", StatusView).catch(whyNoStatus);
  const { checkedAt, conditions, fsck, messages } = view;
  const fine = terminal.style(["green", "bold"], "nothing is wrong");
  const result = conditions.length === 0 ? fine : countOf(conditions.length, "condition");
  terminal.line(`status      ${checkedAt === null ? "not checked yet" : result}`);
  terminal.line(`checked     ${checkedAt === null ? "never" : moment(checkedAt)}`);
  terminal.line(`fsck        ${fsckText(fsck)}`);
  terminal.line(`messages    ${messagesText(messages)}`);
  for (const condition of conditions) showCondition(condition, terminal);
  return view;
}

const OF_SERVER = 500;

/** Without its database the service knows no API key, and so not who asks. */
function whyNoStatus(error: unknown): never {
  if (!(error instanceof Problem) || (error.status ?? 0) < OF_SERVER) throw error;
  if (error.code === "NOT_READY")
    throw new Problem("NOT_READY", error.message, {
      exit: EXIT.unreachable,
      status: error.status,
      requestId: error.requestId,
      cause: error,
    });
  throw new Problem(
    "NO_STATUS",
    "The service runs, but cannot say how it does. Its database may be away: GET /readyz says so. Check the database, and the service's log.",
    { exit: EXIT.unreachable, status: error.status, requestId: error.requestId, cause: error },
  );
}

async function test(api: Command["caller"]["api"], terminal: Terminal): Promise<TestDelivery> {
  const result = await api.post("/v1/status/test", TestDelivery, {}, TEST_TIMEOUT_MS);
  const { delivered, to, why } = result;
  terminal.line(
    delivered ? `delivered   ${to}` : `${terminal.style("red", "not delivered")}   ${to}`,
  );
  if (why !== null) terminal.line(`            ${why}`);
  return result;
}

/** A mail server may be slow. */
const TEST_TIMEOUT_MS = 90_000;

function fsckText(fsck: StatusView["fsck"]): string {
  if (fsck === null) return "not run yet, or off (FSCK_EVERY)";
  const faults = Object.values(fsck.faults).reduce((sum, count) => sum + count, 0);
  const found = faults === 0 ? "no faults" : countOf(faults, "fault");
  return `${moment(fsck.startedAt)}, ${fsck.failure === null ? found : "not everything was checked"}`;
}

function messagesText({ to, deliveredAt, failingSince }: StatusView["messages"]): string {
  if (to === null) return "off: ALERT_URL is not set";
  if (failingSince !== null) return `${to}, not delivered since ${moment(failingSince)}`;
  return deliveredAt === null ? to : `${to}, last delivered ${moment(deliveredAt)}`;
}

const FORMATS = { critical: "red", warning: "yellow" } as const;

function showCondition(condition: OpenCondition, terminal: Terminal): void {
  const { code, severity, since, problem, detail, action, who } = condition;
  terminal.line();
  terminal.line(
    `${terminal.style(FORMATS[severity], severity.toUpperCase())}  ${code}, since ${moment(since)}`,
  );
  terminal.line(`  ${problem}`);
  if (detail !== null) terminal.line(`  ${detail}`);
  terminal.line(`  What to do: ${action}`);
  terminal.line(`  Who: ${who}.`);
}
