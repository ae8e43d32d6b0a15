// Reads in the browser which package a label names, so that a reel has a name before the service has answered.
import { readLabel } from "../../../protocol/label/label.ts";
import { textsOf } from "../../../protocol/label/values.ts";

/** What a label names, as far as its own text says. */
export interface LabelName {
  /** The lot's id, of a link. */
  lot: string | null;
  /** The package's id, or else what was scanned. */
  name: string;
}

const kept = new Map<string, LabelName>();

/** @param codes the texts of all codes of one label */
export function labelName(codes: readonly string[]): LabelName {
  const key = codes.join("\n");
  const known = kept.get(key);
  if (known) return known;
  const name = read(codes);
  kept.set(key, name);
  return name;
}

function read(codes: readonly string[]): LabelName {
  const asScanned = { lot: null, name: codes[0]!.trim() };
  const reading = readLabel(codes);
  if (reading.status !== "read") return asScanned;
  const lot = textsOf(reading, "lot")[0] ?? null;
  const id = textsOf(reading, "packageId", "licencePlate")[0];
  return { lot, name: id ?? asScanned.name };
}
