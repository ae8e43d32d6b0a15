// Shows everything that happened to a lot and to the lots that it was made from, in order, with the notices about them.
import { Chip } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { Link } from "wouter";
import type { EventView } from "../../../api/events.ts";
import type { LotWithDetails } from "../../../api/lots.ts";
import type { NoticeView } from "../../../api/notices.ts";
import type { PartyName } from "../../../api/parties.ts";
import type { Verdict } from "../../../protocol/verdict/verdict.ts";
import { count, moment, pieces } from "../../verify/words.ts";
import { useNoticesAbout, useTrailUp } from "../data/trace.ts";
import { Hash } from "../parts/Hash.tsx";
import { Failed, Loading } from "../parts/States.tsx";
import { ACTION_WORDS, fieldWord, NOTICE_WORDS } from "../words.ts";
import { lotNames } from "./names.ts";
import { useAddress } from "./views.ts";

type Happening =
  { kind: "event"; time: number; of: EventView } | { kind: "notice"; time: number; of: NoticeView };

/** Happenings that are shown at once: a trail can have thousands. */
const SHOWN = 200;

interface Props {
  lot: LotWithDetails;
  verdict: Verdict | undefined;
}

export default function Timeline({ lot, verdict }: Props) {
  const { params, set } = useAddress();
  const trail = useTrailUp(lot.lot);
  const notices = useNoticesAbout(lot.lot);
  const [shown, setShown] = useState(SHOWN);
  if (trail.isPending) return <Loading what="the timeline" rows={8} />;
  if (trail.isError) return <Failed error={trail.error} onRetry={() => void trail.refetch()} />;
  const events = trail.data.items;
  const names = lotNames(events, verdict);
  const isOwn = params.get("only") === "1";
  const newest = params.get("order") === "newest";
  const q = (params.get("q") ?? "").trim().toLowerCase();
  const all: Happening[] = [
    ...events.map((of): Happening => ({ kind: "event", time: of.time, of })),
    ...(notices.data?.items ?? []).map((of): Happening => ({ kind: "notice", time: of.time, of })),
  ];
  // Events stand in the trail's order. A notice comes after what happened before it.
  const ordered = all
    .map((one, i) => ({ one, i }))
    .sort((a, b) => a.one.time - b.one.time || a.i - b.i)
    .map(({ one }) => one);
  const wanted = ordered
    .filter((one) => !isOwn || lotsOf(one).includes(lot.lot))
    .filter((one) => q === "" || textOf(one, names).toLowerCase().includes(q));
  const list = newest ? wanted.toReversed() : wanted;
  const others = new Set(all.flatMap(lotsOf)).size - 1;
  return (
    <section aria-label="Timeline">
      <div className="filters">
        <input
          type="search"
          className="search"
          aria-label="Words in the timeline"
          placeholder="Find a party, a lot, an action"
          value={params.get("q") ?? ""}
          onChange={(event) => set({ q: event.currentTarget.value })}
        />
        {others > 0 && (
          <Chip checked={isOwn} onChange={(on) => set({ only: on ? "1" : null })}>
            This lot only
          </Chip>
        )}
        <Chip checked={newest} onChange={(on) => set({ order: on ? "newest" : null })}>
          Newest first
        </Chip>
        <p className="soft" role="status">
          {count(list.length, "entry", "entries")}
          {others > 0 && !isOwn && ` about this lot and ${count(others, "lot")} it comes from`}
        </p>
      </div>
      {notices.isError && <Failed error={notices.error} />}
      {list.length === 0 && <p className="soft">Nothing fits. Leave words out.</p>}
      <ol className="timeline">
        {list.slice(0, shown).map((one, i) => (
          <Item
            key={one.kind === "event" ? one.of.hash : one.of.notice}
            one={one}
            lot={lot.lot}
            names={names}
            isNewDay={dayOf(one.time) !== dayOf(list[i - 1]?.time ?? NaN)}
          />
        ))}
      </ol>
      {list.length > shown && (
        <button type="button" className="button" onClick={() => setShown(shown + SHOWN)}>
          Show {pieces(Math.min(SHOWN, list.length - shown))} more
        </button>
      )}
    </section>
  );
}

const lotsOf = (one: Happening): string[] =>
  one.kind === "event" ? one.of.entries.map(({ lot }) => lot) : [one.of.lot];

