// Tests V28: whatever differs from the order counts, whether the record or the label says it, and the table says the same.
import { expect } from "chai";
import type { Expected } from "../../../../protocol/label/expected.ts";
import { readLabel } from "../../../../protocol/label/label.ts";
import { openPaper, ruleOn } from "../../../support/paper.ts";

const RECORD = {
  manufacturer: "Vellore Devices",
  mpn: "VSMBJ24CA",
  makerLot: "L7001",
  dateCode: "2614",
  countryOfOrigin: "IN",
} as const;
const ORDER = {
  manufacturer: "Vellore Devices",
  makerLot: "L7001",
  dateCode: "2614",
  countryOfOrigin: "IN",
  quantity: 1000,
} as const satisfies Expected;
const format06 = (...fields: string[]) =>
  `[)>\x1e06${fields.map((field) => `\x1d${field}`).join("")}\x1e\x04`;

describe("rule V28, order", () => {
  async function judged(expected: Expected | null, { label = [] as string[], fields = {} } = {}) {
    const paper = openPaper();
    const trail = paper.trail(paper.commission("A", fields));
    const given = { expected, label: label.length > 0 ? readLabel(label) : null };
    return ruleOn("V28", trail, given);
  }
  const told = async (...asked: Parameters<typeof judged>) => {
    const { unknown, findings } = await judged(...asked);
    return [
      unknown ?? null,
      ...findings.map(({ code, verdict, field, expected, found }) => [
        code,
        verdict,
        field,
        expected,
        found,
      ]),
    ];
  };
  const on = { fields: RECORD };

  it("passes what was ordered, in other spellings of names and dates", async () => {
    for (const expected of [
      ORDER,
      { manufacturer: "VELLORE  devices" },
      { dateCode: "202614" },
      { makerLot: "L7001" },
    ])
      expect(await judged(expected, on)).to.deep.equal({
        result: "pass",
        unknown: undefined,
        findings: [],
      });
  });

  const differing: [Expected, code: string, verdict: string, field: string, found: unknown][] = [
    [
      { manufacturer: "Halden" },
      "ORDER_MANUFACTURER_DIFFERS",
      "FAIL",
      "details.entries.0.manufacturer",
      "Vellore Devices",
    ],
    [
      { makerLot: "L7002" },
      "ORDER_MAKER_LOT_DIFFERS",
      "FAIL",
      "details.entries.0.makerLot",
      "L7001",
    ],
    [{ dateCode: "2615" }, "ORDER_DATE_CODE_DIFFERS", "FAIL", "details.entries.0.dateCode", "2614"],
    [
      { countryOfOrigin: "CN" },
      "ORDER_COUNTRY_DIFFERS",
      "FAIL",
      "details.entries.0.countryOfOrigin",
      "IN",
    ],
    [{ quantity: 999 }, "ORDER_QUANTITY_DIFFERS", "WARN", "quantity", 1000],
  ];
  for (const [ordered, code, verdict, field, found] of differing)
    it(`gives ${code} where the record differs, with the event that states it`, async () => {
      const [value] = Object.values(ordered);
      expect(await told({ ...ORDER, ...ordered }, on)).to.deep.equal([
        null,
        [code, verdict, field, value, found],
      ]);
    });

  it("counts a label that differs from the order, although the record agrees", async () => {
    for (const [text, code, field] of [
      ["1TL7009", "ORDER_MAKER_LOT_DIFFERS", "label.makerLot"],
      ["10D2616", "ORDER_DATE_CODE_DIFFERS", "label.dateCode"],
      ["4LCN", "ORDER_COUNTRY_DIFFERS", "label.countryOfOrigin"],
      ["Q900", "ORDER_QUANTITY_DIFFERS", "label.quantity"],
      ["1VHalden", "ORDER_MANUFACTURER_DIFFERS", "label.manufacturer"],
    ] as const) {
      const [unknown, finding] = await told(ORDER, {
        ...on,
        label: [format06("1PVSMBJ24CA", text)],
      });
      expect([unknown, finding![0], finding![2]], text).to.deep.equal([null, code, field]);
    }
  });

  it("warns of another order's number on the label", async () => {
    const label = [format06("1PVSMBJ24CA", "K4500123")];
    expect(await told({ purchaseOrder: "4500123" }, { ...on, label })).to.deep.equal([null]);
    expect((await told({ purchaseOrder: "4500999" }, { ...on, label }))[1]).to.deep.equal([
      "ORDER_NUMBER_DIFFERS",
      "WARN",
      "label.purchaseOrder",
      "4500999",
      "4500123",
    ]);
  });

  it("is not evaluable without an order, or where nothing states an ordered value", async () => {
    expect((await judged(null, on)).unknown).to.equal("ORDER_NOT_GIVEN");
    expect((await judged({ mpn: "VSMBJ24CA" }, on)).unknown).to.equal("ORDER_NOT_GIVEN");
    const country = { countryOfOrigin: "IN" };
    expect((await judged(country)).unknown).to.equal("ORDERED_FIELD_NOT_KNOWN");
    const label = [format06("1PVSMBJ24CA", "4LIN")];
    expect((await judged(country, { label })).unknown).to.equal(undefined);
  });
});
