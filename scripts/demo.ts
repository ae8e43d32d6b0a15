// `npm run demo`: shows a lot's life in the terminal, on a running service (REELPROOF_URL) or one of its own.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Environment } from "../cli/service/caller.ts";
import { Problem, problemLine } from "../cli/output/outcome.ts";
import { openTerminal, type Terminal } from "../cli/output/terminal.ts";
import { sample } from "../sample/play.ts";
import { readConfig } from "../server/config.ts";
import { openService, type Service } from "../server/service.ts";
import { alterAndFind } from "./demo/alter.ts";
import { callers } from "./demo/callers.ts";
import { showHighlights } from "./demo/highlights.ts";
import { playStory } from "./demo/story.ts";

/** Opens a service for this demo alone. Closing it removes its folder. */
async function ownService(
  terminal: Terminal,
): Promise<{ service: Service; env: Environment; close(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), "reelproof-demo-"));
  const env = { DATA_DIR: folder, PORT: "0" };
  const { config, secrets } = readConfig(env);
  const remove = () => rm(folder, { recursive: true, force: true, maxRetries: 3 });
  try {
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

async function demo(terminal: Terminal): Promise<void> {
  const stopped = Promise.withResolvers<never>();
  const stop = () => stopped.reject(new Problem("STOPPED", "The demo was stopped."));
  process.on("SIGINT", stop).on("SIGTERM", stop);
  stopped.promise.catch(() => undefined); // handled once the service is open and can be closed
  const own = process.env["REELPROOF_URL"] === undefined ? await ownService(terminal) : undefined;
  try {
    await Promise.race([stopped.promise, show(terminal, own?.env ?? process.env, own?.service)]);
  } finally {
    await own?.close();
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
      "Run the demo without REELPROOF_URL to see how an altered row is found. The demo alters only its own database.",
    );
}

const terminal = openTerminal(process.stdout, process.stderr);
try {
  await demo(terminal);
  process.exit(0);
} catch (error) {
  terminal.note(
    error instanceof Problem
      ? `demo: ${problemLine(error)}`
      : String((error as Error).stack ?? error),
  );
  process.exit(error instanceof Problem ? error.exit : 1);
}
