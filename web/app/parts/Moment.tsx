// Shows a time as people say it, with the exact one on hover and in print.
import { moment } from "../../verify/words.ts";

const STEPS: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ["year", 365 * 86_400],
  ["month", 30 * 86_400],
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
];
const RELATIVE = new Intl.RelativeTimeFormat("en", { numeric: "auto" });

function ago(time: number, now: number): string {
  const [unit, seconds] = STEPS.find(([, size]) => Math.abs(now - time) >= size) ?? ["minute", 60];
  return RELATIVE.format(Math.trunc((time - now) / seconds), unit);
}

/** @param time Unix seconds */
export function Moment({ time }: { time: number }) {
  const exact = moment(time);
  return (
    <time dateTime={new Date(time * 1000).toISOString()} title={exact}>
      <span className="screen-only">{ago(time, Date.now() / 1000)}</span>
      <span className="print-only">{exact}</span>
    </time>
  );
}
