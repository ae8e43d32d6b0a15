// Shows what stops first if a country, site, manufacturer, sender or carrier stops: first everything that could, the soonest first,
// and of the one that is chosen each part and product, with a runway to the day on which it runs out.
import { NumberInput, Select } from "@mantine/core";
import { useSearchParams } from "wouter";
import type { OutageAnswer, SweepAnswer } from "../../../api/outage.ts";
import { pieces } from "../../verify/words.ts";
import { usePosted } from "../data/insight.ts";
import { type Stop, stopName } from "../../../protocol/insight/stops.ts";
import { Answered, PartyText } from "./Answer.tsx";
import { AnswerTable, type Column, numbers, texts } from "./AnswerTable.tsx";
import { percent } from "./percent.ts";
import { bandColumn, day, Runway } from "./Runway.tsx";

type By = SweepAnswer["by"];
type Row = SweepAnswer["stops"][number];
type Part = OutageAnswer["parts"][number];
type Product = OutageAnswer["products"][number];

const BY: Record<By, string> = {
  package: "A country of packaging",
  wafer: "A country of the wafer",
  test: "A country of test",
  declared: "A declared country of origin",
  packageSite: "A packaging site",
  waferSite: "A wafer fab",
  testSite: "A test site",
  manufacturer: "A manufacturer",
  sender: "A supplier",
  carrier: "A carrier",
};
const MODES: Record<OutageAnswer["mode"], string> = {
  new: "Nothing more is sent from there",
  transit: "What is on its way does not arrive, either",
  all: "What is in stock may not be used, either",
};
const DEFAULTS = { by: "package", days: "30", mode: "new" } as const;
const MAX_DAYS = 365;

const isOneOf = <T extends string>(table: Record<T, unknown>, name: string | null): name is T =>
  name !== null && Object.hasOwn(table, name);

function stopOf(by: By, name: string): Stop {
  switch (by) {
    case "manufacturer":
      return { kind: by, manufacturer: name };
    case "carrier":
      return { kind: by, carrier: name };
    case "sender":
      return { kind: by, party: name };
    default:
      return { kind: "place", lens: by, place: name };
  }
}

export function Outage() {
  const [params, setParams] = useSearchParams();
  const byParam = params.get("by");
  const modeParam = params.get("mode");
  const by: By = isOneOf(BY, byParam) ? byParam : DEFAULTS.by;
  const mode = isOneOf(MODES, modeParam) ? modeParam : DEFAULTS.mode;
  const days = Math.min(MAX_DAYS, Math.max(1, Math.round(Number(params.get("days"))) || 30));
  const name = params.get("stop");
  const change = (changed: Record<string, string | null>) => {
    setParams(
      (before) => {
        for (const [key, value] of Object.entries(changed))
          if (value === null) before.delete(key);
          else before.set(key, value);
        return before;
      },
      { replace: true },
    );
  };
  const sweep = usePosted<SweepAnswer>("outage/sweep", { by, days, mode });
  const outage = usePosted<OutageAnswer>(
    "outage",
    name === null ? null : { stop: stopOf(by, name), days, mode },
  );
  return (
    <>
      <div className="filters insight-form screen-only">
        <Select
          label="What stops"
          allowDeselect={false}
          data={Object.entries(BY).map(([value, label]) => ({ value, label }))}
          value={by}
          onChange={(value) => {
            change({ by: value, stop: null });
          }}
        />
        <NumberInput
          label="For how many days"
          min={1}
          max={MAX_DAYS}
          value={days}
          onChange={(value) => {
            if (typeof value === "number") change({ days: String(value) });
          }}
        />
        <Select
          label="What stops with it"
          allowDeselect={false}
          data={Object.entries(MODES).map(([value, label]) => ({ value, label }))}
          value={mode}
          onChange={(value) => {
            change({ mode: value });
          }}
        />
      </div>
      <Answered what="what could stop" asked={sweep}>
        {(answer) => (
          <AnswerTable
            title="The soonest first"
            columns={sweepColumns(answer, name, (stop) => {
              change({ stop });
            })}
            rows={answer.stops}
            keyOf={({ stop }) => stopName(stop)}
            file={`outages-${by}`}
            empty="Of nothing that you received in the last year is it shown where it came from."
          />
        )}
      </Answered>
      {name !== null && (
        <>
          <h2 className="insight-next" id="stop">
            If it stops
          </h2>
          <Answered what="the outage" asked={outage}>
            {(answer) => <Details answer={answer} />}
          </Answered>
        </>
      )}
    </>
  );
}

