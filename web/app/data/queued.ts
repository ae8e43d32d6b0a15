// Defines an act that waits to be sent, and what an answer means for it.
import type { Act, Step } from "./decisions.ts";

/** Why the service did not do an act, or why nobody knows whether it did. */
export interface Stop {
  message: string;
  /** The refusal's code. Null where nobody knows what became of it. */
  code: string | null;
  requestId: string | null;
}

export interface QueuedAct extends Act {
  id: number;
  /** The party for which the service signs. */
  party: string;
  /** The API key and the delivery in whose list it stands. */
  owner: string;
  delivery: string;
  /** Milliseconds since 1970. */
  made: number;
  /** Null while it waits for the connection, or is on its way. */
  stop: Stop | null;
}

/** The service remembers a key's answer for a day. An hour less, because clocks differ. */
const KEY_LASTS_MS = 23 * 60 * 60 * 1_000;

/**
 * Whether sending a step again could do it twice: it was sent before, no answer came, and the service has forgotten its key.
 * @param now milliseconds since 1970
 */
export const isUnclear = ({ firstSent, isDone }: Step, now: number): boolean =>
  !isDone && firstSent !== null && now - firstSent > KEY_LASTS_MS;

export const UNCLEAR: Stop = {
  message:
    "It was sent more than a day ago, and no answer came. Look at the lot: if it was not done, send it again. If it was, take it off the list.",
  code: null,
  requestId: null,
};

/** A step's body with the photo that its event names. The same act always gives the same body. */
export const bodyOf = ({ photo }: Act, { body, hasPhoto }: Step): Step["body"] =>
  hasPhoto && photo?.hash ? { ...body, details: { ...body.details, photoHash: photo.hash } } : body;

/** Whether an answer says only that the service cannot do it now. @param status 0 where none came */
export const isLater = (status: number): boolean =>
  status === 0 || status >= 500 || [401, 408, 425, 429].includes(status);
