// Gives every request with a body an example that works when it is pasted: on a service that has played the sample, with a
// curl line beside it, and with what has to be asked or done before. A test pastes all of them.

/** A request of the sample's story. */
export interface RequestExample {
  /** Whose API key sends it: the start of a company's name in `DATA_DIR/api-keys.json`. */
  as: string;
  /** Values of the path's parameters. `$NAME` is of `first`. */
  params?: Readonly<Record<string, string>>;
  query?: string;
  /** Sent as JSON. `$NAME` is of `first`. */
  body?: unknown;
  /** Sent instead: text of a media type. */
  text?: { type: string; content: string };
  /** Sent instead: the file that `first` fetched. */
  file?: string;
  status: number;
  /** What the reader should know about it. */
  note?: string;
  first?: Preparation;
}

/** What is asked or done before, with the same API key. */
export interface Preparation {
  method: "get" | "post";
  path: string;
  body?: unknown;
  text?: { type: string; content: string };
  /** A variable gets a value of the answer, as jq names it. */
  take?: { name: string; filter: string };
  /** The answer is saved, or a value of it. */
  save?: { file: string; filter?: string };
}

const OWN_PARTY: Preparation = {
  method: "get",
  path: "/v1/caller",
  take: { name: "PARTY", filter: ".party.address" },
};
const ALERT = {
  type: "text/csv",
  content: "reference,kind,mpn,makerLots\nQN-26-100,suspect,HCAN1042VDRQ1,4G0943PR.99",
};
const EARLIER_CONSIGNEE: Preparation = {
  method: "get",
  path: "/v1/shipments?direction=outgoing&state=all",
  take: { name: "CONSIGNEE", filter: ".items[0].consignee.address" },
};
const openShipment = (direction: "incoming" | "outgoing"): Preparation => ({
  method: "get",
  path: `/v1/shipments?direction=${direction}`,
  take: { name: "SHIPMENT", filter: ".items[0].shipment" },
});
const ORDERED = {
  mpn: "HCAN1042VDRQ1",
  manufacturer: "Halden Semiconductor AS",
  quantity: 2_500,
};
const LABEL = "[)>\u001e06\u001d3SHS26-112706\u001d1PHCAN1042VDRQ1\u001dQ2500\u001e\u0004";

