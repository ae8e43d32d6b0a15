// Checks the refusal that a vector states.
import type { ErrorCode } from "../../../protocol/base/errors.ts";
import { refused } from "../../support/refused.ts";

export interface Fault {
  code: ErrorCode;
  field?: string;
}

/** Expects that something is refused with a code and a field. */
export const faulty = (run: () => unknown, { code, field }: Fault) => refused(run, code, field);
