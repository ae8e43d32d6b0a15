// `restore`: makes a new data folder, and fills an empty database, from a backup. All of it or nothing.
import { resolve } from "node:path";
import type { FsckReport } from "../../../api/fsck.ts";
import { PASSPHRASE_HELP, readPassphrase } from "../../backup/passphrase.ts";
import { backupProblem } from "../../backup/problem.ts";
import { type BackupView, showBackup, viewOf } from "../../backup/report.ts";
import { faultsExit } from "../../output/faults.ts";
import { EXIT } from "../../output/outcome.ts";
import { pieces, type Terminal } from "../../output/terminal.ts";
import type { Environment } from "../../service/caller.ts";
import type { AddCommand, Command } from "../../service/command.ts";
import { onStopped } from "../../service/direct.ts";

interface Options {
  to: string;
  passphraseFile?: string;
  activate?: boolean;
}

const HELP = `
With DATABASE_URL set, the rows go into that database, which must be empty. Without it, the
new folder gets an embedded one. Nothing is ever overwritten.

The restored service only reads, because the original may still run with the same keys. When
the original is gone: reelproof activate, or restore with --activate.
${PASSPHRASE_HELP}

Exit codes: 0 restored, and fsck is clean or was not run; 12 restored, and fsck found faults`;

export const restore: AddCommand = (program, act) =>
  program
    .command("restore")
    .description("restore a backup into a new data folder and an empty database")
    .argument("<file>", "the backup")
    .requiredOption("--to <folder>", "the new DATA_DIR; it must not exist, or be empty")
    .option("--passphrase-file <file>", "file with the backup's passphrase, or -")
    .option("--activate", "the original is gone: the restored service acts at once")
    .addHelpText("after", HELP)
    .action(act(restoreFile, ({ fsck }) => (fsck ? faultsExit(fsck.faults) : EXIT.done)));

interface Restored extends BackupView {
  folder: string;
  isActive: boolean;
  /** Null where the chain is elsewhere and not named. */
  fsck: FsckReport | null;
}

async function restoreFile(
  command: Command,
  file: string,
  { to, activate = false, ...options }: Options,
): Promise<Restored> {
  const { terminal, env } = command;
  try {
    const { deriveKey } = await import("../../../server/backup/seal.ts");
    const { openCheckedBackup } = await import("../../../server/backup/check.ts");
    const { refuseFilledFolder, restoreBackup } = await import("../../../server/backup/restore.ts");
    await refuseFilledFolder(to);
    const passphrase = await readPassphrase(command, options, { isNew: false });
    const whole = await openCheckedBackup(file, (derivation) => deriveKey(passphrase, derivation));
    try {
      await restoreBackup(whole, { folder: to, databaseUrl: env["DATABASE_URL"], activate });
    } finally {
      await whole.close();
    }
    const view = viewOf(file, whole);
    const { manifest } = whole;
    showBackup(view, manifest, terminal);
    const database = env["DATABASE_URL"] === undefined ? "" : " and the database at DATABASE_URL";
    terminal.line(`restored    to ${to}${database}`);
    const checkable = settingsToCheck(env, to, manifest.isEmbedded);
    const report = checkable ? await check(checkable, terminal) : null;
    showNext(command, {
      to,
      activate,
      isEmbedded: manifest.isEmbedded,
      isChecked: report !== null,
    });
    return { ...view, folder: resolve(to), isActive: activate, fsck: report };
  } catch (error) {
    throw backupProblem(error);
  }
}

/** The settings with which fsck opens what was restored; undefined if they do not name its chain. */
function settingsToCheck(
  env: Environment,
  folder: string,
  isEmbedded: boolean,
): Environment | undefined {
  if (isEmbedded) return { DATA_DIR: folder, DATABASE_URL: env["DATABASE_URL"] };
  const needed = ["CHAIN_RPC_URL", "LEDGER_ADDRESS", "RELAYER_KEY", "KEYSTORE_SECRET"];
  if (needed.some((name) => env[name] === undefined)) return undefined;
  return { ...env, DATA_DIR: folder };
}

async function check(env: Environment, terminal: Terminal): Promise<FsckReport> {
  const report = await onStopped(env, async ({ ctx }) => {
    const { fsck } = await import("../../../server/fsck/fsck.ts");
    return fsck(ctx);
  });
  const count = report.faults.length + report.unlisted;
  terminal.line(
    count === 0
      ? `fsck        ${terminal.style(["green", "bold"], "clean")}`
      : `fsck        ${terminal.style(["red", "bold"], pieces(count))} faults. Start the restored service, then run reelproof fsck for the list.`,
  );
  return report;
}

function showNext(
  { terminal }: Command,
  {
    to,
    activate,
    isEmbedded,
    isChecked,
  }: { to: string; activate: boolean; isEmbedded: boolean; isChecked: boolean },
): void {
  terminal.line();
  terminal.line(
    `Start it:   DATA_DIR=${to} PORT=3001 npm start${isEmbedded ? "" : ", with the settings of the original"}`,
  );
  if (!isChecked) terminal.line(`Check it:   DATA_DIR=${to} reelproof fsck`);
  if (activate) return;
  terminal.line("It only reads, because the original may still run. When the original is gone:");
  terminal.line(`            DATA_DIR=${to} reelproof activate --as Operator`);
}
