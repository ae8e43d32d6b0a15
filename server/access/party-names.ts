// Finds parties by the names that the ledger has of them.
import type { Db } from "../storage/db.ts";
import { Refusal } from "../refusal.ts";

/** A party as a request calls it, and where it stands there. */
export interface PartyRef {
  text: string;
  field: string;
}

const ADDRESS = /^0x[0-9a-f]{40}$/;

type Named = { address: string; name: string };

/** Parties that a refusal lists. */
const MAX_LISTED = 6;

/**
 * Finds the addresses of parties, in the same order, by address, by name, or by the start of a name.
 * @throws Refusal BAD_FIELD for a name that no party has; AMBIGUOUS_PARTY for one that several have
 */
export async function addressesOf(db: Db, refs: readonly PartyRef[]): Promise<string[]> {
  return (await findAddresses(db, refs)).map((found) => {
    if (typeof found === "string") return found;
    throw found;
  });
}

/**
 * The same for lists of which every fault is reported: a refusal stands in the place of an address that was not found. An
 * address stands for itself, whether or not the ledger has it. A whole name goes before names that begin with it, so that
 * nobody takes a name over with a longer one.
 */
export async function findAddresses(
  db: Db,
  refs: readonly PartyRef[],
): Promise<(string | Refusal)[]> {
  const texts = refs.map(({ text }) => text.trim().normalize("NFC"));
  const names = [...new Set(texts.filter((text) => !isAddress(text)))];
  const rows = await namedExactly(db, names);
  const byName = Map.groupBy(rows, ({ name }) => name);
  const others = names.filter((name) => !byName.has(name));
  const byStart = others.length === 0 ? () => [] : await openStarts(db);
  return refs.map(({ field }, i) => {
    const text = texts[i]!;
    if (isAddress(text)) return text.toLowerCase();
    const matches = byName.get(text) ?? byStart(text);
    return matches.length === 1 ? matches[0]!.address : refuse(text, matches, field);
  });
}

const isAddress = (text: string) => ADDRESS.test(text.toLowerCase());

async function namedExactly(db: Db, names: string[]): Promise<Named[]> {
  if (names.length === 0) return [];
  return db.party.findMany({
    where: { name: { in: names } },
    select: { address: true, name: true },
    orderBy: { address: "asc" },
  });
}

/** Sorts all parties by their names once, so that a list of many starts costs a search each, not a pass each. */
async function openStarts(db: Db): Promise<(start: string) => Named[]> {
  const rows = await db.party.findMany({ select: { address: true, name: true } });
  const sorted = rows
    .map((row) => ({ ...row, key: row.name.toLowerCase() }))
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : a.address < b.address ? -1 : 1));
  return (start) => {
    const key = start.toLowerCase();
    if (key === "") return [];
    let [low, high] = [0, sorted.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (sorted[middle]!.key < key) low = middle + 1;
      else high = middle;
    }
    const matches: (Named & { key: string })[] = [];
    for (let at = low; sorted[at]?.key.startsWith(key) && matches.length <= MAX_LISTED; at++)
      matches.push(sorted[at]!);
    const whole = matches.filter((match) => match.key === key);
    return whole.length > 0 ? whole : matches;
  };
}

function refuse(text: string, matches: readonly Named[], field: string): Refusal {
  if (matches.length === 0) {
    const why = `No party's name is "${text}" or begins with it. Give a name as \`reelproof party list\` shows it, or the address.`;
    return new Refusal("BAD_FIELD", 422, why, { field });
  }
  const listed = matches.slice(0, MAX_LISTED).map(({ name, address }) => `${name} (${address})`);
  const more = matches.length > MAX_LISTED ? " and others" : "";
  const why = `Several parties match "${text}": ${listed.join(", ")}${more}. Give the whole name or the address of the one that you mean.`;
  return new Refusal("AMBIGUOUS_PARTY", 409, why, { field });
}
