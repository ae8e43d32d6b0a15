// Shows the bundle's trail: the line of custody, notices, corrected facts, withheld fields, all events, and documents.
import type { BundleDocument } from "../../protocol/trail/bundle.ts";
import { withheldIn } from "../../protocol/trail/custody.ts";
import { DOCUMENT_KINDS, WHAT_A_HASH_PROVES } from "../../protocol/event/document.ts";
import { actionName } from "../../protocol/event/event.ts";
import type { TrailEvent } from "../../protocol/trail/trail.ts";
import type { Verdict } from "../../protocol/verdict/verdict.ts";
import { type Child, el, hex, section, shortHex, table } from "./dom.ts";
import { wordsOf } from "../../protocol/verdict/words.ts";
import { bytes, count, moment, pieces } from "./words.ts";

/** An event of the trail with its digest. */
export interface Item extends TrailEvent {
  digest: string;
}
type NameOf = (address: string) => HTMLElement;

/** The most rows of a table. A hostile bundle can have any number, which would freeze the page. */
const MAX_ROWS = 1_000;
const tooMany = (rows: readonly unknown[]) =>
  rows.length > MAX_ROWS &&
  el(
    "p",
    { class: "about" },
    `Only the first ${pieces(MAX_ROWS)} of ${pieces(rows.length)} are shown.`,
  );

/** Shows what happened to the lot, in order, and what each party said about it. */
export function showCustody(
  { lot, verdict, custody }: Verdict,
  nameOf: NameOf,
): HTMLElement | null {
  if (lot === null) return null;
  if (custody.length === 0)
    return section("Line of custody", "The bundle shows no valid event of this lot.");
  const about =
    verdict === "FAIL"
      ? "This is what the bundle states. Read the findings before you rely on it."
      : null;
  const rows = custody.slice(0, MAX_ROWS).map((step) => {
    const { time, action, actor, consignee, quantity, event, details } = step;
    const to = consignee === null ? [] : [" to ", nameOf(consignee)];
    const who = el("span", { class: "who" }, nameOf(actor), ...to);
    const said = Object.values(details).map(String).join("; ");
    const what = el(
      "span",
      { class: "what" },
      `${action}, ${pieces(quantity)} pieces${said === "" ? "" : `: ${said}`}`,
    );
    return el(
      "li",
      {},
      el("time", { datetime: dateOf(time) }, moment(time)),
      who,
      what,
      shortHex(event),
    );
  });
  return section("Line of custody", about, el("ol", { class: "custody" }, rows), tooMany(custody));
}

function dateOf(time: number): string | undefined {
  const date = new Date(time * 1000);
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}

/** Shows what each event withholds. */
export function showWithheld(items: readonly Item[]): HTMLElement | null {
  if (items.length === 0) return null;
  const rows = items.flatMap((item, i) => {
    const withheld = withheldIn(item);
    if (!withheld) return [];
    const { fields, entries, details, signature } = withheld;
    const what = [
      details && "all details",
      signature && "the signature",
      entries > 0 && count(entries, "entry of other lots", "entries of other lots"),
      ...[...fields].map(([name, times]) => (times === 1 ? name : `${name} (${times} times)`)),
    ].filter((text) => text !== false);
    return [[i + 1, nameOfAction(item), what.join(", "), shortHex(item.digest)] as Child[]];
  });
  if (rows.length === 0)
    return section("Withheld", "Nothing. Every field of every event is shown.");
  const columns = [
    { title: "No.", kind: "number" as const },
    { title: "Action" },
    { title: "Withheld" },
    { title: "Event" },
  ];
  return section(
    "Withheld",
    "These fields were signed, but this bundle does not show them. Ask the party that signed the event for them.",
    table("What is withheld", columns, rows.slice(0, MAX_ROWS)),
    tooMany(rows),
  );
}

const nameOfAction = ({ event }: Item) => actionName(event.action) ?? `action ${event.action}`;

