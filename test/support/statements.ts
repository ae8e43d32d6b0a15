// Makes statements of a test world's parties, signed with their keys.
import { signDigest } from "../../protocol/base/crypto.ts";
import {
  type Alert,
  type Authorisation,
  type SignedStatement,
  type StatementKindName,
  STATEMENT_KINDS,
  contentHash,
  statementDigest,
} from "../../protocol/event/statement.ts";
import { ZERO_HASH } from "../../protocol/base/values.ts";
import type { Key, Party } from "./ledger.ts";
import type { World } from "./trails.ts";

interface StatementOptions {
  withdraws?: string;
  key?: Key;
}

const TIME = 1_790_000_000;

/** Makes a party's signed statement. */
export function statementOf(
  { ledger }: World,
  { address: issuer, key: own }: Party,
  kind: StatementKindName,
  content: Authorisation | Alert | null,
  { withdraws = ZERO_HASH, key = own }: StatementOptions = {},
): SignedStatement {
  const statement = {
    kind: STATEMENT_KINDS[kind],
    issuer,
    time: TIME,
    withdraws,
    content: contentHash(content),
  };
  return {
    statement,
    signature: signDigest(statementDigest(ledger.domain, statement), key.privateKey),
    content,
  };
}

export const digestOf = ({ ledger }: World, { statement }: SignedStatement): string =>
  statementDigest(ledger.domain, statement);
