// Every reason that a verdict can have: its sentence, and its place in the lattice.
import { expect } from "chai";
import { FINDINGS, RULES } from "../../protocol/findings.ts";
import { Finding, MENDERS, VERDICTS, finding, worst } from "../../protocol/verdict.ts";
import { VIOLATIONS } from "../../protocol/violation.ts";

describe("verify: findings", () => {
  it("has one for every rule of custody", () => {
    expect(RULES).to.include.members(Object.keys(VIOLATIONS));
    expect(new Set(RULES).size).to.equal(RULES.length);
  });

  it("has a plain sentence for each, and no two alike", () => {
    const messages = RULES.map((rule) => FINDINGS[rule].message);
    for (const message of messages) expect(message).to.match(/^[A-Z][^.]{20,200}\.$/);
    expect(new Set(messages).size).to.equal(RULES.length);
  });

  it("says of each who can mend it, and how grave it is", () => {
    for (const rule of RULES) {
      const { verdict, mender } = FINDINGS[rule];
      expect(VERDICTS.slice(0, -1)).to.include(verdict);
      expect(MENDERS).to.include(mender);
      expect(Finding.parse(finding({ rule, field: "x" }))).to.deep.equal({ rule, ...FINDINGS[rule], field: "x" });
    }
  });

  it("takes the gravity of the case where it differs from the usual", () => {
    expect(finding({ rule: "SUSPECTED", verdict: "HOLD" }).verdict).to.equal("HOLD");
    expect(finding({ rule: "SUSPECTED", verdict: undefined }).verdict).to.equal("WARN");
    expect(finding({ rule: "SUSPECTED", lot: undefined })).not.to.have.property("lot");
  });

  it("has the worst finding as the verdict", () => {
    expect(worst([])).to.equal("PASS");
    for (const [i, verdict] of VERDICTS.entries())
      for (const other of VERDICTS.slice(i)) {
        expect(worst([verdict, other])).to.equal(verdict);
        expect(worst([other, verdict])).to.equal(verdict);
      }
  });
});
