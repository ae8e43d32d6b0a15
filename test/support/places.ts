// Says for every route where a caller can name what belongs to others. The test of what stays unseen asks each route for it,
// and fails on a route that has no place here.
import { fromHex } from "../../protocol/base/bytes.ts";
import { detailsRoot } from "../../protocol/event/disclosure.ts";
import {
  ACTIONS,
  type ActionName,
  type CustodyEvent,
  eventDigest,
} from "../../protocol/event/event.ts";
import { lotId } from "../../protocol/event/lot.ts";
import { NOTICE_KINDS, type Notice, noticeDigest } from "../../protocol/event/notice.ts";
import {
  STATEMENT_KINDS,
  type Statement,
  contentHash,
  statementDigest,
} from "../../protocol/event/statement.ts";
import { lotLink } from "../../protocol/label/link.ts";
import { ZERO_ADDRESS, ZERO_HASH } from "../../protocol/base/values.ts";
import type { TestHttp } from "./http.ts";

/** Who asks, and with what. */
export interface Asker {
  http: TestHttp;
  /** The party that asks. */
  party: string;
  /** A party that others deal with. */
  other: string;
  /** Signs a digest with the asker's key. */
  sign: (digest: string) => string;
  now: number;
}

/** What belongs to others, or to nobody. */
export interface Named {
  /** The lot, event, document and so on. */
  id: string;
  /** A word of the lot. */
  word: string;
  /** A bundle of the lot that does not name the asker; null where it does. */
  bundle: unknown;
}

export interface Asked {
  path: string;
  body?: unknown;
  /** The status where the caller sees what it names. Missing: other tests show it. */
  own?: number;
  /** The answer follows from what the ledger publishes, so a settled lot differs from one that is not there. */
  onLedger?: true;
  /** The answer has the digest of what was accepted, which differs as the id does. */
  digest?: true;
}

/** What a route can name. */
export type Subject =
  "lot" | "event" | "document" | "grant" | "statement" | "notice" | "key" | "apiKey" | "session";

/** Where a route can name something: what it is, and the requests that name it. */
interface Names {
  subject: Subject;
  ask(asker: Asker, named: Named): Asked[];
}
/** A list. Its answers to the asker do not change with what others do. */
interface Lists {
  paths: string[];
}
/** Why a route tells nothing of what belongs to others. */
interface Tells {
  why: string;
}
export type Place = Names | Lists | Tells;

const OF_LOT = (path: string, own: number, body?: unknown): Place => ({
  subject: "lot",
  ask: (_asker, { id }) => [
    { path: path.replace(":lot", id), own, ...(body !== undefined && { body }) },
  ],
});
const of = (subject: Subject, ...paths: string[]): Place => ({
  subject,
  ask: (_asker, { id }) => paths.map((path) => ({ path: path.replace(":id", id) })),
});
const post = (subject: Subject, path: string, body: unknown = {}): Place => ({
  subject,
  ask: (_asker, { id }) => [{ path: path.replace(":id", id), body }],
});
const operator: Tells = { why: "only the operator may use it, and sees everything" };
const open: Tells = { why: "it says the same to everyone" };
const published: Tells = { why: "the log and the ledger publish it" };
const ownOnly: Tells = { why: "it takes and changes the caller's own things only" };

/** A signature of nobody. */
export const MADE_UP = `0x${"11".repeat(64)}1b`;
const SECRET = `0x${"07".repeat(32)}`;
const OTHER_WORD = `0x${"12".repeat(32)}`;

