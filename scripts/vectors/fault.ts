// What a refusal looks like in a vector.
import { ProtocolError } from "../../protocol/base/errors.ts";

/**
 * The code and the field of the error that ends this. Vectors of what is refused are only made of what is.
 * @throws Error where nothing is refused
 */
export function faultOf(run: () => unknown): { code: string; field?: string } {
  try {
    run();
  } catch (error) {
    if (error instanceof ProtocolError)
      return { code: error.code, ...(error.field ? { field: error.field } : {}) };
    throw error;
  }
  throw new Error("this was to be refused");
}
