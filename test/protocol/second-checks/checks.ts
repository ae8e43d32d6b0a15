// Defines the checks of one kind of vector with the second verifier.
// @ts-expect-error It is plain JavaScript, on purpose.
import { Refused } from "../../second-verifier/refused.js";

/* eslint-disable @typescript-eslint/no-explicit-any -- vectors are JSON of many kinds */
export type Vector = any;

/** What must hold of a vector under `valid`, and of one under `invalid`. */
export interface Checks {
  valid: (vector: Vector) => void;
  invalid?: (vector: Vector) => void;
}

/** The code of a function's refusal, and the field if there is one. */
export function refusal(run: () => unknown): object {
  try {
    run();
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    const { code, field } = error as unknown as { code: string; field: string };
    return field === "" ? { code } : { code, field };
  }
  throw new Error("it was taken");
}
