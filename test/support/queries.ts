// Records the statements that a database is asked, so that a test can compare what two requests cost it.
import type { PoolClient } from "pg";
import type { Database } from "../../server/storage/db.ts";

/** Records from now on. The function returns the texts of the statements since its last call, in their order. */
export function recordQueries({ pool }: Database): () => string[] {
  const texts: string[] = [];
  const recorded = new WeakSet<PoolClient>();
  pool.on("acquire", (client) => {
    if (recorded.has(client)) return;
    recorded.add(client);
    const ask = client.query.bind(client) as (...args: unknown[]) => unknown;
    const recording = (...args: unknown[]) => {
      const [first] = args;
      texts.push(typeof first === "string" ? first : (first as { text: string }).text);
      return ask(...args);
    };
    client.query = recording as typeof client.query;
  });
  return () => texts.splice(0);
}