/** An event of the asker's on a lot. Where its action makes lots, it makes one beside. */
function eventOn(
  { http, party, other, sign, now }: Asker,
  { id: lot }: Named,
  { action, previous, valid }: { action: ActionName; previous: string; valid: boolean },
) {
  const makes = action === "split" || action === "assemble" || previous === ZERO_HASH;
  const made = lotId(party, `MADE-${action}`);
  const both = makes && previous !== ZERO_HASH;
  const old = { lot, previous, quantity: both ? 60 : 100 };
  const entries = both ? [old, { lot: made, previous: ZERO_HASH, quantity: 40 }] : [old];
  entries.sort((a, b) => (a.lot < b.lot ? -1 : 1));
  const details = {
    entries: entries.map((entry) =>
      entry.previous === ZERO_HASH ? { lotNumber: `MADE-${action}` } : {},
    ),
  };
  const event: CustodyEvent = {
    action: ACTIONS[action],
    actor: party,
    holder: action === "refuse" ? other : party,
    consignee: action === "ship" ? other : ZERO_ADDRESS,
    entries,
    time: now,
    details: makes ? detailsRoot(details, fromHex(SECRET)) : ZERO_HASH,
  };
  const signature = valid ? sign(eventDigest(http.ctx.domain, event)) : MADE_UP;
  return { event, signature, ...(makes && { details, secret: SECRET }) };
}

function noticeOn({ http, party, sign, now }: Asker, about: Partial<Notice>, valid: boolean) {
  const notice: Notice = {
    lot: ZERO_HASH,
    kind: NOTICE_KINDS.suspicion,
    issuer: party,
    time: now,
    withdraws: ZERO_HASH,
    details: ZERO_HASH,
    ...about,
  };
  const signature = valid ? sign(noticeDigest(http.ctx.domain, notice)) : MADE_UP;
  return { notice, signature };
}

const LABEL_ORIGIN = "https://label.example";

