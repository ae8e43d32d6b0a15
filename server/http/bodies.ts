// Bounds the bytes of request bodies that the service holds at one time: of one caller, and in all.
import { Refusal } from "../refusal.ts";

const MEBIBYTE = 1024 * 1024;

/** Bytes that bodies may hold until their requests are answered. */
export interface BodyLimits {
  ofOne: number;
  inAll: number;
}

export const BODY_LIMITS: BodyLimits = { ofOne: 128 * MEBIBYTE, inAll: 512 * MEBIBYTE };

/** Seconds after which requests under way are usually answered. */
const RETRY_SECONDS = 5;

/** What one request holds. */
export interface Hold {
  /** Holds more bytes, which have arrived. @throws Refusal BUSY */
  grow(bytes: number): void;
  release(): void;
}

/** Counts the bytes that are held. Begins a hold for a caller's request. */
export function countBodies({ ofOne, inAll }: BodyLimits): (caller: string) => Hold {
  const held = new Map<string, number>();
  let all = 0;
  const change = (caller: string, bytes: number) => {
    const now = (held.get(caller) ?? 0) + bytes;
    all += bytes;
    if (now > 0) held.set(caller, now);
    else held.delete(caller);
  };
  return (caller) => {
    let own = 0;
    let isReleased = false;
    return {
      grow(bytes) {
        if (isReleased) return; // the client has gone, and what it sent goes, too
        if ((held.get(caller) ?? 0) + bytes > ofOne)
          throw busy(
            429,
            `Your requests under way have more than ${ofOne} bytes. Wait for their answers, then send this one again.`,
          );
        if (all + bytes > inAll)
          throw busy(
            503,
            `All requests under way have more than ${inAll} bytes. Send this one again.`,
          );
        own += bytes;
        change(caller, bytes);
      },
      release() {
        change(caller, -own);
        own = 0;
        isReleased = true;
      },
    };
  };
}

const busy = (status: number, message: string) =>
  new Refusal("BUSY", status, message, { retryAfter: RETRY_SECONDS });
