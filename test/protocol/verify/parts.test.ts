// Tests how names of companies are compared: their legal forms may differ, and then a person has to look.
import { expect } from "chai";
import { isSameName, mayBeSameCompany } from "../../../protocol/verify/parts.ts";

const NAME = "Vellore Discrete Devices";

describe("mayBeSameCompany", () => {
  for (const form of [
    "Pvt. Ltd.",
    "PVT LTD",
    "Private Limited",
    "Inc.",
    ", Inc",
    "Corp.",
    "Corporation",
    "Co., Ltd.",
    "Co. Ltd",
    "Ltd",
    "LLC",
    "L.L.C.",
    "GmbH",
    "GmbH & Co. KG",
    "AG",
    "SE",
    "S.A.",
    "S.p.A.",
    "S.r.l.",
    "B.V.",
    "N.V.",
    "AB",
    "A/S",
    "ASA",
    "Oy",
    "K.K.",
    "Kabushiki Kaisha",
    "Sdn. Bhd.",
    "Pte. Ltd.",
    "Pty Ltd",
    "Sp. z o.o.",
    "s.r.o.",
    "(Pvt) Ltd",
    "株式会社",
    "有限公司",
  ]) {
    it(`ignores ${form}`, () => {
      const name = form.startsWith(",") ? NAME + form : `${NAME} ${form}`;
      expect(mayBeSameCompany(NAME.toUpperCase(), name)).to.equal(true);
      expect(mayBeSameCompany(`${NAME} Inc.`, name)).to.equal(true);
      expect(isSameName(NAME, name)).to.equal(false);
    });
  }
  it("ignores a legal form in front, as in Japan", () => {
    expect(mayBeSameCompany("株式会社村山電子", "村山電子株式会社")).to.equal(true);
  });
  it("tells companies apart whose names differ otherwise, and keeps a name that is a legal form", () => {
    for (const other of [
      "Vellore Devices",
      "Vellore Discrete Devices Asia Ltd",
      "Vellore",
      "Co. Ltd",
      "",
    ])
      expect(mayBeSameCompany(NAME, other), other).to.equal(false);
    expect(mayBeSameCompany("AB", "SE")).to.equal(false);
    expect(mayBeSameCompany("Co Ltd", "AG")).to.equal(false);
  });
});
