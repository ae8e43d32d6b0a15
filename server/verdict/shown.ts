// Limits a verdict to what one reader may see: altered rows and names show no more than the reader's own view.
import { DETAIL_FIELDS } from "../../protocol/event/detail-fields.ts";
import type { DetailPath } from "../../protocol/event/details.ts";
import type { Facts } from "../../protocol/verdict/facts.ts";
import {
  type SignedStatement,
  STATEMENT_KINDS,
  statementDigest,
} from "../../protocol/event/statement.ts";
import type { Finding, Verdict } from "../../protocol/verdict/verdict.ts";
import type { Db } from "../storage/db.ts";
import type { TrailRow } from "../custody/trails.ts";
import { isOpenTo, namedTo, restrictionsOf, type Reader } from "../access/visibility.ts";

/** Names are left out where the reader may not know them, and so is what altered rows have in fields that it may not see. */
export async function verdictFor(
  db: Db,
  reader: Reader,
  verdict: Verdict,
  events: readonly TrailRow[],
): Promise<Verdict> {
  const named = await namedTo(
    db,
    reader,
    verdict.parties.map(({ party }) => party),
  );
  const opens = new Map(events.map(({ row }) => [row.hash, isOpenTo(reader, row, ALL)]));
  const isOpen = (event: string, name: string) =>
    opens.get(event)?.([name] as unknown as DetailPath) ?? true;
  // What an author restricts is not to be read off the finding of another event that repeats it.
  const restricted = events.filter(({ row }) => row.restricted !== null);
  const isHidden = (name: string, event: string | undefined) =>
    Object.hasOwn(DETAIL_FIELDS, name) &&
    ((event !== undefined && !isOpen(event, name)) ||
      restricted.some(
        ({ row }) => name in (restrictionsOf(row) ?? DETAIL_FIELDS) && !isOpen(row.hash, name),
      ));
  const unnamed = new Set(events.flatMap(({ row }) => (named.has(row.actor) ? [] : [row.hash])));
  return {
    ...verdict,
    given: {
      ...verdict.given,
      facts: verdict.given.facts && factsFor(reader, verdict, verdict.given.facts),
    },
    findings: verdict.findings.map((one) => alteredFor(withoutName(one, unnamed), isHidden)),
    parties: verdict.parties.map((one) => (named.has(one.party) ? one : { ...one, name: null })),
  };
}

/**
 * Of others' alerts only those that a finding names: lists are not copied through verdicts. By what is left the same
 * verdict follows.
 */
function factsFor(reader: Reader, { findings, trusted }: Verdict, facts: Facts): Facts {
  if (facts.statements === undefined || (reader.party === null && !reader.byGrant)) return facts;
  const named = new Set(findings.map(({ statement }) => statement));
  const isTold = ({ statement }: SignedStatement) =>
    statement.kind !== STATEMENT_KINDS.alert ||
    (statement.issuer === reader.party && !reader.byGrant) ||
    named.has(statementDigest(trusted, statement));
  const told = facts.statements.filter(isTold);
  const digests = new Set(told.map(({ statement }) => statementDigest(trusted, statement)));
  const isOfTold = ({ statement }: SignedStatement) =>
    statement.kind !== STATEMENT_KINDS.withdrawal || digests.has(statement.withdraws);
  return { ...facts, statements: told.filter(isOfTold) };
}

/** Fields are asked for by their names alone: whose entries they are of was decided with the trail. */
const ALL: ReadonlySet<number> = new Set();

/** This finding tells the name of the party that signed its event, as the ledger has it. */
const NAMING = "ORIGIN_OF_OTHER_BRAND";

function withoutName(finding: Finding, unnamed: ReadonlySet<string>): Finding {
  if (finding.code !== NAMING || !unnamed.has(finding.event ?? "")) return finding;
  const { expected: _expected, ...shown } = finding;
  return shown;
}

/** What is wrong with rows is told of all of them, and not read off the trail that the reader sees. */
function alteredFor(
  finding: Finding,
  isHidden: (name: string, event: string | undefined) => boolean,
): Finding {
  const name = finding.field?.split(".").at(-1);
  if (finding.code !== "ROW_ALTERED" || name === undefined || !isHidden(name, finding.event))
    return finding;
  const { expected: _expected, found: _found, ...shown } = finding;
  return shown;
}
