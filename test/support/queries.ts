// Records the statements that a database is asked, so that a test can compare what two requests cost it.
import type { PoolClient } from "pg";
import type { Database } from "../../server/storage/db.ts";

/** A statement as it was sent. */
export interface Statement {
  text: string;
  values: unknown[];
}

/** What the embedded database does for itself from time to time: no request causes it. */
const MAINTENANCE = "CHECKPOINT";

/** Records from now on. The function returns the statements since its last call, in their order. */
export function recordStatements({ pool }: Database): () => Statement[] {
  const statements: Statement[] = [];
  const recorded = new WeakSet<PoolClient>();
  pool.on("acquire", (client) => {
    if (recorded.has(client)) return;
    recorded.add(client);
    const ask = client.query.bind(client) as (...args: unknown[]) => unknown;
    const recording = (...args: unknown[]) => {
      const [first, second] = args;
      const { text, values } =
        typeof first === "string" ? { text: first } : (first as Partial<Statement>);
      const given = values ?? (Array.isArray(second) ? (second as unknown[]) : []);
      if (text !== MAINTENANCE) statements.push({ text: text!, values: given });
      return ask(...args);
    };
    client.query = recording as typeof client.query;
  });
  return () => statements.splice(0);
}

/** As `recordStatements`, but only the texts. */
export function recordQueries(database: Database): () => string[] {
  const statements = recordStatements(database);
  return () => statements().map(({ text }) => text);
}
