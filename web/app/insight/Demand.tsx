// Shows how many pieces of each part the coming weeks take, beside what the past weeks took and how often such bounds held.
import { NumberInput } from "@mantine/core";
import { useState } from "react";
import type { DemandAnswer } from "../../../api/demand.ts";
import { pieces } from "../../verify/words.ts";
import { useAnswer } from "../data/insight.ts";
import { Answered } from "./Answer.tsx";
import { AnswerTable, type Column, numbers, texts } from "./AnswerTable.tsx";

type Part = DemandAnswer["parts"][number];

const FLOWS: Record<Part["flow"], string> = {
  used: "used in assemblies",
  shipped: "handed on",
  built: "built",
};
const METHODS: Record<NonNullable<Part["method"]>, string> = {
  naive: "sums of past weeks",
  ses: "smoothed mean",
  croston: "Croston",
  sba: "Syntetos and Boylan",
  tsb: "Teunter, Syntetos and Babai",
  courses: "courses drawn from past weeks",
};
const MAX_WEEKS = 26;
/** Weeks that a part's small picture shows. */
const SHOWN_WEEKS = 52;

const rounded = (count: number | null | undefined) =>
  count === null || count === undefined ? null : pieces(Math.round(count));

const columnsFor = (weeks: number): readonly Column<Part>[] => [
  {
    title: "Part",
    cell: ({ part, flow }) => (
      <>
        {part.mpn}
        <span className="soft small block">{FLOWS[flow]}</span>
      </>
    ),
    csv: ({ part }) => part.mpn,
  },
  {
    title: "Past weeks",
    cell: ({ past }) => <Weeks past={past.slice(-SHOWN_WEEKS)} />,
    csv: ({ past }) => past.join(" "),
  },
  numbers(`Last ${weeks} weeks`, ({ past }) =>
    past.slice(-weeks).reduce((sum, count) => sum + count, 0),
  ),
  texts(`Next ${weeks}, likely`, ({ band }) => rounded(band?.[1])),
  texts("Nine in ten at most", ({ band }) => rounded(band?.[2])),
  texts("Held so far", ({ kept: [held, of] }) => (of === 0 ? null : `${held} of ${of}`)),
  texts("Method", ({ method }) => (method === null ? null : METHODS[method])),
];

export function Demand() {
  const [weeks, setWeeks] = useState(8);
  const answer = useAnswer<DemandAnswer>("demand", { weeks: String(weeks) });
  return (
    <>
      <div className="filters insight-form screen-only">
        <NumberInput
          label="Weeks ahead"
          min={1}
          max={MAX_WEEKS}
          clampBehavior="strict"
          value={weeks}
          onChange={(value) => {
            if (typeof value === "number" && value >= 1) setWeeks(value);
          }}
        />
      </div>
      <Answered what="the demand" asked={answer}>
        {({ parts, weeks: asked }) => (
          <AnswerTable
            title="By part"
            columns={columnsFor(asked)}
            rows={parts}
            keyOf={({ part, flow }) => JSON.stringify([part, flow])}
            file="demand"
            empty="Nothing that you used, handed on or built is recorded."
          />
        )}
      </Answered>
    </>
  );
}

/** Past weeks as small bars. The table's CSV has them in figures. */
function Weeks({ past }: { past: readonly number[] }) {
  const most = Math.max(1, ...past);
  const [width, height] = [160, 32];
  const step = width / SHOWN_WEEKS;
  return (
    <svg
      className="insight-spark"
      viewBox={`0 0 ${width} ${height}`}
      role="img"
      aria-label={`The last ${past.length} weeks: at most ${pieces(most)} in a week`}
    >
      {past.map((count, i) => (
        <rect
          key={i}
          x={width - (past.length - i) * step}
          y={height - (count / most) * height}
          width={step * 0.8}
          height={(count / most) * height}
          fill="var(--accent)"
        />
      ))}
    </svg>
  );
}
