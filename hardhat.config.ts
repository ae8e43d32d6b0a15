// Configures the compiler, the networks and the test runners of the contracts.
import { fileURLToPath } from "node:url";

import hardhatToolboxMochaEthers from "@nomicfoundation/hardhat-toolbox-mocha-ethers";
import { configVariable, defineConfig } from "hardhat/config";
import type { HardhatPlugin } from "hardhat/types/plugins";
import { SEED, runsOf } from "./test/support/seed.ts";

// Hardhat reports usage by default; this project does not.
process.env.HARDHAT_DISABLE_TELEMETRY ??= "true";

/** Fails the build on a warning about contracts/. Under coverage the compiler warns about the instrumentation, not about us. */
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
  // The ledger is deployed once and called often. 200 runs would cost 200 gas more per lot; a million would save 4.
  settings: { evmVersion: "osaka", viaIR: true, optimizer: { enabled: true, runs: 10_000 } },
  isolated: false,
};

export default defineConfig({
  plugins: [hardhatToolboxMochaEthers, warningsAreErrors],
  // A deployment uses `production`, which inherits nothing. It must equal what was tested.
  solidity: { profiles: { default: compiler, production: compiler } },
  paths: {
    tests: { mocha: "test/contracts", solidity: "test/contracts" },
    // Instrumented artifacts must not lie where a deployment would find them.
    ...(process.argv.includes("--coverage")
      ? { artifacts: "coverage/artifacts", cache: "coverage/cache" }
      : {}),
  },
  // Typechain's output uses syntax that this project does not allow.
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
    // Ends a test that hangs. It measures nothing.
    mocha: { timeout: 120_000 },
    solidity: {
      fuzz: { runs: runsOf(512), seed: `0x${SEED.toString(16)}` },
      invariant: { runs: runsOf(64), depth: 64, failOnRevert: true },
    },
  },
});
