// Judges statements beside a trail as vectors have them: which count, and what the rules V04 and V26 find by them.
import type { RecoverPublicKey } from "../../protocol/base/crypto.ts";
import { Registry } from "../../protocol/chain/registry.ts";
import { ledgerReader } from "../../protocol/chain/reader.ts";
import type { SignedStatement } from "../../protocol/event/statement.ts";
import type { PolicyDocument } from "../../protocol/verdict/policy.ts";
import type { Trust } from "../../protocol/verdict/trust.ts";
import type { Chain } from "../../protocol/verify/chain.ts";
import { readStatements } from "../../protocol/verify/statements.ts";
import { verify } from "../../protocol/verify/verify.ts";
import { type PaperChain, answer } from "./paper-ledger.ts";

/** Statements that a reader brings along for a trail. */
export interface FactsCase {
  about: string;
  trail: unknown;
  statements: SignedStatement[];
  /** The party that asks. */
  reader?: string;
  policy?: PolicyDocument;
  node?: "none";
  /** The rules whose findings are of interest: by default authorisations (V04) and alerts (V26). */
  rules?: readonly string[];
  /** Every statement counts, though another case stands beside it. */
  counts?: true;
}

/** A statement: what is wrong with it, or its standing (null: nobody was asked) and whether it was withdrawn. */
export type JudgedStatement =
  | { digest: string; fault: string; stands?: never; withdrawn?: never }
  | { digest: string; fault?: never; stands: boolean | null; withdrawn: boolean };

interface FactsFinding {
  code: string;
  statement?: string;
  event?: string;
  lot?: string;
}

export interface JudgedFacts {
  judged: JudgedStatement[];
  /** Of V04, and of V26 those about statements, sorted by their JSON. */
  findings: FactsFinding[];
}

/** Judges the statements on a chain. */
export async function judgeFacts(
  { trail, statements, reader: by, policy, node, rules = ["V04", "V26"] }: FactsCase,
  trust: Trust,
  chain: PaperChain,
  recover: RecoverPublicKey,
): Promise<JudgedFacts> {
  const request = async (method: string, params: readonly unknown[]) =>
    answer(chain, method, params);
  const reader = node === "none" ? null : ledgerReader({ request, ...trust });
  const facts = { source: "vectors", statements, ...(by !== undefined && { reader: by }) };
  const { findings } = await verify(
    trail,
    { ...trust, ...(policy && { policy }) },
    reader,
    recover,
    { facts },
  );
  const issuers = [...new Set(statements.map(({ statement }) => statement.issuer))];
  const { number } = reader ? await reader.head() : { number: 0 };
  const registry = reader && new Registry(await reader.partyFacts(issuers, number));
  const { sound, unsound } = readStatements(
    statements,
    registry && ({ registry } as Chain),
    trust,
    recover,
  )!;
  const judged: JudgedStatement[] = [
    ...sound.map(({ digest, stands = null, withdrawn }) => ({ digest, stands, withdrawn })),
    ...unsound.map(({ digest, field }) => ({ digest, fault: field })),
  ];
  const isOfStatements = ({ rule, statement }: (typeof findings)[0]) =>
    rules.includes(rule) && (rule !== "V26" || statement !== undefined);
  return {
    judged,
    findings: findings
      .filter(isOfStatements)
      .map(({ code, statement, event, lot }) => ({
        code,
        ...(statement !== undefined && { statement }),
        ...(event !== undefined && { event }),
        ...(lot !== undefined && { lot }),
      }))
      .sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)),
  };
}
