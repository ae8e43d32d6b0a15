// Tests the sign-in with a wallet: whose signature begins a session, what it may do, and when it ends.
import { expect } from "chai";
import { request } from "node:http";
import type { SessionView, StandingSession, WalletMessage } from "../../../api/sessions.ts";
import { addressOfPrivateKey, signDigest } from "../../../protocol/base/crypto.ts";
import { revokeKey } from "../../../server/access/admin.ts";
import { beginSession, callerOfSession } from "../../../server/access/sessions.ts";
import { digestOf, MESSAGE_SECONDS } from "../../../server/access/wallet.ts";
import { openTestHttp, type Client, type TestHttp } from "../../support/http.ts";

const PATH = "/v1/session/wallet";

describe("the sign-in with a wallet", () => {
  let http: TestHttp;
  let now: number;
  let key: Uint8Array;
  let address: string;

  before(async () => {
    now = Math.floor(Date.now() / 1000);
    http = await openTestHttp({ clock: () => now });
    key = Buffer.from("51".repeat(32), "hex");
    address = addressOfPrivateKey(key);
    const party = http.parties.maker.address;
    await http.ctx.prisma.key.create({ data: { address, party, enrolledAt: 0 } });
  });
  after(() => http.close());

  const messageFor = async (who = address, client: Client = http) =>
    (await client.expecting<WalletMessage>(200, "GET", `${PATH}?address=${who}`)).message;
  const signed = (message: string, by = key) => ({
    message,
    signature: signDigest(digestOf(message), by),
  });
  const codeOf = async (body: unknown, client: Client = http) => {
    const reply = await client.call("POST", PATH, { body });
    return [reply.status, reply.body["code"]];
  };
  async function signIn(): Promise<{ view: SessionView; cookie: string }> {
    const reply = await http.call<SessionView>("POST", PATH, { body: signed(await messageFor()) });
    expect(reply.status).to.equal(201);
    return { view: reply.body, cookie: reply.headers.get("set-cookie")!.split(";", 1)[0]! };
  }
  const own = (cookie: string) => ({ headers: { cookie, "reelproof-page": "1" } });

  it("asks for a text of EIP-4361 that names this service, the chain and a nonce", async () => {
    const { host } = new URL(http.url);
    const lines = (await messageFor()).split("\n");
    expect(lines[0]).to.equal(`${host} wants you to sign in with your Ethereum account:`);
    expect(lines[1]!.toLowerCase()).to.equal(address);
    expect(lines.slice(5, 8)).to.deep.equal([
      `URI: ${http.url}`,
      "Version: 1",
      `Chain ID: ${http.ctx.domain.chainId}`,
    ]);
    expect(lines[8]).to.match(/^Nonce: [0-9a-f]{72}$/);
    expect(lines[10]).to.equal(
      `Expiration Time: ${new Date((now + MESSAGE_SECONDS) * 1000).toISOString()}`,
    );
  });

  it("writes an address with the checksum of EIP-55", async () => {
    const known = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";
    expect((await messageFor(known.toLowerCase())).split("\n")[1]).to.equal(known);
  });

  it("begins a session that may sign for the key's party, and not administer it", async () => {
    const { view, cookie } = await signIn();
    expect(view.caller).to.deep.include({ scope: "write" });
    expect(view.caller!.party!.address).to.equal(http.parties.maker.address);
    await http.expecting(200, "GET", "/v1/lots", own(cookie));
    await http.expecting(403, "GET", "/v1/sessions", own(cookie));
    const { items } = await http.expecting<{ items: StandingSession[] }>(
      200,
      "GET",
      "/v1/sessions?limit=200",
      { key: "maker" },
    );
    const listed = items.find(({ id }) => id === view.session!.id);
    expect(listed).to.deep.include({ by: "wallet", label: address });
  });

  it("takes a signed message once, in whichever process", async () => {
    const body = signed(await messageFor());
    const beside = await http.beside({ publicUrl: http.url });
    const replies = await Promise.all([codeOf(body), codeOf(body, beside), codeOf(body)]);
    expect(replies.map(([status]) => status).sort()).to.deep.equal([201, 401, 401]);
  });

  it("refuses a message that is too old", async () => {
    const body = signed(await messageFor());
    now += MESSAGE_SECONDS;
    expect(await codeOf(body)).to.deep.equal([401, "UNAUTHENTICATED"]);
  });

  it("refuses a message that was altered in any line, or is of another service", async () => {
    const message = await messageFor();
    for (const [from, to] of [
      [/^[^ ]+/, "evil.example"],
      [/URI: .*/, "URI: https://evil.example"],
      [/Chain ID: \d+/, "Chain ID: 1"],
      [/Nonce: ../, "Nonce: 00"],
      [/Issued At: .*/, "Issued At: 2099-01-01T00:00:00.000Z"],
      [/costs nothing/, "costs all"],
      [/$/, "\n"],
    ] as const) {
      const altered = message.replace(from, to);
      expect(altered).not.to.equal(message);
      expect(await codeOf(signed(altered)), altered).to.deep.equal([401, "UNAUTHENTICATED"]);
    }
    const other = await http.beside({ publicUrl: "https://parts.example.com" });
    expect(await codeOf(signed(message), other)).to.deep.equal([401, "UNAUTHENTICATED"]);
  });

  it("refuses the signature of another key, and a malformed one", async () => {
    const message = await messageFor();
    const stranger = Buffer.from("52".repeat(32), "hex");
    expect(await codeOf(signed(message, stranger))).to.deep.equal([400, "BAD_SIGNATURE"]);
    const signature = `0x${"11".repeat(64)}1b`;
    expect((await codeOf({ message, signature }))[0]).to.equal(400);
    // Nothing of that used the message up.
    expect((await codeOf(signed(message)))[0]).to.equal(201);
  });

  it("refuses a key of nobody, and says who can enrol it", async () => {
    const stranger = Buffer.from("53".repeat(32), "hex");
    const who = addressOfPrivateKey(stranger);
    const reply = await http.call("POST", PATH, { body: signed(await messageFor(who), stranger) });
    expect(reply.status).to.equal(403);
    expect(reply.body["detail"]).to.include("reelproof key enrol");
  });

  it("needs PUBLIC_URL where a request could claim any address", async () => {
    const headers = { host: "evil.example" };
    const { port } = new URL(http.url);
    const status = await new Promise<number>((resolve, reject) => {
      request({ port, path: `${PATH}?address=${address}`, headers }, (res) => {
        res.resume();
        resolve(res.statusCode!);
      })
        .on("error", reject)
        .end();
    });
    expect(status).to.equal(503);
  });

  it("ends when the key is revoked on the ledger", async () => {
    const kept = await http.expecting<{ key: string }>(201, "POST", "/v1/keys", {
      key: "maker",
      body: {},
    });
    await http.settle();
    // The session of a key that the service keeps, to have one whose revocation the ledger records.
    const { text } = await beginSession(http.ctx, { wallet: kept.key });
    expect((await callerOfSession(http.ctx, text))?.party).to.equal(http.parties.maker.address);
    await revokeKey(http.ctx, http.parties.maker.accountKey, kept.key);
    await http.settle();
    expect(await callerOfSession(http.ctx, text)).to.equal(undefined);
  });

  it("ends in every browser where one signs out of all", async () => {
    const [first, second] = [await signIn(), await signIn()];
    await http.expecting(204, "DELETE", "/v1/session?everywhere=true", own(first.cookie));
    await http.expecting(401, "GET", "/v1/caller", own(second.cookie));
  });
});
