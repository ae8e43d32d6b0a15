// Shows where the pieces of a lot are, and whether that adds up to the pieces of which it was made.
import { Link } from "wouter";
import type { LotWithDetails } from "../../../api/lots.ts";
import { count, pieces } from "../../verify/words.ts";
import { useReach } from "../data/trace.ts";
import { Hash } from "../parts/Hash.tsx";
import { Failed, Loading } from "../parts/States.tsx";
import { type Balance as Sums, balanceOf, type PartName, PARTS } from "./balance.ts";

/** What each part means. */
const MEANINGS: Record<PartName, string> = {
  "on hand": "In the lot, or in lots split from it, at their holders",
  "in transit": "Shipped and not yet received",
  "handed on": "In log-only lots that you handed on, as you saw them last",
  used: "Built into products",
  scrapped: "Scrapped or lost",
  tested: "Used up by a test",
  short: "Missing when a shipment was counted",
  "not visible": "Split into lots that you may not see",
};

export default function Balance({ lot }: { lot: LotWithDetails }) {
  const reach = useReach(lot.lot);
  if (reach.isPending) return <Loading what="the balance" rows={8} />;
  if (reach.isError) return <Failed error={reach.error} onRetry={() => void reach.refetch()} />;
  const balance = balanceOf(reach.data);
  return (
    <section aria-label="Balance" className="balance">
      <AddsUp balance={balance} isTruncated={reach.data.truncated} />
      <Parts balance={balance} />
      <Holders balance={balance} />
      <p className="soft">
        {count(reach.data.items.length - 1, "lot")} made of it are counted.{" "}
        <Link href={`/recalls/lot/${lot.lot}`}>Every lot, with its holder and quantity</Link>
      </p>
    </section>
  );
}

function AddsUp({ balance, isTruncated }: { balance: Sums; isTruncated: boolean }) {
  const { issued, sum, difference } = balance;
  if (difference === 0)
    return (
      <div className="notice tone-PASS" role="status">
        <p>
          <strong>✓ It adds up.</strong> {pieces(issued)} pieces were made, and every one is
          accounted for.
        </p>
      </div>
    );
  const size = pieces(Math.abs(difference));
  return (
    <div className={`notice tone-${isTruncated ? "INCOMPLETE" : "FAIL"}`} role="alert">
      <p>
        <strong>
          {isTruncated ? "? It does not add up here" : "✕ It does not add up"}: {size} pieces{" "}
          {difference > 0 ? "too many" : "are missing"}.
        </strong>{" "}
        {pieces(issued)} pieces were made, and the parts add up to {pieces(sum)}.{" "}
        {isTruncated
          ? "There are more lots than the service follows."
          : "Ask the service's operator to run fsck."}
      </p>
    </div>
  );
}

function Parts({ balance: { issued, parts, sum } }: { balance: Sums }) {
  const present = PARTS.filter((part) => parts[part] !== 0);
  return (
    <section className="card" aria-labelledby="parts">
      <h2 id="parts">Where {pieces(issued)} pieces are</h2>
      {issued > 0 && (
        <div className="balance-bar" aria-hidden="true">
          {present.map((part) => (
            <span
              key={part}
              className={`balance-part is-${part.replace(" ", "-")}`}
              style={{ flexGrow: Math.max(parts[part], 0) }}
            />
          ))}
        </div>
      )}
      <table className="balance-table">
        <tbody>
          {PARTS.filter((part) => parts[part] !== 0 || part === "on hand").map((part) => (
            <tr key={part}>
              <th scope="row">
                <span className={`balance-key is-${part.replace(" ", "-")}`} aria-hidden="true" />{" "}
                {part.charAt(0).toUpperCase() + part.slice(1)}
                <span className="soft small block">{MEANINGS[part]}</span>
              </th>
              <td className="number">{pieces(parts[part])}</td>
              <td className="number soft">{share(parts[part], issued)}</td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">Together</th>
            <td className="number">
              <strong>{pieces(sum)}</strong>
            </td>
            <td className="number soft">{share(sum, issued)}</td>
          </tr>
          <tr>
            <th scope="row">Made</th>
            <td className="number">
              <strong>{pieces(issued)}</strong>
            </td>
            <td />
          </tr>
        </tfoot>
      </table>
    </section>
  );
}

const share = (part: number, whole: number) =>
  whole === 0 ? "" : `${((part / whole) * 100).toFixed(1)} %`;

function Holders({ balance: { holders, parts } }: { balance: Sums }) {
  if (holders.length === 0) return <p className="soft">Nobody holds pieces of it any longer.</p>;
  return (
    <section className="card" aria-labelledby="holders">
      <h2 id="holders">Who has them</h2>
      <table className="list">
        <thead>
          <tr>
            <th scope="col">Holder</th>
            <th scope="col" className="number">
              Lots
            </th>
            <th scope="col" className="number">
              On hand
            </th>
            <th scope="col" className="number">
              Of these on hold
            </th>
            <th scope="col" className="number">
              Shipped, on the way
            </th>
            <th scope="col" className="number">
              Products with pieces
            </th>
          </tr>
        </thead>
        <tbody>
          {holders.map((row) => (
            <tr key={row.holder.address}>
              <th scope="row">{row.holder.name ?? <Hash value={row.holder.address} />}</th>
              <td data-title="Lots" className="number">
                {pieces(row.lots)}
              </td>
              <td data-title="On hand" className="number">
                {pieces(row.onHand)}
              </td>
              <td data-title="On hold" className="number">
                {pieces(row.onHold)}
              </td>
              <td data-title="On the way" className="number">
                {pieces(row.inTransit)}
              </td>
              <td data-title="Products" className="number">
                {pieces(row.products)}
              </td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">Together</th>
            <td data-title="Lots" className="number">
              {pieces(holders.reduce((all, { lots }) => all + lots, 0))}
            </td>
            <td data-title="On hand" className="number">
              {pieces(parts["on hand"])}
            </td>
            <td data-title="On hold" className="number">
              {pieces(holders.reduce((all, { onHold }) => all + onHold, 0))}
            </td>
            <td data-title="On the way" className="number">
              {pieces(parts["in transit"])}
            </td>
            <td data-title="Products" className="number">
              {pieces(holders.reduce((all, { products }) => all + products, 0))}
            </td>
          </tr>
        </tfoot>
      </table>
    </section>
  );
}
