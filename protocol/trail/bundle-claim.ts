// Reads what a bundle claims about itself before it is checked, so that a reader can compare the claims with what it expects.
import { z } from "zod";
import { BUNDLE_FORMAT, BundleMade } from "./bundle.ts";
import { MAX_INTEGER } from "../base/limits.ts";
import { Address, Hash } from "../base/values.ts";

/** A bundle's unchecked claims about itself. Null: it does not say, or the value is malformed. */
export interface BundleClaim {
  /** Whether it calls itself a bundle. */
  isBundle: boolean;
  chainId: number | null;
  ledger: string | null;
  /** The contract on which logs are anchored. */
  checkpoints: string | null;
  lot: string | null;
  /** The length of each list; null if it is not a list. */
  events: number | null;
  notices: number | null;
  documents: number | null;
  made: BundleMade | null;
}

const ChainId = z.int().min(1).max(MAX_INTEGER);

/** Reads the claims of a bundle. Never throws. @param input the result of JSON.parse, of any shape */
export function claimOf(input: unknown): BundleClaim {
  const bundle = membersOf(input);
  const trail = membersOf(bundle["trail"]);
  return {
    isBundle: bundle["format"] === BUNDLE_FORMAT,
    chainId: readable(ChainId, trail["chainId"]),
    ledger: readable(Address, trail["ledger"]),
    checkpoints: readable(Address, trail["checkpoints"]),
    lot: readable(Hash, trail["lot"]),
    events: lengthOf(trail["events"]),
    notices: lengthOf(trail["notices"]),
    documents: lengthOf(bundle["documents"]),
    made: readable(BundleMade, bundle["made"]),
  };
}

const membersOf = (value: unknown) =>
  typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
const lengthOf = (value: unknown) => (Array.isArray(value) ? value.length : null);

function readable<T>(schema: z.ZodType<T>, value: unknown): T | null {
  const { data } = schema.safeParse(value);
  return data ?? null;
}
