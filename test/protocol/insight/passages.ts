// Makes passages for the tests of forecasts.
import type { Facts, Passage } from "../../../protocol/insight/facts.ts";
import { DAY } from "../../../protocol/insight/options.ts";

let made = 0;

/** A passage of one lot that arrived after `days`, and was known at once; with `days` null it is under way. */
export function passage(left: number, days: number | null, rest: Partial<Passage> = {}): Passage {
  const sequence = ++made;
  const ended = days === null ? null : left + days * DAY;
  return {
    ...{ ship: `ship ${sequence}`, sequence, lot: `lot ${sequence}`, from: "A", to: "B", sent: 10 },
    ...{ left, leftKnown: left, expected: null, carrier: null, service: null, mode: null },
    ...{ fromCountry: null, toCountry: null, toSite: null, isReturn: false },
    ...{
      end: days === null ? null : "received",
      endEvent: days === null ? null : `end ${sequence}`,
    },
    ...{ endSequence: null, ended, endedKnown: ended, received: days === null ? null : 10 },
    ...rest,
  };
}

export const factsOf = (passages: Passage[]): Facts => ({
  ...{ movements: [], uses: [], origins: [] },
  passages: passages.toSorted((a, b) => a.sequence - b.sequence),
});
