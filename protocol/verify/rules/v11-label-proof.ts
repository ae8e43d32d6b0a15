// Judges rule V11, label proof. The code on the lot's own label is the one that the lot's issuer
// committed to.
import { labelCommitment } from "../../label/commitment.ts";
import { labelOf } from "../label.ts";
import type { Case } from "../case.ts";
import { card } from "../../verdict/findings/v11-label-proof.ts";
import { rule, type RulingOf } from "./rule.ts";

type Ruling = RulingOf<typeof card>;

export const labelProof = rule(card, prove);

function* prove(subject: Case): Iterable<Ruling> {
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
  // The finding shows neither the code, which would prove a copied label, nor its hash, which could be brute-forced.
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

const uncommitted = ({ trail }: Case): Ruling => ({
  code: "LABEL_CODE_UNCOMMITTED",
  lot: trail.lot,
  field: "label.labelCode",
});
