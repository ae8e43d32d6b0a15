// Packs events into what the ledger takes, and reads submissions back.
import { hex, slot, unhex, ZERO_HASH } from "./bytes.js";
import { wordOf } from "./lots.js";
import { below, Refused } from "./refused.js";

const BITS_OF_PIECES = 64n;
const BITS_OF_BOTH = 128n;
const PIECES = (1n << BITS_OF_PIECES) - 1n;

const sameOrigin = (one, other) =>
  ["lastEvent", "holder", "consignee", "held"].every((name) => one[name] === other[name]);

/** The submission of an event, whose lots had these states before (null: new). Lines are 32 bytes as hex. */
export function pack(event, before, signature) {
  const { entries, ...members } = event;
  const origins = [];
  const lines = entries.map(({ previous, quantity }, index) => {
    const state = before[index];
    if ((state === null ? ZERO_HASH : wordOf(state)) !== previous)
      throw new Refused("BEFORE_MISMATCH", below(below("entries", index), "previous"));
    if (state === null) return hex(slot(BigInt(quantity)));
    const { quantity: piecesBefore, ...origin } = state;
    let number = origins.findIndex((each) => sameOrigin(each, origin)) + 1;
    if (number === 0) number = origins.push(origin);
    const line = BigInt(quantity) | (BigInt(piecesBefore) << BITS_OF_PIECES);
    return hex(slot(line | (BigInt(number) << BITS_OF_BOTH)));
  });
  const bytes = unhex(signature);
  return {
    ...members,
    lots: entries.map(({ lot }) => lot),
    lines,
    origins,
    signature: { r: hex(bytes.subarray(0, 32)), s: hex(bytes.subarray(32, 64)), v: bytes[64] },
  };
}

/** The event of a submission and the states before it, or the error with which the ledger refuses its packing. */
export function unpack({ lots, lines, origins, signature: _signature, ...members }) {
  const error = { name: "MalformedSubmission", args: [] };
  if (lots.length !== lines.length) return { error };
  const [before, entries] = [[], []];
  let used = 0;
  let last = 0n;
  for (const [index, text] of lines.entries()) {
    const line = BigInt(text);
    const origin = line >> BITS_OF_BOTH;
    const piecesBefore = (line >> BITS_OF_PIECES) & PIECES;
    if (origin === 0n && piecesBefore !== 0n) return { error };
    if (origin !== 0n && origin !== last && origin > used) used++;
    if (origin > used || origin > origins.length) return { error };
    if (origin !== 0n) last = origin;
    const state =
      origin === 0n ? null : { ...origins[Number(origin) - 1], quantity: Number(piecesBefore) };
    before.push(state);
    entries.push({
      lot: lots[index],
      previous: state === null ? ZERO_HASH : wordOf(state),
      quantity: Number(line & PIECES),
    });
  }
  return used === origins.length ? { event: { ...members, entries }, before } : { error };
}
