// Tests that texts lose the secrets of the settings, in whatever form a library quotes them.
import { expect } from "chai";
import { redactorOf } from "../../../protocol/base/redact.ts";

const KEY = `0x${"ab".repeat(32)}`;

/** A setting, the secrets in it, and what a reader still needs. */
const SETTINGS: [name: string, value: string, secrets: string[], stays: string][] = [
  [
    "DATABASE_URL",
    "postgresql://reelproof:hunter2@db.example:5432/reel",
    ["hunter2"],
    "db.example",
  ],
  [
    "DATABASE_URL",
    "postgresql://u:p%40ss%2Fword@db.example/reel",
    ["p%40ss%2Fword", "p@ss/word"],
    "db.example",
  ],
  ["DATABASE_URL", "postgresql://u:sp#rk/le@db.example/reel", ["sp#rk/le"], "db.example"],
  [
    "DATABASE_URL",
    "postgresql://db.example/reel?user=u&password=hunter2",
    ["hunter2"],
    "db.example",
  ],
  ["DATABASE_URL", "hunter2@db", ["hunter2@db"], ""],
  ["CHAIN_RPC_URL", "https://user:hunter2@node.example/", ["hunter2"], "node.example"],
  [
    "CHAIN_RPC_URL",
    "https://token-of-provider@node.example/",
    ["token-of-provider"],
    "node.example",
  ],
  [
    "CHAIN_RPC_URL",
    "https://node.example/v3/0123456789abcdef0123",
    ["0123456789abcdef0123"],
    "node.example/v3",
  ],
  [
    "CHAIN_RPC_URL",
    "https://node.example/?apikey=0123456789abcdef",
    ["0123456789abcdef"],
    "node.example",
  ],
  [
    "REELPROOF_RPC_URL",
    "https://node.example/v3/0123456789abcdef0123",
    ["0123456789abcdef0123"],
    "node.example",
  ],
  ["REELPROOF_URL", "https://user:hunter2@service.example", ["hunter2"], "service.example"],
  ["DOCUMENTS_S3_ENDPOINT", "https://user:hunter2@store.example", ["hunter2"], "store.example"],
  ["DOCUMENTS_S3_SECRET_ACCESS_KEY", 'a/b+"c\\d', ['a/b+"c\\d'], ""],
  ["DOCUMENTS_S3_ACCESS_KEY_ID", "AKTEST1", ["AKTEST1"], ""],
  ["KEYSTORE_SECRET", "not a good secret", ["not a good secret"], ""],
  ["PGPASSWORD", "hunter2", ["hunter2"], ""],
  ...["RELAYER_KEY", "OWNER_KEY", "ACCOUNT_KEY", "PARTY_KEY", "DEPLOYER_KEY"].map(
    (name): (typeof SETTINGS)[number] => [name, KEY, [KEY], ""],
  ),
  ["REELPROOF_API_KEY", "rp_0123456789ab_secret", ["rp_0123456789ab_secret"], ""],
];

describe("redactorOf", () => {
  for (const [name, value, secrets, stays] of SETTINGS)
    it(`removes the secret in ${name}=${value}`, () => {
      const redact = redactorOf({ [name]: value });
      const quotes = [value, ...secrets].flatMap((text) => [
        `failed: ${text}`,
        JSON.stringify({ input: text }),
        `path=${encodeURIComponent(text)}`,
        JSON.stringify(JSON.stringify({ input: text })),
      ]);
      for (const quote of quotes)
        for (const secret of secrets) expect(redact(quote), quote).not.to.contain(secret);
      expect(redact(`to ${value}`)).to.contain(stays);
    });

  it("removes user and password of any URL, and any API key or link, without a setting", () => {
    const redact = redactorOf({});
    expect(redact("fetch http://a:b@c/d?e")).to.equal("fetch http://[redacted]@c/d?e");
    expect(redact("unknown option '--api-key=rp_0123456789ab_abc-_'")).to.equal(
      "unknown option '--api-key=[redacted]'",
    );
    expect(redact("link rpg_0123456789ab_abc.")).to.equal("link [redacted].");
  });

  it("leaves every other text as it is", () => {
    const redact = redactorOf({ DATABASE_URL: "postgresql://localhost/reelproof", OWNER_KEY: "" });
    for (const text of ["reelproof at localhost", "mail a@b.example", "http://a/b@c", "rp_", ""])
      expect(redact(text)).to.equal(text);
  });
});
