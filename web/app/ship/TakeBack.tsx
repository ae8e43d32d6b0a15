// Cancels lots of a shipment of one's own that nobody has received yet.
import { Button } from "@mantine/core";
import { useState } from "react";
import type { ShipmentWithLots } from "../../../api/shipments.ts";
import type { SessionView } from "../data/session.ts";
import { useSign } from "../data/sign.ts";
import { Confirm } from "../parts/Confirm.tsx";
import { Failed } from "../parts/States.tsx";
import { count } from "../../verify/words.ts";
import { Lines } from "./Lines.tsx";
import { lotsText } from "./receipt.ts";
import { uniqueName } from "../data/unique.ts";

interface Props {
  view: ShipmentWithLots;
  session: SessionView;
  onDone(text: string): void;
}

export function TakeBack({ view, session, onDone }: Props) {
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [once, setOnce] = useState<string>();
  const signing = useSign();
  const open = view.items.filter(({ outcome }) => outcome === "in transit");
  const lots = chosen.size === 0 ? open : open.filter(({ lot }) => chosen.has(lot));
  const party = session.caller.party?.name ?? "Your company";
  const consignee = view.consignee.name ?? "the consignee";
  const total = lots.reduce((sum, { quantity }) => sum + quantity, 0);
  const what =
    chosen.size === 0 && open.length === view.items.length
      ? "the shipment"
      : count(lots.length, "lot");
  return (
    <section className="card" aria-labelledby="lines">
      <div className="page-head">
        <h2 id="lines">Lots</h2>
        <Button
          variant="default"
          size="sm"
          onClick={() => {
            signing.reset();
            setOnce(uniqueName());
          }}
        >
          Cancel {what}
        </Button>
      </div>
      <p className="soft small">Choose lots to cancel only these. The others stay under way.</p>
      <Lines
        items={view.items}
        chosen={chosen}
        onChoose={(lot, isChosen) =>
          setChosen((before) => {
            const after = new Set(before);
            if (isChosen) after.add(lot);
            else after.delete(lot);
            return after;
          })
        }
      />
      {once !== undefined && (
        <Confirm
          title={`Cancel ${what}?`}
          sentence={`${party} signs that it takes back ${lotsText(lots, total)}. ${consignee} can no longer receive them, and ${party} holds them as before.`}
          button="Sign: cancel"
          needsReason={false}
          isBusy={signing.isPending}
          failure={signing.isError && <Failed error={signing.error} />}
          onClose={() => setOnce(undefined)}
          onConfirm={(reason) =>
            signing.mutate(
              {
                path: `/v1/shipments/${view.shipment}/cancellation`,
                body: {
                  lots: lots.map(({ lot }) => ({ lot })),
                  details: reason === "" ? {} : { reason },
                },
                once,
              },
              {
                onSuccess() {
                  setOnce(undefined);
                  setChosen(new Set());
                  onDone(
                    `Cancelled ${count(lots.length, "lot")}. The service signed it for ${party}.`,
                  );
                },
              },
            )
          }
        />
      )}
    </section>
  );
}
