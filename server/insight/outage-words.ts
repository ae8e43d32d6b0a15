// Says in a sentence what the coming weeks take, and what stops first.
import type { UseForecast } from "../../protocol/insight/demand.ts";
import type { PartOutage, ProductOutage } from "../../protocol/insight/outage.ts";
import { count, number } from "./counted.ts";

const day = (time: number): string => new Date(time * 1000).toISOString().slice(0, 10);

export function demandSentence(forecasts: readonly UseForecast[], weeks: number): string {
  const bounded = forecasts.filter(({ band }) => band !== null);
  if (forecasts.length === 0) return "No use, shipment or build of yours is recorded.";
  if (bounded.length === 0)
    return `Too few weeks are recorded to say what the next ${number(weeks)} take.`;
  const [kept, of] = bounded.reduce(
    ([inside, all], { kept: [held, due] }) => [inside + held, all + due],
    [0, 0],
  );
  const record = of > 0 ? ` Of ${number(of)} past upper bounds, ${number(kept)} held.` : "";
  return `What the next ${count(weeks, "week")} take can be said of ${number(bounded.length)} of ${count(forecasts.length, "series", "series")}.${record}`;
}

/** @param of what stops, as people call it, and for how long */
export function outageSentence(
  { parts, products }: { parts: readonly PartOutage[]; products: readonly ProductOutage[] },
  { name, days }: { name: string; days: number },
): string {
  if (parts.length === 0)
    return `Nothing that you received in the last year came from ${name}, as far as it is shown.`;
  const certain = parts.filter(({ hit: [certainly] }) => certainly > 0).length;
  const hit = `If ${name} stops for ${count(days, "day")}, ${count(certain, "part number")} ${certain === 1 ? "is" : "are"} hit`;
  const maybe = parts.length - certain;
  const perhaps = maybe > 0 ? `, and ${number(maybe)} more may be: their origin is not shown` : "";
  return `${hit}${perhaps}. ${firstText(products[0])}`;
}

/** What stops first, and when, in a sentence. */
function firstText(first: ProductOutage | undefined): string {
  if (first === undefined)
    return "When they run out cannot be said: too little is known of their use.";
  const { product, by, stops } = first;
  const [early, middle, late] = stops.alone;
  if (early === null) return `Nothing runs out within a year, even if nothing else comes.`;
  const when = middle === null ? `not before ${day(early)}` : `around ${day(middle)}`;
  const span =
    middle === null
      ? ""
      : late === null
        ? `, not before ${day(early)}`
        : `, eight times in ten between ${day(early)} and ${day(late)}`;
  return `${product} stops first, ${when}${span}, for want of ${by}, if nothing else comes but what is safely on its way.`;
}

export function sweepSentence(
  lead: { name: string; first: ProductOutage | null } | undefined,
  stops: number,
): string {
  if (lead === undefined)
    return "Of nothing that you received in the last year is it shown where it came from.";
  if (lead.first === null || lead.first.stops.alone[0] === null)
    return `Of ${count(stops, "thing")} that could stop, none stops a product within a year, as far as its use is known.`;
  return `The soonest is ${lead.name}. ${firstText(lead.first)}`;
}
