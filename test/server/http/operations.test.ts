// Tests the log of operations: that each act of administration leaves a line with it, and who reads which lines.
import { expect } from "chai";
import type { MemberView } from "../../../api/members.ts";
import type { OperationView } from "../../../api/operations.ts";
import { openTestHttp, type TestHttp } from "../../support/http.ts";

describe("the log of operations", () => {
  let http: TestHttp;
  before(async () => {
    http = await openTestHttp();
  });
  after(() => http.close());

  const read = async (key: "maker" | "distributor" | "operator") =>
    (
      await http.expecting<{ items: OperationView[] }>(200, "GET", "/v1/operations?limit=50", {
        key,
      })
    ).items;
  const actsOf = (items: OperationView[]) => items.map(({ act }) => act);

  it("has a line for each act, the newest first, with who did it", async () => {
    const made = await http.expecting<{ id: string }>(201, "POST", "/v1/api-keys", {
      key: "maker",
      body: { scope: "read", label: "goods-in" },
    });
    await http.expecting(200, "POST", "/v1/policy", { key: "maker", body: { scanDays: 7 } });
    await http.expecting(201, "POST", "/v1/session", { key: "maker", body: {} });
    await http.expecting(204, "DELETE", `/v1/api-keys/${made.id}`, { key: "maker" });
    const items = await read("maker");
    expect(actsOf(items)).to.deep.equal([
      "api-key.revoke",
      "session.begin",
      "policy.set",
      "api-key.make",
    ]);
    const [revoked] = items;
    expect(revoked!.about).to.equal(`${made.id}, goods-in`);
    expect(revoked!.by.party!.address).to.equal(http.parties.maker.address);
    expect(revoked!.by.with).to.equal(http.keys.maker.split("_")[1]);
    expect(revoked!.at).to.be.closeTo(http.ctx.clock(), 60);
  });

  it("has no line for an act that was refused", async () => {
    const before = actsOf(await read("operator"));
    await http.expecting(404, "DELETE", `/v1/api-keys/${"0".repeat(12)}`, { key: "maker" });
    await http.expecting(400, "POST", "/v1/policy", { key: "maker", body: { scanDays: "x" } });
    await http.expecting(404, "DELETE", `/v1/members/${"0".repeat(12)}`, { key: "operator" });
    expect(actsOf(await read("operator"))).to.deep.equal(before);
  });

  it("shows a party what concerns it, also by the operator, and nothing of others", async () => {
    const others = actsOf(await read("distributor"));
    const { address } = http.parties.maker;
    await http.expecting(204, "POST", `/v1/parties/${address}/suspension`, { key: "operator" });
    await http.expecting(204, "DELETE", `/v1/parties/${address}/suspension`, { key: "operator" });
    const [reinstated, suspended] = await read("maker");
    expect([suspended!.act, reinstated!.act]).to.deep.equal(["party.suspend", "party.reinstate"]);
    // Which of the operator's people it was, the operator alone reads.
    expect(suspended!.by).to.deep.equal({ party: null, with: null });
    expect((await read("operator"))[0]!.by.with).to.equal(http.keys.operator.split("_")[1]);
    expect(actsOf(await read("distributor"))).to.deep.equal(others);
  });

  it("needs the right to administer", async () => {
    const key = await http.apiKey("maker", "write");
    await http.expecting(403, "GET", "/v1/operations", { key });
  });

  it("has the changes of the list of people", async () => {
    const body = { email: "Ana@Example.com", party: http.parties.maker.address, scope: "write" };
    const line = await http.expecting<MemberView>(201, "POST", "/v1/members", {
      key: "operator",
      body,
    });
    expect(line.email).to.equal("ana@example.com");
    const again = { ...body, email: "ana@example.com", party: null };
    await http.expecting(409, "POST", "/v1/members", { key: "operator", body: again });
    const stranger = { ...body, email: "b@example.com", party: `0x${"77".repeat(20)}` };
    await http.expecting(404, "POST", "/v1/members", { key: "operator", body: stranger });
    await http.expecting(204, "DELETE", `/v1/members/${line.id}`, { key: "operator" });
    await http.expecting(404, "DELETE", `/v1/members/${line.id}`, { key: "operator" });
    const [removed, added] = await read("maker");
    expect([added!.act, removed!.act]).to.deep.equal(["member.add", "member.remove"]);
    // The address is free again.
    await http.expecting(201, "POST", "/v1/members", { key: "operator", body: again });
  });
});
