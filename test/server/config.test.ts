// The environment: what is taken, and that a half-set configuration names the variable, never its value.
import { expect } from "chai";
import { ConfigError, readConfig } from "../../server/config.ts";

const KEY = `0x${"ab".repeat(32)}`;
const CHAIN = {
  CHAIN_RPC_URL: "http://127.0.0.1:8545",
  LEDGER_ADDRESS: `0x${"AB".repeat(20)}`,
  RELAYER_KEY: KEY,
  KEYSTORE_SECRET: "sixteen characters or more",
};

describe("configuration", () => {
  it("needs nothing", () => {
    const { config, secrets } = readConfig({});
    expect(config).to.include({ port: 3000, dataDir: "./data", finality: 0, databaseUrl: undefined, chain: undefined });
    expect(secrets).to.deep.equal({ relayerKey: undefined, keystoreSecret: undefined });
  });

  it("takes a chain with all that belongs to it", () => {
    const { config, secrets } = readConfig(CHAIN);
    expect(config.chain).to.deep.equal({ rpcUrl: CHAIN.CHAIN_RPC_URL, ledger: `0x${"ab".repeat(20)}`, fromBlock: 0 });
    expect(config.finality).to.equal(12);
    expect(secrets.relayerKey).to.equal(KEY);
  });

  for (const missing of Object.keys(CHAIN)) {
    it(`names ${missing} where the rest of the chain is set`, () => {
      expectRefusal({ ...CHAIN, [missing]: undefined }, missing);
    });
  }

  const wrong: [string, Record<string, string>][] = [
    ["PORT", { PORT: "" }],
    ["PORT", { PORT: "80.5" }],
    ["PORT", { PORT: "65536" }],
    ["PORT", { PORT: "3e3" }],
    ["DATABASE_URL", { DATABASE_URL: "" }],
    ["DATABASE_URL", { DATABASE_URL: "mysql://localhost/db" }],
    ["DATA_DIR", { DATA_DIR: "" }],
    ["LOG_LEVEL", { LOG_LEVEL: "loud" }],
    ["CHAIN_RPC_URL", { ...CHAIN, CHAIN_RPC_URL: "localhost:8545" }],
    ["LEDGER_ADDRESS", { ...CHAIN, LEDGER_ADDRESS: "0x12" }],
    ["RELAYER_KEY", { ...CHAIN, RELAYER_KEY: "secret-that-must-not-be-printed" }],
    ["KEYSTORE_SECRET", { ...CHAIN, KEYSTORE_SECRET: "short" }],
    ["FINALITY", { ...CHAIN, FINALITY: "-1" }],
    ["FINALITY", { FINALITY: "3" }],
    ["LEDGER_FROM_BLOCK", { LEDGER_FROM_BLOCK: "3" }],
    ["RATE_LIMIT", { RATE_LIMIT: "0" }],
  ];
  for (const [variable, env] of wrong) {
    it(`refuses ${variable}=${env[variable]}`, () => {
      expectRefusal(env, variable);
    });
  }

  function expectRefusal(env: Record<string, string | undefined>, variable: string) {
    let thrown: unknown;
    try {
      readConfig(env);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).to.be.instanceOf(ConfigError);
    expect((thrown as ConfigError).variable).to.equal(variable);
    for (const secret of [env["RELAYER_KEY"], env["KEYSTORE_SECRET"]]) {
      if (secret) expect((thrown as ConfigError).message).not.to.contain(secret);
    }
  }
});
