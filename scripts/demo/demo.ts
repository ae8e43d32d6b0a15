// Shows a lot's life in the terminal, on a running service or on one that it opens for itself.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Problem, problemLine, usageProblem } from "../../cli/output/outcome.ts";
import type { Terminal } from "../../cli/output/terminal.ts";
import type { Environment } from "../../cli/service/caller.ts";
import { sample } from "../../sample/play.ts";
import { readConfig } from "../../server/config.ts";
import { openService, type Service } from "../../server/service.ts";
import { alterAndFind } from "./alter.ts";
import { callers } from "./callers.ts";
import { showHighlights } from "./highlights.ts";
import { playStory } from "./story.ts";

/** Ends the demo early with the error that it is rejected with. */
type Stopped = Promise<never>;

/** Prepares the data folder of the demo's own service. By default it is empty, and the service plays the sample. */
type Prepare = (folder: string) => Promise<void>;

/** Asks the demo to play into the service at REELPROOF_URL. */
export const ON_SERVICE = "--on-service";

/**
 * Runs the demo on a service of its own, whose files it removes at the end, or with ON_SERVICE on the one at REELPROOF_URL.
 * @returns the exit code: 0, or that of the problem that ended it
 */
export async function runDemo(
  terminal: Terminal,
  { args, env }: { args: readonly string[]; env: Environment },
  stopped: Stopped = new Promise<never>(() => undefined),
  prepare: Prepare = () => Promise.resolve(),
): Promise<number> {
  try {
    const isOwn = !readOnService(args, env);
    if (isOwn) noteUnused(terminal, env);
    const own = isOwn ? await ownService(terminal, prepare) : undefined;
    try {
      await Promise.race([stopped, show(terminal, own?.env ?? env, own?.service)]);
    } finally {
      await own?.close();
    }
    return 0;
  } catch (error) {
    const isProblem = error instanceof Problem;
    terminal.note(
      isProblem ? `demo: ${problemLine(error)}` : String((error as Error).stack ?? error),
    );
    return isProblem ? error.exit : 1;
  }
}

/** Whether the demo plays into a service that is not its own. @throws Problem */
function readOnService(args: readonly string[], env: Environment): boolean {
  const unknown = args.find((arg) => arg !== ON_SERVICE);
  if (unknown !== undefined)
    throw usageProblem("USAGE", `The demo does not know ${unknown}.`, unknown);
  if (!args.includes(ON_SERVICE)) return false;
  if (env["REELPROOF_URL"] !== undefined) return true;
  const why =
    "Set it to the URL of the service that the demo plays into. What it plays stays there.";
  throw usageProblem("BAD_SETTING", why, "REELPROOF_URL");
}

/** Says which settings the demo leaves alone. */
function noteUnused(terminal: Terminal, env: Environment): void {
  if (env["REELPROOF_URL"] !== undefined)
    terminal.note(
      `REELPROOF_URL is not used: the demo opens a service of its own. To play into yours, permanently: npm run demo -- ${ON_SERVICE}`,
    );
  const others = ["DATABASE_URL", "CHAIN_RPC_URL", "DATA_DIR"].filter(
    (name) => env[name] !== undefined,
  );
  if (others.length > 0)
    terminal.note(
      `${others.join(", ")}: not used. The demo's own service is embedded, in a folder of its own.`,
    );
}

/** Opens a service for this demo alone. Closing it removes its folder. */
async function ownService(
  terminal: Terminal,
  prepare: Prepare,
): Promise<{ service: Service; env: Environment; close(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), "reelproof-demo-"));
  const env = { DATA_DIR: folder, PORT: "0" };
  const { config, secrets } = readConfig(env);
  const remove = () => rm(folder, { recursive: true, force: true, maxRetries: 3 });
  try {
    await prepare(folder);
    const service = await openService(config, secrets, {
      sample,
      onProgress(stage, done = 0, of = 1) {
        terminal.progress(
          stage === "sample" ? "playing five months of the sample" : `opening the ${stage}`,
          done,
          of,
        );
      },
    });
    const close = async () => {
      await service.close();
      await remove();
    };
    return { service, env: { ...env, REELPROOF_URL: service.url }, close };
  } catch (error) {
    await remove();
    throw error;
  }
}

async function show(terminal: Terminal, env: Environment, own: Service | undefined): Promise<void> {
  const as = callers(env);
  const where = own
    ? `a service of its own at ${own.url}, removed at the end`
    : `the service at ${as.url}`;
  terminal.line(`${terminal.style("bold", "Reelproof")}  a lot's life, on ${where}`);
  terminal.line();
  const { product } = await playStory(as, terminal, own?.ctx.request);
  await showHighlights(as, terminal, product);
  if (own) await alterAndFind(as, terminal, own.ctx.prisma);
  else
    terminal.line(
      `Run the demo without ${ON_SERVICE} to see how an altered row is found. The demo alters only its own database.`,
    );
}
