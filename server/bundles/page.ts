// Writes a bundle's page for people: one HTML file that needs nothing else, prints well, and links back to the lot.
import type { BundleDocument, BundleJson } from "../../protocol/trail/bundle.ts";
import { lineOfCustody, withheldIn } from "../../protocol/trail/custody.ts";
import { openDetails } from "../../protocol/event/disclosure.ts";
import { WHAT_A_HASH_PROVES } from "../../protocol/event/document.ts";
import { actionName, eventDigest } from "../../protocol/event/event.ts";
import { Trail, type TrailEvent } from "../../protocol/trail/trail.ts";
import type { Verdict } from "../../protocol/verdict/verdict.ts";
import type { PartyName } from "../../api/parties.ts";

export interface PageParts {
  bundle: BundleJson;
  verdict: Verdict;
  /** Where the lot's page is, and the QR code of that as SVG. */
  link: string;
  symbol: string;
  /** The documents, and under which name each lies beside the page; null where it is missing. */
  documents: readonly { document: BundleDocument; file: string | null }[];
  nameOf: (address: string) => PartyName;
}

/** The page. Everything that comes from outside is escaped. */
export function bundlePage({
  bundle,
  verdict,
  link,
  symbol,
  documents,
  nameOf,
}: PageParts): string {
  const { data: trail } = Trail.safeParse(bundle.trail);
  const domain = { chainId: bundle.trail.chainId, ledger: bundle.trail.ledger };
  const events = (trail?.events ?? []).map((item) => ({
    ...item,
    digest: eventDigest(domain, item.event),
  }));
  const party = (address: string) => {
    const { name, roles } = nameOf(address);
    return `${text(name ?? roles.join(" and "))} <code>${text(address)}</code>`;
  };
  const { identity, state, findings } = verdict;
  const told = [identity.mpn, identity.manufacturer, identity.makerLot, identity.dateCode].filter(
    (one) => one !== null,
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Lot ${text(bundle.trail.lot)}</title>
<style>${STYLE}</style>
</head>
<body>
<header>
<div class="symbol">${symbol}</div>
<h1>${text(told.join(", ") || "Lot")}</h1>
<p>Lot <code>${text(bundle.trail.lot)}</code></p>
<p><a href="${text(link)}">${text(link)}</a></p>
<p>Made ${moment(bundle.made.at)} by ${text(bundle.made.by)}.</p>
</header>
<section>
<h2>Verdict: ${text(verdict.verdict)}</h2>
<p>As of ${verdict.block ? `block ${verdict.block.number}, ${moment(verdict.block.time)}` : "no block: no node answered"}, on
chain ${domain.chainId}, ledger <code>${text(domain.ledger)}</code>. The service judged it with all that it holds; verify
<code>bundle.json</code> for your own, which may stand on less. It proves what was claimed, by whom and when, and that the
claims fit together; not that a chip is genuine.</p>
${state ? `<p>${state.quantity} pieces, held by ${party(state.holder)}${verdict.inTransit ? `, on their way to ${party(state.consignee)}` : ""}${state.held ? ", on hold" : ""}.</p>` : ""}
${list(findings.map(({ verdict: grave, code, message }) => `<b>${text(grave)}</b> ${text(code)}: ${text(message)}`))}
</section>
<section>
<h2>Custody</h2>
${table(
  ["when", "what", "party", "pieces"],
  lineOfCustody(bundle.trail.lot, events).map((step) => [
    ...[moment(step.time), text(step.action), party(step.party), String(step.quantity)],
  ]),
)}
</section>
<section>
<h2>Events</h2>
${events.map((event) => eventPart(event, party)).join("\n")}
</section>
<section>
<h2>Documents</h2>
<p>Note that ${WHAT_A_HASH_PROVES}.</p>
${list(documents.map(documentPart))}
</section>
</body>
</html>
`;
}

function eventPart(
  item: TrailEvent & { digest: string },
  party: (address: string) => string,
): string {
  const { event, details, settled, digest } = item;
  const { entries: ofEntries = [], ...shared } = details ? openDetails(details) : {};
  const lines = event.entries.flatMap(({ lot, quantity, withheld }, i) =>
    withheld === undefined ? [{ lot, quantity, fields: ofEntries[i] ?? {} }] : [],
  );
  const missing = withheldIn(item);
  return `<article>
<h3>${moment(event.time)} ${text(actionName(event.action) ?? "unknown")}, by ${party(event.actor)}</h3>
<p class="small">Event <code>${digest}</code>${settled ? `, recorded in block ${settled.block}` : ", not recorded yet"}</p>
${table(
  ["lot", "pieces", "what is said of it"],
  lines.map(({ lot, quantity, fields }) => [
    `<code>${text(lot)}</code>`,
    String(quantity),
    fieldsPart(fields),
  ]),
)}
<p>${fieldsPart(shared)}</p>
${missing ? `<p class="withheld">Withheld: ${text(withheldText(missing))}.</p>` : ""}
</article>`;
}

function withheldText({
  fields,
  entries,
  details,
  signature,
}: NonNullable<ReturnType<typeof withheldIn>>): string {
  return [
    ...(entries > 0 ? [`entries of ${entries} other lots`] : []),
    ...[...fields].map(([name, count]) => (count > 1 ? `${name} (${count} times)` : name)),
    ...(details ? ["all details"] : []),
    ...(signature ? ["the signature"] : []),
  ].join(", ");
}

function documentPart({
  document: { hash, kind, size },
  file,
}: PageParts["documents"][number]): string {
  const name = file === null ? "missing here" : `<a href="${text(file)}">${text(file)}</a>`;
  return `${text(kind)}, ${size} bytes, SHA-256 <code>${text(hash)}</code>: ${name}`;
}

const fieldsPart = (fields: object) =>
  Object.entries(fields)
    .map(([name, value]) => `${text(name)}: ${text(String(value))}`)
    .join("; ");

const list = (items: readonly string[]) =>
  items.length === 0
    ? "<p>None.</p>"
    : `<ul>${items.map((item) => `<li>${item}</li>`).join("")}</ul>`;

function table(titles: readonly string[], rows: readonly (readonly string[])[]): string {
  const row = (cells: readonly string[], tag: string) =>
    `<tr>${cells.map((cell) => `<${tag}>${cell}</${tag}>`).join("")}</tr>`;
  return `<table><thead>${row(titles, "th")}</thead><tbody>${rows.map((cells) => row(cells, "td")).join("")}</tbody></table>`;
}

const ESCAPES: Record<string, string> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};
const text = (raw: string) => raw.replace(/[&<>"']/g, (sign) => ESCAPES[sign]!);

/** The largest time that a calendar has, in seconds. */
const MAX_DATE = 8.64e12;
const moment = (seconds: number) =>
  seconds > MAX_DATE
    ? String(seconds)
    : `${new Date(seconds * 1000).toISOString().slice(0, 16).replace("T", " ")} UTC`;

const STYLE = `
body { font: 11pt/1.4 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #111; }
code { font-size: 0.85em; overflow-wrap: anywhere; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; border-bottom: 1px solid #ccc; padding: 0.2rem 0.6rem 0.2rem 0; }
.symbol { float: right; } .symbol svg { width: 8rem; height: 8rem; }
.small { font-size: 0.85em; } .withheld { color: #555; font-style: italic; }
article, tr { break-inside: avoid; }
@media print { body { margin: 0; max-width: none; } a { color: inherit; text-decoration: none; } }
`;
