// Traces many lots forward at once: pasted, or found by maker, part, manufacturer's lots and date codes.
import { Button, Textarea, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import type { ManyReached } from "../../../api/reach.ts";
import { count, pieces } from "../../verify/words.ts";
import { pastedNames } from "../data/pasted.ts";
import { lotsThatFit, MOST_TRACED, useTraceMany } from "../data/recalls.ts";
import { Failed } from "../parts/States.tsx";
import { ReachSums, ReachTable } from "../trace/ReachTable.tsx";
import "../trace/trace.css";

/** Words between commas, semicolons or line ends. */
const wordsIn = (text: string) =>
  text
    .split(/[,;\n]/)
    .map((word) => word.trim())
    .filter((word) => word !== "");

export default function TraceMany() {
  const [text, setText] = useState("");
  const [part, setPart] = useState({ manufacturer: "", mpn: "", makerLots: "", dateCodes: "" });
  const trace = useTraceMany();
  const names = pastedNames(text);
  const find = useMutation({
    mutationFn: () =>
      lotsThatFit(
        {
          manufacturer: part.manufacturer.trim(),
          mpn: part.mpn.trim(),
          makerLots: wordsIn(part.makerLots),
          dateCodes: wordsIn(part.dateCodes),
        },
        new AbortController().signal,
      ),
    onSuccess: (lots) => {
      setText(lots.join("\n"));
      if (lots.length > 0 && lots.length <= MOST_TRACED) trace.mutate(lots);
    },
  });
  const tooMany = names.length > MOST_TRACED;
  const hasPart = Object.values(part).some((value) => value.trim() !== "");
  const field = (name: keyof typeof part, label: string, description?: string) => (
    <TextInput
      label={label}
      description={description}
      value={part[name]}
      spellCheck={false}
      onChange={(event) => setPart({ ...part, [name]: event.currentTarget.value })}
    />
  );
  return (
    <>
      <h1>Trace many lots</h1>
      <p className="soft">
        From these lots to everything that was split from them and made of them, with holders and
        quantities.
      </p>
      <div className="trace-many screen-only">
        <form
          className="card"
          onSubmit={(event) => {
            event.preventDefault();
            if (names.length > 0 && !tooMany) trace.mutate(names);
          }}
        >
          <Textarea
            label="Lots"
            description={`One in a line: lot number, package id or lot id. Up to ${pieces(MOST_TRACED)}. Of a table, the first column counts.`}
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
            rows={8}
            spellCheck={false}
            error={tooMany && `These are ${pieces(names.length)}. Trace them in parts.`}
          />
          <div className="buttons">
            <Button
              type="submit"
              loading={trace.isPending}
              disabled={names.length === 0 || tooMany}
            >
              {names.length > 1
                ? `Find the pieces of ${pieces(names.length)} lots`
                : "Find the pieces"}
            </Button>
          </div>
        </form>
        <form
          className="card"
          onSubmit={(event) => {
            event.preventDefault();
            if (hasPart) find.mutate();
          }}
        >
          <h2>Or by part</h2>
          {field("manufacturer", "Manufacturer", "Exactly as the record has it")}
          {field("mpn", "Part number")}
          {field("makerLots", "Manufacturer's lots", "Several with commas between them")}
          {field("dateCodes", "Date codes", "Several with commas between them")}
          <div className="buttons">
            <Button type="submit" variant="default" loading={find.isPending} disabled={!hasPart}>
              Find these lots and their pieces
            </Button>
          </div>
          {find.isSuccess && (
            <p role="status">
              {find.data.length > MOST_TRACED
                ? `More than ${pieces(MOST_TRACED)} lots fit. Say more about them.`
                : `${count(find.data.length, "lot")} that you see fit.`}
            </p>
          )}
          {find.isError && <Failed error={find.error} />}
        </form>
      </div>
      {trace.isError && <Failed error={trace.error} />}
      {trace.data && <Result result={trace.data} />}
    </>
  );
}

function Result({ result }: { result: ManyReached }) {
  const { asked, items, truncated } = result;
  const several = asked.filter((one) => one.several);
  const unknown = asked.filter((one) => one.lot === null && !one.several);
  return (
    <section aria-label="Where the pieces are" className="reach-result">
      <p role="status">
        <strong>
          {count(asked.length - unknown.length - several.length, "lot")} traced, to{" "}
          {count(items.length, "lot")} in all.
        </strong>
        {truncated && " They lead to more lots than are followed; the nearest are listed."}
      </p>
      <NotTraced title="No lot that you see has this name" rows={unknown} />
      <NotTraced title="Several lots have this name: use their ids" rows={several} />
      <ReachSums {...result} />
      <ReachTable items={items} name="where-the-pieces-are" />
    </section>
  );
}

function NotTraced({ title, rows }: { title: string; rows: ManyReached["asked"] }) {
  if (rows.length === 0) return null;
  return (
    <details className="notice tone-WARN" open={rows.length <= 10}>
      <summary>
        {title}: {pieces(rows.length)}
      </summary>
      <p className="wrap">{rows.map(({ name }) => name).join(", ")}</p>
    </details>
  );
}
