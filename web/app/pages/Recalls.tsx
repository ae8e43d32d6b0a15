// Lists recalls, suspicions and corrections that touch lots the caller sees, and traces many lots forward at once.
import { Button, Chip } from "@mantine/core";
import { Link, useSearchParams } from "wouter";
import type { NoticeView } from "../../../api/notices.ts";
import { PAGES } from "../../../api/pages.ts";
import { count, pieces } from "../../verify/words.ts";
import { useLotOf, useNotices, useReachSums } from "../data/recalls.ts";
import type { SessionView } from "../data/session.ts";
import { Hash } from "../parts/Hash.tsx";
import { Moment } from "../parts/Moment.tsx";
import { Empty, Failed, Loading } from "../parts/States.tsx";
import { NOTICE_WORDS } from "../words.ts";
import "../trace/trace.css";

/** Withdrawals are shown with what they withdraw. */
const isStanding = ({ kind, withdrawn }: NoticeView) =>
  !withdrawn && (kind === "recall" || kind === "suspicion");

export default function Recalls({ session }: { session: SessionView }) {
  const [params, setParams] = useSearchParams();
  const isAll = params.get("all") === "1";
  const notices = useNotices();
  const all = notices.data?.pages.flatMap(({ items }) => items) ?? [];
  const rows = (isAll ? all : all.filter(isStanding)).toReversed();
  const own = session.caller.party?.address;
  return (
    <>
      <div className="page-head">
        <h1>Recalls</h1>
        <p className="buttons screen-only">
          <Link className="button" href={PAGES.traceMany}>
            Trace many lots
          </Link>
        </p>
      </div>
      <div className="filters">
        <Chip
          checked={isAll}
          onChange={(on) => setParams(on ? { all: "1" } : {}, { replace: true })}
        >
          Also withdrawn, and corrections
        </Chip>
        {notices.isSuccess && (
          <p className="soft" role="status">
            {isAll ? count(rows.length, "notice") : `${count(rows.length, "notice")} that stand`}
            {notices.hasNextPage && ", and there are more"}
          </p>
        )}
      </div>
      {notices.isPending && <Loading what="the notices" rows={6} />}
      {notices.isError && <Failed error={notices.error} onRetry={() => void notices.refetch()} />}
      {notices.isSuccess && rows.length === 0 && (
        <Empty title={isAll ? "No notices" : "Nothing is recalled"}>
          Here stand recalls by the issuers of lots that you issued, hold, held or are to receive,
          and suspicions that any party voiced about them.
        </Empty>
      )}
      {rows.length > 0 && (
        <ul className="notices">
          {rows.map((notice) => (
            <Notice key={notice.notice} notice={notice} own={own} />
          ))}
        </ul>
      )}
      {notices.hasNextPage && (
        <Button
          variant="default"
          loading={notices.isFetchingNextPage}
          onClick={() => void notices.fetchNextPage()}
        >
          Read more
        </Button>
      )}
    </>
  );
}

function Notice({ notice, own }: { notice: NoticeView; own: string | undefined }) {
  const { kind, issuer, withdrawn, details, settlement } = notice;
  const lot = useLotOf(notice.lot);
  const stands = isStanding(notice);
  const tone = !stands ? "INFO" : kind === "recall" ? "HOLD" : "WARN";
  const sign = { HOLD: "‖", WARN: "!", INFO: "i" }[tone];
  return (
    <li className={`card notice-card tone-${tone}`}>
      <div className="page-head">
        <h2>
          <span className={`badge tone-${tone}`}>
            <span aria-hidden="true">{sign}</span> {NOTICE_WORDS[kind]}
          </span>{" "}
          {lot.data ? (
            <Link href={`/lots/${notice.lot}`}>{lot.data.lotNumber ?? "no number shown"}</Link>
          ) : (
            <Hash value={notice.lot} />
          )}
        </h2>
        <p className="soft">
          {withdrawn && <strong>withdrawn · </strong>}
          <Moment time={notice.time} />
        </p>
      </div>
      <p>
        {lot.data && `${lot.data.mpn ?? "part not shown"} · ${lot.data.manufacturer ?? ""} · `}
        by {issuer.name ?? <Hash value={issuer.address} />}
        {settlement !== "final" && settlement !== "logged" && ` · ${settlement}, not final yet`}
      </p>
      {details["reason"] !== undefined && <p>“{String(details["reason"])}”</p>}
      {stands && <Touched notice={notice.notice} own={own} />}
    </li>
  );
}

/** What the notice reaches, and how much of that the caller holds. */
function Touched({ notice, own }: { notice: string; own: string | undefined }) {
  const sums = useReachSums(notice, true);
  if (sums.isPending) return <Loading what="what it reaches" rows={1} />;
  if (sums.isError)
    return <p className="soft">You do not see the lot itself, so its pieces cannot be followed.</p>;
  const { byHolder } = sums.data;
  const mine = byHolder.find(({ holder }) => holder.address === own);
  const isClear = own !== undefined && mine === undefined;
  return (
    <div className="touched">
      <p className={mine ? "tone-text-HOLD" : ""}>
        {own === undefined ? null : isClear ? (
          <strong>✓ You hold none of it now.</strong>
        ) : (
          <strong>
            ‖ You hold {mine!.pieces > 0 && `${count(mine!.pieces, "piece")} of it`}
            {mine!.pieces > 0 && mine!.products > 0 && ", and "}
            {mine!.products > 0 && `${count(mine!.products, "product")} with it`} in{" "}
            {count(mine!.lots, "lot")}.
          </strong>
        )}{" "}
        <span className="soft">
          {pieces(sums.data.pieces.recalled)} made · {count(byHolder.length, "holder")} that you see
        </span>
      </p>
      <Link className="button screen-only" href={`/recalls/${notice}`}>
        Where the pieces are
      </Link>
    </div>
  );
}
