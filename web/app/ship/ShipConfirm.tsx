// Asks before lots are shipped, and ships them: as one event, or as several where they are more than one event holds.
import { useState } from "react";
import { useQueryClient } from "@tanstack/react-query";
import { isOfLots, sign } from "../data/sign.ts";
import { Confirm } from "../parts/Confirm.tsx";
import { Failed } from "../parts/States.tsx";
import { count, pieces } from "../../verify/words.ts";
import type { PickedLot } from "./draft.ts";
import { Progress } from "./Progress.tsx";
import { shipmentsOf } from "./whole.ts";
import { uniqueName } from "../data/unique.ts";

interface Props {
  lots: readonly PickedLot[];
  to: { address: string; name: string };
  party: string | null;
  details: Readonly<Record<string, string>>;
  onClose(): void;
  /** @param shipments their hashes */
  onShipped(shipments: string[]): void;
}

export function ShipConfirm({ lots, to, party, details, onClose, onShipped }: Props) {
  // Each shipment keeps its key while the dialog is open: sent again after a lost answer, it is shipped once.
  const [plan] = useState(() =>
    shipmentsOf(lots).map((some) => ({ lots: some, once: uniqueName() })),
  );
  const [done, setDone] = useState<readonly string[]>([]);
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const client = useQueryClient();
  const ship = async () => {
    setBusy(true);
    setError(undefined);
    const hashes = [...done];
    try {
      for (const { lots: some, once } of plan.slice(done.length)) {
        const body = { consignee: to.address, lots: some.map(({ lot }) => ({ lot })), details };
        const { hash } = await sign({ path: "/v1/shipments", body, once });
        hashes.push(hash);
        setDone([...hashes]);
      }
      await client.invalidateQueries({ predicate: isOfLots });
      onShipped(hashes);
    } catch (cause) {
      setError(cause);
    } finally {
      setBusy(false);
    }
  };
  const total = lots.reduce((sum, { quantity }) => sum + quantity, 0);
  const isReturn = details["reason"] === "return";
  const us = party ?? "Your company";
  const many = plan.length > 1 ? ` in ${pieces(plan.length)} shipments` : "";
  return (
    <Confirm
      title={`${isReturn ? "Return" : "Ship"} ${count(lots.length, "lot")} to ${to.name}?`}
      sentence={`${us} signs that it ${isReturn ? "returns" : "ships"} ${count(lots.length, "lot")} (${namesOf(lots)}), ${count(total, "piece")}, to ${to.name}${many}. ${us} holds them until ${to.name} receives them.`}
      button={`Sign: ${isReturn ? "return" : "ship"}`}
      needsReason="never"
      isBusy={isBusy}
      failure={
        <>
          {plan.length > 1 && (isBusy || done.length > 0) && (
            <Progress what="shipments signed" done={done.length} total={plan.length} />
          )}
          {error !== undefined && <Failed error={error} />}
        </>
      }
      onClose={onClose}
      onConfirm={() => void ship()}
    />
  );
}

/** Lots that the sentence names one by one. */
const MOST_NAMES = 5;

function namesOf(lots: readonly PickedLot[]): string {
  const names = lots.slice(0, MOST_NAMES).map(({ lotNumber }) => lotNumber ?? "one without number");
  const more = lots.length - names.length;
  return names.join(", ") + (more > 0 ? ` and ${pieces(more)} more` : "");
}
