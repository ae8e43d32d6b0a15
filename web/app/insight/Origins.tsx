// Shows how much of each part hangs on one place, by a lens that the reader chooses: bars with a hatched part for what is not shown,
// and a table beside them.
import { Chip, Select, TextInput } from "@mantine/core";
import { useState } from "react";
import type { OriginsAnswer } from "../../../api/insight.ts";
import { pieces } from "../../verify/words.ts";
import { useAnswer } from "../data/insight.ts";
import { Answered } from "./Answer.tsx";
import { AnswerTable, type Column, numbers, texts } from "./AnswerTable.tsx";
import { percents } from "./percent.ts";

type Part = OriginsAnswer["parts"][number];
type Lens = OriginsAnswer["lens"];
type Product = OriginsAnswer["products"][number];

const LENSES: Record<Lens, string> = {
  declared: "Declared",
  wafer: "Wafer",
  package: "Package",
  test: "Test",
  waferSite: "Wafer fab",
  packageSite: "Packaging site",
  testSite: "Test site",
};

interface Row {
  part: Part["part"];
  place: string;
  count: number;
  share: readonly [number, number];
}

const rowsOf = ({ part, places, unknown, pieces: all }: Part): Row[] => [
  ...places.map(({ place, pieces: count, share }) => ({ part, place, count, share })),
  ...(unknown > 0
    ? [
        {
          part,
          place: "not shown",
          count: Math.round(unknown * all),
          share: [unknown, unknown] as const,
        },
      ]
    : []),
];

const COLUMNS: readonly Column<Row>[] = [
  texts("Part", ({ part }) => part.mpn),
  texts("Place", ({ place }) => place),
  numbers("Pieces", ({ count }) => count),
  {
    title: "Share",
    cell: ({ share }) => percents(share),
    csv: ({ share }) => percents(share),
    isNumber: true,
  },
];
const PRODUCT_COLUMNS: readonly Column<Product>[] = [
  texts("Product", ({ product }) => product),
  texts("Takes for certain", ({ certain }) => certain.join(", ") || null),
  texts(
    "May take",
    ({ certain, possible }) => possible.filter((mpn) => !certain.includes(mpn)).join(", ") || null,
  ),
];

const ALL = "0";

export function Origins() {
  const [lens, setLens] = useState<Lens>("declared");
  const [place, setPlace] = useState("");
  const [isAll, setAll] = useState(false);
  const answer = useAnswer<OriginsAnswer>("origins", {
    lens,
    place: place.trim().toUpperCase() || undefined,
    from: isAll ? ALL : undefined,
  });
  return (
    <>
      <div className="filters insight-form screen-only">
        <Select
          label="Origin by"
          allowDeselect={false}
          data={Object.entries(LENSES).map(([value, label]) => ({ value, label }))}
          value={lens}
          onChange={(value) => value !== null && setLens(value as Lens)}
        />
        <TextInput
          label="What products take from (country or site)"
          value={place}
          onChange={(event) => setPlace(event.currentTarget.value)}
        />
        <Chip checked={isAll} onChange={setAll}>
          Not only the last year
        </Chip>
      </div>
      <p className="soft small">
        A lens, never the legal origin. What is not shown may be of any place: shares are from what
        is shown to all that could be.
      </p>
      <Answered what="the origins" asked={answer}>
        {({ parts, products }) => (
          <>
            <Bars parts={parts} />
            <AnswerTable
              title="Shares"
              columns={COLUMNS}
              rows={parts.flatMap(rowsOf)}
              keyOf={({ part, place: name }) => JSON.stringify([part, name])}
              file={`origins-${lens}`}
              empty="No pieces came in during this time."
            />
            {place.trim() !== "" && (
              <AnswerTable
                title={`What products take from ${place.trim().toUpperCase()}`}
                columns={PRODUCT_COLUMNS}
                rows={products}
                keyOf={({ product }) => product}
                file={`products-${lens}`}
                empty="No product that you see was assembled of parts from there."
              />
            )}
          </>
        )}
      </Answered>
    </>
  );
}

/** One bar a part. The table beneath has the same in figures. */
function Bars({ parts }: { parts: readonly Part[] }) {
  if (parts.length === 0) return null;
  return (
    <section className="card insight-bars" aria-label="Shares as bars">
      {parts.map(({ part, places, unknown, pieces: all, flips }) => (
        <div key={JSON.stringify(part)} className="insight-bar-row">
          <span className="insight-bar-name">
            {part.mpn}
            <span className="soft small block">
              {pieces(all)} pieces
              {flips.length > 0 &&
                ` · another country by ${flips.map((lens) => LENSES[lens].toLowerCase()).join(", ")}`}
            </span>
          </span>
          <span className="insight-bar" aria-hidden="true">
            {places.map(({ place, share: [least] }, i) => (
              <span key={place} className={`insight-place is-${i % 3}`} style={{ flexGrow: least }}>
                {least > 0.12 && place}
              </span>
            ))}
            {unknown > 0 && (
              <span className="insight-place is-unknown" style={{ flexGrow: unknown }}>
                {unknown > 0.2 && "not shown"}
              </span>
            )}
          </span>
        </div>
      ))}
    </section>
  );
}
