// Tests the JSON-RPC client: its requests, the answers that it accepts, and its errors.
import { expect } from "chai";
import { fc } from "../../support/random.ts";
import { ProtocolError } from "../../../protocol/base/errors.ts";
import { NodeError, jsonRpc } from "../../../protocol/chain/json-rpc.ts";

/** The result of a question that the node answers with this text. */
async function answered(text: string | Error): Promise<unknown> {
  const request = jsonRpc(() =>
    text instanceof Error ? Promise.reject(text) : Promise.resolve(text),
  );
  return request("eth_chainId", []).catch((error: unknown) => error);
}

describe("jsonRpc", () => {
  it("numbers its requests, and returns results unchanged", async () => {
    const asked: unknown[] = [];
    const request = jsonRpc((body) => {
      asked.push(JSON.parse(body));
      return Promise.resolve(`{"jsonrpc":"2.0","id":1,"result":"0x1","error":null}`);
    });
    expect([await request("a", []), await request("b", ["0x2", false])]).to.deep.equal([
      "0x1",
      "0x1",
    ]);
    expect(asked).to.deep.equal([
      { jsonrpc: "2.0", id: 1, method: "a", params: [] },
      { jsonrpc: "2.0", id: 2, method: "b", params: ["0x2", false] },
    ]);
    expect(await answered(`{"id":1,"result":null}`)).to.equal(null);
  });

  it("throws the node's own errors with their code and data", async () => {
    const error = await answered(
      `{"id":1,"error":{"code":-32005,"message":"too many blocks","data":"0x"}}`,
    );
    expect(error).to.be.instanceOf(NodeError).and.to.include({ code: -32_005, data: "0x" });
    expect(await answered(`{"id":1,"error":{"code":3}}`)).to.include({ code: 3 });
  });

  it("throws CHAIN_UNREACHABLE with the cause when there is no answer", async () => {
    const cause = new Error("HTTP status 502");
    const error = await answered(cause);
    expect(error)
      .to.be.instanceOf(ProtocolError)
      .and.to.include({ code: "CHAIN_UNREACHABLE", cause });
  });

  for (const text of [
    "",
    "<html>",
    "null",
    "7",
    `"0x1"`,
    `{"error":"no"}`,
    `{"error":{"code":"3"}}`,
    `{"error":[]}`,
  ])
    it(`throws CHAIN_INCONSISTENT when the answer is ${text === "" ? "empty" : text}`, async () => {
      expect(await answered(text))
        .to.be.instanceOf(ProtocolError)
        .and.to.include({ code: "CHAIN_INCONSISTENT" });
    });

  it("throws only these errors, for any answer", async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.json(), fc.string()), async (text) => {
        const request = jsonRpc(() => Promise.resolve(text));
        await request("eth_call", []).catch((error: unknown) => {
          if (!(error instanceof NodeError))
            expect(error)
              .to.be.instanceOf(ProtocolError)
              .and.to.include({ code: "CHAIN_INCONSISTENT" });
        });
      }),
    );
  });
});
