// Shows where the pieces of a lot are, or those that a notice is about: counts, holders, every lot, and a CSV of them.
import { Link } from "wouter";
import { useNoticeReach, useReach } from "../data/trace.ts";
import { Failed, Loading } from "../parts/States.tsx";
import { ReachSums, ReachTable } from "../trace/ReachTable.tsx";
import "../trace/trace.css";

const SCOPE_WORDS = {
  everything: "You see every lot of the service.",
  "the recall":
    "You issued the recall, so you see each lot that the ledger published, with holder and quantity.",
  "own lots": "You see the lots that you issued, hold, held or are to receive, and those alone.",
} as const;

/** @param of a notice's digest, or with `isLot` a lot */
export default function Reach({ of, isLot }: { of: string; isLot: boolean }) {
  return isLot ? <OfLot lot={of} /> : <OfNotice notice={of} />;
}

const OfLot = ({ lot }: { lot: string }) => <Shown reach={useReach(lot)} />;
const OfNotice = ({ notice }: { notice: string }) => <Shown reach={useNoticeReach(notice)} />;

function Shown({ reach }: { reach: ReturnType<typeof useReach> }) {
  if (reach.isPending)
    return (
      <>
        <h1>Where the pieces are</h1>
        <Loading what="where the pieces are" rows={8} />
      </>
    );
  if (reach.isError)
    return (
      <>
        <h1>Where the pieces are</h1>
        <Failed error={reach.error} onRetry={() => void reach.refetch()} />
      </>
    );
  const { lot, lotNumber, scope, truncated, items } = reach.data;
  return (
    <>
      <div className="page-head">
        <h1>
          Where the pieces of{" "}
          <Link className="name" href={`/lots/${lot}`}>
            {lotNumber ?? "this lot"}
          </Link>{" "}
          are
        </h1>
        <p className="buttons screen-only">
          <button type="button" className="button" onClick={() => print()}>
            Print
          </button>
        </p>
      </div>
      <p className="soft">
        {SCOPE_WORDS[scope]}
        {truncated && " There are more lots than are followed; the nearest are listed."}
      </p>
      <ReachSums {...reach.data} />
      <ReachTable items={items} name={`where-${lotNumber ?? lot.slice(0, 12)}`} />
    </>
  );
}
