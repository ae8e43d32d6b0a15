// Shows what is on the way, by when it arrives nine times in ten, and whose promises hold.
import { Link } from "wouter";
import type { ArrivalsAnswer, PromisesAnswer } from "../../../api/insight.ts";
import { moment, pieces } from "../../verify/words.ts";
import { useAnswer } from "../data/insight.ts";
import { Moment } from "../parts/Moment.tsx";
import { Answered, PartyText } from "./Answer.tsx";
import { AnswerTable, type Column, numbers, texts } from "./AnswerTable.tsx";
import { percent } from "./percent.ts";

type Shipment = ArrivalsAnswer["shipments"][number];
type Promised = PromisesAnswer["of"][number];

const DAY_SECONDS = 24 * 60 * 60;
const day = (time: number | null | undefined) =>
  time === null || time === undefined ? null : moment(time).slice(0, 10);

function shipmentColumns(answer: ArrivalsAnswer): readonly Column<Shipment>[] {
  return [
    {
      title: "From",
      cell: ({ event, from }) => (
        <Link href={`/ship/${event}`}>
          <PartyText answer={answer} address={from} />
        </Link>
      ),
      csv: ({ from }) => from,
    },
    {
      title: "Parts",
      cell: ({ parts }) =>
        parts.map(({ mpn, pieces: count }) => (
          <span key={mpn} className="block">
            {pieces(count)} {mpn ?? "not shown"}
          </span>
        )),
      csv: ({ parts }) => parts.map(({ mpn, pieces: count }) => `${count} ${mpn ?? ""}`).join("; "),
    },
    { title: "Left", cell: ({ left }) => <Moment time={left} />, csv: ({ left }) => day(left) },
    texts("Promised", ({ promised }) => day(promised)),
    texts("Likely", ({ arrival }) => day(arrival?.[1])),
    texts("Nine in ten by", ({ arrival }) => day(arrival?.[2])),
    {
      title: "Late",
      cell: ({ late }) => (late === null ? "–" : percent(late)),
      csv: ({ late }) => late,
      isNumber: true,
    },
    texts("Held so far", ({ kept: [inside, of] }) => (of === 0 ? null : `${inside} of ${of}`)),
  ];
}

function promiseColumns(answer: PromisesAnswer): readonly Column<Promised>[] {
  return [
    {
      title: "Sender",
      cell: ({ party }) => <PartyText answer={answer} address={party} />,
      csv: ({ party }) => party,
    },
    texts("Carrier", ({ carrier }) => carrier),
    numbers("Promises", ({ n }) => n),
    {
      title: "Kept",
      cell: ({ inWindow: { rate, interval } }) =>
        rate === null ? (
          "–"
        ) : (
          <>
            {percent(rate)}
            <span className="soft small block">
              {interval && `${percent(interval[0])} to ${percent(interval[1])}`}
            </span>
          </>
        ),
      csv: ({ inWindow }) => inWindow.rate,
      isNumber: true,
    },
    texts("Days to add", ({ add90 }) =>
      add90 === null ? null : String(Math.round((add90 / DAY_SECONDS) * 10) / 10),
    ),
    texts("Held so far", ({ measured: [inside, of] }) => (of === 0 ? null : `${inside} of ${of}`)),
  ];
}

export function Arrivals() {
  const arrivals = useAnswer<ArrivalsAnswer>("arrivals");
  const promises = useAnswer<PromisesAnswer>("promises");
  return (
    <>
      <Answered what="the arrivals" asked={arrivals}>
        {(answer) => (
          <AnswerTable
            title="On the way"
            columns={shipmentColumns(answer)}
            rows={answer.shipments}
            keyOf={({ event }) => event}
            file="arrivals"
            empty="Nothing is on the way."
          />
        )}
      </Answered>
      <h2 className="insight-next">Whose dates hold</h2>
      <Answered what="the promises" asked={promises}>
        {(answer) => (
          <AnswerTable
            title="By sender and carrier"
            columns={promiseColumns(answer)}
            rows={answer.of}
            keyOf={({ party, carrier, service }) => JSON.stringify([party, carrier, service])}
            file="promises"
            empty="No shipment to you had a promised time of arrival. Ask your suppliers to give one."
          />
        )}
      </Answered>
    </>
  );
}
