// Generates random events, states, notices and details that their schemas accept.
import { fc } from "./random.ts";
import {
  DETAIL_FIELDS,
  type DetailName,
  ENTRY_NAMES,
  type EntryName,
  SHARED_NAMES,
  type SharedName,
} from "../../protocol/event/detail-fields.ts";
import { Details } from "../../protocol/event/details.ts";
import type { CustodyEvent, Domain } from "../../protocol/event/event.ts";
import type { LotState } from "../../protocol/event/lot.ts";
import type { Notice } from "../../protocol/event/notice.ts";
import type { Statement } from "../../protocol/event/statement.ts";
import { textFault } from "../../protocol/base/text.ts";

const hex = (bytes: number) =>
  fc
    .uint8Array({ minLength: bytes, maxLength: bytes })
    .map((array) => `0x${Buffer.from(array).toString("hex")}`);
const biased = (bytes: number) =>
  fc.oneof(
    { weight: 8, arbitrary: hex(bytes) },
    { weight: 1, arbitrary: fc.constantFrom(`0x${"00".repeat(bytes)}`, `0x${"ff".repeat(bytes)}`) },
  );

export const address = biased(20);
export const hash = biased(32);
export const integer = fc.oneof(fc.maxSafeNat(), fc.constantFrom(0, 1, 2 ** 32, 2 ** 53 - 1));
export const secret = fc.uint8Array({ minLength: 32, maxLength: 32 });

export const domain: fc.Arbitrary<Domain> = fc.record({ chainId: integer, ledger: address });

export const event: fc.Arbitrary<CustodyEvent> = fc.record({
  action: fc.integer({ min: 0, max: 255 }),
  actor: address,
  holder: address,
  consignee: address,
  entries: fc.array(fc.record({ lot: hash, previous: hash, quantity: integer }), { maxLength: 8 }),
  time: integer,
  details: hash,
});

export const state: fc.Arbitrary<LotState> = fc.record({
  lastEvent: hash,
  holder: address,
  consignee: address,
  quantity: integer,
  held: fc.boolean(),
});

export const notice: fc.Arbitrary<Notice> = fc.record({
  lot: hash,
  kind: fc.constantFrom(1, 2, 3, 4),
  issuer: address,
  time: integer,
  withdraws: hash,
  details: hash,
});

export const statement: fc.Arbitrary<Statement> = fc.record({
  kind: fc.constantFrom(1, 2, 3),
  issuer: address,
  time: integer,
  withdraws: hash,
  content: hash,
});

/** Texts that pass text.ts, out of all of Unicode. */
export const text = (maxLength: number) =>
  fc
    .string({ unit: "grapheme", minLength: 1, maxLength })
    .map((some) => some.normalize("NFC").trim())
    .filter((some) => textFault(some, 1, maxLength) === undefined);

/** Identifiers of text.ts. */
const identifier = fc.stringMatching(/^[!-~]{1,8}( [!-~]{1,8}){0,2}$/);

// Values that fit some field: every field accepts at least one of these, and a date code needs its format.
const SAMPLES = [
  "R-000123",
  "2318",
  "YYWW",
  "DE",
  "2024-11-30",
  "1ABC2",
  "123456789",
  "5493001KJTIIGC8Y1R12",
  "3A991.a.2",
  `31337:0x${"ab".repeat(20)}:0x${"cd".repeat(32)}`,
  "8542.39.0001",
  "2a",
  "pass",
  "accepted",
  "air",
  `0x${"ab".repeat(20)}`,
  `0x${"cd".repeat(32)}`,
  0,
  1,
  42,
  100,
  -400,
  2 ** 53 - 1,
  true,
  false,
];

function fieldValue(name: DetailName) {
  const { type } = DETAIL_FIELDS[name];
  const fits = SAMPLES.filter((sample) => type.safeParse(sample).success);
  const takesAnyText = type.safeParse("Ω any text").success;
  const takesAnyCode = type.safeParse("~ any code").success;
  if (name === "dateCode" || name === "dateCodeNewest")
    return fc.constantFrom("2318", "N/T", "MIXED", "1852M");
  if (name === "dateCodeFormat") return fc.constant("YYWW");
  const others = takesAnyText ? [text(32)] : takesAnyCode ? [identifier] : [];
  return fc.oneof(fc.constantFrom(...fits), ...others);
}

const fields = (names: readonly DetailName[]) =>
  fc.record(Object.fromEntries(names.map((name) => [name, fieldValue(name)])), {
    requiredKeys: [],
  });

/** Details with any of the fields, in all places where they may stand. */
export const details: fc.Arbitrary<Details> = fc
  .record(
    {
      shared: fc.subarray<SharedName>(SHARED_NAMES, { maxLength: 8 }).chain(fields),
      entries: fc.array(fc.subarray<EntryName>(ENTRY_NAMES, { maxLength: 6 }).chain(fields), {
        maxLength: 12,
      }),
    },
    { requiredKeys: ["shared"] },
  )
  .map(({ shared, entries }) => Details.parse({ ...shared, ...(entries ? { entries } : {}) }));

/** JSON values without floats: what canonical texts of this protocol hold. */
export const json = fc
  .jsonValue({ depthSize: "small", maxDepth: 8, stringUnit: "grapheme" })
  .filter(isPlain);

/** Whether canonical texts can hold a value, as far as `jsonValue` generates others: unsafe integers, members `__proto__`. */
export function isPlain(value: unknown): boolean {
  if (typeof value === "number") return Number.isSafeInteger(value) || !Number.isInteger(value);
  if (typeof value !== "object" || value === null) return true;
  return Object.entries(value).every(([key, member]) => key !== "__proto__" && isPlain(member));
}
