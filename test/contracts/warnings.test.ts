// Builds contracts with a compiler warning. The build fails.
import { expect } from "chai";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createHardhatRuntimeEnvironment } from "hardhat/hre";
import config from "../../hardhat.config.ts";

const source = (statement: string) => `// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

contract Sample {
    function sample() external pure returns (uint256) {
        ${statement}
        return 1;
    }
}
`;

describe("the contracts' build", function () {
  this.timeout(600_000);
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "reelproof-"));
    await mkdir(join(folder, "contracts"));
    await writeFile(join(folder, "package.json"), JSON.stringify({ type: "module" }));
  });

  afterEach(() => rm(folder, { recursive: true }));

  /** Whether a contract with this statement builds. */
  async function isBuilt(statement: string): Promise<boolean> {
    await writeFile(join(folder, "contracts", "Sample.sol"), source(statement));
    const { paths: _ours, ...rest } = config;
    const { solidity } = await createHardhatRuntimeEnvironment(rest, { coverage: false }, folder);
    const results = await solidity.build(await solidity.getRootFilePaths(), { quiet: true });
    return (
      "values" in results && [...results.values()].every(({ type }) => type === "BUILD_SUCCESS")
    );
  }

  it("fails on a compiler warning, and passes without one", async () => {
    expect(await isBuilt("uint256 unused;")).to.equal(false);
    expect(await isBuilt("")).to.equal(true);
  });
});