/** By method and path. Every route with a body has one. */
export const REQUEST_EXAMPLES: Readonly<Record<string, RequestExample>> = {
  "post /v1/lots": {
    as: "Halden",
    body: {
      action: "commission",
      lots: [
        {
          lotNumber: "HS26-900001",
          quantity: 2_500,
          details: {
            mpn: "HCAN1042VDRQ1",
            makerLot: "4G0943PR.50",
            dateCode: "2640",
            countryOfOrigin: "MY",
          },
        },
      ],
      details: { manufacturer: "Halden Semiconductor AS" },
    },
    status: 201,
  },
  "post /v1/lots/:lot/split": {
    as: "Pellworth",
    params: { lot: "MZ6F86884804" },
    body: { children: [{ lotNumber: "PWD-CUT-100", quantity: 500 }] },
    status: 201,
  },
  "post /v1/lots/:lot/assembly": {
    as: "Dravatronik",
    params: { lot: "HS26-963162" },
    body: {
      quantity: 20,
      inputs: [{ lot: "MZ6F77470428", quantity: 40 }],
      products: [{ lotNumber: "BOARD-2026-0001", quantity: 20, details: { mpn: "CTRL-1" } }],
      details: { workOrder: "WO-4711" },
    },
    status: 201,
  },
  "post /v1/lots/:lot/inspection": {
    as: "Dravatronik",
    params: { lot: "HS26-953261" },
    body: { details: { inspectionResult: "accepted", sealIntact: true, labelMatches: true } },
    status: 201,
  },
  "post /v1/lots/:lot/hold": {
    as: "Dravatronik",
    params: { lot: "HS26-586480" },
    body: { details: { reason: "bag is open" } },
    status: 201,
  },
  "post /v1/lots/:lot/release": {
    as: "Pellworth",
    params: { lot: "PWD1A1232381" },
    body: { details: { reason: "tested by sample, accepted for rework" } },
    status: 201,
  },
  "post /v1/lots/:lot/correction": {
    as: "Halden",
    params: { lot: "HS26-431420" },
    body: { details: { dateCode: "2631", reason: "typing error" } },
    status: 201,
  },
  "post /v1/lots/:lot/scrap": {
    as: "Dravatronik",
    params: { lot: "MZ6F84890398" },
    body: { quantity: 80, details: { reason: "feeder damage" } },
    status: 201,
  },
  "post /v1/lots/:lot/settle": {
    as: "Pellworth",
    params: { lot: "PWD-LOG-1" },
    body: {},
    status: 200,
    note: "Moves the log-only lot that was made before to the ledger.",
    first: {
      method: "post",
      path: "/v1/lots",
      body: {
        action: "introduce",
        settlement: "log",
        lots: [
          {
            lotNumber: "PWD-LOG-1",
            quantity: 100,
            details: { mpn: "HCAN1042VDRQ1", manufacturer: "Halden Semiconductor AS" },
          },
        ],
      },
    },
  },
  "post /v1/lots/:lot/verdict": {
    as: "Ostermark",
    params: { lot: "HS26-112706" },
    body: { expected: ORDERED, policy: { maxDateCodeAgeDays: 730 } },
    status: 200,
  },
  "post /v1/lots/twins": {
    as: "Halden",
    body: { lotNumbers: ["hs26-431420", "HS26-900002"] },
    status: 200,
  },
  "post /v1/verdicts": {
    as: "Dravatronik",
    body: { lots: ["LK-42474", "HS26-953261", "NOT-THERE"] },
    status: 200,
  },
  "post /v1/reach": {
    as: "Saebyeok",
    body: { lots: ["SBT26K088184", "SBT26K589840", "NOT-THERE"] },
    status: 200,
  },
  "post /v1/insight/build": {
    as: "Dravatronik",
    body: { product: "DTK-GW200-C", units: 500 },
    status: 200,
  },
  "post /v1/insight/outage": {
    as: "Dravatronik",
    body: { stop: { kind: "place", lens: "package", place: "MY" }, days: 60 },
    status: 200,
  },
  "post /v1/insight/outage/sweep": {
    as: "Dravatronik",
    body: { by: "package", days: 60 },
    status: 200,
  },
  "post /v1/insight/recall": {
    as: "Saebyeok",
    body: { lots: ["SBT26K088184"] },
    status: 200,
  },
  "post /v1/scan": {
    as: "Ostermark",
    body: { label: LABEL, place: "dock 2", expected: ORDERED },
    status: 200,
  },
  "post /v1/scans": {
    as: "Ostermark",
    body: { labels: [LABEL, ["3SNOT-THERE", "1PHCAN1042VDRQ1", "Q2500"]], session: "DN-4711" },
    status: 200,
  },
  "post /v1/labels": {
    as: "Halden",
    body: { lots: ["HS26-431420", "HS26-531795"], format: "zpl" },
    status: 200,
  },
  "post /v1/shipments": {
    as: "Pellworth",
    body: {
      consignee: "$CONSIGNEE",
      lots: [{ lot: "MZ6F04852047", details: { purchaseOrder: "4500017" } }],
      details: { carrier: "Parcel Post", deliveryNote: "DN-100" },
    },
    status: 201,
    note: "To the consignee of an earlier shipment.",
    first: EARLIER_CONSIGNEE,
  },
  "post /v1/shipments/:event/receipt": {
    as: "Dravatronik",
    params: { event: "$SHIPMENT" },
    body: {
      lots: [{ lot: "SBT26K368942", quantity: 1_990 }],
      details: { shortfallReason: "counted on the machine", inspectionResult: "accepted" },
    },
    status: 201,
    first: openShipment("incoming"),
  },
  "post /v1/shipments/:event/refusal": {
    as: "Dravatronik",
    params: { event: "$SHIPMENT" },
    body: { lots: [{ lot: "PWD1A1010641" }], details: { reason: "carton is wet" } },
    status: 201,
    first: openShipment("incoming"),
  },
  "post /v1/shipments/:event/cancellation": {
    as: "Larkhill",
    params: { event: "$SHIPMENT" },
    body: { details: { reason: "sent to the wrong company" } },
    status: 201,
    first: openShipment("outgoing"),
  },
  "post /v1/events": {
    as: "Halden",
    body: {
      event: {
        action: 1,
        actor: "0xa972b7afdd2ff2247b243fe13f251c4a1c175a34",
        holder: "0xa972b7afdd2ff2247b243fe13f251c4a1c175a34",
        consignee: "0x0000000000000000000000000000000000000000",
        entries: [
          {
            lot: "0xa972b7afdd2ff2247b243fe13f251c4a1c175a34789b2183a066bb3c29d13773",
            previous: "0x0000000000000000000000000000000000000000000000000000000000000000",
            quantity: 5_000,
          },
        ],
        time: 1_750_000_000,
        details: "0xd0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0",
      },
      signature:
        "0xc8f95f570944181493ad78d661d311c1708326cd332108e11052dc386845062c2189bfde1cee21b310ebe60bb6ce3bd2074deff583fea7573675060be22b01251b",
    },
    status: 403,
    note: "The event of docs/protocol.md, which another party signed. So it is refused (FORBIDDEN): sign one of your own as that page shows.",
  },
  "post /v1/notices": {
    as: "Halden",
    body: {
      lot: "HS26-531795",
      kind: "recall",
      details: { reason: "solderability below specification", alertReference: "QN-26-200" },
    },
    status: 201,
  },
  "post /v1/statements": {
    as: "Halden",
    file: "statement.json",
    status: 200,
    note: "Sends a signed statement again, which changes nothing. The party signs it as docs/protocol.md shows.",
    first: {
      method: "get",
      path: "/v1/statements?kind=authorisation",
      save: { file: "statement.json", filter: ".items[0].signed" },
    },
  },
  "post /v1/statements/:digest/withdraw": {
    as: "Mizuhara",
    params: { digest: "$STATEMENT" },
    body: {},
    status: 201,
    first: {
      method: "post",
      path: "/v1/alerts?source=Field",
      text: ALERT,
      take: { name: "STATEMENT", filter: ".statements[0].statement" },
    },
  },
  "post /v1/authorisations": {
    as: "Halden",
    text: {
      type: "text/csv",
      content:
        "party,brand,grade,from,to\n$CONSIGNEE,Halden Semiconductor AS,authorised,2026-12-01,2027-11-30",
    },
    status: 201,
    note: "For the consignee of an earlier shipment.",
    first: EARLIER_CONSIGNEE,
  },
  "post /v1/alerts": { as: "Pellworth", query: "source=Field", text: ALERT, status: 201 },
  "post /v1/documents": {
    as: "Halden",
    query: "kind=coc&name=CoC%20HS26-431420&certificateNumber=C-4711",
    text: { type: "text/plain", content: "Certificate C-4711: HS26-431420, 1,500 pieces." },
    status: 201,
  },
  "post /v1/bundles": {
    as: "Ostermark",
    file: "bundle.json",
    status: 200,
    note: "Imports a bundle that this service made, which changes nothing.",
    first: { method: "get", path: "/v1/lots/HS26-112706/bundle", save: { file: "bundle.json" } },
  },
  "post /v1/grants": {
    as: "Monclara",
    body: { label: "audit 2026", lots: ["EVC7-26-1006"], upTo: "trail", until: 1_830_297_599 },
    status: 201,
  },
  "post /v1/grants/:id/end": {
    as: "Monclara",
    params: { id: "$GRANT" },
    body: {},
    status: 200,
    first: {
      method: "post",
      path: "/v1/grants",
      body: { label: "a visitor", lots: ["GW200-BX-26-0918"], until: 1_830_297_599 },
      take: { name: "GRANT", filter: ".id" },
    },
  },
  "post /v1/policy": {
    as: "Ostermark",
    body: {
      name: "incoming inspection",
      severities: { ORIGIN_INTRODUCED: "HOLD" },
      maxDateCodeAgeDays: 730,
    },
    status: 200,
  },
  "post /v1/companies": {
    as: "Operator",
    body: { name: "Acme Distribution", roles: ["distributor"] },
    status: 201,
  },
  "post /v1/parties": {
    as: "Operator",
    body: {
      address: "0x1111111111111111111111111111111111111111",
      name: "Own Keys Laboratory",
      roles: ["laboratory"],
    },
    status: 201,
  },
  "post /v1/keys": { as: "Corvane", body: { party: "$PARTY" }, status: 201, first: OWN_PARTY },
  "post /v1/api-keys": {
    as: "Corvane",
    body: { party: "$PARTY", scope: "read", label: "shop floor" },
    status: 201,
    first: OWN_PARTY,
  },
  "post /v1/settlements/:id/retry": {
    as: "Operator",
    params: { id: `0x${"11".repeat(32)}` },
    body: {},
    status: 404,
    note: "Nothing is held in the sample, so there is nothing to send again (NOT_FOUND). `GET /v1/settlements?state=held` lists the ids.",
  },
  "post /v1/settlements/:id/give-up": {
    as: "Halden",
    params: { id: `0x${"11".repeat(32)}` },
    body: {},
    status: 404,
    note: "Nothing is held in the sample, so there is nothing to give up (NOT_FOUND). `GET /v1/settlements?state=held` lists the ids.",
  },
  "post /v1/backup": {
    as: "Operator",
    body: { salt: "5a".repeat(32), cost: 2, key: "6b".repeat(32) },
    status: 200,
    note: "`reelproof backup` makes salt and key, and writes the file. A real salt is random, and a real cost is higher.",
  },
  "post /v1/activation": { as: "Operator", body: {}, status: 200 },
  "post /v1/status/test": {
    as: "Operator",
    body: {},
    status: 409,
    note: "The quick start sets no ALERT_URL. With one, the answer is 200.",
  },
  "post /v1/session": { as: "Dravatronik", body: {}, status: 201 },
  "post /v1/session/start": {
    as: "Operator",
    body: { token: "the token of the link" },
    status: 404,
    note: "The token stands in the link that a start prints, after the #. It works once.",
  },
  "post /v1/session/wallet": {
    as: "Operator",
    body: { message: "the text of GET /v1/session/wallet", signature: `0x${"11".repeat(64)}1b` },
    status: 401,
    note: "A wallet signs the text with `personal_sign`. This text is not one that the service made.",
  },
  "post /v1/members": {
    as: "Operator",
    body: { email: "jana@example.com", party: null, scope: "read" },
    status: 201,
  },
  "post /v1/fsck": { as: "Operator", body: {}, status: 200 },
  "post /v1/repair": { as: "Operator", body: { dryRun: true }, status: 200 },
  "post /rpc": {
    as: "Operator",
    body: { jsonrpc: "2.0", id: 1, method: "eth_chainId", params: [] },
    status: 200,
  },
};

