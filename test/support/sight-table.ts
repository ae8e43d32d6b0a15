// Says for every route what each kind of reader gets of a lot. docs/visibility.md is made from it, and a test holds every route
// and reader to it.

/** Who asks. */
export const READERS = {
  operator: "the operator",
  holder: "the holder, or the consignee while the lot is on its way",
  past: "a party that handed the lot on, its issuer or manufacturer too",
  after: "the holder of a lot that was split from it or assembled of it",
  granted: "an auditor with a grant of one of these",
  stranger: "any other party",
  nobody: "nobody: no API key",
} as const;
export type ReaderKind = keyof typeof READERS;

/** What a reader gets. */
export const SHOWN = {
  all: "everything but private fields of events that do not name it",
  past: "its life up to the own handover with the receipt that ends it; beyond it what the ledger published, without details; of a log-only lot nothing",
  made: "404 for the lot itself; through the own lot its life up to the split or assembly",
  granter: "what the granter gets, up to the grant's level",
  own: "the own things alone",
  named: "events and shipments that name it",
  same: "the same as everyone",
  none: "404, as if it did not exist; nothing in lists",
  refused: "403",
  key: "401",
} as const;
export type Shown = keyof typeof SHOWN;

type Row = Record<ReaderKind, Shown>;

/** What routes are about. */
const OF_LOT: Row = {
  operator: "all",
  holder: "all",
  past: "past",
  after: "made",
  granted: "granter",
  stranger: "none",
  nobody: "key",
};
/** The same, where a grant's token is not accepted. */
const OF_PARTY: Row = { ...OF_LOT, granted: "refused" };
const OF_EVENT: Row = { ...OF_PARTY, stranger: "named" };
const OWN: Row = {
  operator: "own",
  holder: "own",
  past: "own",
  after: "own",
  granted: "refused",
  stranger: "own",
  nobody: "key",
};
const OPERATOR: Row = {
  operator: "all",
  holder: "refused",
  past: "refused",
  after: "refused",
  granted: "refused",
  stranger: "refused",
  nobody: "key",
};
const SAME: Row = {
  operator: "same",
  holder: "same",
  past: "same",
  after: "same",
  granted: "same",
  stranger: "same",
  nobody: "same",
};
/** For everyone with an API key. */
const KNOWN: Row = { ...SAME, granted: "refused", nobody: "key" };

