// Checks the statements that a reader brings along: sound, by a party and a key in good standing, not withdrawn.
import { type RecoverPublicKey, signerOrNone } from "../base/crypto.ts";
import type { Domain } from "../event/event.ts";
import {
  type StatementContent,
  type SignedStatement,
  readContent,
  statementDigest,
} from "../event/statement.ts";
import { AFTER_ALL } from "../chain/place.ts";
import type { Chain } from "./chain.ts";

/** A sound statement, with its issuer's standing on the chain. */
export type KnownStatement = StatementContent & {
  digest: string;
  issuer: string;
  /** The statement that it withdraws. Zero if it is not a withdrawal. */
  withdraws: string;
  /**
   * Whether the issuer is admitted and not suspended, and the key that signed is not revoked, as of the block to judge by.
   * Undefined if the chain was not asked.
   */
  stands: boolean | undefined;
  withdrawn: boolean;
};

/** A statement that was altered, or that its issuer did not sign. It does not count. */
export interface UnsoundStatement {
  digest: string;
  statement: SignedStatement["statement"];
  /** The field at fault, as a dotted path in the signed statement. */
  field: string;
}

export interface Statements {
  sound: KnownStatement[];
  unsound: UnsoundStatement[];
}

/**
 * Reads statements.
 * @param signed the statements of the reader's facts; undefined if the facts have none
 * @returns null if the facts have none: then no rule may take their absence for a pass
 */
export function readStatements(
  signed: readonly SignedStatement[] | undefined,
  chain: Chain | null,
  domain: Domain,
  recover: RecoverPublicKey,
): Statements | null {
  if (signed === undefined) return null;
  const sound = new Map<string, KnownStatement>();
  const unsound: UnsoundStatement[] = [];
  for (const { statement, signature, content } of signed) {
    const digest = statementDigest(domain, statement);
    if (sound.has(digest)) continue;
    const reading = readContent(statement, content);
    if ("field" in reading) {
      unsound.push({ digest, statement, field: reading.field });
      continue;
    }
    const { issuer, withdraws } = statement;
    const signer = signerOrNone(digest, signature, recover);
    const key =
      signer !== undefined && chain ? chain.registry.key(issuer, signer, AFTER_ALL) : undefined;
    if (signer === undefined || (chain && key === undefined)) {
      unsound.push({ digest, statement, field: "signature" });
      continue;
    }
    const party = chain?.registry.party(issuer, AFTER_ALL);
    const stands = chain
      ? party !== undefined && !party.suspended && key?.revoked === false
      : undefined;
    sound.set(digest, { ...reading, digest, issuer, withdraws, stands, withdrawn: false });
  }
  for (const { kind, withdraws, issuer, stands } of sound.values()) {
    const named = kind === "withdrawal" && stands ? sound.get(withdraws) : undefined;
    // Only the issuer can withdraw a statement, and a withdrawal is permanent.
    if (named && named.issuer === issuer && named.kind !== "withdrawal") named.withdrawn = true;
  }
  return { sound: [...sound.values()], unsound };
}
