// Opens the database and the ledger directly, without a service.
import { fromHex } from "../../protocol/base/bytes.ts";
import { addressOfPrivateKey } from "../../protocol/base/crypto.ts";
import type { AdminContext, AdminDatabase, CalledLedger, KeyMaking } from "../../server/open.ts";
import type { Surroundings } from "../../server/backup/write.ts";
import type { Environment } from "./caller.ts";
import { EXIT, Problem } from "../output/outcome.ts";

type Admin = typeof import("../../server/access/admin.ts");

/** The parts that a task gets. */
interface Parts<Ctx> {
  admin: Admin;
  ctx: Ctx;
  bytesOf: (hex: string) => Uint8Array;
  addressOf: (privateKey: string) => string;
}

type Opened<Ctx> = { ctx: Ctx; close(): Promise<void> };
type Server = typeof import("../../server/open.ts");

/** What a person can do while a running service has what the command would open. */
const INSTEAD = {
  ledger:
    "Name the ledger (CHAIN_RPC_URL and LEDGER_ADDRESS, which the service's start prints), or stop the service.",
  keys: "Stop the service, or keep the key yourself (reelproof key enrol). On the embedded chain, reelproof init makes a company whose keys the service keeps.",
  database:
    "Go through the service with an API key of the operator (REELPROOF_API_KEY, --api-key-file or --as), or stop the service.",
};

/** Opens the parts, runs a task on them, and closes them. They are loaded here only, because most commands need none. */
async function on<Ctx, T>(
  open: (server: Server) => Promise<Opened<Ctx>>,
  instead: string,
  task: (parts: Parts<Ctx>) => Promise<T>,
): Promise<T> {
  const [admin, server] = await Promise.all([
    import("../../server/access/admin.ts"),
    import("../../server/open.ts"),
  ]);
  const { ctx, close } = await open(server).catch((error: unknown) =>
    refuseOpening(error, instead),
  );
  try {
    const addressOf = (key: string) => addressOfPrivateKey(fromHex(key));
    return await task({ admin, ctx, bytesOf: fromHex, addressOf });
  } catch (error) {
    throw problemOf(error);
  } finally {
    await close();
  }
}

/** Runs a task that calls the ledger from an account of the caller's. It needs CHAIN_RPC_URL and LEDGER_ADDRESS alone. */
export const onLedger = <T>(env: Environment, task: (parts: Parts<CalledLedger>) => Promise<T>) =>
  on((server) => server.openCalledLedger(env), INSTEAD.ledger, task);

/** Runs a task that makes a signing key, which the service keeps in its database. */
export const onKeys = <T>(env: Environment, task: (parts: Parts<KeyMaking>) => Promise<T>) =>
  on((server) => server.openKeyMaking(env), INSTEAD.keys, task);

/** Runs a task on the whole of a stopped service: its database and its ledger. */
export const onStopped = <T>(env: Environment, task: (parts: Parts<AdminContext>) => Promise<T>) =>
  on((server) => server.openAdminLedger(env), INSTEAD.database, task);

/** Runs a task on the whole of a stopped service, and on what is around it. */
export const onBackup = <T>(
  env: Environment,
  task: (parts: Parts<{ ctx: AdminContext; around: Surroundings }>) => Promise<T>,
) =>
  on(
    async (server) => {
      const { close, ...ctx } = await server.openAdminLedger(env);
      return { ctx, close };
    },
    INSTEAD.database,
    task,
  );

/** Runs a task on the database alone. */
export const onDatabase = <T>(
  env: Environment,
  task: (parts: Parts<AdminDatabase>) => Promise<T>,
) =>
  on(
    async (server) => {
      const ctx = await server.openAdminDatabase(env);
      return { ctx, close: () => ctx.close() };
    },
    INSTEAD.database,
    task,
  );

/** A server error as a Problem: a setting at fault, a chain that does not answer, a refusal. */
export function problemOf(error: unknown): unknown {
  if (error instanceof Problem || !(error instanceof Error)) return error;
  const { variable, code, field, status } = error as Partial<
    Record<"variable" | "field" | "code", string>
  > & {
    status?: number;
  };
  if (variable !== undefined) {
    return new Problem("BAD_SETTING", error.message, {
      field: variable,
      exit: EXIT.usage,
      cause: error,
    });
  }
  if (code === "CHAIN_UNREACHABLE" || code === "CHAIN_INCONSISTENT") {
    return new Problem(code, error.message, { exit: EXIT.unreachable, cause: error });
  }
  if (status !== undefined && code !== undefined)
    return new Problem(code, error.message, { field, cause: error });
  return error;
}

function refuseOpening(error: unknown, instead: string): never {
  const problem = problemOf(error);
  if (problem instanceof Problem) throw problem;
  const { name, code, setting, message } = error as Partial<Record<string, string>>;
  if (code === "FOLDER_IN_USE") {
    const why = `A running service uses the data folder. ${instead}`;
    throw new Problem("SERVICE_RUNS", why, {
      field: "DATA_DIR",
      exit: EXIT.unreachable,
      cause: error,
    });
  }
  if (name === "CannotOpen" || name === "FolderNotPrivate") {
    const exit = code === "DATABASE_UNREACHABLE" ? EXIT.unreachable : EXIT.usage;
    throw new Problem(code!, message!, { field: setting, exit, cause: error });
  }
  const why =
    error instanceof Error
      ? error.message || String((error as { code?: unknown }).code)
      : String(error);
  throw new Problem("CANNOT_OPEN", why, { exit: EXIT.unreachable, cause: error });
}
