// Words why a backup or a restore failed.
import { EXIT, Problem, usageProblem } from "../output/outcome.ts";
import { problemOf } from "../service/direct.ts";

/** The setting or argument at fault. */
const FIELDS: Record<string, string> = {
  BACKUP_DAMAGED: "FILE",
  BACKUP_NEWER: "FILE",
  BACKUP_OTHER_SCHEMA: "FILE",
  PASSPHRASE_WRONG: "BACKUP_PASSPHRASE",
  PASSPHRASE_TOO_SHORT: "BACKUP_PASSPHRASE",
  DISK_FULL: "--to",
};

/** An error of the server's backups as a Problem. */
export function backupProblem(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof Problem) return error;
  const { name, code, setting, syscall, path } = error as NodeJS.ErrnoException & {
    setting?: string;
  };
  if (name === "BackupError")
    return new Problem(code!, error.message, { field: FIELDS[code!], cause: error });
  if (name === "CannotOpen" || name === "FolderNotPrivate") {
    const exit = code === "DATABASE_UNREACHABLE" ? EXIT.unreachable : EXIT.usage;
    return new Problem(code!, error.message, { field: setting, exit, cause: error });
  }
  if (syscall === "open" && path !== undefined)
    return usageProblem("CANNOT_READ", `The file ${path} cannot be read (${code}).`, "FILE", error);
  return problemOf(error);
}
