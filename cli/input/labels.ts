// Cuts what was scanned into standard input into labels: one package each.
import { separateCodes } from "../../protocol/label/code.ts";

/** The header of ISO/IEC 15434. A label has one code with it. */
const HEADER = "[)>";

/**
 * The codes of each label in an input. A code with a header begins a label, and the codes up to the next header belong to it: two
 * codes with a header are two packages, or one that was scanned twice.
 * @param isLineEach every line is a label of its own, with or without a header
 */
export function labelsIn(input: string, isLineEach: boolean): string[][] {
  if (isLineEach)
    return input.split(/\r?\n/).flatMap((line) => (line.trim() === "" ? [] : [[line]]));
  const { texts } = separateCodes(input);
  const starts = texts.flatMap((text, i) => (text.includes(HEADER) ? [i] : []));
  if (starts.length < 2) return [[input.replace(/\r?\n$/, "")]];
  const bounds = [0, ...starts.slice(1), texts.length];
  return bounds.slice(1).map((end, i) => texts.slice(bounds[i], end));
}
