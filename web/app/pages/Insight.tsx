// Answers what the reader's own evidence says: what needs attention first, then one view for each question.
import { TextInput } from "@mantine/core";
import { Link } from "wouter";
import { PAGES } from "../../../api/pages.ts";
import { useAsOfDay } from "../data/insight.ts";
import type { SessionView } from "../data/session.ts";
import { Arrivals } from "../insight/Arrivals.tsx";
import { Attention } from "../insight/Attention.tsx";
import { Build } from "../insight/Build.tsx";
import { Demand } from "../insight/Demand.tsx";
import { Origins } from "../insight/Origins.tsx";
import { Outage } from "../insight/Outage.tsx";
import { OF_PARTIES, type Question, QUESTIONS } from "../insight/questions.ts";
import { RecallDrill } from "../insight/RecallDrill.tsx";
import { Stock } from "../insight/Stock.tsx";
import { TrackRecord } from "../insight/TrackRecord.tsx";
import { Empty } from "../parts/States.tsx";
import "../trace/trace.css";
import "../insight/insight.css";

const VIEWS: Record<Question, () => React.ReactNode> = {
  stock: Stock,
  build: Build,
  arrivals: Arrivals,
  demand: Demand,
  origins: Origins,
  outage: Outage,
  recall: RecallDrill,
  "track-record": TrackRecord,
};

const isQuestion = (name: string): name is Question => Object.hasOwn(QUESTIONS, name);

export default function Insight({
  session,
  question,
}: {
  session: SessionView;
  question?: string;
}) {
  const [asOf, setAsOf] = useAsOfDay();
  const search = asOf === "" ? "" : `?asOf=${asOf}`;
  const isParty = session.caller.party !== null;
  const asked = (Object.keys(QUESTIONS) as Question[]).filter(
    (name) => isParty || !OF_PARTIES.includes(name),
  );
  const View = question !== undefined && isQuestion(question) ? VIEWS[question] : undefined;
  return (
    <>
      <div className="page-head">
        <h1>{View ? QUESTIONS[question as Question] : "Insight"}</h1>
        <TextInput
          type="date"
          className="screen-only"
          label="As it was known on (empty: now)"
          value={asOf}
          onChange={(event) => {
            setAsOf(event.currentTarget.value);
          }}
        />
      </div>
      <nav className="tabs insight-tabs screen-only" aria-label="Questions">
        <ul>
          <li>
            <Link
              href={`${PAGES.insight}${search}`}
              aria-current={question === undefined ? "page" : undefined}
            >
              Summary
            </Link>
          </li>
          {asked.map((name) => (
            <li key={name}>
              <Link
                href={`${PAGES.insight}/${name}${search}`}
                aria-current={name === question ? "page" : undefined}
              >
                {QUESTIONS[name]}
              </Link>
            </li>
          ))}
        </ul>
      </nav>
      {question === undefined ? (
        <Attention isParty={isParty} />
      ) : View && asked.includes(question as Question) ? (
        <View />
      ) : (
        <Empty title="There is no such question">
          Choose one above. Questions about stock are a company's own: the operator has none.
        </Empty>
      )}
    </>
  );
}
