// Records statements with their values, and asks the database how it would run them: a plan says what grows with what, without
// a clock.
import type { PoolClient } from "pg";
import type { Database } from "../../server/storage/db.ts";

/** A statement as it was sent. */
export interface Statement {
  text: string;
  values: unknown[];
}

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
      statements.push({
        text: text!,
        values: values ?? (Array.isArray(second) ? (second as unknown[]) : []),
      });
      return ask(...args);
    };
    client.query = recording as typeof client.query;
  });
  return () => statements.splice(0);
}

/**
 * The plans of queries in a database that reads a whole table only where no index helps: in the small tables of a test it would
 * always read them whole.
 */
export async function plansOf(
  { pool }: Database,
  statements: readonly Statement[],
): Promise<{ text: string; plan: string }[]> {
  const client = await pool.connect();
  const plans: { text: string; plan: string }[] = [];
  try {
    await client.query("BEGIN");
    await client.query("SET LOCAL enable_seqscan = off");
    for (const { text, values } of statements) {
      if (!/^\s*(SELECT|WITH)\b/i.test(text)) continue;
      const { rows } = await client.query<Record<string, string>>(`EXPLAIN ${text}`, values);
      plans.push({ text, plan: rows.map((row) => Object.values(row)[0]).join("\n") });
    }
  } finally {
    await client.query("ROLLBACK");
    client.release();
  }
  return plans;
}
