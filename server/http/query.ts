// Parses a request's query. Refuses what URLSearchParams would repair.

/**
 * Parses a query into fields. Refuses bytes that are not UTF-8, where URLSearchParams would put U+FFFD: a filter means
 * what the caller sent, or nothing is answered. A field that appears twice becomes a list, which no route accepts.
 * @throws URIError
 */
export function parseQuery(text: string | null): Record<string, string | string[]> {
  const fields = new Map<string, string[]>();
  for (const pair of (text ?? "").split("&").filter((each) => each !== "")) {
    const [name, ...value] = pair.split("=").map((part) => part.replaceAll("+", " "));
    const key = decodeURIComponent(name!);
    fields.set(key, [...(fields.get(key) ?? []), decodeURIComponent(value.join("="))]);
  }
  return Object.fromEntries(
    [...fields].map(([key, values]) => [key, values.length === 1 ? values[0]! : values]),
  );
}
