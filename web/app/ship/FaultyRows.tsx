// Lists the rows that need a look, with each cell at fault in a field: it is mended in place.
import { Button } from "@mantine/core";
import { useState } from "react";
import type { RowFault } from "../../../packing/list.ts";
import type { ReadList } from "../../../packing/read.ts";
import { pieces } from "../../verify/words.ts";
import { columnLabel } from "./columns.ts";
import type { OpenFile } from "./use-list.ts";

interface Props {
  file: OpenFile;
  list: ReadList;
  /** Faults and doubts of rows. Those found later are among them. */
  faults: readonly RowFault[];
  doubts: readonly RowFault[];
  onMend(line: number, index: number, text: string): void;
  onLeaveOut(lines: ReadonlySet<number>): void;
}

/** Rows that are drawn. Mend these first. */
const MOST_ROWS = 25;

export function FaultyRows({ file, list, faults, doubts, onMend, onLeaveOut }: Props) {
  const isDoubt = new Set(doubts);
  const lines = Map.groupBy([...faults, ...doubts], ({ line }) => line);
  const sorted = [...lines].sort(([a], [b]) => a - b);
  const rowOf = new Map(file.rows.map((row) => [row.line, row]));
  return (
    <div>
      {sorted.slice(0, MOST_ROWS).map(([line, some]) => {
        const row = rowOf.get(line);
        const number = row?.cells[(list.columnOf("lotNumber") ?? 0) - 1];
        const places = Map.groupBy(some, ({ column }) => column);
        return (
          <div key={line} className="faulty-row">
            <div>
              <strong>
                Line {line}
                {number !== undefined && number !== "" && ` · ${number}`}
              </strong>
              <div className="mends">
                {[...places].map(([column, its]) => (
                  <Mend
                    key={column ?? 0}
                    line={line}
                    label={labelOf(list, column, its[0]!)}
                    value={column === undefined ? undefined : (row?.cells[column - 1] ?? "")}
                    faults={its}
                    tone={its.every((each) => isDoubt.has(each)) ? "WARN" : "FAIL"}
                    onMend={(text) => onMend(line, column! - 1, text)}
                  />
                ))}
              </div>
            </div>
            <Button
              variant="default"
              size="sm"
              aria-label={`Leave out line ${line}`}
              onClick={() => onLeaveOut(new Set([line]))}
            >
              Leave out
            </Button>
          </div>
        );
      })}
      {sorted.length > MOST_ROWS && (
        <div className="buttons">
          <p className="small">
            {pieces(sorted.length - MOST_ROWS)} more rows need a look. They appear as you go on.
          </p>
          <Button
            variant="default"
            size="sm"
            onClick={() => onLeaveOut(new Set(sorted.map(([line]) => line)))}
          >
            Leave all {pieces(sorted.length)} rows out
          </Button>
        </div>
      )}
    </div>
  );
}

function labelOf({ layout }: ReadList, column: number | undefined, fault: RowFault): string {
  const meaning = layout?.columns.find(({ index }) => index + 1 === column)?.meaning;
  return meaning ? columnLabel(meaning) : (fault.field ?? "The row");
}

interface MendProps {
  line: number;
  label: string;
  /** Undefined where the fault is one of the whole row. */
  value: string | undefined;
  faults: readonly RowFault[];
  tone: "FAIL" | "WARN";
  onMend(text: string): void;
}

function Mend({ line, label, value, faults, tone, onMend }: MendProps) {
  const [text, setText] = useState<string>();
  const id = `mend-${line}-${label.replaceAll(/\W/g, "")}`;
  const mend = () => {
    if (text !== undefined && text !== value) onMend(text.trim());
    setText(undefined);
  };
  return (
    <div className={`mend tone-${tone}`}>
      {value === undefined ? (
        <strong>{label}</strong>
      ) : (
        <>
          <label htmlFor={id}>{label}</label>
          <input
            id={id}
            value={text ?? value}
            aria-describedby={`${id}-why`}
            aria-invalid={tone === "FAIL"}
            autoComplete="off"
            spellCheck={false}
            onChange={(event) => setText(event.currentTarget.value)}
            onBlur={mend}
            onKeyDown={(event) => {
              if (event.key === "Enter") mend();
              if (event.key === "Escape") setText(undefined);
            }}
          />
        </>
      )}
      <p id={`${id}-why`}>
        {tone === "FAIL" ? "✕ " : "! "}
        {faults.map(({ message }) => message).join(" ")}
      </p>
    </div>
  );
}
