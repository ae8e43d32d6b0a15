// Asks a database how it would run statements: a plan says what grows with what, without a clock.
import type { Database } from "../../server/storage/db.ts";
import type { Statement } from "./queries.ts";

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
