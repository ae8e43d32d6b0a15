// Writes a bundle's page for people: one HTML file that needs no other, prints well, and links back to the lot.
import { createHash } from "node:crypto";
import type { BundleDocument, BundleJson } from "../../protocol/trail/bundle.ts";
import { withheldIn } from "../../protocol/trail/custody.ts";
import { openDetails } from "../../protocol/event/disclosure.ts";
import { WHAT_A_HASH_PROVES } from "../../protocol/event/document.ts";
import { actionName, eventDigest } from "../../protocol/event/event.ts";
import { Trail, type TrailEvent } from "../../protocol/trail/trail.ts";
import { headOf, headText } from "../../protocol/verdict/head.ts";
import type { Verdict } from "../../protocol/verdict/verdict.ts";
import { WHAT_IT_PROVES, wordsOf } from "../../protocol/verdict/words.ts";
import type { PartyName } from "../../api/parties.ts";

export interface PageParts {
  bundle: BundleJson;
  verdict: Verdict;
  /** The link to the lot's page. */
  link: string;
  /** The same link as a QR code, an SVG that this service drew. */
  symbol: string;
  /** The documents, each with the name of its file beside the page; null where it is missing. */
  documents: readonly { document: BundleDocument; file: string | null }[];
  nameOf: (address: string) => PartyName;
}

/** Builds the page. `html` escapes every text, so nothing in the bundle can become markup. */
export function bundlePage({
  bundle,
  verdict,
  link,
  symbol,
  documents,
  nameOf,
}: PageParts): string {
  const { data: trail } = Trail.safeParse(bundle.trail);
  const { chainId, ledger, lot } = bundle.trail;
  const domain = { chainId, ledger };
  const events = (trail?.events ?? []).map((item) => ({
    ...item,
    digest: eventDigest(domain, item.event),
  }));
  const party: PartyText = (address) => {
    const { name, roles } = nameOf(address);
    // Isolated: a name from the ledger may run from right to left, and must not reorder the line.
    return html`<bdi>${name ?? roles.join(" and ")}</bdi> <code>${address}</code>`;
  };
  const { identity, state, findings, block } = verdict;
  const parts = [identity.mpn, identity.manufacturer, identity.makerLot, identity.dateCode]
    .filter((one) => one !== null)
    .join(", ");
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width" />
        <meta http-equiv="Content-Security-Policy" content="${POLICY}" />
        <title>${verdict.verdict}: lot ${identity.lotNumber ?? lot}</title>
        ${markup(`<style>${STYLE}</style>`)}
      </head>
      <body>
        <header>
          <div class="symbol">${markup(symbol)}</div>
          <h1>${identity.lotNumber ?? "Lot"}</h1>
          <p>${parts}</p>
          <p>Lot id <code>${lot}</code></p>
          <p><a href="${link}">${link}</a></p>
          <p>Made ${moment(bundle.made.at)} by ${bundle.made.by}.</p>
        </header>
        <section>
          <h2>${headText(headOf(verdict))}</h2>
          <p>
            As of
            ${block ? `block ${block.number}, ${moment(block.time)}` : "no block: no node answered"},
            on chain ${chainId}, ledger <code>${ledger}</code>. The service judged it with
            everything it holds. Verify <code>bundle.json</code> to get your own verdict, which may
            rest on less. ${WHAT_IT_PROVES}
          </p>
          ${state ? holdingPart(state, verdict.inTransit, party) : ""}
          ${verdict.notices.filter(({ withdrawn, kind }) => !withdrawn && kind !== "correction").map((notice) => noticePart(notice, verdict.lots, party))}
          ${verdict.corrections.map((correction) => correctionPart(correction, verdict.lots, party))}
          ${list(findings.map(({ verdict: severity, code, message }) => html`<b>${severity}</b> ${code}: ${message}`))}
        </section>
        <section>
          <h2>Custody</h2>
          ${table(
            ["when", "what", "party", "pieces"],
            verdict.custody.map(({ time, action, actor, consignee, quantity }) => [
              moment(time),
              action,
              consignee === null ? party(actor) : html`${party(actor)} to ${party(consignee)}`,
              quantity,
            ]),
          )}
        </section>
        <section>
          <h2>Events</h2>
          ${events.map((event) => eventPart(event, party))}
        </section>
        <section>
          <h2>Documents</h2>
          <p>Note that ${WHAT_A_HASH_PROVES}.</p>
          ${list(documents.map(documentPart))}
        </section>
      </body>
    </html> `.html;
}

/** A party's name, or its roles where the name is hidden, with its address. */
type PartyText = (address: string) => Html;

/** Who holds the pieces, and where they are going. */
function holdingPart(
  { quantity, holder, consignee, held }: NonNullable<Verdict["state"]>,
  inTransit: boolean,
  party: PartyText,
): Html {
  const target = inTransit ? html`, on their way to ${party(consignee)}` : "";
  return html`<p>
    ${quantity} pieces, held by ${party(holder)}${target}${held ? ", on hold" : ""}.
  </p>`;
}

/** A recall or suspicion: of which lot, by whom, and what its issuer says. */
function noticePart(
  { kind, lot, issuer, time, details }: Verdict["notices"][number],
  lots: Verdict["lots"],
  party: PartyText,
): Html {
  const number = lots.find((each) => each.lot === lot)?.lotNumber ?? lot;
  const says = Object.entries(details).map(([name, value]) => `${wordsOf(name)}: ${value}`);
  return html`<p>
    <b>${kind}</b> of ${number} by ${party(issuer)}, ${moment(time)}. ${says.join("; ")}
  </p>`;
}

/** A corrected fact: of which lot, what it was and is, by whom and why. */
function correctionPart(
  { lot, issuer, time, name, before, after, reason }: Verdict["corrections"][number],
  lots: Verdict["lots"],
  party: PartyText,
): Html {
  const number = lots.find((each) => each.lot === lot)?.lotNumber ?? lot;
  const text = (value: string | number | boolean | null) =>
    value === null ? "not shown" : String(value);
  return html`<p>
    <b>corrected</b> ${wordsOf(name)} of ${number} from ${text(before)} to ${text(after)} by
    ${party(issuer)}, ${moment(time)}. ${reason === null ? "" : `reason: ${reason}`}
  </p>`;
}

function eventPart(item: TrailEvent & { digest: string }, party: PartyText): Html {
  const { event, details, settled, digest } = item;
  const { entries: entryDetails = [], ...shared } = details ? openDetails(details) : {};
  const lines = event.entries.flatMap(({ lot, quantity, withheld }, i) =>
    withheld === undefined ? [{ lot, quantity, fields: entryDetails[i] ?? {} }] : [],
  );
  const missing = withheldIn(item);
  return html`<article>
    <h3>
      ${moment(event.time)} ${actionName(event.action) ?? "unknown"}, by ${party(event.actor)}
    </h3>
    <p class="small">
      Event
      <code>${digest}</code
      >${settled ? `, recorded in block ${settled.block}` : ", not recorded yet"}
    </p>
    ${table(
      ["lot", "pieces", "details"],
      lines.map(({ lot, quantity, fields }) => [
        html`<code>${lot}</code>`,
        quantity,
        fieldsText(fields),
      ]),
    )}
    <p>${fieldsText(shared)}</p>
    ${missing ? html`<p class="withheld">Withheld: ${withheldText(missing)}.</p>` : ""}
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
}: PageParts["documents"][number]): Html {
  const name = file === null ? "missing here" : html`<a href="${file}">${file}</a>`;
  return html`${kind}, ${size} bytes, SHA-256 <code>${hash}</code>: ${name}`;
}

