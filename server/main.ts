// `npm start`. Reads the environment, opens the service with the sample, prints its database, chain, ledger and log, and what
// to do next, and stops cleanly on a signal.
import { styleText } from "node:util";
import { redactorOf } from "../protocol/base/redact.ts";
import { sample } from "../sample/play.ts";
import type { KeptKey } from "./access/key-file.ts";
import { type Config, readConfig } from "./config.ts";
import { failureOf } from "./failure.ts";
import { openService, type Progress, type Service } from "./service.ts";

const terminal = process.stdout.isTTY;
const redact = redactorOf(process.env);
const style = (format: Parameters<typeof styleText>[0], text: string) =>
  terminal ? styleText(format, text) : text;

const showProgress: Progress = (stage, done, of) => {
  if (stage !== "sample" || !done || !of) return;
  const width = 30;
  const filled = Math.round((width * done) / of);
  if (terminal)
    process.stdout.write(
      `\r  sample  ${"█".repeat(filled)}${"░".repeat(width - filled)} ${done}/${of}`,
    );
  if (terminal && done === of) process.stdout.write("\r\x1b[K");
  if (!terminal && done === of) console.log(`  sample  ${of} steps played`);
};

async function printStart(service: Service, config: Config): Promise<void> {
  const { url, publicUrl, standsOn, keptKeys, startLink } = service;
  console.log(
    `\n${style("bold", "Reelproof")} is up at ${style("cyan", url)}   API reference: ${url}/docs\n`,
  );
  if (publicUrl !== undefined) console.log(`  public    ${publicUrl} (PUBLIC_URL)`);
  console.log(`  database  ${standsOn.database}`);
  console.log(`  chain     ${standsOn.chain}`);
  console.log(`  ledger    ${standsOn.ledger}`);
  console.log(`  log       ${standsOn.log}`);
  if (service.migrated.applied.length > 0 && !service.migrated.isNew)
    console.log(
      `  migrated  the database, from an earlier release: ${service.migrated.applied.join(", ")}`,
    );
  if (service.isRestoredCopy) {
    console.log(
      style(
        "yellow",
        "\n  This service was restored from a backup and only reads: the original may still run, with the same keys.\n" +
          "  When the original is gone, let this one act: npx reelproof activate --as Operator",
      ),
    );
  }
  if (!standsOn.lasting) {
    console.log(
      style(
        "yellow",
        "            This platform has no chain binary: the chain is lost at every stop, and each start settles again.",
      ),
    );
  }
  if (keptKeys && keptKeys.made.length > 0) printKeys(keptKeys.made);
  if (keptKeys) console.log(`  API keys  in ${keptKeys.file}; pick one with --as`);
  for (const line of await nextSteps(service, config)) console.log(line);
  if (startLink !== undefined)
    console.log(
      `\n  Look at the sample in a browser (the link works once, within an hour):\n\n    ${style("cyan", startLink)}`,
    );
  console.log(`\n  Stop it with Ctrl-C.\n`);
}

/** What a service without companies, or without API keys, needs next. */
async function nextSteps({ url, ctx, keptKeys }: Service, config: Config): Promise<string[]> {
  const place = [
    ...(config.dataDir === DEFAULT_DATA_DIR ? [] : [`DATA_DIR=${config.dataDir}`]),
    ...(url === DEFAULT_URL ? [] : [`REELPROOF_URL=${url}`]),
  ];
  const command = (...words: string[]) => `    ${[...place, "npx reelproof", ...words].join(" ")}`;
  const init = command('init "Acme Distribution" --role distributor');
  if (keptKeys) {
    if ((await ctx.prisma.party.count()) > 0) return [];
    return ["\n  There is no company yet. Make one, in a second terminal:\n", init];
  }
  if ((await ctx.prisma.apiKey.count()) > 0) return [];
  const isEmbedded = config.database === "embedded";
  return [
    `\n  There is no API key yet. Make the operator's${isEmbedded ? ", while the service is stopped" : " (with DATABASE_URL set)"}:\n`,
    command("api-key make --operator --scope admin"),
    "\n  Then make a company. This lists who has to do what:\n",
    init,
  ];
}

const DEFAULT_DATA_DIR = "./data";
const DEFAULT_URL = "http://127.0.0.1:3000";

/** Prints the API keys, at the first start only: what a later start prints may go to a log that others read. */
function printKeys(keys: readonly KeptKey[]): void {
  const width = Math.max(...keys.map(({ name }) => name.length));
  const roles = Math.max(...keys.map((key) => key.roles.join(", ").length));
  console.log("\n  New API keys, printed this once (send as: Authorization: Bearer …)\n");
  for (const { name, roles: has, key } of keys) {
    console.log(`  ${name.padEnd(width)}  ${style("dim", has.join(", ").padEnd(roles))}  ${key}`);
  }
  console.log();
}

function fail(error: unknown): never {
  const { text, exit } = failureOf(error);
  console.error(redact(text));
  process.exit(exit);
}

async function main(): Promise<void> {
  const { config, secrets } = readConfig(process.env);
  const opening = openService(config, secrets, { sample, onProgress: showProgress });
  const stopped = Promise.withResolvers<NodeJS.Signals>();
  // A second signal while closing changes nothing: npm repeats the one that the terminal has sent already.
  process.on("SIGINT", stopped.resolve).on("SIGTERM", stopped.resolve);
  const service = await opening;
  await printStart(service, config);
  const why = await Promise.race([stopped.promise.then(() => undefined), service.failed]);
  await service.close();
  if (why !== undefined) fail(why);
}

await main().then(() => process.exit(0), fail);
