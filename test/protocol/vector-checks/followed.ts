// Checks vectors of followed logs against protocol/.
import { expect } from "chai";
import type { Domain } from "../../../protocol/event/event.ts";
import { auditMemory } from "../../support/audit-memory.ts";
import { type Look, lookAt, type Seen } from "../../support/looks.ts";
import { recover } from "../../support/recover.ts";

interface FollowedVector {
  trust: Domain & { operator: string; key: string };
  looks: (Look & Seen)[];
  codes: string[];
}

async function check({ trust, looks, codes }: FollowedVector): Promise<void> {
  const { operator, key, ...domain } = trust;
  const memory = auditMemory();
  for (const [i, { findings, position, counts, ...look }] of looks.entries()) {
    const seen = await lookAt(look, memory, { domain, operator, key }, recover);
    expect(seen, `look ${i}`).to.deep.equal({ findings, position, counts });
  }
  const all = looks.flatMap(({ findings }) => findings.map(({ code }) => code));
  expect([...new Set(all)].toSorted()).to.deep.equal(codes);
}

export const followed = {
  async valid(vector: FollowedVector) {
    await check(vector);
    expect(vector.codes).to.deep.equal([]);
  },
  async invalid(vector: FollowedVector) {
    await check(vector);
    expect(vector.codes).to.not.deep.equal([]);
  },
};
