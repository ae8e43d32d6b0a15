// Limits a verdict to what one reader may see: findings on altered rows show no more than its own view.
import { DETAIL_FIELDS } from "../../protocol/event/detail-fields.ts";
import type { DetailPath } from "../../protocol/event/details.ts";
import type { Facts } from "../../protocol/verdict/facts.ts";
import {
  type SignedStatement,
  STATEMENT_KINDS,
  statementDigest,
} from "../../protocol/event/statement.ts";
import type { Finding, Verdict } from "../../protocol/verdict/verdict.ts";
import type { TrailRow } from "../custody/trails.ts";
import { isOpenTo, restrictionsOf, type Reader } from "../access/visibility.ts";

/** Leaves out others' alerts, and the values of altered rows in fields that the reader may not see. */
export function verdictFor(reader: Reader, verdict: Verdict, events: readonly TrailRow[]): Verdict {
  const opens = new Map(events.map(({ row }) => [row.hash, isOpenTo(reader, row, NO_ENTRIES)]));
  const isOpen = (event: string, name: string) =>
    opens.get(event)?.([name] as unknown as DetailPath) ?? true;
  // Another event may repeat a restricted value: a finding on it must not show the value either.
  const restricted = events.filter(({ row }) => row.restricted !== null);
  const isHidden = (name: string, event: string | undefined) =>
    Object.hasOwn(DETAIL_FIELDS, name) &&
    ((event !== undefined && !isOpen(event, name)) ||
      restricted.some(
        ({ row }) => name in (restrictionsOf(row) ?? DETAIL_FIELDS) && !isOpen(row.hash, name),
      ));
  return {
    ...verdict,
    given: {
      ...verdict.given,
      facts: verdict.given.facts && factsFor(reader, verdict, verdict.given.facts),
    },
    findings: verdict.findings.map((one) => alteredFor(one, isHidden)),
  };
}

/**
 * Keeps only those of others' alerts that a finding names, so that nobody can copy a list through verdicts. The remaining
 * facts lead to the same verdict.
 */
function factsFor(reader: Reader, { findings, trusted }: Verdict, facts: Facts): Facts {
  if (facts.statements === undefined || (reader.party === null && !reader.byGrant)) return facts;
  const named = new Set(findings.map(({ statement }) => statement));
  const isVisible = ({ statement }: SignedStatement) =>
    statement.kind !== STATEMENT_KINDS.alert ||
    (statement.issuer === reader.party && !reader.byGrant) ||
    named.has(statementDigest(trusted, statement));
  const visible = facts.statements.filter(isVisible);
  const digests = new Set(visible.map(({ statement }) => statementDigest(trusted, statement)));
  const isOfVisible = ({ statement }: SignedStatement) =>
    statement.kind !== STATEMENT_KINDS.withdrawal || digests.has(statement.withdraws);
  return { ...facts, statements: visible.filter(isOfVisible) };
}

/** No entry is singled out: fields are looked up by name only, since the trail decided about entries. */
const NO_ENTRIES: ReadonlySet<number> = new Set();

/** Faults of rows come from whole rows, not from the reader's trail. So their values are hidden where the field is. */
function alteredFor(
  finding: Finding,
  isHidden: (name: string, event: string | undefined) => boolean,
): Finding {
  const name = finding.field?.split(".").at(-1);
  if (finding.code !== "ROW_ALTERED" || name === undefined || !isHidden(name, finding.event))
    return finding;
  const { expected: _expected, found: _found, ...rest } = finding;
  return rest;
}
