// Tests what the page Inspect decides without a browser: the tally, the order's list, and what decisions become.
import { expect } from "chai";
import { type Decided, type Decision, actsOf } from "../../../web/app/data/decisions.ts";
import { readExpected } from "../../../web/app/data/expected.ts";
import { bodyOf, isLater, isUnclear } from "../../../web/app/data/queued.ts";
import { NO_BATCH, withChange, withScan } from "../../../web/app/data/scans.ts";
import { type Counted, packagesOf, tallyOf } from "../../../web/app/data/tally.ts";

const HOUR_MS = 3_600_000;

describe("readExpected", () => {
  it("takes the first cell of each line where there is no header", () => {
    const { lines, remarks } = readExpected("LK-42474\nHS26-953261;900\n\nLK-42474\n");
    expect(lines.map(({ name }) => name)).to.deep.equal(["LK-42474", "HS26-953261"]);
    expect(remarks).to.deep.equal(["LK-42474 stands on the list twice and counts once."]);
  });

  it("takes the columns that it knows, in their order, and leaves out what cannot be right", () => {
    const csv =
      'Qty;Part no.;Lot number;DC;Origin\n"4,000";MZM155R71H104KE14D;MZ6F1;2623;jp\n-3;;MZ6F2;;\n;;;2623;\n';
    const { lines, remarks } = readExpected(csv);
    expect(lines.map(({ name, values }) => [name, values])).to.deep.equal([
      [
        "MZ6F1",
        { mpn: "MZM155R71H104KE14D", dateCode: "2623", quantity: 4_000, countryOfOrigin: "JP" },
      ],
      ["MZ6F2", {}],
    ]);
    expect(remarks).to.deep.equal(["Line 4 has no lot number and is left out."]);
  });

  it("knows the titles that packing lists have, in their languages", () => {
    const csv =
      "Packstück-ID,Hersteller-Teilenummer,Menge,日期码,Charge,Bestellung\nMZ6F1,MZM155,500,2623,L1,4711\n";
    const { lines, remarks } = readExpected(csv);
    const values = { mpn: "MZM155", quantity: 500, dateCode: "2623", makerLot: "L1" };
    expect(lines[0]).to.deep.include({
      name: "MZ6F1",
      values: { ...values, purchaseOrder: "4711" },
    });
    expect(remarks).to.deep.equal([]);
  });

  it("reads no more than 500 lines, and says so", () => {
    const names = Array.from({ length: 501 }, (_, i) => `LOT-${i}`);
    const { lines, remarks } = readExpected(names.join("\n"));
    expect(lines).to.have.length(500);
    expect(remarks[0]).to.include("Only the first 500 count");
  });
});

describe("packagesOf", () => {
  const line = (name: string, lot: string | null = null, isDone = false) => ({
    name,
    lot,
    values: {},
    isDone,
  });
  const scan = (name: string, more: Partial<Counted> = {}): Counted => ({
    key: name,
    times: 1,
    lot: null,
    name,
    verdict: "PASS",
    ...more,
  });

  it("counts what is done, missing, twice, surplus and not checked", () => {
    const scans = [
      scan("A"),
      scan("B", { times: 2, verdict: "WARN" }),
      scan("X"),
      scan("Y", { verdict: "FAIL" }),
      scan("C", { verdict: undefined }),
    ];
    const lines = [line("a"), line("B"), line("C"), line("D"), line("E", null, true)];
    expect(tallyOf(packagesOf(scans, lines))).to.deep.equal({
      ok: 1,
      look: 1,
      stop: 1,
      unchecked: 1,
      missing: 1,
      done: 1,
      surplus: 1,
      twice: 1,
    });
  });

  it("takes two codes of one lot as one package, which was scanned twice", () => {
    const lot = `0x${"1".repeat(64)}`;
    const scans = [scan("link", { lot, name: "A" }), scan("square", { lot, name: "A" })];
    const [only, ...others] = packagesOf(scans, [line("other name", lot)]);
    expect(others).to.deep.equal([]);
    expect(only).to.include({ times: 2, isTwice: true, group: "ok" });
  });
});

