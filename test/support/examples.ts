// Makes a successful request for every route, on objects made for that request alone. The tests
// of the route table start from these.
import { randomBytes } from "node:crypto";
import { toHex } from "../../protocol/base/bytes.ts";
import { detailsRoot } from "../../protocol/event/disclosure.ts";
import { ACTIONS, type CustodyEvent, eventDigest } from "../../protocol/event/event.ts";
import { addressOfPrivateKey, signDigest } from "../../protocol/base/crypto.ts";
import { labelText } from "../../protocol/label/write.ts";
import { lotId } from "../../protocol/event/lot.ts";
import { NOTICE_KINDS, type Notice, noticeDigest } from "../../protocol/event/notice.ts";
import {
  type SignedStatement,
  type Statement,
  STATEMENT_KINDS,
  contentHash,
  statementDigest,
} from "../../protocol/event/statement.ts";
import { ZERO_ADDRESS, ZERO_HASH } from "../../protocol/base/values.ts";
import type { SignedEvent, SignedNotice } from "../../server/custody/signed.ts";
import * as acts from "../../server/custody/acts.ts";
import { admitParty, makeApiKey, makeKey, suspendParty } from "../../server/access/admin.ts";
import { addMember } from "../../server/access/members.ts";
import { digestOf, walletMessage } from "../../server/access/wallet.ts";
import { beginSession } from "../../server/access/sessions.ts";
import { bundleFor } from "../../server/bundles/bundles.ts";
import { addDocument } from "../../server/documents/documents.ts";
import { hashOf } from "../../server/storage/blobs.ts";
import { makeGrant, type NewGrant } from "../../server/access/grants.ts";
import { openSigner } from "../../server/chain/keystore.ts";
import { appendOnce } from "../../server/log/append.ts";
import { checkpointOnce } from "../../server/log/checkpoints.ts";
import type { Route } from "../../server/http/routes/route.ts";
import { acceptStatement } from "../../server/statements/statements.ts";
import type { KeyName, PartyName, TestHttp } from "./http.ts";

export interface Example {
  path: string;
  body?: unknown;
  /** Bytes to send instead, with their media type. */
  upload?: { raw: Uint8Array<ArrayBuffer>; headers: { "content-type": string } };
  /** Whose key succeeds. */
  owner: KeyName;
  status: number;
  /** The status that an unrelated party's key gets. */
  stranger: number;
}

/** The party that is unrelated to every example. */
export const STRANGER: PartyName = "lab";

/** The name of an example: `post /v1/lots/:lot/split`. */
export const nameOf = ({ method, path }: Route) => `${method} ${path}`;

const MADE_UP_ADDRESS = `0x${"5a".repeat(20)}`;

let serial = 0;
const fresh = (prefix: string) => `${prefix}-${++serial}`;

/** A lot that a party has just made. */
export async function newLot(
  { ctx, parties }: TestHttp,
  party: "maker" | "ems" = "maker",
  quantity = 100,
) {
  const action = party === "maker" ? "commission" : "introduce";
  const lots = [
    {
      lotNumber: fresh("LOT"),
      quantity,
      details: { manufacturer: "M", mpn: "MPN", makerLot: "L" },
    },
  ];
  const made = await acts.makeLots(ctx, parties[party].address, action, { lots });
  return { lot: made.lots[0]!, event: made.hash };
}

/** A shipment of a new lot from the maker to the distributor. */
export async function newShipment(http: TestHttp, quantity = 100) {
  const { lot } = await newLot(http, "maker", quantity);
  const { maker, distributor } = http.parties;
  const { hash } = await acts.ship(http.ctx, maker.address, {
    consignee: distributor.address,
    lots: [{ lot }],
    details: { carrier: "Testship" },
  });
  return { shipment: hash, lot };
}

