// Lists the recalls and suspicions that touch what the caller holds, and all notices that it may see.
import { Button, Chip } from "@mantine/core";
import { Link, useSearchParams } from "wouter";
import type { NoticeView, TouchingNotice } from "../../../api/notices.ts";
import { PAGES } from "../../../api/pages.ts";
import { count, pieces } from "../../verify/words.ts";
import { useVerdict } from "../data/lots.ts";
import { useLotOf, useNotices, useReachSums, useTouching } from "../data/recalls.ts";
import type { SessionView } from "../data/session.ts";
import { Hash } from "../parts/Hash.tsx";
import { Moment } from "../parts/Moment.tsx";
import { Empty, Failed, Loading } from "../parts/States.tsx";
import { NOTICE_WORDS } from "../words.ts";
import "../trace/trace.css";

/** A notice with the caller's lots that it touches, where they are known. */
type Row = Partial<Omit<TouchingNotice, "notice">> & { notice: NoticeView };

const isTouching = (row: Row): row is TouchingNotice => row.touched !== undefined;

const isStanding = ({ notice: { kind, withdrawn } }: Row) =>
  !withdrawn && (kind === "recall" || kind === "suspicion");

export default function Recalls({ session }: { session: SessionView }) {
  const [params, setParams] = useSearchParams();
  const isParty = session.caller.party !== null;
  const isAll = !isParty || params.get("all") === "1";
  const hasWithdrawn = params.get("withdrawn") === "1";
  const touching = useTouching(!isAll);
  const notices = useNotices(isAll);
  const list = isAll ? notices : touching;
  const all: Row[] = isAll
    ? (notices.data?.pages.flatMap(({ items }) => items) ?? []).map((notice) => ({ notice }))
    : (touching.data?.pages.flatMap(({ items }) => items) ?? []);
  const rows = (hasWithdrawn ? all : all.filter(isStanding)).toReversed();
  const set = (name: string, on: boolean) =>
    setParams(
      (before) => {
        const after = new URLSearchParams(before);
        if (on) after.set(name, "1");
        else after.delete(name);
        return after;
      },
      { replace: true },
    );
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
        {isParty && (
          <Chip checked={isAll} onChange={(on) => set("all", on)}>
            Also about lots that we hold no more
          </Chip>
        )}
        <Chip checked={hasWithdrawn} onChange={(on) => set("withdrawn", on)}>
          Also withdrawn
        </Chip>
        {list.isSuccess && (
          <p className="soft" role="status">
            {count(rows.length, "notice")} {isAll ? "that you may see" : "about what you hold"}
            {list.hasNextPage && ", and there are more"}
          </p>
        )}
      </div>
      {list.isPending && <Loading what="the notices" rows={6} />}
      {list.isError && <Failed error={list.error} onRetry={() => void list.refetch()} />}
      {list.isSuccess && rows.length === 0 && (
        <Empty title={isAll ? "No notices" : "✓ No recall touches what you hold"}>
          Here stand recalls by issuers, and suspicions that any party voiced, about your lots and
          about the lots that they were made from.
        </Empty>
      )}
      {rows.length > 0 && (
        <ul className="notices">
          {rows.map((row) => (
            <Notice key={row.notice.notice} row={row} own={session.caller.party?.address} />
          ))}
        </ul>
      )}
      {list.hasNextPage && (
        <Button
          variant="default"
          loading={list.isFetchingNextPage}
          onClick={() => void list.fetchNextPage()}
        >
          Read more
        </Button>
      )}
    </>
  );
}

