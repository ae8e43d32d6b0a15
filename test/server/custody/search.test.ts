// Tests the search for words: which words find a lot, and how many lots one request looks at.
import { expect } from "chai";
import { beginWords, lotsWithWords, searchText, wordsOf } from "../../../server/custody/search.ts";
import { plansOf } from "../../support/plans.ts";
import { openTestService, type TestService } from "../../support/service.ts";

describe("searchText", () => {
  it("has every word once, and each part of a word behind a sign, in lower case", () => {
    expect(searchText(["NG-LDO33-A", "100 nF  X7R", "Ørsted", "ng-ldo33-a"])).to.equal(
      "ng-ldo33-a ldo33-a a 100 nf x7r ørsted",
    );
    expect(searchText(["(A)B_C", "%", "'"])).to.equal("(a)b_c a)b_c b_c c % '");
    expect(searchText([])).to.equal("");
  });
});

describe("lotsWithWords", () => {
  const COUNT = 4_500;
  let service: TestService;

  before(async () => {
    service = await openTestService();
    await service.database.pool.query(
      `INSERT INTO lot (id, issuer, last_event, holder, consignee, quantity, held, origin, text, sequence)
       SELECT '0x' || lpad(to_hex(n), 64, '0'), '', '', '', '', 1, false, '',
              'common ' || CASE WHEN n > 2000 THEN 'often-found often ' ELSE '' END
              || CASE WHEN n % 1000 = 999 THEN 'rare-' || n || ' ' || n || ' it''s \\back' ELSE '' END, n
       FROM generate_series(1, ${COUNT}) AS n`,
    );
  });
  after(() => service.close());

  const found = async (question: string, take = 3, where = {}) => {
    const { rows, reached } = await lotsWithWords(
      service.ctx.prisma,
      { where, take },
      wordsOf(question),
    );
    return [rows.map(({ sequence }) => Number(sequence)), reached && Number(reached.sequence)];
  };

  it("finds common words in the first lots, and rare ones by the index", async () => {
    expect(await found("COMMON")).to.deep.equal([[1, 2, 3], null]);
    expect(await found("common rare", 9)).to.deep.equal([[999, 1999, 2999, 3999], null]);
    expect(await found("rare-3999")).to.deep.equal([[3999], null]);
    expect(await found("3999 it's \\b")).to.deep.equal([[3999], null]);
    expect(await found("are")).to.deep.equal([[], null]);
    expect(await found("rare", 9, { sequence: { gt: 2500 } })).to.deep.equal([[2999, 3999], null]);
  });

  it("stops where the index has too many, and says how far it came", async () => {
    expect(await found("often")).to.deep.equal([[], 1000]);
    expect(await found("often", 3, { sequence: { gt: 1000 } })).to.deep.equal([[], 2000]);
    expect(await found("often", 3, { sequence: { gt: 2000 } })).to.deep.equal([
      [2001, 2002, 2003],
      null,
    ]);
  });

  it("uses the index of words, on both databases", async () => {
    const { text, values } = beginWords(["rare", "it's"]);
    const [asked] = await plansOf(service.database, [
      { text: `SELECT id FROM lot WHERE ${text}`, values },
    ]);
    expect(asked!.plan).to.match(/Index Scan on lot_words/);
    expect(asked!.plan).not.to.match(/Seq Scan/);
  });
});
