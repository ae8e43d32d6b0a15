// The compiler, the networks and the test runners of the contracts.
import { fileURLToPath } from "node:url";

import hardhatToolboxMochaEthers from "@nomicfoundation/hardhat-toolbox-mocha-ethers";
import { defineConfig } from "hardhat/config";

// Hardhat reports usage by default; this project does not.
process.env.HARDHAT_DISABLE_TELEMETRY ??= "true";

export default defineConfig({
  plugins: [hardhatToolboxMochaEthers],
  solidity: {
    version: "0.8.37",
    // The compiler comes from the npm registry, so a build downloads nothing.
    path: fileURLToPath(import.meta.resolve("solc/soljson.js")),
    settings: { evmVersion: "osaka", viaIR: true, optimizer: { enabled: true, runs: 10_000 } },
  },
  paths: { tests: { mocha: "test/contracts", solidity: "test/contracts" } },
  // What typechain writes uses syntax that the project itself does not.
  typechain: { tsNocheck: true },
  networks: {
    local: { type: "http", chainType: "l1", url: "http://127.0.0.1:8545" },
  },
  test: {
    solidity: {
      fuzz: { runs: 512 },
      invariant: { runs: 64, depth: 64, failOnRevert: true },
    },
  },
});
