// Checks vectors of label codes against protocol/.
import { expect } from "chai";
import { fromHex } from "../../../protocol/base/bytes.ts";
import { LABEL_CODE, labelCode, labelCommitment } from "../../../protocol/label/commitment.ts";

interface LabelCodeVector {
  lot: string;
  code: string;
  labelCommitment: string;
  secret?: string;
  index?: number;
}

export const labelCodes = {
  valid({ lot, code, secret, index, ...vector }: LabelCodeVector) {
    expect(code).to.match(LABEL_CODE);
    expect(labelCommitment(lot, code)).to.equal(vector.labelCommitment);
    if (secret !== undefined) expect(labelCode(fromHex(secret), index!)).to.equal(code);
  },
  invalid({ lot, code, ...vector }: LabelCodeVector) {
    expect(labelCommitment(lot, code)).to.not.equal(vector.labelCommitment);
  },
};
