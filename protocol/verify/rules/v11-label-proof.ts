// V11: the code that only the lot's own label carries is the one to which its issuer has committed.
import { labelCommitment } from "../../label/commitment.ts";
import { labelOf } from "../label.ts";
import type { Found } from "../../verdict/verdict.ts";
import type { Case } from "../case.ts";
import { kind, type Kinds, type Rule, type Unknown } from "./rule.ts";

export const findings = {
  LABEL_CODE_WRONG: kind(
    "FAIL",
    "issuer",
    "The label's code is not the one to which the lot's issuer has committed: the label is not the lot's own, so refuse the package.",
  ),
  LABEL_CODE_UNCOMMITTED: kind(
    "WARN",
    "issuer",
    "The label carries a code, and the lot's issuer has committed to none: ask the issuer whether it printed this label.",
  ),
} satisfies Kinds;

/** The code that only the lot's own label carries is the one to which its issuer has committed. */
export const labelProof: Rule = {
  id: "V11",
  name: "label proof",
  version: 1,
  looksAt:
    "the code in the link of the lot's own label, and the commitment to it in the event that made the lot",
  findings,
  unknowns: {
    LABEL_PROOF_NOT_SCANNED:
      "No label was scanned, so its code could not be checked: scan the QR code of the lot's own label.",
    LABEL_HAS_NO_CODE:
      "The codes that were scanned prove nothing by themselves, for anybody can print them: scan the QR code of the lot's own label.",
    LABEL_CODE_NOT_SHOWN:
      "The label's code was checked elsewhere and is not shown here: only who has the label can check it again.",
    NO_LABEL_COMMITMENT:
      "The event that made the lot commits to no code, so that its label cannot prove itself: inspect the package as usual.",
    LABEL_COMMITMENT_NOT_SHOWN:
      "What the label's code must hash to is withheld or missing: ask the lot's issuer to disclose it.",
  },
  judge: prove,
};

function* prove(subject: Case): Iterable<Found | Unknown> {
  const { trail, replay, identities } = subject;
  const creation = replay.ancestry.creations.get(trail.lot);
  const commitment = creation && identities.stated(creation.by, creation.index, "labelCommitment");
  const isHidden =
    !creation || creation.by.details === null || (commitment && "withheld" in commitment);
  const label = labelOf(subject);
  if (!label) {
    yield { unknown: "LABEL_PROOF_NOT_SCANNED" };
    return;
  }
  const codes = label.fields.filter((field) => field.kind === "labelCode");
  if (isHidden) yield { unknown: "LABEL_COMMITMENT_NOT_SHOWN" };
  else if (!commitment)
    yield codes.length > 0 ? uncommitted(subject) : { unknown: "NO_LABEL_COMMITMENT" };
  else if (codes.length === 0) yield { unknown: "LABEL_HAS_NO_CODE" };
  else if (codes.some(({ value }) => value === null)) yield { unknown: "LABEL_CODE_NOT_SHOWN" };
  // Neither the code nor what it hashes to is told: the one would prove a label, the other could be tried out.
  else if (
    codes.some(({ value }) => labelCommitment(trail.lot, String(value)) !== commitment.value)
  )
    yield {
      code: "LABEL_CODE_WRONG",
      event: creation.by.digest,
      lot: trail.lot,
      field: commitment.field,
    };
}

const uncommitted = ({ trail }: Case): Found => ({
  ...{ code: "LABEL_CODE_UNCOMMITTED", lot: trail.lot, field: "label.labelCode" },
});
