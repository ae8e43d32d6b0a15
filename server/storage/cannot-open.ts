// Defines the one error with which a start fails for a reason outside of the service, which a person can remove.

/** Why a start failed. One code decides the exit code, see server/failure.ts. */
export type OpenFailure =
  | "FOLDER_IN_USE"
  | "FOLDER_NOT_PRIVATE"
  | "FOLDER_NOT_WRITABLE"
  | "NOT_A_FOLDER"
  | "PORT_IN_USE"
  | "PORT_NOT_ALLOWED"
  | "ADDRESS_NOT_HERE"
  | "DATABASE_UNREACHABLE"
  | "DATABASE_MISSING"
  | "DATABASE_REFUSED"
  | "DATABASE_NOT_REPLICA"
  | "DATABASE_OTHER_VERSION"
  | "DATABASE_DAMAGED"
  | "CHAIN_ENDED";

/** Something that the service stands on cannot be opened. Names the setting, and says what to do. */
export class CannotOpen extends Error {
  readonly code: OpenFailure;
  /** The setting that names it. */
  readonly setting: string;

  constructor(code: OpenFailure, setting: string, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = "CannotOpen";
    this.code = code;
    this.setting = setting;
  }
}
