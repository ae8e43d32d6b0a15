// Finds a reader's lots by words, with a bound on the lots that one request reads. First it walks the reader's own lots in the
// order of the list; an index of words, which has everybody's lots, is asked only where that does not fill the page.
import { type Lot, Prisma } from "../../prisma/generated/client.ts";
import type { Db } from "../storage/db.ts";

/** Lots of the reader that one request walks. */
const MAX_WALKED = 1_000;
/** Lots of all parties that the index may find. With more, the words are too common for it, and the next page walks on. */
const MAX_FOUND = 2_000;

const WORD_BREAK = /\s+/;
/** Where a part of a word begins: `ldo33-a` and `a` of `ng-ldo33-a`. */
const PART = /(?<![\p{L}\p{N}])[\p{L}\p{N}]/gu;

/** The words of texts in lower case, each also from every later part on, so that a search finds what begins with its words. */
export function searchText(texts: readonly string[]): string {
  const words = texts.flatMap((text) => text.toLowerCase().split(WORD_BREAK));
  const parts = words.flatMap((word) => [
    word,
    ...[...word.matchAll(PART)].map(({ index }) => word.slice(index)),
  ]);
  return [...new Set(parts.filter((part) => part !== ""))].join(" ");
}

/** The words of a question. */
export const wordsOf = (question: string): string[] =>
  question
    .toLowerCase()
    .split(WORD_BREAK)
    .filter((word) => word !== "");

const hasWords = ({ text }: Pick<Lot, "text">, words: readonly string[]) =>
  words.every((word) => ` ${text}`.includes(` ${word}`));

/** A list of lots in ascending order of sequence and id. */
export interface LotList {
  where: Prisma.LotWhereInput;
  take: number;
  /** Turns rows into what the reader sees of them, without those that do not match then. Missing: it sees the rows. */
  keep?: (rows: readonly Lot[]) => Promise<Lot[]>;
}

/** Lots that were found, and the last lot that was looked at where there may be more. */
export interface FoundLots {
  rows: Lot[];
  /** Null: the rows are all that are wanted, or all that there are. */
  reached: Pick<Lot, "sequence" | "id"> | null;
}

const orderBy: Prisma.LotOrderByWithRelationInput[] = [{ sequence: "asc" }, { id: "asc" }];

/** The first lots of a list. */
export const firstLots = (db: Db, where: Prisma.LotWhereInput, take: number): Promise<Lot[]> =>
  db.lot.findMany({ where, orderBy, take });

/** The rows that have all of the words, as the reader sees them. A corrected fact can be among the words of a row alone. */
async function keptWith(
  rows: readonly Lot[],
  words: readonly string[],
  keep: LotList["keep"],
): Promise<Lot[]> {
  if (!keep) return rows.filter((lot) => hasWords(lot, words));
  const kept = await keep(rows.filter((lot) => lot.corrected || hasWords(lot, words)));
  return kept.filter((lot) => hasWords(lot, words));
}

/** The first lots of a list that have all of the words. @param list of lots that the reader sees */
export async function lotsWithWords(
  db: Db,
  { where, take, keep }: LotList,
  words: readonly string[],
): Promise<FoundLots> {
  const isBound = words.length === 0 && !keep;
  const most = isBound ? take : MAX_WALKED;
  const walked = await firstLots(db, where, most);
  const rows = (await keptWith(walked, words, keep)).slice(0, take);
  const last = walked.at(-1);
  if (last === undefined || rows.length === take || walked.length < most)
    return { rows, reached: null };
  if (words.length === 0) return { rows, reached: last };
  const found = await foundByWords(db, words);
  if (found.length > MAX_FOUND) return { rows, reached: last };
  const more = { AND: [where, afterLot(last), { id: { in: found } }] };
  const rest = await keptWith(await firstLots(db, more, take - rows.length), words, keep);
  return { rows: [...rows, ...rest], reached: null };
}

/**
 * The first lots of a list whose last event is not before a time, and that have all of the words. Walks the list: a page may
 * have fewer lots than wanted, and the next one goes on.
 */
export async function lotsSince(
  db: Db,
  { where, take, keep }: LotList,
  words: readonly string[],
  since: number,
): Promise<FoundLots> {
  const walked = await firstLots(db, where, MAX_WALKED);
  const named = await keptWith(walked, words, keep);
  const events = await db.event.findMany({
    where: { hash: { in: named.map(({ lastEvent }) => lastEvent) }, time: { gte: BigInt(since) } },
    select: { hash: true },
  });
  const recent = new Set(events.map(({ hash }) => hash));
  const rows = named.filter(({ lastEvent }) => recent.has(lastEvent)).slice(0, take);
  const isWhole = rows.length === take || walked.length < MAX_WALKED;
  return { rows, reached: isWhole ? null : walked.at(-1)! };
}

/** A filter for the lots after one in the order of lists. */
export const afterLot = ({ sequence, id }: Pick<Lot, "sequence" | "id">): Prisma.LotWhereInput => ({
  OR: [{ sequence: { gt: sequence } }, { sequence, id: { gt: id } }],
});

/** A condition of the index `lot_words`: words of which each begins a word of the lot. */
export const beginWords = (words: readonly string[]): Prisma.Sql => {
  const quoted = words.map((word) => `'${word.replace(/['\\]/g, "$&$&")}':*`);
  return Prisma.sql`lot_words(text) @@ ${quoted.join(" & ")}::tsquery`;
};

async function foundByWords(db: Db, words: readonly string[]): Promise<string[]> {
  const rows = await db.$queryRaw<{ id: string }[]>`
    SELECT id FROM lot WHERE ${beginWords(words)} LIMIT ${MAX_FOUND + 1}`;
  return rows.map(({ id }) => id);
}
