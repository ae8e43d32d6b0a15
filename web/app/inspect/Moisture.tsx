// Shows how long the parts may be out of their dry pack, and how long they were, as far as events say.
import { useQuery } from "@tanstack/react-query";
import type { LotWithDetails, TrailUp } from "../../../api/lots.ts";
import { type ClockRow, FLOOR_LIFE_HOURS, runClock } from "../../../protocol/verify/clock.ts";
import type { Verdict } from "../../../protocol/verdict/verdict.ts";
import { ask } from "../data/client.ts";
import { moment } from "../../verify/words.ts";

interface Props {
  lot: LotWithDetails;
  verdict: Verdict;
}

const HOUR_SECONDS = 3_600;

export function Moisture({ lot, verdict }: Props) {
  const recorded = verdict.comparison?.find(({ field }) => field === "msl")?.recorded;
  const msl = lot.details?.["msl"] ?? recorded ?? undefined;
  if (msl === undefined || msl === "1") return null;
  return <Clock lot={lot} verdict={verdict} msl={String(msl)} />;
}

function Clock({ lot, verdict, msl }: Props & { msl: string }) {
  const trail = useQuery({
    queryKey: ["trail", lot.lot],
    queryFn: ({ signal }) => ask<TrailUp>("GET", `/v1/lots/${lot.lot}/trail`, { signal }),
  });
  if (!trail.data) return null;
  const rows = rowsOf(verdict, trail.data);
  const { sealed, isOpen, isBaked, used } = runClock(rows, verdict.trusted.now);
  const own = fieldAlong(rows, "floorLifeHours");
  const life =
    typeof own === "number" ? own : FLOOR_LIFE_HOURS[msl as keyof typeof FLOOR_LIFE_HOURS];
  const hours = used && Math.floor(used.seconds / HOUR_SECONDS);
  return (
    <section className="card" aria-labelledby="moisture">
      <h2 id="moisture">Moisture</h2>
      <dl className="facts">
        <Fact name="Moisture level">{msl}</Fact>
        <Fact name="Dry pack">
          {isOpen ? "open" : sealed ? `sealed on ${sealed.value}` : "no seal date stated"}
          {isBaked && ", baked since it was made"}
        </Fact>
        {hours !== undefined && life !== undefined ? (
          <Fact name="Out of the pack">
            <strong className={hours >= life ? "tone-text-FAIL" : undefined}>
              {hours.toLocaleString("en-US")} of {life.toLocaleString("en-US")} hours
            </strong>{" "}
            used
            <meter
              min={0}
              max={life}
              value={Math.min(hours, life)}
              high={life * 0.8}
              aria-label="Floor life used"
            />
          </Fact>
        ) : (
          <Fact name="Out of the pack">
            {life === undefined
              ? "the floor life is on the label"
              : `not opened, as far as events say. Floor life ${life.toLocaleString("en-US")} hours`}
          </Fact>
        )}
      </dl>
      <p className="soft small">
        At 30 °C and 60 % relative humidity, as of {moment(verdict.trusted.now)}.
      </p>
    </section>
  );
}

type Row = ClockRow<true> & { fields: Readonly<Record<string, unknown>> };

/** What the events along the lot's way say of its pack, in order. */
function rowsOf({ custody }: Verdict, { items }: TrailUp): Row[] {
  return custody.map(({ event, lot, time }) => {
    const view = items.find(({ hash }) => hash === event);
    const own = view?.entries.find((entry) => entry.lot === lot)?.details;
    const fields = { ...view?.details, ...own };
    const field = <T,>(name: string) =>
      fields[name] === undefined ? undefined : { value: fields[name] as T, by: true as const };
    return {
      time,
      fields,
      opened: field<number>("bagOpenedTime"),
      baked: field<number>("bakedTime"),
      exposed: field<number>("exposedHours"),
      sealed: field<string>("bagSealDate"),
    };
  });
}

const fieldAlong = (rows: readonly Row[], name: string): unknown =>
  rows.find(({ fields }) => fields[name] !== undefined)?.fields[name];

function Fact({ name, children }: { name: string; children: React.ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
