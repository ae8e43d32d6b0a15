// Lists what docs/protocol.md describes and no vector fixes.
import { expect } from "chai";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { card as authorisedLink } from "../../protocol/verdict/findings/v04-authorised-link.ts";
import { card as alerts } from "../../protocol/verdict/findings/v26-alerts.ts";
import { DOCS_FOLDER, VECTORS_FOLDER } from "../../scripts/vectors.ts";
import { AUDIT_FINDINGS } from "../../protocol/audit/findings.ts";
import { EQUIVOCATION_FINDINGS } from "../../protocol/audit/equivocation.ts";
import { ACCEPTANCE_PAIRS } from "../../scripts/vectors/acceptances.ts";
import { NEVER_TOGETHER } from "../../scripts/vectors/rule-order.ts";

const page = readFileSync(join(DOCS_FOLDER, "protocol.md"), "utf8");
const namesIn = (folder: string) =>
  readdirSync(join(VECTORS_FOLDER, folder)).map((file) => file.replace(/\.jsonl?$/, ""));
/** The codes in the `findings` of the vectors of a kind. */
const findingsOf = (kind: string) =>
  ["valid", "invalid"].flatMap((side) =>
    readdirSync(join(VECTORS_FOLDER, kind, side)).flatMap((file) =>
      (
        JSON.parse(readFileSync(join(VECTORS_FOLDER, kind, side, file), "utf8")) as {
          findings: { code: string }[];
        }
      ).findings.map(({ code }) => code),
    ),
  );

/** The codes of all findings in the vectors of a kind. */
const codesOf = (kind: string) =>
  new Set(
    ["valid", "invalid"].flatMap((side) =>
      readdirSync(join(VECTORS_FOLDER, kind, side)).flatMap(
        (file) =>
          (
            JSON.parse(readFileSync(join(VECTORS_FOLDER, kind, side, file), "utf8")) as {
              codes: string[];
            }
          ).codes,
      ),
    ),
  );

/** How the page names rules that events have, too. */
const RULES: Record<string, string[]> = {
  "rule 3": ["TimeTooFarAhead"],
  "4, 5": ["PartyNotAdmitted", "PartyIsSuspended"],
  "28 to 30": ["BadSignature", "KeyNotOfParty", "KeyIsRevoked"],
};
/** A kind that there is not has no form, so no vector has one. The others exclude each other. */
const NEVER_BOTH = [
  "NoticeKindNotAllowed TimeTooFarAhead",
  "PartyNotAdmitted PartyIsSuspended",
  "BadSignature KeyNotOfParty",
];

describe("the vectors of the transition", () => {
  /** The numbers of the rules on the page; rule 8 has two violations. */
  const rules = page
    .match(/^\| \d+ \| `\w+`/gm)!
    .map((row) => /\d+/.exec(row)![0].padStart(2, "0"))
    .flatMap((number) => (number === "08" ? ["08a", "08b"] : [number]));
  const pairs = namesIn("transitions/invalid").flatMap((name) => {
    const [, first, second] = /^rules-(\w+)-(\w+)$/.exec(name) ?? [];
    return first === undefined ? [] : [[first, second!] as const];
  });

  it("fix the order of each two neighbouring rules that an event can break together", () => {
    const has = (first: string, second: string) =>
      pairs.some((pair) => pair[0] === first && pair[1] === second);
    const missing = rules.slice(1).flatMap((second, i) => {
      const name = `${rules[i]!}-${second}`;
      return has(rules[i]!, second) || name in NEVER_TOGETHER ? [] : [name];
    });
    expect(rules).to.have.length(31);
    expect(missing).to.deep.equal([]);
  });

  it("pair a rule that cannot be broken with its neighbour with another one", () => {
    const missing = Object.keys(NEVER_TOGETHER).flatMap((name) => {
      const [first, second] = name.split("-") as [string, string];
      const later = rules.slice(rules.indexOf(first) + 1);
      const isLast = later.every((other) => `${first}-${other}` in NEVER_TOGETHER);
      return [
        ...(isLast || pairs.some((pair) => pair[0] === first) ? [] : [`${first} first`]),
        ...(pairs.some((pair) => pair[1] === second) ? [] : [`${second} second`]),
      ];
    });
    expect(missing).to.deep.equal([]);
  });
});

describe("the vectors of the acceptance of notices", () => {
  const [, sentence] = /The ledger accepts a notice once, if: (.*?); in this order/.exec(page)!;
  const order = sentence!
    .match(/`(\w+)`|rule 3|4, 5|28 to 30/g)!
    .flatMap((word) => RULES[word] ?? [word.replaceAll("`", "")]);

  it("fix the order of each two neighbouring rules that a notice can break together", () => {
    const found = new Set(ACCEPTANCE_PAIRS.map((pair) => pair.join(" ")));
    const missing = order.slice(1).flatMap((second, i) => {
      const name = `${order[i]!} ${second}`;
      return found.has(name) || NEVER_BOTH.includes(name) ? [] : [name];
    });
    expect(missing).to.deep.equal([]);
  });
});

describe("the vectors of equivocation files", () => {
  it("have each finding, and the page's table has it", () => {
    const all = Object.keys(EQUIVOCATION_FINDINGS);
    expect(all.filter((code) => !codesOf("equivocations").has(code))).to.deep.equal([]);
    const table = page.slice(page.indexOf("\n## Equivocation"), page.indexOf("\n## Vectors"));
    expect(all.filter((code) => !table.includes(`\`${code}\``))).to.deep.equal([]);
  });
});

describe("the vectors of followed logs", () => {
  it("have each finding of an audit", () => {
    const missing = Object.keys(AUDIT_FINDINGS).filter((code) => !codesOf("followed").has(code));
    expect(missing).to.deep.equal([]);
  });
});

describe("the vectors of statements and of followed logs beside bundles", () => {
  const shown = new Set(["facts", "latest"].flatMap(findingsOf));

  it("have each finding about statements", () => {
    const ofNotices = ["RECALLED", "SUSPECTED", "LOT_IS_HELD"];
    const all = [...Object.keys(authorisedLink.findings), ...Object.keys(alerts.findings)];
    expect(all.filter((code) => !shown.has(code))).to.deep.equal(ofNotices);
  });

  it("have each finding about the latest event", () => {
    const all = ["LATEST_UNPROVEN", "LATEST_BY_LOGS", "WORD_SPENT_TWICE", "LATER_EVENT_LOGGED"];
    expect(all.filter((code) => !shown.has(code))).to.deep.equal([]);
  });
});

describe("the table of kinds on the page", () => {
  const table = page.slice(page.indexOf("| kind | valid | invalid |"));
  const rows = table
    .slice(0, table.indexOf("\n\n"))
    .match(/^\| [a-z][a-z-]* \|/gm)!
    .slice(1)
    .map((row) => row.slice(2, -2));

  it("has a row for each folder of vectors, and no other", () => {
    expect(rows.toSorted()).to.deep.equal(readdirSync(VECTORS_FOLDER).toSorted());
  });

  it("has only kinds whose files stand under valid and invalid", () => {
    const folders = rows.flatMap((kind) => readdirSync(join(VECTORS_FOLDER, kind)));
    expect(new Set(folders)).to.deep.equal(new Set(["valid", "invalid"]));
  });
});
