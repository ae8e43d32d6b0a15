// Shows first what needs attention: the sentence of each answer, with a way to the whole.
import { Link } from "wouter";
import type {
  ArrivalsAnswer,
  OriginsAnswer,
  StockAnswer,
  TrackRecordAnswer,
} from "../../../api/insight.ts";
import type { SweepAnswer } from "../../../api/outage.ts";
import { useAnswer, useAsOfDay, usePosted } from "../data/insight.ts";
import { Failed, Loading } from "../parts/States.tsx";
import type { AnyAnswer } from "./Answer.tsx";
import type { Question } from "./questions.ts";

interface Asked {
  data: AnyAnswer | undefined;
  isError: boolean;
  error: unknown;
}

export function Attention({ isParty }: { isParty: boolean }) {
  const arrivals = useAnswer<ArrivalsAnswer>("arrivals");
  const packaging = useAnswer<OriginsAnswer>("origins", { lens: "package" });
  const track = useAnswer<TrackRecordAnswer>("track-record");
  return (
    <div className="insight-cards">
      {isParty && <OutageCard />}
      {isParty && <StockCard />}
      <Card title="What is on the way" to="arrivals" asked={arrivals} />
      <Card title="What hangs on one place" to="origins" asked={packaging} />
      <Card title="Why to believe the forecasts" to="track-record" asked={track} />
    </div>
  );
}

function OutageCard() {
  const sweep = usePosted<SweepAnswer>("outage/sweep", { by: "package", days: 30, mode: "new" });
  return <Card title="What stops first, if packaging stops" to="outage" asked={sweep} />;
}

function StockCard() {
  const stock = useAnswer<StockAnswer>("stock", { from: undefined });
  return <Card title="What you hold" to="stock" asked={stock} />;
}

function Card({ title, to, asked }: { title: string; to: Question; asked: Asked }) {
  const [asOf] = useAsOfDay();
  const search = asOf === "" ? "" : `?asOf=${asOf}`;
  return (
    <section className="card">
      <h2>{title}</h2>
      {asked.isError ? (
        <Failed error={asked.error} />
      ) : asked.data === undefined ? (
        <Loading what={title} rows={2} />
      ) : (
        <p>{asked.data.sentence}</p>
      )}
      <p className="screen-only">
        <Link href={`/insight/${to}${search}`}>The whole answer</Link>
      </p>
    </section>
  );
}
