// Tests what people read about a field that does not fit its schema.
import { expect } from "chai";
import { z } from "zod";
import { GrantId } from "../../../api/grants.ts";
import { ApiKeyId } from "../../../api/keys.ts";
import { parseWith } from "../../../protocol/base/canonical.ts";
import { Address, Hash, Signature } from "../../../protocol/base/values.ts";
import { faultOf } from "../../../protocol/base/words.ts";
import { Country } from "../../../protocol/event/countries.ts";
import { DETAIL_FIELDS } from "../../../protocol/event/detail-fields.ts";
import { LotNumber } from "../../../protocol/event/lot.ts";
import { LotLink } from "../../../protocol/label/link.ts";

const Order = z.strictObject({
  lot: z.string().min(1).max(5).default("A"),
  pieces: z.int().min(1).max(9).default(1),
  tags: z.array(z.string()).min(1).max(2).default(["a"]),
  kind: z.enum(["ledger", "log"]).default("log"),
  day: z.iso.date().default("2026-09-08"),
  party: Address.optional(),
  urgent: z.boolean().default(false),
  exact: z.literal(1).default(1),
  either: z
    .union([z.strictObject({ a: z.int() }), z.strictObject({ b: z.strictObject({ c: z.int() }) })])
    .optional(),
  plain: z.union([z.int(), z.boolean()]).optional(),
  code: z.string().regex(/^x$/).optional(),
  odd: z
    .string()
    .refine(() => false)
    .optional(),
  step: z.number().multipleOf(5).optional(),
});
const ALL = Object.keys(Order.shape).join(", ");

const CASES: [input: unknown, field: string | undefined, sentence: string][] = [
  [{ lot: 1 }, "lot", "lot must be a text."],
  [{ lot: "" }, "lot", "lot must not be empty."],
  [{ lot: "ABCDEF" }, "lot", "lot must have at most 5 characters."],
  [{ pieces: "2" }, "pieces", "pieces must be a number."],
  [{ pieces: 1.5 }, "pieces", "pieces must be a whole number."],
  [{ pieces: 0 }, "pieces", "pieces must be at least 1."],
  [{ pieces: 10 }, "pieces", "pieces must be at most 9."],
  [{ tags: "a" }, "tags", "tags must be a list."],
  [{ tags: [] }, "tags", "tags must not be empty."],
  [{ tags: ["a", "b", "c"] }, "tags", "tags must have at most 2 items."],
  [{ tags: ["a", 2] }, "tags.1", "tags.1 must be a text."],
  [{ kind: "paper" }, "kind", "kind must be one of ledger, log."],
  [{ day: "8.9.2026" }, "day", "day must be a day, such as 2026-09-08."],
  [{ party: "0x1" }, "party", "party must be an address: 0x and 40 digits 0-9, a-f."],
  [{ urgent: "yes" }, "urgent", "urgent must be true or false."],
  [{ exact: 2 }, "exact", "exact must be 1."],
  [{ either: { b: {} } }, "either.b.c", "either.b.c is missing."],
  [{ plain: "x" }, "plain", "plain does not have any of the forms that it may have."],
  [{ code: "y" }, "code", "code does not have the form that it must have."],
  [{ odd: "y" }, "odd", "odd is not valid."],
  [{ step: 7 }, "step", "step must be a multiple of 5."],
  [{ colour: "red" }, "colour", `colour is not a field here. The fields are ${ALL}.`],
  ["text", undefined, "The value must be an object."],
];

describe("faultOf", () => {
  for (const [input, field, sentence] of CASES)
    it(`says "${sentence}"`, () => {
      const { error } = Order.safeParse(input);
      expect(faultOf(error!.issues[0]!)).to.deep.equal({ field, sentence });
    });

  it("is what parseWith throws", () => {
    expect(() => parseWith(Order, { kind: "paper" })).to.throw("kind must be one of ledger, log.");
  });
});

describe("the words of a schema", () => {
  const SCHEMAS: Record<string, z.ZodType> = {
    ...{ Address, Hash, Signature, LotNumber, GrantId, ApiKeyId, Country, LotLink },
    ...Object.fromEntries(Object.entries(DETAIL_FIELDS).map(([name, { type }]) => [name, type])),
  };
  const WRONG = ["", " x", "e\u0301", "\ud800", "\u0000", "0x12", "x".repeat(600), 1.5, {}, []];

  for (const [name, schema] of Object.entries(SCHEMAS))
    it(`of ${name} are sentences without a programmer's words`, () => {
      const issues = WRONG.flatMap((input) => schema.safeParse(input).error?.issues ?? []);
      expect(issues).not.to.be.empty;
      for (const issue of issues) {
        const { sentence } = faultOf({ ...issue, path: ["it", ...issue.path] });
        expect(sentence).to.match(/^it(\.\w+)* (must|is|has|does) .*\.$/);
        expect(sentence).not.to.match(/\bbytes\b|\bhex\b|Invalid|regex|expected|undefined|ASCII/);
      }
    });
});
