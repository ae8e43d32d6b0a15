// Tests reading the configuration: accepted variables, and errors that name the variable and never its value.
import { expect } from "chai";
import { DEFAULT_LIMITS } from "../../server/budgets/budgets.ts";
import { ConfigError, readConfig } from "../../server/config.ts";

const KEY = `0x${"ab".repeat(32)}`;
const CHAIN = {
  CHAIN_RPC_URL: "http://127.0.0.1:8545",
  LEDGER_ADDRESS: `0x${"AB".repeat(20)}`,
  RELAYER_KEY: KEY,
  KEYSTORE_SECRET: Buffer.from(Array.from({ length: 32 }, (_, i) => i)).toString("hex"),
};

const S3 = {
  DOCUMENTS_S3_ENDPOINT: "http://127.0.0.1:9000/s3",
  DOCUMENTS_S3_BUCKET: "papers",
  DOCUMENTS_S3_REGION: "auto",
  DOCUMENTS_S3_ACCESS_KEY_ID: "AKTEST",
  DOCUMENTS_S3_SECRET_ACCESS_KEY: "a/secret+of-tests",
};

describe("readConfig", () => {
  it("has a default for every variable", () => {
    const { config, secrets } = readConfig({});
    expect(config).to.include({
      port: 3000,
      dataDir: "./data",
      finality: 0,
      database: "embedded",
      chain: undefined,
      behindTls: false,
      securityContact: undefined,
    });
    expect(config).to.include({ documentMaxBytes: 20 * 1024 * 1024, documentsS3: undefined });
    const { redact: _redact, ...values } = secrets;
    expect(values).to.deep.equal({
      databaseUrl: undefined,
      databaseReadUrl: undefined,
      rpcUrl: undefined,
      relayerKey: undefined,
      keystoreSecret: undefined,
      alert: undefined,
      documentsS3: undefined,
      oidcSecret: undefined,
    });
    expect(config.log).to.deep.equal({ events: 10_000, seconds: 10 });
    expect(config.settlement).to.equal("ledger");
  });

  it("reads the provider of company accounts, whole or not at all", () => {
    const oidc = {
      OIDC_ISSUER: "https://login.example.com/realms/parts",
      OIDC_CLIENT_ID: "reelproof",
      OIDC_CLIENT_SECRET: "a secret",
      PUBLIC_URL: "https://parts.example.com",
    };
    const { config, secrets } = readConfig({ ...oidc, OIDC_CLAIM: "reelproof" });
    expect(config.oidc).to.deep.equal({
      issuer: oidc.OIDC_ISSUER,
      clientId: "reelproof",
      claim: "reelproof",
    });
    expect(secrets.oidcSecret).to.equal("a secret");
    expect(secrets.redact("x a secret y")).not.to.include("a secret");
    for (const name of Object.keys(oidc) as (keyof typeof oidc)[]) {
      const { [name]: _missing, ...rest } = oidc;
      expect(() => readConfig(rest), name).to.throw(ConfigError, name);
    }
    for (const issuer of ["http://login.example.com", "login.example.com", "https://a:b@x.eu"])
      expect(() => readConfig({ ...oidc, OIDC_ISSUER: issuer }), issuer).to.throw("OIDC_ISSUER");
    expect(() => readConfig({ OIDC_CLAIM: "reelproof" })).to.throw("OIDC_CLAIM");
  });

  it("reads budgets, in mebibytes where the variable says so", () => {
    expect(readConfig({}).config.budgets).to.deep.equal(DEFAULT_LIMITS);
    const set = { RATE_LIMIT: "5", DAILY_MEBIBYTES: "3", DAILY_SUBMISSIONS: "7", MAX_GRANTS: "2" };
    expect(readConfig(set).config.budgets).to.deep.equal({
      ...DEFAULT_LIMITS,
      requests: 5,
      reads: 5,
      wrongKeys: 5,
      bytes: 3 * 1024 * 1024,
      submissions: 7,
      grants: 2,
    });
  });

  it("reads the proxies to trust, and the address of probes", () => {
    const proxies = (text: string) => readConfig({ TRUST_PROXY: text }).config.trustProxy;
    expect(readConfig({}).config).to.include({ trustProxy: 0, probes: undefined });
    expect(proxies("2")).to.equal(2);
    expect(proxies("loopback, 10.0.0.0/8,fd00::/8")).to.deep.equal([
      "loopback",
      "10.0.0.0/8",
      "fd00::/8",
    ]);
    const probes = (text: string) => readConfig({ PROBE_ADDRESS: text }).config.probes;
    expect(probes("3001")).to.deep.equal({ host: "127.0.0.1", port: 3001 });
    expect(probes("0.0.0.0:3001")).to.deep.equal({ host: "0.0.0.0", port: 3001 });
    expect(probes("[::1]:3001")).to.deep.equal({ host: "::1", port: 3001 });
  });

  it("reads the public URL as the beginning of links", () => {
    const read = (text: string) => readConfig({ PUBLIC_URL: text }).config.publicUrl;
    expect(read("https://parts.example.com/")).to.equal("https://parts.example.com");
    expect(read("http://10.1.2.3:3000")).to.equal("http://10.1.2.3:3000");
    expect(readConfig({}).config).to.include({ publicUrl: undefined, logLevel: "info" });
  });

  it("accepts SETTLEMENT=log only with an anchored log", () => {
    const log = { LOG_ADDRESS: `0x${"cd".repeat(20)}`, SETTLEMENT: "log" };
    expect(readConfig({ ...CHAIN, ...log }).config.settlement).to.equal("log");
    expect(readConfig({ SETTLEMENT: "log" }).config.settlement, "on the embedded chain").to.equal(
      "log",
    );
    expectRefusal({ ...CHAIN, SETTLEMENT: "log" }, "LOG_ADDRESS");
    expectRefusal({ SETTLEMENT: "paper" }, "SETTLEMENT");
  });

  it("reads the checkpoint contract and the checkpoint intervals, and requires the chain with them", () => {
    const set = {
      LOG_ADDRESS: `0x${"CD".repeat(20)}`,
      LOG_CHECKPOINT_EVENTS: "1",
      LOG_CHECKPOINT_SECONDS: "60",
    };
    const { config } = readConfig({ ...CHAIN, ...set });
    expect(config.chain?.log).to.equal(`0x${"cd".repeat(20)}`);
    expect(config.log).to.deep.equal({ events: 1, seconds: 60 });
    expectRefusal(set, "LOG_ADDRESS");
  });

  it("reads an external chain with its ledger and keys", () => {
    const { config, secrets } = readConfig(CHAIN);
    expect(config.chain).to.deep.equal({
      ledger: `0x${"ab".repeat(20)}`,
      fromBlock: 0,
      log: undefined,
    });
    expect(config.log).to.deep.equal({ events: 10_000, seconds: 600 });
    expect(config.finality).to.equal(12);
    expect(secrets).to.include({ relayerKey: KEY, rpcUrl: CHAIN.CHAIN_RPC_URL });
  });

  for (const missing of Object.keys(CHAIN)) {
    it(`names ${missing} as missing when the other chain variables are set`, () => {
      expectRefusal({ ...CHAIN, [missing]: undefined }, missing);
    });
  }

  it("reads a document bucket with its credentials, and keeps the secret out of the configuration", () => {
    const { config, secrets } = readConfig(S3);
    expect(config.documentsS3).to.deep.equal({
      endpoint: "http://127.0.0.1:9000/s3",
      bucket: "papers",
      region: "auto",
    });
    expect(secrets.documentsS3).to.deep.equal({
      accessKeyId: S3.DOCUMENTS_S3_ACCESS_KEY_ID,
      secretAccessKey: S3.DOCUMENTS_S3_SECRET_ACCESS_KEY,
    });
    expect(JSON.stringify(config)).not.to.contain(S3.DOCUMENTS_S3_SECRET_ACCESS_KEY);
  });

  it("reads one secret in hex, base64 and base64url", () => {
    const hex = CHAIN.KEYSTORE_SECRET;
    const bytes = Buffer.from(hex, "hex");
    const forms = [hex, hex.toUpperCase(), bytes.toString("base64"), bytes.toString("base64url")];
    for (const text of forms) {
      const { secrets } = readConfig({ KEYSTORE_SECRET: text });
      expect(Buffer.from(secrets.keystoreSecret!).toString("hex"), text).to.equal(hex);
    }
  });

  it("tells how to make a secret where it refuses one", () => {
    expect(() => readConfig({ KEYSTORE_SECRET: "password" })).to.throw("openssl rand -hex 32");
  });

  it("keeps every URL that can hold a password or a provider's key out of the configuration", () => {
    const urls = {
      DATABASE_URL: "postgresql://user:hunter2@db.example/reelproof",
      DATABASE_READ_URL: "postgresql://user:hunter2@replica.db.example/reelproof",
      CHAIN_RPC_URL: "https://user:hunter2@node.example/v3/0123456789abcdef0123",
    };
    const { config } = readConfig({ ...CHAIN, ...urls });
    for (const part of ["hunter2", "db.example", "0123456789abcdef0123"])
      expect(JSON.stringify(config)).not.to.contain(part);
  });

  for (const missing of Object.keys(S3)) {
    it(`names ${missing} as missing when the other bucket variables are set`, () => {
      expectRefusal({ ...S3, [missing]: undefined }, missing);
    });
  }

  it("accepts the smallest and the largest document limit", () => {
    for (const bytes of [1, 104_857_600]) {
      expect(readConfig({ DOCUMENT_MAX_BYTES: String(bytes) }).config.documentMaxBytes).to.equal(
        bytes,
      );
    }
  });

  const wrong: [string, Record<string, string>][] = [
    ["PORT", { PORT: "" }],
    ["PORT", { PORT: "80.5" }],
    ["PORT", { PORT: "65536" }],
    ["PORT", { PORT: "3e3" }],
    ["DATABASE_URL", { DATABASE_URL: "" }],
    ["DATABASE_URL", { DATABASE_URL: "mysql://localhost/db" }],
    ["DATABASE_READ_URL", { DATABASE_READ_URL: "postgresql://localhost/db" }],
    [
      "DATABASE_READ_URL",
      { DATABASE_URL: "postgresql://localhost/db", DATABASE_READ_URL: "mysql://localhost/db" },
    ],
    ["DATA_DIR", { DATA_DIR: "" }],
    ["LOG_LEVEL", { LOG_LEVEL: "loud" }],
    ["PUBLIC_URL", { PUBLIC_URL: "parts.example" }],
    ["PUBLIC_URL", { PUBLIC_URL: "https://parts.example/reelproof" }],
    ["PUBLIC_URL", { PUBLIC_URL: "https://user:hunter2@parts.example" }],
    ["CHAIN_RPC_URL", { ...CHAIN, CHAIN_RPC_URL: "localhost:8545" }],
    ["CHAIN_RPC_URL", { ...CHAIN, CHAIN_RPC_URL: "http://user:hunter2@localhost:99999" }],
    ["DATABASE_URL", { DATABASE_URL: "postgresql://user:hunter2#1@localhost/db" }],
    ["LEDGER_ADDRESS", { ...CHAIN, LEDGER_ADDRESS: "0x12" }],
    ["RELAYER_KEY", { ...CHAIN, RELAYER_KEY: "secret-that-must-not-be-printed" }],
    ["KEYSTORE_SECRET", { ...CHAIN, KEYSTORE_SECRET: "short" }],
    [
      "KEYSTORE_SECRET",
      { ...CHAIN, KEYSTORE_SECRET: "a long sentence that a person would keep in mind" },
    ],
    ["KEYSTORE_SECRET", { ...CHAIN, KEYSTORE_SECRET: CHAIN.KEYSTORE_SECRET.slice(2) }],
    ["KEYSTORE_SECRET", { ...CHAIN, KEYSTORE_SECRET: "correct-horse-battery-staple-correct" }],
    ["KEYSTORE_SECRET", { ...CHAIN, KEYSTORE_SECRET: "deadbeef".repeat(8) }],
    ["KEYSTORE_SECRET", { KEYSTORE_SECRET: "password".repeat(8) }],
    ["ALERT_URL", { ALERT_URL: "http://hooks.example/secret-path" }],
    ["ALERT_URL", { ALERT_URL: "smtp://user:password@mail.example/" }],
    ["ALERT_SECRET", { ALERT_URL: "https://hooks.example/x", ALERT_SECRET: "password" }],
    ["ALERT_SECRET", { ALERT_SECRET: `whsec_${"QUJD".repeat(11)}` }],
    ["FSCK_EVERY", { FSCK_EVERY: "daily" }],
    ["CHECKPOINT_LATE", { CHECKPOINT_LATE: "off" }],
    ["CHAIN_STALLED", { CHAIN_STALLED: "0s" }],
    ["RELAYER_LOW", { RELAYER_LOW: "-1" }],
    ["BEHIND_TLS", { BEHIND_TLS: "true" }],
    ["SECURITY_CONTACT", { SECURITY_CONTACT: "security@example.com" }],
    ["SECURITY_CONTACT", { SECURITY_CONTACT: "mailto:security@example.com\nExpires: never" }],
    ["FINALITY", { ...CHAIN, FINALITY: "-1" }],
    ["FINALITY", { FINALITY: "3" }],
    ["LEDGER_FROM_BLOCK", { LEDGER_FROM_BLOCK: "3" }],
    ["RATE_LIMIT", { RATE_LIMIT: "0" }],
    ["DAILY_ROWS", { DAILY_ROWS: "many" }],
    ["MAX_API_KEYS", { MAX_API_KEYS: "0" }],
    ["TRUST_PROXY", { TRUST_PROXY: "true" }],
    ["TRUST_PROXY", { TRUST_PROXY: "17" }],
    ["TRUST_PROXY", { TRUST_PROXY: "10.0.0.0/33" }],
    ["TRUST_PROXY", { TRUST_PROXY: "loopback,proxy.example" }],
    ["PROBE_ADDRESS", { PROBE_ADDRESS: "localhost" }],
    ["PROBE_ADDRESS", { PROBE_ADDRESS: "127.0.0.1:65536" }],
    ["DOCUMENT_MAX_BYTES", { DOCUMENT_MAX_BYTES: "0" }],
    ["DOCUMENT_MAX_BYTES", { DOCUMENT_MAX_BYTES: "104857601" }],
    ["DOCUMENTS_S3_ENDPOINT", { ...S3, DOCUMENTS_S3_ENDPOINT: "127.0.0.1:9000" }],
    ["DOCUMENTS_S3_ENDPOINT", { ...S3, DOCUMENTS_S3_ENDPOINT: "ftp://127.0.0.1/" }],
    ["DOCUMENTS_S3_ENDPOINT", { ...S3, DOCUMENTS_S3_ENDPOINT: "http://name:word@127.0.0.1/" }],
    ["DOCUMENTS_S3_ENDPOINT", { ...S3, DOCUMENTS_S3_ENDPOINT: "http://127.0.0.1/?x=1" }],
    ["DOCUMENTS_S3_BUCKET", { ...S3, DOCUMENTS_S3_BUCKET: "../papers" }],
    ["DOCUMENTS_S3_REGION", { ...S3, DOCUMENTS_S3_REGION: "" }],
    ["DOCUMENTS_S3_ACCESS_KEY_ID", { ...S3, DOCUMENTS_S3_ACCESS_KEY_ID: "a b" }],
    [
      "DOCUMENTS_S3_SECRET_ACCESS_KEY",
      { ...S3, DOCUMENTS_S3_SECRET_ACCESS_KEY: "secret that must not be printed" },
    ],
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
    for (const secret of [
      env["RELAYER_KEY"],
      env["KEYSTORE_SECRET"],
      "hunter2",
      env["DOCUMENTS_S3_SECRET_ACCESS_KEY"],
    ]) {
      if (secret) expect((thrown as ConfigError).message).not.to.contain(secret);
    }
  }
});
