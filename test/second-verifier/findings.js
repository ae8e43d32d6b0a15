// Collects findings and decides the verdict. Severities come from the table in docs/findings.md.
import { readFileSync } from "node:fs";

const page = readFileSync(new URL("../../docs/findings.md", import.meta.url), "utf8");
const GRAVER_FIRST = ["FAIL", "HOLD", "INCOMPLETE", "WARN"];

/** The usual severity of each finding. */
const USUALLY = new Map(
  page
    .split("\n")
    .filter((line) => line.startsWith("| `"))
    .map((line) => line.split("|").map((cell) => cell.trim().replaceAll("`", "")))
    .map(([, code, , usually]) => [code, usually]),
);

/** A list of findings that grows while something is verified. */
export class Findings {
  list = [];

  /** Adds a finding. A failure that relies on a block that is not final is INCOMPLETE instead. */
  add(code, about, isFinal = true) {
    const usually = USUALLY.get(code);
    if (usually === undefined) throw new Error(`no such finding: ${code}`);
    this.list.push({ code, about, grade: isFinal || usually !== "FAIL" ? usually : "INCOMPLETE" });
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
