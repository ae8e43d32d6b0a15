// Opens the database and the ledger directly, without a service.
import { fromHex } from "../../protocol/base/bytes.ts";
import { addressOfPrivateKey } from "../../protocol/base/crypto.ts";
import type { AdminContext, AdminDatabase } from "../../server/open.ts";
import type { Environment } from "./caller.ts";
import { EXIT, Problem } from "../output/outcome.ts";

type Admin = typeof import("../../server/access/admin.ts");

/** The parts that a task on the ledger gets. */
interface LedgerParts {
  admin: Admin;
  ctx: AdminContext;
  bytesOf: (hex: string) => Uint8Array;
  addressOf: (privateKey: string) => string;
}

/** Runs a task on database and ledger, then closes them. They are loaded here only, because most commands need neither. */
export async function onLedger<T>(
  env: Environment,
  task: (parts: LedgerParts) => Promise<T>,
): Promise<T> {
  const [admin, { openAdminLedger }] = await Promise.all([
    import("../../server/access/admin.ts"),
    import("../../server/open.ts"),
  ]);
  const { ctx, close } = await openAdminLedger(env).catch(refuseOpening);
  try {
    return await task({
      admin,
      ctx,
      bytesOf: fromHex,
      addressOf: (key) => addressOfPrivateKey(fromHex(key)),
    });
  } catch (error) {
    throw problemOf(error);
  } finally {
    await close();
  }
}

/** Runs a task on the database alone, then closes it. */
export async function onDatabase<T>(
  env: Environment,
  task: (parts: { admin: Admin; ctx: AdminDatabase }) => Promise<T>,
): Promise<T> {
  const [admin, { openAdminDatabase }] = await Promise.all([
    import("../../server/access/admin.ts"),
    import("../../server/open.ts"),
  ]);
  const ctx = await openAdminDatabase(env).catch(refuseOpening);
  try {
    return await task({ admin, ctx });
  } catch (error) {
    throw problemOf(error);
  } finally {
    await ctx.close();
  }
}

/** A server error as a Problem: a setting at fault, a chain that does not answer, a refusal. */
function problemOf(error: unknown): unknown {
  if (error instanceof Problem || !(error instanceof Error)) return error;
  const { variable, code, field, status } = error as Partial<
    Record<"variable" | "field" | "code", string>
  > & {
    status?: number;
  };
  if (variable !== undefined) {
    const why = error.message.replace(`${variable}: `, "");
    return new Problem("BAD_SETTING", why, { field: variable, exit: EXIT.usage, cause: error });
  }
  if (code === "CHAIN_UNREACHABLE" || code === "CHAIN_INCONSISTENT") {
    return new Problem(code, error.message, { exit: EXIT.unreachable, cause: error });
  }
  if (status !== undefined && code !== undefined)
    return new Problem(code, error.message, { field, cause: error });
  return error;
}

function refuseOpening(error: unknown): never {
  const problem = problemOf(error);
  if (problem instanceof Problem) throw problem;
  const { code } = error as { code?: unknown };
  if (code === "FOLDER_NOT_PRIVATE")
    throw new Problem(code, String((error as Error).message), {
      field: "DATA_DIR",
      exit: EXIT.usage,
      cause: error,
    });
  const why =
    error instanceof Error
      ? error.message || String((error as { code?: unknown }).code)
      : String(error);
  throw new Problem("CANNOT_OPEN", why, { exit: EXIT.unreachable, cause: error });
}
