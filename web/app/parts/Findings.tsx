// Lists a verdict's findings, the gravest first. Each says what is wrong, what to do and who can; it opens to its evidence.
import type { Finding, Verdict } from "../../../protocol/verdict/verdict.ts";
import { FIXED_BY_WORDS } from "../../verify/words.ts";
import { fieldWord } from "../words.ts";
import { Hash } from "./Hash.tsx";
import { VerdictBadge } from "./VerdictBadge.tsx";

export function Findings({ verdict }: { verdict: Verdict }) {
  const { findings } = verdict;
  if (findings.length === 0)
    return (
      <p className="soft">No rule found anything to object to. All that could be checked agrees.</p>
    );
  const graver = findings.filter((finding) => finding.verdict !== "INFO");
  const infos = findings.filter((finding) => finding.verdict === "INFO");
  return (
    <>
      <List findings={graver} verdict={verdict} />
      {infos.length > 0 && (
        <details className="more">
          <summary>
            {infos.length === 1
              ? "1 more that changes nothing"
              : `${infos.length} more that change nothing`}
          </summary>
          <List findings={infos} verdict={verdict} />
        </details>
      )}
    </>
  );
}

function List({ findings, verdict }: { findings: readonly Finding[]; verdict: Verdict }) {
  return (
    <ul className="findings">
      {findings.map((finding, i) => (
        <li key={i} className={`finding tone-${finding.verdict}`}>
          <div className="finding-head">
            <VerdictBadge verdict={finding.verdict} />
            <span className="soft small">can be resolved by {FIXED_BY_WORDS[finding.fixedBy]}</span>
          </div>
          <p>{finding.message}</p>
          <Evidence finding={finding} verdict={verdict} />
        </li>
      ))}
    </ul>
  );
}

function Evidence({ finding, verdict }: { finding: Finding; verdict: Verdict }) {
  const { rule, code, field, expected, found, event, notice, statement, lot } = finding;
  const name = verdict.rules.find((each) => each.rule === rule)?.name ?? "";
  const of = lot === undefined ? undefined : verdict.lots.find((each) => each.lot === lot);
  const rows: [string, React.ReactNode][] = [
    ["Rule", `${rule} ${name}`],
    ["Finding", <code key="code">{code}</code>],
    ...(field === undefined ? [] : [["Field", fieldWord(field)] as [string, string]]),
    ...(found === undefined ? [] : [["Found", String(found)] as [string, string]]),
    ...(expected === undefined ? [] : [["Expected", String(expected)] as [string, string]]),
    ...(lot === undefined || lot === verdict.lot
      ? []
      : [["Lot", of?.lotNumber ?? <Hash key="lot" value={lot} />] as [string, React.ReactNode]]),
    ...Object.entries({ Event: event, Notice: notice, Statement: statement }).flatMap(
      ([label, hash]) =>
        hash === undefined
          ? []
          : [[label, <Hash key={label} value={hash} />] as [string, React.ReactNode]],
    ),
  ];
  return (
    <details>
      <summary>Evidence</summary>
      <dl className="facts">
        {rows.map(([label, value]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}
