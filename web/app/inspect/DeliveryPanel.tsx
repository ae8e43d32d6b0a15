// Shows the delivery beside the verdict: its tally and packages, what should come, and the way to close it.
import { Button } from "@mantine/core";
import { useState } from "react";
import type { PartyName } from "../../../api/parties.ts";
import { useOnline } from "../data/connection.ts";
import { type Act, actsOf } from "../data/decisions.ts";
import { count } from "../../verify/words.ts";
import { CloseDelivery } from "./CloseDelivery.tsx";
import { DeliveryList } from "./DeliveryList.tsx";
import { ExpectedForm } from "./ExpectedForm.tsx";
import type { Bench } from "./use-bench.ts";

interface Props {
  bench: Bench;
  party: PartyName | null;
  chosen: string | null;
  onChoose(codes: readonly string[]): void;
}

export function DeliveryPanel({ bench, party, chosen, onChoose }: Props) {
  const { rows, lines, decided, isShipment } = bench;
  const [closing, setClosing] = useState<readonly Act[]>();
  const isOnline = useOnline();
  const missing = rows.filter(({ group }) => group === "missing").length;
  return (
    <section className="card delivery" aria-labelledby="delivery">
      <h2 id="delivery">This delivery</h2>
      <DeliveryList
        rows={rows}
        isExpected={lines.length > 0}
        chosen={chosen}
        onChoose={({ key }) => onChoose(bench.codesOf(key!))}
      />
      {party && bench.isAtClose && (
        <div className="close">
          <p className="soft small">
            {decided.length === 0
              ? "Nothing is decided yet. Closing signs what you decide."
              : `Closing signs ${wordsOf(actsOf(decided))}.`}
          </p>
          <Button
            fullWidth
            disabled={decided.length === 0}
            onClick={() => setClosing(actsOf(decided))}
          >
            Close the delivery
          </Button>
        </div>
      )}
      {!isShipment && <ExpectedForm lines={lines} onExpect={(some) => void bench.expect(some)} />}
      {rows.length > 0 && decided.length === 0 && !isShipment && (
        <Button
          variant="subtle"
          size="sm"
          onClick={() => {
            void bench.clear();
            onChoose([]);
          }}
        >
          Begin another delivery
        </Button>
      )}
      {closing && party && (
        <CloseDelivery
          acts={closing}
          party={party.name ?? "Your company"}
          missing={missing}
          undecided={bench.undecided}
          isOnline={isOnline}
          onClose={() => setClosing(undefined)}
          onSign={async (acts) => {
            await bench.sign(acts);
            setClosing(undefined);
          }}
        />
      )}
    </section>
  );
}

const VERBS = { accept: "accepting", hold: "holding", release: "releasing", refuse: "refusing" };

/** What acts do, by their numbers of lots: `accepting 23 lots and refusing 1 lot`. */
function wordsOf(acts: readonly Act[]): string {
  const lots = new Map<Act["name"], number>();
  for (const { name, lots: some } of acts) lots.set(name, (lots.get(name) ?? 0) + some.length);
  return [...lots].map(([name, n]) => `${VERBS[name]} ${count(n, "lot")}`).join(" and ");
}
