// Lists the packages of a delivery, the newest scan on top, with a tally that filters the list.
import { Button } from "@mantine/core";
import { useState } from "react";
import type { QueuedAct } from "../data/queued.ts";
import type { Scan } from "../data/scans.ts";
import { type Group, type Package, tallyOf } from "../data/tally.ts";
import { VerdictBadge } from "../parts/VerdictBadge.tsx";
import { pieces } from "../../verify/words.ts";
import { DECISION_WORDS, GROUP_WORDS } from "./words.ts";

/** A package with its scan and what is known of it, for its row. */
export interface Row extends Package {
  scan: Scan | undefined;
  queued: QueuedAct | undefined;
  /** Part and pieces. */
  about: string;
  /** Its verdict is on the way, or was read and names no lot. */
  state: "checking" | "not a lot" | "not checked" | "refused" | undefined;
}

interface Props {
  rows: readonly Row[];
  isExpected: boolean;
  chosen: string | null;
  onChoose(row: Row): void;
}

type Filter = Group | "twice";

/** The missing packages that are listed before somebody asks for all. */
const MOST_MISSING = 8;
const ORDER = Object.keys(GROUP_WORDS) as Filter[];

export function DeliveryList({ rows, isExpected, chosen, onChoose }: Props) {
  const [filter, setFilter] = useState<Filter>();
  const tally = tallyOf(rows);
  const counts = ORDER.filter((group) => tally[group] > 0);
  const isFiltered = filter !== undefined && tally[filter] > 0;
  const isShown = ({ group, isTwice }: Row) =>
    !isFiltered || (filter === "twice" ? isTwice : group === filter);
  const all = rows.filter(isShown);
  const missing = all.filter(({ group }) => group === "missing");
  const hidden = isFiltered ? 0 : Math.max(0, missing.length - MOST_MISSING);
  const left = new Set(missing.slice(missing.length - hidden));
  const wanted = rows.filter(({ line }) => line !== undefined);
  const came = wanted.filter(({ group }) => group !== "missing").length;
  return (
    <>
      {isExpected && (
        <div className="progress">
          <p>
            <strong>
              {pieces(came)} of {pieces(wanted.length)}
            </strong>{" "}
            <span className="soft">scanned</span>
          </p>
          <progress value={came} max={wanted.length} aria-label="Packages scanned" />
        </div>
      )}
      {counts.length > 0 && (
        <div className="counts" role="group" aria-label="Show only">
          {counts.map((group) => {
            const { word, tone, sign } = GROUP_WORDS[group];
            return (
              <button
                key={group}
                type="button"
                className={`tone-${tone}`}
                aria-pressed={isFiltered && filter === group}
                onClick={() => setFilter(filter === group ? undefined : group)}
              >
                <span aria-hidden="true">{sign}</span> {pieces(tally[group])} {word}
              </button>
            );
          })}
        </div>
      )}
      {rows.length === 0 && <p className="soft">No reel yet.</p>}
      <ul className="batch">
        {all
          .filter((row) => hidden === 0 || !left.has(row))
          .map((row) => (
            <li key={row.key ?? `missing ${row.name}`}>
              {row.key === null ? (
                <div className="missing">
                  <span className="badge tone-INFO">
                    <span aria-hidden="true">{GROUP_WORDS[row.group].sign}</span>{" "}
                    {GROUP_WORDS[row.group].word}
                  </span>
                  <Name row={row} />
                </div>
              ) : (
                <button
                  type="button"
                  className={row.verdict === undefined ? "unchecked" : undefined}
                  aria-current={row.key === chosen ? "true" : undefined}
                  onClick={() => onChoose(row)}
                >
                  <State row={row} />
                  <Name row={row} />
                </button>
              )}
            </li>
          ))}
      </ul>
      {hidden > 0 && (
        <Button variant="subtle" size="sm" onClick={() => setFilter("missing")}>
          Show {pieces(hidden)} more missing
        </Button>
      )}
    </>
  );
}

function Name({ row }: { row: Row }) {
  const { name, times, isTwice, about, group } = row;
  return (
    <span className="batch-name">
      {name}
      {isTwice && <strong className="tone-text-twice"> ×{times}</strong>}
      <span className="soft small block">
        {about}
        {group === "surplus" && " · not on the list"}
      </span>
      <Decided row={row} />
    </span>
  );
}

function Decided({ row: { scan, queued } }: { row: Row }) {
  if (scan?.decision) {
    const { sign, marked } = DECISION_WORDS[scan.decision.name];
    return (
      <span className="small block">
        {sign} {marked}
      </span>
    );
  }
  if (!scan?.signed) return null;
  if (!scan.signed.isSent)
    return (
      <span className="small block">
        ◷ {DECISION_WORDS[scan.signed.name].button.toLowerCase()}{" "}
        {queued?.stop ? "stopped" : "waits"}
      </span>
    );
  return <span className="small block">✓ signed: {DECISION_WORDS[scan.signed.name].done}</span>;
}

const STATE_SIGNS: Readonly<Record<string, string>> = { "not checked": "◷", refused: "✕" };

function State({ row: { verdict, state } }: { row: Row }) {
  if (verdict) return <VerdictBadge verdict={verdict} />;
  return (
    <span className="badge tone-INFO">
      <span aria-hidden="true">{STATE_SIGNS[state ?? ""] ?? "…"}</span> {state}
    </span>
  );
}
