// Tests the door to the service's node: what a verifier asks is answered, and nothing else.
import { expect } from "chai";
import { ProtocolError } from "../../../protocol/base/errors.ts";
import {
  AT_THE_NODE,
  CLIENT,
  MAX_BATCH,
  MAX_WAITING,
  openDoor,
} from "../../../server/chain/door.ts";

const LEDGER = `0x${"1e".repeat(20)}`;
const LOG = `0x${"c0".repeat(20)}`;
const OTHER = `0x${"0f".repeat(20)}`;
const HASH = `0x${"ab".repeat(32)}`;

describe("openDoor", () => {
  const asked: [string, readonly unknown[]][] = [];
  let node: (method: string) => unknown = () => "0x1";
  const door = openDoor({
    request: (method, params = []) => {
      asked.push([method, params]);
      return Promise.resolve().then(() => node(method));
    },
    domain: { ledger: LEDGER },
    merkleLog: { contract: LOG },
  });
  beforeEach(() => {
    asked.length = 0;
    node = () => "0x1";
  });

  const ask = (method: string, params: unknown[] = [], id: unknown = 7) =>
    door({ jsonrpc: "2.0", id, method, params }) as Promise<{
      id: unknown;
      result?: unknown;
      error?: { code: number; message: string };
    }>;

  it("passes on what verifiers ask of the two contracts", async () => {
    for (const [method, params] of [
      ["eth_chainId", []],
      ["eth_blockNumber", []],
      ["eth_getBlockByNumber", ["latest", false]],
      ["eth_getBlockByNumber", ["0x10", false]],
      ["eth_getBlockByHash", [HASH, false]],
      ["eth_getCode", [LEDGER, "latest"]],
      [
        "eth_call",
        [
          { to: LOG, data: "0xaabb" },
          { blockHash: HASH, requireCanonical: true },
        ],
      ],
      ["eth_call", [{ to: LEDGER.toUpperCase().replace("0X", "0x"), data: "0x" }, "0x1"]],
      ["eth_getLogs", [{ address: LEDGER, topics: [null, [HASH]], blockHash: HASH }]],
      ["eth_getLogs", [{ address: [LEDGER, LOG], fromBlock: "0x0", toBlock: "0xa" }]],
    ] as const) {
      asked.length = 0;
      expect(await ask(method, [...params]), method).to.deep.equal({
        jsonrpc: "2.0",
        id: 7,
        result: "0x1",
      });
      expect(asked, method).to.deep.equal([[method, params]]);
    }
  });

  it("refuses other methods, other contracts, and parameters that could do more than read", async () => {
    for (const [code, method, params] of [
      [-32601, "eth_sendRawTransaction", ["0x"]],
      [-32601, "anvil_reset", []],
      [-32601, "debug_traceCall", []],
      [-32601, "constructor", []],
      [-32601, "__proto__", []],
      [-32602, "eth_call", [{ to: OTHER, data: "0x" }, "latest"]],
      [-32602, "eth_call", [{ to: LEDGER, data: "0x", from: OTHER }, "latest"]],
      [-32602, "eth_call", [{ to: LEDGER, data: "0x", gas: "0xffffffffff" }, "latest"]],
      [-32602, "eth_call", [{ to: LEDGER, data: "0x" }, "latest", { [LEDGER]: {} }]],
      [-32602, "eth_getCode", [OTHER, "latest"]],
      [-32602, "eth_getBlockByNumber", ["latest", true]],
      [-32602, "eth_getLogs", [{}]],
      [-32602, "eth_getLogs", [{ address: [] }]],
      [-32602, "eth_getLogs", [{ address: [LEDGER, OTHER] }]],
      [-32602, "eth_getLogs", [{ address: LEDGER, fromBlock: "-1" }]],
      [-32005, "eth_getLogs", [{ address: LEDGER, fromBlock: "0x0", toBlock: "0x2710" }]],
    ] as const) {
      asked.length = 0;
      const { error, id } = await ask(method, [...params]);
      expect([error?.code, id], `${method} ${JSON.stringify(params)}`).to.deep.equal([code, 7]);
      expect(asked).to.deep.equal([]);
    }
  });

  it("counts an open range up to the newest block", async () => {
    node = (method) => (method === "eth_blockNumber" ? "0x2710" : []);
    const from = (fromBlock: string) => ask("eth_getLogs", [{ address: LEDGER, fromBlock }]);
    expect((await from("0x0")).error?.code).to.equal(-32005);
    expect((await from("0x1")).result).to.deep.equal([]);
    expect((await from("earliest")).error?.code).to.equal(-32005);
  });

  it("says whose node it is, and what the node did not answer, without its words", async () => {
    expect((await ask("web3_clientVersion")).result).to.equal(CLIENT);
    node = () => {
      throw new ProtocolError("CHAIN_UNREACHABLE", "connect ECONNREFUSED 10.0.0.7:8545");
    };
    const away = await ask("eth_chainId");
    expect(away.error).to.deep.equal({ code: -32603, message: "The node does not answer." });
    node = () => {
      throw new Error("secret");
    };
    expect((await ask("eth_chainId")).error!.message).to.equal("The node refuses eth_chainId.");
  });

  it("answers batches up to a bound, each question by itself, and refuses what is no request", async () => {
    const question = { jsonrpc: "2.0", id: "a", method: "eth_chainId" };
    expect(await door([question, { ...question, id: null, method: "x" }, 5])).to.deep.equal([
      { jsonrpc: "2.0", id: "a", result: "0x1" },
      (await ask("x", [], null)) as unknown,
      await door(5),
    ]);
    for (const bad of [null, 5, "x", {}, { ...question, jsonrpc: "1.0" }, { ...question, id: {} }])
      expect(await door(bad)).to.have.nested.property("error.code", -32600);
    for (const batch of [[], Array<unknown>(MAX_BATCH + 1).fill(question)])
      expect(await door(batch)).to.have.nested.property("error.code", -32600);
    expect(await door(Array<unknown>(MAX_BATCH).fill(question))).to.have.length(MAX_BATCH);
  });

  it("has few questions at the node at one time, lets a bounded number wait, and refuses more", async () => {
    const { promise: open, resolve } = Promise.withResolvers<string>();
    node = () => open;
    const first = Array.from({ length: AT_THE_NODE + MAX_WAITING }, () => ask("eth_chainId"));
    const refused = await ask("eth_chainId");
    expect(refused.error).to.include({ code: -32603 });
    expect(refused.error!.message).to.contain("Ask again");
    expect(asked).to.have.length(AT_THE_NODE);
    resolve("0x1");
    for (const { result } of await Promise.all(first)) expect(result).to.equal("0x1");
    expect((await ask("eth_chainId")).result).to.equal("0x1");
  });
});
