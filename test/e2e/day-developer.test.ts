// A developer's day: a company of one's own on an empty service, an event that is built and signed outside of it as
// docs/protocol.md says, with nothing of this project, and the API in five minutes.
import {
  computeHmac,
  concat,
  getBytes,
  keccak256,
  sha256,
  toUtf8Bytes,
  Wallet,
  ZeroAddress,
  ZeroHash,
} from "ethers";
import { expect } from "chai";
import { setTimeout as wait } from "node:timers/promises";
import { beginDay, type Day, openEmptyService, type Person } from "../support/day.ts";

const TYPES = {
  CustodyEvent: [
    { name: "action", type: "uint8" },
    { name: "actor", type: "address" },
    { name: "holder", type: "address" },
    { name: "consignee", type: "address" },
    { name: "entries", type: "Entry[]" },
    { name: "time", type: "uint64" },
    { name: "details", type: "bytes32" },
  ],
  Entry: [
    { name: "lot", type: "bytes32" },
    { name: "previous", type: "bytes32" },
    { name: "quantity", type: "uint64" },
  ],
};

/** A field of the details as a leaf: its path, its value and the event's secret. */
function leafOf(
  path: (string | number)[],
  value: string,
  secret: string,
): { path: string; hash: string } {
  const name = toUtf8Bytes(JSON.stringify(path));
  const salt = getBytes(computeHmac("sha256", secret, name)).slice(0, 16);
  const inner = sha256(concat([salt, toUtf8Bytes(JSON.stringify(value))]));
  return { path: JSON.stringify(path), hash: sha256(concat(["0x00", name, inner])) };
}

/** The root of a tree as in RFC 9162, from the hashes of its leaves. */
function rootOf(hashes: string[]): string {
  if (hashes.length === 1) return hashes[0]!;
  const half = 2 ** Math.ceil(Math.log2(hashes.length) - 1);
  return sha256(concat(["0x01", rootOf(hashes.slice(0, half)), rootOf(hashes.slice(half))]));
}

const detailsRoot = (fields: Record<string, string>, secret: string) =>
  rootOf(
    Object.entries(fields)
      .map(([name, value]) => leafOf(["entries", 0, name], value, secret))
      .sort((a, b) => (a.path < b.path ? -1 : 1))
      .map(({ hash }) => hash),
  );

interface Made {
  address: string;
  apiKey: { key: string };
}

