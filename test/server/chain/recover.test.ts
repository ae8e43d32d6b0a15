// Tests the cache of recovered signers: it answers like the back end, and its size is bounded.
import { expect } from "chai";
import { fromHex, toHex, utf8 } from "../../../protocol/base/bytes.ts";
import {
  addressOfPrivateKey,
  keccak256,
  keccakHex,
  recoverSigner,
  recoverWithNoble,
  signDigest,
} from "../../../protocol/base/crypto.ts";
import { rememberRecovered } from "../../../server/chain/recover.ts";
import { refused } from "../../support/refused.ts";

describe("rememberRecovered", () => {
  const privateKey = keccak256(utf8("a key"));
  const signed = (text: string) => {
    const digest = keccakHex(utf8(text));
    return { digest, signature: signDigest(digest, privateKey) };
  };
  function counted(most: number) {
    const asked: string[] = [];
    const recover = rememberRecovered((digest, r, s, recovery) => {
      asked.push(toHex(digest));
      return recoverWithNoble(digest, r, s, recovery);
    }, most);
    return { asked, recover };
  }
  const address = addressOfPrivateKey(privateKey);

  it("recovers once for the same digest and signature, and again for any other", () => {
    const { asked, recover } = counted(10);
    const [one, two] = [signed("one"), signed("two")];
    for (let i = 0; i < 3; i++)
      expect(recoverSigner(one.digest, one.signature, recover)).to.equal(address);
    expect(asked).to.deep.equal([one.digest]);
    expect(recoverSigner(two.digest, one.signature, recover)).to.not.equal(address);
    const twin = `${one.signature.slice(0, -2)}${one.signature.endsWith("1b") ? "1c" : "1b"}`;
    expect(recoverSigner(one.digest, twin, recover)).to.not.equal(address);
    expect(asked).to.deep.equal([one.digest, two.digest, one.digest]);
  });

  it("returns a copy, so that a caller cannot alter the cache", () => {
    const { recover } = counted(10);
    const { digest, signature } = signed("one");
    const [r, s] = [fromHex(signature).subarray(0, 32), fromHex(signature).subarray(32, 64)];
    const ask = () => recover(fromHex(digest), r, s, signature.endsWith("1b") ? 0 : 1)!;
    const first = toHex(ask());
    ask().fill(0);
    expect(toHex(ask())).to.equal(first);
  });

  it("forgets the least recently used key first", () => {
    const { asked, recover } = counted(2);
    const [one, two, three] = ["one", "two", "three"].map(signed) as [Signed, Signed, Signed];
    for (const { digest, signature } of [one, two, one, three, one, two])
      recoverSigner(digest, signature, recover);
    expect(asked).to.deep.equal([one, two, three, two].map(({ digest }) => digest));
  });

  it("refuses a signature without a key each time", () => {
    const { recover } = counted(2);
    const { digest } = signed("one");
    const none = `0x${"0".repeat(63)}5${"0".repeat(63)}11b`; // 5 is the smallest x without a point
    for (let i = 0; i < 2; i++)
      refused(() => recoverSigner(digest, none, recover), "BAD_SIGNATURE");
  });
});

type Signed = { digest: string; signature: string };
