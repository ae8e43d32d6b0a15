// Lists the deliveries that are on their way, to begin with one.
import { Link } from "wouter";
import { PAGES } from "../../../api/pages.ts";
import { withQuery } from "../data/client.ts";
import { useDeliveries } from "../data/deliveries.ts";
import { Moment } from "../parts/Moment.tsx";
import { Failed, Loading } from "../parts/States.tsx";
import { count } from "../../verify/words.ts";

export function Deliveries() {
  const { data, error, isPending, refetch } = useDeliveries();
  if (isPending) return <Loading what="the deliveries on their way" rows={2} />;
  if (error) return <Failed error={error} onRetry={() => void refetch()} />;
  if (data.items.length === 0) return <p className="soft">No delivery is on its way to you.</p>;
  return (
    <ul className="deliveries">
      {data.items.map(({ shipment, shipper, time, lots, open }) => (
        <li key={shipment}>
          <Link href={withQuery(PAGES.inspect, { delivery: shipment })}>
            <strong>{shipper.name ?? "an unknown party"}</strong>
            <span className="soft small block">
              {open === lots ? count(lots, "lot") : `${open} of ${count(lots, "lot")}`} on the way ·
              shipped <Moment time={time} />
            </span>
          </Link>
        </li>
      ))}
    </ul>
  );
}
