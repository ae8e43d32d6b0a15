// Shows how the columns of a file are read: theirs, ours, and the first values. Each can be changed, and is remembered.
import { type ColumnMeaning, columnName, REQUIRED_COLUMNS } from "../../../packing/columns.ts";
import type { OriginAction, RowFault } from "../../../packing/list.ts";
import type { ReadList } from "../../../packing/read.ts";
import { count } from "../../verify/words.ts";
import { columnChoices, columnLabel, fateOf } from "./columns.ts";
import type { Choice, OpenFile } from "./use-list.ts";

interface Props {
  file: OpenFile;
  list: ReadList;
  action: OriginAction;
  onChoose(index: number, choice: Choice): void;
}

/** Values that stand beside a column. */
const FIRST_VALUES = 3;

export function Mapping({ file, list, action, onChoose }: Props) {
  const { layout } = list;
  const cells = file.sheets[file.sheet]?.table.header?.cells ?? [];
  const ofHeader = [...list.faults, ...list.doubts].filter(({ line }) => line === list.headerLine);
  if (!layout) return <Messages faults={list.faults} />;
  const isWrong = ofHeader.length > 0;
  const used = layout.columns.length;
  return (
    <details className="mapping" open={isWrong || undefined}>
      <summary>
        {count(used, "column")} read, {cells.length - used} left out or only compared
      </summary>
      <Messages faults={ofHeader} />
      <table className="list">
        <thead>
          <tr>
            <th scope="col">In the file</th>
            <th scope="col">First values</th>
            <th scope="col">Read as</th>
          </tr>
        </thead>
        <tbody>
          {cells.map((title, index) => {
            const { meaning, use } = fateOf(layout, index);
            const name = title === "" ? `column ${index + 1}, without a title` : title;
            return (
              <tr key={index}>
                <th scope="row">{name}</th>
                <td data-title="First values" className="soft">
                  {firstValues(file, index).join(" · ") || "empty"}
                </td>
                <td data-title="Read as">
                  <select
                    aria-label={`Read ${name} as`}
                    value={meaning ?? (use === undefined ? "ignore" : "use")}
                    onChange={(event) => onChoose(index, event.currentTarget.value as Choice)}
                  >
                    {use !== undefined && <option value="use">{use}</option>}
                    <option value="ignore">Left out: nothing of it is kept</option>
                    {optionsWith(columnChoices(action), meaning).map((each) => (
                      <option key={each} value={each}>
                        {columnLabel(each)}
                      </option>
                    ))}
                  </select>
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </details>
  );
}

const optionsWith = (choices: ColumnMeaning[], meaning: ColumnMeaning | undefined) =>
  meaning === undefined || choices.includes(meaning) ? choices : [...choices, meaning];

/** Rows among which the first values are looked for. */
const LOOKED_AT = 50;

const firstValues = ({ rows }: OpenFile, index: number): string[] => {
  const values = rows.slice(0, LOOKED_AT).map((row) => row.cells[index] ?? "");
  return [...new Set(values.filter((value) => value !== ""))].slice(0, FIRST_VALUES);
};

/** What to do about a fault of the header: here, a column is chosen and not renamed. */
function adviceOn({ code, field, message }: RowFault): string {
  const meaning = REQUIRED_COLUMNS.find((each) => columnName(each) === field);
  return code === "MISSING_COLUMN" && meaning
    ? `No column is read as “${columnLabel(meaning)}”. Choose below which one it is.`
    : `${field === undefined ? "" : `${field}: `}${message}`;
}

function Messages({ faults }: { faults: readonly RowFault[] }) {
  if (faults.length === 0) return null;
  return (
    <div className="notice tone-FAIL" role="alert">
      <ul className="plain">
        {faults.map((fault, i) => (
          <li key={i}>✕ {adviceOn(fault)}</li>
        ))}
      </ul>
    </div>
  );
}