/** An event that commissions one lot, signed by its party. */
export async function signedEvent(
  { ctx, parties }: TestHttp,
  party: PartyName = "maker",
): Promise<SignedEvent> {
  const actor = parties[party].address;
  const lotNumber = fresh("SIGNED");
  const secret = randomBytes(32);
  const details = { mpn: "MPN", manufacturer: "M", entries: [{ lotNumber, makerLot: "L" }] };
  const event: CustodyEvent = {
    action: ACTIONS.commission,
    actor,
    holder: actor,
    consignee: ZERO_ADDRESS,
    entries: [{ lot: lotId(actor, lotNumber), previous: ZERO_HASH, quantity: 10 }],
    time: ctx.clock(),
    details: detailsRoot(details, secret),
  };
  const sign = await openSigner(ctx.prisma, ctx.keystore, actor);
  return { event, signature: sign(eventDigest(ctx.domain, event)), details, secret: toHex(secret) };
}

/** A suspicion about an unknown lot, signed by its issuer. */
export async function signedNotice(
  { ctx, parties }: TestHttp,
  party: PartyName = "maker",
): Promise<SignedNotice> {
  const issuer = parties[party].address;
  const notice: Notice = {
    lot: toHex(randomBytes(32)),
    kind: NOTICE_KINDS.suspicion,
    issuer,
    time: ctx.clock(),
    withdraws: ZERO_HASH,
    details: ZERO_HASH,
  };
  const sign = await openSigner(ctx.prisma, ctx.keystore, issuer);
  return { notice, signature: sign(noticeDigest(ctx.domain, notice)) };
}

/** An alert on a part, signed by its issuer. */
export async function signedStatement(
  http: TestHttp,
  party: PartyName = "maker",
): Promise<SignedStatement> {
  const { ctx, parties } = http;
  const issuer = parties[party].address;
  const content = { source: "GIDEP", reference: fresh("ALERT"), kind: "counterfeit", mpn: "MPN" };
  const statement: Statement = {
    kind: STATEMENT_KINDS.alert,
    issuer,
    time: ctx.clock(),
    withdraws: ZERO_HASH,
    content: contentHash(content),
  };
  const sign = await openSigner(ctx.prisma, ctx.keystore, issuer);
  return { statement, signature: sign(statementDigest(ctx.domain, statement)), content };
}

const json = (value: unknown) => ({
  raw: Uint8Array.from(Buffer.from(JSON.stringify(value))),
  headers: { "content-type": "application/json" },
});

async function newParty({ ctx, ownerKey }: TestHttp): Promise<string> {
  const address = toHex(randomBytes(20));
  await admitParty(ctx, ownerKey, { address, roles: ["distributor"], name: fresh("Party") });
  return address;
}

/** A certificate of the maker's, and a lot whose commission names it. */
export async function newDocument({ ctx, parties }: TestHttp) {
  const bytes = Buffer.from(`%PDF-1.7 ${fresh("certificate")}`);
  const hash = hashOf(bytes);
  const description = { kind: "coc", name: "CoC", claims: { mpn: "MPN", makerLot: "L" } } as const;
  await addDocument(
    ctx,
    parties.maker.address,
    { hash, bytes, mediaType: "application/pdf" },
    description,
  );
  const lots = [
    {
      lotNumber: fresh("LOT"),
      quantity: 10,
      details: { mpn: "MPN", makerLot: "L", cocHash: hash },
    },
  ];
  const made = await acts.makeLots(ctx, parties.maker.address, "commission", { lots });
  return { hash, bytes, lot: made.lots[0]!, event: made.hash };
}

const AN_HOUR_ON = () => Math.floor(Date.now() / 1000) + 3_600;

/** A grant of the maker's to anyone with its link, of a new lot. */
export async function newGrant({ ctx, parties, ...http }: TestHttp, more: Partial<NewGrant> = {}) {
  const { lot } = await newLot({ ctx, parties, ...http });
  const wanted = {
    grantee: null,
    label: "an audit",
    lots: [lot],
    upTo: "trail",
    fields: [],
  } as const;
  const times = { from: ctx.clock(), until: AN_HOUR_ON() };
  return {
    ...(await makeGrant(ctx, parties.maker.address, { ...wanted, ...times, ...more })),
    lot,
  };
}

