// `insight outage`: what stops first if a country, site, manufacturer, sender or carrier stops.
import { Option } from "commander";
import { OutageAnswer, StopModeName, SweepAnswer, SweepBy } from "../../../api/outage.ts";
import { type Stop, stopName } from "../../../protocol/insight/stops.ts";
import { readDay } from "../../input/days.ts";
import { readCount, readWholeNumber } from "../../input/options.ts";
import { pieces } from "../../output/terminal.ts";
import { type AddCommand, collect, type Command } from "../../service/command.ts";
import { resolveParty } from "../../service/lots.ts";
import { type AnswerOptions, partyNames, percent, right, showAnswer } from "./answer.ts";

export const addOutage: AddCommand = (group, act) =>
  group
    .command("outage")
    .description(
      "what stops, when, and for want of what, if something stops; without a name: for everything that could",
    )
    .argument("[name]", "the country, site, manufacturer, sender or carrier that stops")
    .addOption(
      new Option("--by <what>", "what the name is: the lens of a place, or another")
        .choices(SweepBy.options)
        .default("package"),
    )
    .option("--days <number>", "how long it lasts", "30")
    .addOption(
      new Option("--mode <mode>", "what stops with it: what is on its way, and what is in stock")
        .choices(StopModeName.options)
        .default("new"),
    )
    .option(
      "--plan <product=units>",
      "units of a product that you build in a week, instead of past weeks; repeatable",
      collect,
    )
    .option("--as-of <day>", "only what was known at the end of this day")
    .option("--csv", "print the first table as CSV")
    .action(act(showOutage));

interface Options extends AnswerOptions {
  by: (typeof SweepBy.options)[number];
  days: string;
  mode: string;
  plan?: string[];
}

const day = (time: number | null) =>
  time === null ? "" : new Date(time * 1000).toISOString().slice(0, 10);

async function showOutage(command: Command, name: string | undefined, options: Options) {
  const { by, days, mode, plan, asOf, csv } = options;
  const planned = plan?.map((text) => readCount(text, "--plan"));
  const body = {
    days: readWholeNumber(days, "--days", { min: 1, max: 365 }),
    mode,
    ...(asOf !== undefined && { asOf: readDay(asOf, "--as-of", "end") }),
    ...(planned && {
      plan: Object.fromEntries(planned.map(({ name: product, quantity }) => [product, quantity])),
    }),
  };
  if (name === undefined) return await showSweep(command, { ...body, by }, csv);
  const stop = await stopOf(command, by, name);
  const { api } = command.caller;
  const answer = await api.post("/v1/insight/outage", OutageAnswer, { stop, ...body });
  const nameOf = partyNames(answer);
  showAnswer(
    command,
    answer,
    [
      {
        columns: [
          ...["mpn", "of its pieces", right("usable"), right("safely coming")],
          ...["runs out", "between", "with other sources"],
          ...[right("short, nine in ten at most"), "came also from"],
        ],
        rows: answer.parts.map((part) => [
          part.mpn,
          hitText(part.hit, part.received),
          csv ? String(part.usable) : pieces(part.usable),
          csv ? String(part.safeComing) : pieces(part.safeComing),
          ...bandText(part.runsOut?.alone),
          bandText(part.runsOut?.withOthers)[0],
          part.short?.alone[2] == null ? "" : pieces(part.short.alone[2]),
          part.otherSources
            .map(({ party, place }) => `${nameOf(party)}${place === null ? "" : ` (${place})`}`)
            .join(", "),
        ]),
      },
      {
        columns: ["product", "stops", "between", "for want of", right("within the time")],
        rows: answer.products.map(({ product, stops, by: mpn, exposed }) => [
          product,
          ...bandText(stops.alone),
          mpn,
          percent(exposed.alone),
        ]),
      },
    ],
    csv,
  );
  return answer;
}

async function showSweep(command: Command, body: object, csv: boolean | undefined) {
  const answer = await command.caller.api.post("/v1/insight/outage/sweep", SweepAnswer, body);
  const nameOf = partyNames(answer);
  showAnswer(
    command,
    answer,
    [
      {
        columns: [
          ...["if it stops", right("parts hit"), "product", "stops", "between"],
          ...["for want of", right("within the time")],
        ],
        rows: answer.stops.map(({ stop, parts, first }) => [
          nameOf(stopName(stop)),
          String(parts),
          first?.product ?? "",
          ...bandText(first?.stops.alone),
          first?.by ?? "",
          first === null ? "" : percent(first.exposed.alone),
        ]),
      },
    ],
    csv,
  );
  return answer;
}

async function stopOf(command: Command, by: Options["by"], name: string): Promise<Stop> {
  switch (by) {
    case "manufacturer":
      return { kind: by, manufacturer: name };
    case "carrier":
      return { kind: by, carrier: name };
    case "sender":
      return { kind: by, party: (await resolveParty(command.caller.api, name, "name")).address };
    default:
      return { kind: "place", lens: by, place: name };
  }
}

/** When, and between which days; empty where it cannot be said. */
function bandText(
  band: readonly [number | null, number | null, number | null] | undefined,
): [string, string] {
  if (band === undefined) return ["", ""];
  const [low, middle, high] = band;
  if (low === null) return ["not within a year", ""];
  return [middle === null ? "later" : day(middle), `${day(low)} to ${day(high) || "later"}`];
}

function hitText([certain, possible]: readonly [number, number], received: number): string {
  const [least, most] = [percent(certain / received), percent(possible / received)];
  return least === most ? least : `${least} to ${most}`;
}