/** Shows every event with the block in which the ledger recorded it, or in which its log was anchored. */
export function showEvents(
  items: readonly Item[],
  { events, block }: Verdict,
  nameOf: NameOf,
): HTMLElement | null {
  if (items.length === 0) return null;
  const records = new Map(events.map((each) => [each.event, each]));
  const rows = items.slice(0, MAX_ROWS).map((item, i): Child[] => {
    const { recorded, logged } = records.get(item.digest) ?? {};
    const place = recorded ?? logged;
    const where = place
      ? `${recorded ? "" : "logged, "}block ${place.block}${place.final ? "" : ", not final"}`
      : block === null
        ? "not asked"
        : "not found";
    return [
      i + 1,
      moment(item.event.time),
      nameOfAction(item),
      nameOf(item.event.actor),
      where,
      hex(item.digest),
    ];
  });
  const columns = [
    { title: "No.", kind: "number" as const },
    { title: "Happened", kind: "time" as const },
    { title: "Action" },
    { title: "Signed by" },
    { title: "Recorded" },
    { title: "Event" },
  ];
  return el(
    "section",
    { class: "part" },
    el(
      "details",
      {},
      el("summary", {}, el("h3", {}, `All ${count(items.length, "event")}`)),
      table("All events", columns, rows),
      tooMany(items),
    ),
  );
}

/** Shows the recalls, suspicions, corrections and withdrawals that concern the lot. */
export function showNotices({ notices, lots, block }: Verdict, nameOf: NameOf): HTMLElement | null {
  if (notices.length === 0) return null;
  const numbers = new Map(lots.map(({ lot, lotNumber }) => [lot, lotNumber]));
  const rows = notices
    .slice(0, MAX_ROWS)
    .map(({ notice, lot, kind, issuer, time, recorded, withdrawn, details }): Child[] => {
      const standing = recorded ? "recorded" : block === null ? "not asked" : "not found";
      return [
        moment(time),
        kind,
        numbers.get(lot) ?? hex(lot),
        nameOf(issuer),
        Object.entries(details)
          .map(([name, value]) => `${wordsOf(name)}: ${value}`)
          .join("; "),
        withdrawn ? "withdrawn" : standing,
        hex(notice),
      ];
    });
  const columns = [
    { title: "Issued", kind: "time" as const },
    { title: "Kind" },
    { title: "Lot" },
    { title: "Issuer" },
    { title: "What it says" },
    { title: "Standing" },
    { title: "Notice" },
  ];
  return section("Notices", null, table("Notices", columns, rows), tooMany(notices));
}

/** Shows the facts that issuers corrected: what they stated first, what holds now, and why. */
export function showCorrections(
  { corrections, lots }: Verdict,
  nameOf: NameOf,
): HTMLElement | null {
  if (corrections.length === 0) return null;
  const numbers = new Map(lots.map(({ lot, lotNumber }) => [lot, lotNumber]));
  const text = (value: string | number | boolean | null) =>
    value === null ? "not shown" : String(value);
  const rows = corrections
    .slice(0, MAX_ROWS)
    .map(({ lot, issuer, time, name, before, after, reason }): Child[] => [
      moment(time),
      numbers.get(lot) ?? hex(lot),
      wordsOf(name),
      text(before),
      text(after),
      reason ?? "",
      nameOf(issuer),
    ]);
  const columns = [
    { title: "Corrected", kind: "time" as const },
    { title: "Lot" },
    { title: "Fact" },
    { title: "Before" },
    { title: "Now" },
    { title: "Reason" },
    { title: "Issuer" },
  ];
  return section(
    "Corrected facts",
    null,
    table("Corrected facts", columns, rows),
    tooMany(corrections),
  );
}

/** Shows the documents that the bundle lists. */
export function showDocuments(documents: readonly BundleDocument[]): HTMLElement | null {
  if (documents.length === 0) return null;
  const rows = documents
    .slice(0, MAX_ROWS)
    .map(({ hash, kind, size }): Child[] => [DOCUMENT_KINDS[kind], bytes(size), hex(hash)]);
  const columns = [{ title: "Kind" }, { title: "Size" }, { title: "SHA-256" }];
  return section(
    "Documents",
    `Signed events name these documents by their SHA-256: ${WHAT_A_HASH_PROVES}.`,
    table("Documents", columns, rows),
    tooMany(documents),
  );
}
