// Asks how many units of a product can be started, and shows which part runs out first and what was left out.
import { Button, Checkbox, NumberInput, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { Link } from "wouter";
import type { BuildAnswer } from "../../../api/insight.ts";
import { pieces } from "../../verify/words.ts";
import { useBuild } from "../data/insight.ts";
import { Moment } from "../parts/Moment.tsx";
import { Failed } from "../parts/States.tsx";
import { Answer, PartyText } from "./Answer.tsx";
import { AnswerTable, type Column, numbers, texts } from "./AnswerTable.tsx";

type Line = BuildAnswer["lines"][number];
type Built = BuildAnswer["builtAt"][number];

const rounded = (count: number) => Math.round(count * 1000) / 1000;
const perUnit = ({ perUnit: [fewest, most] }: Line) =>
  fewest === most ? String(rounded(most)) : `${rounded(fewest)} to ${rounded(most)}`;

const COLUMNS: readonly Column<Line>[] = [
  texts("Part", ({ mpn }) => mpn),
  { title: "Per unit", cell: perUnit, csv: perUnit, isNumber: true },
  numbers("Usable", ({ usable }) => usable),
  numbers("Units", ({ units }) => units),
  {
    title: "Lots to pick",
    cell: ({ lots }) =>
      lots.length === 0
        ? "none"
        : lots.map(({ lot, lotNumber, pieces: count }) => (
            <span key={lot} className="block">
              <Link href={`/lots/${lot}`}>{lotNumber ?? "without number"}</Link> {pieces(count)}
            </span>
          )),
    csv: ({ lots }) => lots.map(({ lot, lotNumber }) => lotNumber ?? lot).join(" "),
  },
  {
    title: "Left out",
    cell: ({ left }) =>
      left.length === 0
        ? "–"
        : left.map(({ lot, lotNumber, why }) => (
            <span key={lot} className="block">
              <Link href={`/lots/${lot}`}>{lotNumber ?? "without number"}</Link>{" "}
              <span className="soft small">{why.map(wordOf).join(", ")}</span>
            </span>
          )),
    csv: ({ left }) =>
      left.map(({ lot, lotNumber, why }) => `${lotNumber ?? lot} (${why.join(" ")})`).join("; "),
  },
];

const WORDS: Readonly<Record<string, string>> = {
  ON_HOLD: "on hold",
  SENT: "sent",
  EXPIRED: "past its expiry",
  RECALLED_OR_SUSPECTED: "recalled or suspected",
};
/** A reason in words. Codes of findings are explained on the lot's page. */
const wordOf = (code: string) => WORDS[code] ?? code;

export function Build() {
  const build = useBuild();
  const [product, setProduct] = useState("");
  const [units, setUnits] = useState<string | number>("");
  const [verify, setVerify] = useState(true);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (product.trim() !== "")
      build.mutate({
        product: product.trim(),
        verify,
        ...(typeof units === "number" && { units }),
      });
  };
  return (
    <>
      <form className="filters insight-form screen-only" onSubmit={submit}>
        <TextInput
          label="Product (its part number)"
          value={product}
          onChange={(event) => setProduct(event.currentTarget.value)}
          required
        />
        <NumberInput label="Units wanted" min={1} value={units} onChange={setUnits} />
        <Checkbox
          label="Verify the lots, and leave out those with FAIL or HOLD"
          checked={verify}
          onChange={(event) => setVerify(event.currentTarget.checked)}
        />
        <Button type="submit" loading={build.isPending}>
          What can be built?
        </Button>
      </form>
      {build.isError && <Failed error={build.error} />}
      {build.data && <Built answer={build.data} />}
    </>
  );
}

function Built({ answer }: { answer: BuildAnswer }) {
  const columns: readonly Column<Built>[] = [
    {
      title: "Built by",
      cell: ({ party }) => <PartyText answer={answer} address={party} />,
      csv: ({ party }) => party,
    },
    texts("Site", ({ site }) => site ?? "not said"),
    texts("Line", ({ line }) => line ?? "not said"),
    numbers("Units", ({ units }) => units),
    {
      title: "Last",
      cell: ({ last }) => <Moment time={last} />,
      csv: ({ last }) => new Date(last * 1000).toISOString(),
    },
  ];
  return (
    <Answer answer={answer}>
      <AnswerTable
        title="What runs out first"
        columns={COLUMNS}
        rows={answer.lines}
        keyOf={({ mpn }) => mpn}
        file={`build-${answer.product}`}
        empty="The product's parts are not known."
      />
      <AnswerTable
        title="Where it was built"
        columns={columns}
        rows={answer.builtAt}
        keyOf={({ party, site, line }) => JSON.stringify([party, site, line])}
        file={`built-${answer.product}`}
        empty="No assembly of it is among the lots that you see."
      />
    </Answer>
  );
}
