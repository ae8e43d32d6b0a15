// Checks vectors of submissions against protocol/. Only the contract refuses a packing; the tests of the contract do it again there.
import { expect } from "chai";
import { ProtocolError } from "../../../protocol/base/errors.ts";
import type { CustodyEvent } from "../../../protocol/event/event.ts";
import { type LotState, wordOf } from "../../../protocol/event/lot.ts";
import { type Submission, submissionOf, unpackLine } from "../../../protocol/event/submission.ts";
import { ZERO_HASH } from "../../../protocol/base/values.ts";

type Json = Omit<Submission, "lines"> & { lines: string[] };
interface SubmissionVector {
  event: CustodyEvent;
  before: (LotState | null)[];
  signature: string;
  submission: Json;
  /** What packing makes, if that is another. */
  packed?: Json;
}

/** The submission that packing makes of what another one stands for. Undefined if it stands for no event. */
function packedAgain({ lots, lines, origins, signature, ...members }: Json) {
  if (lots.length !== lines.length) return undefined;
  if (lines.some((line) => unpackLine(BigInt(line)).origin > origins.length)) return undefined;
  const before = lines.map((line): LotState | null => {
    const { origin, quantityBefore } = unpackLine(BigInt(line));
    return origin === 0 ? null : { ...origins[origin - 1]!, quantity: quantityBefore };
  });
  const entries = lines.map((line, i) => ({
    lot: lots[i]!,
    previous: before[i] ? wordOf(before[i]) : ZERO_HASH,
    quantity: unpackLine(BigInt(line)).quantity,
  }));
  const { r, s, v } = signature;
  const joined = `${r}${s.slice(2)}${v.toString(16)}`;
  return submissionOf({ ...members, entries }, before, joined);
}

const withNumbers = (submission: Json): Submission => ({
  ...submission,
  lines: submission.lines.map(BigInt),
});

export const submissions = {
  valid({ event, before, signature, submission, packed = submission }: SubmissionVector) {
    expect(submissionOf(event, before, signature)).to.deep.equal(withNumbers(packed));
    expect(packedAgain(submission)).to.deep.equal(withNumbers(packed));
  },
  invalid({ submission }: SubmissionVector) {
    let again: Submission | undefined;
    try {
      again = packedAgain(submission);
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
    }
    expect(again).to.not.deep.equal(withNumbers(submission));
  },
};
