// Defines how a command ends: its exit code, and the one error with which it fails.
import type { Candidate, Problem as ProblemBody } from "../../api/problem.ts";
import type { VerdictName } from "../../protocol/verdict/verdict.ts";

/** Exit codes of every command. */
export const EXIT = { done: 0, refused: 1, usage: 2, unreachable: 3 } as const;

/** Exit codes of `verify`. 1 to 3 mean that there is no verdict. */
export const VERDICT_EXIT = {
  PASS: 0,
  WARN: 10,
  INCOMPLETE: 11,
  FAIL: 12,
  HOLD: 13,
} as const satisfies Record<VerdictName, number>;

/** Exit code of a check that found faults. */
export const FAULTS_EXIT = 12;

interface More {
  field?: string | undefined;
  exit?: number | undefined;
  /** The HTTP status, where a service answered. */
  status?: number | undefined;
  requestId?: string | undefined;
  rows?: readonly RowFault[] | undefined;
  candidates?: readonly Candidate[] | undefined;
  faults?: readonly ListFault[] | undefined;
  cause?: unknown;
}

/** A fault that the service found in a row of a list. */
export type RowFault = NonNullable<ProblemBody["rows"]>[number];

/** A fault that the command found in a file before it sent anything. Lines and columns count from 1. */
export interface ListFault {
  line: number;
  /** Undefined where the whole line is at fault. */
  column: number | undefined;
  /** The column's name, or a field's. */
  field: string | undefined;
  code: string;
  message: string;
  value?: string | undefined;
}

/** Why a command failed: a code for programs, the field at fault, a sentence for people. */
export class Problem extends Error {
  readonly code: string;
  readonly field: string | undefined;
  readonly exit: number;
  readonly status: number | undefined;
  readonly requestId: string | undefined;
  readonly rows: readonly RowFault[] | undefined;
  readonly candidates: readonly Candidate[] | undefined;
  readonly faults: readonly ListFault[] | undefined;

  constructor(code: string, message: string, more: More = {}) {
    super(message, more.cause === undefined ? undefined : { cause: more.cause });
    this.name = "Problem";
    this.code = code;
    this.field = more.field;
    this.exit = more.exit ?? EXIT.refused;
    this.status = more.status;
    this.requestId = more.requestId;
    this.rows = more.rows;
    this.candidates = more.candidates;
    this.faults = more.faults;
  }
}

/** The problem as one line: its code, its field, its sentence. */
export function problemLine({ code, field, message }: Problem): string {
  return `${code}${field === undefined ? "" : ` (${field})`}: ${message.replaceAll(/\s*\n\s*/g, " ")}`;
}

/** The problem as JSON: what a command with --json writes when it fails. */
export function problemJson(problem: Problem) {
  const { code, field, message, status, requestId, rows, candidates, faults } = problem;
  return {
    error: { code, field, message, status, requestId, rows, candidates },
    ...(faults && { faults }),
  };
}

/** An argument or option that cannot be used. */
export const usageProblem = (code: string, message: string, field: string, cause?: unknown) =>
  new Problem(code, message, { field, exit: EXIT.usage, cause });