function Notice({ row, own }: { row: Row; own: string | undefined }) {
  const { notice, touched } = row;
  const { kind, issuer, withdrawn, details, settlement } = notice;
  const stands = isStanding(row);
  const tone = !stands ? "INFO" : kind === "recall" ? "HOLD" : "WARN";
  const sign = { HOLD: "‖", WARN: "!", INFO: "i" }[tone];
  return (
    <li className={`card notice-card tone-${tone}`}>
      <div className="page-head">
        <h2>
          <span className={`badge tone-${tone}`}>
            <span aria-hidden="true">{sign}</span> {NOTICE_WORDS[kind]}
          </span>{" "}
          <LotOf notice={notice} through={touched?.[0]?.lot} />
        </h2>
        <p className="soft">
          {withdrawn && <strong>withdrawn · </strong>}
          <Moment time={notice.time} />
        </p>
      </div>
      <p>
        By {issuer.name ?? <Hash value={issuer.address} />}
        {details["reason"] !== undefined && <>: “{String(details["reason"])}”</>}
        {settlement !== "final" && settlement !== "logged" && ` · ${settlement}, not final yet`}
      </p>
      {isTouching(row) ? (
        <Touched row={row} />
      ) : (
        stands && <Reached notice={notice.notice} own={own} />
      )}
    </li>
  );
}

/** The lot that a notice is about: as the caller sees it, or as the trail of a lot that was made from it names it. */
function LotOf({ notice, through }: { notice: NoticeView; through: string | undefined }) {
  const isOwn = through === undefined || through === notice.lot;
  return isOwn ? <SeenLot lot={notice.lot} /> : <LotInTrail lot={notice.lot} through={through} />;
}

function SeenLot({ lot }: { lot: string }) {
  const view = useLotOf(lot);
  if (!view.data) return <Hash value={lot} />;
  const { lotNumber, mpn, manufacturer } = view.data;
  return (
    <>
      <Link href={`/lots/${lot}`}>{lotNumber ?? "no number shown"}</Link>{" "}
      <span className="soft notice-part">{[mpn, manufacturer].filter(Boolean).join(" · ")}</span>
    </>
  );
}

function LotInTrail({ lot, through }: { lot: string; through: string }) {
  const verdict = useVerdict(through);
  const named = verdict.data?.lots.find((each) => each.lot === lot);
  if (!named?.lotNumber) return <Hash value={lot} />;
  return (
    <>
      {named.lotNumber}{" "}
      <span className="soft notice-part">
        {[named.mpn, named.manufacturer].filter(Boolean).join(" · ")}
      </span>
    </>
  );
}

function Touched({ row }: { row: TouchingNotice }) {
  const { notice, touched, lots, pieces: sum } = row;
  return (
    <div className="touched">
      <div>
        <p className={isStanding(row) ? "tone-text-HOLD" : ""}>
          <strong>
            ‖ You have {count(lots, "lot")} of it or made of it, {pieces(sum)} pieces.
          </strong>
        </p>
        <ul className="timeline-lots">
          {touched.map((lot) => (
            <li key={lot.lot}>
              <Link href={`/lots/${lot.lot}?view=tree`}>{lot.lotNumber ?? "no number shown"}</Link>{" "}
              <span className="soft">
                {lot.mpn} · {pieces(lot.quantity)} pieces
                {lot.held && " · ‖ on hold"}
                {lot.inTransit && " · in transit"}
                {lot.lot === notice.lot && " · the lot itself"}
              </span>
            </li>
          ))}
          {lots > touched.length && (
            <li className="soft">and {count(lots - touched.length, "more", "more")}</li>
          )}
        </ul>
      </div>
    </div>
  );
}

/** What the notice reaches, and how much of that the caller holds. */
function Reached({ notice, own }: { notice: string; own: string | undefined }) {
  const sums = useReachSums(notice, true);
  if (sums.isPending) return <Loading what="what it reaches" rows={1} />;
  if (sums.isError)
    return <p className="soft">You do not see the lot itself, so its pieces cannot be followed.</p>;
  const { byHolder } = sums.data;
  const mine = byHolder.find(({ holder }) => holder.address === own);
  const parts = mine && [
    ...(mine.pieces > 0 ? [`${count(mine.pieces, "piece")} of it`] : []),
    ...(mine.products > 0 ? [`${count(mine.products, "product")} with it`] : []),
  ];
  return (
    <div className="touched">
      <p className={parts ? "tone-text-HOLD" : ""}>
        {own !== undefined && (
          <strong>
            {parts ? `‖ You hold ${parts.join(" and ")}. ` : "✓ You hold none of it now. "}
          </strong>
        )}
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
