// Drills a recall of lots that the reader names: the balance, the products with bounds, and the holders.
import { Button, Textarea } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { Link } from "wouter";
import type { RecallAnswer } from "../../../api/insight.ts";
import { pieces } from "../../verify/words.ts";
import { useDrill } from "../data/insight.ts";
import { Failed } from "../parts/States.tsx";
import { Answer, PartyText } from "./Answer.tsx";
import { AnswerTable, type Column, numbers, texts } from "./AnswerTable.tsx";

type Balance = RecallAnswer["lots"][number];
type Product = RecallAnswer["products"][number];
type Holder = RecallAnswer["holders"][number];

const lotColumn = <T extends { lot: string; lotNumber: string | null }>(
  title: string,
): Column<T> => ({
  title,
  cell: ({ lot, lotNumber }) => <Link href={`/lots/${lot}`}>{lotNumber ?? "without number"}</Link>,
  csv: ({ lot, lotNumber }) => lotNumber ?? lot,
});

const BALANCE: readonly Column<Balance>[] = [
  lotColumn("Lot"),
  numbers("Issued", ({ issued }) => issued),
  numbers("In lots", ({ free }) => free),
  numbers("On the way", ({ transit }) => transit),
  numbers("Handed on", ({ handedOn }) => handedOn),
  numbers("Used", ({ consumed }) => consumed),
  numbers("Scrapped", ({ scrapped }) => scrapped),
  numbers("Short", ({ short }) => short),
  numbers("Not seen", ({ unseen }) => unseen),
  {
    title: "Difference",
    cell: ({ difference }) => (difference === 0 ? "✓ 0" : `✕ ${pieces(difference)}`),
    csv: ({ difference }) => difference,
    isNumber: true,
  },
];

const affected = ({ affected: [least, most] }: Product) =>
  least === most ? pieces(least) : `${pieces(least)} to ${pieces(most)}`;

export function RecallDrill() {
  const drill = useDrill();
  const [text, setText] = useState("");
  const lots = text.split(/[\s,;]+/).filter((name) => name !== "");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (lots.length > 0) drill.mutate(lots);
  };
  return (
    <>
      <form className="filters insight-form screen-only" onSubmit={submit}>
        <Textarea
          label="Lots, by number, id or label"
          description="A drill needs no notice, and tells nobody."
          autosize
          minRows={1}
          maxRows={8}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <Button type="submit" loading={drill.isPending} disabled={lots.length === 0}>
          Where are all pieces?
        </Button>
      </form>
      {drill.isError && <Failed error={drill.error} />}
      {drill.data && <Drilled answer={drill.data} />}
    </>
  );
}

function Drilled({ answer }: { answer: RecallAnswer }) {
  const party = (address: string | null) =>
    address === null ? "–" : <PartyText answer={answer} address={address} />;
  const products: readonly Column<Product>[] = [
    lotColumn("Product lot"),
    texts("Part", ({ mpn }) => mpn),
    numbers("Units", ({ units }) => units),
    { title: "Affected", cell: affected, csv: affected, isNumber: true },
    { title: "Held by", cell: ({ holder }) => party(holder), csv: ({ holder }) => holder },
  ];
  const holders: readonly Column<Holder>[] = [
    { title: "Holder", cell: (row) => party(row.party), csv: (row) => row.party },
    numbers("Lots", (row) => row.lots),
    numbers("Pieces", (row) => row.pieces),
    numbers("Handed on to it", ({ handedOn }) => handedOn),
    numbers("Product units", ({ units }) => units),
  ];
  return (
    <Answer answer={answer}>
      <AnswerTable
        title="The pieces"
        columns={BALANCE}
        rows={answer.lots}
        keyOf={({ lot }) => lot}
        file="recall-lots"
        empty="None of these lots is known to you."
      />
      <AnswerTable
        title="Products with pieces of it"
        columns={products}
        rows={answer.products}
        keyOf={({ lot }) => lot}
        file="recall-products"
        empty="No product that you see was made of it."
      />
      <AnswerTable
        title="Who has them"
        columns={holders}
        rows={answer.holders}
        keyOf={(row) => row.party}
        file="recall-holders"
        empty="Nobody, as far as you see."
      />
    </Answer>
  );
}