const ofDocument = (path: string) => async (http: TestHttp) => {
  const { hash } = await newDocument(http);
  return {
    path: `/v1/documents/${hash}${path}`,
    owner: "maker" as const,
    status: 200,
    stranger: 404,
  };
};

const open =
  (path: string, status = 200) =>
  () =>
    Promise.resolve({ path, owner: "operator" as const, status, stranger: status });
const list = (path: string) => () =>
  Promise.resolve({ path, owner: "maker" as const, status: 200, stranger: 200 });

/** Appends all that was accepted to the log, and makes a checkpoint of it. */
export async function keepLog({ ctx }: TestHttp): Promise<void> {
  while (await appendOnce(ctx));
  await checkpointOnce({ ...ctx, merkleLog: { ...ctx.merkleLog, events: 1 } });
}

const ofLog = (path: string) => async (http: TestHttp) => {
  await newLot(http);
  await keepLog(http);
  return { path, owner: "maker" as const, status: 200, stranger: 200 };
};

/** An action of the maker's on a lot of its own. */
const onLot = (name: string, body: (http: TestHttp) => unknown) => async (http: TestHttp) => {
  const { lot } = await newLot(http);
  return {
    path: `/v1/lots/${lot}/${name}`,
    body: body(http),
    owner: "maker" as const,
    status: 201,
    stranger: 404,
  };
};
const ofLot = (path: string) => async (http: TestHttp) => {
  const { lot } = await newLot(http);
  return { path: `/v1/lots/${lot}${path}`, owner: "maker" as const, status: 200, stranger: 404 };
};
const onShipment =
  (name: string, owner: PartyName, body: (lot: string) => unknown) => async (http: TestHttp) => {
    const { shipment, lot } = await newShipment(http);
    return {
      path: `/v1/shipments/${shipment}/${name}`,
      body: body(lot),
      owner,
      status: 201,
      stranger: 404,
    };
  };
const byOperator = (status: number) => ({ owner: "operator" as const, status, stranger: 403 });

