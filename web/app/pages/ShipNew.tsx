// Ships lots: picks them by scan, from a list or from a file, chooses the consignee, and asks before it signs.
import { Button, Select, TextInput } from "@mantine/core";
import { useState } from "react";
import { Link, useLocation, useSearchParams } from "wouter";
import { PAGES } from "../../../api/pages.ts";
import { rightsOf, type SessionView } from "../data/session.ts";
import { useShipment } from "../data/shipments.ts";
import { useParties } from "../data/parties.ts";
import { Empty, Failed, Loading } from "../parts/States.tsx";
import { type PickedLot, useDraft } from "../ship/draft.ts";
import { useKept } from "../ship/kept.ts";
import { Picked } from "../ship/Picked.tsx";
import { PickLots } from "../ship/PickLots.tsx";
import { ShipConfirm } from "../ship/ShipConfirm.tsx";
import { count, pieces } from "../../verify/words.ts";
import "../ship/ship.css";

/** Texts that describe a shipment: fields of its details. */
const PAPERS = [
  ["carrier", "Carrier"],
  ["trackingNumber", "Tracking number"],
  ["asnNumber", "Ship notice (ASN)"],
  ["packingList", "Packing list"],
  ["deliveryNote", "Delivery note"],
] as const;
const RETURN_PAPERS = [
  ["returnAuthorisation", "Return authorisation (RMA)"],
  ["carrier", "Carrier"],
  ["trackingNumber", "Tracking number"],
] as const;

export default function ShipNew({ session }: { session: SessionView }) {
  const [params] = useSearchParams();
  const returned = params.get("return");
  if (!rightsOf(session).canAct)
    return (
      <Empty title="Ship lots">
        Your key may only read, or belongs to the operator. Your company's administrator can give
        you one of scope write.
      </Empty>
    );
  return returned === null ? <Fresh session={session} /> : <Back of={returned} session={session} />;
}

function Fresh({ session }: { session: SessionView }) {
  const { draft, add, remove, clear } = useDraft(session.caller.id);
  return (
    <Form
      session={session}
      title="Ship lots"
      lots={draft.lots}
      onAdd={add}
      onRemove={remove}
      onShipped={clear}
    />
  );
}

/** A return of lots that came with a shipment: to its shipper, and of what is still in the caller's hands. */
function Back({ of, session }: { of: string; session: SessionView }) {
  const shipment = useShipment(of);
  const [lots, setLots] = useState<readonly PickedLot[]>([]);
  if (shipment.isPending) return <Loading what="the shipment" />;
  if (shipment.isError)
    return <Failed error={shipment.error} onRetry={() => void shipment.refetch()} />;
  const { shipper, items } = shipment.data;
  const received = items
    .filter(({ outcome }) => outcome === "received")
    .map(({ received: quantity, ...item }) => ({ ...item, quantity: quantity ?? item.quantity }));
  return (
    <Form
      session={session}
      title={`Return lots to ${shipper.name ?? "their shipper"}`}
      lots={lots}
      returnTo={shipper.address}
      offered={received}
      onAdd={(some) =>
        setLots((before) => [
          ...before,
          ...some.filter(({ lot }) => !before.some((each) => each.lot === lot)),
        ])
      }
      onRemove={(lot) => setLots((before) => before.filter((each) => each.lot !== lot))}
      onShipped={() => setLots([])}
    />
  );
}

interface FormProps {
  session: SessionView;
  title: string;
  lots: readonly PickedLot[];
  /** The consignee of a return. */
  returnTo?: string;
  /** The lots to choose among. Without it, all that the caller holds. */
  offered?: readonly PickedLot[];
  onAdd(lots: readonly PickedLot[]): void;
  onRemove(lot: string): void;
  onShipped(): void;
}

