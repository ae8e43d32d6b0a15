// Runs the rules that read facts on random facts that the schema accepts. They judge, and never
// throw.
import { checkUntilMet, fc } from "../../../support/random.ts";
import { expect } from "chai";
import { Expected } from "../../../../protocol/label/expected.ts";
import { Facts } from "../../../../protocol/verdict/facts.ts";
import {
  type Alert,
  ALERT_KINDS,
  GRADES,
  type SignedStatement,
} from "../../../../protocol/event/statement.ts";
import { VOUCHERS } from "../../../../protocol/verdict/precedence.ts";
import { Verdict } from "../../../../protocol/verdict/verdict.ts";
import { verify } from "../../../../protocol/verify/verify.ts";
import { ZERO_HASH } from "../../../../protocol/base/values.ts";
import { isPlain, statement } from "../../../support/arbitraries.ts";
import { BROKER, DISTRIBUTOR } from "../../../support/paper.ts";
import { statementOf } from "../../../support/statements.ts";
import {
  act,
  commission,
  deliver,
  openWorld,
  trailFor,
  trustIn,
  type World,
} from "../../../support/trails.ts";
import { recover } from "../../../support/recover.ts";

const OURS = ["V04", "V07", "V19", "V25", "V26"];
const COC = `0x${"c0".repeat(32)}`;

const some = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined, freq: 2 });
const day = fc.constantFrom("0000-01-01", "1970-01-01", "2026-06-01", "9999-12-31");
const mpn = fc.constantFrom("NG74LVC1G08-Q", "ng74lvc1g08-q", "X");
const pieces = fc.constantFrom(0, 1, 10, Number.MAX_SAFE_INTEGER);
const text = fc.constantFrom("2631", "MIXED", "N/T", "2631M", "", "K7T221", "\u{1f4a9}", "9999");
const defined = <T extends object>(fields: T) =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));

const content = fc.oneof(
  fc
    .record({
      source: fc.constant("ITX"),
      reference: fc.constant("1"),
      kind: fc.constantFrom(...ALERT_KINDS),
      mpn,
      manufacturer: some(text),
      makerLots: some(fc.array(text)),
      dateCodeFrom: some(day),
      dateCodeTo: some(day),
    })
    .map(defined),
  fc
    .record({
      party: fc.constantFrom(DISTRIBUTOR, BROKER),
      brand: fc.constant("Northgate Semiconductor"),
      grade: fc.constantFrom(...GRADES),
      from: day,
      to: some(day),
    })
    .map(defined),
  fc.dictionary(fc.string(), fc.jsonValue() as fc.Arbitrary<unknown>),
  fc.constant(null),
);
/** What a party can sign: the hash of a statement is that of its canonical text. */
const signable = content.filter(isPlain);
const wild = fc.record({
  statement: statement as fc.Arbitrary<SignedStatement["statement"]>,
  signature: fc.constantFrom(`0x${"00".repeat(65)}`, `0x${"11".repeat(64)}1b`),
  content,
});
const voucher = fc.constantFrom(...VOUCHERS);
const complete = fc.uniqueArray(voucher);
const byVoucher = fc.record({ maker: pieces, authorised: pieces, other: pieces });
const sibling = fc
  .record({
    by: voucher,
    mpn: some(mpn),
    dateCode: some(text),
    dateCodeFormat: some(text),
    countryOfOrigin: some(text),
  })
  .map((fields) => ({ dateMixed: false, ...defined(fields) }));
const document = fc
  .record({
    present: fc.option(fc.boolean()),
    altered: fc.option(fc.boolean()),
    otherMakerLots: byVoucher,
  })
  .map((fields) => ({
    hash: COC,
    claims: { quantity: 3, mpn: "X", purchaseOrder: "P" },
    ...fields,
  }));

describe("rules that read facts, on random facts", () => {
  let world: World;
  let lot: string;
  before(async () => {
    world = await openWorld();
    lot = await commission(world, "A1", 10);
    await deliver(world, world.maker, world.distributor, [lot]);
    const shared = { cocHash: COC, testReportHash: COC };
    await act(world, world.distributor, "inspect", { lots: { [lot]: 10 }, shared });
  });

  it("never throw, and each gives at least two different results", async function () {
    this.timeout(600_000);
    const trail = trailFor(world, lot);
    const trust = await trustIn(world);
    const results = new Set<string>();
    const property = fc.asyncProperty(
      fc.array(
        fc.oneof(
          wild,
          fc.record({ content: signable, by: fc.constantFrom("maker", "distributor") }),
        ),
        { maxLength: 6 },
      ),
      some(fc.record({ commissioned: fc.option(pieces), open: byVoucher, complete })),
      some(fc.record({ claims: fc.array(sibling, { maxLength: 4 }), complete })),
      some(fc.array(document, { maxLength: 3 })),
      async (given, circulation, siblings, documents) => {
        const statements = given.map((each): SignedStatement => {
          if ("statement" in each) return each;
          const own =
            each.content && "party" in each.content ? { party: world.distributor.address } : {};
          const alteredContent = each.content && { ...each.content, ...own };
          const kind =
            each.content === null
              ? "withdrawal"
              : "mpn" in each.content
                ? "alert"
                : "authorisation";
          const by = each.by === "maker" ? world.maker : world.distributor;
          const withdraws = kind === "withdrawal" ? COC : ZERO_HASH;
          return statementOf(world, by, kind, alteredContent as Alert | null, { withdraws });
        });
        const facts = Facts.parse(
          defined({ source: "test", statements, circulation, siblings, documents }),
        );
        const expected = Expected.parse({ quantity: 5, purchaseOrder: "Q" });
        const verdict = await verify(trail, trust, world.ledger.reader, recover, {
          facts,
          expected,
        });
        expect(Verdict.parse(verdict)).to.deep.equal(verdict);
        for (const { rule, result } of verdict.rules)
          if (OURS.includes(rule)) results.add(`${rule} ${result}`);
      },
    );
    await checkUntilMet(
      (seed) => fc.assert(property, { seed, numRuns: 150 }),
      () =>
        OURS.filter((id) => [...results].filter((each) => each.startsWith(id)).length < 2).map(
          (id) => `a second result of ${id}`,
        ),
    );
  });
});
