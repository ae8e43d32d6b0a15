// Reads a packing list in the browser: row by row with progress, again after each mend, with columns that are remembered.
import { useEffect, useRef, useState } from "react";
import type { Row } from "../../../lists/csv.ts";
import { rowOf } from "../../../lists/csv.ts";
import type { ColumnMeaning } from "../../../packing/columns.ts";
import type { OriginAction } from "../../../packing/list.ts";
import { type ReadList, readTable } from "../../../packing/read.ts";
import type { RowReading } from "../../../packing/row.ts";
import { useKept } from "./kept.ts";
import { likeliest, readListFile, type SheetTable } from "./list-file.ts";

export type Choice = ColumnMeaning | "ignore";

/** A file that was dropped, as it stands after mends. */
export interface OpenFile {
  name: string;
  sheets: readonly SheetTable[];
  sheet: number;
  rows: readonly Row[];
  /** By the column's index. */
  choices: ReadonlyMap<number, Choice>;
}

/** Choices of columns by their titles, for each partner. */
type Memory = Readonly<Record<string, Readonly<Record<string, Choice>>>>;
const NO_MEMORY: Memory = {};

/** Milliseconds of reading after which the page may draw. */
const SLICE_MS = 40;

const headerOf = ({ sheets, sheet }: Pick<OpenFile, "sheets" | "sheet">) =>
  sheets[sheet]?.table.header;

function choicesFor(header: Row | undefined, remembered: Readonly<Record<string, Choice>> = {}) {
  const titled = (header?.cells ?? []).flatMap((title, i) =>
    remembered[title] === undefined ? [] : [[i, remembered[title]] as const],
  );
  return new Map(titled);
}

/** The partner whose remembered titles are all in a header. */
function partnerOf(header: Row | undefined, memory: Memory): string | undefined {
  return Object.entries(memory).find(([, titles]) => {
    const names = Object.keys(titles);
    return names.length > 0 && names.every((title) => header?.cells.includes(title));
  })?.[0];
}

/** @param apiKey whose columns are remembered */
export function useList(apiKey: string, action: OriginAction) {
  const [file, setFile] = useState<OpenFile>();
  const [error, setError] = useState<unknown>();
  const [memory, remember] = useKept(`columns ${apiKey}`, NO_MEMORY, true);
  const [partner, setPartner] = useState("");
  const reading = useReading(file, action);

  const withSheet = (name: string, sheets: readonly SheetTable[], sheet: number) => {
    const header = headerOf({ sheets, sheet });
    const known = partnerOf(header, memory);
    if (known !== undefined) setPartner(known);
    const choices = choicesFor(header, memory[known ?? partner]);
    setFile({ name, sheets, sheet, rows: sheets[sheet]!.table.rows, choices });
  };

  return {
    file,
    error,
    partner,
    ...reading,
    async open(chosen: File) {
      setError(undefined);
      try {
        const sheets = await readListFile(chosen);
        withSheet(chosen.name, sheets, likeliest(sheets));
      } catch (cause) {
        setError(cause);
      }
    },
    close() {
      setFile(undefined);
      setError(undefined);
    },
    chooseSheet: (sheet: number) => file && withSheet(file.name, file.sheets, sheet),
    choosePartner(chosen: string) {
      setPartner(chosen);
      if (file)
        setFile({
          ...file,
          choices: new Map([...file.choices, ...choicesFor(headerOf(file), memory[chosen])]),
        });
    },
    chooseColumn(index: number, choice: Choice) {
      if (!file) return;
      const choices = new Map(file.choices);
      // A meaning stands once: the column that had it before is left out.
      for (const [other, meaning] of choices)
        if (meaning === choice && choice !== "ignore") choices.set(other, "ignore");
      choices.set(index, choice);
      setFile({ ...file, choices });
      const cells = headerOf(file)?.cells ?? [];
      const titles = Object.fromEntries([...choices].map(([i, each]) => [cells[i] ?? "", each]));
      remember((before) => ({ ...before, [partner]: { ...before[partner], ...titles } }));
    },
    mend(line: number, index: number, text: string) {
      if (!file) return;
      const mended = (row: Row) => {
        const cells = [...row.cells];
        while (cells.length <= index) cells.push("");
        cells[index] = text;
        return rowOf(row.line, cells);
      };
      setFile({ ...file, rows: file.rows.map((row) => (row.line === line ? mended(row) : row)) });
    },
    leaveOut: (lines: ReadonlySet<number>) =>
      file && setFile({ ...file, rows: file.rows.filter(({ line }) => !lines.has(line)) }),
  };
}

/** Reads the rows of a file in slices. What was read stays until the next reading is complete. */
function useReading(file: OpenFile | undefined, action: OriginAction) {
  const [list, setList] = useState<{ of: OpenFile; list: ReadList }>();
  const [progress, setProgress] = useState<{ done: number; total: number }>();
  const known = useRef<{ columns: unknown; rows: WeakMap<Row, RowReading> }>(undefined);
  useEffect(() => {
    if (!file) return undefined;
    const stop = new AbortController();
    const { header, faults } = file.sheets[file.sheet]!.table;
    const columns = JSON.stringify([file.sheet, action, [...file.choices]]) + file.name;
    if (known.current?.columns !== columns) known.current = { columns, rows: new WeakMap() };
    const now = Math.floor(Date.now() / 1000);
    const steps = readTable(
      { header, rows: file.rows, faults },
      { action, now, choices: file.choices, known: known.current.rows },
    );
    void (async () => {
      let slice = performance.now();
      for (;;) {
        const { done, value } = steps.next();
        if (done === true) {
          setProgress(undefined);
          setList({ of: file, list: value });
          return;
        }
        if (performance.now() - slice < SLICE_MS) continue;
        setProgress({ done: value, total: file.rows.length });
        await new Promise((resolve) => setTimeout(resolve));
        if (stop.signal.aborted) return;
        slice = performance.now();
      }
    })();
    return () => stop.abort();
  }, [file, action]);
  return {
    list: file && list?.of.sheets === file.sheets ? list.list : undefined,
    /** Whether the list is that of the file as it stands. */
    isFresh: list?.of === file,
    progress,
  };
}