export const EXAMPLES: Record<string, (http: TestHttp) => Promise<Example>> = {
  "get /v1/lots": list("/v1/lots?q=mpn&limit=5&mpn=MPN"),
  "get /v1/lots/:lot": ofLot(""),
  "get /v1/lots/:lot/trail": ofLot("/trail?direction=up&proofs=true"),
  "get /v1/lots/:lot/sightings": ofLot("/sightings"),
  "delete /v1/lots/:lot/sightings": async (http) => {
    const { lot } = await newLot(http);
    const path = `/v1/lots/${lot}/sightings?place=dock`;
    return { path, owner: "maker", status: 204, stranger: 404 };
  },
  "get /v1/lots/:lot/verdict": ofLot("/verdict"),
  "get /v1/lots/:lot/bundle": ofLot("/bundle?format=zip"),
  "post /v1/bundles": async (http) => {
    const { lot } = await newLot(http);
    await http.settle();
    const body = await bundleFor(http.ctx, { party: http.parties.maker.address }, lot);
    return { path: "/v1/bundles", body, owner: "maker", status: 200, stranger: 404 };
  },
  "post /v1/grants": async (http) => {
    const { lot } = await newLot(http);
    const body = {
      label: "an audit",
      lots: [lot],
      upTo: "trail",
      fields: ["purchaseOrder"],
      until: AN_HOUR_ON(),
    };
    return { path: "/v1/grants", body, owner: "maker", status: 201, stranger: 404 };
  },
  "get /v1/grants": list("/v1/grants?direction=given&limit=3"),
  "post /v1/grants/:id/end": async (http) => {
    const { grant } = await newGrant(http);
    return {
      path: `/v1/grants/${grant.id}/end`,
      body: {},
      owner: "maker",
      status: 200,
      stranger: 404,
    };
  },
  "get /v1/grants/:id/reads": async (http) => {
    const { grant } = await newGrant(http);
    return {
      path: `/v1/grants/${grant.id}/reads?limit=2`,
      owner: "maker",
      status: 200,
      stranger: 404,
    };
  },
  "post /v1/lots/:lot/verdict": async (http) => {
    const { lot } = await newLot(http);
    const body = { expected: { mpn: "MPN", quantity: 100 }, policy: { required: ["V05"] } };
    return { path: `/v1/lots/${lot}/verdict`, body, owner: "maker", status: 200, stranger: 404 };
  },
  "get /v1/policy": list("/v1/policy"),
  "post /v1/policy": () =>
    Promise.resolve({
      path: "/v1/policy",
      body: {
        name: "incoming inspection",
        severities: { ORIGIN_INTRODUCED: "FAIL" },
        maxDateCodeAgeDays: 1460,
      },
      owner: "maker",
      status: 200,
      stranger: 200,
    }),
  "post /v1/scan": async (http) => {
    const { lot } = await newLot(http);
    const { lotNumber } = await http.ctx.prisma.lot.findUniqueOrThrow({ where: { id: lot } });
    const label = labelText({ lotNumber: lotNumber!, mpn: "MPN", quantity: 100, makerLot: "L" });
    return {
      path: "/v1/scan",
      body: { label: [label] },
      owner: "maker",
      status: 200,
      stranger: 200,
    };
  },
  "post /v1/scans": () =>
    Promise.resolve({
      path: "/v1/scans",
      body: { labels: ["3SNOT-THERE", ["1PMPN", "Q5"]], place: "dock", session: "DN 1" },
      owner: "maker",
      status: 200,
      stranger: 200,
    }),
  "post /v1/verdicts": async (http) => {
    const { lot } = await newLot(http);
    const body = { lots: [lot, "NOT-THERE"], policy: { required: ["V05"] } };
    return { path: "/v1/verdicts", body, owner: "maker", status: 200, stranger: 200 };
  },
  "get /v1/lots/:lot/label": ofLot("/label?format=zpl&size=102x76&dpi=300"),
  "get /v1/lots/:lot/symbols/:symbol": ofLot("/symbols/qr?format=svg"),
  "post /v1/labels": async (http) => {
    const { lot } = await newLot(http);
    const body = { lots: [lot], format: "pdf", sheet: "a4-2x4", start: 3, copies: 2 };
    return { path: "/v1/labels", body, owner: "maker", status: 200, stranger: 404 };
  },
  "post /v1/lots/twins": () =>
    Promise.resolve({
      path: "/v1/lots/twins",
      body: { lotNumbers: ["TWIN"] },
      owner: "maker",
      status: 200,
      stranger: 200,
    }),
  "post /v1/lots": () =>
    Promise.resolve({
      path: "/v1/lots",
      body: {
        action: "commission",
        lots: [
          {
            lotNumber: fresh("NEW"),
            quantity: 5,
            details: { mpn: "MPN", dateCode: "2501", esdProtected: true },
          },
        ],
        details: { manufacturer: "M" },
        time: Math.floor(Date.now() / 1000),
      },
      owner: "maker",
      status: 201,
      stranger: 422,
    }),
  "post /v1/lots/:lot/settle": async (http) => {
    const lots = [{ lotNumber: fresh("LOGGED"), quantity: 5 }];
    const made = await acts.makeLots(http.ctx, http.parties.maker.address, "commission", {
      lots,
      settlement: "log",
    });
    return {
      path: `/v1/lots/${made.lots[0]!}/settle`,
      body: {},
      owner: "maker",
      status: 200,
      stranger: 404,
    };
  },
  "post /v1/lots/:lot/split": onLot("split", () => ({
    children: [{ lotNumber: fresh("CHILD"), quantity: 40, details: { packaging: "reel" } }],
    details: { remarks: "for an order" },
  })),
  "post /v1/lots/:lot/assembly": async (http) => {
    const { lot } = await newLot(http, "ems");
    const { lot: other } = await newLot(http, "ems");
    const body = {
      quantity: 10,
      inputs: [{ lot: other, quantity: 5 }],
      products: [{ lotNumber: fresh("PRODUCT"), quantity: 2, details: { mpn: "BOARD" } }],
      details: { workOrder: "WO" },
    };
    return { path: `/v1/lots/${lot}/assembly`, body, owner: "ems", status: 201, stranger: 404 };
  },
  "post /v1/lots/:lot/inspection": onLot("inspection", () => ({
    details: { inspectionResult: "accepted", countedQuantity: 100, sealIntact: true },
  })),
  "post /v1/lots/:lot/hold": onLot("hold", () => ({ details: { reason: "because" } })),
  "post /v1/lots/:lot/release": async (http) => {
    const { lot } = await newLot(http);
    await acts.remark(http.ctx, http.parties.maker.address, "hold", { lots: [{ lot }] });
    const path = `/v1/lots/${lot}/release`;
    return {
      path,
      body: { details: { reason: "fine" } },
      owner: "maker",
      status: 201,
      stranger: 404,
    };
  },
  "post /v1/lots/:lot/correction": onLot("correction", () => ({
    details: { mpn: "TM-CORRECTED", reason: "typing error" },
  })),
  "post /v1/lots/:lot/scrap": onLot("scrap", () => ({ quantity: 1, details: { reason: "test" } })),
  "post /v1/shipments": async (http) => {
    const { lot } = await newLot(http);
    const consignee = http.parties.distributor.address;
    const body = {
      consignee,
      lots: [{ lot, details: { purchaseOrder: "PO" } }],
      details: { carrier: "Testship" },
    };
    return { path: "/v1/shipments", body, owner: "maker", status: 201, stranger: 404 };
  },
  "post /v1/shipments/:event/receipt": onShipment("receipt", "distributor", (lot) => ({
    lots: [{ lot, quantity: 99, details: { countedQuantity: 99 } }],
    details: { shortfallReason: "count" },
  })),
  "post /v1/shipments/:event/refusal": onShipment("refusal", "distributor", (lot) => ({
    lots: [{ lot, details: { reason: "damaged" } }],
  })),
  "post /v1/shipments/:event/cancellation": onShipment("cancellation", "maker", () => ({
    details: { reason: "error" },
  })),
  "get /v1/shipments": list("/v1/shipments?direction=outgoing&state=all&limit=3"),
  "get /v1/shipments/:event": async (http) => {
    const { shipment } = await newShipment(http);
    return { path: `/v1/shipments/${shipment}`, owner: "distributor", status: 200, stranger: 404 };
  },
  "post /v1/events": async (http) => ({
    path: "/v1/events",
    body: await signedEvent(http),
    owner: "maker",
    status: 200,
    stranger: 403,
  }),
  "get /v1/events/:hash": async (http) => {
    const { event } = await newLot(http);
    return { path: `/v1/events/${event}`, owner: "maker", status: 200, stranger: 404 };
  },
  "post /v1/documents": () =>
    Promise.resolve({
      path: "/v1/documents?kind=coc&name=CoC&issuer=M&issuedOn=2026-08-31&mpn=MPN&quantity=100&certificateNumber=C-1",
      upload: {
        raw: Uint8Array.from(Buffer.from(`%PDF-1.7 ${fresh("document")}`)),
        headers: { "content-type": "application/pdf" },
      },
      owner: "maker",
      status: 201,
      stranger: 201,
    }),
  "get /v1/documents": list("/v1/documents?kind=coc&limit=3"),
  "get /v1/documents/:hash": ofDocument(""),
  "get /v1/documents/:hash/content": ofDocument("/content"),
  "post /v1/authorisations": ({ parties }) => {
    const [party, brand] = [parties.distributor.address, fresh("Brand")];
    const upload = json([
      { party, brand, grade: "authorised", from: "2026-01-01", to: "2026-12-31" },
    ]);
    return Promise.resolve({
      path: "/v1/authorisations",
      upload,
      owner: "maker",
      status: 201,
      stranger: 201,
    });
  },
  "post /v1/alerts": () =>
    Promise.resolve({
      path: "/v1/alerts?source=GIDEP",
      upload: json([{ reference: fresh("ALERT"), kind: "suspect", mpn: "MPN", makerLots: ["L"] }]),
      owner: "maker",
      status: 201,
      stranger: 201,
    }),
  "post /v1/statements": async (http) => {
    const body = await signedStatement(http);
    return { path: "/v1/statements", body, owner: "maker", status: 201, stranger: 403 };
  },
  "get /v1/statements": list("/v1/statements?kind=alert&limit=3"),
  "post /v1/statements/:digest/withdraw": async (http) => {
    const { statement } = await acceptStatement(http.ctx, await signedStatement(http));
    return {
      path: `/v1/statements/${statement}/withdraw`,
      body: {},
      owner: "maker",
      status: 201,
      stranger: 404,
    };
  },
  "get /v1/log/checkpoint": ofLog("/v1/log/checkpoint?format=json"),
  "get /v1/log/tile/:level/*index": ofLog("/v1/log/tile/0/000.p/1"),
  "get /v1/log/proof/inclusion": async (http) => {
    const { event } = await newLot(http);
    await keepLog(http);
    return {
      path: `/v1/log/proof/inclusion?event=${event}`,
      owner: "maker",
      status: 200,
      stranger: 200,
    };
  },
  "get /v1/log/proof/consistency": ofLog("/v1/log/proof/consistency?from=1"),
  "get /v1/log/entries": ofLog("/v1/log/entries?from=0&to=2"),
  "post /v1/notices": async (http) => ({
    path: "/v1/notices",
    body: await signedNotice(http),
    owner: "maker",
    status: 201,
    stranger: 403,
  }),
  "get /v1/notices": async (http) => {
    const { lot } = await newLot(http);
    return { path: `/v1/notices?lot=${lot}&limit=2`, owner: "maker", status: 200, stranger: 404 };
  },
  "get /v1/notices/touching": list("/v1/notices/touching?limit=5"),
  "get /v1/lots/:lot/reach": async (http) => {
    const { lot } = await newLot(http);
    return { path: `/v1/lots/${lot}/reach`, owner: "maker", status: 200, stranger: 404 };
  },
  "get /v1/notices/:notice/reach": async (http) => {
    const { lot } = await newLot(http);
    const { hash } = await acts.giveNotice(http.ctx, http.parties.maker.address, {
      lot,
      kind: "recall",
    });
    return { path: `/v1/notices/${hash}/reach`, owner: "maker", status: 200, stranger: 404 };
  },
  "post /v1/reach": async (http) => {
    const { lot } = await newLot(http);
    return { path: "/v1/reach", body: { lots: [lot] }, owner: "maker", status: 200, stranger: 200 };
  },
  "get /v1/insight/stock": list(
    "/v1/insight/stock?from=0&mpn=MPN&site=Dock&to=4000000000&asOf=4000000000",
  ),
  "post /v1/insight/build": () =>
    Promise.resolve({
      path: "/v1/insight/build",
      body: {
        product: "GW200",
        units: 10,
        site: "Plant 1",
        bom: { MPN: 2 },
        alternates: { MPN: ["MPN-B"] },
        verify: true,
        asOf: 4_000_000_000,
      },
      owner: "maker",
      status: 200,
      stranger: 200,
    }),
  "get /v1/insight/origins": list("/v1/insight/origins?lens=wafer&from=0&place=DE&asOf=4000000000"),
  "get /v1/insight/demand": list("/v1/insight/demand?weeks=4&mpn=MPN&asOf=4000000000"),
  "post /v1/insight/outage": () =>
    Promise.resolve({
      path: "/v1/insight/outage",
      body: {
        stop: { kind: "place", lens: "package", place: "MY" },
        days: 60,
        mode: "transit",
        plan: { GW200: 100 },
        asOf: 4_000_000_000,
      },
      owner: "maker",
      status: 200,
      stranger: 200,
    }),
  "post /v1/insight/outage/sweep": () =>
    Promise.resolve({
      path: "/v1/insight/outage/sweep",
      body: { by: "sender", days: 60, mode: "all", plan: { GW200: 100 }, asOf: 4_000_000_000 },
      owner: "maker",
      status: 200,
      stranger: 200,
    }),
  "post /v1/insight/recall": async (http) => {
    const { lot } = await newLot(http);
    const body = { lots: [lot], asOf: 4_000_000_000 };
    return { path: "/v1/insight/recall", body, owner: "maker", status: 200, stranger: 200 };
  },
  "get /v1/insight/arrivals": list("/v1/insight/arrivals?asOf=4000000000"),
  "get /v1/insight/promises": list("/v1/insight/promises?asOf=4000000000"),
  "get /v1/insight/track-record": list("/v1/insight/track-record?asOf=4000000000"),
  "get /v1/settlements": list("/v1/settlements?state=held&limit=5"),
  "post /v1/settlements/:id/retry": async (http) => {
    const { event: id } = await newLot(http);
    const reason = { name: "LotHeld", args: [] };
    await http.ctx.prisma.settlement.update({ where: { id }, data: { state: "held", reason } });
    return { path: `/v1/settlements/${id}/retry`, body: {}, ...byOperator(200) };
  },
  "post /v1/settlements/:id/give-up": async (http) => {
    const { event: id } = await newLot(http);
    const reason = { name: "LotHeld", args: [] };
    await http.ctx.prisma.settlement.update({ where: { id }, data: { state: "held", reason } });
    const path = `/v1/settlements/${id}/give-up`;
    return { path, body: {}, owner: "maker", status: 200, stranger: 404 };
  },
  "get /v1/parties": list("/v1/parties?limit=2"),
  "get /v1/parties/:address": (http) => list(`/v1/parties/${http.parties.maker.address}`)(),
  "post /v1/parties": () =>
    Promise.resolve({
      path: "/v1/parties",
      body: {
        address: toHex(randomBytes(20)),
        name: fresh("Party"),
        roles: ["laboratory"],
        identity: ZERO_HASH,
      },
      ...byOperator(201),
    }),
  "post /v1/parties/:address/suspension": async (http) => ({
    path: `/v1/parties/${await newParty(http)}/suspension`,
    ...byOperator(204),
  }),
  "delete /v1/parties/:address/suspension": async (http) => {
    const address = await newParty(http);
    await suspendParty(http.ctx, http.ownerKey, address);
    return { path: `/v1/parties/${address}/suspension`, ...byOperator(204) };
  },
  "post /v1/companies": () =>
    Promise.resolve({
      path: "/v1/companies",
      body: { name: fresh("Company"), roles: ["distributor"] },
      ...byOperator(201),
    }),
  "post /v1/keys": ({ parties }) =>
    Promise.resolve({
      path: "/v1/keys",
      body: { party: parties.maker.address },
      owner: "maker",
      status: 201,
      stranger: 403,
    }),
  "delete /v1/keys/:key": async (http) => {
    const key = await makeKey(http.ctx, http.parties.maker.accountKey);
    await http.settle();
    return { path: `/v1/keys/${key}`, owner: "maker", status: 204, stranger: 404 };
  },
  "post /v1/api-keys": ({ parties }) =>
    Promise.resolve({
      path: "/v1/api-keys",
      body: { party: parties.maker.address, scope: "read", label: "an example" },
      owner: "maker",
      status: 201,
      stranger: 403,
    }),
  "get /v1/api-keys": list("/v1/api-keys?limit=3"),
  "delete /v1/api-keys/:id": async ({ ctx, parties }) => {
    const { id } = await makeApiKey(ctx, { party: parties.maker.address, scope: "read" });
    return { path: `/v1/api-keys/${id}`, owner: "maker", status: 204, stranger: 404 };
  },
  "get /v1/session": open("/v1/session"),
  "post /v1/session": () =>
    Promise.resolve({ path: "/v1/session", body: {}, owner: "maker", status: 201, stranger: 201 }),
  "post /v1/session/start": ({ start }) =>
    Promise.resolve({
      path: "/v1/session/start",
      body: { token: start.make() },
      owner: "maker",
      status: 201,
      stranger: 201,
    }),
  "get /v1/session/wallet": open(`/v1/session/wallet?address=${MADE_UP_ADDRESS}`),
  "post /v1/session/wallet": async ({ ctx, parties, url }) => {
    const privateKey = randomBytes(32);
    const address = addressOfPrivateKey(privateKey);
    await ctx.prisma.key.create({ data: { address, party: parties.maker.address, enrolledAt: 0 } });
    const { message } = walletMessage(ctx, url, address);
    return {
      path: "/v1/session/wallet",
      body: { message, signature: signDigest(digestOf(message), privateKey) },
      owner: "maker",
      status: 201,
      stranger: 201,
    };
  },
  "get /v1/session/company": open("/v1/session/company", 303),
  "get /v1/session/company/return": open("/v1/session/company/return?state=s&code=c", 303),
  "get /v1/members": () => Promise.resolve({ path: "/v1/members", ...byOperator(200) }),
  "post /v1/members": ({ parties }) =>
    Promise.resolve({
      path: "/v1/members",
      body: {
        email: `${fresh("somebody")}@example.com`,
        party: parties.maker.address,
        scope: "write",
      },
      ...byOperator(201),
    }),
  "delete /v1/members/:id": async ({ ctx }) => {
    const email = `${fresh("leaver")}@example.com`;
    const { id } = await addMember(ctx, { email, party: null, scope: "read" });
    return { path: `/v1/members/${id}`, ...byOperator(204) };
  },
  "get /v1/operations": list("/v1/operations?limit=3"),
  "get /v1/live": list("/v1/live?follow=false"),
  "delete /v1/session": () =>
    Promise.resolve({ path: "/v1/session", owner: "maker", status: 204, stranger: 204 }),
  "get /v1/sessions": list("/v1/sessions?limit=3"),
  "delete /v1/sessions/:id": async ({ ctx, parties }) => {
    const apiKey = await makeApiKey(ctx, { party: parties.maker.address, scope: "read" });
    const { id } = await beginSession(ctx, { apiKey: apiKey.id, fromStart: false });
    return { path: `/v1/sessions/${id}`, owner: "maker", status: 204, stranger: 404 };
  },
  "post /v1/fsck": () => Promise.resolve({ path: "/v1/fsck", body: {}, ...byOperator(200) }),
  "post /v1/repair": () =>
    Promise.resolve({ path: "/v1/repair", body: { dryRun: true }, ...byOperator(200) }),
  "post /v1/backup": () =>
    Promise.resolve({
      path: "/v1/backup",
      body: { salt: "5a".repeat(32), cost: 2, key: "6b".repeat(32) },
      ...byOperator(200),
    }),
  "post /v1/activation": () =>
    Promise.resolve({ path: "/v1/activation", body: {}, ...byOperator(200) }),
  "get /v1/status": () => Promise.resolve({ path: "/v1/status", ...byOperator(200) }),
  "post /v1/status/test": () =>
    Promise.resolve({ path: "/v1/status/test", body: {}, ...byOperator(200) }),
  "get /v1/caller": list("/v1/caller"),
  "get /v1/service": list("/v1/service"),
  "get /healthz": open("/healthz"),
  "get /readyz": open("/readyz"),
  "get /metrics": () => Promise.resolve({ path: "/metrics", ...byOperator(200) }),
  "get /v1/openapi.json": open("/v1/openapi.json"),
  "post /rpc": async () => ({
    ...(await open("/rpc")()),
    body: { jsonrpc: "2.0", id: 1, method: "eth_chainId", params: [] },
  }),
};

/** A successful request to a route. Throws for a route without an example, so that no route stays untested. */
export function exampleOf(http: TestHttp, route: Route): Promise<Example> {
  const make = EXAMPLES[nameOf(route)];
  if (!make) throw new Error(`no example for ${nameOf(route)}`);
  return make(http);
}