function sweepColumns(
  answer: SweepAnswer,
  chosen: string | null,
  choose: (name: string) => void,
): readonly Column<Row>[] {
  return [
    {
      title: "If it stops",
      cell: ({ stop }) => (
        <button
          type="button"
          className="insight-choose"
          aria-pressed={stopName(stop) === chosen}
          onClick={() => {
            choose(stopName(stop));
          }}
        >
          {stop.kind === "sender" ? (
            <PartyText answer={answer} address={stop.party} />
          ) : (
            stopName(stop)
          )}
        </button>
      ),
      csv: ({ stop }) => stopName(stop),
    },
    numbers("Parts hit", ({ parts }) => parts),
    texts("First product", ({ first }) => first?.product ?? null),
    bandColumn("Stops", ({ first }) => first?.stops.alone),
    texts("For want of", ({ first }) => first?.by ?? null),
    {
      title: "Within the time",
      cell: ({ first }) => (first === null ? "–" : percent(first.exposed.alone)),
      csv: ({ first }) => first?.exposed.alone,
      isNumber: true,
    },
  ];
}

function Details({ answer }: { answer: OutageAnswer }) {
  const from = answer.basis.asOf;
  const until = from + answer.days * 86_400;
  const rows = [
    ...answer.products.map(({ product, stops }) => ({ name: product, band: stops.alone })),
    ...answer.parts.flatMap(({ mpn, runsOut }) =>
      runsOut === null ? [] : [{ name: mpn, band: runsOut.alone }],
    ),
  ];
  return (
    <>
      <Runway rows={rows} from={from} until={until} />
      <AnswerTable
        title="Products that stop"
        columns={PRODUCT_COLUMNS}
        rows={answer.products}
        keyOf={({ product }) => product}
        file="outage-products"
        empty="No product of yours is known to need a part that is hit."
      />
      <AnswerTable
        title="Parts that are hit"
        columns={partColumns(answer)}
        rows={answer.parts}
        keyOf={({ mpn }) => mpn}
        file="outage-parts"
        empty="No part that you received in the last year came from there."
      />
      <p className="soft small">
        What your suppliers and customers have on hand is not seen. “With other sources” counts on
        what is known to come from elsewhere, at the rate of the last year. “Short at most” holds
        nine times in ten, if nothing else comes.
      </p>
    </>
  );
}

const PRODUCT_COLUMNS: readonly Column<Product>[] = [
  texts("Product", ({ product }) => product),
  bandColumn("Stops", ({ stops }) => stops.alone),
  bandColumn("With other sources", ({ stops }) => stops.withOthers),
  texts("For want of", ({ by }) => by),
  {
    title: "Within the time",
    cell: ({ exposed }) => percent(exposed.alone),
    csv: ({ exposed }) => exposed.alone,
    isNumber: true,
  },
];

function partColumns(answer: OutageAnswer): readonly Column<Part>[] {
  return [
    texts("Part", ({ mpn }) => mpn),
    texts("From there", ({ hit: [certain, possible], received }) => {
      const [least, most] = [percent(certain / received), percent(possible / received)];
      return least === most ? least : `${least} to ${most}`;
    }),
    numbers("Usable", ({ usable }) => usable),
    numbers("Safely coming", ({ safeComing }) => safeComing),
    bandColumn("Runs out", ({ runsOut }) => runsOut?.alone),
    bandColumn("With other sources", ({ runsOut }) => runsOut?.withOthers),
    texts("Short at most", ({ short }) =>
      short?.alone[2] == null ? null : pieces(short.alone[2]),
    ),
    {
      title: "Also from",
      cell: ({ otherSources }) =>
        otherSources.length === 0
          ? "nowhere that you see"
          : otherSources.map(({ party, place, last }) => (
              <span key={`${party} ${place ?? ""}`} className="block">
                <PartyText answer={answer} address={party} />
                <span className="soft small block">
                  {place ?? "place not shown"}, last {day(last)}
                </span>
              </span>
            )),
      csv: ({ otherSources }) =>
        otherSources.map(({ party, place }) => `${party} ${place ?? ""}`).join("; "),
    },
  ];
}
