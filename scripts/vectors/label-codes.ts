// Makes vectors of the codes on lots' own labels: their commitments, and codes that another commitment is of.
import { toHex, utf8 } from "../../protocol/base/bytes.ts";
import { keccak256 } from "../../protocol/base/crypto.ts";
import { LABEL_CODE, labelCode, labelCommitment } from "../../protocol/label/commitment.ts";
import { lotOf } from "../../test/support/model.ts";
import type { Vector, Vectors } from "./vector.ts";

const LOT = lotOf("maker", "R-1");
const SECRET = keccak256(utf8("secret of a commission"));
const CODE = labelCode(SECRET, 0);

function valid(about: string, code: string, more: object = {}): Vector {
  if (!LABEL_CODE.test(code)) throw new Error(`${code} is not a code`);
  return { about, lot: LOT, code, labelCommitment: labelCommitment(LOT, code), ...more };
}
const made = (about: string, index: number) =>
  valid(about, labelCode(SECRET, index), { secret: toHex(SECRET), index });
const invalid = (about: string, code: string, lot = LOT): Vector => {
  const committed = labelCommitment(LOT, CODE);
  if (labelCommitment(lot, code) === committed) throw new Error(about);
  return { about, lot, code, labelCommitment: committed };
};

export function labelCodeVectors(): Vectors {
  return {
    "valid/made": made("A code as this service makes it, from the event's secret.", 0),
    "valid/made-for-entry-10": made("The index is written in decimal.", 10),
    "valid/of-another-printer": valid("Any code of this form will do.", "ABCDEFGHIJKLMNOPQRSTUVWX"),
    "valid/all-twos-to-sevens": valid("The digits of base32.", "234567234567234567234567"),
    "invalid/another-code": invalid("The code of another label.", labelCode(SECRET, 1)),
    "invalid/another-lot": invalid(
      "The right code on another lot's label.",
      CODE,
      lotOf("maker", "R-2"),
    ),
    "invalid/last-character": invalid(
      "One character is another.",
      `${CODE.slice(0, -1)}${CODE.endsWith("A") ? "B" : "A"}`,
    ),
    "invalid/lower-case": invalid("A code has capitals.", CODE.toLowerCase()),
    "invalid/with-blanks": invalid("A code has no blanks.", CODE.replace(/(.{4})(?=.)/g, "$1 ")),
    "invalid/padded": invalid("A code has no padding.", `${CODE}=`),
    "invalid/empty": invalid("No code.", ""),
  };
}
