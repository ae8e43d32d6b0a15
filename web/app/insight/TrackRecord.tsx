// Shows how past forecasts of arrivals did, week by week: why one may believe the next one.
import { Link } from "wouter";
import type { TrackRecordAnswer } from "../../../api/insight.ts";
import { moment } from "../../verify/words.ts";
import { useAnswer } from "../data/insight.ts";
import { Answered } from "./Answer.tsx";
import { AnswerTable, type Column, numbers, texts } from "./AnswerTable.tsx";

type Cut = TrackRecordAnswer["cuts"][number];
type Miss = TrackRecordAnswer["worst"][number];

const rounded = (days: number | null) =>
  days === null ? null : String(Math.round(days * 100) / 100);
const day = (time: number) => moment(Math.round(time)).slice(0, 10);

const COLUMNS: readonly Column<Cut>[] = [
  texts("Week of", ({ at }) => day(at)),
  numbers("Forecasts", ({ n }) => n),
  numbers("Held", ({ inside }) => inside),
  texts("Loss, days", ({ loss }) => rounded(loss)),
  texts("Naive loss", ({ naive }) => rounded(naive)),
  texts("Width, days", ({ width }) => rounded(width)),
  numbers("Not said", ({ abstained }) => abstained),
];
const MISSES: readonly Column<Miss>[] = [
  {
    title: "Shipment",
    cell: ({ subject }) => <Link href={`/ship/${subject}`}>{subject.slice(0, 10)}…</Link>,
    csv: ({ subject }) => subject,
  },
  texts("Forecast of", ({ at }) => day(at)),
  texts("Said by", ({ said }) => day(said)),
  texts("Arrived", ({ was }) => day(was)),
];

export function TrackRecord() {
  const answer = useAnswer<TrackRecordAnswer>("track-record");
  return (
    <>
      <p className="soft small">
        Nothing is stored: each forecast is made again from what was known in its week, and held to
        what became of it. “Nine in ten by” should hold nine times in ten.
      </p>
      <Answered what="the track record" asked={answer}>
        {({ cuts, worst }) => (
          <>
            <AnswerTable
              title="Week by week"
              columns={COLUMNS}
              rows={cuts.filter(({ n, abstained }) => n > 0 || abstained > 0)}
              keyOf={({ at }) => String(at)}
              file="track-record"
              empty="No shipment was on its way to you."
            />
            <AnswerTable
              title="The worst misses"
              columns={MISSES}
              rows={worst}
              keyOf={({ subject }) => subject}
              file="misses"
              empty="No bound was missed."
            />
          </>
        )}
      </Answered>
    </>
  );
}
