// Tests what a failed start prints, and its exit code, for failures that need no process to show them.
import { expect } from "chai";
import { readFileSync } from "node:fs";
import { ProtocolError } from "../../protocol/base/errors.ts";
import { NodeError } from "../../protocol/chain/json-rpc.ts";
import { ConfigError } from "../../server/config.ts";
import { EXIT } from "../../server/exit-codes.ts";
import { failureOf } from "../../server/failure.ts";
import { DeepReorg } from "../../server/settlement/follow.ts";
import { CannotOpen } from "../../server/storage/cannot-open.ts";
import { databaseFailure } from "../../server/storage/database-failure.ts";

const errorOf = (code: string, message = "") => Object.assign(new Error(message), { code });
const ofDatabase = (code: string, message?: string) => databaseFailure(errorOf(code, message));

const FAILURES: [error: unknown, exit: number, begins: string][] = [
  [
    ofDatabase("3D000", 'database "reel" does not exist'),
    78,
    "DATABASE_MISSING (DATABASE_URL): The",
  ],
  [ofDatabase("28P01"), 77, "DATABASE_REFUSED (DATABASE_URL): The"],
  [databaseFailure(new Error("SASL: client password must be a string")), 77, "DATABASE_REFUSED"],
  [ofDatabase("42501"), 77, "DATABASE_REFUSED (DATABASE_URL): The database user may not create"],
  [ofDatabase("ECONNREFUSED"), 69, "DATABASE_UNREACHABLE (DATABASE_URL): The"],
  [ofDatabase("ENOTFOUND"), 69, "DATABASE_UNREACHABLE"],
  [ofDatabase("57P03"), 69, "DATABASE_UNREACHABLE"],
  [databaseFailure(new Error("Connection terminated unexpectedly")), 69, "DATABASE_UNREACHABLE"],
  [
    new ConfigError("PORT", "must be a whole number"),
    78,
    "BAD_SETTING (PORT): PORT must be a whole number.",
  ],
  [
    new ConfigError("LEDGER_ADDRESS", "There is no contract."),
    78,
    "BAD_SETTING (LEDGER_ADDRESS): There is no",
  ],
  [
    new ProtocolError("CHAIN_UNREACHABLE", "the node gave no answer to eth_chainId"),
    69,
    "CHAIN_UNREACHABLE (CHAIN_RPC_URL): The node gave no answer to eth_chainId. Check",
  ],
  [
    new ProtocolError("CHAIN_INCONSISTENT", "the answer is not JSON-RPC"),
    69,
    "CHAIN_INCONSISTENT (CHAIN_RPC_URL): The",
  ],
  [
    new NodeError("eth_call", { code: -32_000, message: "no" }),
    69,
    "CHAIN_REFUSED (CHAIN_RPC_URL): eth_call: no. The",
  ],
  [new DeepReorg(20, 12), 65, "DEEP_REORG: The chain replaced"],
  [errorOf("ENOSPC"), 74, "DISK_FULL (DATA_DIR): The disk"],
  [
    new CannotOpen("CHAIN_ENDED", "DATA_DIR", "It ended.\nSee the log."),
    70,
    "CHAIN_ENDED (DATA_DIR): It ended. See",
  ],
];

describe("failureOf", () => {
  for (const [error, exit, begins] of FAILURES)
    it(`ends with ${exit} and one sentence: ${begins}`, () => {
      const failure = failureOf(error);
      expect(failure.exit).to.equal(exit);
      expect(failure.text.startsWith(`reelproof: ${begins}`), failure.text).to.equal(true);
      expect(failure.text).to.match(/^[^\n]*\.$/);
    });

  it("shows an error of our own whole", () => {
    const { text, exit } = failureOf(new TypeError("oops"));
    expect(exit).to.equal(70);
    expect(text).to.contain("oops").and.contain("failure.test.ts");
  });

  it("leaves an error alone that no database has", () => {
    const error = new TypeError("oops");
    expect(databaseFailure(error)).to.equal(error);
  });

  it("uses no exit code that docs/operate.md does not list", () => {
    const page = readFileSync(new URL("../../docs/operate.md", import.meta.url), "utf8");
    for (const code of Object.values(EXIT)) expect(page).to.contain(`| ${code} |`);
  });
});