/** What each route shows. */
export const SIGHT: Record<string, Row> = {
  "get /v1/lots": OF_PARTY,
  "get /v1/lots/:lot": OF_LOT,
  "get /v1/lots/:lot/sightings": OWN,
  "delete /v1/lots/:lot/sightings": OWN,
  "get /v1/lots/:lot/trail": OF_LOT,
  "get /v1/lots/:lot/verdict": OF_LOT,
  "post /v1/lots/:lot/verdict": OF_PARTY,
  "get /v1/lots/:lot/bundle": OF_LOT,
  "get /v1/lots/:lot/label": OF_PARTY,
  "post /v1/labels": OF_PARTY,
  "get /v1/lots/:lot/symbols/:symbol": OF_PARTY,
  "post /v1/scan": OF_PARTY,
  "post /v1/scans": OF_PARTY,
  "post /v1/verdicts": OF_PARTY,
  "get /v1/policy": OWN,
  "post /v1/policy": OWN,
  "post /v1/lots": OWN,
  "post /v1/lots/twins": OWN,
  "post /v1/lots/:lot/split": OF_PARTY,
  "post /v1/lots/:lot/assembly": OF_PARTY,
  "post /v1/lots/:lot/inspection": OF_PARTY,
  "post /v1/lots/:lot/hold": OF_PARTY,
  "post /v1/lots/:lot/release": OF_PARTY,
  "post /v1/lots/:lot/correction": OF_PARTY,
  "post /v1/lots/:lot/scrap": OF_PARTY,
  "post /v1/lots/:lot/settle": OF_PARTY,
  "post /v1/shipments": OF_PARTY,
  "post /v1/shipments/:event/receipt": OF_EVENT,
  "post /v1/shipments/:event/refusal": OF_EVENT,
  "post /v1/shipments/:event/cancellation": OF_EVENT,
  "get /v1/shipments": OF_EVENT,
  "get /v1/shipments/:event": OF_EVENT,
  "post /v1/events": OF_PARTY,
  "get /v1/events/:hash": OF_EVENT,
  "post /v1/documents": OWN,
  "get /v1/documents": OWN,
  "get /v1/documents/:hash": OF_PARTY,
  "get /v1/documents/:hash/content": OF_LOT,
  "post /v1/authorisations": OWN,
  "post /v1/alerts": OWN,
  "post /v1/statements": OWN,
  "get /v1/statements": OWN,
  "post /v1/statements/:digest/withdraw": OWN,
  "get /v1/log/checkpoint": SAME,
  "get /v1/log/tile/:level/*index": SAME,
  "get /v1/log/proof/inclusion": SAME,
  "get /v1/log/proof/consistency": SAME,
  "get /v1/log/entries": OF_EVENT,
  "post /v1/notices": OWN,
  "get /v1/notices": OF_PARTY,
  "get /v1/notices/touching": OWN,
  "get /v1/lots/:lot/reach": OF_PARTY,
  "get /v1/notices/:notice/reach": OF_PARTY,
  "post /v1/reach": OF_PARTY,
  "post /v1/bundles": OF_PARTY,
  "post /v1/grants": OWN,
  "get /v1/grants": OWN,
  "post /v1/grants/:id/end": OWN,
  "get /v1/grants/:id/reads": OWN,
  "get /v1/parties": KNOWN,
  "get /v1/parties/:address": KNOWN,
  "post /v1/parties": OPERATOR,
  "post /v1/parties/:address/suspension": OPERATOR,
  "delete /v1/parties/:address/suspension": OPERATOR,
  "post /v1/companies": OPERATOR,
  "post /v1/keys": OWN,
  "delete /v1/keys/:key": OWN,
  "post /v1/api-keys": OWN,
  "get /v1/api-keys": OWN,
  "delete /v1/api-keys/:id": OWN,
  "get /v1/session": { ...OWN, granted: "own", nobody: "same" },
  "post /v1/session": OWN,
  "post /v1/session/start": SAME,
  "get /v1/session/wallet": SAME,
  "post /v1/session/wallet": SAME,
  "get /v1/session/company": SAME,
  "get /v1/session/company/return": SAME,
  "get /v1/members": OPERATOR,
  "post /v1/members": OPERATOR,
  "delete /v1/members/:id": OPERATOR,
  "get /v1/operations": { ...OWN, operator: "all" },
  "get /v1/live": OF_EVENT,
  "delete /v1/session": OWN,
  "get /v1/sessions": OWN,
  "delete /v1/sessions/:id": OWN,
  "get /v1/settlements": OWN,
  "post /v1/settlements/:id/retry": OPERATOR,
  "post /v1/settlements/:id/give-up": OWN,
  "post /v1/fsck": OPERATOR,
  "post /v1/repair": OPERATOR,
  "post /v1/backup": OPERATOR,
  "post /v1/activation": OPERATOR,
  "get /v1/status": OPERATOR,
  "post /v1/status/test": OPERATOR,
  "get /v1/caller": KNOWN,
  "get /v1/service": KNOWN,
  "get /healthz": SAME,
  "get /readyz": SAME,
  "get /metrics": OPERATOR,
  "get /v1/openapi.json": SAME,
  "post /rpc": SAME,
};

/** The text of docs/visibility.md. */
export function makeSightTable(): string {
  const kinds = Object.keys(READERS) as ReaderKind[];
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [
    "# Who sees what",
    "",
    "Made by `npm run vectors` from `test/support/sight-table.ts`. `test/server/http/routes-later.test.ts` asks every route as every reader, and a route without a row fails it.",
    "",
    "A party sees the lots that it holds or is to receive, with their trails back to the origin. **When it hands a lot on, its view ends with its own handover**: the receipt by the next holder is the last event that it sees with details. This holds for the lot's issuer and manufacturer as well.",
    "",
    "- Of a **ledger** lot the ledger publishes more, to everyone: who acted, holder, consignee, quantities, holds, and that a notice was given. The reader sees that, without details and without their number. What is not recorded yet is not shown.",
    "- A **log-only** lot stays for the reader as it was at the handover, in lists, filters, searches, labels, verdicts and bundles alike. Its verdict relies on nothing that came later.",
    "- Later documents, sightings, corrections by others, lots that were split off or assembled, and counts of these are not there for it.",
    "- Its own notices stay its own. An event that names it stays visible to it, with its details.",
    "- If it holds the lot again, or is to receive it, it sees everything again. A consignee that refused sees the lot no longer, unless it held it before.",
    "- A suspended party reads as before: a suspension ends what it may sign.",
    "- The issuer of a recalled lot follows the pieces by its notice: see `reelproof reach`.",
    "",
    line(["", "what the reader gets"]),
    line(["---", "---"]),
    ...Object.entries(SHOWN).map(([name, text]) => line([`**${name}**`, text])),
    "",
    line(["route", ...kinds.map((kind) => READERS[kind])]),
    line(["---", ...kinds.map(() => "---")]),
    ...Object.entries(SIGHT).map(([route, row]) =>
      line([`\`${route}\``, ...kinds.map((kind) => row[kind])]),
    ),
    "",
  ].join("\n");
}