describe("withScan", () => {
  it("puts the newest on top, counts a repeated one, and keeps what was decided", () => {
    const decision = { name: "accept" } as Decision;
    const once = withChange(withScan(NO_BATCH, ["a"]), "a", (scan) => ({ ...scan, decision }));
    const { scans } = withScan(withScan(once, ["b", "c"]), ["a"]);
    expect(scans).to.deep.equal([
      { codes: ["a"], times: 2, decision },
      { codes: ["b", "c"], times: 1 },
    ]);
  });
});

describe("actsOf", () => {
  const decided = (
    lot: string,
    decision: Partial<Decision>,
    shipment: string | null = "ship",
  ): Decided => ({
    lot: {
      lot,
      lotNumber: `N-${lot}`,
      quantity: 10,
      inTransit: shipment !== null,
      lastEvent: shipment ?? "event",
    },
    decision: { name: "accept", reason: "", remarks: "", facts: {}, photo: null, ...decision },
    scan: lot,
  });
  const requests = (some: readonly Decided[]) =>
    actsOf(some).map(({ steps }) => steps.map(({ path, body }) => [path, body]));

  it("receives all accepted lots of a shipment with one signature, and accepts those in hand with another", () => {
    const details = { inspectionResult: "accepted" };
    expect(
      requests([
        decided("1", {}),
        decided("2", {}, null),
        decided("3", {}),
        decided("4", {}, null),
      ]),
    ).to.deep.equal([
      [["/v1/shipments/ship/receipt", { lots: [{ lot: "1" }, { lot: "3" }], details }]],
      [["/v1/lots/2/inspection", { details, further: [{ lot: "4" }] }]],
    ]);
  });

  it("receives a lot in transit before it puts it on hold", () => {
    const facts = { packageDamaged: true };
    const reason = "package damaged";
    expect(requests([decided("1", { name: "hold", reason, facts })])).to.deep.equal([
      [
        [
          "/v1/shipments/ship/receipt",
          { lots: [{ lot: "1" }], details: { inspectionResult: "conditional", reason } },
        ],
        ["/v1/lots/1/hold", { details: { reason, ...facts } }],
      ],
    ]);
  });

  it("refuses a lot in transit, and records that a lot in hand is rejected", () => {
    const details = { inspectionResult: "rejected", reason: "not ordered" };
    const refusal = { name: "refuse", reason: "not ordered" } as const;
    expect(requests([decided("1", refusal), decided("2", refusal, null)])).to.deep.equal([
      [["/v1/shipments/ship/refusal", { lots: [{ lot: "1" }], details }]],
      [["/v1/lots/2/inspection", { details }]],
    ]);
  });

  it("gives each request a key of its own, and names the photo only in the last event", () => {
    const photo = new Blob(["x"]);
    const [act] = actsOf([decided("1", { name: "hold", reason: "r", photo })]);
    expect(new Set(act!.steps.map(({ once }) => once)).size).to.equal(2);
    const named = { ...act!, photo: { ...act!.photo!, hash: "0xabc" } };
    const bodies = named.steps.map((step) => bodyOf(named, step).details["photoHash"]);
    expect(bodies).to.deep.equal([undefined, "0xabc"]);
  });

  it("takes at most 250 lots into one event", () => {
    const many = Array.from({ length: 251 }, (_, i) => decided(String(i), {}, null));
    expect(actsOf(many).map(({ lots }) => lots.length)).to.deep.equal([250, 1]);
  });
});

describe("a queued act", () => {
  const [step] = actsOf([
    {
      lot: { lot: "1", lotNumber: null, quantity: 1, inTransit: false, lastEvent: "" },
      decision: { name: "accept", reason: "", remarks: "", facts: {}, photo: null },
      scan: "",
    },
  ])[0]!.steps;

  it("is not sent again by itself once the service has forgotten its key", () => {
    expect(isUnclear({ ...step!, firstSent: 0 }, 22 * HOUR_MS)).to.equal(false);
    expect(isUnclear({ ...step!, firstSent: 0 }, 24 * HOUR_MS)).to.equal(true);
    expect(isUnclear({ ...step!, firstSent: null }, 24 * HOUR_MS)).to.equal(false);
    expect(isUnclear({ ...step!, firstSent: 0, isDone: true }, 24 * HOUR_MS)).to.equal(false);
  });

  it("waits for an answer that says later, and stops at a refusal", () => {
    expect([0, 401, 429, 500, 503].map(isLater)).to.deep.equal([true, true, true, true, true]);
    expect([400, 403, 404, 409, 422].some(isLater)).to.equal(false);
  });
});
