// Makes the expected error of an invalid vector.
import { ProtocolError } from "../../protocol/base/errors.ts";

/**
 * Runs something that must be refused, and returns the error's code and field.
 * @throws Error if it is not refused: then the vector would be wrong
 */
export function faultOf(run: () => unknown): { code: string; field?: string } {
  try {
    run();
  } catch (error) {
    if (error instanceof ProtocolError)
      return { code: error.code, ...(error.field ? { field: error.field } : {}) };
    throw error;
  }
  throw new Error("This should have been refused.");
}
