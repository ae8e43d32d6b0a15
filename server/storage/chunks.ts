// Reads rows by long lists of values. Prisma sends each value as a parameter, and PostgreSQL takes 65,535 of these at most.

/** Values in one query. */
const VALUES_AT_ONCE = 5_000;

/**
 * Reads rows by a list of values that others can make long, a part of the list at a time.
 * @returns the rows of each part, part after part
 */
export async function readByParts<V, R>(
  values: readonly V[],
  read: (some: V[]) => Promise<R[]>,
): Promise<R[]> {
  const rows: R[] = [];
  for (let start = 0; start < values.length; start += VALUES_AT_ONCE)
    for (const row of await read(values.slice(start, start + VALUES_AT_ONCE))) rows.push(row);
  return rows;
}
