// Draws how long parts and products last: a bar to the day on which they most likely stop, a soft end for the days between which
// they do so eight times in ten, and a line where the outage ends. The table beneath has the same in figures.
import { moment } from "../../verify/words.ts";
import type { Column } from "./AnswerTable.tsx";

type Band = readonly [number | null, number | null, number | null];

/** A day as the pages write it. */
export const day = (time: number): string => moment(time).slice(0, 10);

/** When something stops, and between which days; null where it cannot be said. */
function bandText(band: Band | undefined): string | null {
  if (band === undefined) return null;
  const [low, middle, high] = band;
  if (low === null) return "not within a year";
  const likely = middle === null ? "later" : day(middle);
  return `${likely} (${day(low)} to ${high === null ? "later" : day(high)})`;
}

/** A column that says when something stops, and beneath between which days. */
export const bandColumn = <T,>(title: string, read: (row: T) => Band | undefined): Column<T> => ({
  title,
  cell: (row) => <When band={read(row)} />,
  csv: (row) => bandText(read(row)),
});

function When({ band }: { band: Band | undefined }) {
  if (band === undefined) return "–";
  const [low, middle, high] = band;
  if (low === null) return "not within a year";
  return (
    <>
      <span className="nowrap">{middle === null ? "later" : day(middle)}</span>
      <span className="soft small block">
        <span className="nowrap">{day(low)}</span> to{" "}
        <span className="nowrap">{high === null ? "later" : day(high)}</span>
      </span>
    </>
  );
}

interface Props {
  rows: readonly { name: string; band: Band }[];
  /** Unix seconds. */
  from: number;
  /** When the outage ends, Unix seconds. */
  until: number;
}

const YEAR = 365 * 86_400;

export function Runway({ rows, from, until }: Props) {
  if (rows.length === 0) return null;
  const ends = rows.flatMap(({ band }) => band.filter((time) => time !== null));
  const last = Math.min(from + YEAR, Math.max(until, ...ends) + 7 * 86_400);
  /** How far along the track a moment is; null: beyond its end. */
  const place = (time: number | null) =>
    time === null ? "100%" : `${Math.min(100, ((time - from) / (last - from)) * 100)}%`;
  return (
    <section className="card insight-runway" aria-label="How long it lasts, as bars">
      {rows.map(({ name, band: [low, middle, high] }, i) => (
        <div key={`${name} ${i}`} className="insight-bar-row">
          <span className="insight-bar-name">{name}</span>
          <span className="insight-track" aria-hidden="true">
            <span className="insight-lasts is-maybe" style={{ width: place(high) }} />
            <span className="insight-lasts is-likely" style={{ width: place(middle) }} />
            <span className="insight-lasts is-sure" style={{ width: place(low) }} />
            <span className="insight-until" style={{ left: place(until) }} />
          </span>
        </div>
      ))}
      <p className="soft small">
        From {day(from)} to {day(last)}. Dark: lasts nine times in ten; lighter: five times;
        hatched: once. The line is the end of the outage, {day(until)}.
      </p>
    </section>
  );
}
