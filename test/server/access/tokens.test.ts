// Tests tokens: only the whole text matches the stored hash of its ID.
import { expect } from "chai";
import { randomBytes } from "node:crypto";
import { makeToken, readToken } from "../../../server/access/tokens.ts";

describe("readToken", () => {
  const { id, hash, text } = makeToken("rp", randomBytes);

  it("reads the ID of a token and matches its hash", () => {
    const token = readToken("rp", text)!;
    expect(token.id).to.equal(id);
    expect(token.matches(hash)).to.equal(true);
  });

  it("does not match another token's hash, nor a missing one", () => {
    const token = readToken("rp", text)!;
    expect(token.matches(makeToken("rp", randomBytes).hash)).to.equal(false);
    expect(token.matches(null)).to.equal(false);
    expect(token.matches(undefined)).to.equal(false);
  });

  it("does not match when the secret was altered", () => {
    const altered = `${text.slice(0, -1)}${text.endsWith("A") ? "B" : "A"}`;
    expect(readToken("rp", altered)!.matches(hash)).to.equal(false);
  });

  it("refuses another prefix and every malformed text", () => {
    expect(readToken("rpg", text)).to.equal(undefined);
    expect(readToken("rp", text.replace("rp_", "rpg_"))).to.equal(undefined);
    for (const other of ["", text.slice(0, -1), `${text}x`, ` ${text}`, text.toUpperCase()])
      expect(readToken("rp", other), other).to.equal(undefined);
  });
});

describe("makeToken", () => {
  it("returns a hash to store that does not reveal the text", () => {
    const { hash, text } = makeToken("rpg", randomBytes);
    expect(text).to.match(/^rpg_[0-9a-f]{12}_[\w-]{43}$/);
    expect(hash).to.match(/^[0-9a-f]{64}$/);
    expect(text).not.to.include(hash);
  });
});
