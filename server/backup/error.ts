// Defines the one error with which a backup or a restore fails for a reason that a person can remove.

/** Why it failed. */
export type BackupFailure =
  | "BACKUP_DAMAGED"
  | "BACKUP_NEWER"
  | "BACKUP_OTHER_SCHEMA"
  | "PASSPHRASE_WRONG"
  | "PASSPHRASE_TOO_SHORT"
  | "NOT_EMPTY"
  | "DISK_FULL";

/** A backup that cannot be made, read or restored: a code for programs, and a sentence for people. */
export class BackupError extends Error {
  readonly code: BackupFailure;

  constructor(code: BackupFailure, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = "BackupError";
    this.code = code;
  }
}
