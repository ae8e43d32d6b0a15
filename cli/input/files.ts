// Reads files that the caller names.
import { readFile } from "node:fs/promises";
import { ProtocolError } from "../../protocol/base/errors.ts";
import { usageProblem } from "../output/outcome.ts";

/**
 * Reads a file.
 * @param field the argument or option that names it
 * @throws Problem CANNOT_READ
 */
export async function readInputFile(path: string, field: string): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = await readFile(path).catch((cause: NodeJS.ErrnoException) => {
    const why = `The file ${path} cannot be read (${cause.code ?? cause.message}).`;
    throw usageProblem("CANNOT_READ", why, field, cause);
  });
  return Uint8Array.from(bytes);
}

/** Reads a file, or standard input for `-`. @param maxBytes of standard input */
export async function readFileOrInput(
  { readInput }: { readInput(maxBytes?: number): Promise<string> },
  path: string,
  field: string,
  maxBytes: number,
): Promise<string | Uint8Array> {
  return path === "-" ? readInput(maxBytes) : readInputFile(path, field);
}

/**
 * Parses a file's content.
 * @param name of the file, or - for standard input
 * @throws Problem BAD_FILE with the parser's reason
 */
export function parseContent<C, T>(
  content: C,
  parse: (content: C) => T,
  name: string,
  field: string,
): T {
  const file = name === "-" ? "The input" : `The file ${name}`;
  try {
    return parse(content);
  } catch (cause) {
    if (cause instanceof ProtocolError)
      throw usageProblem("BAD_FILE", `${file}: ${cause.message} (${cause.code})`, field, cause);
    if (cause instanceof SyntaxError)
      throw usageProblem("BAD_FILE", `${file} is not valid JSON.`, field, cause);
    throw cause;
  }
}

/** Reads a file as plain JSON. @throws Problem CANNOT_READ, BAD_FILE */
export async function readJsonFile(path: string, field: string): Promise<unknown> {
  const text = new TextDecoder().decode(await readInputFile(path, field));
  return parseContent(text, (json): unknown => JSON.parse(json), path, field);
}
