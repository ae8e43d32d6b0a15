// Takes what should come, as a pasted list or a CSV file.
import { Button, Textarea } from "@mantine/core";
import { useRef, useState } from "react";
import type { ExpectedLine } from "../data/expected.ts";
import { count } from "../../verify/words.ts";

interface Props {
  lines: readonly ExpectedLine[];
  onExpect(lines: readonly ExpectedLine[]): void;
}

export function ExpectedForm({ lines, onExpect }: Props) {
  const [remarks, setRemarks] = useState<readonly string[]>([]);
  const file = useRef<HTMLInputElement>(null);
  const take = async (text: string) => {
    // The reader of CSV is loaded when somebody needs it.
    const { readExpected } = await import("../data/expected.ts");
    const list = readExpected(text);
    setRemarks(list.remarks);
    onExpect(list.lines);
  };
  return (
    <details className="more">
      <summary>What should come</summary>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void take(String(new FormData(event.currentTarget).get("expected") ?? ""));
        }}
      >
        <Textarea
          key={lines.length}
          name="expected"
          label="Lot numbers of the order or delivery note"
          description="One in a line, or a table with a header: lot number, part, quantity, manufacturer's lot, date code."
          defaultValue={lines.map(({ name }) => name).join("\n")}
          rows={4}
        />
        <span className="buttons">
          <Button type="submit" variant="default" size="sm">
            Compare with this list
          </Button>
          <input
            ref={file}
            type="file"
            accept=".csv,.txt,text/csv,text/plain"
            hidden
            aria-label="CSV of the order"
            onChange={(event) => {
              const list = event.currentTarget.files?.[0];
              event.currentTarget.value = "";
              if (list) void list.text().then(take);
            }}
          />
          <Button variant="default" size="sm" type="button" onClick={() => file.current!.click()}>
            Open a CSV
          </Button>
        </span>
      </form>
      {lines.length > 0 && <p className="soft small">{count(lines.length, "line")} expected.</p>}
      {remarks.length > 0 && (
        <ul className="notice tone-WARN small">
          {remarks.map((remark) => (
            <li key={remark}>{remark}</li>
          ))}
        </ul>
      )}
    </details>
  );
}
