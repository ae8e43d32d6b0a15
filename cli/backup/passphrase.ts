// Reads the passphrase of a backup: from a file, the environment or a terminal, and never from an argument, which every user of
// the machine can read.
import { readFileOrInput } from "../input/files.ts";
import { EXIT, Problem, usageProblem } from "../output/outcome.ts";
import type { Command } from "../service/command.ts";

export interface PassphraseOption {
  passphraseFile?: string;
}

export const PASSPHRASE_HELP = `
The passphrase comes from --passphrase-file, from the variable BACKUP_PASSPHRASE, or from
the terminal. Without it nobody can restore the backup: keep it apart from the backups.`;

const MAX_BYTES = 1024;

/**
 * Reads the passphrase.
 * @param isNew whether a person types it twice
 * @throws Problem NO_PASSPHRASE, PASSPHRASES_DIFFER, CANNOT_READ, CANCELLED
 */
export async function readPassphrase(
  command: Command,
  { passphraseFile }: PassphraseOption,
  { isNew }: { isNew: boolean },
): Promise<string> {
  const fixed = await givenPassphrase(command, passphraseFile);
  if (fixed !== undefined) return fixed;
  const questions = isNew
    ? ["Passphrase of the backup (not shown):", "The same again:"]
    : ["Passphrase of the backup (not shown):"];
  const answers = await command.askSecret(questions);
  if (answers === undefined)
    throw usageProblem(
      "NO_PASSPHRASE",
      "Nobody is there to type the passphrase. Set BACKUP_PASSPHRASE, or name a file with --passphrase-file.",
      "--passphrase-file",
    );
  const [first = "", second = first] = answers;
  if (first !== second)
    throw new Problem("PASSPHRASES_DIFFER", "The two passphrases differ. Nothing was done.", {
      exit: EXIT.usage,
    });
  return first;
}

/** Whether the passphrase is at hand without asking a person. */
export const hasPassphrase = ({ env }: Command, { passphraseFile }: PassphraseOption): boolean =>
  (passphraseFile ?? env["BACKUP_PASSPHRASE"]) !== undefined;

async function givenPassphrase(
  command: Command,
  file: string | undefined,
): Promise<string | undefined> {
  if (file === undefined) return command.env["BACKUP_PASSPHRASE"];
  const content = await readFileOrInput(command, file, "--passphrase-file", MAX_BYTES);
  const text = typeof content === "string" ? content : new TextDecoder().decode(content);
  const passphrase = text.replace(/\r?\n$/, "");
  if (passphrase !== "" && !/[\r\n]/.test(passphrase)) return passphrase;
  throw usageProblem(
    "NO_PASSPHRASE",
    `There is not one passphrase, on a line of its own, in ${file}.`,
    "--passphrase-file",
  );
}
