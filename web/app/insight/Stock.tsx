// Shows what the caller holds, part by part, as a statement that adds up.
import { useState } from "react";
import { Link } from "wouter";
import { TextInput } from "@mantine/core";
import type { StockAnswer } from "../../../api/insight.ts";
import { useAnswer } from "../data/insight.ts";
import { Moment } from "../parts/Moment.tsx";
import { Answered } from "./Answer.tsx";
import { AnswerTable, type Column, numbers, texts } from "./AnswerTable.tsx";

type Part = StockAnswer["parts"][number];
type Lot = Part["lots"][number] & { mpn: string | null };

const sum = (counts: Part["in"]) =>
  Object.values(counts).reduce((all, count) => all + (count ?? 0), 0);
const partName = ({ part }: Part) => part?.mpn ?? "not shown";

const COLUMNS: readonly Column<Part>[] = [
  {
    title: "Part",
    cell: (row) => (
      <>
        {partName(row)}
        <span className="soft small block">{row.part?.manufacturer}</span>
      </>
    ),
    csv: partName,
  },
  numbers("Opening", ({ opening }) => opening),
  numbers("In", (row) => sum(row.in)),
  numbers("Out", (row) => sum(row.out)),
  numbers("Closing", ({ closing }) => closing),
  numbers("Free", ({ free }) => free),
  numbers("On hold", ({ held }) => held),
  numbers("Sent", ({ sent }) => sent),
  numbers("Recalled", ({ recalled }) => recalled),
  numbers("Coming", ({ coming }) => coming),
];

const STATES = { held: "‖ on hold", sent: "→ sent", recalled: "! recalled" } as const;
const LOT_COLUMNS: readonly Column<Lot>[] = [
  {
    title: "Lot",
    cell: ({ lot, lotNumber }) => (
      <Link href={`/lots/${lot}`}>{lotNumber ?? "without number"}</Link>
    ),
    csv: ({ lot, lotNumber }) => lotNumber ?? lot,
  },
  texts("Part", ({ mpn }) => mpn),
  numbers("Pieces", ({ pieces }) => pieces),
  texts("State", ({ not }) => (not === null ? "✓ free" : STATES[not])),
  texts("Site", ({ site }) => site),
  texts("Date code", ({ dateCode }) => dateCode),
  {
    title: "Since",
    cell: ({ since }) => <Moment time={since} />,
    csv: ({ since }) => new Date(since * 1000).toISOString(),
  },
];

/** The first second of a day in UTC; undefined: no day. */
const startOf = (day: string) =>
  day === "" ? undefined : String(Date.parse(`${day}T00:00:00Z`) / 1000);

export function Stock() {
  const [from, setFrom] = useState("");
  const answer = useAnswer<StockAnswer>("stock", { from: startOf(from) });
  return (
    <>
      <div className="filters screen-only">
        <TextInput
          type="date"
          label="The statement opens on"
          value={from}
          onChange={(event) => setFrom(event.currentTarget.value)}
        />
      </div>
      <Answered what="the stock statement" asked={answer}>
        {({ parts }) => (
          <>
            <AnswerTable
              title="By part"
              columns={COLUMNS}
              rows={parts}
              keyOf={({ part }) => JSON.stringify(part)}
              file="stock"
              empty="Nothing was received, made or introduced yet."
            />
            <AnswerTable
              title="By lot"
              columns={LOT_COLUMNS}
              rows={parts.flatMap((part) =>
                part.lots.map((lot) => ({ ...lot, mpn: part.part?.mpn ?? null })),
              )}
              keyOf={({ lot }) => lot}
              file="stock-lots"
              empty="You hold no lot."
            />
          </>
        )}
      </Answered>
    </>
  );
}
