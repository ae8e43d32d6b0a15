// Tests the form in which the ledger receives events: the content of a line, and what the lines
// of a submission share.
import { expect } from "chai";
import { fc } from "../../support/random.ts";
import type { CustodyEvent } from "../../../protocol/event/event.ts";
import { type LotState, wordOf } from "../../../protocol/event/lot.ts";
import { submissionOf, unpackLine } from "../../../protocol/event/submission.ts";
import { ZERO_ADDRESS, ZERO_HASH } from "../../../protocol/base/values.ts";
import { refused } from "../../support/refused.ts";
import { integer } from "../../support/arbitraries.ts";

const HOLDER = `0x${"1".repeat(40)}`;
const SIGNATURE = `0x${"ab".repeat(32)}${"cd".repeat(32)}1c`;

const hash = (number: number) => `0x${number.toString(16).padStart(64, "0")}`;
const stateOf = (lastEvent: number, quantity: number, held = false): LotState => ({
  lastEvent: hash(lastEvent),
  holder: HOLDER,
  consignee: ZERO_ADDRESS,
  quantity,
  held,
});

function eventOf(before: readonly (LotState | null)[], quantity = 7): CustodyEvent {
  const entries = before.map((state, i) => ({
    lot: hash(i + 1),
    previous: state ? wordOf(state) : ZERO_HASH,
    quantity,
  }));
  return {
    action: 9,
    actor: HOLDER,
    holder: HOLDER,
    consignee: ZERO_ADDRESS,
    entries,
    time: 5,
    details: hash(9),
  };
}

describe("submissionOf and unpackLine", () => {
  it("list each different origin once, in the order of the lines", () => {
    const before = [stateOf(2, 10), null, stateOf(1, 20), stateOf(2, 30), stateOf(2, 40, true)];
    const { lots, lines, origins } = submissionOf(eventOf(before), before, SIGNATURE);
    expect(lots).to.deep.equal([1, 2, 3, 4, 5].map(hash));
    expect(lines.map(unpackLine)).to.deep.equal([
      { quantity: 7, quantityBefore: 10, origin: 1 },
      { quantity: 7, quantityBefore: 0, origin: 0 },
      { quantity: 7, quantityBefore: 20, origin: 2 },
      { quantity: 7, quantityBefore: 30, origin: 1 },
      { quantity: 7, quantityBefore: 40, origin: 3 },
    ]);
    const shared = { holder: HOLDER, consignee: ZERO_ADDRESS };
    expect(origins).to.deep.equal([
      { ...shared, lastEvent: hash(2), held: false },
      { ...shared, lastEvent: hash(1), held: false },
      { ...shared, lastEvent: hash(2), held: true },
    ]);
  });

  it("copy the event's other fields and split the signature", () => {
    const {
      lots: _lots,
      lines: _lines,
      origins: _origins,
      ...rest
    } = submissionOf(eventOf([null]), [null], SIGNATURE);
    expect(rest).to.deep.equal({
      action: 9,
      actor: HOLDER,
      holder: HOLDER,
      consignee: ZERO_ADDRESS,
      time: 5,
      details: hash(9),
      signature: { r: `0x${"ab".repeat(32)}`, s: `0x${"cd".repeat(32)}`, v: 28 },
    });
  });

  it("keep any quantity exactly", () => {
    fc.assert(
      fc.property(integer, integer, (quantity, quantityBefore) => {
        const before = [stateOf(1, quantityBefore)];
        const { lines } = submissionOf(eventOf(before, quantity), before, SIGNATURE);
        expect(lines.map(unpackLine)).to.deep.equal([{ quantity, quantityBefore, origin: 1 }]);
      }),
    );
  });

  it("refuse states that do not match the entries", () => {
    const before = [stateOf(1, 10), null];
    const event = eventOf(before);
    refused(() => submissionOf(event, [stateOf(1, 10)], SIGNATURE), "BEFORE_MISMATCH");
    refused(
      () => submissionOf(event, [stateOf(1, 11), null], SIGNATURE),
      "BEFORE_MISMATCH",
      "entries.0.previous",
    );
    refused(
      () => submissionOf(event, [null, null], SIGNATURE),
      "BEFORE_MISMATCH",
      "entries.0.previous",
    );
    refused(
      () => submissionOf(event, [...before.slice(0, 1), stateOf(2, 1)], SIGNATURE),
      "BEFORE_MISMATCH",
    );
  });

  it("refuse more than 255 origins", () => {
    const before = Array.from({ length: 256 }, (_, i) => stateOf(i, 1));
    refused(() => submissionOf(eventOf(before), before, SIGNATURE), "TOO_LARGE", "entries");
    const fewer = before.slice(0, 255);
    expect(submissionOf(eventOf(fewer), fewer, SIGNATURE).origins).to.have.length(255);
  });

  it("refuse a signature that is not 65 bytes", () => {
    for (const signature of [
      "0x",
      SIGNATURE.slice(0, -2),
      `${SIGNATURE}00`,
      SIGNATURE.toUpperCase(),
    ])
      refused(() => submissionOf(eventOf([null]), [null], signature), "BAD_SIGNATURE", "signature");
  });

  it("refuse a line with unknown bits or a quantity beyond 2^53 - 1", () => {
    for (const line of [-1n, 1n << 53n, 1n << (64n + 53n), 1n << 136n, 1n << 255n])
      refused(() => unpackLine(line), "BAD_FIELD", "lines");
  });
});
