// Collects findings and decides the verdict. Severities come from the table in docs/findings.md.
import { readFileSync } from "node:fs";

const page = readFileSync(new URL("../../docs/findings.md", import.meta.url), "utf8");
const GRAVER_FIRST = ["FAIL", "HOLD", "INCOMPLETE", "WARN"];

/** The steps and the usual severity of each finding. */
const USUALLY = new Map(
  page
    .split("\n")
    .filter((line) => line.startsWith("| `"))
    .map((line) => line.split("|").map((cell) => cell.trim().replaceAll("`", "")))
    .map(([, code, , step, usually]) => [code, { step, usually }]),
);

/** A list of findings that grows while something is verified. */
export class Findings {
  list = [];

  /** Adds a finding. A failure that is in doubt is INCOMPLETE instead. */
  add(code, about, isCertain = true) {
    const { step, usually } = USUALLY.get(code) ?? {};
    if (!/\d/.test(step)) throw new Error(`no such finding: ${code}`);
    const grade = isCertain || usually !== "FAIL" ? usually : "INCOMPLETE";
    this.list.push({ code, about, grade });
  }

  /** The worst of them all. */
  get verdict() {
    return (
      GRAVER_FIRST.find((grade) => this.list.some((finding) => finding.grade === grade)) ?? "PASS"
    );
  }

  /** Each code once, sorted. */
  get codes() {
    return [...new Set(this.list.map(({ code }) => code))].sort();
  }
}
