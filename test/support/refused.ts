// Runs a call that must be refused, and returns the protocol's error.
import { expect } from "chai";
import { type ErrorCode, ProtocolError } from "../../protocol/base/errors.ts";

/** Expects a ProtocolError with this code and, if passed, this field. */
export function refused(run: () => unknown, code: ErrorCode, field?: string): ProtocolError {
  let thrown: unknown;
  try {
    run();
  } catch (error) {
    thrown = error;
  }
  expect(thrown, "what was thrown").to.be.instanceOf(ProtocolError);
  const error = thrown as ProtocolError;
  expect(error.code).to.equal(code);
  if (field !== undefined) expect(error.field).to.equal(field);
  return error;
}

/** Expects that a promise is rejected with such an error. */
export async function rejected(
  promise: Promise<unknown>,
  code: ErrorCode,
  field?: string,
): Promise<ProtocolError> {
  const thrown = await promise.then(
    () => undefined,
    (error: unknown) => error,
  );
  return refused(
    () => {
      if (thrown !== undefined) throw thrown as Error;
    },
    code,
    field,
  );
}
