// Tests sealed keys: they open only with the keystore's key and for the address that they were sealed with.
import { expect } from "chai";
import { utf8 } from "../../../protocol/base/bytes.ts";
import { addressOfPrivateKey, keccak256 } from "../../../protocol/base/crypto.ts";
import { Keystore } from "../../../server/chain/keystore.ts";

describe("Keystore", () => {
  const keystore = new Keystore(keccak256(utf8("a key of the keystore")));
  const privateKey = Buffer.from(keccak256(utf8("a key")));
  const address = addressOfPrivateKey(privateKey);
  const sealed = keystore.seal(address, privateKey);

  it("opens a sealed key to the original", () => {
    expect(Buffer.from(keystore.open(address, sealed)).equals(privateKey)).to.equal(true);
  });

  it("seals the same key differently each time, without its plain bytes", () => {
    expect(keystore.seal(address, privateKey)).not.to.equal(sealed);
    expect(Buffer.from(sealed, "base64").includes(privateKey)).to.equal(false);
  });

  it("does not open with another key", () => {
    const other = new Keystore(keccak256(utf8("another key of the keystore")));
    expect(() => other.open(address, sealed)).to.throw();
  });

  it("does not open for another address", () => {
    expect(() =>
      keystore.open(addressOfPrivateKey(keccak256(utf8("another key"))), sealed),
    ).to.throw();
  });

  it("does not open when any byte was changed", () => {
    const bytes = Buffer.from(sealed, "base64");
    for (let i = 0; i < bytes.length; i++) {
      const altered = Buffer.from(bytes);
      altered[i]! ^= 1;
      expect(() => keystore.open(address, altered.toString("base64")), `byte ${i}`).to.throw();
    }
  });
});