function Form(props: FormProps) {
  const { session, title, lots, returnTo, offered, onAdd, onRemove, onShipped } = props;
  const own = session.caller.party!;
  const parties = useParties();
  const [last, setLast] = useKept(`consignee ${session.caller.id}`, "", true);
  const [consignee, setConsignee] = useState<string | null>(
    returnTo ?? (last === "" ? null : last),
  );
  const [papers, setPapers] = useState<Record<string, string>>({});
  const [isAsked, setAsked] = useState(false);
  const [, navigate] = useLocation();
  const isReturn = returnTo !== undefined;
  const to = parties.data?.find(({ address }) => address === consignee);
  const total = lots.reduce((sum, { quantity }) => sum + quantity, 0);
  const choices = (parties.data ?? [])
    .filter(({ address, suspended }) => address !== own.address && !suspended)
    .map(({ address, name }) => ({ value: address, label: name }));
  const missing =
    lots.length === 0 ? "Pick lots first." : !to ? "Choose the consignee." : undefined;
  return (
    <>
      <p className="small crumbs">
        <Link href={PAGES.ship}>Ship</Link>
      </p>
      <h1>{title}</h1>
      <div className="columns">
        <PickLots own={own.address} picked={lots} offered={offered} onAdd={onAdd} />
        <div>
          <Picked lots={lots} onRemove={onRemove} />
          <section className="card" aria-labelledby="where">
            <h2 id="where">{isReturn ? "Why, and how" : "Where to"}</h2>
            {parties.isError && (
              <Failed error={parties.error} onRetry={() => void parties.refetch()} />
            )}
            <div className="fields one">
              {isReturn ? (
                <TextInput
                  label="Reason of the return"
                  description="Every party that may see the lot's trail reads it."
                  required
                  maxLength={500}
                  value={papers["remarks"] ?? ""}
                  onChange={(event) => setPapers({ ...papers, remarks: event.target.value })}
                />
              ) : (
                <Select
                  label="Consignee"
                  placeholder="Type a name"
                  searchable
                  required
                  data={choices}
                  value={consignee}
                  onChange={setConsignee}
                  nothingFoundMessage="No party has this name"
                />
              )}
              {(isReturn ? RETURN_PAPERS : PAPERS).map(([name, label]) => (
                <TextInput
                  key={name}
                  label={`${label} (optional)`}
                  maxLength={128}
                  value={papers[name] ?? ""}
                  onChange={(event) => setPapers({ ...papers, [name]: event.target.value })}
                />
              ))}
            </div>
            <p className="sum" role="status">
              {count(lots.length, "lot")}, {count(total, "piece")}
              {missing !== undefined && <span className="soft"> · {missing}</span>}
            </p>
            <div className="buttons">
              <Button
                size="md"
                disabled={
                  missing !== undefined || (isReturn && (papers["remarks"] ?? "").trim() === "")
                }
                onClick={() => setAsked(true)}
              >
                {isReturn ? "Return" : "Ship"} {lots.length > 0 && pieces(lots.length)}{" "}
                {lots.length === 1 ? "lot" : "lots"}
              </Button>
            </div>
          </section>
        </div>
      </div>
      {isAsked && to && (
        <ShipConfirm
          lots={lots}
          to={to}
          party={own.name}
          details={detailsOf(papers, isReturn)}
          onClose={() => setAsked(false)}
          onShipped={(shipments) => {
            if (!isReturn) setLast(() => to.address);
            onShipped();
            navigate(
              shipments.length === 1 ? `/ship/${shipments[0]}` : `${PAGES.ship}?direction=outgoing`,
            );
          }}
        />
      )}
    </>
  );
}

/** The details of a shipment. A return's reason is a word of its own, and what a person wrote is its remark. */
function detailsOf(
  papers: Readonly<Record<string, string>>,
  isReturn: boolean,
): Record<string, string> {
  const filled = Object.entries(papers).flatMap(([name, text]) =>
    text.trim() === "" ? [] : [[name, text.trim()] as const],
  );
  return { ...(isReturn && { reason: "return" }), ...Object.fromEntries(filled) };
}
