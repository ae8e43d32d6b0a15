// Splits a reel: pieces of a lot become lots of their own, with labels. What is left stays in the lot.
import { Button, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { Link, useSearchParams } from "wouter";
import { PAGES } from "../../../api/pages.ts";
import type { LotWithDetails } from "../../../api/lots.ts";
import { rightsOf, type SessionView } from "../data/session.ts";
import { useSign } from "../data/sign.ts";
import { Confirm } from "../parts/Confirm.tsx";
import { LotLine } from "../parts/LotFacts.tsx";
import { ScanField } from "../parts/ScanField.tsx";
import { Empty, Failed } from "../parts/States.tsx";
import { lotIn } from "../ship/find.ts";
import { LabelPrint } from "../ship/LabelPrint.tsx";
import { type Part, partFault, partsOf, takenBy } from "../ship/split.ts";
import { whyNotShipped } from "../ship/whole.ts";
import { count, pieces } from "../../verify/words.ts";
import { uniqueName } from "../data/unique.ts";
import "../ship/ship.css";

export default function Split({ session }: { session: SessionView }) {
  const [params] = useSearchParams();
  const own = session.caller.party?.address;
  const [done, setDone] = useState<{ text: string; lots: readonly string[] }>();
  const find = useMutation({
    async mutationFn(text: string) {
      const lot = await lotIn(text);
      const why = whyNotShipped(lot, own ?? "");
      if (why !== undefined) throw new Error(why.replace("ship", "split"));
      return lot;
    },
    onMutate: () => setDone(undefined),
  });
  if (!rightsOf(session).canAct)
    return (
      <Empty title="Split a reel">
        Your key may only read, or belongs to the operator. Your company's administrator can give
        you one of scope write.
      </Empty>
    );
  return (
    <>
      <p className="small crumbs">
        <Link href={PAGES.ship}>Ship</Link>
      </p>
      <h1>Split a reel</h1>
      <ScanField
        label="Scan the reel's label, or type its lot number"
        placeholder={params.get("lot") ?? "Ready to scan"}
        button="Take it"
        isBusy={find.isPending}
        onScan={(text) => find.mutate(text)}
      />
      <div aria-live="polite">
        {find.isError && (
          <div className="notice tone-FAIL" role="alert">
            <p>
              <strong>✕ This cannot be split.</strong> {find.error.message}
            </p>
          </div>
        )}
        {done && <p className="done">✓ {done.text}</p>}
      </div>
      {done && <LabelPrint lots={done.lots} />}
      {!find.data && !done && (
        <Empty title="No reel yet">
          Scan the reel that you cut pieces from. The pieces that you take become new lots with
          numbers and labels of their own, and keep the reel's whole past.
        </Empty>
      )}
      {find.data && !done && (
        <Parts
          key={find.data.lot}
          lot={find.data}
          party={session.caller.party?.name ?? "Your company"}
          onDone={(text, lots) => {
            setDone({ text, lots });
            find.reset();
          }}
        />
      )}
    </>
  );
}

interface PartsProps {
  lot: LotWithDetails;
  party: string;
  onDone(text: string, lots: readonly string[]): void;
}

function Parts({ lot, party, onDone }: PartsProps) {
  const name = lot.lotNumber ?? "the lot";
  const [parts, setParts] = useState<readonly Part[]>([{ lotNumber: "", quantity: "" }]);
  const [once, setOnce] = useState<string>();
  const signing = useSign();
  const set = (i: number, change: Partial<Part>) =>
    setParts(parts.map((part, at) => (at === i ? { ...part, ...change } : part)));
  const taken = takenBy(parts);
  const left = lot.quantity - taken;
  const isReady =
    parts.every((part) => part.lotNumber.trim() !== "" && part.quantity.trim() !== "") &&
    parts.every((part, i) => partFault(parts, i) === undefined && part) &&
    left >= 0;
  return (
    <section className="card split" aria-labelledby="parts">
      <h2 id="parts">Pieces that are cut off</h2>
      <LotLine lot={lot} />
      <ol className="parts">
        {parts.map((part, i) => (
          <li key={i}>
            <TextInput
              label={`New lot number ${i + 1}`}
              maxLength={64}
              value={part.lotNumber}
              error={partFault(parts, i)?.lotNumber}
              onChange={(event) => set(i, { lotNumber: event.currentTarget.value })}
            />
            <TextInput
              label={`Pieces in it`}
              inputMode="numeric"
              value={part.quantity}
              error={partFault(parts, i)?.quantity}
              onChange={(event) => set(i, { quantity: event.currentTarget.value })}
            />
            {parts.length > 1 && (
              <Button
                variant="subtle"
                size="sm"
                aria-label={`Leave out new lot ${i + 1}`}
                onClick={() => setParts(parts.filter((_, at) => at !== i))}
              >
                Leave out
              </Button>
            )}
          </li>
        ))}
      </ol>
      <Button
        variant="default"
        size="sm"
        onClick={() => setParts([...parts, { lotNumber: "", quantity: "" }])}
      >
        Another one
      </Button>
      <p className={left < 0 ? "sum tone-text-FAIL" : "sum"} role="status">
        {left < 0
          ? `✕ That is ${pieces(-left)} more than the reel has.`
          : `${pieces(taken)} of ${pieces(lot.quantity)} taken, ${pieces(left)} stay in ${name}.`}
      </p>
      <div className="buttons">
        <Button
          size="md"
          disabled={!isReady}
          onClick={() => {
            signing.reset();
            setOnce(uniqueName());
          }}
        >
          Split
        </Button>
      </div>
      {once !== undefined && (
        <Confirm
          title={`Split ${name}?`}
          sentence={`${party} signs that it takes ${pieces(taken)} of ${pieces(lot.quantity)} pieces out of lot ${name} as ${count(parts.length, "new lot")}: ${partsOf(
            parts,
          )
            .map(({ lotNumber, quantity }) => `${lotNumber} (${pieces(quantity)})`)
            .join(", ")}. ${pieces(left)} stay. ${party} holds all of them.`}
          button="Sign: split"
          needsReason={false}
          isBusy={signing.isPending}
          failure={signing.isError && <Failed error={signing.error} />}
          onClose={() => setOnce(undefined)}
          onConfirm={(reason) =>
            signing.mutate(
              {
                path: `/v1/lots/${lot.lot}/split`,
                body: {
                  children: partsOf(parts),
                  ...(reason !== "" && { details: { reason } }),
                },
                once,
              },
              {
                onSuccess: ({ lots }) =>
                  onDone(
                    `${count(parts.length, "new lot")} split from ${name}. The service signed it for ${party}.`,
                    lots.filter((each) => each !== lot.lot),
                  ),
              },
            )
          }
        />
      )}
    </section>
  );
}
