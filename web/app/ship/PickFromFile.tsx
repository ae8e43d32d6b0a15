// Picks the lots that a file names, among those that the caller holds.
import { useRef, useState } from "react";
import type { LotView } from "../../../api/lots.ts";
import { namesInTable, readLotNames } from "../../../packing/read.ts";
import { allLots } from "../data/lots.ts";
import { count, pieces } from "../../verify/words.ts";
import { DropFile } from "./DropFile.tsx";
import type { PickedLot } from "./draft.ts";
import { likeliest, readListFile } from "./list-file.ts";
import { Progress } from "./Progress.tsx";
import { whyNotShipped } from "./whole.ts";

interface Props {
  own: string;
  onAdd(lots: readonly PickedLot[]): void;
}

interface Result {
  picked: number;
  /** Names of which no lot was picked, with the reason. */
  left: { name: string; why: string }[];
}

/** Names that are listed. */
const MOST_LEFT = 20;

export function PickFromFile({ own, onAdd }: Props) {
  const [reading, setReading] = useState<{ done: number; total: number }>();
  const [result, setResult] = useState<Result>();
  const [error, setError] = useState<unknown>();
  const stop = useRef<AbortController>(undefined);
  const pick = async (file: File) => {
    stop.current = new AbortController();
    setError(undefined);
    setResult(undefined);
    try {
      const names = await namesIn(file);
      setReading({ done: 0, total: names.length });
      const held = await allLots(
        { q: "", held: false, inTransit: false, holder: own },
        (done) => setReading({ done: Math.min(done, names.length), total: names.length }),
        stop.current.signal,
      );
      const { lots, left } = match(names, held, own);
      onAdd(lots);
      setResult({ picked: lots.length, left });
    } catch (cause) {
      if (!stop.current.signal.aborted) setError(cause);
    } finally {
      setReading(undefined);
    }
  };
  return (
    <>
      <DropFile
        title="Or drop a list of lot numbers or a packing list"
        isSmall
        onFile={(file) => void pick(file)}
      />
      {reading && (
        <Progress what="lots looked up" {...reading} onStop={() => stop.current?.abort()} />
      )}
      {error instanceof Error && (
        <div className="notice tone-FAIL" role="alert">
          <p>
            <strong>✕ Nothing was picked.</strong> {error.message}
          </p>
        </div>
      )}
      {result && (
        <div className={`notice tone-${result.left.length === 0 ? "PASS" : "WARN"}`} role="status">
          <p>
            <strong>
              {result.left.length === 0 ? "✓" : "!"} {count(result.picked, "lot")} of the file
              picked
              {result.left.length > 0 && `, ${pieces(result.left.length)} left out`}.
            </strong>
          </p>
          <ul className="small">
            {result.left.slice(0, MOST_LEFT).map(({ name, why }) => (
              <li key={name}>
                {name}: {why}
              </li>
            ))}
          </ul>
        </div>
      )}
    </>
  );
}

async function namesIn(file: File): Promise<string[]> {
  const isText = /\.(csv|txt|tsv)$/i.test(file.name);
  const sheets = isText ? [] : await readListFile(file);
  const table = sheets[likeliest(sheets)]?.table;
  // One lot to a line, where a sheet has no column of packages.
  const names = table
    ? (namesInTable(table) ?? {
        names: [table.header!, ...table.rows].flatMap(({ cells }) => cells[0] || []),
      })
    : readLotNames(new Uint8Array(await file.arrayBuffer()));
  if ("fault" in names) throw new Error(names.fault.message);
  if (names.names.length === 0) throw new Error("The file names no lot.");
  return [...new Set(names.names)];
}

function match(names: readonly string[], held: readonly LotView[], own: string) {
  const byName = Map.groupBy(held, ({ lotNumber }) => lotNumber);
  const lots: LotView[] = [];
  const left: Result["left"] = [];
  for (const name of names) {
    const [lot, other] = byName.get(name) ?? [];
    if (!lot) left.push({ name, why: "You hold no lot of this number." });
    else if (other) left.push({ name, why: "You hold several lots of this number. Scan it." });
    else {
      const why = whyNotShipped(lot, own);
      if (why === undefined) lots.push(lot);
      else left.push({ name, why });
    }
  }
  return { lots, left };
}
