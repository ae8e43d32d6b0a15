// How a command ends: its exit codes, and the one error that it ends with.
import type { VerdictName } from "../../protocol/verdict/verdict.ts";

/** Exit codes of every command. */
export const EXIT = { done: 0, refused: 1, usage: 2, unreachable: 3 } as const;

/** Exit codes of `verify`; 1 to 3 still mean that there is no verdict. */
export const VERDICT_EXIT = {
  PASS: 0,
  WARN: 10,
  INCOMPLETE: 11,
  FAIL: 12,
  HOLD: 13,
} as const satisfies Record<VerdictName, number>;

/** Exit code of `fsck` where it found faults. */
export const FAULTS_EXIT = 12;

interface More {
  field?: string | undefined;
  exit?: number | undefined;
  /** The HTTP status, where a service answered. */
  status?: number | undefined;
  requestId?: string | undefined;
  rows?: readonly FaultyRow[] | undefined;
  cause?: unknown;
}

/** What the service finds wrong with a row of a list that it was sent. */
export interface FaultyRow {
  /** The line of the file, or the item of the list, counted from 1. */
  row: number;
  column?: string | undefined;
  code: string;
  message: string;
}

/** Why a command did not do what it was asked: a code for programs, the field at fault, a sentence for people. */
export class Problem extends Error {
  readonly code: string;
  readonly field: string | undefined;
  readonly exit: number;
  readonly status: number | undefined;
  readonly requestId: string | undefined;
  readonly rows: readonly FaultyRow[] | undefined;

  constructor(code: string, message: string, more: More = {}) {
    super(message, more.cause === undefined ? undefined : { cause: more.cause });
    this.name = "Problem";
    this.code = code;
    this.field = more.field;
    this.exit = more.exit ?? EXIT.refused;
    this.status = more.status;
    this.requestId = more.requestId;
    this.rows = more.rows;
  }
}

/** The problem as one line: its code, its field, its sentence. */
export function problemLine({ code, field, message }: Problem): string {
  return `${code}${field === undefined ? "" : ` (${field})`}: ${message.replaceAll(/\s*\n\s*/g, " ")}`;
}

/** The problem as JSON, as a command with --json ends with it. */
export function problemJson({ code, field, message, status, requestId, rows }: Problem) {
  return { error: { code, field, message, status, requestId, rows } };
}
