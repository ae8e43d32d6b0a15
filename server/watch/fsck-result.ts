// Sums up a run of fsck to what is kept and shown: when it ran, and how many faults of each code it found.
import { z } from "zod";
import type { Report } from "../fsck/fsck.ts";

export const FsckResult = z.strictObject({
  /** Unix seconds. */
  startedAt: z.int(),
  seconds: z.int(),
  /** The number of faults by code. */
  faults: z.record(z.string(), z.int()),
  /** Why it could not check everything, a sentence. Null: it did. */
  failure: z.string().nullable(),
});
export type FsckResult = z.infer<typeof FsckResult>;

/** Faults that say that something could not be checked, and nothing of the rows. */
const UNCHECKED = new Set(["NODE_UNREACHABLE", "NODE_INCONSISTENT", "STORE_UNREACHABLE"]);

export function resultOf(
  { faults, unlisted }: Pick<Report, "faults" | "unlisted">,
  startedAt: number,
  endedAt: number,
): FsckResult {
  const rows = faults.filter(({ code }) => !UNCHECKED.has(code));
  const unchecked = faults.find(({ code }) => UNCHECKED.has(code));
  const counts = [...Map.groupBy(rows, ({ code }) => code)].map(
    ([code, some]): [string, number] => [code, some.length],
  );
  return {
    startedAt,
    seconds: endedAt - startedAt,
    faults: Object.fromEntries(unlisted > 0 ? [...counts, ["UNLISTED", unlisted]] : counts),
    failure: unchecked?.message ?? null,
  };
}

/** The result of a run that did not end. */
export const failedRun = (startedAt: number, endedAt: number): FsckResult => ({
  startedAt,
  seconds: endedAt - startedAt,
  faults: {},
  failure: "The run broke off. The service's log says why.",
});

export const faultsIn = ({ faults }: FsckResult): number =>
  Object.values(faults).reduce((sum, count) => sum + count, 0);

export const hasFaults = (result: FsckResult): boolean => faultsIn(result) > 0;
