// Shows a lot in a line, and everything that was stated of it.
import { Link } from "wouter";
import type { LotView, LotWithDetails } from "../../../api/lots.ts";
import { pieces } from "../../verify/words.ts";
import { fieldWord, weekOf } from "../words.ts";
import { Hash } from "./Hash.tsx";
import { Moment } from "./Moment.tsx";

/** The lot as somebody at a bench names it. */
export function LotLine({ lot }: { lot: LotView }) {
  const parts = [lot.mpn, lot.manufacturer, `${pieces(lot.quantity)} pieces`].filter(Boolean);
  return (
    <p className="lot-line">
      <Link href={`/lots/${lot.lot}`}>{lot.lotNumber ?? "no number shown"}</Link> ·{" "}
      {parts.join(" · ")}
    </p>
  );
}

/** Shown elsewhere on the page, or by their own part. */
const ELSEWHERE = new Set(["lotNumber", "mpn", "manufacturer", "dateCode", "makerLot"]);

export function LotFacts({ lot }: { lot: LotWithDetails }) {
  const week = lot.dateCode === null ? undefined : weekOf(lot.dateCode);
  const details = Object.entries(lot.details ?? {}).filter(
    ([name]) => !ELSEWHERE.has(name) && !name.endsWith("Hash"),
  );
  return (
    <section className="card" aria-labelledby="facts">
      <h2 id="facts">The lot</h2>
      <dl className="facts">
        <Fact name="Part">{lot.mpn ?? "not shown"}</Fact>
        <Fact name="Manufacturer">{lot.manufacturer ?? "not shown"}</Fact>
        <Fact name="Manufacturer's lot">{lot.makerLot ?? "not shown"}</Fact>
        <Fact name="Date code">
          {lot.dateCode ?? "not shown"}
          {week && <span className="soft"> · {week}</span>}
        </Fact>
        <Fact name="Pieces">{pieces(lot.quantity)}</Fact>
        <Fact name="Issuer">{lot.issuer.name ?? <Hash value={lot.issuer.address} />}</Fact>
        <Fact name="Holder">
          {lot.holder.name ?? <Hash value={lot.holder.address} />}
          {lot.held && <strong className="tone-text-HOLD"> ‖ on hold</strong>}
        </Fact>
        {lot.inTransit && (
          <Fact name="On its way to">{lot.consignee?.name ?? "its consignee"}</Fact>
        )}
        {lot.origin && (
          <Fact name="Registered">
            <Moment time={lot.origin.time} />
          </Fact>
        )}
        {details.map(([name, value]) => (
          <Fact key={name} name={fieldWord(name)}>
            <Value value={value} />
          </Fact>
        ))}
        <Fact name="Settlement">{lot.settlement}</Fact>
        <Fact name="Lot id">
          <Hash value={lot.lot} />
        </Fact>
      </dl>
    </section>
  );
}

function Value({ value }: { value: string | number | boolean }) {
  if (typeof value === "number") return pieces(value);
  if (typeof value === "boolean") return value ? "yes" : "no";
  return /^0x[0-9a-f]{40,}$/.test(value) ? <Hash value={value} /> : value;
}

function Fact({ name, children }: { name: string; children: React.ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