/** The place of every route, by its name. */
export const PLACES: Record<string, Place | readonly Place[]> = {
  "get /v1/lots": {
    paths: [
      "/v1/lots?limit=200",
      "/v1/lots?q=unseen",
      "/v1/lots?mpn=UNSEEN",
      "/v1/lots?lotNumber=UNSEEN-0",
      "/v1/lots?dateCode=2601",
      "/v1/lots?manufacturer=UNSEEN&makerLot=UNSEEN",
      "/v1/lots?held=true",
      "/v1/lots?inTransit=true&since=1",
    ],
  },
  "get /v1/lots/:lot": OF_LOT("/v1/lots/:lot", 200),
  "get /v1/lots/:lot/sightings": OF_LOT("/v1/lots/:lot/sightings", 200),
  "delete /v1/lots/:lot/sightings": OF_LOT("/v1/lots/:lot/sightings", 204),
  "get /v1/lots/:lot/trail": {
    subject: "lot",
    ask: (_asker, { id }) => [
      { path: `/v1/lots/${id}/trail`, own: 200 },
      { path: `/v1/lots/${id}/trail?direction=down&proofs=false`, own: 200 },
    ],
  },
  "get /v1/lots/:lot/verdict": OF_LOT("/v1/lots/:lot/verdict", 200),
  "post /v1/lots/:lot/verdict": OF_LOT("/v1/lots/:lot/verdict", 200, {
    expected: { mpn: "UNSEEN", quantity: 100 },
    policy: { required: ["V05"] },
  }),
  "get /v1/lots/:lot/bundle": {
    subject: "lot",
    ask: (_asker, { id }) =>
      ["json", "zip"].map((format) => ({
        path: `/v1/lots/${id}/bundle?format=${format}`,
        own: 200,
      })),
  },
  "get /v1/lots/:lot/label": {
    subject: "lot",
    ask: (_asker, { id }) => [{ path: `/v1/lots/${id}/label?format=zpl`, own: 200 }],
  },
  "get /v1/lots/:lot/symbols/:symbol": {
    subject: "lot",
    ask: (_asker, { id }) =>
      ["datamatrix", "qr"].map((symbol) => ({
        path: `/v1/lots/${id}/symbols/${symbol}`,
        own: 200,
      })),
  },
  "post /v1/labels": {
    subject: "lot",
    ask: (_asker, { id }) => [
      { path: "/v1/labels", body: { lots: [id], format: "zpl" }, own: 200 },
    ],
  },
  "post /v1/scan": {
    subject: "lot",
    ask: ({ http }, { id }) => {
      const { chainId, ledger } = http.ctx.domain;
      const label = lotLink(LABEL_ORIGIN, { lot: id, chainId, ledger });
      return [
        { path: "/v1/scan", body: { label, place: "dock" }, own: 200, onLedger: true },
        { path: "/v1/scan", body: { label: [label, label] }, own: 200, onLedger: true },
      ];
    },
  },
  "post /v1/scans": {
    subject: "lot",
    ask: ({ http }, { id }) => {
      const { chainId, ledger } = http.ctx.domain;
      const label = lotLink(LABEL_ORIGIN, { lot: id, chainId, ledger });
      return [{ path: "/v1/scans", body: { labels: [label] }, own: 200, onLedger: true }];
    },
  },
  "post /v1/verdicts": {
    subject: "lot",
    ask: (_asker, { id }) => [{ path: "/v1/verdicts", body: { lots: [id] }, own: 200 }],
  },
  "get /v1/policy": { paths: ["/v1/policy"] },
  "post /v1/policy": ownOnly,
  "post /v1/lots": ownOnly,
  "post /v1/lots/twins": ownOnly,
  "post /v1/lots/:lot/split": {
    subject: "lot",
    ask: (_asker, { id }) => [
      {
        path: `/v1/lots/${id}/split`,
        body: { children: [{ lotNumber: `UNSEEN-${id.slice(-8)}`, quantity: 40 }] },
        own: 201,
      },
    ],
  },
  "post /v1/lots/:lot/assembly": {
    subject: "lot",
    ask: (_asker, { id }) => [
      {
        path: `/v1/lots/${id}/assembly`,
        body: { quantity: 1, products: [{ lotNumber: `UNSEEN-${id.slice(-8)}`, quantity: 1 }] },
        own: 201,
      },
      {
        path: `/v1/lots/${OTHER_WORD}/assembly`,
        body: {
          quantity: 1,
          inputs: [{ lot: id, quantity: 1 }],
          products: [{ lotNumber: "UNSEEN-PRODUCT", quantity: 1 }],
        },
      },
    ],
  },
  "post /v1/lots/:lot/inspection": OF_LOT("/v1/lots/:lot/inspection", 201, {}),
  "post /v1/lots/:lot/hold": OF_LOT("/v1/lots/:lot/hold", 201, {}),
  "post /v1/lots/:lot/release": OF_LOT("/v1/lots/:lot/release", 422, {}),
  "post /v1/lots/:lot/correction": OF_LOT("/v1/lots/:lot/correction", 201, {
    details: { mpn: "TM-CORRECTED", reason: "typing error" },
  }),
  "post /v1/lots/:lot/scrap": OF_LOT("/v1/lots/:lot/scrap", 201, { quantity: 1 }),
  "post /v1/lots/:lot/settle": OF_LOT("/v1/lots/:lot/settle", 200, {}),
  "post /v1/shipments": {
    subject: "lot",
    ask: ({ other }, { id }) => [
      { path: "/v1/shipments", body: { consignee: other, lots: [{ lot: id }] }, own: 201 },
      {
        path: "/v1/shipments",
        body: { consignee: other, lots: [{ lot: id }, { lot: id }] },
        own: 422,
      },
    ],
  },
  "post /v1/shipments/:event/receipt": post("event", "/v1/shipments/:id/receipt"),
  "post /v1/shipments/:event/refusal": post("event", "/v1/shipments/:id/refusal"),
  "post /v1/shipments/:event/cancellation": post("event", "/v1/shipments/:id/cancellation"),
  "get /v1/shipments": {
    paths: ["/v1/shipments?state=all", "/v1/shipments", "/v1/shipments?direction=incoming"],
  },
  "get /v1/shipments/:event": of("event", "/v1/shipments/:id"),
  "post /v1/events": {
    subject: "lot",
    ask: (asker, named) => {
      const actions = Object.keys(ACTIONS) as ActionName[];
      const submit = (action: ActionName, previous: string, valid: boolean, own?: number) => ({
        path: "/v1/events",
        body: eventOn(asker, named, { action, previous, valid }),
        ...(own !== undefined && { own }),
      });
      const inspection = submit("inspect", named.word, true, 200);
      return [
        inspection,
        submit("inspect", named.word, false, 422),
        submit("inspect", OTHER_WORD, true, 409),
        ...actions.map((action) => submit(action, named.word, true)),
        ...(["ship", "receive", "split"] as const).flatMap((action) => [
          submit(action, named.word, false),
          submit(action, OTHER_WORD, true),
        ]),
        ...(["commission", "introduce", "split", "inspect"] as const).map((action) =>
          submit(action, ZERO_HASH, true),
        ),
        { path: "/v1/events", body: [inspection.body] },
      ];
    },
  },
  "get /v1/events/:hash": of("event", "/v1/events/:id"),
  "post /v1/documents": ownOnly,
  "get /v1/documents": { paths: ["/v1/documents", "/v1/documents?kind=coc"] },
  "get /v1/documents/:hash": of("document", "/v1/documents/:id"),
  "get /v1/documents/:hash/content": {
    subject: "document",
    ask: (_asker, { id }) => [
      { path: `/v1/documents/${id}/content` },
      { path: `/v1/documents/${id}/content?lot=${OTHER_WORD}` },
    ],
  },
  "post /v1/authorisations": ownOnly,
  "post /v1/alerts": ownOnly,
  "post /v1/statements": {
    subject: "statement",
    ask: ({ http, party, sign, now }, { id }) =>
      [true, false].map((valid) => {
        const statement: Statement = {
          kind: STATEMENT_KINDS.withdrawal,
          issuer: party,
          time: now,
          withdraws: id,
          content: contentHash(null),
        };
        const signature = valid ? sign(statementDigest(http.ctx.domain, statement)) : MADE_UP;
        return { path: "/v1/statements", body: { statement, signature, content: null } };
      }),
  },
  "get /v1/statements": { paths: ["/v1/statements", "/v1/statements?kind=alert"] },
  "post /v1/statements/:digest/withdraw": {
    subject: "statement",
    ask: (_asker, { id }) => [{ path: `/v1/statements/${id}/withdraw` }],
  },
  "get /v1/log/checkpoint": published,
  "get /v1/log/tile/:level/*index": published,
  "get /v1/log/proof/inclusion": published,
  "get /v1/log/proof/consistency": published,
  "get /v1/log/entries": published,
  "post /v1/notices": [
    {
      subject: "lot",
      ask: (asker, { id: lot }) =>
        (["suspicion", "recall"] as const).flatMap((kind) => {
          const notice = { lot, kind: NOTICE_KINDS[kind] };
          const plain = { lot, kind, time: asker.now };
          const bodies = [plain, noticeOn(asker, notice, true), noticeOn(asker, notice, false)];
          return bodies.map((body) => ({ path: "/v1/notices", body, digest: true as const }));
        }),
    },
    {
      subject: "notice",
      ask: (asker, { id }) => {
        const lot = OTHER_WORD;
        const withdrawal = { lot, kind: NOTICE_KINDS.withdrawal, withdraws: id };
        const plain = { lot, kind: "withdrawal", withdraws: id, time: asker.now };
        const bodies = [
          plain,
          noticeOn(asker, withdrawal, true),
          noticeOn(asker, withdrawal, false),
        ];
        return bodies.map((body) => ({ path: "/v1/notices", body }));
      },
    },
  ],
  "get /v1/notices": [{ paths: ["/v1/notices?limit=200"] }, OF_LOT("/v1/notices?lot=:lot", 200)],
  "get /v1/notices/touching": { paths: ["/v1/notices/touching?limit=200"] },
  "get /v1/lots/:lot/reach": OF_LOT("/v1/lots/:lot/reach", 200),
  "get /v1/notices/:notice/reach": of("notice", "/v1/notices/:id/reach"),
  "post /v1/reach": {
    subject: "lot",
    ask: (_asker, { id }) => [{ path: "/v1/reach", body: { lots: [id] }, own: 200 }],
  },
  "get /v1/insight/stock": { paths: ["/v1/insight/stock"] },
  "post /v1/insight/build": {
    subject: "lot",
    ask: () => [{ path: "/v1/insight/build", body: { product: "GW200" } }],
  },
  "get /v1/insight/demand": { paths: ["/v1/insight/demand"] },
  "post /v1/insight/outage": {
    subject: "lot",
    ask: () => [
      {
        path: "/v1/insight/outage",
        body: { stop: { kind: "place", lens: "declared", place: "DE" }, mode: "all" },
      },
    ],
  },
  "post /v1/insight/outage/sweep": {
    subject: "lot",
    ask: () => [{ path: "/v1/insight/outage/sweep", body: { by: "sender" } }],
  },
  "get /v1/insight/arrivals": { paths: ["/v1/insight/arrivals"] },
  "get /v1/insight/promises": { paths: ["/v1/insight/promises"] },
  "get /v1/insight/track-record": { paths: ["/v1/insight/track-record"] },
  "get /v1/insight/origins": { paths: ["/v1/insight/origins"] },
  "post /v1/insight/recall": {
    subject: "lot",
    ask: (_asker, { id }) => [{ path: "/v1/insight/recall", body: { lots: [id] }, own: 200 }],
  },
  "post /v1/bundles": {
    subject: "lot",
    ask: (_asker, { bundle }) => (bundle === null ? [] : [{ path: "/v1/bundles", body: bundle }]),
  },
  "post /v1/grants": {
    subject: "lot",
    ask: ({ other, now }, { id }) =>
      [null, other].map((grantee) => ({
        path: "/v1/grants",
        body: { label: "an audit", lots: [id], grantee, until: now + 3_600 },
        own: 201,
      })),
  },
  "get /v1/grants": { paths: ["/v1/grants", "/v1/grants?direction=received"] },
  "post /v1/grants/:id/end": post("grant", "/v1/grants/:id/end"),
  "get /v1/grants/:id/reads": of("grant", "/v1/grants/:id/reads"),
  "get /v1/parties": published,
  "get /v1/parties/:address": published,
  "post /v1/parties": operator,
  "post /v1/parties/:address/suspension": operator,
  "delete /v1/parties/:address/suspension": operator,
  "post /v1/companies": operator,
  "post /v1/keys": ownOnly,
  "delete /v1/keys/:key": of("key", "/v1/keys/:id"),
  "post /v1/api-keys": ownOnly,
  "get /v1/api-keys": { paths: ["/v1/api-keys?limit=200"] },
  "delete /v1/api-keys/:id": of("apiKey", "/v1/api-keys/:id"),
  "get /v1/session": open,
  "post /v1/session": ownOnly,
  "post /v1/session/start": { why: "it takes a token of the service, and names nothing" },
  "get /v1/session/wallet": open,
  "post /v1/session/wallet": published,
  "get /v1/session/company": open,
  "get /v1/session/company/return": {
    why: "it takes an answer of the provider, and names nothing",
  },
  "get /v1/members": operator,
  "post /v1/members": operator,
  "delete /v1/members/:id": operator,
  "get /v1/operations": { paths: ["/v1/operations?limit=200"] },
  "get /v1/live": { why: "its messages are the caller's own events; live.test.ts reads them" },
  "delete /v1/session": ownOnly,
  "get /v1/sessions": { paths: ["/v1/sessions?limit=200"] },
  "delete /v1/sessions/:id": of("session", "/v1/sessions/:id"),
  "get /v1/settlements": {
    paths: ["/v1/settlements?limit=200", "/v1/settlements?state=final&limit=200"],
  },
  "post /v1/settlements/:id/retry": operator,
  "post /v1/settlements/:id/give-up": [
    post("event", "/v1/settlements/:id/give-up"),
    post("notice", "/v1/settlements/:id/give-up"),
  ],
  "post /v1/fsck": operator,
  "post /v1/repair": operator,
  "post /v1/backup": operator,
  "post /v1/activation": operator,
  "get /v1/status": operator,
  "post /v1/status/test": operator,
  "get /v1/caller": ownOnly,
  "get /v1/service": published,
  "get /healthz": open,
  "get /readyz": open,
  "get /metrics": operator,
  "get /v1/openapi.json": open,
  "post /rpc": open,
};
