// Keeps acts until the service has done them, and sends them in order. Each request has a key of its own, so that sending again
// after a lost answer does nothing twice.
import { useEffect, useState } from "react";
import type { DocumentView } from "../../../api/documents.ts";
import { changeBatch } from "./batch.ts";
import { ask, Refused, withQuery } from "./client.ts";
import { isOnline, onConnection } from "./connection.ts";
import type { Act } from "./decisions.ts";
import { queryClient } from "./query-client.ts";
import { bodyOf, isLater, isUnclear, type QueuedAct, UNCLEAR } from "./queued.ts";
import { withChange } from "./scans.ts";
import { Changes, store } from "./store.ts";

/** How long a service that could not do an act is left alone. */
const AGAIN_MS = 10_000;

const changes = new Changes("acts");

/** Whose acts they are, and the list in which they stand. */
export type Origin = Pick<QueuedAct, "party" | "owner" | "delivery">;

/** Puts acts into the queue, and begins to send. @returns their ids */
export async function queueActs(acts: readonly Act[], origin: Origin): Promise<number[]> {
  const tx = (await store()).transaction("acts", "readwrite");
  const ids: number[] = [];
  for (const act of acts) {
    // The store gives the id.
    const queued = { ...act, ...origin, made: Date.now(), stop: null } as QueuedAct;
    ids.push(await tx.store.add(queued));
  }
  await tx.done;
  changes.announce();
  void send(origin.party);
  return ids;
}

async function put(act: QueuedAct): Promise<void> {
  await (await store()).put("acts", act);
  changes.announce();
}

/** Takes an act off the list: done, or given up by a person. */
export async function removeAct(id: number): Promise<void> {
  await (await store()).delete("acts", id);
  changes.announce();
}

/** Sends an act again that was stopped. */
export async function retryAct(act: QueuedAct): Promise<void> {
  const steps = act.steps.map((step) => ({ ...step, firstSent: null }));
  await put({ ...act, steps, stop: null });
  void send(act.party);
}

const actsOf = async (party: string): Promise<QueuedAct[]> =>
  (await (await store()).getAll("acts")).filter((act) => act.party === party);

let isSending = false;
let isWantedAgain = false;

/** Sends what waits, the oldest first. One tab sends at a time, where the browser has locks: elsewhere the keys are enough. */
async function send(party: string): Promise<void> {
  if (!isOnline()) return;
  if (isSending) {
    isWantedAgain = true;
    return;
  }
  isSending = true;
  try {
    const all = () => sendAll(party);
    await (navigator.locks ? navigator.locks.request("reelproof acts", all) : all());
  } catch {
    // The store is away, or the service: the timer tries again.
  } finally {
    isSending = false;
  }
  if (!isWantedAgain) return;
  isWantedAgain = false;
  await send(party);
}

async function sendAll(party: string): Promise<void> {
  const tried = new Set<number>();
  for (;;) {
    const next = (await actsOf(party)).find(({ id, stop }) => stop === null && !tried.has(id));
    if (!next) return;
    tried.add(next.id);
    if (!(await sendAct(next))) return;
  }
}

/** Sends an act's requests. @returns whether the service can be asked for the next one */
async function sendAct(queued: QueuedAct): Promise<boolean> {
  let act = queued;
  const keep = async (change: Partial<QueuedAct>) => {
    act = { ...act, ...change };
    await put(act);
  };
  try {
    if (act.photo && act.photo.hash === null) {
      const { picture: file, name, once } = act.photo;
      const path = withQuery("/v1/documents", { kind: "photo", name });
      const { hash } = await ask<DocumentView>("POST", path, { file, once });
      await keep({ photo: { ...act.photo, hash } });
    }
    for (const [i, { isDone }] of act.steps.entries()) {
      if (isDone) continue;
      const step = act.steps[i]!;
      if (isUnclear(step, Date.now())) {
        await keep({ stop: UNCLEAR });
        return true;
      }
      const change = (fields: Partial<typeof step>) =>
        keep({ steps: act.steps.map((each, at) => (at === i ? { ...each, ...fields } : each)) });
      // Kept before it is sent: a tab that is closed now still knows that it may have been done.
      await change({ firstSent: step.firstSent ?? Date.now() });
      await ask("POST", step.path, { body: bodyOf(act, step), once: step.once });
      await change({ isDone: true });
    }
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    if (isLater(error.status)) return false;
    const { message, problem } = error;
    const [code, requestId] = [problem?.code ?? null, problem?.requestId ?? null];
    await keep({ stop: { message, code, requestId } });
    return true;
  }
  await changeBatch(act.owner, act.delivery, (before) =>
    act.scans.reduce(
      (now, key) =>
        withChange(now, key, (scan) =>
          scan.signed?.act === act.id
            ? { ...scan, signed: { ...scan.signed, isSent: true } }
            : scan,
        ),
      before,
    ),
  );
  await removeAct(act.id);
  await outdate(act);
  return true;
}

/** Reads again what the act has changed: lists, and what is shown of its lots. The other reels of a delivery stay as they are. */
async function outdate({ name, isReceipt, lots }: Act): Promise<void> {
  // What was refused in transit is its shipper's, and the reader sees it no more.
  const isGone = name === "refuse" && isReceipt;
  const ids = new Set(isGone ? [] : lots.map(({ lot }) => lot));
  await queryClient.invalidateQueries({
    predicate({ queryKey: [kind], state }) {
      if (kind === "session" || (isGone && kind === "trail")) return false;
      if (kind !== "inspect") return true;
      const { lot } = (state.data ?? {}) as { lot?: { lot: string } | null };
      return lot != null && ids.has(lot.lot);
    },
  });
}

/** The acts of a party that are not done, the oldest first. Undefined until they are read. */
export function useQueue(party: string | null): QueuedAct[] | undefined {
  const [acts, setActs] = useState<QueuedAct[]>();
  useEffect(() => {
    let isOver = false;
    const load = () =>
      (party === null ? Promise.resolve([]) : actsOf(party)).then(
        (some) => {
          if (!isOver) setActs(some);
        },
        () => undefined, // the page says elsewhere that the browser keeps nothing
      );
    void load();
    const stop = changes.subscribe(() => void load());
    return () => {
      isOver = true;
      stop();
    };
  }, [party]);
  return acts;
}

/** Sends what waits whenever the service is there, on whatever page somebody is. */
export function useSender(party: string | null): void {
  useEffect(() => {
    if (party === null) return;
    const go = () => void send(party);
    go();
    const stop = onConnection(go);
    const timer = setInterval(go, AGAIN_MS);
    return () => {
      stop();
      clearInterval(timer);
    };
  }, [party]);
}