function textOf(one: Happening, names: ReadonlyMap<string, string>): string {
  const lots = lotsOf(one).map((lot) => names.get(lot) ?? "");
  if (one.kind === "notice")
    return [NOTICE_WORDS[one.of.kind], one.of.issuer.name, ...lots].join(" ");
  const { action, actor, consignee, details, entries } = one.of;
  const said = [details, ...entries.map((entry) => entry.details)].flatMap(Object.values);
  return [ACTION_WORDS[action ?? ""], actor.name, consignee?.name, ...lots, ...said].join(" ");
}

const dayOf = (time: number) => (Number.isNaN(time) ? "" : moment(time).slice(0, 10));
const clockOf = (time: number) => moment(time).slice(11);

const nameOf = (party: PartyName): ReactNode => party.name ?? <Hash value={party.address} />;

interface ItemProps {
  one: Happening;
  lot: string;
  names: ReadonlyMap<string, string>;
  isNewDay: boolean;
}

function Item({ one, lot, names, isNewDay }: ItemProps) {
  const tone =
    one.kind === "notice" && !one.of.withdrawn
      ? one.of.kind === "recall"
        ? "tone-HOLD is-notice"
        : "tone-WARN is-notice"
      : one.kind === "notice"
        ? "tone-INFO is-notice"
        : lotsOf(one).includes(lot)
          ? "is-own"
          : "";
  return (
    <li className={tone}>
      {isNewDay && (
        <h3>
          {new Date(one.time * 1000).toLocaleDateString("en-GB", {
            day: "numeric",
            month: "long",
            year: "numeric",
            timeZone: "UTC",
          })}
        </h3>
      )}
      <time dateTime={new Date(one.time * 1000).toISOString()}>{clockOf(one.time)}</time>
      {one.kind === "event" ? (
        <Event event={one.of} lot={lot} names={names} />
      ) : (
        <Notice notice={one.of} lot={lot} names={names} />
      )}
    </li>
  );
}

const MOST_LOTS = 6;

function Event({ event, lot, names }: { event: EventView } & Pick<ItemProps, "lot" | "names">) {
  const { action, actor, consignee, entries, otherLots, details, settlement, settled } = event;
  const entered = entries.slice(0, MOST_LOTS);
  const more = entries.length - entered.length + otherLots;
  const facts = Object.entries(details).filter(([name]) => !name.endsWith("Hash"));
  return (
    <div>
      <p>
        <strong>{action === null ? "An event that cannot be read" : ACTION_WORDS[action]}</strong>{" "}
        by {nameOf(actor)}
        {consignee && action === "ship" && <> to {nameOf(consignee)}</>}
      </p>
      <ul className="timeline-lots">
        {entered.map((entry) => (
          <li key={entry.lot}>
            {entry.lot === lot ? (
              <strong>{names.get(lot) ?? "this lot"}</strong>
            ) : (
              <Link href={`/lots/${entry.lot}?view=timeline`}>
                {names.get(entry.lot) ?? "a lot without a number"}
              </Link>
            )}{" "}
            <span className="soft">
              {pieces(entry.quantity)} pieces {entry.isNew ? "made" : "after it"}
              {reasonsIn(entry.details)}
            </span>
          </li>
        ))}
        {more > 0 && <li className="soft">and {count(more, "other lot")}</li>}
      </ul>
      <p className="soft small">
        {facts.map(([name, value]) => (
          <span key={name}>
            {fieldWord(name)}: {String(value)} ·{" "}
          </span>
        ))}
        {settled ? `block ${pieces(settled.block)}` : settlement} ·{" "}
        <Link href={`/lots/${lot}?view=evidence&event=${event.hash}`}>Evidence</Link>
      </p>
    </div>
  );
}

/** What a lot's own entry says of why and what was found. */
const OF_ENTRY = ["reason", "inspectionResult", "remarks", "quantityReason"];
const reasonsIn = (details: EventView["details"]) =>
  OF_ENTRY.flatMap((name) => (details[name] === undefined ? [] : [` · ${String(details[name])}`]));

function Notice({ notice, lot, names }: { notice: NoticeView } & Pick<ItemProps, "lot" | "names">) {
  const { kind, issuer, withdrawn, details } = notice;
  return (
    <div>
      <p>
        <strong>{NOTICE_WORDS[kind]}</strong> by {nameOf(issuer)}
        {withdrawn && " · withdrawn since"}
      </p>
      <p>
        {notice.lot === lot ? (
          "About this lot"
        ) : (
          <>
            About <Link href={`/lots/${notice.lot}`}>{names.get(notice.lot) ?? "another lot"}</Link>
          </>
        )}
        {details["reason"] !== undefined && `: ${String(details["reason"])}`}
      </p>
    </div>
  );
}
