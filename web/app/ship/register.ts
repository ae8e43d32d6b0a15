// Plans and does the registration of a packing list: compares it first, so that nothing is written until all is right.
import { batches, lotBody } from "../../../packing/batches.ts";
import { compareWithService, type PlannedRow, twinDoubts } from "../../../packing/existing.ts";
import type { OriginAction, RowFault } from "../../../packing/list.ts";
import type { ReadList } from "../../../packing/read.ts";
import { knownLots } from "../data/known-lots.ts";
import { sign } from "../data/sign.ts";
import { uniqueName } from "../data/unique.ts";

/** A request of the registration: one event, and the key under which it happens once. */
interface Step {
  rows: PlannedRow[];
  once: string;
}

/** What a registration will do. */
export interface Plan {
  action: OriginAction;
  rows: readonly PlannedRow[];
  /** Rows that are not registered yet. */
  missing: readonly PlannedRow[];
  steps: readonly Step[];
}

/** A plan, or what the service knows against it. */
export interface Comparison {
  plan: Plan;
  faults: RowFault[];
  doubts: RowFault[];
}

/** Compares a list with the lots that are registered. @throws Refused */
export async function compare(
  list: ReadList,
  { party, action }: { party: string; action: OriginAction },
  onProgress: (done: number, total: number) => void,
  signal: AbortSignal,
): Promise<Comparison> {
  const service = knownLots(signal);
  const { rows, faults } = await compareWithService(service, { party, action, list }, onProgress);
  const missing = rows.filter(({ known }) => !known);
  const doubts = faults.length > 0 ? [] : await twinDoubts(service, missing, list);
  const steps = [...batches(missing)].map((some) => ({ rows: some, once: uniqueName() }));
  return { plan: { action, rows, missing, steps }, faults, doubts };
}

/**
 * Registers what a plan says, event after event.
 * @param from the steps that are done already
 * @throws Refused. The steps before are registered; going on sends the same request again.
 */
export async function register(
  { action, steps }: Plan,
  from: number,
  onStep: (done: number) => void,
  signal: AbortSignal,
): Promise<void> {
  for (const [i, { rows, once }] of steps.entries()) {
    if (i < from) continue;
    if (signal.aborted) return;
    await sign({ path: "/v1/lots", body: { action, lots: rows.map(lotBody) }, once });
    onStep(i + 1);
  }
}