/** Where the examples expect the service. */
const AT = "http://127.0.0.1:3000";

/** Describes an example in Markdown: whose key, what comes first, the curl line, and the status. */
export function exampleText(method: string, path: string, example: RequestExample): string {
  const { as, first, note, status } = example;
  const lines = [
    `**Example**, on the sample, with the API key of ${as}: \`export API_KEY=…\` (\`DATA_DIR/api-keys.json\` has it). Answers ${status}.`,
    ...(note === undefined ? [] : [note]),
    "```sh",
    ...(first ? [preparationLine(first)] : []),
    curl(method, filled(path, example), example),
    "```",
  ];
  return lines.join("\n");
}

/** The path of an example. */
export function filled(path: string, { params = {}, query }: RequestExample): string {
  const whole = path.replace(/[:*](\w+)/g, (_, name: string) => params[name] ?? `{${name}}`);
  return query === undefined ? whole : `${whole}?${query}`;
}

function preparationLine({ method, path, body, text, take, save }: Preparation): string {
  const sent = { ...(body !== undefined && { body }), ...(text && { text }) };
  const line = curl(method, path, sent, " -s");
  if (take) return `${take.name}=$(${line} | jq -r '${take.filter}')`;
  if (!save) return line;
  return save.filter === undefined
    ? `${line} > ${save.file}`
    : `${line} | jq '${save.filter}' > ${save.file}`;
}

function curl(
  method: string,
  path: string,
  { body, text, file }: Pick<RequestExample, "body" | "text" | "file">,
  flags = "",
): string {
  const type =
    text?.type ?? (body !== undefined || file !== undefined ? "application/json" : undefined);
  const data =
    text?.content ??
    (file === undefined ? undefined : `@${file}`) ??
    (body === undefined ? undefined : JSON.stringify(body));
  const parts = [
    `curl${flags}${method === "get" ? "" : ` -X ${method.toUpperCase()}`} "${AT}${path}"`,
    `-H "Authorization: Bearer $API_KEY"`,
    ...(type === undefined ? [] : [`-H "Content-Type: ${type}"`]),
    // A variable stands outside of the quotation marks.
    ...(data === undefined ? [] : [`--data-binary '${data.replace(/\$[A-Z]+/g, "'$&'")}'`]),
  ];
  return parts.join(" ");
}
