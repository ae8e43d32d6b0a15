// Tests that user and password of a node's URL travel in a header, and never in the URL that fetch may quote.
import { expect } from "chai";
import { nodeAddress } from "../../../protocol/chain/node-url.ts";

const basic = (text: string) => `Basic ${Buffer.from(text).toString("base64")}`;

describe("nodeAddress", () => {
  for (const [url, rest, credentials] of [
    ["https://user:word@node.example:8545/a?b", "https://node.example:8545/a?b", "user:word"],
    ["http://user@node.example", "http://node.example", "user:"],
    ["http://:word@node.example", "http://node.example", ":word"],
    ["http://a%40b:c%3Ad%25@node.example", "http://node.example", "a@b:c:d%"],
    ["http://a:b:c@node.example", "http://node.example", "a:b:c"],
    ["http://a:100%@node.example", "http://node.example", "a:100%"],
    ["http://a:b@c@node.example", "http://node.example", "a:b@c"],
  ] as const)
    it(`takes ${url} apart`, () => {
      expect(nodeAddress(url)).to.deep.equal({ url: rest, authorization: basic(credentials) });
    });

  it("leaves a URL without user as it is", () => {
    for (const url of ["http://node.example/a@b", "http://127.0.0.1:8545", "https://a/?b=c@d"])
      expect(nodeAddress(url)).to.deep.equal({ url, authorization: undefined });
  });
});