describe("a developer's day", () => {
  const account = Wallet.createRandom();
  const signer = Wallet.createRandom();
  const own = account.address.toLowerCase();
  const fields = { lotNumber: "OWN-1", mpn: "OWN-MPN", manufacturer: "Own Keys Ltd" };
  const lot = `${own}${keccak256(toUtf8Bytes("OWN-1")).slice(2, 26)}`;
  let day: Day;
  let operator: Person;
  let domain: { name: string; version: string; chainId: number; verifyingContract: string };
  let customer: Made;
  /** The API key of the company with its own keys. */
  let key: string;

  before(async () => {
    day = await beginDay(openEmptyService);
    operator = day.person("Operator");
  });
  after(() => day.end());

  const now = () => day.service.ctx.clock();
  const post = <T>(path: string, body: unknown, headers: Record<string, string> = {}, as = key) =>
    day.call<T>("POST", path, { key: as, body, headers });

  it("finds the API's reference, and what it is about", async () => {
    expect(await day.expecting(200, "GET", "/docs")).to.contain("Reelproof API");
    const { paths } = await day.expecting<{ paths: object }>(200, "GET", "/v1/openapi.json");
    expect(paths).to.include.keys("/v1/events", "/v1/verdicts", "/v1/shipments");
    const { chainId, ledger } = await day.expecting<{ chainId: number; ledger: string }>(
      200,
      "GET",
      "/v1/service",
      {
        key: "operator",
      },
    );
    domain = { name: "Reelproof", version: "1", chainId, verifyingContract: ledger };
  });

  it("makes a company whose key the service keeps, and one that keeps its own", async () => {
    const made = await operator.types('init "Acme Distribution" --role distributor --json');
    customer = JSON.parse(made.stdout) as Made;
    await operator.types(`party admit ${own} "Own Keys Ltd" --role manufacturer`);
    const [node] = /http:[^)]+/.exec(day.service.standsOn.chain)!;
    const enrolling = day.person("Operator", {
      CHAIN_RPC_URL: node,
      LEDGER_ADDRESS: domain.verifyingContract,
      ACCOUNT_KEY: account.privateKey,
      PARTY_KEY: signer.privateKey,
    });
    await enrolling.types("key enrol");
    const { prisma } = day.service.ctx;
    while ((await prisma.key.count({ where: { party: own } })) === 0) await wait(20); // it follows the chain
    const apiKey = await operator.types(`api-key make --party ${own} --scope write --json`);
    key = (JSON.parse(apiKey.stdout) as { key: string }).key;
  });

  it("signs the event that makes a lot with ethers alone, and posts it", async () => {
    const secret = Wallet.createRandom().privateKey;
    const event = {
      action: 1,
      actor: own,
      holder: own,
      consignee: ZeroAddress,
      entries: [{ lot, previous: ZeroHash, quantity: 5_000 }],
      time: now(),
      details: detailsRoot(fields, secret),
    };
    const signed = {
      event,
      signature: await signer.signTypedData(domain, TYPES, event),
      details: { entries: [fields] },
      secret,
    };
    const forged = {
      ...signed,
      event: { ...event, entries: [{ lot, previous: ZeroHash, quantity: 9_000 }] },
    };
    const refused = await post<{ code: string }>("/v1/events", forged);
    expect(refused.status, JSON.stringify(refused.body)).to.equal(422);

    const { status, body } = await post<{ results: { hash: string }[] }>("/v1/events", signed);
    expect(status, JSON.stringify(body)).to.equal(200);
    const again = await post("/v1/events", signed);
    expect(again.body).to.have.nested.property("results[0].hash", body.results[0]!.hash);
  });

  it("ships it by the word that the API gives, and the customer receives and verifies it", async () => {
    const { word } = await day.expecting<{ word: string }>(200, "GET", "/v1/lots/OWN-1", { key });
    const event = {
      action: 3,
      actor: own,
      holder: own,
      consignee: customer.address,
      entries: [{ lot, previous: word, quantity: 5_000 }],
      time: now(),
      details: ZeroHash,
    };
    const signature = await signer.signTypedData(domain, TYPES, event);
    expect((await post("/v1/events", { event, signature })).status).to.equal(200);
    await day.settled();
    const person = day.person({ key: customer.apiKey.key });
    await person.types("receive OWN-1");
    await day.settled();
    const { stdout } = await person.types("verify OWN-1 --json", { exits: 10 });
    const { identity, findings } = JSON.parse(stdout) as {
      identity: { mpn: string };
      findings: { code: string }[];
    };
    expect(identity.mpn).to.equal("OWN-MPN");
    expect(findings.map(({ code }) => code)).to.deep.equal(["DISTRIBUTOR_NOT_AUTHORISED"]);
  });

  it("acts once for an Idempotency-Key, whatever the number of requests", async () => {
    const body = {
      action: "introduce",
      lots: [{ lotNumber: "A-1", quantity: 10, details: { mpn: "X" } }],
    };
    const act = (sent: unknown) =>
      post<{ hash?: string; code?: string }>(
        "/v1/lots",
        sent,
        { "idempotency-key": "order-1" },
        customer.apiKey.key,
      );
    const [first, second] = [await act(body), await act(body)];
    expect([first.status, second.status]).to.deep.equal([201, 201]);
    expect(second.body.hash).to.be.a("string").and.equal(first.body.hash);
    const other = await act({
      ...body,
      lots: [{ lotNumber: "A-2", quantity: 10, details: { mpn: "X" } }],
    });
    expect([other.status, other.body.code]).to.deep.equal([422, "IDEMPOTENCY_KEY_REUSED"]);
  });

  it("asks for many verdicts at once, each with a result or an error of its own", async () => {
    const { body } = await post<{
      results: { name: string; verdict?: object; error?: { code: string } }[];
    }>("/v1/verdicts", { lots: ["OWN-1", "A-1", "NOT-THERE"] }, {}, customer.apiKey.key);
    const outcomes = body.results.map(({ name, verdict, error }) => [
      name,
      verdict ? "verdict" : error?.code,
    ]);
    expect(outcomes).to.deep.equal([
      ["OWN-1", "verdict"],
      ["A-1", "verdict"],
      ["NOT-THERE", "NOT_FOUND"],
    ]);
  });
});
