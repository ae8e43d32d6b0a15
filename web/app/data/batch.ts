// Keeps what was scanned of a delivery, what should come, and what was decided and is not signed. A closed tab loses nothing.
import { useCallback, useEffect, useState } from "react";
import { type Batch, NO_BATCH } from "./scans.ts";
import { Changes, store } from "./store.ts";

/** Deliveries with which nobody went on for so long are forgotten. */
const KEPT_MS = 30 * 24 * 60 * 60 * 1_000;

const changes = new Changes("batches");

/** A batch belongs to one API key: what one company scanned, another never sees in this browser. */
async function read(owner: string, delivery: string): Promise<Batch> {
  return (await (await store()).get("batches", [owner, delivery])) ?? NO_BATCH;
}

/** Changes a batch in one transaction, so that two tabs lose nothing of each other. */
export async function changeBatch(
  owner: string,
  delivery: string,
  change: (batch: Batch) => Batch,
): Promise<void> {
  const tx = (await store()).transaction("batches", "readwrite");
  const before = (await tx.store.get([owner, delivery])) ?? NO_BATCH;
  const after = { ...change(before), changed: Date.now() };
  if (after.scans.length === 0 && after.expected.length === 0)
    await tx.store.delete([owner, delivery]);
  else await tx.store.put(after, [owner, delivery]);
  await tx.done;
  changes.announce();
}

/** Forgets deliveries that nobody went on with for a month. */
async function forgetOld(): Promise<void> {
  const tx = (await store()).transaction("batches", "readwrite");
  for await (const cursor of tx.store)
    if (cursor.value.changed < Date.now() - KEPT_MS) await cursor.delete();
  await tx.done;
}

export interface BatchInHand {
  /** Undefined until it is read. */
  batch: Batch | undefined;
  /** Why the browser keeps nothing. */
  failure: unknown;
  change(change: (batch: Batch) => Batch): Promise<void>;
}

/** @param delivery the shipment's hash; empty for what is scanned without one */
export function useBatch(owner: string, delivery: string): BatchInHand {
  const place = `${owner} ${delivery}`;
  const [state, setState] = useState<{ place: string; batch: Batch }>();
  const [failure, setFailure] = useState<unknown>();
  useEffect(() => {
    let isOver = false;
    const load = () =>
      read(owner, delivery).then((batch) => {
        if (!isOver) setState({ place: `${owner} ${delivery}`, batch });
      }, setFailure);
    void load();
    const stop = changes.subscribe(() => void load());
    return () => {
      isOver = true;
      stop();
    };
  }, [owner, delivery]);
  useEffect(() => void forgetOld().catch(() => undefined), []);
  const change = useCallback(
    (how: (batch: Batch) => Batch) => changeBatch(owner, delivery, how).catch(setFailure),
    [owner, delivery],
  );
  return { batch: state?.place === place ? state.batch : undefined, failure, change };
}
