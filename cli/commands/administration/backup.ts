// `backup`: writes everything that the service keeps into one file, while it runs. It goes through the service, because nobody
// else can open its embedded database. Where the database can be opened here, or the service is stopped, it needs no service.
import { type BackupView, showBackup, viewOf } from "../../backup/report.ts";
import { hasPassphrase, PASSPHRASE_HELP, readPassphrase } from "../../backup/passphrase.ts";
import { refuseExisting, writeWhole } from "../../backup/file.ts";
import { backupProblem } from "../../backup/problem.ts";
import { Problem } from "../../output/outcome.ts";
import type { AddCommand, Command } from "../../service/command.ts";
import { onBackup } from "../../service/direct.ts";

interface Options {
  passphraseFile?: string;
  overwrite?: boolean;
  check?: boolean;
}

export const backup: AddCommand = (program, act) =>
  program
    .command("backup")
    .description("back up the database, the embedded chain, the documents and the secrets")
    .argument("<file>", "the file to write; it must not exist yet")
    .option("--passphrase-file <file>", "file with the passphrase that seals the secrets, or -")
    .option("--overwrite", "replace the file if it exists")
    .option("--check", "check an existing backup; nothing is written or restored")
    .addHelpText("after", PASSPHRASE_HELP)
    .action(act(backUp));

async function backUp(command: Command, file: string, options: Options): Promise<BackupView> {
  try {
    return await (options.check ? check(command, file, options) : make(command, file, options));
  } catch (error) {
    throw backupProblem(error);
  }
}

async function make(command: Command, file: string, options: Options): Promise<BackupView> {
  if (!options.overwrite) await refuseExisting(file);
  const [sealing, checking] = await Promise.all([
    import("../../../server/backup/seal.ts"),
    import("../../../server/backup/check.ts"),
  ]);
  const passphrase = await readPassphrase(command, options, { isNew: true });
  sealing.checkPassphrase(passphrase);
  const derivation = sealing.newDerivation();
  const key = await sealing.deriveKey(passphrase, derivation);
  const write = (bytes: AsyncIterable<Uint8Array>) =>
    writeWhole(file, bytes, async (part) => {
      const whole = await checking.openCheckedBackup(part, () => Promise.resolve(key));
      await whole.close();
      return whole;
    });
  const whole = await (command.direct ? here(command) : byService(command));
  const view = viewOf(file, whole);
  showBackup(view, whole.manifest, command.terminal);
  command.terminal.line(`to check    reelproof backup --check ${file}`);
  command.terminal.line(`to restore  reelproof restore ${file} --to FOLDER`);
  return view;

  async function byService({ caller, local }: Command) {
    try {
      const body = { ...derivation, key: Buffer.from(key).toString("hex") };
      return await write(await caller.api.stream("/v1/backup", body));
    } catch (error) {
      // Without a running service nobody else has the embedded database open.
      const isStopped =
        error instanceof Problem && error.code === "SERVICE_UNREACHABLE" && error.field === "--url";
      if (isStopped && local) return here(command);
      throw error;
    }
  }

  function here({ env }: Command) {
    return onBackup(env, async ({ ctx: { ctx, around } }) => {
      const { openBackup } = await import("../../../server/backup/write.ts");
      return write(await openBackup(ctx, around, { derivation, key }));
    });
  }
}

async function check(command: Command, file: string, options: Options): Promise<BackupView> {
  const { deriveKey } = await import("../../../server/backup/seal.ts");
  const { openCheckedBackup } = await import("../../../server/backup/check.ts");
  const passphrase = hasPassphrase(command, options)
    ? await readPassphrase(command, options, { isNew: false })
    : undefined;
  const whole = await openCheckedBackup(
    file,
    passphrase === undefined ? undefined : (derivation) => deriveKey(passphrase, derivation),
  );
  await whole.close();
  const view = viewOf(file, whole);
  showBackup(view, whole.manifest, command.terminal);
  return view;
}
