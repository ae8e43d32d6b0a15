// The compiler, the networks and the test runners of the contracts.
import { fileURLToPath } from "node:url";

import hardhatToolboxMochaEthers from "@nomicfoundation/hardhat-toolbox-mocha-ethers";
import { configVariable, defineConfig } from "hardhat/config";
import type { HardhatPlugin } from "hardhat/types/plugins";
import { SEED, runsOf } from "./test/support/seed.ts";

// Hardhat reports usage by default; this project does not.
process.env.HARDHAT_DISABLE_TELEMETRY ??= "true";

/** A warning about contracts/ fails the build. Under coverage it is the instruments that the compiler warns about. */
const warningsAreErrors: HardhatPlugin = {
  id: "warnings-are-errors",
  hookHandlers: {
    solidity: async () => ({
      default: async () => ({
        async invokeSolc(context, compiler, input, config, next) {
          const output = await next(context, compiler, input, config);
          for (const error of context.globalOptions.coverage ? [] : (output.errors ?? []))
            if (
              error.severity === "warning" &&
              /--> (project\/)?contracts\//.test(error.formattedMessage ?? "")
            )
              Object.assign(error, { severity: "error", type: "WarningAsError" });
          return output;
        },
      }),
    }),
  },
};

const compiler = {
  version: "0.8.37",
  // The compiler comes from the npm registry, so a build downloads nothing.
  path: fileURLToPath(import.meta.resolve("solc/soljson.js")),
  // The ledger is deployed once and called often: 200 runs cost 200 gas more per lot, a million runs save 4.
  settings: { evmVersion: "osaka", viaIR: true, optimizer: { enabled: true, runs: 10_000 } },
  isolated: false,
};

export default defineConfig({
  plugins: [hardhatToolboxMochaEthers, warningsAreErrors],
  // A deployment takes `production`, which inherits nothing: it must be what was tested.
  solidity: { profiles: { default: compiler, production: compiler } },
  paths: {
    tests: { mocha: "test/contracts", solidity: "test/contracts" },
    // What coverage instruments must not lie where a deployment would find it.
    ...(process.argv.includes("--coverage")
      ? { artifacts: "coverage/artifacts", cache: "coverage/cache" }
      : {}),
  },
  // What typechain writes uses syntax that the project itself does not.
  typechain: { tsNocheck: true },
  networks: {
    local: { type: "http", chainType: "l1", url: "http://127.0.0.1:8545" },
    remote: {
      type: "http",
      url: configVariable("CHAIN_RPC_URL"),
      accounts: [configVariable("DEPLOYER_KEY")],
    },
  },
  test: {
    // Stops what hangs; it measures nothing.
    mocha: { timeout: 120_000 },
    solidity: {
      fuzz: { runs: runsOf(512), seed: `0x${SEED.toString(16)}` },
      invariant: { runs: runsOf(64), depth: 64, failOnRevert: true },
    },
  },
});
