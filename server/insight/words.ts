// Says each answer in a sentence that a buyer understands. Pieces of different parts are never added.
import type { Build } from "../../protocol/insight/build.ts";
import type { Lens, PartOrigins } from "../../protocol/insight/origins.ts";
import type { RecallDrill } from "../../protocol/insight/recall.ts";
import type { PartStock } from "../../protocol/insight/stock.ts";

const number = (count: number) => count.toLocaleString("en");
const count = (some: number, one: string, many = `${one}s`) =>
  `${number(some)} ${some === 1 ? one : many}`;
const isOrAre = (some: number) => (some === 1 ? "is" : "are");
/** Joins "a", "b" and "c" as a sentence does. */
const listed = (some: readonly string[]) =>
  some.length < 2 ? (some[0] ?? "") : `${some.slice(0, -1).join(", ")} and ${some.at(-1)!}`;

export function sayStock(parts: readonly PartStock[]): string {
  const lots = parts.flatMap((part) => part.lots);
  const coming = parts.filter((part) => part.coming > 0).length;
  if (lots.length === 0)
    return coming === 0
      ? "You hold nothing, as far as it is recorded."
      : `You hold nothing yet. ${count(coming, "part")} ${isOrAre(coming)} on the way to you.`;
  const held = parts.filter(({ part, closing }) => part !== null && closing !== 0).length;
  const not = (why: string) => lots.filter((lot) => lot.not === why).length;
  const [onHold, sent, recalled] = [not("held"), not("sent"), not("recalled")];
  const rest = [
    ...(onHold ? [`${number(onHold)} ${isOrAre(onHold)} on hold`] : []),
    ...(recalled ? [`${number(recalled)} ${isOrAre(recalled)} recalled or suspected`] : []),
    ...(sent ? [`${number(sent)} ${isOrAre(sent)} sent and not received yet`] : []),
  ];
  const state = rest.length > 0 ? ` Of these lots, ${listed(rest)}.` : " All of it is free to use.";
  const more = coming > 0 ? ` ${count(coming, "part")} ${isOrAre(coming)} on the way to you.` : "";
  return `You hold ${count(held, "part number")} in ${count(lots.length, "lot")}.${state}${more}`;
}

export function sayBuild({ product, units, by, lines }: Build, wanted: number | undefined): string {
  if (by === null)
    return `Nobody whose lots you see has built ${product}, so its parts are not known.`;
  const first = lines[0]!;
  const left = first.left.length;
  const why =
    left > 0
      ? ` ${count(left, "lot")} of it ${isOrAre(left)} left out: the reasons are beside it.`
      : "";
  const enough =
    wanted === undefined
      ? ""
      : units >= wanted
        ? ` That is enough for ${number(wanted)}.`
        : ` ${number(wanted - units)} short of ${number(wanted)}.`;
  return `You can start ${count(units, "unit")} of ${product} with what is free.${enough} ${by} runs out first.${why}`;
}

const LENS_WORDS: Record<Lens, string> = {
  declared: "by the declared country of origin",
  wafer: "by the country of the wafer",
  package: "by the country of packaging",
  test: "by the country of test",
  waferSite: "by wafer fab",
  packageSite: "by packaging site",
  testSite: "by test site",
};

export function sayOrigins(parts: readonly PartOrigins[], lens: Lens): string {
  if (parts.length === 0) return "No pieces came in during this time whose part is shown.";
  const single = parts.filter(({ places, unknown }) => places.length === 1 && unknown === 0).length;
  const dark = parts.filter(({ places }) => places.length === 0).length;
  const flips = parts.filter((part) => part.flips.length > 0).length;
  return (
    `${number(single)} of ${count(parts.length, "part")} ${single === 1 ? "comes" : "come"} from a single place, ${LENS_WORDS[lens]}.` +
    (dark > 0 ? ` Of ${number(dark)} no place is shown.` : "") +
    (flips > 0
      ? ` ${count(flips, "part")} would look different by another lens than the declared origin.`
      : "")
  );
}

export function sayRecall({ lots, products, holders }: RecallDrill): string {
  const [only] = lots;
  if (!only) return "None of these lots is known to you.";
  const made =
    products.length === 0
      ? "No product that you see was made of it."
      : `It went into ${count(products.length, "product lot")} that you see.`;
  const where = `${count(holders.length, "party", "parties")} ${holders.length === 1 ? "has" : "have"} pieces or products of it.`;
  if (lots.length > 1) return `${count(lots.length, "lot")} followed. ${made} ${where}`;
  const { lotNumber, lot, issued, free, transit, consumed, scrapped, short, unseen, difference } =
    only;
  const places = [
    ...(free ? [`${number(free)} in lots`] : []),
    ...(transit ? [`${number(transit)} on the way`] : []),
    ...(consumed ? [`${number(consumed)} used in products`] : []),
    ...(scrapped ? [`${number(scrapped)} scrapped`] : []),
    ...(short ? [`${number(short)} short at receipt`] : []),
    ...(unseen ? [`${number(unseen)} in lots that you do not see`] : []),
  ];
  const sum =
    difference === 0 ? "They add up." : `${number(difference)} are missing from the rows.`;
  return `Of ${count(issued, "piece")} of ${lotNumber ?? lot.slice(0, 12)}, ${listed(places)}. ${sum} ${made} ${where}`;
}
