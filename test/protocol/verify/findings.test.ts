// Tests the catalogue of findings: the sentence, rule and severity of each, and the order of
// severities.
import { expect } from "chai";
import { type Card, kind, stepKind, stepsOf, STEPS } from "../../../protocol/verdict/card.ts";
import { CARDS, FINDING_CODES, FINDINGS } from "../../../protocol/verdict/findings.ts";
import { JUDGES } from "../../../protocol/verify/rules.ts";
import { rule } from "../../../protocol/verify/rules/rule.ts";
import {
  Finding,
  finding,
  FIXERS,
  RULE_IDS,
  SEVERITIES,
  VERDICTS,
  worst,
} from "../../../protocol/verdict/verdict.ts";
import { VIOLATIONS } from "../../../protocol/event/violation.ts";

/** The places where findings are raised that need more than a trail and a node; `latest` reads logs that were followed. */
const BEYOND = ["rule", "unregistered", "service", "latest"];

describe("the catalogue of findings", () => {
  it("has a finding for every custody rule", () => {
    expect(FINDING_CODES).to.include.members(Object.keys(VIOLATIONS));
  });

  it("gives each finding to exactly one rule", () => {
    const codes = CARDS.flatMap(({ findings, unknowns }) => [
      ...Object.keys(findings),
      ...Object.keys(unknowns),
    ]);
    expect(codes).to.have.members(FINDING_CODES);
    expect(new Set(codes).size).to.equal(codes.length);
  });

  it("has a message of two or three sentences for each finding, and no two the same", () => {
    const messages = [...FINDINGS.values()].map(({ message }) => message);
    for (const message of messages)
      expect(message).to.match(/^[A-Z][^.]{15,150}\.( [A-Z][^.]{10,110}\.){1,2}$/);
    expect(new Set(messages).size).to.equal(messages.length);
  });

  it("states who can fix each finding, its severity and the steps that raise it", () => {
    for (const [code, { raisedBy, page: _, ...usual }] of FINDINGS) {
      expect(SEVERITIES).to.include(usual.verdict);
      expect(FIXERS).to.include(usual.fixedBy);
      expect(STEPS).to.include.members(raisedBy);
      expect(raisedBy).not.to.be.empty;
      expect(Finding.parse(finding({ code, field: "x" }))).to.deep.equal({
        code,
        ...usual,
        field: "x",
      });
    }
  });

  it("says of each finding that a second verifier raises in which step and when, in part of a sentence", () => {
    for (const [code, { page, raisedBy }] of FINDINGS)
      if ("when" in page) {
        expect(page.when, code).to.match(/^(?!is raised)[a-z`][^.]{10,250}$/);
        expect(page.steps, code).to.deep.equal([...page.steps].sort());
        expect(stepsOf({ page }), code).to.equal(page.steps);
      } else
        expect(raisedBy, code).to.satisfy((by: string[]) =>
          by.some((each) => BEYOND.includes(each)),
        );
  });

  it("prefers the severity of the case over the policy's, and the policy's over the default", () => {
    const strict = { SUSPECTED: "HOLD" } as const;
    expect(finding({ code: "SUSPECTED", verdict: "INCOMPLETE" }, strict).verdict).to.equal(
      "INCOMPLETE",
    );
    expect(finding({ code: "SUSPECTED", verdict: undefined }, strict).verdict).to.equal("HOLD");
    expect(finding({ code: "SUSPECTED" }).verdict).to.equal("WARN");
    expect(finding({ code: "SUSPECTED", lot: undefined })).not.to.have.property("lot");
  });

  it("takes the worst finding as the verdict", () => {
    expect(worst([])).to.equal("PASS");
    expect(worst(["INFO"])).to.equal("PASS");
    for (const [i, verdict] of VERDICTS.entries())
      for (const other of VERDICTS.slice(i)) {
        expect(worst([verdict, other])).to.equal(verdict);
        expect(worst([other, "INFO", verdict])).to.equal(verdict);
      }
  });
});

describe("the rules", () => {
  it("have a judge if their card lists something to judge, in the order of their ids", () => {
    const judged = (CARDS as readonly Card[]).filter(
      ({ findings, unknowns }) =>
        Object.keys(unknowns).length > 0 ||
        Object.values(findings).some(({ raisedBy }) => raisedBy.includes("rule")),
    );
    expect(JUDGES.map(({ card }) => card)).to.deep.equal(judged);
  });

  it("cannot raise a finding that is not on their card, by type", () => {
    const card = {
      id: "V02",
      name: "a rule",
      version: 1,
      checks: "Nothing.",
      findings: {
        ORIGIN_OF_OTHER_BRAND: kind("WARN", "issuer", "A brand."),
        ORIGIN_MISSING: stepKind(
          { steps: [3], when: "there is no origin" },
          "FAIL",
          "service",
          "No origin.",
          "replay",
        ),
      },
      unknowns: { ORIGIN_NOT_KNOWN: "No origin." },
    } as const satisfies Card;
    rule(card, () => [{ code: "ORIGIN_OF_OTHER_BRAND" }, { unknown: "ORIGIN_NOT_KNOWN" }]);
    // @ts-expect-error: it is another rule's
    rule(card, () => [{ code: "RECALLED" }]);
    // @ts-expect-error: the replay raises it
    rule(card, () => [{ code: "ORIGIN_MISSING" }]);
    // @ts-expect-error: it is another rule's
    rule(card, () => [{ unknown: "ALERTS_NOT_KNOWN" }]);
  });

  it("are listed in the order of their ids, once each, with what they check", () => {
    const ids = CARDS.map(({ id }) => id);
    expect(ids).to.deep.equal(RULE_IDS.filter((id) => ids.includes(id)));
    for (const { version, name, checks } of CARDS) {
      expect(version).to.be.at.least(1);
      expect(name).to.match(/^[a-z]/);
      expect(checks).to.match(/^[A-Z].{30,160}\.$/);
    }
  });
});
