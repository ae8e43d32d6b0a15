// Says why a PostgreSQL server cannot be used, and what to do about it.
import { CannotOpen } from "./cannot-open.ts";

/** What PostgreSQL answers (SQLSTATE) while it starts, stops or is full. */
const NOT_NOW = /^(57P0[123]|53\d{3}|08\w{3})$/;
const AWAY =
  /^(ECONNREFUSED|ECONNRESET|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|EPIPE)$/;

/**
 * Words the failure of a first connection or of a migration. An error that is already worded stays as it is.
 * @param setting that names the server
 */
export function databaseFailure(error: unknown, setting = "DATABASE_URL"): unknown {
  if (!(error instanceof Error) || error instanceof CannotOpen) return error;
  const { code = "" } = error as { code?: string };
  const fail = (failure: ConstructorParameters<typeof CannotOpen>[0], message: string) =>
    new CannotOpen(failure, setting, message, error);
  if (code === "3D000")
    return fail(
      "DATABASE_MISSING",
      `The database server does not have this database. Create it (createdb NAME), or correct the name at the end of ${setting}.`,
    );
  if (/^28/.test(code) || /password|SASL/.test(error.message))
    return fail(
      "DATABASE_REFUSED",
      `The database server refused the user or the password. Correct them in ${setting}.`,
    );
  if (code === "42501")
    return fail(
      "DATABASE_REFUSED",
      "The database user may not create tables. Make it the owner of the database (ALTER DATABASE NAME OWNER TO USER).",
    );
  if (AWAY.test(code) || NOT_NOW.test(code) || /Connection terminated/.test(error.message))
    return fail(
      "DATABASE_UNREACHABLE",
      `The database server does not answer (${code || error.message}). Check that it runs, and the host and port in ${setting}.`,
    );
  return error;
}