const fieldsText = (fields: object) =>
  Object.entries(fields)
    .map(([name, value]) => `${name}: ${String(value)}`)
    .join("; ");

const list = (items: readonly Html[]) =>
  items.length === 0
    ? html`<p>None.</p>`
    : html`<ul>
        ${items.map((item) => html`<li>${item}</li>`)}
      </ul>`;

const table = (titles: readonly string[], rows: readonly (readonly Content[])[]) =>
  html`<table>
    <thead>
      <tr>
        ${titles.map((title) => html`<th>${title}</th>`)}
      </tr>
    </thead>
    <tbody>
      ${rows.map(
        (cells) =>
          html`<tr>
            ${cells.map((cell) => html`<td>${cell}</td>`)}
          </tr>`,
      )}
    </tbody>
  </table>`;

/* HTML THAT ESCAPES */

/** Markup that is part of the page. */
interface Html {
  readonly html: string;
}
/** The content of a template: markup stays unchanged, text is escaped, lists are joined. */
type Content = Html | string | number | readonly Content[];

/** Marks our own text as markup. Never used for anything from outside. */
const markup = (text: string): Html => ({ html: text });

/** Makes markup of a template. Escapes every text that is put into it. */
const html = (template: TemplateStringsArray, ...contents: readonly Content[]): Html =>
  markup(String.raw({ raw: template }, ...contents.map(markupOf)));

function markupOf(content: Content): string {
  if (typeof content === "string") return content.replace(/[&<>"']/g, (sign) => ESCAPES[sign]!);
  if (typeof content === "number") return String(content);
  return isMarkup(content) ? content.html : content.map(markupOf).join("");
}

const isMarkup = (content: Html | readonly Content[]): content is Html => "html" in content;

const ESCAPES: Record<string, string> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

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

/** The page runs nothing, loads nothing and sends nothing, whatever might get into it: it has its own style, and no more. */
const POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash("sha256").update(STYLE).digest("base64")}'`,
  "base-uri 'none'",
  "form-action 'none'",
].join("; ");
