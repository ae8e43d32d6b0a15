// Makes vectors of submissions: events as the ledger takes them, and packings that it refuses.
import { signDigest } from "../../protocol/base/crypto.ts";
import { type LotState, wordOf } from "../../protocol/event/lot.ts";
import { MAX_INTEGER } from "../../protocol/base/limits.ts";
import { type Submission, submissionOf } from "../../protocol/event/submission.ts";
import { type CustodyEvent, eventDigest } from "../../protocol/event/event.ts";
import { ZERO_ADDRESS, ZERO_HASH } from "../../protocol/base/values.ts";
import { DOMAIN, KEY, NOW, PARTY } from "../../test/support/model.ts";
import type { Vector, Vectors } from "./vector.ts";

const lot = (number: number) => `${PARTY.maker}${number.toString(16).padStart(24, "0")}`;
const hash = (byte: string) => `0x${byte.repeat(32)}`;
const free: LotState = {
  lastEvent: hash("e1"),
  holder: PARTY.maker,
  consignee: ZERO_ADDRESS,
  quantity: 100,
  held: false,
};
const held: LotState = { ...free, lastEvent: hash("e2"), held: true };
const moving: LotState = { ...free, lastEvent: hash("e3"), consignee: PARTY.distributor };

/** An event of the maker's over lots in these states (null: new), with their pieces after. */
function eventOf(
  action: number,
  states: readonly (LotState | null)[],
  pieces: readonly number[] = states.map((state) => state?.quantity ?? 1),
): CustodyEvent {
  return {
    action,
    actor: PARTY.maker,
    holder: PARTY.maker,
    consignee: action === 3 ? PARTY.distributor : ZERO_ADDRESS,
    entries: states.map((state, i) => ({
      lot: lot(i + 1),
      previous: state ? wordOf(state) : ZERO_HASH,
      quantity: pieces[i]!,
    })),
    time: NOW,
    details: hash("d0"),
  };
}

interface Case {
  about: string;
  action: number;
  before: (LotState | null)[];
  pieces?: number[];
}

const valid: Record<string, Case> = {
  "new-lots": {
    about: "New lots have no origin: their lines are their pieces.",
    action: 1,
    before: [null, null],
    pieces: [5000, MAX_INTEGER],
  },
  "one-lot": {
    about: "A lot with 100 pieces before and after, of the first origin.",
    action: 9,
    before: [free],
  },
  "shared-origin": {
    about: "Lots whose states differ in their pieces alone share an origin.",
    action: 3,
    before: [free, { ...free, quantity: 7 }, { ...free, quantity: MAX_INTEGER }],
  },
  "several-origins": {
    about: "Origins stand in the order in which lines first use them.",
    action: 9,
    before: [held, free, { ...held, quantity: 3 }, moving, free],
  },
  split: {
    about: "An existing lot and a new one.",
    action: 7,
    before: [{ ...free, held: true }, null],
    pieces: [60, 40],
  },
  scrap: { about: "No pieces after.", action: 12, before: [free], pieces: [0] },
};

type Json = Omit<Submission, "lines"> & { lines: string[] };
/** Lines as 32 bytes, for no JSON number holds one. */
const inJson = (submission: Submission): Json => ({
  ...submission,
  lines: submission.lines.map((line) => `0x${line.toString(16).padStart(64, "0")}`),
});

function packed({ about, action, before, pieces }: Case): Vector {
  const event = eventOf(action, before, pieces);
  const signature = signDigest(eventDigest(DOMAIN, event), KEY.maker.privateKey);
  return {
    about,
    event,
    before,
    signature,
    submission: inJson(submissionOf(event, before, signature)),
  };
}

/** The same origin once for each of two lots: more to pay for, and the same event. */
function repeated(): Vector {
  const vector = packed({ about: "", action: 9, before: [free, { ...free, quantity: 7 }] });
  const submission = vector["submission"] as Json;
  const [origin] = submission.origins as [Submission["origins"][0]];
  const [one, two] = submission.lines as [string, string];
  const lines = [one, two.replace(/1(?=0{14})/, "2")];
  return {
    ...vector,
    about:
      "Packing never makes this, and the ledger takes it: one origin stands twice, each line using another.",
    submission: { ...submission, lines, origins: [origin, origin] },
    packed: submission,
  };
}

const ORIGIN = 1n << 128n;
const sample = [held, free, null];
const bad: Record<string, [about: string, spoil: (whole: Submission) => Partial<Submission>]> = {
  "line-missing": ["A lot without a line.", ({ lines }) => ({ lines: lines.slice(1) })],
  "lot-missing": ["A line without a lot.", ({ lots }) => ({ lots: lots.slice(1) })],
  "origin-missing": [
    "A line with the number of an origin that there is not.",
    ({ origins }) => ({ origins: origins.slice(0, 1) }),
  ],
  "origin-too-many": [
    "An origin that no line uses.",
    ({ origins }) => ({ origins: [...origins, { ...origins[0]!, lastEvent: hash("e9") }] }),
  ],
  "origins-swapped": [
    "The first line uses the second origin.",
    ({ origins, lines: [one, two, ...rest] }) => ({
      origins: origins.toReversed(),
      lines: [one! + ORIGIN, two! - ORIGIN, ...rest],
    }),
  ],
  "origin-skipped": [
    "The second line uses the third of three origins.",
    ({ origins, lines: [one, two, ...rest] }) => ({
      origins: [origins[0]!, origins[0]!, origins[1]!],
      lines: [one!, two! + ORIGIN, ...rest],
    }),
  ],
  "unknown-bit": [
    "A bit beyond the origin's.",
    ({ lines: [one, ...rest] }) => ({ lines: [one! | (1n << 136n), ...rest] }),
  ],
  "highest-bit": [
    "The highest bit of a line.",
    ({ lines: [one, ...rest] }) => ({ lines: [one! | (1n << 255n), ...rest] }),
  ],
  "new-lot-with-pieces-before": [
    "A new lot has no pieces before.",
    ({ lines }) => ({ lines: lines.with(2, lines[2]! | (1n << 64n)) }),
  ],
};

export function submissionVectors(): Vectors {
  const vectors: Vectors = {};
  for (const [name, each] of Object.entries(valid)) vectors[`valid/${name}`] = packed(each);
  vectors["valid/origin-twice"] = repeated();
  const event = eventOf(7, sample, [100, 60, 40]);
  const signature = signDigest(eventDigest(DOMAIN, event), KEY.maker.privateKey);
  const whole = submissionOf(event, sample, signature);
  for (const [name, [about, spoil]] of Object.entries(bad))
    vectors[`invalid/${name}`] = {
      about,
      submission: inJson({ ...whole, ...spoil(whole) }),
      error: { name: "MalformedSubmission", args: [] },
    };
  return vectors;
}
