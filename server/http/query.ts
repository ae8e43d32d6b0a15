// Parses a request's query, in time linear in its length. Refuses what URLSearchParams would repair.
import { Refusal } from "../refusal.ts";

/** Fields in a query. No route has as many. */
export const MAX_QUERY_FIELDS = 64;

/**
 * Parses a query into fields. Refuses bytes that are not UTF-8, where URLSearchParams would put U+FFFD: a filter means
 * what the caller sent, or nothing is answered. A field that appears more than once becomes a list of its first two values,
 * which no route accepts.
 * @throws URIError; Refusal TOO_LARGE if there are more than `MAX_QUERY_FIELDS`
 */
export function parseQuery(text: string | null): Record<string, string | string[]> {
  const fields = new Map<string, string | string[]>();
  const pairs = (text ?? "").split("&", MAX_QUERY_FIELDS + 1);
  if (pairs.length > MAX_QUERY_FIELDS) {
    const why = `The query has more than ${MAX_QUERY_FIELDS} fields. Send fewer.`;
    throw new Refusal("TOO_LARGE", 400, why, { field: "query" });
  }
  for (const pair of pairs.filter((each) => each !== "")) {
    const [name, ...value] = pair.split("=").map((part) => part.replaceAll("+", " "));
    const key = decodeURIComponent(name!);
    const first = fields.get(key);
    const next = decodeURIComponent(value.join("="));
    fields.set(key, first === undefined ? next : [[first].flat()[0]!, next]);
  }
  return Object.fromEntries(fields);
}
