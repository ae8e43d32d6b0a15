// Makes names that nobody else makes.

/** A random name. Works also on a page without TLS, where `crypto.randomUUID` is missing. */
export function uniqueName(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, "0"),
  ).join("");
}
