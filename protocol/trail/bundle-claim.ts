// What a bundle says of itself, before anything of it is checked: for a reader to compare with what it knows.
import { z } from "zod";
import { BUNDLE_FORMAT, BundleMade } from "./bundle.ts";
import { Address, Hash } from "../base/values.ts";

/** A bundle's word for itself. Null is what it does not say, or not in a form that can be read. */
export interface BundleClaim {
  /** Whether it calls itself a bundle at all. */
  isBundle: boolean;
  chainId: number | null;
  ledger: string | null;
  /** The contract on which logs are anchored. */
  checkpoints: string | null;
  lot: string | null;
  /** How many there are, as far as there are lists. */
  events: number | null;
  notices: number | null;
  documents: number | null;
  made: BundleMade | null;
}

const ChainId = z.int().min(1).max(Number.MAX_SAFE_INTEGER);

/** What a bundle claims. @param input as JSON.parse gives it, of whatever shape; nothing is thrown about it */
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
