// Checks vectors of the acceptance of notices against protocol/.
import { expect } from "chai";
import type { Domain } from "../../../protocol/event/event.ts";
import { type Notice, noticeDigest, noticeWord } from "../../../protocol/event/notice.ts";
import { type NoticeViolation, noticeViolation } from "../../../protocol/event/notice-rules.ts";
import { ZERO_HASH } from "../../../protocol/base/values.ts";
import { noticesTaken } from "../../support/notices-taken.ts";

interface AcceptanceVector {
  domain: Domain;
  context: {
    now: number;
    parties: Record<string, { roles: number; suspended: boolean }>;
    keys: Record<string, { party: string; revoked: boolean }>;
    taken: Notice[];
  };
  notice: Notice;
  digest: string;
  signer: string | null;
  word: string;
  violation: NoticeViolation;
}

function violationOf({ domain, context, notice, digest, signer }: AcceptanceVector) {
  expect(noticeDigest(domain, notice)).to.equal(digest);
  const { now, parties, keys, taken } = context;
  return noticeViolation(
    {
      now,
      party: (address) => parties[address],
      key: (address) => keys[address],
      ...noticesTaken(domain, taken),
    },
    { notice, digest, signer: signer ?? undefined },
  );
}

export const acceptances = {
  valid(vector: AcceptanceVector) {
    expect(violationOf(vector)).to.equal(undefined);
    const { domain, context, notice, word } = vector;
    const about = [...context.taken, notice].filter(({ lot }) => lot === notice.lot);
    const chain = (before: string, each: Notice) => noticeWord(before, noticeDigest(domain, each));
    expect(about.reduce(chain, ZERO_HASH)).to.equal(word);
  },
  invalid(vector: AcceptanceVector) {
    expect(violationOf(vector)).to.deep.equal(vector.violation);
  },
};
