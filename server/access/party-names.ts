// Finds parties by the names that the ledger has of them.
import type { Db } from "../storage/db.ts";
import { Refusal } from "../refusal.ts";

/** A party as a request calls it, and where it stands there. */
export interface PartyRef {
  text: string;
  field: string;
}

const ADDRESS = /^0x[0-9a-f]{40}$/;

/**
 * Finds the addresses of parties, in the same order. An address stands for itself, whether or not the ledger has it.
 * @throws Refusal BAD_FIELD for a name that no party has; AMBIGUOUS_PARTY for one that several have
 */
export async function addressesOf(db: Db, refs: readonly PartyRef[]): Promise<string[]> {
  const names = refs.map(({ text }) => text).filter((text) => !ADDRESS.test(text));
  const rows =
    names.length === 0
      ? []
      : await db.party.findMany({
          where: { name: { in: [...new Set(names)] } },
          select: { address: true, name: true },
          orderBy: { address: "asc" },
        });
  const byName = Map.groupBy(rows, ({ name }) => name);
  return refs.map(({ text, field }) => {
    if (ADDRESS.test(text)) return text;
    const [only, second] = byName.get(text) ?? [];
    if (!only) {
      const why = `No party is called "${text}". Give the name exactly as \`reelproof party list\` shows it, or the address.`;
      throw new Refusal("BAD_FIELD", 422, why, { field });
    }
    if (second) {
      const all = byName.get(text)!.map(({ address }) => address);
      const why = `${all.length} parties are called "${text}": ${all.join(", ")}. Give the address of the one that you mean.`;
      throw new Refusal("AMBIGUOUS_PARTY", 409, why, { field });
    }
    return only.address;
  });
}
