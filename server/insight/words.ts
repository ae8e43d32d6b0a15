// Says each answer in a sentence that a buyer understands. Pieces of different parts are never added.
import type { ArrivalForecast } from "../../protocol/insight/arrivals.ts";
import type { PromiseRecord } from "../../protocol/insight/promises.ts";
import type { TrackCut } from "../../protocol/insight/track-record.ts";
import type { Build } from "../../protocol/insight/build.ts";
import type { Lens, PartOrigins } from "../../protocol/insight/origins.ts";
import type { RecallDrill } from "../../protocol/insight/recall.ts";
import type { PartStock } from "../../protocol/insight/stock.ts";
import { count, isOrAre, listed, number } from "./counted.ts";

export function stockSentence(parts: readonly PartStock[]): string {
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
  const state =
    rest.length > 0
      ? ` Of these lots, ${listed(rest)}.`
      : " None of these is on hold, recalled or on its way.";
  const more = coming > 0 ? ` ${count(coming, "part")} ${isOrAre(coming)} on the way to you.` : "";
  return `You hold ${count(held, "part number")} in ${count(lots.length, "lot")}.${state}${more}`;
}

export function buildSentence(
  { product, units, by, lines }: Build,
  wanted: number | undefined,
): string {
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

export function originsSentence(parts: readonly PartOrigins[], lens: Lens): string {
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

export function recallSentence({ lots, products, holders }: RecallDrill): string {
  const [only] = lots;
  if (!only) return "None of these lots is known to you.";
  const made =
    products.length === 0
      ? "No product that you see was made of it."
      : `It went into ${count(products.length, "product lot")} that you see.`;
  const where = `${count(holders.length, "party", "parties")} ${holders.length === 1 ? "has" : "have"} pieces or products of it.`;
  if (lots.length > 1) return `${count(lots.length, "lot")} followed. ${made} ${where}`;
  const {
    lotNumber,
    lot,
    issued,
    free,
    transit,
    handedOn,
    consumed,
    scrapped,
    short,
    unseen,
    difference,
  } = only;
  const places = [
    ...(free ? [`${number(free)} in lots`] : []),
    ...(transit ? [`${number(transit)} on the way`] : []),
    ...(handedOn ? [`${number(handedOn)} in lots that you handed on`] : []),
    ...(consumed ? [`${number(consumed)} used in products`] : []),
    ...(scrapped ? [`${number(scrapped)} scrapped`] : []),
    ...(short ? [`${number(short)} short at receipt`] : []),
    ...(unseen ? [`${number(unseen)} in lots that you do not see`] : []),
  ];
  const sum =
    difference === 0 ? "They add up." : `${number(difference)} are missing from the rows.`;
  const later =
    handedOn > 0
      ? " Where those are now that you handed on, you do not see; a lot's reach shows it to the issuer of its recall."
      : "";
  return `Of ${count(issued, "piece")} of ${lotNumber ?? lot.slice(0, 12)}, ${listed(places)}. ${sum}${later} ${made} ${where}`;
}

export function arrivalsSentence(shipments: readonly ArrivalForecast[], cut: number): string {
  if (shipments.length === 0) return "Nothing is on the way to you, as far as it is recorded.";
  const overdue = shipments.filter(({ promised }) => promised !== null && promised < cut).length;
  const likely = shipments.filter(
    ({ promised, late }) => promised !== null && promised >= cut && late !== null && late > 0.5,
  ).length;
  const unusual = shipments.filter((one) => one.unusual !== null).length;
  const dark = shipments.filter(({ arrival }) => arrival === null).length;
  const rest = [
    ...(overdue ? [`${number(overdue)} ${isOrAre(overdue)} past the promised day`] : []),
    ...(likely ? [`${number(likely)} ${isOrAre(likely)} more likely late than not`] : []),
    ...(unusual ? [`${number(unusual)} ${isOrAre(unusual)} unusually long under way`] : []),
  ];
  return (
    `${count(shipments.length, "shipment")} ${isOrAre(shipments.length)} on the way.` +
    (rest.length > 0 ? ` Of these, ${listed(rest)}.` : "") +
    (dark > 0 ? ` For ${number(dark)} of them there are too few past shipments to say when.` : "") +
    " A receipt that nobody has registered counts as still under way."
  );
}

export function promisesSentence(of: readonly PromiseRecord[]): string {
  const [n, x] = [
    of.reduce((sum, one) => sum + one.n, 0),
    of.reduce((sum, one) => sum + one.inWindow.x, 0),
  ];
  if (n === 0) return "No shipment to you had a promised day that has come.";
  return `${number(x)} of ${count(n, "promise")} by ${count(of.length, "sender and carrier", "senders and carriers")} were kept within the window.`;
}

export function trackSentence(cuts: readonly TrackCut[]): string {
  const [n, inside] = [
    cuts.reduce((sum, cut) => sum + cut.n, 0),
    cuts.reduce((sum, cut) => sum + cut.inside, 0),
  ];
  if (n === 0)
    return "No forecast of the last half year has come due, so nothing can be said about them.";
  return `Of ${count(n, "forecast")} of the last half year that said "nine times in ten by then", ${number(inside)} held.`;
}
