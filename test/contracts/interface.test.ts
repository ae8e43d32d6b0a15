// Compares the contract's ABI with protocol/: the same errors, logs and functions, with the same
// arguments.
import { expect } from "chai";
import { readFileSync } from "node:fs";
import { Interface } from "ethers";
import { LEDGER_ABI } from "../../protocol/chain/ledger-abi.ts";
import { VIOLATIONS } from "../../protocol/event/violation.ts";
import { CustodyLedger__factory } from "../../types/ethers-contracts/index.ts";

const compiled = new Interface(CustodyLedger__factory.abi);
const fragmentsOf = (abi: Interface) =>
  new Map(abi.fragments.map((each) => [each.format("full"), each]));

describe("the ledger's interface", () => {
  it("matches the ABI in protocol/chain", () => {
    const found = fragmentsOf(compiled);
    const missing = [...fragmentsOf(new Interface(LEDGER_ABI)).keys()].filter(
      (text) => !found.has(text),
    );
    expect(missing).to.deep.equal([]);
  });

  it("lists the violations of protocol/event/violation.ts as its first errors, in their order", () => {
    const source = readFileSync(
      new URL("../../contracts/interfaces/ICustodyLedger.sol", import.meta.url),
      "utf8",
    );
    const found = [...source.matchAll(/^ {4}error (\w+)\(([^)]*)\);$/gm)].map(
      ([, name, args]) => `${name}(${args})`,
    );
    const expected = Object.entries(VIOLATIONS).map(
      ([name, args]) => `${name}(${args.join(", ")})`,
    );
    expect(found.slice(0, expected.length)).to.deep.equal(expected);
  });
});
