// Keeps in the browser what a closed tab must not lose: deliveries that are being inspected, and acts that are not sent yet.
import { type DBSchema, type IDBPDatabase, openDB } from "idb";
import type { QueuedAct } from "./queued.ts";
import type { Batch } from "./scans.ts";

interface Schema extends DBSchema {
  /** By the API key that scanned, and the shipment. */
  batches: { key: [owner: string, delivery: string]; value: Batch };
  /** In the order in which they were decided. */
  acts: { key: number; value: QueuedAct };
}
export type Store = IDBPDatabase<Schema>;

let opened: Promise<Store> | undefined;

/** Opens the store. @throws DOMException where the browser keeps nothing, as some do in a private window */
export const store = (): Promise<Store> =>
  (opened ??= openDB<Schema>("reelproof", 1, {
    upgrade(db) {
      db.createObjectStore("batches");
      db.createObjectStore("acts", { keyPath: "id", autoIncrement: true });
    },
  }).catch((error: unknown) => {
    opened = undefined;
    throw error;
  }));

/** Tells this tab and the others of this browser that something in the store changed. */
export class Changes {
  readonly #listeners = new Set<() => void>();
  readonly #channel: BroadcastChannel;
  constructor(name: string) {
    this.#channel = new BroadcastChannel(`reelproof ${name}`);
    this.#channel.addEventListener("message", () => this.#call());
  }
  announce(): void {
    this.#call();
    this.#channel.postMessage(null);
  }
  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };
  #call(): void {
    for (const listener of this.#listeners) listener();
  }
}
