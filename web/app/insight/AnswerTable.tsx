// Shows one table of an answer, which can be saved as CSV.
import { Button } from "@mantine/core";
import { type ReactNode, useId, useState } from "react";
import { pieces } from "../../verify/words.ts";
import { type Column as CsvColumn, csvOf } from "../csv.ts";
import { saveText } from "../save.ts";

/** A column: its title, what stands there, and what CSV has of it. */
export interface Column<T> {
  title: string;
  cell: (row: T) => ReactNode;
  csv: (row: T) => string | number | null | undefined;
  isNumber?: true;
}

/** Rows that are shown before somebody asks for more. */
const SHOWN = 50;

interface Props<T> {
  title: string;
  columns: readonly Column<T>[];
  rows: readonly T[];
  keyOf: (row: T) => string;
  /** The CSV file's name, without its ending. */
  file: string;
  /** What an empty table says. */
  empty: string;
}

export function AnswerTable<T>({ title, columns, rows, keyOf, file, empty }: Props<T>) {
  const id = useId();
  const [shown, setShown] = useState(SHOWN);
  const [first, ...rest] = columns;
  const forFile = columns.map((column): CsvColumn<T> => [column.title.toLowerCase(), column.csv]);
  return (
    <section className="card" aria-labelledby={id}>
      <div className="page-head">
        <h2 id={id}>{title}</h2>
        {rows.length > 0 && (
          <Button
            variant="default"
            size="sm"
            className="screen-only"
            onClick={() => saveText(`${file}.csv`, "text/csv", csvOf(forFile, rows))}
          >
            Save as CSV
          </Button>
        )}
      </div>
      {rows.length === 0 ? (
        <p className="soft">{empty}</p>
      ) : (
        <table className="list">
          <thead>
            <tr>
              {columns.map(({ title: name, isNumber }) => (
                <th key={name} scope="col" className={isNumber && "number"}>
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.slice(0, shown).map((row) => (
              <tr key={keyOf(row)}>
                <th scope="row">{first!.cell(row)}</th>
                {rest.map((column) => (
                  <td
                    key={column.title}
                    data-title={column.title}
                    className={column.isNumber && "number"}
                  >
                    {column.cell(row)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {rows.length > shown && (
        <button type="button" className="button" onClick={() => setShown(shown + SHOWN)}>
          Show {pieces(Math.min(SHOWN, rows.length - shown))} more
        </button>
      )}
    </section>
  );
}

/** A column of whole numbers. */
export const numbers = <T,>(title: string, read: (row: T) => number): Column<T> => ({
  title,
  cell: (row) => pieces(read(row)),
  csv: read,
  isNumber: true,
});

/** A column of texts. */
export const texts = <T,>(title: string, read: (row: T) => string | null): Column<T> => ({
  title,
  cell: (row) => read(row) ?? "–",
  csv: read,
});
