// Tests administration over HTTP: parties, keys and API keys; and the pages of lists.
import { expect } from "chai";
import { randomBytes } from "node:crypto";
import { fromHex, toHex } from "../../../protocol/base/bytes.ts";
import { addressOfPrivateKey } from "../../../protocol/base/crypto.ts";
import { ZERO_HASH } from "../../../protocol/base/values.ts";
import { admitParty, makeApiKey } from "../../../server/access/admin.ts";
import { addMember } from "../../../server/access/members.ts";
import { beginSession } from "../../../server/access/sessions.ts";
import { lotRead, makeGrant } from "../../../server/access/grants.ts";
import { keepKey } from "../../../server/chain/keystore.ts";
import * as acts from "../../../server/custody/acts.ts";
import { ROUTES } from "../../../server/http/routes/table.ts";
import { state } from "../../../server/statements/statements.ts";
import { newDocument, newLot, newShipment, signedNotice } from "../../support/examples.ts";
import { openTestHttp, type TestHttp } from "../../support/http.ts";

interface Page {
  items: Record<string, unknown>[];
  next: string | null;
}

describe("administration over HTTP", () => {
  let http: TestHttp;

  before(async () => {
    http = await openTestHttp();
  });
  after(() => http.close());

  const code = (body: Record<string, unknown>) => body["code"];

  it("admits a party, makes and revokes its key, suspends and reinstates it", async () => {
    const accountKey = toHex(randomBytes(32));
    const party = addressOfPrivateKey(fromHex(accountKey));
    await http.chain.request("anvil_setBalance", [party, "0x56bc75e2d63100000"]);
    await keepKey(http.ctx.prisma, http.ctx.keystore, party, "account", fromHex(accountKey));
    const admission = { address: party, name: "Newcomer", roles: ["manufacturer", "laboratory"] };
    const admitted = await http.expecting(201, "POST", "/v1/parties", {
      key: "operator",
      body: admission,
    });
    expect(admitted).to.deep.include({ ...admission, suspended: false });
    await http.settle();
    expect(
      await http.expecting(200, "GET", `/v1/parties/${party}`, { key: "maker" }),
    ).to.deep.include({
      ...admission,
      suspended: false,
      keys: [],
    });

    const wanted = { party, scope: "admin", label: "the newcomer's" };
    const made = await http.expecting(201, "POST", "/v1/api-keys", {
      key: "operator",
      body: wanted,
    });
    const key = String(made["key"]);
    const commission = (lotNumber: string) =>
      http.call("POST", "/v1/lots", { key, body: { lots: [{ lotNumber, quantity: 1 }] } });
    const refusal = async (lotNumber: string) => {
      const { status, body } = await commission(lotNumber);
      return [status, code(body)];
    };
    expect(await refusal("N-1")).to.deep.equal([409, "NO_KEY"]);
    const signing = await http.expecting(201, "POST", "/v1/keys", { key, body: {} });
    expect(signing).to.include({ party });
    await http.settle();
    const { keys } = await http.expecting<{ keys: { key: string; revokedAt: number | null }[] }>(
      ...([200, "GET", `/v1/parties/${party}`, { key }] as const),
    );
    expect(keys).to.have.length(1);
    expect(keys[0]).to.include({ key: signing["key"], revokedAt: null });
    expect((await commission("N-1")).status).to.equal(201);

    await http.expecting(204, "POST", `/v1/parties/${party}/suspension`, { key: "operator" });
    await http.settle();
    expect(await refusal("N-2")).to.deep.equal([422, "PARTY_IS_SUSPENDED"]);
    await http.expecting(204, "DELETE", `/v1/parties/${party}/suspension`, { key: "operator" });
    await http.settle();
    expect((await commission("N-2")).status).to.equal(201);

    await http.expecting(204, "DELETE", `/v1/keys/${String(signing["key"])}`, { key });
    await http.settle();
    expect(await refusal("N-3")).to.deep.equal([409, "NO_KEY"]);
    const again = await http.expecting(422, "DELETE", `/v1/keys/${String(signing["key"])}`, {
      key,
    });
    expect(code(again)).to.equal("KEY_IS_REVOKED");
  });

  it("sends concurrent transactions of one account one after the other", async () => {
    const replies = await Promise.all(
      Array.from({ length: 5 }, (_, i) =>
        http.call("POST", "/v1/parties", {
          key: "operator",
          body: { address: toHex(randomBytes(20)), name: `Party ${i}`, roles: ["distributor"] },
        }),
      ),
    );
    expect(replies.map(({ status }) => status)).to.deep.equal([201, 201, 201, 201, 201]);
    // A transaction that the ledger refuses does not stop later ones.
    const mixed = await Promise.all(
      [`0x${"0".repeat(40)}`, toHex(randomBytes(20))].map((address) =>
        http.call("POST", "/v1/parties", {
          key: "operator",
          body: { address, name: "X", roles: ["distributor"] },
        }),
      ),
    );
    expect(mixed.map(({ status }) => status)).to.deep.equal([422, 201]);
  });

  it("refuses a signing key from the operator without a party, and allows an API key without one", async () => {
    const { status, body } = await http.call("POST", "/v1/keys", { key: "operator", body: {} });
    expect([status, code(body), body["field"]]).to.deep.equal([400, "BAD_FIELD", "party"]);
    const made = await http.expecting(201, "POST", "/v1/api-keys", {
      key: "operator",
      body: { scope: "read" },
    });
    expect(made["party"]).to.equal(null);
  });

  it("takes parties of a policy by name, and shows their names", async () => {
    const { maker, distributor } = http.parties;
    const send = (body: object) => http.call("POST", "/v1/policy", { key: "ems", body });
    const set = await send({
      approvedSuppliers: ["Test distributor"],
      alertIssuers: [maker.address],
      brands: { Vellore: ["Test maker"] },
    });
    expect(set.status, JSON.stringify(set.body)).to.equal(200);
    expect(set.body["document"]).to.deep.equal({
      approvedSuppliers: [distributor.address],
      alertIssuers: [maker.address],
      brands: { Vellore: [maker.address] },
    });
    const parties = set.body["parties"] as { name: string }[];
    expect(parties.map(({ name }) => name)).to.have.members(["Test maker", "Test distributor"]);
    const unknown = await send({ approvedSuppliers: ["Test distributor", "Nobody Ltd"] });
    expect([unknown.status, code(unknown.body), unknown.body["field"]]).to.deep.equal([
      422,
      "BAD_FIELD",
      "approvedSuppliers.1",
    ]);
    const twins = [toHex(randomBytes(20)), toHex(randomBytes(20))].map((address) => ({
      address,
      name: "Twin",
      roles: 1,
      identity: ZERO_HASH,
    }));
    await http.ctx.prisma.party.createMany({ data: twins });
    const ambiguous = await send({ alertIssuers: ["Twin"] });
    expect([ambiguous.status, code(ambiguous.body), ambiguous.body["field"]]).to.deep.equal([
      409,
      "AMBIGUOUS_PARTY",
      "alertIssuers.0",
    ]);
    for (const { address } of twins) expect(ambiguous.body["detail"]).to.include(address);
    await http.ctx.prisma.party.deleteMany({ where: { name: "Twin" } });
  });

  it("checks date codes against the format in the event's details", async () => {
    const lot = (dateCode: string) => ({
      lotNumber: `D-${dateCode}`,
      quantity: 1,
      details: { dateCode },
    });
    const send = (body: unknown) => http.call("POST", "/v1/lots", { key: "maker", body });
    const details = { dateCodeFormat: "YYYY-MM-DD" };
    const wrong = await send({ lots: [lot("2026-01-31"), lot("2604")], details });
    expect([wrong.status, wrong.body["field"]]).to.deep.equal([400, "lots.1.details.dateCode"]);
    expect((await send({ lots: [lot("2026-01-31")], details })).status).to.equal(201);
    const shared = await send({
      lots: [{ lotNumber: "D-1", quantity: 1 }],
      details: { ...details, dateCode: "2604" },
    });
    expect([shared.status, shared.body["field"]]).to.deep.equal([400, "details.dateCode"]);
    const { lot: id } = await newLot(http);
    const one = await http.call("POST", `/v1/lots/${id}/inspection`, {
      key: "maker",
      body: { details: { ...details, dateCode: "2604" } },
    });
    expect([one.status, one.body["field"]]).to.deep.equal([400, "details.dateCode"]);
  });

  it("refuses to sign dates that every verdict would fail", async () => {
    const lot = (details: object) => ({ lotNumber: "D-2", quantity: 1, details });
    const refusal = async (body: object) => {
      const reply = await http.call("POST", "/v1/lots", { key: "maker", body });
      return [reply.status, code(reply.body), reply.body["field"]];
    };
    for (const [body, field] of [
      [{ lots: [lot({ dateCode: "9953" }), lot({ dateCode: "6826" })] }, "lots.0.details.dateCode"],
      [{ lots: [lot({ dateCode: "2601" }), lot({ dateCode: "6826" })] }, "lots.1.details.dateCode"],
      [{ lots: [lot({})], details: { dateCode: "6826" } }, "details.dateCode"],
      [
        { lots: [lot({ dateCode: "2601", dateCodeNewest: "6826" })] },
        "lots.0.details.dateCodeNewest",
      ],
      [{ lots: [lot({ dateCode: "2601", bagSealDate: "2025-01-01" })] }, "lots.0.details.dateCode"],
    ] as const)
      expect(await refusal(body)).to.deep.equal([422, "BAD_FIELD", field]);
  });

  it("answers every list in pages that together equal the whole list", async () => {
    const { maker, distributor } = http.parties;
    const { lot: granted } = await newLot(http);
    const [from, until] = [http.ctx.clock(), http.ctx.clock() + 3_600];
    const opened = {
      grantee: null,
      label: "audit",
      lots: [granted],
      upTo: "trail",
      fields: [],
    } as const;
    for (let i = 0; i < 3; i++) {
      await makeGrant(http.ctx, maker.address, { ...opened, from, until });
      const brand = {
        party: distributor.address,
        brand: `Brand ${i}`,
        grade: "authorised",
        from: "2026-01-01",
      } as const;
      await state(http.ctx, maker.address, "authorisation", [brand]);
      await newLot(http);
      await newShipment(http);
      await newDocument(http);
      const body = await signedNotice(http);
      await http.expecting(201, "POST", "/v1/notices", { key: "maker", body });
      const apiKey = await makeApiKey(http.ctx, { party: maker.address, scope: "read" });
      await beginSession(http.ctx, { apiKey: apiKey.id, fromStart: false });
      await addMember(http.ctx, { email: `${i}@example.com`, party: null, scope: "read" });
      await admitParty(http.ctx, http.ownerKey, {
        address: toHex(randomBytes(20)),
        roles: ["distributor"],
        name: "X",
      });
    }
    const { lot: parent } = await newLot(http);
    const children = [1, 2].map((i) => ({ lotNumber: `PAGED-${i}`, quantity: 10 }));
    const { lots } = await acts.split(http.ctx, maker.address, { lot: parent, children });
    for (const lot of lots.filter((id) => id !== parent))
      await acts.giveNotice(http.ctx, maker.address, { lot, kind: "recall" });
    const recall = await acts.giveNotice(http.ctx, maker.address, { lot: parent, kind: "recall" });
    await http.settle();
    const seen = { party: distributor.address };
    const audit = { ...opened, grantee: distributor.address, from, until };
    const { grant } = await makeGrant(http.ctx, maker.address, audit);
    for (let i = 0; i < 3; i++) await lotRead(http.ctx, seen, granted, "trail");
    const lists = ROUTES.filter(({ query }) => query && "cursor" in query.shape);
    expect(lists.length).to.equal(16);
    for (const { path: form, access } of lists) {
      const path = form
        .replace(":id", grant.id)
        .replace(":lot", parent)
        .replace(":notice", recall.hash);
      const key = access?.who === "operator" ? "operator" : "maker";
      const list = path === "/v1/settlements" ? `${path}?state=final&` : `${path}?`;
      const whole = await http.expecting<Page>(200, "GET", `${list}limit=200`, { key });
      expect(whole.items.length, path).to.be.at.least(3);
      expect(whole.next).to.equal(null);
      const paged: unknown[] = [];
      for (let cursor = ""; ;) {
        const page: Page = await http.expecting(200, "GET", `${list}limit=2${cursor}`, { key });
        paged.push(...page.items);
        if (page.next === null) break;
        expect(page.items, path).to.have.length(2);
        // A cursor tells nothing of the position, and opens for no other caller.
        const stranger = key === "maker" ? "distributor" : "maker";
        const status = access?.who === "operator" ? 403 : 400;
        await http.expecting(status, "GET", `${list}cursor=${page.next}`, { key: stranger });
        // Random bytes begin with a bracket once in 256 times, and are JSON never.
        const text = Buffer.from(page.next, "base64url").toString("latin1");
        expect(() => JSON.parse(text) as unknown, text).to.throw(SyntaxError);
        cursor = `&cursor=${page.next}`;
      }
      expect(paged, path).to.deep.equal(whole.items);
    }
  });
});
