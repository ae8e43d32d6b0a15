// Tests that a request may call a lot by its number, its package id or its label, among the lots that the caller sees.
import { expect } from "chai";
import { labelText } from "../../../protocol/label/write.ts";
import * as acts from "../../../server/custody/acts.ts";
import { ROUTES } from "../../../server/http/routes/table.ts";
import { openTestHttp, type PartyName, type TestHttp } from "../../support/http.ts";

describe("lots by name", () => {
  let http: TestHttp;
  before(async () => {
    http = await openTestHttp();
  });
  after(() => http.close());

  const address = (name: PartyName) => http.parties[name].address;
  async function make(party: "maker" | "ems", lotNumber: string, details: object = {}) {
    const action = party === "maker" ? "commission" : "introduce";
    const lots = [{ lotNumber, quantity: 100, details: { mpn: "MPN", ...details } }];
    return (await acts.makeLots(http.ctx, address(party), action, { lots })).lots[0]!;
  }
  const get = <T = { lot: string }>(status: number, name: string, key: string, rest = "") =>
    http.expecting<T>(status, "GET", `/v1/lots/${encodeURIComponent(name)}${rest}`, { key });

  it("finds a lot by its number, its package id and its label", async () => {
    const lot = await make("maker", "NUM-1", { packageId: "PACK/1 %" });
    const label = labelText({ lotNumber: "NUM-1", mpn: "MPN", quantity: 100 });
    for (const name of [lot, "NUM-1", " NUM-1 ", "PACK/1 %", label, "3SNUM-1"])
      expect((await get(200, name, "maker")).lot, name).to.equal(lot);
    const link = await http.ctx.domain;
    const url = `https://x.example/lots/${lot}?chain=${link.chainId}&ledger=${link.ledger}`;
    expect((await get(200, url, "maker")).lot).to.equal(lot);
  });

  it("acts on lots in paths, bodies and queries", async () => {
    const lot = await make("maker", "ACT-1");
    await make("maker", "ACT-2");
    const key = "maker";
    const at = (path: string, body: object) =>
      http.expecting<{ lots: string[] }>(201, "POST", path, { key, body });
    expect((await at("/v1/lots/ACT-1/hold", {})).lots).to.deep.equal([lot]);
    await at("/v1/lots/ACT-1/release", {});
    await at("/v1/lots/ACT-1/correction", { details: { mpn: "MPN-2", reason: "typing error" } });
    await at("/v1/notices", { lot: "ACT-1", kind: "recall" });
    const { items } = await http.expecting<{ items: { lot: string }[] }>(
      200,
      "GET",
      "/v1/notices?lot=ACT-1",
      { key },
    );
    expect(items.map((notice) => notice.lot)).to.deep.equal([lot, lot]);
    await at("/v1/grants", { label: "an audit", lots: ["ACT-1"], until: 4_000_000_000 });
    const { hash } = await http.expecting<{ hash: string }>(201, "POST", "/v1/shipments", {
      key,
      body: { consignee: address("ems"), lots: [{ lot: "ACT-1" }, { lot: "ACT-2" }] },
    });
    const receipt = { lots: [{ lot: "ACT-1", quantity: 99 }] };
    const path = `/v1/shipments/${hash}/receipt`;
    await http.expecting(201, "POST", path, { key: "ems", body: receipt });
  });

  it("lists the lots where a name can mean several", async () => {
    const own = await make("ems", "TWICE");
    const other = await make("maker", "TWICE");
    expect((await get(200, "TWICE", "ems")).lot).to.equal(own);
    await acts.ship(http.ctx, address("maker"), {
      consignee: address("ems"),
      lots: [{ lot: other }],
    });
    const problem = await get<{ code: string; field: string; candidates: object[] }>(
      409,
      "TWICE",
      "ems",
      "/verdict",
    );
    expect(problem).to.include({ code: "AMBIGUOUS_LOT", field: "lot" });
    const [first, second] = problem.candidates;
    expect(first).to.include({ lot: own, lotNumber: "TWICE", quantity: 100 });
    expect(second).to.deep.include({ lot: other });
    expect(problem.candidates[1]).to.have.nested.property("holder.address", address("maker"));
    expect((await get(200, "TWICE", "maker")).lot).to.equal(other);
    // Of the lots in a shipment only one has the number.
    const { lastEvent } = await http.ctx.prisma.lot.findUniqueOrThrow({ where: { id: other } });
    const path = `/v1/shipments/${lastEvent}/receipt`;
    const body = { lots: [{ lot: "TWICE" }] };
    const { lots } = await http.expecting<{ lots: string[] }>(201, "POST", path, {
      key: "ems",
      body,
    });
    expect(lots).to.deep.equal([other]);
  });

  it("answers for a lot that the caller does not see as for one that is not there", async () => {
    await make("maker", "HIDDEN-1", { packageId: "HIDDEN-PACK" });
    const strange = async (name: string) => {
      const { requestId, ...problem } = await get<Record<string, unknown>>(404, name, "lab");
      expect(requestId).to.be.a("string");
      return JSON.stringify(problem).replaceAll(name, "NAME");
    };
    const absent = await strange("ABSENT-1");
    for (const name of ["HIDDEN-1", "HIDDEN-PACK", "hidden-1"])
      expect(await strange(name)).to.equal(absent);
    expect(absent).to.contain("There is no lot NAME");
  });

  it("names what differs in capitals alone", async () => {
    await make("maker", "CaSe-1");
    const { detail } = await get<{ detail: string }>(404, "case-1", "maker");
    expect(detail).to.match(/There is no lot case-1.* You see CaSe-1: capitals and blanks count/);
  });

  it("finds lots that a grant opens, where grants count", async () => {
    const lot = await make("maker", "GRANTED-1");
    const body = { label: "an audit", lots: [lot], grantee: address("lab"), until: 4_000_000_000 };
    await http.expecting(201, "POST", "/v1/grants", { key: "maker", body });
    expect((await get(200, "GRANTED-1", "lab", "/trail")).lot).to.equal(lot);
    await get(404, "GRANTED-1", "lab", "/label");
    const linked = await http.expecting<{ token: string }>(201, "POST", "/v1/grants", {
      key: "maker",
      body: { ...body, grantee: null },
    });
    expect((await get(200, "GRANTED-1", linked.token)).lot).to.equal(lot);
    await make("maker", "GRANTED-2");
    await get(404, "GRANTED-2", linked.token);
  });

  it("answers for each of many by itself, and counts each as a request", async () => {
    const lot = await make("maker", "MANY-1");
    const key = http.keys.maker;
    const remaining = async () => {
      const { headers } = await http.call("GET", "/v1/lots?limit=1", { key });
      return Number(/remaining=(\d+)/.exec(headers.get("ratelimit")!)![1]);
    };
    const before = await remaining();
    const body = { lots: ["MANY-1", "ABSENT-1", lot] };
    const { results } = await http.expecting<{ results: Record<string, unknown>[] }>(
      200,
      "POST",
      "/v1/verdicts",
      { key, body },
    );
    expect(results.map((result) => [result["name"], result["lot"]])).to.deep.equal([
      ["MANY-1", lot],
      ["ABSENT-1", undefined],
      [lot, lot],
    ]);
    expect(results[1]).to.have.nested.property("error.code", "NOT_FOUND");
    expect(before - (await remaining())).to.equal(4);
    const scans = { labels: ["3SMANY-1", ["3SABSENT-1"]], place: "dock" };
    const scanned = await http.expecting<{ results: { candidates: object[] }[] }>(
      200,
      "POST",
      "/v1/scans",
      { key, body: scans },
    );
    expect(scanned.results.map(({ candidates }) => candidates.length)).to.deep.equal([1, 0]);
  });

  it("is possible on every route that takes a lot in its path", () => {
    const named = ROUTES.filter(({ path }) => path.includes(":lot"));
    for (const { path, lots } of named) expect(lots, path).to.include("params.lot");
  });
});
